"""What ``calculate`` answers."""

from __future__ import annotations

from otel_usage.cli.shapes import Shape, Usd
from otel_usage.records import CostStatus, Flag

__all__ = ["CalculateAnswer", "Component"]


class Component(Shape, frozen=True, kw_only=True):
    """A line of the bill.

    Attributes:
        name: What is billed.
        tokens: How many: tokens, searches, requests.
        usd_per_million: USD per million of them.
        cost: What they come to, in USD.
    """

    name: str
    tokens: int
    usd_per_million: Usd
    cost: Usd


class CalculateAnswer(Shape, frozen=True, kw_only=True):
    """What a call would cost.

    Attributes:
        provider: Who is asked; null where neither an option nor the response tells it.
        model: The model, likewise.
        input_tokens: Everything that is sent, what a cache has included.
        output_tokens: Everything that comes back, reasoning included.
        cost: USD; null where no price is known.
        total_cost: The same.
        status: Where the amount stands.
        components: Units times rates, which sum exactly to the amount; empty where there is no such arithmetic.
        price_source: Who knows the price: an override, genai-prices, …; null where nobody does.
        rate_card: Id of the rate card that was applied.
        flags: What one should know about how the amount came about.
    """

    provider: str | None
    model: str | None
    input_tokens: int | None
    output_tokens: int | None
    cost: Usd | None
    total_cost: Usd | None
    status: CostStatus
    components: list[Component]
    price_source: str | None
    rate_card: str | None
    flags: list[Flag]
