"""What a provider says itself that a call cost, in nano-dollars.

Sources: OpenRouter (usage accounting: ``cost`` in USD; with a key of the caller's own it is the fee alone, and
``cost_details.upstream_inference_cost`` is billed beside it), xAI (cost tracking: ``cost_in_usd_ticks``, 10**10 ticks a
dollar), Perplexity (``cost.total_cost`` in USD). Whether a provider is believed is the price book's to say.
"""

from __future__ import annotations

from typing import Final

from otel_usage.amounts import nanos
from otel_usage.usages.fields import field

__all__ = ["COST_NAMES", "own_cost"]

COST_NAMES: Final = frozenset({"cost", "cost_details", "cost_in_usd_ticks", "is_byok"})
"""Everything that is read of a usage for this."""


def own_cost(usage: dict[str, object]) -> int | None:
    """Nano-dollars that a usage names as the call's cost, None where it names none that can be."""
    ticks = usage.get("cost_in_usd_ticks")
    if ticks is not None:
        return nanos(ticks, in_a_dollar=10**10) if isinstance(ticks, int | float) else None
    cost = usage.get("cost")
    if cost is None:
        return None
    amount = nanos(cost if isinstance(cost, int | float) else field(cost, "total_cost"))
    if usage.get("is_byok") is True and amount is not None:
        upstream = nanos(field(usage.get("cost_details"), "upstream_inference_cost"))
        amount = None if upstream is None else amount + upstream
    return amount
