"""The one reader of the tables: items of a provider's message become parts of the conventions' message.

Source: OpenTelemetry semantic conventions for generative AI, JSON schemas of the messages.
"""

from __future__ import annotations

from typing import Any, Final

from otel_usage.contents import anthropic, bedrock, google, openai
from otel_usage.contents.plain import BYTES, base64_size, blob, decoded, encoded_size, plain
from otel_usage.contents.table import Media, Part, Places, said
from otel_usage.usages.fields import Fields, field, fields, text

__all__ = ["part", "parts", "text_part"]

_TYPED: Final = {**openai.ITEMS, **anthropic.ITEMS}
_KEYED: Final = {
    **google.KEYED,
    **bedrock.KEYED,
    "function": _TYPED["function"],  # Ollama's calls of tools
    "text": said("text"),
}
"""Items that do not say their type, by a field that they have."""


def parts(content: object) -> list[Any]:
    """The parts of what a message holds: a text, an item or a list of them."""
    if content is None:
        return []
    if not isinstance(content, list | tuple):
        return [part(content)]
    found: list[Any] = []
    for item in content:
        if not isinstance(item, str) and field(item, "type") == "message":
            found += parts(field(item, "content"))
        else:
            found.append(part(item))
    return found


def part(item: object) -> dict[str, Any]:
    """One part; of an item that no table knows the values of JSON that it holds."""
    if isinstance(item, str):
        return text_part("text", item)
    if isinstance(item, BYTES):
        return blob(memoryview(item).nbytes)
    known = fields(item)
    kind = text(known.get("type"))
    shape = _shape(known) if kind is None else _TYPED.get(kind)
    if isinstance(shape, Part):
        return _read(shape, known)
    if isinstance(shape, Media) and (media := _media(shape, known)) is not None:
        return media
    return _other(item, known, kind)


def text_part(kind: str, content: object) -> dict[str, Any]:
    """A part that holds text, which may come in pieces; of a text that holds bytes, their size."""
    if isinstance(content, list | tuple):
        content = "\n".join(filter(None, map(_words, content)))
    value = plain(content)
    return (
        value if isinstance(value, dict) and value.get("type") == "blob" else {"type": kind, "content": value}
    )


def _words(item: object) -> str | None:
    return str.__str__(item) if isinstance(item, str) else text(field(item, "text"))


def _shape(known: Fields) -> Part | Media | None:
    for name, shape in _KEYED.items():
        if known.get(name) not in (None, False):
            return shape
    return None


def _read(shape: Part, known: Fields) -> dict[str, Any]:
    content = shape.places.get("content")
    if content is not None:
        return text_part(shape.type, _at(known, content))
    found: dict[str, Any] = {"type": shape.type}
    for name, places in shape.places.items():
        value = _at(known, places)
        if value is None:
            continue
        if name == "arguments":
            found[name] = decoded(value)
        elif name == "response" and isinstance(value, list | tuple):
            found[name] = parts(value)
        else:
            found[name] = plain(value)
    return found


def _media(shape: Media, known: Fields) -> dict[str, Any] | None:
    """What is known of bytes; None when the item says neither them nor where they are."""
    mime = text(_at(known, shape.mime))
    data, uri, file = (_at(known, places) for places in (shape.data, shape.uri, shape.file))
    held: tuple[int, str | None] | None = None
    if isinstance(data, BYTES):
        held = memoryview(data).nbytes, None
    elif isinstance(data, str):
        held = encoded_size(data) or (base64_size(len(data), data), None)
    elif isinstance(uri, str):
        held = encoded_size(uri)
    if held is not None:
        mime = mime or held[1]
        return blob(held[0], modality=_modality(shape, mime), mime_type=mime)
    where = {"type": "file", "file_id": file} if uri is None else {"type": "uri", "uri": uri}
    if uri is None and file is None:
        return None
    return {
        **plain(where),
        "modality": _modality(shape, mime),
        **({} if mime is None else {"mime_type": mime}),
    }


def _modality(shape: Media, mime: str | None) -> str:
    if shape.modality is not None:
        return shape.modality
    family = (mime or "").partition("/")[0]
    return family if family in {"image", "audio", "video"} else "document"


def _other(item: object, known: Fields, kind: str | None) -> dict[str, Any]:
    """An item that no table knows; of the tools that a provider runs by itself the conventions have a form."""
    value = plain(item)
    if kind is not None and (kind == "server_tool_use" or kind.endswith("_call")):
        named = {"type": "server_tool_call", "name": text(known.get("name")) or kind}
        return _identified({**named, "server_tool_call": value}, known.get("id"))
    if kind is not None and kind.endswith(("_tool_result", "_call_output")):
        return _identified(
            {"type": "server_tool_call_response", "server_tool_call_response": value},
            known.get("tool_use_id"),
        )
    return {"type": kind or "json", "content": value}


def _identified(found: dict[str, Any], identity: object) -> dict[str, Any]:
    return found if identity is None else {**found, "id": plain(identity)}


def _at(known: Fields, places: Places) -> object:
    """What stands at the first of these places that there is."""
    for place in places:
        name, _, inner = place.partition(".")
        value = known.get(name)
        while value is not None and inner:
            name, _, inner = inner.partition(".")
            value = field(value, name)
        if value is not None:
            return value
    return None
