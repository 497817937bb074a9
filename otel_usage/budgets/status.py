"""What was spent of each budget in its current period."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct

from otel_usage.budgets.forecast import forecast
from otel_usage.budgets.history import WINDOW, histories
from otel_usage.budgets.periods import current_period

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from otel_usage.ledger.queries import Totals
    from otel_usage.ledger.store import Ledger
    from otel_usage.settings import BudgetPeriodKind, BudgetSettings, UnpricedPolicy

__all__ = ["BudgetStatus", "budget_status"]


class BudgetStatus(Struct, frozen=True, kw_only=True):
    """One budget in the period that holds now, for one subject.

    Attributes:
        name: What the budget is called.
        scope: Whose spending counts: ``global`` is everybody's; see ``BudgetSettings``.
        subject: Who that is, where the scope has several; empty for ``global``.
        period: ``day``, ``week`` or ``month``.
        limit_nanos: Nano-dollars that may be spent.
        spent_nanos: Nano-dollars of the calls that began in the period and have an amount.
        forecast_nanos: Nano-dollars that will have been spent at its end, an estimate; None where there is none.
        estimated_nanos: What is spent, with each unpriced call at the mean of the priced ones of the period, or of the
            28 days before today where the period has none; None where there are none either.
        calls: Calls of the period.
        unpriced_calls: Those of them whose amount is unknown; their money is missing in ``spent_nanos``.
        unpriced: What a check makes of them.
        thresholds: Shares that are worth telling of, ascending.
        begin: First moment of the period in nanoseconds.
        end: First moment after it in nanoseconds.
        elapsed: Part of the period that is over, from 0 to 1.
    """

    name: str
    scope: str
    subject: str
    period: BudgetPeriodKind
    limit_nanos: int
    spent_nanos: int
    forecast_nanos: int | None
    estimated_nanos: int | None
    calls: int
    unpriced_calls: int
    unpriced: UnpricedPolicy
    thresholds: tuple[float, ...]
    begin: int
    end: int
    elapsed: float

    @property
    def share(self) -> float:
        """Spent through limit; 1.0 is all of it."""
        return self.spent_nanos / self.limit_nanos

    @property
    def reached(self) -> float | None:
        """The highest threshold that the share is at or over; None below the first."""
        share = self.share
        return max((threshold for threshold in self.thresholds if share >= threshold), default=None)


def budget_status(ledger: Ledger, budgets: Iterable[BudgetSettings], now: float) -> tuple[BudgetStatus, ...]:
    """Each budget as the ledger has it, by the time of the calls.

    A budget of each agent, each value of a tag, and so on has one status for each that has calls in the period, the
    costliest first; every other budget has one, spent or not.

    Args:
        ledger: Brought up to date by the caller.
        budgets: The limits, each more than 0; subjects as they are stored (``otel_usage.budgets.stored``).
        now: Seconds since the epoch.

    Raises:
        LedgerError: The database cannot be read; its subclasses say why.
    """
    moment = int(now * 1e9)
    return tuple(status for budget in budgets for status in _statuses(ledger, budget, moment))


def _statuses(ledger: Ledger, budget: BudgetSettings, now: int) -> Iterator[BudgetStatus]:
    days = ledger.days
    today = days.of(now)
    period = current_period(budget.period, days, now)
    for history in histories(ledger, budget, period, today):
        spent = history.sums(period.first, period.last)
        before = history.sums(today - timedelta(days=WINDOW), today - timedelta(days=1))
        yield BudgetStatus(
            name=budget.name,
            scope=budget.scope,
            subject=history.subject,
            period=budget.period,
            limit_nanos=round(Fraction(budget.limit) * 10**9),
            spent_nanos=spent.nanos,
            forecast_nanos=forecast(history, period, days, now),
            estimated_nanos=_estimated(spent, before),
            calls=spent.calls,
            unpriced_calls=spent.unpriced,
            unpriced=budget.unpriced,
            thresholds=budget.thresholds,
            begin=period.begin,
            end=period.end,
            elapsed=(now - period.begin) / (period.end - period.begin),
        )


def _estimated(spent: Totals, before: Totals) -> int | None:
    """What is spent, with unpriced calls at the mean of priced ones, rounded half to even."""
    if not spent.unpriced:
        return spent.nanos
    known = spent if spent.priced else before
    if not known.priced:
        return None
    return round(spent.nanos + Fraction(known.nanos * spent.unpriced, known.priced))
