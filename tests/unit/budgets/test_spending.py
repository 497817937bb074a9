"""What was spent today."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.budgets.spending import Spending, today
from otel_usage.records import Kind
from otel_usage.settings import DEFAULT_BUDGETS, BudgetSettings
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable

    Call = Callable[..., None]
    Open = Callable[[str], Any]

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_nothing_is_spent_in_an_empty_ledger(ledger: Open) -> None:
    """Every sum is zero."""
    with ledger("UTC") as opened:
        found = today(opened, DEFAULT_BUDGETS, NOW.timestamp())
    assert found == Spending(
        cost=Decimal(0),
        calls=0,
        input_tokens=0,
        output_tokens=0,
        by_model={},
        budget_share=0.0,
        unpriced_calls=0,
    )


def test_the_sums_are_those_of_the_local_day(call: Call, ledger: Open) -> None:
    """Exact to the nano-dollar, API calls included; models with the costliest first, without those that have no amount."""
    call(NOW, nanos=1, usage=TokenUsage(input=1, output=2))
    call(NOW, nanos=2, request_model="o3", usage=TokenUsage(input=10, output=20, cache_read=5))
    call(NOW, nanos=10**9, request_model="o3", usage=TokenUsage(input=100, output=200, reasoning=50))
    call(NOW, nanos=None, request_model="unheard-of", usage=TokenUsage(input=1000, output=2000))
    call(NOW, nanos=4, kind=Kind.API, provider=None, service="search", endpoint="/find", usage=TokenUsage())
    call(NOW - timedelta(days=1), nanos=5 * 10**9)
    with ledger("UTC") as opened:
        found = today(opened, DEFAULT_BUDGETS, NOW.timestamp())
    assert found == Spending(
        cost=Decimal("1.000000007"),
        calls=5,
        input_tokens=1111,
        output_tokens=2222,
        by_model={"o3": Decimal("1.000000002"), "gpt-4o": Decimal("1e-9")},
        budget_share=(10**9 + 7) / (10 * 10**9),
        unpriced_calls=1,
    )
    assert list(found.by_model) == ["o3", "gpt-4o"]
    with pytest.raises(TypeError):
        found.by_model["o3"] = Decimal(0)  # type: ignore[index]  # what is tested


def test_the_share_is_that_of_the_first_daily_budget_for_everybody(call: Call, ledger: Open) -> None:
    """There is none without one."""
    call(NOW, nanos=10**9)
    budgets = [
        BudgetSettings(name="m", period="month", limit=Decimal(1)),
        BudgetSettings(name="of one", scope="agent", subject="anna", period="day", limit=Decimal(2)),
        BudgetSettings(name="a", period="day", limit=Decimal(4)),
        BudgetSettings(name="b", period="day", limit=Decimal(8)),
    ]
    with ledger("UTC") as opened:
        assert today(opened, budgets, NOW.timestamp()).budget_share == 1 / 4
        assert today(opened, budgets[:2], NOW.timestamp()).budget_share is None
