"""Any value as a value of JSON, without bytes and without using up what can be read only once."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from types import SimpleNamespace
from typing import Any, Final

import msgspec

__all__ = ["BYTES", "base64_size", "blob", "decoded", "encoded_size", "plain"]

BYTES: Final = (bytes, bytearray, memoryview)
_MAX_NESTING: Final = 32
_MAX_VALUES: Final = 20_000
_DATA_URL: Final = re.compile(r"data:([\w.+-]+/[\w.+-]+)?[^,]{0,200};base64,")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{1000}")
"""So many characters without a space are bytes in a text; no prose and no key is that long."""
_WRITTEN: Final = frozenset({"datetime", "decimal", "fractions", "ipaddress", "pathlib", "uuid"})
"""Modules whose objects are told as text. The text of other objects may take long to make, or have nothing to say."""


def plain(value: object) -> Any:  # noqa: ANN401  # a value of JSON
    """A value out of dicts, lists, texts, numbers, booleans and None.

    Of bytes, also of those that stand in a text, the size is told, and of an object that is not there to hold data its
    type. An iterator is not read. For what stands in itself, or too deep, and for what comes after 20,000 values there is
    its type too.
    """
    return _Visit().plain(value, 0)


def blob(size: int, *, modality: str = "unknown", mime_type: str | None = None) -> dict[str, Any]:
    """The part that stands for bytes: the conventions' ``blob``, with the size of its content instead of the content."""
    named = {} if mime_type is None else {"mime_type": mime_type}
    return {"type": "blob", "modality": modality, **named, "size": size}


def encoded_size(text: str) -> tuple[int, str | None] | None:
    """How many bytes a text holds in base64, and their type where it says it; None of a text that holds none."""
    head = _DATA_URL.match(text) if text.startswith("data:") else None
    if head is not None:
        return base64_size(len(text) - head.end(), text), head[1]
    return (base64_size(len(text), text), None) if _BASE64.match(text) else None


def base64_size(size: int, text: str) -> int:
    """How many bytes so many characters of base64 are, at the end of a text."""
    return size * 3 // 4 - text[-2:].count("=")


def decoded(arguments: object) -> Any:  # noqa: ANN401  # a value of JSON
    """The arguments of a tool's call, which some APIs write as JSON in a text; another text stays one."""
    if isinstance(arguments, str):
        try:
            return msgspec.json.decode(arguments)
        except Exception:  # noqa: BLE001  # what a model wrote need be no JSON
            return plain(arguments)
    return plain(arguments)


class _Visit:
    """One visit of a value."""

    def __init__(self) -> None:
        self._left = _MAX_VALUES
        self._above: set[int] = set()

    def plain(self, value: object, depth: int) -> Any:  # noqa: ANN401  # see plain
        if isinstance(value, Enum):
            value = value.value
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            held = encoded_size(value)
            return str.__str__(value) if held is None else blob(held[0], mime_type=held[1])
        if isinstance(value, int | float):
            return value
        if isinstance(value, BYTES):
            return blob(memoryview(value).nbytes)
        if depth > _MAX_NESTING or self._left <= 0 or id(value) in self._above:
            return _named(value)
        self._above.add(id(value))
        try:
            return self._container(value, depth + 1)
        finally:
            self._above.discard(id(value))

    def _container(self, value: object, depth: int) -> Any:  # noqa: ANN401  # see plain
        if isinstance(value, Mapping):
            return self._fields(value, depth)
        if isinstance(value, Sequence | AbstractSet):
            return self._items(value, depth)
        known = _data(value)
        if known is not None:
            return self._fields({name: part for name, part in known.items() if part is not None}, depth)
        if isinstance(value, BaseException) or type(value).__module__.partition(".")[0] in _WRITTEN:
            return str(value)
        return _named(value)

    def _fields(self, known: Mapping[Any, object], depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, part in known.items():
            if self._left <= 0:
                break
            self._left -= 1
            found[name if type(name) is str else self._name(name, depth)] = self.plain(part, depth)
        return found

    def _name(self, name: object, depth: int) -> str:
        """A name that is no text; of bytes what they say, as it may announce a secret."""
        if isinstance(name, BYTES):
            return bytes(name).decode("utf-8", "replace")
        return str(self.plain(name, depth))

    def _items(self, value: Sequence[object] | AbstractSet[object], depth: int) -> list[Any]:
        found: list[Any] = []
        for part in value:
            if self._left <= 0:
                found.append(f"[{len(value) - len(found)} more]")
                break
            self._left -= 1
            found.append(self.plain(part, depth))
        return found


def _named(value: object) -> str:
    return f"[{type(value).__name__}]"


def _data(value: object) -> Mapping[str, object] | None:
    """The fields of an object that is there to hold data; None of another one."""
    kind = type(value)
    if isinstance(value, msgspec.Struct):
        return msgspec.structs.asdict(value)
    if hasattr(kind, "__pydantic_fields__"):
        return {**(getattr(value, "__pydantic_extra__", None) or {}), **vars(value)}
    if dataclasses.is_dataclass(kind):
        return {each.name: getattr(value, each.name, None) for each in dataclasses.fields(kind)}
    return vars(value) if isinstance(value, SimpleNamespace) else None
