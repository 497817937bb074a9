"""Money, shares and counts as people and programs read them, from integer nano-dollars."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import overload

from msgspec import Raw

__all__ = ["cache_effect", "calls", "exact", "number", "rate", "share", "usd"]

_CENT = 10**7
_ZERO = Raw(b"0")


def usd(nanos: int | None) -> str:
    """Dollars for a person: cents, and below a cent two significant digits."""
    if nanos is None:
        return "unpriced"
    if nanos < 0:
        return f"-{usd(-nanos)}"
    if 0 < nanos < _CENT:
        amount = Decimal(nanos).scaleb(-9)
        return f"${amount.quantize(Decimal(1).scaleb(amount.adjusted() - 1), ROUND_HALF_EVEN):f}"
    return f"${Decimal(nanos).scaleb(-9).quantize(Decimal('0.01'), ROUND_HALF_EVEN):,}"


@overload
def number(nanos: int) -> Raw: ...
@overload
def number(nanos: None) -> None: ...
@overload
def number(nanos: int | None) -> Raw | None: ...
def number(nanos: int | None) -> Raw | None:
    """Dollars as a JSON number, exact: at most nine decimals, printed from the integer."""
    if not nanos:
        return None if nanos is None else _ZERO
    sign, (whole, rest) = "-" * (nanos < 0), divmod(abs(nanos), 10**9)
    return Raw(
        f"{sign}{whole}.{rest:09d}".rstrip("0").rstrip(".").encode() if rest else f"{sign}{whole}".encode()
    )


def exact(nanos: int | None) -> str:
    """Dollars to the nano-dollar."""
    amount = number(nanos)
    return "unpriced" if amount is None else f"${bytes(amount).decode()}".replace("$-", "-$")


def rate(nanos: int, per: int = 10**6) -> str:
    """A price, exact: cents, and as many further decimals as it has.

    Args:
        nanos: Nano-dollars per million units.
        per: For how many units the price is wanted: a power of ten.
    """
    amount = (Decimal(nanos) * per).scaleb(-9 - 6)
    cents = amount.quantize(Decimal("0.01"))
    return f"${cents if cents == amount else amount.normalize():,f}"


def share(part: int, whole: int) -> str:
    """A whole percentage."""
    return f"{Decimal(100 * part) / whole:.0f}%" if whole else "0%"


def cache_effect(saved: int | None, extra: int | None) -> str:
    """What a cache did to the cost, against the same tokens as uncached input; empty where it did nothing."""
    parts = []
    if saved:
        parts.append(f"{usd(abs(saved))} {'saved' if saved > 0 else 'lost on reads'}")
    if extra:
        parts.append(f"{usd(abs(extra))} {'extra for writes' if extra > 0 else 'saved on writes'}")
    return ", ".join(parts)


def calls(count: int) -> str:
    """A number of calls in words."""
    return f"{count:,} call{'' if count == 1 else 's'}"
