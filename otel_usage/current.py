"""What holds for the code that runs just now: who calls belong to, and whether it runs inside a call of ours.

A context variable, so that what a block says reaches the calls inside, across ``await`` and copied contexts. A task or
a thread with a copied context may outlive the block that it was started in: its calls still belong to whom the block
said, but the block's call is over.
"""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from otel_usage.settings import Attribution

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextvars import Token

__all__ = ["Around", "attributed", "enter", "in_call", "is_innermost", "leave", "over", "record_fields"]


class Around:
    """What one block says to the code inside.

    Attributes:
        said: Who calls belong to.
        in_call: Whether a call is being made, until the block is left.
        outer: The block around it; None outside of every block.
        left: Whether it was left.
        passed_by: Whether it was left where it could not be undone: in a generator that others overtook, or that
            was closed in another context. The code that it was open for goes on without it.
        token: Undoes it.
    """

    __slots__ = ("in_call", "left", "outer", "passed_by", "said", "token")

    def __init__(self, said: Attribution, outer: Around | None, *, in_call: bool) -> None:
        """Take what holds inside."""
        self.said = said
        self.in_call = in_call
        self.outer = outer
        self.left = self.passed_by = False
        self.token: Token[Around] | None = None


_NOTHING: Final = Around(Attribution(), None, in_call=False)
_INNERMOST: Final[ContextVar[Around]] = ContextVar("otel_usage_around", default=_NOTHING)


def enter(said: Attribution | None, *, in_call: bool | None) -> Around:
    """Let something hold until ``leave``; None stays as it is."""
    outer = _innermost()
    if outer.outer is not None:
        # Generators that overtake each other for ever must not make a chain that grows for ever.
        outer.outer = _past(outer.outer)
    around = Around(
        outer.said if said is None else said,
        outer,
        in_call=_still_open(outer).in_call if in_call is None else in_call,
    )
    around.token = _INNERMOST.set(around)
    return around


def leave(around: Around) -> None:
    """Let what a block said hold no longer, wherever it was entered and whatever was entered since."""
    around.left = True
    token, around.token = around.token, None
    if token is not None and _INNERMOST.get() is around:
        # A copied context has it as its innermost one too, and cannot undo it for the others.
        with suppress(ValueError):
            _INNERMOST.reset(token)
            around.outer = _still_open(around)
            return
    around.passed_by = True


def is_innermost(around: Around) -> bool:
    """Whether the running code is directly inside a block."""
    return _innermost() is around


def attributed() -> Attribution:
    """What the blocks around the running code say of who calls belong to."""
    return _innermost().said


def in_call() -> bool:
    """Whether the running code is inside an ``inference`` block.

    What a client's own instrumentation sees of the same call there must not be booked a second time.
    """
    return _still_open(_innermost()).in_call


def over(inner: Attribution, outer: Attribution) -> Attribution:
    """Both together, field by field; what the inner one says holds."""
    tags: Mapping[str, str] = outer.tags
    if inner.tags:
        tags = MappingProxyType({**outer.tags, **inner.tags}) if outer.tags else inner.tags
    return Attribution(
        agent=inner.agent or outer.agent,
        team=inner.team or outer.team,
        project=inner.project or outer.project,
        task_type=inner.task_type or outer.task_type,
        tags=tags,
        session_id=inner.session_id or outer.session_id,
        job_id=inner.job_id or outer.job_id,
        task_description=inner.task_description or outer.task_description,
    )


def record_fields(attribution: Attribution) -> dict[str, Any]:
    """The fields of a record that say who its call belongs to."""
    return {**structs.asdict(attribution), "tags": dict(attribution.tags)}


def _innermost() -> Around:
    return _past(_INNERMOST.get())


def _past(around: Around) -> Around:
    while around.passed_by and around.outer is not None:
        around = around.outer
    return around


def _still_open(around: Around) -> Around:
    while around.left and around.outer is not None:
        around = around.outer
    return around
