"""A report as text in a box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from otel_usage.cli.dividing import title
from otel_usage.cli.money import calls
from otel_usage.cli.report.box import drawn
from otel_usage.cli.report.figures import (
    HOW_TO_PRICE,
    about,
    comparison,
    head,
    named,
    rest,
    unpriced,
)
from otel_usage.cli.report.layout import Note, Pair, Row, Rows
from otel_usage.cli.report.standing import standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from otel_usage.cli.report.box import Pen
    from otel_usage.cli.report.figures import Figure, Named
    from otel_usage.cli.report.gathering import Facts
    from otel_usage.cli.report.layout import Part
    from otel_usage.cli.report.standing import Standing
    from otel_usage.cli.report.view import View

__all__ = ["text"]

_LEGEND = "! a threshold is reached, !! the limit"


def text(facts: Facts, view: View, pen: Pen) -> str:
    """The box.

    Args:
        facts: What it tells.
        view: Which breakdowns it shows.
        pen: What it is drawn with.
    """
    titles = [f"LLM Usage Report - {facts.asked.title}"]
    if common := about(facts.selection):
        titles.append(", ".join(f"{name} {value}" for name, value in common))
    sections: list[list[Part]] = [_pairs(head(facts))]
    for dimension in view.shown:
        if values := named(facts, dimension, view.most(dimension)):
            rows = [_row(one, pen) for one in values]
            sections.append([Note(pen.written(f"By {title(dimension)}:")), Rows(rows)])
    sections.append(_pairs(rest(facts)))
    if compared := comparison(facts):
        sections.append(_pairs(compared))
    if facts.budgets:
        budgets = [_budget(standing(budget), pen) for budget in facts.budgets]
        legend = [Note(_LEGEND)] if any(row.mark for row in budgets) else []
        sections.append([Note("Budgets:"), Rows(budgets), *legend])
    if facts.whole.unpriced:
        models = [Row(pen.written(name), (count,)) for name, count in unpriced(facts)]
        told = Pair("Unpriced", f"{calls(facts.whole.unpriced)}, not in the total")
        sections.append([told, Rows(models), Note(HOW_TO_PRICE)])
    return drawn([pen.written(line) for line in titles], sections, pen)


def _pairs(figures: Sequence[Figure]) -> list[Part]:
    return [Pair(*figure) for figure in figures]


def _row(one: Named, pen: Pen) -> Row:
    part = f"({one.share})" if one.share else ""
    return Row(pen.written(one.name), (one.cost, f"{part}{one.left_out}".lstrip()))


def _budget(one: Standing, pen: Pen) -> Row:
    """A row that tells without its colour, too, whether the budget is reached."""
    expected = one.expected and f"{one.expected} expected"
    row = Row(pen.written(one.name), (one.spent, f"({one.share}){one.left_out}", expected))
    if one.over:
        return replace(row, mark="!!", style="red")
    return row if one.reached is None else replace(row, mark="!", style="yellow")
