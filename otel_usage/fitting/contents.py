"""What was said in a call, made fit to be kept: plain values of JSON, within one bound for the call, without secrets.

What an application sends may be anything and of any size. It is copied within the bound first, and only the copy is
searched: a text that does not fit is replaced by a mark with its size, what is older than what fits by one mark for all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from otel_usage.content import KEYS, Content
from otel_usage.fitting.bounded import FullError, Marking, Room, size_of
from otel_usage.redaction.stand_ins import ERROR, OVERSIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

__all__ = ["ContentFitter"]


class _Redaction(Marking, Protocol):
    def value(self, value: object) -> object:
        """A value of any shape."""


class ContentFitter:
    """Bounds content, and takes the secrets out of it. Nothing is raised: what cannot be read becomes ``[REDACTED:error]``."""

    def __init__(self, redaction: _Redaction, *, failed: Callable[[Exception], None]) -> None:
        """Take the redaction, and who is told of what could not be read."""
        self._redaction = redaction
        self._failed = failed

    def fit(self, content: Content, *, kinds: Collection[str], limit: int) -> Content:
        """The content within a bound and without secrets.

        Args:
            content: As a producer made it.
            kinds: Keys of the attributes that are wanted; the others are left out.
            limit: Bytes of JSON.
        """
        bounded = self.bound(content, kinds=kinds, limit=limit)
        found = {name: getattr(bounded, name) for name in KEYS}
        return Content(**{
            name: None if items is None else [self._redaction.value(item) for item in items]
            for name, items in found.items()
        })  # fmt: skip

    def bound(self, content: Content, *, kinds: Collection[str], limit: int) -> Content:
        """The content within a bound only, for what holds no secrets any more; the arguments are those of ``fit``.

        What came back goes before what was sent last, that before the system's instructions, then earlier messages from
        the latest on, and the tools.
        """
        given = {name: _listed(getattr(content, name)) for name, key in KEYS.items() if key in kinds}
        room = Room(limit, self._redaction)
        kept: dict[str, list[Any]] = {}
        for name, part in (
            ("output_messages", slice(None)),
            ("input_messages", slice(-1, None)),
            ("system_instructions", slice(None)),
            ("input_messages", slice(-1)),
            ("tool_definitions", slice(None)),
        ):
            if (items := given.get(name)) is not None:
                kept[name] = [*self._latest(room, name, items[part]), *kept.get(name, ())]
        return Content(**kept)

    def value(self, value: object, *, limit: int) -> Any:  # noqa: ANN401  # a value of JSON
        """One value of any shape, plain and without secrets; a mark where it does not fit."""
        try:
            plain = Room(limit, self._redaction).plain(value)
        except FullError:
            return OVERSIZE.format(size_of(value))
        except Exception as error:  # noqa: BLE001  # an application's object, which may raise anything
            self._failed(error)
            return ERROR
        return self._redaction.value(plain)

    def _latest(self, room: Room, name: str, items: Sequence[object]) -> list[Any]:
        """Plain copies of the last items that fit, the others as one mark in front of them."""
        kept: list[Any] = []
        for place in range(len(items) - 1, -1, -1):
            before = room.left
            try:
                kept.append(self._item(room, name, items[place]))
            except FullError:
                room.left = before
                kept.append(_stand_in(name, OVERSIZE.format(size_of(items[: place + 1]))))
                break
        return kept[::-1]

    def _item(self, room: Room, name: str, item: object) -> Any:  # noqa: ANN401  # a value of JSON
        try:
            return room.plain(item)
        except FullError:
            raise
        except Exception as error:  # noqa: BLE001  # an application's object, which may raise anything
            self._failed(error)
            return room.plain(_stand_in(name, ERROR))


def _listed(items: object) -> list[Any] | None:
    """The items of one kind; a single one where a producer made no list."""
    return items if items is None or type(items) is list else [items]


def _stand_in(name: str, mark: str) -> dict[str, Any]:
    """A mark in the form of the items of its kind."""
    part = {"type": "text", "content": mark}
    if name == "input_messages":
        return {"role": "user", "parts": [part]}
    return {"role": "assistant", "parts": [part]} if name == "output_messages" else part
