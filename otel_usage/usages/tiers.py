"""The service tier that served a call, where its usage says it."""

from __future__ import annotations

from typing import Final

from otel_usage.usages.fields import first, text
from otel_usage.usages.google import GOOGLE

__all__ = ["TIER_NAMES", "served_tier"]

_TIERS: Final = ("serviceTier", "service_tier", "trafficType", "traffic_type")
TIER_NAMES: Final = frozenset({"speed", *_TIERS})
"""Everything that is read of a usage for this."""


def served_tier(usage: dict[str, object]) -> str | None:
    """The service tier that a usage names: Anthropic's, its fast mode, or Google's in the words of the others."""
    if usage.get("speed") == "fast":
        return "fast"
    tier = text(first(usage, _TIERS))
    if tier is None or GOOGLE.marks.isdisjoint(usage):
        return tier
    tier = tier.lower().removeprefix("on_demand_")
    return None if tier.endswith("unspecified") else tier
