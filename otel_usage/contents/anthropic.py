"""Anthropic's messages, on Bedrock and Vertex too.

Source: Anthropic API reference (messages, streaming messages).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.contents.table import Media, call, outcome, reasoning, said
from otel_usage.usages.fields import field, fields, first, text

if TYPE_CHECKING:
    from otel_usage.contents.draft import Draft, Event
    from otel_usage.contents.table import Items
    from otel_usage.usages.fields import Fields

__all__ = ["EVENTS", "ITEMS"]

_SOURCE: Final = {
    "data": ("source.data",),
    "uri": ("source.url",),
    "file": ("source.file_id",),
    "mime": ("source.media_type",),
}
ITEMS: Final[Items] = {
    "thinking": reasoning("thinking"),
    "redacted_thinking": Media(modality="reasoning", data=("data",)),
    "tool_use": call(("name",), ("input",)),
    "tool_result": outcome(("content",), ("tool_use_id",)),
    "image": Media(modality="image", **_SOURCE),
    "document": Media(modality="document", **_SOURCE),
    "compaction": said("content", kind="compaction"),
}
_BLOCKS: Final = {
    "text": "text",
    "thinking": "reasoning",
    "tool_use": "tool_call",
    "server_tool_use": "tool_call",
}
"""Blocks that come in pieces → the kind of their part; a tool of the provider's is called like any other."""
_DELTAS: Final = {"text_delta": "text", "thinking_delta": "reasoning", "input_json_delta": "tool_call"}


def _begun(event: Fields, draft: Draft) -> None:
    item = event.get("content_block")
    block = fields(item)
    kind = _BLOCKS.get(str(block.get("type")))
    if kind is None:
        draft.add(item)
    else:
        head = first(block, ("text", "thinking"))
        draft.grow(kind, head or "", part=event.get("index"), id=block.get("id"), name=block.get("name"))


def _piece(event: Fields, draft: Draft) -> None:
    delta = fields(event.get("delta"))
    kind = _DELTAS.get(str(delta.get("type")))
    if kind is not None:
        draft.grow(kind, first(delta, ("text", "thinking", "partial_json")), part=event.get("index"))


def _ended(event: Fields, draft: Draft) -> None:
    draft.finish(text(field(event.get("delta"), "stop_reason")))


EVENTS: Final[dict[str, Event]] = {
    "content_block_start": _begun,
    "content_block_delta": _piece,
    "message_delta": _ended,
}
