"""How each budget stands, as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from otel_usage.cli.money import usd
from otel_usage.cli.wording import called, of_limit

if TYPE_CHECKING:
    from otel_usage.budgets.status import BudgetStatus

__all__ = ["Standing", "standing"]


class Standing(Struct, frozen=True, kw_only=True):
    """One budget.

    Attributes:
        name: What it is called, and whose it is.
        period: What its limit is for.
        spent: Of its limit.
        share: The same as a whole percentage, rounded down: 100 % is all of it.
        left_out: Calls whose money is missing in that; empty where there are none.
        expected: What will have been spent at the end of its period; empty where nobody can say.
        reached: The highest threshold that is reached; None below the first.
        over: Whether the limit is reached.
    """

    name: str
    period: str
    spent: str
    share: str
    left_out: str
    expected: str
    reached: float | None
    over: bool


def standing(budget: BudgetStatus) -> Standing:
    """Put a budget in words."""
    return Standing(
        name=called(budget.name, budget.scope, budget.subject),
        period=budget.period,
        spent=f"{usd(budget.spent_nanos)} of {usd(budget.limit_nanos)}",
        share=of_limit(budget.spent_nanos, budget.limit_nanos),
        left_out=f" + {budget.unpriced_calls:,} unpriced" if budget.unpriced_calls else "",
        expected="" if budget.forecast_nanos is None else usd(budget.forecast_nanos),
        reached=budget.reached,
        over=budget.spent_nanos >= budget.limit_nanos,
    )
