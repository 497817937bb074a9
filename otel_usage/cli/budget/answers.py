"""Budgets as JSON: for ``budget``, ``budget check`` and ``report``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.cli.money import number
from otel_usage.cli.shapes.budgets import Budget, BudgetCheckAnswer, CheckedBudget

if TYPE_CHECKING:
    from decimal import Decimal

    from msgspec import Raw

    from otel_usage.budgets.check import BudgetCheck
    from otel_usage.budgets.status import BudgetStatus
    from otel_usage.ledger.days import Days

__all__ = ["budget_answer", "check_answer"]


def budget_answer(status: BudgetStatus, days: Days) -> Budget:
    """A budget's state, its moments in local time."""
    return Budget(
        name=status.name,
        scope=status.scope,
        subject=status.subject,
        period=status.period,
        begin=days.local(status.begin).isoformat(),
        end=days.local(status.end).isoformat(),
        limit=number(status.limit_nanos),
        spent=number(status.spent_nanos),
        share=status.share,
        forecast=number(status.forecast_nanos),
        unpriced_calls=status.unpriced_calls,
        thresholds=list(status.thresholds),
        reached=status.reached,
    )


def check_answer(found: BudgetCheck) -> BudgetCheckAnswer:
    """What a check found."""
    return BudgetCheckAnswer(
        as_of=found.as_of.isoformat(),
        fail_at=found.fail_at,
        verdict=found.verdict.value,
        reason=found.reason,
        budgets=[
            CheckedBudget(
                name=one.name,
                scope=one.scope,
                subject=one.subject,
                period=one.period,
                verdict=one.verdict.value,
                limit=_number(one.limit),
                compared=None if one.compared is None else _number(one.compared),
                unpriced_calls=one.unpriced_calls,
            )
            for one in found.budgets
        ],
    )


def _number(amount: Decimal) -> Raw:
    return number(int(amount.scaleb(9)))
