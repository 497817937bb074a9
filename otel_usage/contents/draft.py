"""An answer that comes in pieces, put together within a bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import msgspec

from otel_usage.contents.answers import output_messages
from otel_usage.contents.items import part as part_of
from otel_usage.contents.items import text_part
from otel_usage.contents.plain import decoded
from otel_usage.redaction.stand_ins import OVERSIZE
from otel_usage.usages.fields import Fields, text

__all__ = ["Draft", "Event"]

_MOST: Final = 1_000_000
"""Characters that are held of one answer."""
_MOST_PARTS: Final = 1_000
_CALL: Final = "tool_call"
_GROWING: Final = frozenset({"text", "reasoning", "refusal"})


class _Growing(msgspec.Struct):
    """A part that pieces are added to.

    Attributes:
        kind: Its type.
        id: Of a tool's call.
        name: Of the tool.
        pieces: What came, in order; nothing once it was too much.
        size: Characters that came.
    """

    kind: str
    id: str | None = None
    name: str | None = None
    pieces: list[str] = []
    size: int = 0


class Draft:
    """An answer, or several beside each other, as far as it came.

    Of each kind of text there is one part, whatever came between its pieces, unless the provider numbers the parts. A
    text is never cut: what no longer fits is replaced as a whole, and its size is told.
    """

    __slots__ = ("_held", "_parts", "_reasons", "_whole")

    def __init__(self) -> None:
        """Nothing came yet."""
        self._held = 0
        self._parts: dict[tuple[int, str, object], _Growing | dict[str, Any]] = {}
        self._reasons: dict[int, str] = {}
        self._whole: list[Any] | None = None

    def grow(
        self,
        kind: str,
        piece: object,
        *,
        part: object = None,
        answer: int = 0,
        id: object = None,  # noqa: A002  # the conventions' name
        name: object = None,
    ) -> None:
        """Add a piece to a part; what is neither text nor names a tool is left out.

        Args:
            kind: The type of the part.
            piece: Text, or a piece of the JSON of a tool's arguments.
            part: What the provider calls the part; None for the one of this kind.
            answer: Which of the answers.
            id: Of a tool's call.
            name: Of the tool.
        """
        words, called = text(piece), text(name)
        if words is None and called is None:
            return
        grown = self._parts.get((answer, kind, part))
        if grown is None:
            if len(self._parts) >= _MOST_PARTS:
                return
            grown = self._parts[answer, kind, part] = _Growing(kind)
        if isinstance(grown, _Growing):
            grown.id, grown.name = grown.id or text(id), grown.name or called
            self._add(grown, words or "")

    def add(self, item: object, *, answer: int = 0) -> None:
        """Add an item that came whole, or a piece of text that came as one."""
        found = part_of(item)
        kind, content = found["type"], found.get("content")
        if kind in _GROWING and isinstance(content, str):
            self.grow(kind, content, answer=answer)
        elif len(self._parts) < _MOST_PARTS:
            self._parts[answer, kind, len(self._parts)] = found

    def finish(self, reason: str | None, answer: int = 0) -> None:
        """Take the provider's word for why an answer ended."""
        if reason is not None:
            self._reasons[answer] = reason

    def replace(self, answer: object) -> None:
        """Take the whole answer instead, which the last event of a stream may hold."""
        self._whole = output_messages(answer)

    @property
    def messages(self) -> list[Any]:
        """What came up to now, in the conventions' form."""
        if self._whole is not None:
            return self._whole
        found: dict[int, dict[str, Any]] = {}
        for (answer, _, _), part in self._parts.items():
            message = found.setdefault(answer, {"role": "assistant", "parts": []})
            message["parts"].append(_finished(part) if isinstance(part, _Growing) else part)
        for answer, reason in self._reasons.items():
            found.setdefault(answer, {"role": "assistant", "parts": []})["finish_reason"] = reason
        return [found[answer] for answer in sorted(found)]

    def _add(self, grown: _Growing, words: str) -> None:
        grown.size += len(words)
        self._held += len(words)
        if self._held > _MOST:
            # Half of a text may be half of a secret, which nobody would know for one.
            grown.pieces.clear()
        else:
            grown.pieces.append(words)


Event: TypeAlias = Callable[[Fields, Draft], None]
"""Takes in an event of a stream."""


def _finished(grown: _Growing) -> dict[str, Any]:
    words = "".join(grown.pieces)
    if len(words) < grown.size:
        words = OVERSIZE.format(grown.size)
    if grown.kind != _CALL:
        return text_part(grown.kind, words)
    named = {name: value for name, value in (("id", grown.id), ("name", grown.name)) if value is not None}
    return {"type": _CALL, **named, "arguments": decoded(words) if words else {}}
