"""OpenAI's prices of service tiers: its pricing page of December 2025, tables of batch, flex and priority."""

from __future__ import annotations

from otel_usage.records import Flag
from tests.unit.pricing.golden.cases import WITH_TIERS, Case, bill

TEXT = {"input": 10_000, "cache_read": 4_000, "output": 700}
UNCACHED = {"input": 10_000, "output": 700}

FLEX_AND_PRIORITY = [
    Case(
        "openai",
        model,
        TEXT,
        bill(input_uncached=(6_000, full), cache_read=(4_000, cached), output=(700, out)),
        tier=tier,
        at=WITH_TIERS,
    )
    for tier, model, full, cached, out in (
        ("flex", "gpt-5", "0.625", "0.0625", "5"),
        ("flex", "gpt-5-mini", "0.125", "0.0125", "1"),
        ("flex", "gpt-5-nano", "0.025", "0.0025", "0.20"),
        ("flex", "gpt-5.1", "0.625", "0.0625", "5"),
        ("flex", "o3", "1", "0.25", "4"),
        ("flex", "o4-mini", "0.55", "0.138", "2.20"),
        ("priority", "gpt-5", "2.50", "0.25", "20"),
        ("priority", "gpt-5-mini", "0.45", "0.045", "3.60"),
        ("priority", "gpt-5.1", "2.50", "0.25", "20"),
        ("priority", "gpt-4.1", "3.50", "0.875", "14"),
        ("priority", "gpt-4.1-mini", "0.70", "0.175", "2.80"),
        ("priority", "gpt-4.1-nano", "0.20", "0.05", "0.80"),
        ("priority", "gpt-4o", "4.25", "2.125", "17"),
        ("priority", "gpt-4o-mini", "0.25", "0.125", "1"),
        ("priority", "o3", "3.50", "0.875", "14"),
        ("priority", "o4-mini", "2", "0.50", "8"),
        ("Priority", "gpt-5-2025-08-07", "2.50", "0.25", "20"),
    )
]

BATCH = [
    Case(
        "openai",
        model,
        UNCACHED,
        bill(input_uncached=(10_000, full), output=(700, out)),
        tier="batch",
        at=WITH_TIERS,
    )
    for model, full, out in (
        ("gpt-4o", "1.25", "5"),
        ("gpt-4o-mini", "0.075", "0.30"),
        ("gpt-4.1", "1", "4"),
        ("gpt-4.1-mini", "0.20", "0.80"),
        ("gpt-4-turbo", "5", "15"),
        ("gpt-3.5-turbo", "0.25", "0.75"),
        ("gpt-5", "0.625", "5"),
        ("gpt-5-mini", "0.125", "1"),
        ("o1", "7.50", "30"),
        ("o3", "1", "4"),
        ("o4-mini", "0.55", "2.20"),
    )
]

# What OpenAI reports for an ordinary call is the standard price.
STANDARD = [
    Case("openai", "gpt-4o", UNCACHED, bill(input_uncached=(10_000, "2.50"), output=(700, "10")), tier=tier)
    for tier in ("default", "standard", "auto", "")
]

# A tier that the page has no price of for this model: the standard price, and it is said.
WITHOUT_A_PRICE = [
    Case(
        "openai",
        model,
        UNCACHED,
        bill(input_uncached=(10_000, full), output=(700, out)),
        tier=tier,
        at=WITH_TIERS,
        flags=(Flag.VARIANT_UNPRICED,),
    )
    for tier, model, full, out in (
        ("flex", "gpt-4o", "2.50", "10"),
        ("priority", "gpt-4-turbo", "10", "30"),
        ("scale", "gpt-4o", "2.50", "10"),
        ("no-such-tier", "gpt-5", "1.25", "10"),
    )
]

CASES = [*FLEX_AND_PRIORITY, *BATCH, *STANDARD, *WITHOUT_A_PRICE]
