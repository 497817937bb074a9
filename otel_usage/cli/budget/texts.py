"""Budgets as a person reads them: a table, or a block for each where the terminal is too narrow for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.cli.money import calls, usd
from otel_usage.cli.output import shown
from otel_usage.cli.widths import cut, padded, width
from otel_usage.cli.wording import called, of_limit, whose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from decimal import Decimal

    from otel_usage.budgets.check import BudgetCheck, BudgetVerdict
    from otel_usage.budgets.status import BudgetStatus
    from otel_usage.settings import BudgetSettings

__all__ = ["checked_lines", "status_lines"]

_HEAD: Final = ("Budget", "Scope", "Period", "Spent", "Limit", "Share", "Forecast", "Unpriced")
_NAMES: Final = 3
"""Columns that hold names; the others hold numbers, which stand to the right and are never cut."""
_CUT: Final = "..."


def status_lines(
    found: Sequence[BudgetStatus], budgets: Sequence[BudgetSettings], as_of: datetime, columns: int
) -> list[str]:
    """What is spent of each budget.

    Args:
        found: The budgets' states.
        budgets: The configured limits; those that no call counts for are told of too.
        as_of: When the ledger was read.
        columns: Of the terminal; 0 for as many as it takes.
    """
    if not budgets:
        return ["No budget is configured: add 'budgets' to otel-usage.yaml in the data directory."]
    rows = [_row(status) for status in found]
    lines = _table(rows)
    if columns and max(map(width, lines), default=0) > columns:
        lines = [line for row in rows for line in _block(row, columns)]
    used = {status.name for status in found if status.calls}
    idle = [_idle(of) for of in budgets if of.name not in used and of.scope != "global"]
    return [*lines, *idle, "", *_as_of(as_of)]


def checked_lines(found: BudgetCheck) -> list[str]:
    """What a check found, a line a budget."""
    return [*map(_checked, found.budgets), *_as_of(found.as_of)]


def _row(status: BudgetStatus) -> tuple[str, ...]:
    forecast = "-" if status.forecast_nanos is None else usd(status.forecast_nanos)
    return (
        shown(status.name),
        whose(status.scope, status.subject),
        status.period,
        usd(status.spent_nanos),
        usd(status.limit_nanos),
        of_limit(status.spent_nanos, status.limit_nanos),
        forecast,
        f"{status.unpriced_calls:,}",
    )


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    wide = [max(map(width, column)) for column in zip(_HEAD, *rows, strict=True)]
    return [
        "  ".join(
            padded(cell, size) if place < _NAMES else f"{cell:>{size}}"
            for place, (cell, size) in enumerate(zip(row, wide, strict=True))
        )
        for row in (_HEAD, *rows)
    ]


def _block(row: Sequence[str], columns: int) -> Iterator[str]:
    """A budget on lines of its own: only names are cut."""
    name, scope, period = row[:_NAMES]
    yield cut(f"{name} ({scope}, {period})", columns, _CUT)
    for head, cell in zip(_HEAD[_NAMES:], row[_NAMES:], strict=True):
        whole = f"  {head:<10}{cell}"
        yield whole if len(whole) <= columns else f"  {head}\n  {cell}"


def _checked(one: BudgetVerdict) -> str:
    name = called(one.name, one.scope, one.subject)
    limit = _nanos(one.limit)
    if one.compared is None:
        amount = f"an unknown amount of {usd(limit)}"
    else:
        nanos = _nanos(one.compared)
        amount = f"{usd(nanos)} of {usd(limit)} ({of_limit(nanos, limit)})"
    unpriced = f", {calls(one.unpriced_calls)} without a price" if one.unpriced_calls else ""
    return f"{name}: {one.verdict}, {amount} this {one.period}{unpriced}"


def _idle(budget: BudgetSettings) -> str:
    """Nobody may have spent; or a name may not be what the calls say, and nothing would ever be held against it."""
    told = f"{shown(budget.name)}: no call of this {budget.period}"
    if budget.subject is None:
        return f"{told} says its {shown(budget.scope).replace('_', ' ').replace(':', ' ')}"
    return f"{told} is of {whose(budget.scope, budget.subject)}, to the letter"


def _nanos(amount: Decimal) -> int:
    return int(amount.scaleb(9))


def _as_of(moment: datetime) -> list[str]:
    return [f"As of {moment:%Y-%m-%d %H:%M:%S %Z}. Advisory: calls in flight are not in it."]
