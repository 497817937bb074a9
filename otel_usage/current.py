"""What holds for the code that runs just now: who calls belong to, and whether it runs inside a call of ours.

Context variables, so that what an outer block set reaches the calls inside, across ``await`` and copied contexts.
"""

from __future__ import annotations

from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from otel_usage.settings import Attribution

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ATTRIBUTION", "IN_CALL", "over"]

_NOBODY: Final = Attribution()
ATTRIBUTION: Final[ContextVar[Attribution]] = ContextVar("otel_usage_attribution", default=_NOBODY)
"""What the blocks around the running code say of who calls belong to."""
IN_CALL: Final[ContextVar[bool]] = ContextVar("otel_usage_in_call", default=False)
"""Whether the running code is inside an ``inference`` block: what a client's own instrumentation sees of the same
call there must not be booked a second time."""


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
