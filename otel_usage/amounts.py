"""Amounts of money as somebody gives them, in whole nano-dollars, and back."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from otel_usage.records import MAX_NANOS, Cost, CostStatus, Flag

__all__ = ["UNKNOWN", "dollars", "given_cost", "nanos"]

# A context of its own: an application may have set its thread's to two digits.
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)
_NANOS: Final = Decimal(10**9)
UNKNOWN: Final = Cost()
"""The wish to have a cost computed."""


def nanos(amount: object, *, in_a_dollar: int = 1) -> int | None:
    """Nano-dollars of an amount, None for what is none or more than ``MAX_NANOS``.

    Args:
        amount: A number, or a text of one with or without ``$``. A float is what it prints as.
        in_a_dollar: How many of the amount's units are a dollar.
    """
    if isinstance(amount, bool) or not isinstance(amount, int | float | Decimal | str):
        return None
    try:
        text = repr(float(amount)) if isinstance(amount, float) else str(amount).strip().removeprefix("$")
        whole = _EXACT.divide(_EXACT.multiply(Decimal(text), _NANOS), Decimal(in_a_dollar))
        rounded = int(whole.to_integral_value(context=_EXACT))
    except (ArithmeticError, ValueError):
        # No number, infinity, or an integer of thousands of digits.
        return None
    return rounded if 0 <= rounded <= MAX_NANOS else None


def dollars(nanos: int) -> Decimal:
    """USD of nano-dollars, exact in any context of decimals."""
    return Decimal(f"{nanos}e-9")


def given_cost(usd: object) -> tuple[Cost, tuple[Flag, ...]]:
    """The cost that a caller gives, believed, 0 included; what is no amount is flagged, and the call is priced."""
    if usd is None:
        return UNKNOWN, ()
    amount = nanos(usd)
    if amount is None:
        return UNKNOWN, (Flag.COST_UNUSABLE,)
    return Cost(status=CostStatus.PROVIDED, nanos=amount, price_source="caller"), ()
