"""What a benchmark yields, and how figures are printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["Figure", "Setup", "table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a benchmark works with.

    Attributes:
        quick: Seconds a figure instead of minutes.
        scratch: A directory that is removed at the end.
    """

    quick: bool
    scratch: Path

    def size(self, *, quick: int, full: int) -> int:
        """A size that depends on how much time there is."""
        return quick if self.quick else full


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number.

    Attributes:
        name: What was measured.
        value: The number.
        unit: Of the value, the goal and what stands beside.
        at_most: The goal, where less is better.
        at_least: The goal, where more is better.
        beside: Floors and peers, measured in the same run.
        note: How it was measured, where that is not plain.
    """

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    beside: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def goal(self) -> str:
        """The goal, and whether it was met."""
        if self.at_most is None and self.at_least is None:
            return ""
        text = (
            f"≤ {_number(self.at_most)}" if self.at_most is not None else f"≥ {_number(self.at_least or 0)}"
        )
        met = self.value <= self.at_most if self.at_most is not None else self.value >= (self.at_least or 0)
        return f"{text} {'met' if met else 'missed'}"

    def cells(self) -> tuple[str, ...]:
        """Name, value, unit, goal, and what stands beside with its ratio."""
        peers = [f"{name} {_number(peer)}{self._ratio(peer)}" for name, peer in self.beside.items()]
        return (
            self.name,
            _number(self.value),
            self.unit,
            self.goal,
            "; ".join([*peers, self.note] if self.note else peers),
        )

    def _ratio(self, peer: float) -> str:
        return f" ({self.value / peer:.2g}x)" if peer else ""


def table(figures: Iterable[Figure]) -> str:
    """Figures as aligned text."""
    rows = [("figure", "value", "unit", "goal", "beside"), *(figure.cells() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for name, value, *rest in rows:
        cells = [name.ljust(widths[0]), value.rjust(widths[1])]
        cells += [cell.ljust(width) for cell, width in zip(rest, widths[2:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
