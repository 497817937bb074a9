"""The answers that a provider gave inside one block: one as a rule, and each is billed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from otel_usage.records import TokenUsage
from otel_usage.spans.responses import Reported

if TYPE_CHECKING:
    from collections.abc import Iterable

    from otel_usage.spans.streams import ObservedStream

__all__ = ["Answer", "answers"]

_NO_USAGE: Final = TokenUsage()
_SILENT: Final = Reported()


class Answer(Struct, frozen=True, kw_only=True):
    """One answer.

    Attributes:
        reported: What it says.
        partial: Whether its stream did not come to its end.
        first_chunk: Nanoseconds from the begin of the block to the first chunk of its stream.
    """

    reported: Reported = _SILENT
    partial: bool = False
    first_chunk: int | None = None


def answers(recorded: Iterable[Reported], streams: Iterable[ObservedStream[Any]]) -> list[Answer]:
    """What was recorded and what was streamed in a block, each answer of the provider once.

    What has the id of an answer is that answer. What was recorded without an id is the one before it: the application
    counted itself, or recorded the same answer twice. It stands over what its stream said.

    Returns:
        The answers, of which the last is the block's own; one at least, which may say nothing.
    """
    found: list[Answer] = []
    for stream in streams:
        if found and found[-1].reported == _SILENT:
            # A stream that nobody read before another was begun.
            found.pop()
        answer = Answer(reported=stream.reported, partial=stream.broken, first_chunk=stream.first_chunk)
        _add(answer, found, same=_named_alike(answer, found))
    for reported in recorded:
        answer = Answer(reported=reported)
        same = _named_alike(answer, found)
        if same is None and found and None in {reported.response_id, found[-1].reported.response_id}:
            same = found[-1]
        _add(answer, found, same=same)
    return found or [Answer()]


def _named_alike(answer: Answer, found: list[Answer]) -> Answer | None:
    """The answer with the same id."""
    name = answer.reported.response_id
    return next((other for other in found if name is not None and other.reported.response_id == name), None)


def _add(answer: Answer, found: list[Answer], *, same: Answer | None) -> None:
    """Put an answer last, together with what was known of the same one."""
    if same is not None:
        found.remove(same)
        answer = Answer(
            reported=_over(answer.reported, same.reported),
            partial=answer.partial or same.partial,
            first_chunk=same.first_chunk if answer.first_chunk is None else answer.first_chunk,
        )
    found.append(answer)


def _over(later: Reported, earlier: Reported) -> Reported:
    """Both together; what the later one says holds."""
    counted = earlier if later.usage == _NO_USAGE else later
    return Reported(
        usage=counted.usage,
        flags=counted.flags,
        model=later.model or earlier.model,
        response_id=later.response_id or earlier.response_id,
        request_id=later.request_id or earlier.request_id,
        service_tier=later.service_tier or earlier.service_tier,
        error=later.error or earlier.error,
    )
