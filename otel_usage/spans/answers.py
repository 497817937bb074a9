"""The answers that a provider gave inside one block: one as a rule, and each is billed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from otel_usage.spans.responses import SILENT, Reported
from otel_usage.spans.streams import ObservedStream
from otel_usage.token_usage import NO_USAGE

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Answer", "answers"]


class Answer(Struct, frozen=True, kw_only=True):
    """One answer.

    Attributes:
        reported: What it says.
        more: Whether it is none of its own but says more of the one before it, or of the next where it is the first:
            counts of the application's, the same response again, one that says nothing.
        streamed: Whether it came as a stream.
        partial: Whether its stream did not come to its end.
        first_chunk: Nanoseconds from the begin of the block to the first chunk of its stream.
        output: The messages that it holds; None when they are not wanted.
    """

    reported: Reported = SILENT
    more: bool = False
    streamed: bool = False
    partial: bool = False
    first_chunk: int | None = None
    output: list[Any] | None = None

    @property
    def complete(self) -> bool:
        """Whether it came to its end and said what it used."""
        return not self.partial and self.reported.usage != NO_USAGE


def answers(taken: Iterable[Answer | ObservedStream[Any]]) -> list[Answer]:
    """What was recorded and what was streamed in a block, each answer of the provider once.

    What has the id of an answer is that answer. Without ids, what is recorded is another answer, unless it says more
    of the one before it, or the one before it is a stream that said nothing of usage: then it is what came of that.

    Args:
        taken: Answers that were recorded and streams, in the order in which they came.

    Returns:
        The answers, of which the last is the block's own; one at least, which may say nothing.
    """
    found: list[Answer] = []
    for each in taken:
        answer = _streamed(each) if isinstance(each, ObservedStream) else each
        if answer.streamed and found and found[-1].reported == SILENT:
            # A stream that nobody read before another was begun.
            found.pop()
        same = _same(answer, found)
        if same is not None:
            found.remove(same)
            answer = _together(answer, same)
        found.append(answer)
    return found or [Answer()]


def _streamed(stream: ObservedStream[Any]) -> Answer:
    return Answer(
        reported=stream.reported,
        streamed=True,
        partial=stream.broken,
        first_chunk=stream.first_chunk,
        output=stream.output,
    )


def _same(answer: Answer, found: list[Answer]) -> Answer | None:
    """The one of those found that an answer is too, None when it is another one."""
    name = answer.reported.response_id
    for other in found:
        if name is not None and other.reported.response_id == name:
            return other
    if not found:
        return None
    last = found[-1]
    if name is not None and last.reported.response_id is not None:
        return None
    awaited = last.streamed and last.reported.usage == NO_USAGE and not answer.streamed
    return last if answer.more or last.more or awaited else None


def _together(later: Answer, earlier: Answer) -> Answer:
    """Both as one; what the later one says holds."""
    return Answer(
        reported=_over(later.reported, earlier.reported),
        more=later.more and earlier.more,
        streamed=later.streamed or earlier.streamed,
        partial=later.partial or earlier.partial,
        first_chunk=earlier.first_chunk if later.first_chunk is None else later.first_chunk,
        output=later.output or earlier.output,
    )


def _over(later: Reported, earlier: Reported) -> Reported:
    """Both together; what the later one says holds."""
    counted = earlier if later.usage == NO_USAGE else later
    return Reported(
        usage=counted.usage,
        flags=counted.flags,
        model=later.model or earlier.model,
        response_id=later.response_id or earlier.response_id,
        request_id=later.request_id or earlier.request_id,
        service_tier=later.service_tier or earlier.service_tier,
        cost=earlier.cost if later.cost is None else later.cost,
        error=later.error or earlier.error,
    )
