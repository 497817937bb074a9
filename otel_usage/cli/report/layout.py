"""Parts of a report laid out in lines of a width: names are cut where they must be, numbers never are."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from msgspec import Struct

from otel_usage.cli.widths import cut, padded, pieces, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["ROOM", "Line", "Note", "Pair", "Part", "Row", "Rows", "needed", "wrapped"]

ROOM = 56
"""Columns that nothing but a name may make more of."""
_INDENT, _GAP, _BETWEEN = 2, "    ", "   "
_LABEL = 17
"""Columns of a label with its colon."""
_LEAST = 8
"""A name is not cut to less beside its cells; they stand on lines of their own then."""


class Line(Struct, frozen=True):
    """A line of text.

    Attributes:
        text: Without spaces at its end.
        style: ``bold``, or a colour's name; empty for a plain line.
    """

    text: str
    style: str = ""


class Pair(Struct, frozen=True):
    """A label and what there is to say."""

    label: str
    value: str

    def lines(self, room: int, ellipsis: str) -> Iterator[Line]:  # noqa: ARG002  # see Part
        """The value beside its label, or under it where there is no room for its longest word."""
        label = f"{self.label}:"
        if room - _LABEL >= _longest(self.value):
            first, *others = wrapped(self.value, room - _LABEL)
            yield Line(f"{label:<{_LABEL}}{first}")
            yield from (Line(" " * _LABEL + other) for other in others)
        else:
            yield from map(Line, wrapped(label, room))
            yield from map(Line, _indented(self.value, room))


class Note(Struct, frozen=True):
    """A sentence or a heading."""

    text: str

    def lines(self, room: int, ellipsis: str) -> Iterator[Line]:  # noqa: ARG002  # see Part
        """Wrapped between words."""
        yield from map(Line, wrapped(self.text, room))


class Row(Struct, frozen=True):
    """A name and what is said of it, each cell under that of the row above.

    Attributes:
        name: The only thing that may be cut.
        cells: Never cut; the first is aligned at its right.
        mark: What stands before the name, one or two characters.
        style: See ``Line``.
    """

    name: str
    cells: tuple[str, ...]
    mark: str = ""
    style: str = ""


class Rows(Struct, frozen=True):
    """Rows in columns."""

    rows: Sequence[Row]

    def lines(self, room: int, ellipsis: str) -> Iterator[Line]:
        """A line each, or where there is no room for that the name on a line and its cells on the next ones."""
        indent, tails = self._indent(), self._tails()
        longest = max(width(row.name) for row in self.rows)
        free = room - indent - len(_GAP) - max(map(width, tails))
        if free < min(longest, _LEAST):
            for row in self.rows:
                yield Line(f"{row.mark:<{indent}}{cut(row.name, room - indent, ellipsis)}", row.style)
                for line in _packed(row.cells, room - indent - _INDENT):
                    for told in _indented(line, room, indent + _INDENT):
                        yield Line(told, row.style)
            return
        column = min(longest, free)
        for row, tail in zip(self.rows, tails, strict=True):
            name = padded(cut(row.name, column, ellipsis), column)
            yield Line(f"{row.mark:<{indent}}{name}{_GAP}{tail}".rstrip(), row.style)

    def needed(self) -> int:
        """Columns that the longest name asks for."""
        names = self._indent() + max(width(row.name) for row in self.rows)
        tails = len(_GAP) + max(map(width, self._tails()))
        return names if self._indent() + _LEAST + tails > ROOM else names + tails

    def _indent(self) -> int:
        """Columns before a name: where there are marks, they and a space."""
        return max([_INDENT, *(len(row.mark) + 1 for row in self.rows if row.mark)])

    def _tails(self) -> list[str]:
        """The cells of each row, aligned with those of the others."""
        columns = list(zip_longest(*(row.cells for row in self.rows), fillvalue=""))
        wide = [max(map(width, column)) for column in columns]
        return [
            _BETWEEN.join(
                padded(cell, wide[place]) if place else f"{cell:>{wide[0]}}"
                for place, cell in enumerate(cells)
            ).rstrip()
            for cells in zip(*columns, strict=True)
        ]


Part = Pair | Note | Rows
"""Each tells its ``lines`` in a room of so many columns, names cut with an ellipsis."""


def needed(parts: Sequence[Part]) -> int:
    """Columns that the longest name of some parts asks for, ``ROOM`` at least."""
    return max([ROOM, *(part.needed() for part in parts if isinstance(part, Rows))])


def wrapped(text: str, room: int) -> list[str]:
    """A text in lines, parted at its spaces; a word that is longer than a line goes on in the next one."""
    lines, line = [], ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if width(joined) <= room:
            line = joined
            continue
        if line:
            lines.append(line)
        line = ""
        for piece in pieces(word):
            if width(line + piece) > room:
                lines.append(line)
                line = ""
            line += piece
    return [*lines, line]


def _packed(cells: Sequence[str], room: int) -> list[str]:
    """Cells in as few lines as hold them; one that is longer than a line has it for itself."""
    lines: list[str] = []
    for cell in filter(None, cells):
        if lines and width(joined := f"{lines[-1]}{_BETWEEN}{cell}") <= room:
            lines[-1] = joined
        else:
            lines.append(cell)
    return lines


def _indented(text: str, room: int, indent: int = _INDENT) -> list[str]:
    """A text in lines under what it belongs to, as far to the right as its longest word allows."""
    indent = max(min(indent, room - _longest(text)), 0)
    return [" " * indent + line.strip() for line in wrapped(text, room - indent)]


def _longest(text: str) -> int:
    """Columns of its longest word."""
    return max(map(width, text.split()), default=0)
