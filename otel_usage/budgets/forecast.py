"""What a budget will have spent at the end of its period: an estimate.

Somebody who has a month of history spends by the days of the week; their mean was the better forecast of months with
such a pattern than a run rate, and far better than a line through the last hours. Who has less gets a run rate.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from otel_usage.budgets.history import WINDOW

if TYPE_CHECKING:
    from otel_usage.budgets.history import History
    from otel_usage.budgets.periods import BudgetPeriod
    from otel_usage.ledger.days import Days

__all__ = ["forecast"]

_ENOUGH: Final = 14
"""Days between the first call and today from which on there are means of the days of the week."""
_HOUR: Final = 3600 * 10**9
"""Nanoseconds below which a run rate says nothing."""


def forecast(history: History, period: BudgetPeriod, days: Days, now: int) -> int | None:
    """Nano-dollars, rounded half to even: what is spent, and what the rest of the period will bring.

    Each whole local day that is left brings the mean of its day of the week over the 28 days before today, and today
    the part of that mean which is left of today, by its real length. Days without calls count as 0, days before the
    first call not at all. Where the first call is not yet 14 days ago, the rest goes on as the period has gone so far,
    in a period in which the first call lies since that call's day.

    Args:
        history: What the calls cost.
        period: The period that holds now.
        days: The ledger's zone.
        now: Nanoseconds since the epoch.

    Returns:
        None where nothing can be said: without calls, or with a run rate of less than an hour.
    """
    if history.first is None:
        return None
    today = days.of(now)
    spent = history.sums(period.first, period.last).nanos
    if (today - history.first).days >= _ENOUGH:
        return round(spent + _by_weekday(history, history.first, period, days, now))
    elapsed = now - max(period.begin, days.begin(history.first))
    return None if elapsed < _HOUR else round(spent + Fraction(spent * (period.end - now), elapsed))


def _by_weekday(history: History, first: date, period: BudgetPeriod, days: Days, now: int) -> Fraction:
    """What the rest of the period brings by the means of the days of the week."""
    today = days.of(now)
    known = range(min(WINDOW, (today - first).days), 0, -1)
    window = [today - timedelta(days=back) for back in known]
    counts = Counter(day.weekday() for day in window)
    nanos: Counter[int] = Counter()
    for day in window:
        if (sums := history.days.get(day)) is not None:
            nanos[day.weekday()] += sums.nanos
    means = {weekday: Fraction(nanos[weekday], count) for weekday, count in counts.items()}
    left = Fraction(days.end(today) - now, days.end(today) - days.begin(today))
    coming = ((today + timedelta(days=ahead)).weekday() for ahead in range(1, (period.last - today).days + 1))
    return left * means[today.weekday()] + sum((means[weekday] for weekday in coming), Fraction())
