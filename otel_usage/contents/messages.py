"""What is sent to a model, as the conventions' messages: whatever the clients of the APIs take."""

from __future__ import annotations

from typing import Any, Final

from otel_usage.contents.items import part, parts, text_part
from otel_usage.contents.openai import REASONING
from otel_usage.usages.fields import Fields, field, fields, first, text

__all__ = ["message", "messages"]

_SAID: Final = ("content", "parts", "output", "text", "response")
_TOOLS: Final = frozenset({"tool", "function"})
_ROLES: Final = {
    "tool_call": "assistant",
    "reasoning": "assistant",
    "server_tool_call": "assistant",
    "tool_call_response": "tool",
}
"""Who says what stands outside of any message; the user says the rest."""
_MOST: Final = 1_000


def messages(prompt: object) -> list[Any]:
    """The messages of a prompt: a text, a message, a part of one, or a list of these.

    Of more than 1,000 messages the last ones are taken; in their place stands how many there were before them.
    """
    if isinstance(prompt, str) or not isinstance(prompt, list | tuple):
        prompt = (prompt,)
    found: list[Any] = []
    if len(prompt) > _MOST:
        earlier = f"[{len(prompt) - _MOST} earlier messages]"
        found.append({"role": "user", "parts": [text_part("text", earlier)]})
    bare = False
    for item in prompt[-_MOST:]:
        role = None if isinstance(item, str) else text(field(item, "role"))
        if role is not None:
            found.append(message(item, role=role))
            bare = False
            continue
        each = part(item)
        role = _ROLES.get(each["type"], "user")
        if bare and found[-1]["role"] == role:
            found[-1]["parts"].append(each)
        else:
            found.append({"role": role, "parts": [each]})
        bare = True
    return found


def message(item: object, *, role: str) -> dict[str, Any]:
    """One message, or an answer that is made like one."""
    known = fields(item)
    content = first(known, _SAID)
    name = text(known.get("name"))
    named = {"role": role} if name is None else {"role": role, "name": name}
    if role in _TOOLS and known.get("parts") is None:
        return {**named, "parts": [_outcome(known, content)]}
    return {**named, "parts": [*_thought(known), *parts(content), *_beside(known)]}


def _outcome(known: Fields, content: object) -> dict[str, Any]:
    """What a tool gave back, of the APIs that have a message for it."""
    answer = parts(content)
    response = answer[0]["content"] if isinstance(content, str) and "content" in answer[0] else answer
    found = {"type": "tool_call_response", "response": response}
    identity = first(known, ("tool_call_id", "tool_name"))
    return found if identity is None else {**found, "id": text(identity)}


def _thought(known: Fields) -> list[Any]:
    # What is asked of a model's reasoning has the same name, and is no text.
    thought = text(first(known, REASONING))
    return [] if thought is None else [text_part("reasoning", thought)]


def _beside(known: Fields) -> list[Any]:
    """What OpenAI's messages have beside their content."""
    found: list[Any] = []
    audio = known.get("audio")
    if refusal := known.get("refusal"):
        found.append(text_part("refusal", refusal))
    if (transcript := text(field(audio, "transcript"))) is not None:
        found.append(text_part("text", transcript))
    if (data := field(audio, "data")) is not None:
        found.append(part({"type": "input_audio", "input_audio": {"data": data}}))
    return [*found, *parts(known.get("tool_calls"))]
