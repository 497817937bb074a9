"""What a provider says itself that a call cost, in nano-dollars.

Sources: OpenRouter (usage accounting: ``cost`` in USD; with a key of the caller's own it is the fee alone, and
``cost_details.upstream_inference_cost`` is billed beside it), xAI (cost tracking: ``cost_in_usd_ticks``, 10**10 ticks a
dollar), Perplexity (``cost.total_cost`` in USD). Whether a provider is believed is the price book's to say.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from otel_usage.records import MAX_NANOS
from otel_usage.usages.fields import field

__all__ = ["COST_NAMES", "own_cost"]

COST_NAMES: Final = frozenset({"cost", "cost_details", "cost_in_usd_ticks", "is_byok"})
"""Everything that is read of a usage for this."""
_TICKS: Final = 10**10
_NANOS: Final = 10**9
# A context of its own: an application may have set its thread's to two digits.
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)


def own_cost(usage: dict[str, object]) -> int | None:
    """Nano-dollars that a usage names as the call's cost, None where it names none that can be."""
    ticks = usage.get("cost_in_usd_ticks")
    if ticks is not None:
        return _nanos(_amount(ticks), _TICKS)
    cost = usage.get("cost")
    if cost is None:
        return None
    amount = _amount(cost) if isinstance(cost, int | float) else _amount(field(cost, "total_cost"))
    if usage.get("is_byok") is True and amount is not None:
        upstream = _amount(field(usage.get("cost_details"), "upstream_inference_cost"))
        amount = None if upstream is None else _EXACT.add(amount, upstream)
    return _nanos(amount, 1)


def _amount(value: object) -> Decimal | None:
    """A number exactly as it was written, None for what is none or is absurd."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_NANOS * _TICKS:
        return None
    return Decimal(repr(float(value))) if isinstance(value, float) else Decimal(int(value))


def _nanos(amount: Decimal | None, units_in_a_dollar: int) -> int | None:
    if amount is None:
        return None
    nanos = _EXACT.divide(_EXACT.multiply(amount, Decimal(_NANOS)), Decimal(units_in_a_dollar))
    whole = int(nanos.to_integral_value(context=_EXACT))
    return whole if whole <= MAX_NANOS else None
