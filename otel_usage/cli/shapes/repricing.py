"""What ``reprice`` and ``compare`` answer."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Raw

from otel_usage.cli.shapes import Shape, Usd
from otel_usage.records import Flag

__all__ = ["CompareAnswer", "Comparison", "RepriceAnswer", "Repriced", "RepricedModel"]

_Ratio = Annotated[Raw, Meta(extra_json_schema={"type": "number"})]
"""A number of three decimals."""


class Repriced(Shape, frozen=True, kw_only=True):
    """Calls whose cost is another by the prices of now.

    Attributes:
        calls: How many.
        unpriced_before: Those of them that had no amount.
        cost_before: USD that the others cost.
        cost_after: USD that all of them cost by the prices of now.
        difference: What they cost more, in USD.
    """

    calls: int
    unpriced_before: int
    cost_before: Usd
    cost_after: Usd
    difference: Usd


class RepricedModel(Repriced, frozen=True, kw_only=True):
    """Those of one model.

    Attributes:
        provider: Of API calls the service; empty for calls that do not say.
        model: Of API calls the endpoint; empty likewise.
    """

    provider: str
    model: str


class RepriceAnswer(Repriced, frozen=True, kw_only=True):
    """What calls cost by the prices of now.

    Attributes:
        applied: Whether the new costs are booked.
        failed: Calls whose new cost could not be written, and is not in the sums.
        by_model: The sums of each model, the largest difference first.
    """

    applied: bool
    failed: int
    by_model: list[RepricedModel]


class Comparison(Shape, frozen=True, kw_only=True):
    """The selected calls on another model.

    Attributes:
        model: As it was asked for.
        calls: How many calls are in both sums.
        cost: USD that they cost.
        other_cost: USD that they would have cost there.
        difference: What they would have cost more, in USD.
        ratio: How many times the present cost; null where that is nothing.
        left_out: Calls that could not be priced there, or not all of them, and are in neither sum.
        flags: What one should know about the price there → on how many calls.
    """

    model: str
    calls: int
    cost: Usd
    other_cost: Usd
    difference: Usd
    ratio: _Ratio | None
    left_out: int
    flags: dict[Flag, int]


class CompareAnswer(Shape, frozen=True, kw_only=True):
    """What calls would have cost on other models.

    Attributes:
        comparisons: One for each model, as they were named.
        unpriced_calls: Calls without an amount, in no sum.
        free_calls: Calls that cost nothing, free or by a plan, and count with 0.
        caveats: What a comparison of prices cannot tell.
    """

    comparisons: list[Comparison]
    unpriced_calls: int
    free_calls: int
    caveats: tuple[str, ...]
