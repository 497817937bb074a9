"""A report as tables, which Markdown and HTML write alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from otel_usage.cli.dividing import title
from otel_usage.cli.report.figures import HOW_TO_PRICE, named, unpriced
from otel_usage.cli.report.standing import standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from otel_usage.cli.report.figures import Named
    from otel_usage.cli.report.gathering import Facts
    from otel_usage.cli.report.standing import Standing
    from otel_usage.cli.report.view import View

__all__ = ["Table", "tables"]


class Table(Struct, frozen=True, kw_only=True):
    """A table of names and figures.

    Attributes:
        title: Its heading.
        columns: Headings of the columns; the first is that of the names.
        rows: A name and its figures each; names come from who knows where.
        marked: Places of the rows that need attention; their last figure says so in words.
        note: A sentence under it.
    """

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    marked: frozenset[int] = frozenset()
    note: str = ""


def tables(facts: Facts, view: View) -> list[Table]:
    """The breakdowns, the budgets and the models without a price; empty ones are left out.

    Args:
        facts: What the report tells.
        view: Which breakdowns it shows.
    """
    found = [
        _breakdown(title(dimension), values)
        for dimension in view.shown
        if (values := named(facts, dimension, view.most(dimension)))
    ]
    if facts.budgets:
        found.append(_budgets([standing(budget) for budget in facts.budgets]))
    if models := unpriced(facts):
        found.append(
            Table(
                title="Without a Price, not in the Total",
                columns=("Model", "Calls"),
                rows=[(name, count.split()[0]) for name, count in models],
                note=HOW_TO_PRICE,
            )
        )
    return found


def _breakdown(name: str, values: list[Named]) -> Table:
    return Table(
        title=f"By {name}",
        columns=(name, "Cost", "Share", "Calls", "Input", "Output"),
        rows=[
            (
                one.name,
                one.cost,
                one.share + one.left_out,
                f"{one.sums.calls:,}",
                f"{one.sums.input:,}",
                f"{one.sums.output:,}",
            )
            for one in values
        ],
    )


def _budgets(budgets: Sequence[Standing]) -> Table:
    return Table(
        title="Budgets",
        columns=("Budget", "Period", "Spent", "Share", "Expected", "State"),
        rows=[
            (one.name, one.period, one.spent, one.share + one.left_out, one.expected, _state(one))
            for one in budgets
        ],
        marked=frozenset(place for place, one in enumerate(budgets) if one.reached is not None or one.over),
        note="As they stand now, whatever the period of the report.",
    )


def _state(budget: Standing) -> str:
    if budget.over:
        return "limit reached"
    return "under" if budget.reached is None else f"{budget.reached:.0%} reached"
