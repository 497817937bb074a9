"""The calendar periods of budgets."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_usage.budgets.periods import current_period
from otel_usage.errors import InvalidValueError
from otel_usage.ledger.days import Days

ZONES = (
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Asia/Kathmandu",  # +05:45
    "America/Havana",  # its clocks change at midnight
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Marquesas",  # -09:30
    "UTC",
)
HOUR = 3600 * 10**9


def at(text: str) -> int:
    """Nanoseconds of an ISO time."""
    return int(datetime.fromisoformat(text).timestamp()) * 10**9


@given(
    zone=st.sampled_from(ZONES),
    kind=st.sampled_from(["day", "week", "month"]),
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
    if kind == "week":
        assert period.first.isocalendar()[:2] == period.last.isocalendar()[:2]
        assert (period.first.isoweekday(), period.last.isoweekday()) == (1, 7)
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
        ("Pacific/Marquesas", "2026-11-21T00:00-09:30", "2026-11-21T00:00-09:30", 24),
        # Clocks went forward by half an hour, and back.
        ("Australia/Lord_Howe", "2026-10-04T12:00+11:00", "2026-10-04T00:00+10:30", 23.5),
        ("Australia/Lord_Howe", "2026-04-05T12:00+10:30", "2026-04-05T00:00+11:00", 24.5),
    ],
)
def test_a_day_is_as_long_as_its_zone_makes_it(zone: str, now: str, begin: str, hours: float) -> None:
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


@given(
    zone=st.sampled_from(ZONES),
    local=st.datetimes(datetime(2015, 1, 2), datetime(2034, 12, 1)),  # noqa: DTZ001  # the zone is drawn beside it
    kind=st.sampled_from(["day", "week", "month"]),
)
def test_the_ends_are_those_of_the_calendar(zone: str, local: datetime, kind: str) -> None:
    """Worked out with zoneinfo from local midnights; where there is none, the period begins after the gap."""
    there = ZoneInfo(zone)
    begin = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if kind == "day":
        end = begin + timedelta(days=1)
    elif kind == "week":
        begin -= timedelta(days=begin.isoweekday() - 1)
        end = begin + timedelta(days=7)
    else:
        begin = begin.replace(day=1)
        months = begin.year * 12 + begin.month
        end = begin.replace(year=months // 12, month=months % 12 + 1)
    now = int(local.replace(tzinfo=there).timestamp() * 10**6) * 1000
    period = current_period(kind, Days(zone), now)
    assert (period.begin, period.end) == tuple(
        int(edge.replace(tzinfo=there).timestamp()) * 10**9 for edge in (begin, end)
    )


@pytest.mark.parametrize(
    ("now", "first", "last", "hours"),
    [
        # The week of the turn of the year belongs to both.
        ("2026-12-31T23:59:59+01:00", date(2026, 12, 28), date(2027, 1, 3), 7 * 24),
        ("2027-01-01T00:00:00+01:00", date(2026, 12, 28), date(2027, 1, 3), 7 * 24),
        # Monday begins at midnight here, while it is Sunday in UTC.
        ("2026-11-16T00:00:00+01:00", date(2026, 11, 16), date(2026, 11, 22), 7 * 24),
        ("2026-11-15T23:59:59+01:00", date(2026, 11, 9), date(2026, 11, 15), 7 * 24),
        ("2026-03-29T12:00:00+02:00", date(2026, 3, 23), date(2026, 3, 29), 7 * 24 - 1),
        ("2026-10-19T12:00:00+02:00", date(2026, 10, 19), date(2026, 10, 25), 7 * 24 + 1),
        ("2028-02-29T12:00:00+01:00", date(2028, 2, 28), date(2028, 3, 5), 7 * 24),
    ],
)
def test_a_week_begins_on_monday(now: str, first: date, last: date, hours: int) -> None:
    """As in ISO 8601; it is an hour shorter or longer where clocks change in it."""
    period = current_period("week", Days("Europe/Berlin"), at(now))
    assert (period.first, period.last) == (first, last)
    assert period.end - period.begin == hours * HOUR


def test_another_kind_of_period_is_refused() -> None:
    """Days, weeks and months are all there is."""
    with pytest.raises(InvalidValueError, match="neither day, week nor month"):
        current_period("year", Days("UTC"), int(datetime.now(UTC).timestamp()) * 10**9)
