"""Budgets as a person reads them: a table, or a block for each where the terminal is too narrow for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.cli.money import calls, usd
from otel_usage.cli.output import shown

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
    found: Sequence[BudgetStatus], budgets: Sequence[BudgetSettings], as_of: datetime, width: int
) -> list[str]:
    """What is spent of each budget.

    Args:
        found: The budgets' states.
        budgets: The configured limits; those of which nobody has spent are told of too.
        as_of: When the ledger was read.
        width: Columns of the terminal; 0 for as many as it takes.
    """
    if not budgets:
        return ["No budget is configured: add 'budgets' to otel-usage.yaml in the data directory."]
    rows = [_row(status) for status in found]
    lines = _table(rows)
    if width and max(map(len, lines), default=0) > width:
        lines = [line for row in rows for line in _block(row, width)]
    names = {status.name for status in found}
    idle = [
        f"{shown(of.name)}: no call of this {of.period} says its {of.scope.replace('_', ' ').replace(':', ' ')}"
        for of in budgets
        if of.name not in names
    ]
    return [*lines, *idle, "", *_as_of(as_of)]


def checked_lines(found: BudgetCheck) -> list[str]:
    """What a check found, a line a budget."""
    return [*map(_checked, found.budgets), *_as_of(found.as_of)]


def _row(status: BudgetStatus) -> tuple[str, ...]:
    forecast = "-" if status.forecast_nanos is None else usd(status.forecast_nanos)
    return (
        shown(status.name),
        _whose(status.scope, status.subject),
        status.period,
        usd(status.spent_nanos),
        usd(status.limit_nanos),
        _share(status.spent_nanos, status.limit_nanos),
        forecast,
        f"{status.unpriced_calls:,}",
    )


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    wide = [max(len(cell) for cell in column) for column in zip(_HEAD, *rows, strict=True)]
    return [
        "  ".join(
            f"{cell:<{size}}" if place < _NAMES else f"{cell:>{size}}"
            for place, (cell, size) in enumerate(zip(row, wide, strict=True))
        )
        for row in (_HEAD, *rows)
    ]


def _block(row: Sequence[str], width: int) -> Iterator[str]:
    """A budget on lines of its own: only names are cut."""
    name, whose, period = row[:_NAMES]
    title = f"{name} ({whose}, {period})"
    yield title if len(title) <= width else title[: max(width - len(_CUT), 0)] + _CUT[:width]
    for head, cell in zip(_HEAD[_NAMES:], row[_NAMES:], strict=True):
        whole = f"  {head:<10}{cell}"
        yield whole if len(whole) <= width else f"  {head}\n  {cell}"


def _checked(one: BudgetVerdict) -> str:
    name = shown(f"{one.name} ({_whose(one.scope, one.subject)})" if one.subject else one.name)
    limit = _nanos(one.limit)
    if one.compared is None:
        amount = f"an unknown amount of {usd(limit)}"
    else:
        nanos = _nanos(one.compared)
        amount = f"{usd(nanos)} of {usd(limit)} ({_share(nanos, limit)})"
    unpriced = f", {calls(one.unpriced_calls)} without a price" if one.unpriced_calls else ""
    return f"{name}: {one.verdict}, {amount} this {one.period}{unpriced}"


def _whose(scope: str, subject: str) -> str:
    if not subject:
        return scope
    return shown(f"{scope}{'=' if scope.startswith('tag:') else ':'}{subject}")


def _share(spent: int, limit: int) -> str:
    """A whole percentage, rounded down: 100 % is all of it."""
    return f"{100 * spent // limit}%"


def _nanos(amount: Decimal) -> int:
    return int(amount.scaleb(9))


def _as_of(moment: datetime) -> list[str]:
    return [f"As of {moment:%Y-%m-%d %H:%M:%S %Z}. Advisory: calls in flight are not in it."]
