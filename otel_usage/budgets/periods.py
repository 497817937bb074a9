"""The calendar periods that budgets are held against: days, weeks and months of the ledger's zone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from otel_usage.errors import InvalidValueError

if TYPE_CHECKING:
    from datetime import date

    from otel_usage.ledger.days import Days

__all__ = ["BudgetPeriod", "current_period"]


class BudgetPeriod(Struct, frozen=True, kw_only=True):
    """One day, week or month.

    Attributes:
        first: Its first local day.
        last: Its last local day.
        begin: Its first moment in nanoseconds.
        end: The first moment after it in nanoseconds.
    """

    first: date
    last: date
    begin: int
    end: int


def current_period(kind: str, days: Days, now: int) -> BudgetPeriod:
    """The period that holds a moment.

    Args:
        kind: ``day``, ``week`` (from Monday, as in ISO 8601) or ``month``.
        days: The ledger's zone.
        now: Nanoseconds since the epoch.

    Raises:
        InvalidValueError: There is no such kind of period.
    """
    today = days.of(now)
    if kind == "day":
        first, last = today, today
    elif kind == "week":
        first = today - timedelta(days=today.weekday())
        last = first + timedelta(days=6)
    elif kind == "month":
        first = today.replace(day=1)
        # The 28th and four days lie in the next month, whichever month it is.
        last = (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    else:
        raise InvalidValueError("period", kind, "is neither day, week nor month")
    return BudgetPeriod(first=first, last=last, begin=days.begin(first), end=days.end(last))
