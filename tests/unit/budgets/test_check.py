"""Whether budgets are spent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.budgets.check import BudgetCheck, Verdict, check, named
from otel_usage.errors import InvalidValueError
from otel_usage.settings import DEFAULT_BUDGETS, BudgetSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    Call = Callable[..., None]
    Open = Callable[[str], Any]
    Check = Callable[..., BudgetCheck]

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
USD = 10**9


@pytest.fixture
def checked(ledger: Open) -> Check:
    """Checks budgets in UTC."""

    def run(*budgets: BudgetSettings, **options: Any) -> BudgetCheck:
        with ledger("UTC") as opened:
            return check(opened, budgets, NOW.timestamp(), **options)

    return run


def budget(unpriced: Any = "ignore", name: str = "one") -> BudgetSettings:
    """A limit of $10 a day."""
    return BudgetSettings(name=name, period="day", limit=Decimal(10), unpriced=unpriced)


@pytest.mark.parametrize(
    ("spent", "fail_at", "verdict"),
    [
        (0, 1.0, Verdict.UNDER),
        (10 * USD - 1, 1.0, Verdict.UNDER),
        (10 * USD, 1.0, Verdict.REACHED),
        (11 * USD, 1.0, Verdict.REACHED),
        (8 * USD - 1, 0.8, Verdict.UNDER),
        (8 * USD, 0.8, Verdict.REACHED),
        (3 * USD, 0.3, Verdict.REACHED),
        (7 * USD, 0.7, Verdict.REACHED),
        (19 * USD, 2, Verdict.UNDER),
        (20 * USD, 2, Verdict.REACHED),
    ],
)
def test_a_share_is_reached_to_the_nano_dollar(
    call: Call, checked: Check, spent: int, fail_at: float, verdict: Verdict
) -> None:
    """At it is over it."""
    call(NOW, nanos=spent)
    found = checked(budget(), fail_at=fail_at)
    assert (found.verdict, found.reason, found.fail_at) == (verdict, None, fail_at)
    assert found.as_of == NOW
    (one,) = found.budgets
    assert (one.verdict, one.limit, one.compared) == (verdict, Decimal(10), Decimal(spent) / USD)


def test_one_that_is_reached_decides(call: Call, checked: Check) -> None:
    """Each is told for itself, and one that cannot be told does not hide it."""
    call(NOW - timedelta(days=1), nanos=200 * USD)
    call(NOW, nanos=None, agent="anna")
    unsure = BudgetSettings(
        name="anna", scope="agent", subject="anna", period="day", limit=Decimal(1), unpriced="estimate"
    )
    found = checked(unsure, *DEFAULT_BUDGETS)
    assert found.verdict is Verdict.REACHED
    assert found.reason is None
    assert {one.name: one.verdict for one in found.budgets} == {
        "anna": Verdict.UNKNOWN,
        "daily": Verdict.UNDER,
        "monthly": Verdict.REACHED,
    }


def test_unpriced_calls_are_ignored_unless_one_asks_otherwise(call: Call, checked: Check) -> None:
    """What is known counts; how many calls are not in it is told."""
    call(NOW, nanos=9 * USD)
    call(NOW, nanos=None)
    found = checked(budget())
    assert found.verdict is Verdict.UNDER
    assert (found.budgets[0].compared, found.budgets[0].unpriced_calls) == (Decimal(9), 1)


@pytest.mark.parametrize(
    ("spent", "verdict"), [(None, Verdict.UNDER), (0, Verdict.UNDER), (1, Verdict.UNDER)]
)
def test_a_budget_that_blocks_is_reached_by_a_call_without_a_price(
    call: Call, checked: Check, spent: int | None, verdict: Verdict
) -> None:
    """However little is spent."""
    if spent is not None:
        call(NOW, nanos=spent)
    call(NOW - timedelta(days=1), nanos=None)
    assert checked(budget("block")).verdict is verdict
    call(NOW, nanos=None)
    assert checked(budget("block")).verdict is Verdict.REACHED


def test_an_estimate_takes_unpriced_calls_to_cost_the_mean_of_the_others(call: Call, checked: Check) -> None:
    """Of the same budget and period: two calls for 4.5 dollars make a third one 2.25."""
    call(NOW - timedelta(days=1), nanos=100 * USD)
    call(NOW, nanos=3 * USD)
    call(NOW, nanos=USD + USD // 2)
    call(NOW, nanos=None)
    (one,) = checked(budget("estimate")).budgets
    assert (one.verdict, one.compared) == (Verdict.UNDER, Decimal("6.75"))
    for _ in range(2):
        call(NOW, nanos=None)
    (one,) = checked(budget("estimate")).budgets
    assert (one.verdict, one.compared) == (Verdict.REACHED, Decimal("11.25"))


@pytest.mark.parametrize(("nanos", "estimate"), [(1, 2), (3, 4), (5, 8)])
def test_an_estimate_is_rounded_half_to_even(call: Call, checked: Check, nanos: int, estimate: int) -> None:
    """1.5 is 2, 4.5 is 4, 7.5 is 8 nano-dollars."""
    call(NOW, nanos=nanos)
    call(NOW, nanos=0)
    call(NOW, nanos=None)
    (one,) = checked(budget("estimate")).budgets
    assert one.compared == Decimal(estimate).scaleb(-9)


def test_an_estimate_without_priced_calls_looks_at_the_four_weeks_before(call: Call, checked: Check) -> None:
    """Not further: a call of 29 days ago says nothing."""
    call(NOW, nanos=None)
    call(NOW - timedelta(days=29), nanos=100 * USD)
    found = checked(budget("estimate"))
    assert found.verdict is Verdict.UNKNOWN
    assert found.reason == "no call has a price that the unpriced ones could be estimated by: one"
    assert found.budgets[0].compared is None
    call(NOW - timedelta(days=28), nanos=2 * USD)
    call(NOW - timedelta(days=1), nanos=4 * USD)
    (one,) = checked(budget("estimate")).budgets
    assert (one.verdict, one.compared) == (Verdict.UNDER, Decimal(3))


def test_nothing_is_known_to_be_under_while_calls_may_be_missing(call: Call, checked: Check) -> None:
    """What is reached stays reached."""
    found = checked(budget(), complete=False)
    assert found.verdict is Verdict.UNKNOWN
    assert str(found.reason).startswith("the newest calls may be missing")
    (one,) = found.budgets
    assert (one.verdict, one.compared) == (Verdict.UNKNOWN, Decimal(0))
    call(NOW, nanos=10 * USD)
    found = checked(budget(), complete=False)
    assert (found.verdict, found.reason) == (Verdict.REACHED, None)


def test_nothing_is_known_to_be_under_while_recording_is_switched_off(call: Call, checked: Check) -> None:
    """Whatever is spent meanwhile comes into no ledger; what is reached stays reached."""
    found = checked(budget(), disabled=True)
    assert (found.verdict, found.budgets[0].verdict) == (Verdict.UNKNOWN, Verdict.UNKNOWN)
    assert "OTEL_USAGE_DISABLED" in str(found.reason)
    call(NOW, nanos=10 * USD)
    assert checked(budget(), disabled=True).verdict is Verdict.REACHED


def test_without_a_budget_nobody_can_tell(checked: Check) -> None:
    """An empty list of limits is not a limit that holds."""
    found = checked()
    assert (found.verdict, found.reason, found.budgets) == (Verdict.UNKNOWN, "no budget is configured", ())


def test_a_budget_of_each_of_whom_nobody_has_calls_is_under(checked: Check) -> None:
    """There is a limit, and nothing is spent."""
    each = BudgetSettings(name="agents", scope="agent", period="day", limit=Decimal(1))
    found = checked(each)
    assert (found.verdict, found.budgets) == (Verdict.UNDER, ())


def test_one_budget_is_asked_about_by_its_name() -> None:
    """Another name is refused with those that there are."""
    assert named(DEFAULT_BUDGETS, "daily") == [DEFAULT_BUDGETS[0]]
    assert named(DEFAULT_BUDGETS, None) == [*DEFAULT_BUDGETS]
    with pytest.raises(InvalidValueError, match=r"no such budget; there are: daily, monthly$"):
        named(DEFAULT_BUDGETS, "weekly")
    with pytest.raises(InvalidValueError, match=r"there are: none$"):
        named([], "weekly")


@pytest.mark.parametrize("share", [0, -1, float("nan"), float("inf"), 80, "0.8", None])
def test_a_share_that_is_none_is_refused(checked: Check, share: Any) -> None:
    """80 was meant as 0.8 and would never be reached."""
    with pytest.raises(InvalidValueError, match=r"must be a part of the limit, such as 0\.8, up to 10"):
        checked(budget(), fail_at=share)
