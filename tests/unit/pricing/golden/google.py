"""Google's prices, as on the Gemini API's pricing page of December 2025 unless a group says otherwise."""

from __future__ import annotations

from tests.unit.pricing.golden.cases import RATE_ASSUMED, WITH_TIERS, Case, bill

# Text, a part of it from the cache: input, cached input, output.
CACHED = [
    Case(
        provider,
        model,
        {"input": 10_000, "cache_read": 4_000, "output": 700},
        bill(input_uncached=(6_000, full), cache_read=(4_000, cached), output=(700, out)),
    )
    for provider, model, full, cached, out in (
        ("gcp.gemini", "gemini-2.5-pro", "1.25", "0.125", "10"),
        ("gcp.vertex_ai", "gemini-2.5-pro", "1.25", "0.125", "10"),
        ("google", "models/gemini-2.5-pro", "1.25", "0.125", "10"),
        (None, "gemini/gemini-2.5-flash", "0.30", "0.03", "2.50"),
        ("gcp.gen_ai", "gemini-2.5-flash", "0.30", "0.03", "2.50"),
        ("google-gla", "gemini-2.5-flash-lite", "0.10", "0.01", "0.40"),
        ("google", "gemini-2.0-flash", "0.10", "0.025", "0.40"),
        ("google", "gemini-2.0-flash-001", "0.10", "0.025", "0.40"),
        ("google", "gemini-3-pro-preview", "2", "0.20", "12"),
    )
]

PLAIN = [
    Case(
        "google",
        model,
        {"input": 10_000, "output": 700},
        bill(input_uncached=(10_000, full), output=(700, out)),
    )
    for model, full, out in (
        ("gemini-2.0-flash-lite", "0.075", "0.30"),
        ("gemini-2.0-flash-lite-001", "0.075", "0.30"),
        ("gemini-2.5-pro-preview-05-06", "1.25", "10"),
    )
]

# Above a size of input every token of the call is dearer, cached and output ones too.
LONG = [
    Case(
        "google",
        model,
        {"input": total, "cache_read": 50_000, "output": 1_000},
        bill(input_uncached=(total - 50_000, full), cache_read=(50_000, cached), output=(1_000, out)),
    )
    for model, total, full, cached, out in (
        ("gemini-2.5-pro", 200_000, "1.25", "0.125", "10"),
        ("gemini-2.5-pro", 200_001, "2.50", "0.25", "15"),
        ("gemini-3-pro-preview", 200_000, "2", "0.20", "12"),
        ("gemini-3-pro-preview", 200_001, "4", "0.40", "18"),
        ("gemini-1.5-flash", 128_000, "0.075", "0.01875", "0.30"),
        ("gemini-1.5-flash", 128_002, "0.15", "0.0375", "0.60"),
    )
] + [
    # Gemini 1.5 Pro after its cut of October 2024.
    Case(
        "google",
        "gemini-1.5-pro",
        {"input": total, "output": 1_000},
        bill(input_uncached=(total, full), output=(1_000, out)),
        at="2025-02-01",
    )
    for total, full, out in ((128_000, "1.25", "5"), (128_001, "2.50", "10"))
]

# The page's batch column.
BATCH = [
    Case(
        "google",
        model,
        {"input": 10_000, "output": 700},
        bill(input_uncached=(10_000, full), output=(700, out)),
        tier="batch",
        at=WITH_TIERS,
    )
    for model, full, out in (
        ("gemini-2.5-pro", "0.625", "5"),
        ("gemini-2.5-flash", "0.15", "1.25"),
        ("gemini-2.5-flash-lite", "0.05", "0.20"),
    )
]

CASES = [
    *CACHED,
    *PLAIN,
    *LONG,
    *BATCH,
    Case(
        "google",
        "gemini-2.5-pro",
        {"input": 300_000, "output": 700},
        bill(input_uncached=(300_000, "1.25"), output=(700, "7.50")),
        tier="batch",
        at=WITH_TIERS,
    ),
    # Thoughts are in the output here, at its price.
    Case(
        "google",
        "gemini-2.5-flash",
        {"input": 1_000, "output": 4_100, "reasoning": 4_000},
        bill(input_uncached=(1_000, "0.30"), output=(4_100, "2.50")),
    ),
    # Sound in the input, some of it from the cache.
    Case(
        "google",
        "gemini-2.5-flash",
        {"input": 10_000, "input_audio": 4_000, "output": 500},
        bill(input_uncached=(6_000, "0.30"), input_audio=(4_000, "1"), output=(500, "2.50")),
    ),
    Case(
        "google",
        "gemini-2.5-flash",
        {
            "input": 10_000,
            "input_audio": 4_000,
            "cache_read": 3_000,
            "cache_read_audio": 3_000,
            "output": 500,
        },
        bill(
            input_uncached=(6_000, "0.30"),
            input_audio=(1_000, "1"),
            cache_read_audio=(3_000, "0.10"),
            output=(500, "2.50"),
        ),
    ),
    Case(
        "google",
        "gemini-2.0-flash",
        {"input": 10_000, "input_audio": 4_000, "output": 500},
        bill(input_uncached=(6_000, "0.10"), input_audio=(4_000, "0.70"), output=(500, "0.40")),
    ),
    Case(
        "google",
        "gemini-2.5-flash-lite",
        {"input": 10_000, "input_audio": 4_000, "output": 500},
        bill(input_uncached=(6_000, "0.10"), input_audio=(4_000, "0.30"), output=(500, "0.40")),
    ),
    Case(
        "google",
        "gemini-live-2.5-flash",
        {"input": 5_000, "input_audio": 4_000, "output": 1_000, "output_audio": 900},
        bill(
            input_uncached=(1_000, "0.50"),
            input_audio=(4_000, "3"),
            output=(100, "2"),
            output_audio=(900, "12"),
        ),
    ),
    # No price of its own for sound: that of text, and it is said. The page says the same of gemini-2.5-pro.
    Case(
        "google",
        "gemini-2.5-pro",
        {"input": 10_000, "input_audio": 4_000, "output": 500},
        bill(input_uncached=(6_000, "1.25"), input_audio=(4_000, "1.25"), output=(500, "10")),
        flags=(RATE_ASSUMED,),
    ),
    # A picture in the input is text's price; a picture in the output is 1,290 tokens at $30, $0.0387.
    Case(
        "google",
        "gemini-2.5-flash",
        {"input": 1_258, "input_image": 258, "output": 100},
        bill(input_uncached=(1_258, "0.30"), output=(100, "2.50")),
    ),
    Case(
        "google",
        "gemini-2.5-flash-image",
        {"input": 1_000, "output": 1_300, "output_image": 1_290},
        bill(input_uncached=(1_000, "0.30"), output=(10, "2.50"), output_image=(1_290, "30")),
    ),
    # $35 per thousand grounded prompts.
    Case(
        "google",
        "gemini-2.5-flash",
        {"input": 1_000, "output": 400, "web_searches": 1},
        bill(input_uncached=(1_000, "0.30"), output=(400, "2.50"), web_searches=(1, "35")),
    ),
    Case("google", "gemini-embedding-001", {"input": 250_000}, bill(input_uncached=(250_000, "0.15"))),
]
