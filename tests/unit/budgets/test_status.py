"""What was spent of each budget."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from otel_usage.budgets.status import budget_status
from otel_usage.settings import DEFAULT_BUDGETS, BudgetSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    Call = Callable[..., None]
    Open = Callable[[str], Any]

USD = 10**9


def test_an_empty_ledger_has_spent_nothing_of_the_defaults(ledger: Open) -> None:
    """10 dollars a day and 150 a month."""
    noon = datetime(2026, 11, 16, tzinfo=UTC)
    with ledger("UTC") as opened:
        daily, monthly = budget_status(opened, DEFAULT_BUDGETS, noon.timestamp())
    assert (daily.name, daily.scope, daily.subject, daily.period) == ("daily", "global", "", "day")
    assert (daily.limit_nanos, daily.spent_nanos, daily.share, daily.elapsed) == (10 * USD, 0, 0.0, 0.0)
    assert (monthly.name, monthly.period, monthly.limit_nanos) == ("monthly", "month", 150 * USD)
    assert monthly.elapsed == 0.5
    assert (monthly.begin, monthly.end) == (
        int(datetime(2026, 11, 1, tzinfo=UTC).timestamp()) * 10**9,
        int(datetime(2026, 12, 1, tzinfo=UTC).timestamp()) * 10**9,
    )


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        # The first is the day on which the clocks go back, the second that on which they went forward at midnight.
        ("Europe/Berlin", datetime(2026, 10, 25, tzinfo=ZoneInfo("Europe/Berlin"))),
        ("America/Sao_Paulo", datetime(2018, 11, 4, 1, tzinfo=ZoneInfo("America/Sao_Paulo"))),
        ("Asia/Kathmandu", datetime(2026, 12, 1, tzinfo=ZoneInfo("Asia/Kathmandu"))),
        ("UTC", datetime(2028, 2, 29, tzinfo=UTC)),
    ],
)
def test_a_call_counts_in_the_period_in_which_it_began(
    call: Call, ledger: Open, zone: str, midnight: datetime
) -> None:
    """Each amount is a bit, so that every sum tells which calls are in it."""
    first_moment = midnight.astimezone(UTC)
    call(first_moment - timedelta(seconds=1), nanos=1)
    call(first_moment, nanos=2)
    call(first_moment + timedelta(hours=22, minutes=59), nanos=4)
    call(first_moment + timedelta(hours=26), nanos=8)
    call(first_moment + timedelta(days=40), nanos=16)
    month = [1, 2, 4, 8]
    if midnight.day == 1:
        month.remove(1)
    if midnight.astimezone(UTC).month == 2:
        month.remove(8)  # The next day is in March.
    with ledger(zone) as opened:
        now = (first_moment + timedelta(hours=12)).timestamp()
        daily, monthly = budget_status(opened, DEFAULT_BUDGETS, now)
    assert daily.spent_nanos == 2 + 4
    assert monthly.spent_nanos == sum(month)


def test_money_that_is_not_known_is_told_beside(call: Call, ledger: Open) -> None:
    """Nothing is guessed for calls without an amount."""
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    call(now, nanos=None)
    call(now, nanos=None)
    with ledger("UTC") as opened:
        (daily,) = budget_status(opened, DEFAULT_BUDGETS[:1], now.timestamp())
        assert (daily.spent_nanos, daily.unpriced_calls) == (0, 2)
    call(now, nanos=3 * USD)
    with ledger("UTC") as opened:
        (daily,) = budget_status(opened, DEFAULT_BUDGETS[:1], now.timestamp())
    assert (daily.spent_nanos, daily.unpriced_calls, daily.share) == (3 * USD, 2, 3 / 10)


def test_a_share_may_pass_one(call: Call, ledger: Open) -> None:
    """A budget stops nothing."""
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    call(now, nanos=3 * USD)
    with ledger("UTC") as opened:
        (status,) = budget_status(
            opened, [BudgetSettings(name="cents", period="day", limit=Decimal("0.50"))], now.timestamp()
        )
    assert (status.name, status.share, status.elapsed) == ("cents", 3 / 0.5, 0.5)
