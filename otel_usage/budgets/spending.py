"""What was spent today, in one answer: what an agent asks in its heartbeat."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from otel_usage.budgets.status import budget_status
from otel_usage.ledger.dimensions import Dimension
from otel_usage.ledger.queries import breakdown, totals
from otel_usage.ledger.selection import Period, Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from otel_usage.ledger.store import Ledger
    from otel_usage.settings import BudgetSettings

__all__ = ["Spending", "today"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Sums of one local day.

    Attributes:
        cost: USD of the calls that have an amount, exact.
        calls: LLM and API calls.
        input_tokens: Tokens in, cached ones included.
        output_tokens: Tokens out, reasoning included.
        by_model: Model → USD of its LLM calls, the costliest first; a model without any amount is left out.
        budget_share: Spent through limit of the first daily budget, None where there is none.
        unpriced_calls: Calls whose amount is unknown; their money is missing in ``cost``.
    """

    cost: Decimal
    calls: int
    input_tokens: int
    output_tokens: int
    by_model: Mapping[str, Decimal]
    budget_share: float | None
    unpriced_calls: int


def today(ledger: Ledger, budgets: Iterable[BudgetSettings], now: float) -> Spending:
    """The local day that holds now, all of one state of the ledger.

    Args:
        ledger: Brought up to date by the caller.
        budgets: The limits, each more than 0.
        now: Seconds since the epoch.

    Raises:
        LedgerError: The database cannot be read; its subclasses say why.
    """
    daily = [budget for budget in budgets if budget.period == "day"][:1]
    day = ledger.days.of(int(now * 1e9))
    wanted = Selection(period=Period(first=day, last=day))
    with ledger.snapshot():
        whole = totals(ledger, wanted)
        models = breakdown(ledger, Dimension.MODEL, wanted)
        status = budget_status(ledger, daily, now)
    return Spending(
        cost=_usd(whole.nanos),
        calls=whole.calls,
        input_tokens=whole.input,
        output_tokens=whole.output,
        by_model={name: _usd(sums.cost) for name, sums in models.items() if sums.cost is not None},
        budget_share=status[0].share if status else None,
        unpriced_calls=whole.unpriced,
    )


def _usd(nanos: int) -> Decimal:
    return Decimal(nanos).scaleb(-9)
