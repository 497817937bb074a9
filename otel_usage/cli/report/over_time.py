"""What each hour, day or month of a report cost, those without calls too."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from otel_usage.cli.money import usd
from otel_usage.cli.report.chart import Bar
from otel_usage.ledger.days import quarter_of
from otel_usage.ledger.dimensions import Dimension
from otel_usage.ledger.queries import Totals

if TYPE_CHECKING:
    from otel_usage.cli.report.gathering import Facts

__all__ = ["over_time"]

_MOST_DAYS = 92
"""A longer time is told by months."""


def over_time(facts: Facts) -> tuple[str, list[Bar]]:
    """What the parts are, and a bar for each of them, up to now."""
    if Dimension.HOUR in facts.by:
        hours = facts.by[Dimension.HOUR]
        return "Hour", [_bar(hour[:16].replace("T", " "), hours.get(hour)) for hour in _hours(facts)]
    days = facts.by[Dimension.DAY]
    found = _days(facts)
    if len(found) <= _MOST_DAYS:
        return "Day", [_bar(day, days.get(day)) for day in found]
    months: dict[str, int] = {}
    for day in found:
        months[day[:7]] = months.get(day[:7], 0) + days.get(day, Totals()).nanos
    return "Month", [Bar(name=month, value=nanos, told=usd(nanos)) for month, nanos in months.items()]


def _bar(name: str, sums: Totals | None) -> Bar:
    return Bar(name=name, value=sums.nanos if sums else 0, told=usd(sums.cost if sums else 0))


def _days(facts: Facts) -> list[str]:
    """From the period's first day, or the first that has calls, to its last one or today."""
    known = list(facts.by[Dimension.DAY])
    asked = facts.asked.period
    first = asked.first or date.fromisoformat(known[0])
    today = facts.days.today(facts.now)
    last = max(min(asked.last or today, today), date.fromisoformat(known[-1]))
    return [(first + timedelta(days=place)).isoformat() for place in range((last - first).days + 1)]


def _hours(facts: Facts) -> list[str]:
    """The hours of the period up to now; of two of one name each has its own offset."""
    begin, end = facts.asked.period.moments(facts.days)
    now = int(facts.now * 1e9)
    quarters = range(quarter_of(begin or 0), quarter_of(min(end or now, now) - 1) + 1)
    named = [facts.days.hour_of_quarter(quarter) for quarter in quarters]
    return list(dict.fromkeys([*named, *facts.by[Dimension.HOUR]]))
