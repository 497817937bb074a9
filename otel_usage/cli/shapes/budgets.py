"""What ``budget`` and ``budget check`` answer, and a report's budgets."""

from __future__ import annotations

from typing import Literal

from otel_usage.cli.shapes import Shape, Usd

__all__ = ["Budget", "BudgetAnswer", "BudgetCheckAnswer", "CheckedBudget"]

_Kind = Literal["day", "week", "month"]
_Verdict = Literal["under", "reached", "unknown"]


class Budget(Shape, frozen=True, kw_only=True):
    """One budget in the period that holds now.

    Attributes:
        name: What the budget is called; budgets of each subject of a scope share it.
        scope: Whose spending counts: global, agent, team, project, provider, model, task_type, or tag:NAME.
        subject: Who or what that is; empty for global.
        period: What the limit is for.
        begin: First moment of the period, in local time.
        end: First moment after it.
        limit: USD that may be spent.
        spent: USD of the calls of the period that have an amount.
        share: Spent through limit; 1 is all of it.
        forecast: USD that will have been spent at the end of the period, an estimate; null where there is none.
        unpriced_calls: Calls of the period whose amount is unknown; their money is missing in spent.
        thresholds: Shares that are worth telling of, ascending.
        reached: The highest threshold that is reached; null below the first.
    """

    name: str
    scope: str
    subject: str
    period: _Kind
    begin: str
    end: str
    limit: Usd
    spent: Usd
    share: float
    forecast: Usd | None
    unpriced_calls: int
    thresholds: list[float]
    reached: float | None


class BudgetAnswer(Shape, frozen=True, kw_only=True):
    """Every budget that is configured.

    Attributes:
        as_of: When the ledger was read, in local time; calls in flight are not in it.
        budgets: In the order of the configuration; of each subject of a scope the costliest first.
    """

    as_of: str
    budgets: list[Budget]


class CheckedBudget(Shape, frozen=True, kw_only=True):
    """What a check found of one budget.

    Attributes:
        name: What the budget is called.
        scope: Whose spending counts, as in ``budget``.
        subject: Who or what that is; empty for global.
        period: What the limit is for.
        verdict: Whether the share is reached, not reached, or nobody can tell.
        limit: USD that may be spent.
        compared: USD that was held against the limit; null where nobody can tell it.
        unpriced_calls: Calls of the period whose amount is unknown.
    """

    name: str
    scope: str
    subject: str
    period: _Kind
    verdict: _Verdict
    limit: Usd
    compared: Usd | None
    unpriced_calls: int


class BudgetCheckAnswer(Shape, frozen=True, kw_only=True):
    """What a check found.

    Attributes:
        as_of: When the ledger was read, in local time; null where it could not be. Calls in flight are not in it.
        fail_at: The share of the limit from which on a budget counts as reached.
        verdict: reached where one budget is, else unknown where nobody can tell of one or of all, else under.
        reason: Why nobody can tell, in a sentence; null where somebody can.
        budgets: What was found of each.
    """

    as_of: str | None
    fail_at: float
    verdict: _Verdict
    reason: str | None
    budgets: list[CheckedBudget]
