"""What a budget will have spent at the end of its period."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_usage.budgets.forecast import forecast
from otel_usage.budgets.history import History
from otel_usage.budgets.periods import current_period
from otel_usage.budgets.status import budget_status
from otel_usage.ledger.days import Days
from otel_usage.ledger.queries import Totals
from otel_usage.settings import DEFAULT_BUDGETS, BudgetSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    Call = Callable[..., None]
    Open = Callable[[str], Any]

USD = 10**9
BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = BudgetSettings(name="weekly", period="week", limit=Decimal(50))


def history(costs: dict[date, int], first: date | None) -> History:
    """A history of nano-dollars by day."""
    days = {day: Totals(calls=1, priced=1, nanos=nanos) for day, nanos in costs.items()}
    return History(subject="", days=days, first=first)


def at(moment: datetime) -> int:
    """Nanoseconds of a moment."""
    return int(moment.timestamp()) * 10**9


def test_four_weeks_of_history_give_each_day_its_weekdays_mean(call: Call, ledger: Open) -> None:
    """Noon of a Wednesday: half of a Wednesday, and what is left of the week and of the month."""
    noon = datetime(2026, 11, 18, 12, tzinfo=UTC)
    by_weekday = [7, 5, 4, 3, 2, 0, 0]  # Monday first; nobody works on weekends.
    for back in range(1, 29):
        moment = noon - timedelta(days=back)
        if by_weekday[moment.weekday()]:
            call(moment, nanos=by_weekday[moment.weekday()] * USD)
    call(noon, nanos=11 * USD)
    with ledger("UTC") as opened:
        daily, monthly, weekly = budget_status(opened, [*DEFAULT_BUDGETS, WEEKLY], noon.timestamp())
    today = 11 + 4 // 2
    assert daily.forecast_nanos == today * USD
    assert weekly.spent_nanos == (7 + 5 + 11) * USD
    assert weekly.forecast_nanos == (7 + 5 + today + 3 + 2) * USD
    # The 19th and 20th, a whole week from the 23rd on, and Monday the 30th.
    rest = 3 + 2 + sum(by_weekday) + 7
    assert monthly.forecast_nanos == monthly.spent_nanos + (4 // 2 + rest) * USD


def test_days_before_the_first_call_do_not_count_and_days_without_calls_do(call: Call, ledger: Open) -> None:
    """Fourteen days of history hold each weekday twice: one call on one of both is half a mean."""
    now = datetime(2026, 11, 16, tzinfo=UTC)  # The first moment of a Monday.
    call(now - timedelta(days=14), nanos=6 * USD)
    with ledger("UTC") as opened:
        (weekly,) = budget_status(opened, [WEEKLY], now.timestamp())
        assert weekly.forecast_nanos == 6 * USD // 2
        # A day later it is one call on three Mondays, and the next Monday is of the next week.
        (weekly,) = budget_status(opened, [WEEKLY], (now + timedelta(days=1)).timestamp())
        assert weekly.forecast_nanos == 0
        (daily,) = budget_status(opened, DEFAULT_BUDGETS[:1], (now + timedelta(days=7)).timestamp())
        assert daily.forecast_nanos == 6 * USD // 3


def test_calls_that_are_older_than_four_weeks_make_every_day_count(call: Call, ledger: Open) -> None:
    """Somebody who comes back after a pause is not new; the mean of a weekday is over four."""
    now = datetime(2026, 11, 20, tzinfo=UTC)
    call(now - timedelta(days=100), nanos=99 * USD)
    call(now - timedelta(days=7), nanos=8 * USD)
    with ledger("UTC") as opened:
        (daily,) = budget_status(opened, DEFAULT_BUDGETS[:1], now.timestamp())
    assert daily.forecast_nanos == 8 * USD // 4


def test_less_than_two_weeks_of_history_go_on_as_they_went(call: Call, ledger: Open) -> None:
    """The run rate of the period; one day short of two weeks is still too little."""
    now = datetime(2026, 11, 16, 12, tzinfo=UTC)
    call(now - timedelta(days=13), nanos=1 * USD)
    call(now - timedelta(hours=1), nanos=3 * USD)
    with ledger("UTC") as opened:
        daily, weekly = budget_status(opened, [DEFAULT_BUDGETS[0], WEEKLY], now.timestamp())
    assert daily.forecast_nanos == 3 * USD * 24 // 12
    assert weekly.forecast_nanos == 3 * USD * (7 * 24) // 12


def test_a_run_rate_begins_with_the_day_of_the_first_call(call: Call, ledger: Open) -> None:
    """Who begins on the 21st has not spent nothing for three weeks."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    call(now - timedelta(days=1, hours=13), nanos=4 * USD)
    with ledger("UTC") as opened:
        (monthly,) = budget_status(opened, DEFAULT_BUDGETS[1:], now.timestamp())
    # Two days are over, eight are left.
    assert monthly.forecast_nanos == 4 * USD + 4 * USD * 8 // 2


