"""What a model answered, as the conventions' messages: whole answers of the APIs, as objects or dicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from otel_usage.contents.google import FINISH
from otel_usage.contents.items import part
from otel_usage.contents.messages import message
from otel_usage.contents.plain import plain
from otel_usage.usages.fields import field, fields, first, text

if TYPE_CHECKING:
    from otel_usage.usages.fields import Fields

__all__ = ["output_messages"]

_ASSISTANT: Final = "assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """How an API's answer is made.

    Attributes:
        mark: The field that it is known by.
        many: Whether that field holds several answers; else there is one.
        message: Where an answer has its message; without it the answer is the message itself.
        finish: Where an answer says why it ended.
    """

    mark: str
    many: bool = False
    message: str | None = None
    finish: tuple[str, ...] = ()


_SHAPES: Final = (
    # OpenAI's chat completions and those that speak like it; completions of the first generation.
    _Shape(mark="choices", many=True, message="message", finish=("finish_reason",)),
    _Shape(mark="candidates", many=True, message="content", finish=FINISH),  # Google
    _Shape(mark="message", message="message", finish=("finish_reason", "done_reason")),  # Cohere, Ollama
    _Shape(mark="output", finish=("status",)),  # OpenAI's responses, LM Studio
    _Shape(mark="content", finish=("stop_reason",)),  # Anthropic, LM Studio's client
    _Shape(mark="response", finish=("done_reason",)),  # Ollama's completions
    _Shape(mark="text", finish=FINISH),  # Cohere's first generation
)
"""By the first whose mark is there an answer is read."""
_VECTORS: Final = ("embedding", "embeddings")


def output_messages(answer: object) -> list[Any]:
    """The messages of an answer, with the provider's word for why each ended.

    Of an answer that no table knows there is one part with the values of JSON that it holds; of embeddings there is
    nothing.
    """
    if answer is None:
        return []
    if isinstance(answer, str):
        return [{"role": _ASSISTANT, "parts": [part(answer)]}]
    known = fields(answer)
    inner = known.get("output")
    if field(inner, "message") is not None:  # Bedrock's Converse
        return [_message(known, field(inner, "message"), ("stopReason",))]
    for shape in _SHAPES:
        marked = known.get(shape.mark)
        if marked is not None:
            each = marked if shape.many and isinstance(marked, list | tuple) else (answer,)
            return [_message(fields(one), _told(one, shape), shape.finish) for one in each]
    if _is_vectors(known):
        return []
    return [{"role": _ASSISTANT, "parts": [{"type": "json", "content": plain(answer)}]}]


def _told(answer: object, shape: _Shape) -> object:
    """What an answer says, where it is made like a message; the answer itself when it has none."""
    said = None if shape.message is None else field(answer, shape.message)
    return answer if said is None else said


def _message(answer: Fields, said: object, finish: tuple[str, ...]) -> dict[str, Any]:
    found = message(said, role=text(field(said, "role")) or _ASSISTANT)
    reason = text(first(answer, finish))
    return found if reason is None else {**found, "finish_reason": reason}


def _is_vectors(known: Fields) -> bool:
    data = known.get("data")
    if isinstance(data, list | tuple) and data:
        return first(fields(data[0]), _VECTORS) is not None
    return first(known, _VECTORS) is not None
