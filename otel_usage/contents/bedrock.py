"""Amazon Bedrock's Converse, at once and streamed.

Source: Amazon Bedrock API reference (``ContentBlock``, ``ConverseStreamOutput``). A block has no type: it is known by the
field that it has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.contents.table import Media, call, outcome, reasoning
from otel_usage.usages.fields import field, fields, text

if TYPE_CHECKING:
    from otel_usage.contents.draft import Draft
    from otel_usage.contents.table import Items
    from otel_usage.usages.fields import Fields

__all__ = ["KEYED", "chunk"]

KEYED: Final[Items] = {
    "toolUse": call(("toolUse.name",), ("toolUse.input",), ("toolUse.toolUseId",)),
    "toolResult": outcome(("toolResult.content",), ("toolResult.toolUseId",)),
    "reasoningContent": reasoning("reasoningContent.reasoningText.text"),
    **{
        name: Media(
            modality=name,
            data=(f"{name}.source.bytes",),
            uri=(f"{name}.source.s3Location.uri",),
            mime=(f"{name}.format",),
        )
        for name in ("image", "document", "video", "audio")
    },
}


def chunk(event: Fields, draft: Draft) -> bool:
    """An event of a stream; False when it is none."""
    if (begun := event.get("contentBlockStart")) is not None:
        tool = fields(field(field(begun, "start"), "toolUse"))
        if tool.get("name") is not None:
            draft.grow(
                "tool_call",
                "",
                part=field(begun, "contentBlockIndex"),
                id=tool.get("toolUseId"),
                name=tool.get("name"),
            )
    elif (piece := event.get("contentBlockDelta")) is not None:
        place, delta = field(piece, "contentBlockIndex"), fields(field(piece, "delta"))
        draft.grow("text", delta.get("text"), part=place)
        draft.grow("reasoning", field(delta.get("reasoningContent"), "text"), part=place)
        draft.grow("tool_call", field(delta.get("toolUse"), "input"), part=place)
    elif (ended := event.get("messageStop")) is not None:
        draft.finish(text(field(ended, "stopReason")))
    else:
        return False
    return True
