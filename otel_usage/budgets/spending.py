"""What was spent today and of each budget, as an agent is told that asks in its heartbeat."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from otel_usage.amounts import dollars
from otel_usage.budgets.status import budget_status
from otel_usage.ledger.dimensions import Dimension
from otel_usage.ledger.queries import breakdown, totals
from otel_usage.ledger.selection import Period, Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from decimal import Decimal

    from otel_usage.ledger.store import Ledger
    from otel_usage.settings import BudgetPeriodKind, BudgetSettings

__all__ = ["BudgetSpending", "Spending", "current_budgets", "today"]


class Spending(Struct, frozen=True, kw_only=True):
    """Sums of one local day.

    Attributes:
        cost: USD of the calls that have an amount, exact.
        calls: LLM and API calls.
        input_tokens: Tokens in, cached ones included.
        output_tokens: Tokens out, reasoning included.
        by_model: Model → USD of its LLM calls, the costliest first; a model without any amount is left out.
        budget_share: Spent through limit of the first daily budget for everybody, None where there is none.
        unpriced_calls: Calls whose amount is unknown; their money is missing in ``cost``.
    """

    cost: Decimal
    calls: int
    input_tokens: int
    output_tokens: int
    by_model: Mapping[str, Decimal]
    budget_share: float | None
    unpriced_calls: int


class BudgetSpending(Struct, frozen=True, kw_only=True):
    """One budget in the period that holds now, for one subject.

    Attributes:
        name: What the budget is called.
        scope: Whose spending counts: ``global`` is everybody's, else ``agent``, ``team``, ``project``, ``provider``,
            ``model``, ``task_type`` or ``tag:NAME``.
        subject: Who that is; empty for ``global``.
        period: ``day``, ``week`` or ``month``.
        begin: First moment of the period, in the ledger's zone.
        end: First moment after it.
        limit: USD that may be spent.
        spent: USD of the calls that began in the period and have an amount, exact.
        share: Spent through limit; 1.0 is all of it.
        forecast: USD that will have been spent at its end, an estimate; None where there is none.
        unpriced_calls: Calls of the period whose amount is unknown; their money is missing in ``spent``.
        thresholds: Shares that are worth telling of, ascending.
        reached: The highest of them that is reached; None below the first.
    """

    name: str
    scope: str
    subject: str
    period: BudgetPeriodKind
    begin: datetime
    end: datetime
    limit: Decimal
    spent: Decimal
    share: float
    forecast: Decimal | None
    unpriced_calls: int
    thresholds: tuple[float, ...]
    reached: float | None


def current_budgets(
    ledger: Ledger, budgets: Iterable[BudgetSettings], now: float
) -> tuple[BudgetSpending, ...]:
    """Each budget, all of one state of the ledger; arguments and errors are those of ``budget_status``."""
    with ledger.snapshot():
        found = budget_status(ledger, budgets, now)
    return tuple(
        BudgetSpending(
            name=status.name,
            scope=status.scope,
            subject=status.subject,
            period=status.period,
            begin=ledger.days.local(status.begin),
            end=ledger.days.local(status.end),
            limit=dollars(status.limit_nanos),
            spent=dollars(status.spent_nanos),
            share=status.share,
            forecast=None if status.forecast_nanos is None else dollars(status.forecast_nanos),
            unpriced_calls=status.unpriced_calls,
            thresholds=status.thresholds,
            reached=status.reached,
        )
        for status in found
    )


def today(ledger: Ledger, budgets: Iterable[BudgetSettings], now: float) -> Spending:
    """The local day that holds now, all of one state of the ledger.

    Args:
        ledger: Brought up to date by the caller.
        budgets: The limits, each more than 0.
        now: Seconds since the epoch.

    Raises:
        LedgerError: The database cannot be read; its subclasses say why.
    """
    limits = (of.limit for of in budgets if of.period == "day" and of.scope == "global")
    limit = next(limits, None)
    day = ledger.days.of(int(now * 1e9))
    wanted = Selection(period=Period(first=day, last=day))
    with ledger.snapshot():
        whole = totals(ledger, wanted)
        models = breakdown(ledger, Dimension.MODEL, wanted)
    return Spending(
        cost=dollars(whole.nanos),
        calls=whole.calls,
        input_tokens=whole.input,
        output_tokens=whole.output,
        by_model=MappingProxyType(
            {name: dollars(sums.cost) for name, sums in models.items() if sums.cost is not None}
        ),
        budget_share=None if limit is None else whole.nanos / round(Fraction(limit) * 10**9),
        unpriced_calls=whole.unpriced,
    )
