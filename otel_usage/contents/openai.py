"""OpenAI's chat completions and responses, and the servers that speak like them.

Sources: API references of OpenAI (chat completions, responses, streaming events), Mistral, DeepSeek, Ollama, LM Studio.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.contents.table import Media, call, outcome, reasoning, said
from otel_usage.usages.fields import field, fields, first, text

if TYPE_CHECKING:
    from otel_usage.contents.draft import Draft, Event
    from otel_usage.contents.table import Items
    from otel_usage.usages.fields import Fields

__all__ = ["EVENTS", "ITEMS", "REASONING", "chat_chunk"]

REASONING: Final = ("reasoning_content", "reasoning", "thinking", "tool_plan")
"""Where a message has what the model thought, beside its content; Cohere has its plan there."""

_FUNCTION: Final = call(("function.name",), ("function.arguments",))
ITEMS: Final[Items] = {
    "text": said("text", "content"),
    "input_text": said("text"),
    "output_text": said("text"),
    "refusal": said("refusal", "content", kind="refusal"),
    "reasoning": reasoning("content", "summary"),
    "function": _FUNCTION,
    "custom": call(("custom.name",), ("custom.input",)),
    "function_call": call(("name",), ("arguments",), ("call_id",)),
    "custom_tool_call": call(("name",), ("input",), ("call_id",)),
    "tool_call": call(("name", "tool"), ("arguments",)),
    "function_call_output": outcome(("output",), ("call_id",)),
    "custom_tool_call_output": outcome(("output",), ("call_id",)),
    "tool_call_response": outcome(("response",), ("id",)),
    "image_url": Media(modality="image", uri=("image_url.url", "image_url")),
    "input_image": Media(modality="image", uri=("image_url",), file=("file_id",)),
    "image_generation_call": Media(modality="image", data=("result",)),
    "input_audio": Media(modality="audio", data=("input_audio.data",), mime=("input_audio.format",)),
    "file": Media(data=("file.file_data",), file=("file.file_id", "file_id")),
    "input_file": Media(data=("file_data",), uri=("file_url",), file=("file_id",)),
}
_DELTAS: Final = {
    "response.output_text.delta": "text",
    "response.refusal.delta": "refusal",
    "response.reasoning_text.delta": "reasoning",
    "response.reasoning_summary_text.delta": "reasoning",
    "response.function_call_arguments.delta": "tool_call",
    "response.custom_tool_call_input.delta": "tool_call",
    "message.delta": "text",  # LM Studio
    "reasoning.delta": "reasoning",
}
_WHOLE: Final = {
    "response.completed": "response",
    "response.done": "response",
    "response.incomplete": "response",
    "response.failed": "response",
    "chat.end": "result",  # LM Studio
}
_PIECEWISE: Final = frozenset({"message", "reasoning"})


def chat_chunk(event: Fields, draft: Draft) -> None:
    """A chunk of a chat completion, or of a completion of the first generation."""
    choices = event.get("choices")
    for choice in choices if isinstance(choices, list | tuple) else ():
        known = fields(choice)
        index = known.get("index")
        answer = index if isinstance(index, int) else 0
        message(first(known, ("delta", "message")) or known, draft, answer)
        draft.finish(text(known.get("finish_reason")), answer)


def message(delta: object, draft: Draft, answer: int = 0) -> None:
    """What is new in a message."""
    known = fields(delta)
    draft.grow("reasoning", first(known, REASONING), answer=answer)
    content = first(known, ("content", "text"))
    if isinstance(content, list | tuple):  # Mistral's models that think
        for item in content:
            draft.add(item, answer=answer)
    else:
        draft.grow("text", content, answer=answer)
    draft.grow("text", field(known.get("audio"), "transcript"), part="audio", answer=answer)
    draft.grow("refusal", known.get("refusal"), answer=answer)
    calls = known.get("tool_calls")
    for position, each in enumerate(calls if isinstance(calls, list | tuple) else ()):
        asked = fields(each)
        function = fields(first(asked, ("function", "custom")))
        arguments, index = first(function, ("arguments", "input")), asked.get("index")
        if arguments is not None and not isinstance(arguments, str):  # Ollama's come whole
            draft.add(each, answer=answer)
            continue
        draft.grow(
            "tool_call",
            arguments,
            part=index if isinstance(index, int) else text(asked.get("id")) or position,
            answer=answer,
            id=asked.get("id"),
            name=function.get("name"),
        )


def _piece(event: Fields, draft: Draft) -> None:
    place = tuple(event.get(name) for name in ("output_index", "content_index", "summary_index"))
    draft.grow(_DELTAS[str(event.get("type"))], first(event, ("delta", "content")), part=place)


def _begun(event: Fields, draft: Draft) -> None:
    item = fields(event.get("item"))
    if item.get("type") in {"function_call", "custom_tool_call"}:
        place = (event.get("output_index"), None, None)
        draft.grow("tool_call", "", part=place, id=item.get("call_id"), name=item.get("name"))


def _ended(event: Fields, draft: Draft) -> None:
    """An item that the provider made by itself; it comes whole."""
    item = event.get("item")
    kind = str(field(item, "type"))
    if kind not in _PIECEWISE and kind not in {"function_call", "custom_tool_call"}:
        draft.add(item)


def _whole(event: Fields, draft: Draft) -> None:
    draft.replace(event.get(_WHOLE[str(event.get("type"))]))


def _chunk(event: Fields, draft: Draft) -> None:
    chat_chunk(fields(event.get("chunk")), draft)


EVENTS: Final[dict[str, Event]] = {
    **dict.fromkeys(_DELTAS, _piece),
    **dict.fromkeys(_WHOLE, _whole),
    "response.output_item.added": _begun,
    "response.output_item.done": _ended,
    "chunk": _chunk,  # of the client's accumulating streams
}
