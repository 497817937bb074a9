"""Bars as inline SVG: no script, no reference, each bar with a title that says its name and its figure."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from msgspec import Struct

from otel_usage.cli.widths import cut

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Bar", "columns", "lines"]

_WIDTH = 720
_HIGH, _FOOT, _HEAD = 180, 24, 20
"""Height of the highest column, of the names under it, and of its figure over it."""
_THICK, _APART = 18, 10
_NAMES, _FIGURES = 230, 110
"""Columns of a chart of lines: the names at the left, the figures at the right."""
_LETTERS = 30
"""Columns of a name beside a bar; the title has all of it."""


class Bar(Struct, frozen=True, kw_only=True):
    """One bar.

    Attributes:
        name: Whose it is, from who knows where.
        value: How long it is, in any unit, at least 0.
        told: The value as it is read.
    """

    name: str
    value: int
    told: str


def columns(title: str, bars: Sequence[Bar]) -> str:
    """Bars beside each other, in the order of time; the first, the last and the highest are labelled."""
    most = max(bar.value for bar in bars) or 1
    step = _WIDTH / len(bars)
    highest = max(range(len(bars)), key=lambda place: bars[place].value)
    parts = []
    for place, bar in enumerate(bars):
        tall = _HIGH * bar.value / most
        left, top = place * step, _HEAD + _HIGH - tall
        parts.append(_bar(bar, left + step * 0.1, top, step * 0.8, tall))
    base = _HEAD + _HIGH
    parts.append(f'<line class="axis" x1="0" y1="{base}" x2="{_WIDTH}" y2="{base}"/>')
    under = base + 17
    parts.append(_text(bars[0].name, 0, under))
    if len(bars) > 1:
        parts.append(_text(bars[-1].name, _WIDTH, under, "end"))
    middle = (highest + 0.5) * step
    anchor = "start" if middle < _NAMES / 2 else "end" if middle > _WIDTH - _NAMES / 2 else "middle"
    parts.append(_text(bars[highest].told, middle, _HEAD - 6, anchor))
    return _svg(title, _HEAD + _HIGH + _FOOT, parts)


def lines(title: str, bars: Sequence[Bar]) -> str:
    """Bars below each other, the name of each at its left and its figure at its right."""
    most = max(bar.value for bar in bars) or 1
    longest = _WIDTH - _NAMES - _FIGURES
    parts = []
    for place, bar in enumerate(bars):
        top = place * (_THICK + _APART)
        long = longest * bar.value / most
        name = cut(bar.name, _LETTERS)
        parts += [
            _text(name, _NAMES - 8, top + 14, "end"),
            _bar(bar, _NAMES, top, long, _THICK),
            _text(bar.told, _NAMES + long + 8, top + 14),
        ]
    return _svg(title, len(bars) * (_THICK + _APART), parts)


def _svg(title: str, high: float, parts: Sequence[str]) -> str:
    return (
        f'<svg role="img" viewBox="0 0 {_WIDTH} {high}" aria-label="{escape(title)}">\n'
        f"<title>{escape(title)}</title>\n" + "\n".join(parts) + "\n</svg>"
    )


def _bar(bar: Bar, left: float, top: float, wide: float, tall: float) -> str:
    return (
        f'<rect class="bar" x="{left:.2f}" y="{top:.2f}" width="{wide:.2f}" height="{tall:.2f}">'
        f"<title>{escape(bar.name)}: {escape(bar.told)}</title></rect>"
    )


def _text(text: str, left: float, base: float, anchor: str = "start") -> str:
    return f'<text x="{left:.2f}" y="{base:.2f}" text-anchor="{anchor}">{escape(text)}</text>'
