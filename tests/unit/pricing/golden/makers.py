"""Prices of further makers of models, as on their pricing pages of the month that a group names."""

from __future__ import annotations

from otel_usage.records import Flag
from tests.unit.pricing.golden.cases import WITH_TIERS, Case, bill

UNCACHED = {"input": 10_000, "output": 700}

PLAIN = [
    Case(provider, model, UNCACHED, bill(input_uncached=(10_000, full), output=(700, out)), at=at)
    for at, provider, rows in (
        (
            "2025-06-15",  # Mistral's pricing page, June 2025
            "mistral_ai",
            (
                ("mistral-large-2411", "2", "6"),
                ("mistral-medium-2505", "0.40", "2"),
                ("mistral-small-latest", "0.10", "0.30"),
                ("codestral-latest", "0.30", "0.90"),
                ("devstral-small-2505", "0.10", "0.30"),
                ("magistral-medium-latest", "2", "5"),
                ("ministral-8b-latest", "0.10", "0.10"),
                ("ministral-3b-latest", "0.04", "0.04"),
                ("pixtral-large-latest", "2", "6"),
                ("pixtral-12b", "0.15", "0.15"),
                ("open-mistral-nemo", "0.15", "0.15"),
                ("open-mixtral-8x7b", "0.70", "0.70"),
                ("open-mixtral-8x22b", "2", "6"),
            ),
        ),
        (
            "2025-06-15",  # Cohere's pricing page, June 2025
            "cohere",
            (
                ("command-a-03-2025", "2.50", "10"),
                ("command-r-plus-08-2024", "2.50", "10"),
                ("command-r-08-2024", "0.15", "0.60"),
                ("command-r7b-12-2024", "0.0375", "0.15"),
                ("command-light", "0.30", "0.60"),
            ),
        ),
        (
            "2025-06-15",  # xAI's page of models, June 2025
            "x_ai",
            (
                ("grok-2-1212", "2", "10"),
                ("grok-2-vision-1212", "2", "10"),
            ),
        ),
    )
    for model, full, out in rows
]

CACHED = [
    Case(
        provider,
        model,
        {"input": 10_000, "cache_read": 4_000, "output": 700},
        bill(input_uncached=(6_000, full), cache_read=(4_000, cached), output=(700, out)),
    )
    for provider, model, full, cached, out in (
        # xAI's page of models, December 2025
        ("x_ai", "grok-3", "3", "0.75", "15"),
        ("xai", "grok-3-fast", "5", "1.25", "25"),
        ("x_ai", "grok-3-mini", "0.30", "0.075", "0.50"),
        ("x_ai", "grok-4-0709", "3", "0.75", "15"),
        (None, "xai/grok-4", "3", "0.75", "15"),
        ("x_ai", "grok-4-fast-reasoning", "0.20", "0.05", "0.50"),
        ("x_ai", "grok-code-fast-1", "0.20", "0.02", "1.50"),
        # Moonshot's page of prices, December 2025
        ("moonshot_ai", "kimi-k2-0905-preview", "0.60", "0.15", "2.50"),
        ("moonshotai", "kimi-k2-turbo-preview", "1.15", "0.15", "8"),
    )
]

# DeepSeek's pricing page, February to September 2025: from 16:30 to 00:30 UTC half the price of deepseek-chat, and a
# quarter of that of deepseek-reasoner.
OFF_PEAK = [
    Case(
        "deepseek",
        model,
        {"input": 10_000, "cache_read": 4_000, "output": 700},
        bill(input_uncached=(6_000, full), cache_read=(4_000, cached), output=(700, out)),
        at=f"2025-03-01T{clock}",
    )
    for model, clock, full, cached, out in (
        ("deepseek-chat", "00:29:59", "0.135", "0.035", "0.55"),
        ("deepseek-chat", "00:30:00", "0.27", "0.07", "1.10"),
        ("deepseek-chat", "16:29:59", "0.27", "0.07", "1.10"),
        ("deepseek-chat", "16:30:00", "0.135", "0.035", "0.55"),
        ("deepseek-chat", "23:59:59", "0.135", "0.035", "0.55"),
        ("deepseek-reasoner", "12:00:00", "0.55", "0.14", "2.19"),
        ("deepseek-reasoner", "20:00:00", "0.135", "0.035", "0.55"),
    )
]

# Perplexity's pricing page, December 2025: $ per million in and out, and per thousand requests with a high search
# context, which is what the source takes.
REQUESTS = [
    Case(
        "perplexity",
        model,
        {"input": 1_000, "output": 500},
        bill(input_uncached=(1_000, full), output=(500, out), requests=(1, request)),
    )
    for model, full, out, request in (
        ("sonar", "1", "1", "12"),
        ("sonar-pro", "3", "15", "14"),
        ("sonar-reasoning-pro", "2", "8", "14"),
    )
]

# The pricing pages of Voyage AI and Cohere, December 2025.
EMBEDDINGS = [
    Case(provider, model, {"input": 250_000}, bill(input_uncached=(250_000, rate)))
    for provider, model, rate in (
        ("voyageai", "voyage-3.5", "0.06"),
        ("voyageai", "voyage-3.5-lite", "0.02"),
        ("voyageai", "voyage-3-large", "0.18"),
        ("voyage", "voyage-code-3", "0.18"),
        ("cohere", "embed-v4.0", "0.12"),
    )
]

CASES = [
    *PLAIN,
    *CACHED,
    *OFF_PEAK,
    *REQUESTS,
    *EMBEDDINGS,
    # Mistral reports an output of 0 here.
    Case(
        "mistral_ai", "mistral-embed", {"input": 250_000, "output": 0}, bill(input_uncached=(250_000, "0.10"))
    ),
    # The fee of a request is due with no token at all.
    Case("perplexity", "sonar", {"input": 0, "output": 0}, bill(requests=(1, "12"))),
    # Reasoning and searches of sonar-deep-research: $3 per million beside output at $8, and $5 per thousand.
    Case(
        "perplexity",
        "sonar-deep-research",
        {"input": 100, "output": 1_000, "reasoning": 400, "web_searches": 20},
        bill(input_uncached=(100, "2"), output=(600, "8"), reasoning=(400, "3"), web_searches=(20, "5")),
    ),
    # Mistral's batch is half: its page on batches.
    Case(
        "mistral_ai",
        "codestral-latest",
        UNCACHED,
        bill(input_uncached=(10_000, "0.15"), output=(700, "0.45")),
        tier="batch",
        at=WITH_TIERS,
    ),
    Case(
        "cohere",
        "command-a-03-2025",
        UNCACHED,
        bill(input_uncached=(10_000, "2.50"), output=(700, "10")),
        tier="batch",
        flags=(Flag.VARIANT_UNPRICED,),
    ),
]
