"""What a case of the golden set is, and the arithmetic that its money is written in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from otel_usage.records import CostStatus, Flag

__all__ = [
    "BEFORE_TIERS",
    "INFERRED",
    "RATE_ASSUMED",
    "WITH_TIERS",
    "Case",
    "bill",
    "free",
    "per_thousand",
    "unpriced",
    "usd",
]

NANOS = 10**9
BEFORE_TIERS = "2025-12-15T12:00"
"""Most prices are those of this day."""
WITH_TIERS = "2026-11-16T12:00"
"""The source knows the prices of service tiers from October 2026 on."""
INFERRED = Flag.INPUT_INFERRED
RATE_ASSUMED = Flag.RATE_ASSUMED


@dataclass(frozen=True)
class Case:
    """One call and its price.

    Attributes:
        provider: As reported.
        model: As reported.
        used: Counts as reported, by the names of ``TokenUsage``.
        money: Nano-dollars by component; None where no amount can be known.
        tier: The service tier as reported.
        at: When the call began, UTC.
        flags: What a reader should know.
        status: What the cost is.
    """

    provider: str | None
    model: str
    used: dict[str, int]
    money: dict[str, int] | None
    tier: str | None = None
    at: str = BEFORE_TIERS
    flags: tuple[Flag, ...] = ()
    status: CostStatus = CostStatus.PRICED

    def __str__(self) -> str:
        """The name of the case in a test's report."""
        parts = (self.provider, self.model, self.tier, "+".join(self.used), self.at[:10])
        return " ".join(part for part in parts if part)


def usd(tokens: int, dollars: str) -> int:
    """Nano-dollars of tokens at a price in dollars per million."""
    return _whole(tokens * Fraction(dollars) * NANOS / 1_000_000)


def per_thousand(units: int, dollars: str) -> int:
    """Nano-dollars of searches or requests at a price in dollars per thousand."""
    return _whole(units * Fraction(dollars) * NANOS / 1_000)


def bill(**components: tuple[int, str]) -> dict[str, int]:
    """Nano-dollars by component, each given as units and their published price in dollars.

    The price is per million tokens, and per thousand searches or requests.
    """
    beside = {"web_searches", "file_searches", "requests"}
    return {
        name: (per_thousand if name in beside else usd)(units, dollars)
        for name, (units, dollars) in components.items()
    }


def free(provider: str | None, model: str) -> Case:
    """A call that is known to cost nothing."""
    return Case(provider, model, {"input": 1_000, "output": 500}, {}, status=CostStatus.FREE)


def unpriced(provider: str | None, model: str) -> Case:
    """A call of a model that nobody sells under this name: unknown, never 0."""
    return Case(provider, model, {"input": 1_000, "output": 500}, None, status=CostStatus.UNPRICED)


def _whole(nanos: Fraction) -> int:
    """A case is chosen so that nothing needs rounding."""
    if nanos.denominator != 1:
        raise ValueError(f"{nanos} is not a whole number of nano-dollars")
    return nanos.numerator
