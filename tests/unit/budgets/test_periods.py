"""The calendar periods of budgets."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_usage.budgets.periods import current_period
from otel_usage.errors import InvalidValueError
from otel_usage.ledger.days import Days

ZONES = ("Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "America/Havana", "Australia/Lord_Howe")
HOUR = 3600 * 10**9


def at(text: str) -> int:
    """Nanoseconds of an ISO time."""
    return int(datetime.fromisoformat(text).timestamp()) * 10**9


@given(
    zone=st.sampled_from(ZONES),
    kind=st.sampled_from(["day", "month"]),
    now=st.integers(at("2015-01-01T00:00Z"), at("2034-12-31T00:00Z")),
)
def test_a_period_holds_its_moment_and_the_next_begins_where_it_ends(zone: str, kind: str, now: int) -> None:
    """Periods tile time: no moment is in two of them, or in none."""
    days = Days(zone)
    period = current_period(kind, days, now)
    assert period.begin <= now < period.end
    assert period == current_period(kind, days, period.begin) == current_period(kind, days, period.end - 1)
    assert current_period(kind, days, period.end).begin == period.end
    assert current_period(kind, days, period.begin - 1).end == period.begin
    assert days.of(period.begin) == period.first
    assert days.of(period.end - 1) == period.last
    if kind == "month":
        assert period.first.day == 1
        assert (period.last + timedelta(days=1)).day == 1
        assert period.first.month == period.last.month


@pytest.mark.parametrize(
    ("zone", "now", "begin", "hours"),
    [
        ("Europe/Berlin", "2026-03-29T12:00+02:00", "2026-03-29T00:00+01:00", 23),
        ("Europe/Berlin", "2026-10-25T12:00+01:00", "2026-10-25T00:00+02:00", 25),
        # Midnight did not exist: clocks went from 23:59:59 to 01:00.
        ("America/Sao_Paulo", "2018-11-04T12:00-02:00", "2018-11-04T01:00-02:00", 23),
        # The last hour of the day was there twice.
        ("America/Sao_Paulo", "2018-02-17T23:30-03:00", "2018-02-17T00:00-02:00", 25),
        ("Asia/Kathmandu", "2026-11-21T00:00+05:45", "2026-11-21T00:00+05:45", 24),
    ],
)
def test_a_day_is_as_long_as_its_zone_makes_it(zone: str, now: str, begin: str, hours: int) -> None:
    """23 hours where clocks go forward, 25 where they go back."""
    period = current_period("day", Days(zone), at(now))
    assert period.begin == at(begin)
    assert period.end - period.begin == hours * HOUR


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [
        ("2026-12-31T23:59:59+01:00", date(2026, 12, 1), date(2026, 12, 31)),
        ("2027-01-01T00:00:00+01:00", date(2027, 1, 1), date(2027, 1, 31)),
        ("2028-02-29T12:00:00+01:00", date(2028, 2, 1), date(2028, 2, 29)),
        ("2027-02-10T12:00:00+01:00", date(2027, 2, 1), date(2027, 2, 28)),
        # Still the 30th in UTC.
        ("2026-07-01T00:30:00+02:00", date(2026, 7, 1), date(2026, 7, 31)),
    ],
)
def test_a_month_ends_with_its_last_local_day(now: str, first: date, last: date) -> None:
    """Leap days and the turn of the year included."""
    period = current_period("month", Days("Europe/Berlin"), at(now))
    assert (period.first, period.last) == (first, last)


def test_another_kind_of_period_is_refused() -> None:
    """Days and months are all there is."""
    with pytest.raises(InvalidValueError, match="neither day nor month"):
        current_period("week", Days("UTC"), int(datetime.now(UTC).timestamp()) * 10**9)
