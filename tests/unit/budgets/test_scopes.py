"""Whose spending a budget counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.budgets.status import budget_status
from otel_usage.records import Kind
from otel_usage.settings import BUDGET_SCOPES, BudgetSettings
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.budgets.status import BudgetStatus

    Call = Callable[..., None]
    Open = Callable[[str], Any]

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
USD = 10**9


@pytest.fixture(autouse=True)
def _calls(call: Call) -> None:
    """Each amount is a bit, so that every sum tells which calls are in it."""
    api: dict[str, Any] = {"kind": Kind.API, "provider": None, "request_model": None, "usage": TokenUsage()}
    call(NOW, nanos=1, agent="marcus", team="core", project="site", task_type="build", tags={"env": "prod"})
    call(NOW, nanos=2, agent="anna", team="core", project="shop", task_type="chat", tags={"env": "dev"})
    call(NOW, nanos=4, provider="anthropic", request_model="claude-3-5-haiku", tags={"env": "prod", "a": "b"})
    call(NOW, nanos=8, request_model="gpt-4o-mini", agent="marcus", tags={"other": "prod"})
    call(NOW, nanos=16, service="websearch", endpoint="/search", agent="anna", **api)
    call(NOW, nanos=32, service="openai", endpoint="gpt-4o", **api)
    call(NOW, nanos=None, request_model="unheard-of", agent="otto")
    call(NOW - timedelta(days=1), nanos=64, agent="marcus", tags={"env": "prod"})
    call(NOW - timedelta(days=3), nanos=128, agent="gone", tags={"env": "old"})


def budget(scope: str, subject: str | None, period: Any = "day") -> BudgetSettings:
    """A limit of $1."""
    return BudgetSettings(name="one", scope=scope, subject=subject, period=period, limit=Decimal(1))


def told(ledger: Open, *budgets: BudgetSettings) -> tuple[BudgetStatus, ...]:
    """The state of some budgets."""
    with ledger("UTC") as opened, opened.snapshot():
        found: tuple[BudgetStatus, ...] = budget_status(opened, budgets, NOW.timestamp())
        return found


@pytest.mark.parametrize(
    ("scope", "subject", "spent"),
    [
        ("global", None, 1 + 2 + 4 + 8 + 16 + 32),
        ("agent", "marcus", 1 + 8),
        ("team", "core", 1 + 2),
        ("project", "shop", 2),
        ("task_type", "build", 1),
        # An API call's service stands for its provider, its endpoint for its model.
        ("provider", "openai", 1 + 2 + 8 + 32),
        ("provider", "websearch", 16),
        ("model", "gpt-4o", 1 + 2 + 32),
        ("model", "gpt-4o*", 1 + 2 + 8 + 32),
        ("model", "*", 1 + 2 + 4 + 8 + 16 + 32),
        ("tag:env", "prod", 1 + 4),
        ("tag:other", "prod", 8),
        ("agent", "nobody", 0),
        ("tag:env", "nowhere", 0),
    ],
)
def test_a_budget_of_one_subject_counts_its_calls(
    ledger: Open, scope: str, subject: str | None, spent: int
) -> None:
    """It has one state, spent or not, under its own name."""
    (status,) = told(ledger, budget(scope, subject))
    assert (status.scope, status.subject, status.spent_nanos) == (scope, subject or "", spent)
    assert status.limit_nanos == USD


@pytest.mark.parametrize(
    ("scope", "spent"),
    [
        ("agent", [("anna", 2 + 16), ("marcus", 1 + 8), ("otto", 0)]),
        ("team", [("core", 1 + 2)]),
        ("project", [("shop", 2), ("site", 1)]),
        ("task_type", [("chat", 2), ("build", 1)]),
        ("provider", [("openai", 1 + 2 + 8 + 32), ("websearch", 16), ("anthropic", 4)]),
        (
            "model",
            [
                ("gpt-4o", 1 + 2 + 32),
                ("/search", 16),
                ("gpt-4o-mini", 8),
                ("claude-3-5-haiku", 4),
                ("unheard-of", 0),
            ],
        ),
        ("tag:env", [("prod", 1 + 4), ("dev", 2)]),
        ("tag:nowhere", []),
    ],
)
def test_a_budget_of_each_has_a_state_for_each(
    ledger: Open, scope: str, spent: list[tuple[str, int]]
) -> None:
    """Who has calls in the period, the costliest first; calls that do not say are in none."""
    found = told(ledger, budget(scope, None))
    assert [(status.subject, status.spent_nanos) for status in found] == spent
    assert {status.scope for status in found} <= {scope}


@pytest.mark.parametrize("scope", [*BUDGET_SCOPES[1:], "tag:env"])
@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_each_is_told_as_a_budget_of_its_own_would_be(ledger: Open, scope: str, period: str) -> None:
    """Sums, unpriced calls, forecast and estimate do not depend on how one asked."""
    each = told(ledger, budget(scope, None, period))
    assert each
    assert each == told(ledger, *(budget(scope, status.subject, period) for status in each))


def test_a_week_begins_on_monday(ledger: Open) -> None:
    """The Wednesday's calls and the Tuesday's; those of Sunday are of the week before."""
    (weekly,) = told(ledger, budget("global", None, "week"))
    assert weekly.spent_nanos == 1 + 2 + 4 + 8 + 16 + 32 + 64
    assert datetime.fromtimestamp(weekly.begin / 1e9, UTC) == datetime(2026, 11, 16, tzinfo=UTC)
    assert datetime.fromtimestamp(weekly.end / 1e9, UTC) == datetime(2026, 11, 23, tzinfo=UTC)


def test_a_subject_with_a_long_past_is_known_to_have_one(call: Call, ledger: Open) -> None:
    """Its days without calls count, also where the budget is each one's."""
    call(NOW - timedelta(days=300), nanos=1000, agent="anna", tags={"env": "dev"})
    call(NOW - timedelta(days=7), nanos=400, agent="anna", tags={"env": "dev"})
    for scope in ("agent", "tag:env"):
        by_name = {status.subject: status for status in told(ledger, budget(scope, None))}
        one = by_name["anna" if scope == "agent" else "dev"]
        # Half of the day is left, and of four Wednesdays one brought 400.
        assert one.forecast_nanos == one.spent_nanos + 400 // 4 // 2


@pytest.mark.parametrize(
    ("spent", "reached"),
    [
        (0, None),
        (499_999_999, None),
        (5 * 10**8, 0.5),
        (799_999_999, 0.5),
        (8 * 10**8, 0.8),
        (10**9, 1.0),
        (10**12, 1.0),
    ],
)
def test_the_highest_threshold_that_is_reached_is_told(
    call: Call, ledger: Open, spent: int, reached: float | None
) -> None:
    """Exactly at it counts."""
    call(NOW, nanos=spent, team="one")
    (status,) = told(ledger, budget("team", "one"))
    assert status.thresholds == (0.5, 0.8, 1.0)
    assert status.reached == reached
