"""What was spent of each budget in its current period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from otel_usage.budgets.periods import current_period
from otel_usage.ledger.queries import totals
from otel_usage.ledger.selection import Period, Selection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from otel_usage.ledger.store import Ledger
    from otel_usage.settings import BudgetSettings

__all__ = ["BudgetStatus", "budget_status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetStatus:
    """One budget in the period that holds now.

    Attributes:
        name: What the budget is called.
        scope: Whose spending counts: ``global`` is everybody's.
        subject: Who that is, where the scope has several; empty for ``global``.
        period: ``day`` or ``month``.
        limit_nanos: Nano-dollars that may be spent.
        spent_nanos: Nano-dollars of the calls that began in the period and have an amount.
        unpriced_calls: Calls of the period whose amount is unknown; their money is missing in ``spent_nanos``.
        begin: First moment of the period in nanoseconds.
        end: First moment after it in nanoseconds.
        elapsed: Part of the period that is over, from 0 to 1.
    """

    name: str
    scope: str = "global"
    subject: str = ""
    period: str
    limit_nanos: int
    spent_nanos: int
    unpriced_calls: int
    begin: int
    end: int
    elapsed: float

    @property
    def share(self) -> float:
        """Spent through limit; 1.0 is all of it."""
        return self.spent_nanos / self.limit_nanos


def budget_status(ledger: Ledger, budgets: Iterable[BudgetSettings], now: float) -> tuple[BudgetStatus, ...]:
    """Each budget as the ledger has it, by the time of the calls.

    Args:
        ledger: Brought up to date by the caller.
        budgets: The limits, each more than 0.
        now: Seconds since the epoch.

    Raises:
        LedgerError: The database cannot be read; its subclasses say why.
    """
    moment = int(now * 1e9)
    return tuple(_status(ledger, budget, moment) for budget in budgets)


def _status(ledger: Ledger, budget: BudgetSettings, now: int) -> BudgetStatus:
    period = current_period(budget.period, ledger.days, now)
    found = totals(ledger, Selection(period=Period(first=period.first, last=period.last)))
    return BudgetStatus(
        name=budget.name,
        period=budget.period,
        limit_nanos=round(budget.limit * 10**9),
        spent_nanos=found.nanos,
        unpriced_calls=found.unpriced,
        begin=period.begin,
        end=period.end,
        elapsed=(now - period.begin) / (period.end - period.begin),
    )