def test_nothing_is_said_without_calls_or_within_the_first_hour(call: Call, ledger: Open) -> None:
    """A rate of some minutes would be anything."""
    midnight = datetime(2026, 11, 16, tzinfo=UTC)
    with ledger("UTC") as opened:
        assert [of.forecast_nanos for of in budget_status(opened, DEFAULT_BUDGETS, midnight.timestamp())] == [
            None,
            None,
        ]
    call(midnight + timedelta(minutes=1), nanos=USD)
    hour = (midnight + timedelta(hours=1)).timestamp()
    with ledger("UTC") as opened:
        (daily,) = budget_status(opened, DEFAULT_BUDGETS[:1], hour - 1)
        assert daily.forecast_nanos is None
        (daily,) = budget_status(opened, DEFAULT_BUDGETS[:1], hour)
        assert daily.forecast_nanos == 24 * USD


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_what_is_left_of_today_is_by_its_real_length(day: date, hours: int) -> None:
    """At noon 12 of 23 or 25 hours are left."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=BERLIN)
    costs = {day - timedelta(days=back): hours * USD for back in range(1, 29)}
    days = Days("Europe/Berlin")
    found = forecast(history(costs, min(costs)), current_period("day", days, at(noon)), days, at(noon))
    assert found == 12 * USD


@pytest.mark.parametrize(
    ("spent", "expected"),
    [(1, 2), (3, 4), (0, 0)],  # 1.5 → 2, 3.5 → 4
)
def test_half_a_nano_dollar_is_rounded_to_even(spent: int, expected: int) -> None:
    """As everywhere; the mean of the weekday is 1, and half of the day is left."""
    noon = datetime(2026, 11, 18, 12, tzinfo=UTC)
    today = noon.date()
    costs = {today - timedelta(days=back): 1 for back in (7, 14, 21, 28)}
    days = Days("UTC")
    found = forecast(
        history({**costs, today: spent}, min(costs)), current_period("day", days, at(noon)), days, at(noon)
    )
    assert found == expected


@given(
    zone=st.sampled_from(
        ["Europe/Berlin", "Asia/Kathmandu", "Pacific/Marquesas", "Australia/Lord_Howe", "UTC"]
    ),
    kind=st.sampled_from(["day", "week", "month"]),
    seconds=st.integers(1_704_067_200, 1_893_456_000),
    costs=st.lists(st.integers(0, 10**13), min_size=60, max_size=60),
    age=st.integers(14, 60),
)
def test_the_forecast_is_the_sum_over_the_days_that_are_left(
    zone: str, kind: str, seconds: int, costs: list[int], age: int
) -> None:
    """Worked out from local midnights of zoneinfo, in decimals of many digits."""
    there = ZoneInfo(zone)
    now = datetime.fromtimestamp(seconds, there)
    today = now.date()
    days = Days(zone)
    period = current_period(kind, days, seconds * 10**9)
    by_day = {today - timedelta(days=back): costs[back] for back in range(min(age, 59) + 1)}

    def midnight(day: date) -> int:
        return int(datetime(day.year, day.month, day.day, tzinfo=there).timestamp())

    def mean(day: date) -> Decimal:
        same = [today - timedelta(days=back) for back in range(1, min(28, age) + 1)]
        values = [by_day.get(one, 0) for one in same if one.isoweekday() == day.isoweekday()]
        return Decimal(sum(values)) / len(values)

    with localcontext() as context:
        context.prec = 60
        tomorrow = midnight(today + timedelta(days=1))
        expected = Decimal(sum(nanos for day, nanos in by_day.items() if period.first <= day <= period.last))
        expected += mean(today) * (tomorrow - seconds) / (tomorrow - midnight(today))
        day = today + timedelta(days=1)
        while midnight(day) * 10**9 < period.end:
            expected += mean(day)
            day += timedelta(days=1)
        rounded = int(expected.quantize(Decimal(1), ROUND_HALF_EVEN))
    found = forecast(history(by_day, today - timedelta(days=age)), period, days, seconds * 10**9)
    assert found is not None
    # A quotient that decimals cannot hold may fall to the other side of a half.
    assert found == rounded or abs(expected % 1 - Decimal("0.5")) < Decimal("1e-30")
