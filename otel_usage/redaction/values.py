"""Nested values: maps with their keys, sequences, sets, bytes; bounded, so that a visit ends on any graph of objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from otel_usage.redaction.encoding import encodable
from otel_usage.redaction.jsontext import NAMING, VALUING
from otel_usage.redaction.names import Sensitivity, sensitivity
from otel_usage.redaction.stand_ins import ERROR
from otel_usage.redaction.structure import drops

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.redaction.plan import Plan

__all__ = ["Visit"]

_MAX_NESTING = 32
_MAX_NODES = 100_000


class Visit:
    """One visit of a value."""

    def __init__(self, text: Callable[[str], str], tally: Callable[[str], None], plan: Plan) -> None:
        """Take what the visit needs.

        Args:
            text: Redacts one text, and counts what it replaced.
            tally: Counts one replacement by its class.
            plan: Which classes are replaced, and by what.
        """
        self._text = text
        self._tally = tally
        self._plan = plan
        self._left = _MAX_NODES

    def redacted(self, value: object, why: Sensitivity | None = None, depth: int = 0) -> object:
        """Give the redacted value.

        Args:
            value: Anything.
            why: What its name announces.
            depth: How many containers it stands in.

        Returns:
            The same object when nothing was found. What cannot be read is ``[REDACTED:error]``, and takes only itself away.
        """
        self._left -= 1
        if depth > _MAX_NESTING or self._left < 0:
            return self._failed()
        if value is None or isinstance(value, bool):
            return value
        try:
            if isinstance(value, str | bytes | bytearray | memoryview):
                return self._string(value, why) if isinstance(value, str) else self._bytes(value, why)
            if why and why.sure:
                return self._replaced(why.kind, repr(value))
            return value if isinstance(value, int | float | complex) else self._container(value, why, depth)
        except Exception:  # noqa: BLE001  # whatever a foreign object raises, its content must not leave
            return self._failed()

    def _replaced(self, kind: str, value: str) -> str:
        self._tally(kind)
        return self._plan.stand_ins.mark(kind, value)

    def _failed(self) -> str:
        self._tally("error")
        return ERROR

    def _string(self, value: str, why: Sensitivity | None) -> str:
        if why and drops(value, why, self._plan.stand_ins):
            return self._replaced(why.kind, value)
        return self._text(value)

    def _bytes(self, value: bytes | bytearray | memoryview, why: Sensitivity | None) -> object:
        text = bytes(value).decode("utf-8", "surrogateescape")
        new = self._string(text, why)
        # Bytes that are no text stay as they are, unless there is a secret among them.
        return value if new == encodable(text) else new.encode()

    def _container(self, value: object, why: Sensitivity | None, depth: int) -> object:
        if isinstance(value, Mapping):
            return self._mapping(value, depth)
        if not isinstance(value, Sequence | AbstractSet):
            return self._string(str(value), why)
        parts = list(value)
        new = [self.redacted(part, why, depth + 1) for part in parts]
        if all(a is b for a, b in zip(parts, new, strict=True)):
            return value
        if isinstance(value, AbstractSet):
            return frozenset(new) if isinstance(value, frozenset) else set(new)
        return tuple(new) if isinstance(value, tuple) else new

    def _mapping(self, value: Mapping[object, object], depth: int) -> object:
        announced = self._sibling(value)
        out: dict[object, object] = {}
        same = True
        for key, part in value.items():
            new_key = self.redacted(key, None, depth + 1)
            name = _name(key)
            why = self._wanted(sensitivity(name)) or (announced if name.lower() in VALUING else None)
            new = self.redacted(part, why, depth + 1)
            same = same and new_key is key and new is part
            out[new_key] = new
        return value if same else out

    def _sibling(self, value: Mapping[object, object]) -> Sensitivity | None:
        """Find what ``{"name": "password", "value": ...}`` announces for its value."""
        for key, name in value.items():
            if _name(key).lower() in NAMING:
                found = self._wanted(sensitivity(_name(name)))
                if found:
                    return found
        return None

    def _wanted(self, why: Sensitivity | None) -> Sensitivity | None:
        return why if why and why.kind in self._plan.classes else None


def _name(key: object) -> str:
    """A key as a name; headers have theirs in bytes. Empty for what is no name."""
    if isinstance(key, bytes):
        return key.decode("utf-8", "replace")
    return key if isinstance(key, str) else ""
