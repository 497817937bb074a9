"""Google's generate_content, of the Gemini API and of Vertex AI.

Source: Gemini API reference (``Content``, ``Part``). A part has no type: it is known by the field that it has. The JSON
has one spelling, the Python client the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.contents.table import Media, Part, call, reasoning
from otel_usage.usages.fields import field, fields, first, text

if TYPE_CHECKING:
    from otel_usage.contents.draft import Draft
    from otel_usage.contents.table import Items
    from otel_usage.usages.fields import Fields

__all__ = ["FINISH", "KEYED", "chunk"]

FINISH: Final = ("finish_reason", "finishReason")
KEYED: Final[Items] = {
    "thought": reasoning("text"),
    **{
        name: call((f"{name}.name",), (f"{name}.args",), (f"{name}.id",))
        for name in ("function_call", "functionCall")
    },
    **{
        name: Part(
            "tool_call_response",
            {"id": (f"{name}.id",), "name": (f"{name}.name",), "response": (f"{name}.response",)},
        )
        for name in ("function_response", "functionResponse")
    },
    **{
        name: Media(data=(f"{name}.data",), mime=(f"{name}.mime_type", f"{name}.mimeType"))
        for name in ("inline_data", "inlineData")
    },
    **{
        name: Media(
            uri=(f"{name}.file_uri", f"{name}.fileUri"), mime=(f"{name}.mime_type", f"{name}.mimeType")
        )
        for name in ("file_data", "fileData")
    },
}


def chunk(event: Fields, draft: Draft) -> None:
    """A chunk, which is an answer with what is new."""
    candidates = event.get("candidates")
    for position, candidate in enumerate(candidates if isinstance(candidates, list | tuple) else ()):
        known = fields(candidate)
        index = known.get("index")
        answer = index if isinstance(index, int) else position
        parts = field(known.get("content"), "parts")
        for item in parts if isinstance(parts, list | tuple) else ():
            draft.add(item, answer=answer)
        draft.finish(text(first(known, FINISH)), answer)
