from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_usage.errors import InvalidValueError
from otel_usage.ledger.days import QUARTER, Days, quarter_of


def nanoseconds(*moment: int) -> int:
    """Nanoseconds since the epoch of a moment in UTC."""
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 10**9  # type: ignore[arg-type,misc]  # a date and a time


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        # Midnight of 2026-11-22 in +05:45.
        ("Asia/Kathmandu", (2026, 11, 21, 18, 14, 59), (2026, 11, 21, 18, 15)),
        # Midnight of 2026-11-22 in +13:45, daylight saving.
        ("Pacific/Chatham", (2026, 11, 21, 10, 14, 59), (2026, 11, 21, 10, 15)),
        # Midnight of 2026-07-22 in +10:30 and of 2026-11-22 in +11:00: this zone's summer is half an hour ahead.
        ("Australia/Lord_Howe", (2026, 7, 21, 13, 29, 59), (2026, 7, 21, 13, 30)),
        ("Australia/Lord_Howe", (2026, 11, 21, 12, 59, 59), (2026, 11, 21, 13)),
        # Midnight of 2018-11-04 did not exist: the day began at 01:00, -02:00.
        ("America/Sao_Paulo", (2018, 11, 4, 2, 59, 59), (2018, 11, 4, 3)),
        # 2018-02-17 had 25 hours: after 23:59 -02:00 came 23:00 -03:00.
        ("America/Sao_Paulo", (2018, 2, 18, 2, 59, 59), (2018, 2, 18, 3)),
    ],
)
def test_a_local_day_ends_at_local_midnight(
    zone: str, before: tuple[int, ...], after: tuple[int, ...]
) -> None:
    """The last second of a day and the first of the next are a day apart, whatever the zone's offset."""
    days = Days(zone)
    last, first = days.of(nanoseconds(*before)), days.of(nanoseconds(*after))
    assert first - last == timedelta(days=1)
    assert days.begin(first) == days.end(last) == nanoseconds(*after)


@given(
    zone=st.sampled_from(sorted(available_timezones() - {"localtime"})),
    moment=st.datetimes(datetime(2015, 1, 1), datetime(2034, 12, 31)),  # noqa: DTZ001  # hypothesis wants them naive
)
def test_a_quarter_hour_lies_in_one_local_day(zone: str, moment: datetime) -> None:
    """The roll-up by quarter hours can be summed to the days of any zone."""
    seconds = int(moment.replace(tzinfo=UTC).timestamp())
    start = seconds - seconds % QUARTER
    of_each = {
        datetime.fromtimestamp(start + second, ZoneInfo(zone)).date() for second in (0, 1, 449, 898, 899)
    }
    assert of_each == {Days(zone).of(start * 10**9)}
    assert quarter_of(start * 10**9) == quarter_of((start + QUARTER) * 10**9 - 1)


@given(
    zone=st.sampled_from(["Asia/Kathmandu", "Pacific/Chatham", "Australia/Lord_Howe", "America/Sao_Paulo"]),
    day=st.dates(date(2015, 1, 1), date(2034, 12, 31)),
)
def test_the_bounds_of_a_day_hold_that_day_and_no_other(zone: str, day: date) -> None:
    """A day begins at its first moment and ends before the first of the next, also where a midnight is missing."""
    days = Days(zone)
    begin, end = days.begin(day), days.end(day)
    assert days.of(begin) == days.of(end - 1) == day
    assert days.of(begin - 1) == day - timedelta(days=1)
    assert days.of(end) == day + timedelta(days=1)


def test_an_unknown_zone_is_refused_with_a_sentence() -> None:
    """The error names the zone and says what is wanted."""
    with pytest.raises(InvalidValueError, match=r"'Mars/Olympus'.*IANA"):
        Days("Mars/Olympus")
