"""Plain copies of values of any shape, out of what JSON knows, within one bound for several of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from itertools import islice
from math import isfinite
from typing import Any, Final, Protocol

import msgspec

from otel_usage.fitting.texts import text_of
from otel_usage.redaction.encoding import encodable
from otel_usage.redaction.stand_ins import ERROR

__all__ = ["FullError", "Marking", "Room", "size_of"]

_MAX_NESTING: Final = 32
_COUNTED: Final = 100_000
"""Parts after which the size of what is left out is no longer counted."""
_TEXTS: Final = str | bytes | bytearray | memoryview
_INTEGERS: Final = range(-(2**63), 2**64)
_encode = msgspec.json.Encoder().encode


class Marking(Protocol):
    """Replaces texts."""

    def text(self, value: str, *, limit: int | None = None) -> str:
        """A text, replaced as a whole and counted when it has more than ``limit`` characters."""


class FullError(Exception):
    """There is no room for another part of a value."""


class Room:
    """What may still be kept.

    Attributes:
        left: Bytes of JSON.
    """

    def __init__(self, left: int, marking: Marking) -> None:
        """Take what there is room for, and what marks texts that do not fit."""
        self.left = left
        self._marking = marking

    def plain(self, value: object, depth: int = 0) -> Any:  # noqa: ANN401  # a value of JSON
        """A copy out of what JSON knows; a mark in the place of each text for which there is no room.

        Raises:
            FullError: There is no room for its structure.
        """
        if _is_json(value):
            self._take(len(repr(value)) + 1)
            return value
        if isinstance(value, _TEXTS) or not isinstance(value, Mapping | Sequence | AbstractSet):
            return self._text(_words(value))
        if depth > _MAX_NESTING:
            return self._text(ERROR)
        self._take(3)
        if isinstance(value, Mapping):
            return {self._text(_words(key)): self.plain(part, depth + 1) for key, part in value.items()}
        return [self.plain(part, depth + 1) for part in value]

    def _text(self, value: str) -> str:
        """The text, or its mark."""
        self._take(2)
        text = encodable(value)
        if len(text) > self.left or (size := len(_encode(text))) > self.left:
            # A limit that nothing keeps to: the mark is made, and counted, as every other.
            text = self._marking.text(text, limit=0)
            size = len(text) + 2
        self._take(size)
        return text

    def _take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise FullError


def _words(value: object) -> str:
    """The text of a value that holds no others."""
    if isinstance(value, str):
        # A member of an enumeration of texts says its name where str() is asked.
        return str.__str__(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return text_of(value)


def _is_json(value: object) -> bool:
    """Whether a value that holds no others is one of JSON, which every reader takes."""
    if type(value) is float:
        return isfinite(value)
    return value is None or type(value) is bool or (type(value) is int and value in _INTEGERS)


def size_of(value: object) -> int:
    """Characters of the texts in a value, and one for each other part, of which so many are counted."""
    size, parts, waiting = 0, 0, [value]
    # An application's object may raise anything; what was counted until then is a size too.
    with suppress(Exception):
        while waiting and (parts := parts + 1) < _COUNTED:
            part = waiting.pop()
            if isinstance(part, _TEXTS):
                size += len(part)
                continue
            size += 1
            if isinstance(part, Mapping):
                waiting += [*part.keys(), *part.values()]
            elif isinstance(part, Sequence | AbstractSet):
                waiting += islice(part, _COUNTED)
    return size
