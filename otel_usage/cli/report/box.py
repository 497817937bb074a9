"""A report's text in a box of double lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct

from otel_usage.cli.report.layout import Line, needed, wrapped
from otel_usage.cli.widths import width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from otel_usage.cli.report.layout import Part

__all__ = ["Pen", "drawn"]

_NARROWEST = 20
_MARGIN = 2
"""Spaces at each side of a line; one where there is little room."""
_WIDE_ENOUGH = 40
_TITLE = 11
"""Spaces before a title."""
_ASCII: Final = str.maketrans("╔═╗║╠╣╚╝", "+=+|++++")


class Pen(Struct, frozen=True, kw_only=True):
    """What a box can be drawn with.

    Attributes:
        columns: Of the terminal; None for as many as names need.
        unicode: Whether lines and names may have other characters than those of ASCII.
        colour: Whether there are colours.
    """

    columns: int | None = None
    unicode: bool = True
    colour: bool = False

    def written(self, text: str) -> str:
        """A text in the characters that there are."""
        return text if self.unicode else text.translate(_ASCII).encode("ascii", "replace").decode()

    @property
    def ellipsis(self) -> str:
        """What stands for what was cut out."""
        return "…" if self.unicode else "..."


def drawn(titles: Sequence[str], sections: Sequence[Sequence[Part]], pen: Pen) -> str:
    """A box, 62 columns wide; wider where a name needs it, narrower where the terminal is.

    Args:
        titles: Lines of its head.
        sections: What stands between its lines, in ``pen.written`` characters.
        pen: What it is drawn with.
    """
    inner = 2 * _MARGIN + needed([part for section in sections for part in section])
    if pen.columns is not None:
        inner = min(inner, max(pen.columns, _NARROWEST) - 2)
    margin = _MARGIN if inner >= _WIDE_ENOUGH else 1
    room = inner - 2 * margin
    left = max(margin, min(_TITLE, inner - margin - max(map(width, titles))))
    head = [
        Line(" " * (left - margin) + line, "bold")
        for title in titles
        for line in wrapped(title, inner - left - margin)
    ]
    blocks = [head]
    blocks += [[line for part in section for line in part.lines(room, pen.ellipsis)] for section in sections]
    side, margins, rule = pen.written("║"), " " * margin, pen.written("═") * inner
    bodies = (
        "".join(f"{side}{margins}{_styled(line, room, pen)}{margins}{side}\n" for line in block)
        for block in blocks
    )
    between = f"{pen.written('╠')}{rule}{pen.written('╣')}\n"
    top, bottom = (
        f"{pen.written('╔')}{rule}{pen.written('╗')}\n",
        f"{pen.written('╚')}{rule}{pen.written('╝')}",
    )
    return top + between.join(bodies) + bottom


def _styled(line: Line, room: int, pen: Pen) -> str:
    """A line with spaces up to the margin, its text styled."""
    spaces = " " * (room - width(line.text))
    if not pen.colour or not line.style:
        return line.text + spaces
    bold = line.style == "bold"
    return click.style(line.text, bold=bold or None, fg=None if bold else line.style) + spaces
