"""Cohere's chat, of both generations.

Source: Cohere API reference (chat, streaming events). What it answers at once is made like OpenAI's messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.usages.fields import field, fields, text

if TYPE_CHECKING:
    from otel_usage.contents.draft import Draft, Event
    from otel_usage.usages.fields import Fields

__all__ = ["EVENTS"]


def _message(event: Fields) -> Fields:
    return fields(field(event.get("delta"), "message"))


def _piece(event: Fields, draft: Draft) -> None:
    content, place = fields(_message(event).get("content")), event.get("index")
    draft.grow("reasoning", content.get("thinking"), part=place)
    draft.grow("text", content.get("text"), part=place)


def _plan(event: Fields, draft: Draft) -> None:
    draft.grow("reasoning", _message(event).get("tool_plan"), part="plan")


def _call(event: Fields, draft: Draft) -> None:
    asked = fields(_message(event).get("tool_calls"))
    function = fields(asked.get("function"))
    draft.grow(
        "tool_call",
        function.get("arguments"),
        part=("call", event.get("index")),
        id=asked.get("id"),
        name=function.get("name"),
    )


def _ended(event: Fields, draft: Draft) -> None:
    draft.finish(text(field(event.get("delta"), "finish_reason")))


EVENTS: Final[dict[str, Event]] = {
    "content-start": _piece,
    "content-delta": _piece,
    "tool-plan-delta": _plan,
    "tool-call-start": _call,
    "tool-call-delta": _call,
    "message-end": _ended,
}
