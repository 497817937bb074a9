"""What was said in a call, in readable lines, or why nothing of it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from otel_usage.content import KEYS

if TYPE_CHECKING:
    from otel_usage.content import Content
    from otel_usage.records import UsageRecord
    from otel_usage.settings import ContentSettings

__all__ = ["as_attributes", "nothing", "readable"]

_DAY = 86_400 * 10**9
_INDENT = "    "


def readable(content: Content) -> list[str]:
    """System, tools, what was sent and what came back, in the order of a conversation."""
    told: list[str] = []
    if content.system_instructions:
        told += _block("System", _parts(content.system_instructions))
    if content.tool_definitions:
        told += _block("Tools", [line for tool in content.tool_definitions for line in _tool(tool)])
    for message in content.input_messages or ():
        told += _message(message)
    for message in content.output_messages or ():
        told += _message(message, "Answer")
    return told[:-1]


def as_attributes(content: Content) -> dict[str, Any]:
    """The content by the keys of the conventions' attributes."""
    return {key: value for name, key in KEYS.items() if (value := getattr(content, name)) is not None}


def nothing(record: UsageRecord, settings: ContentSettings, now: int) -> str:
    """Why there is no content of a call, as far as that can be told at a time (nanoseconds since the epoch)."""
    if settings.capture == "off" and not settings.allow:
        return "What was said is not kept: 'content.capture' in otel-usage.yaml is off."
    if record.start < now - (settings.retention_days + 1) * _DAY:
        return f"What was said is not kept any more: content is deleted after {settings.retention_days} days."
    return (
        "What was said is not kept: content was off when the call was made, its producer captures none, or the file"
        " was deleted."
    )


def _message(message: Any, title: str | None = None) -> list[str]:  # noqa: ANN401  # a value of JSON
    """A message under who said it; whatever is no message as JSON."""
    if not isinstance(message, dict):
        return _block(title or "Sent", _text(message))
    reason = message.get("finish_reason")
    named = title or str(message.get("role"))
    parts = message.get("parts")
    lines = _parts(parts) if isinstance(parts, list) else _text(message)
    return _block(f"{named} ({reason})" if reason else named, lines)


def _parts(parts: list[Any]) -> list[str]:
    return [line for part in parts for line in _part(part)]


def _part(part: Any) -> list[str]:  # noqa: ANN401  # a value of JSON
    match part:
        case {"type": "text", "content": said}:
            return _text(said)
        case {"type": "reasoning", "content": said}:
            return ["(reasoning)", *_text(said)]
        case {"type": "tool_call", "name": name}:
            given = part.get("arguments")
            return [f"calls {name}({'' if given is None else _json(given)}){_identity(part)}"]
        case {"type": "tool_call_response"}:
            return [f"result{_identity(part)}:", *_text(part.get("response"))]
    return _text(part)


def _tool(tool: Any) -> list[str]:  # noqa: ANN401  # a value of JSON
    match tool:
        case {"name": name, "description": description}:
            return _text(f"{name}: {description}")
        case {"name": name}:
            return [str(name)]
    return _parts([tool])


def _identity(part: dict[str, Any]) -> str:
    return f" [{part['id']}]" if part.get("id") else ""


def _text(value: object) -> list[str]:
    return value.splitlines() if isinstance(value, str) else [_json(value)]


def _json(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _block(title: str, lines: list[str]) -> list[str]:
    return [f"{title}:", *(_INDENT + line for line in lines), ""]
