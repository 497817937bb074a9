"""The redaction of texts and values of one span or log record, bounded, with a memory for what comes again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final, Protocol

from otel_usage.processing.keys import MAX_NAME, Treatment, is_id, treatment
from otel_usage.redaction.encoding import encodable
from otel_usage.redaction.redactor import MAX_TEXT
from otel_usage.redaction.stand_ins import OVERSIZE

__all__ = ["NUMBERS", "Memory", "Redaction", "Scan"]

NUMBERS: Final = frozenset({int, float, bool, type(None)})
"""Types of values that are never touched."""
_REMEMBERED: Final = 4096
_SEVERAL: Final = 16
"""Names that may stand together, such as the reasons why each of several choices ended."""


class Redaction(Protocol):
    """Takes secrets out of what it is given, and what UTF-8 cannot carry; what holds neither comes back as the same object."""

    def text(self, value: str, *, limit: int = MAX_TEXT) -> str:
        """A text, replaced as a whole when it has more than ``limit`` characters."""

    def model(self, value: str) -> str:
        """The name of a model, a provider or a kind of thing."""

    def value(self, value: object) -> object:
        """A value of any shape."""


class Memory:
    """What was examined and held no secret: agents send the same names and ids with every span.

    Attributes:
        redaction: What examined it.
        holds: Whether some words are known, the last of which was examined where the others say; or the names of
            attributes together, as one of them.
    """

    def __init__(self, redaction: Redaction) -> None:
        """Begin with nothing known."""
        self.redaction = redaction
        self._clean: set[tuple[str | tuple[str, ...], ...]] = set()
        self.holds = self._clean.__contains__

    def keep(self, *words: str) -> None:
        """Know some words from now on, unless they are long."""
        if len(words[-1]) <= MAX_NAME:
            self._add(words)

    def keep_names(self, names: tuple[str, ...]) -> None:
        """Know the names of some attributes from now on, unless they are long together."""
        if sum(map(len, names)) <= MAX_NAME * _SEVERAL:
            self._add((names,))

    def _add(self, words: tuple[str | tuple[str, ...], ...]) -> None:
        if len(self._clean) >= _REMEMBERED:
            self._clean.clear()
        self._clean.add(words)


class Scan:
    """One span or log record: at most ``MAX_TEXT`` characters of it are examined, the rest is replaced."""

    def __init__(self, memory: Memory) -> None:
        """Begin with nothing examined but what is remembered."""
        self._memory = memory
        self._redaction = memory.redaction
        self._left = MAX_TEXT

    def text(self, value: str) -> str:
        """A text without its secrets; one for which nothing is left is replaced as a whole."""
        left = self._left
        size = len(value)
        if size <= left:
            self._left = left - size
        return self._redaction.text(value, limit=left)

    def value(self, value: object) -> object:
        """A value of any shape without its secrets; one for which nothing is left is replaced as a whole."""
        if isinstance(value, str):
            return self.text(value)
        size = _size(value, self._left)
        if size > self._left:
            return OVERSIZE.format(size)
        self._left -= size
        return self._redaction.value(value)

    def attributes(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Attributes without the secrets of their names and values; the same object when there are none."""
        known = self._memory.holds
        names = tuple(given)
        if not known((names,)):
            given = self._renamed(names, given)
        changed: dict[str, Any] = {}
        for item in given.items():
            key, value = item
            if type(value) in NUMBERS or (type(value) is str and known(item)):
                continue
            how = treatment(key)
            if how is Treatment.KEPT and is_id(value):
                # Ids do not come again, and would only fill the memory.
                continue
            new = self._attribute(how, key, value)
            if new is not value:
                changed[key] = new
            elif isinstance(value, str):
                self._memory.keep(key, value)
        return {**given, **changed} if changed else given

    def name(self, value: str, model: object) -> str:
        """The name of a span, which by the conventions ends in that of the model."""
        if not isinstance(model, str) or not model or not value.endswith(model):
            return self.text(value)
        if self._memory.holds(("", model, value)):
            return value
        new = self.text(value.removesuffix(model)) + self._name(model)
        if new == value:
            self._memory.keep("", model, value)
        return new

    def _renamed(self, names: tuple[str, ...], given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Attributes under names without secrets, which a program can make of what it was given."""
        new = [self.text(encodable(name)) for name in names]
        if names == tuple(new):
            self._memory.keep_names(names)
            return given
        return dict(zip(new, given.values(), strict=True))

    def _attribute(self, how: Treatment, key: str, value: object) -> object:
        if how is Treatment.PAIR:
            pair = self.value({key: value})
            return next(iter(pair.values())) if isinstance(pair, dict) else pair
        if how is Treatment.NAME and isinstance(value, str):
            return self._name(value)
        if how is Treatment.NAME and isinstance(value, tuple) and is_id(value) and len(value) <= _SEVERAL:
            new = tuple([self._name(part) for part in value])
            return value if new == value else new
        return self.value(value)

    def _name(self, value: str) -> str:
        return self._redaction.model(value) if len(value) <= MAX_NAME else self.text(value)


def _size(value: object, most: int) -> int:
    """Characters in a value, and one for each part; it stops counting above ``most``."""
    if isinstance(value, str | bytes | bytearray):
        return len(value)
    if isinstance(value, Mapping):
        parts = [*value.keys(), *value.values()]
    elif isinstance(value, Sequence | AbstractSet):
        parts = list(value)
    else:
        return 1
    size = len(parts)
    for part in parts:
        if size > most:
            break
        size += _size(part, most - size)
    return size
