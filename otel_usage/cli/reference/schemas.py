"""JSON Schemas of what commands answer."""

from __future__ import annotations

import re
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import msgspec

from otel_usage.cli.shapes import Shape
from otel_usage.cli.shapes.registry import ANSWERS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["described", "schema", "schema_file"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ATTRIBUTE = re.compile(r"^    (\w+): (.*(?:\n     .*)*)", re.MULTILINE)
_CODE = re.compile(r"``(.+?)``")


def schema_file(command: str) -> str:
    """The name of the file with the schema of a command's answer."""
    return f"{_word(command)}.json"


def schema(command: str) -> dict[str, Any]:
    """The schema of a command's answer; of ``export``, of each line."""
    shape = ANSWERS[command].shape
    (root,), found = msgspec.json.schema_components([shape], ref_template="#/$defs/{name}")
    classes = {one.__name__: one for one in _shapes(shape)}
    for name, component in found.items():
        component["description"] = _summary(component.get("description", ""))
        if name in classes:
            described(classes[name], component["properties"])
    if "$ref" in root:
        root = found.pop(root["$ref"].rpartition("/")[2])
    head = {"$schema": _DIALECT, "$id": f"urn:otel-usage:{_word(command)}"}
    named = {**head, **root, "title": f"otel-usage {command}"}
    return {**named, "$defs": found} if found else named


def described(shape: type[Shape], properties: dict[str, dict[str, Any]]) -> None:
    """Give the properties of an object the descriptions of its attributes.

    Args:
        shape: Its class.
        properties: By their names in JSON.

    Raises:
        KeyError: An attribute is not described.
    """
    told = {
        name: text
        for base in reversed(shape.__mro__)
        for name, text in _ATTRIBUTE.findall(cleandoc(base.__dict__.get("__doc__") or ""))
    }
    for field in msgspec.structs.fields(shape):
        properties[field.encode_name]["description"] = _plain(told[field.name])


def _word(command: str) -> str:
    return command.replace(" --", "-").replace(" ", "-")


def _shapes(kind: object) -> Iterator[type[Shape]]:
    """Every object in a type."""
    if isinstance(kind, type) and issubclass(kind, Shape):
        yield kind
        for hint in get_type_hints(kind).values():
            yield from _shapes(hint)
    for part in get_args(kind):
        yield from _shapes(part)


def _summary(doc: str) -> str:
    """What stands before the attributes."""
    return _plain(cleandoc(doc).partition("\n\nAttributes:")[0])


def _plain(text: str) -> str:
    """A text of a docstring in one line."""
    return _CODE.sub(r"`\1`", " ".join(text.split()))
