"""Who a call belongs to, and which server it goes to, as an agent says it in keywords."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypedDict

from otel_usage import runtime
from otel_usage.settings import Attribution
from otel_usage.usages.servers import host_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BelongsTo", "from_keywords", "host_from"]


class BelongsTo(TypedDict, total=False):
    """Who a call belongs to; what is not said comes from the blocks around it, then from the configuration.

    agent: Name of the agent.
    session_id: The conversation.
    job_id: The job.
    task_type: build, review, chat, heartbeat, cron, synthesis, gateway, or another word.
    task_description: What it is for; redacted.
    team: Name of the team.
    project: Name of the project.
    tags: Further names and values.
    """

    agent: str | None
    session_id: str | None
    job_id: str | None
    task_type: str | None
    task_description: str | None
    team: str | None
    project: str | None
    tags: Mapping[str, str] | None


_KEYWORDS: Final = frozenset(BelongsTo.__annotations__)


def from_keywords(who: BelongsTo) -> Attribution:
    """What a call's keywords say; one that does not exist, and a value that is no text, are counted and left out."""
    given: dict[str, Any] = {}
    for name, value in who.items():
        if name not in _KEYWORDS:
            _noticed("unknown_keyword", f"does not know the keyword {name}, and leaves it out")
        elif value is not None:
            try:
                given[name] = MappingProxyType(dict(value)) if name == "tags" else str(value)  # type: ignore[call-overload]  # tried
            except Exception as error:  # noqa: BLE001  # what an application gave; nothing of ours reaches the agent
                _noticed(f"unusable_{name}", f"cannot use what was given as {name} ({type(error).__name__})")
    return Attribution(**given)


def host_from(server_address: object) -> str | None:
    """The host of what was given as a server's address; what cannot be read is counted and left out."""
    try:
        return host_of(server_address)
    except Exception as error:  # noqa: BLE001  # what an application gave; nothing of ours reaches the agent
        _noticed(
            "unusable_server_address",
            f"cannot use what was given as server_address ({type(error).__name__})",
        )
        return None


def _noticed(what: str, sentence: str) -> None:
    recorder = runtime.current().recorder
    if recorder is not None:
        recorder.noticed(what, sentence)
