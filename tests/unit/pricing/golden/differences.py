"""Where the price data says something else than the provider's page: what a person may settle by an override.

Each row states the published price, and why the two part. Once the data agrees, the row belongs among the cases.
"""

from __future__ import annotations

from tests.unit.pricing.golden.cases import BEFORE_TIERS, WITH_TIERS, Case, bill

TEXT = {"input": 10_000, "output": 700}
SOUND = {"input": 5_000, "input_audio": 4_000, "output": 1_000, "output_audio": 900}

KNOWN_DIFFERENCES = {
    "OpenAI's batch price is half since April 2024; the data has it from October 2026 on": Case(
        "openai",
        "gpt-4o",
        TEXT,
        bill(input_uncached=(10_000, "1.25"), output=(700, "5")),
        tier="batch",
        at=BEFORE_TIERS,
    ),
    "OpenAI's flex price of gpt-5 was published with the model; the data has it from October 2026 on": Case(
        "openai",
        "gpt-5",
        TEXT,
        bill(input_uncached=(10_000, "0.625"), output=(700, "5")),
        tier="flex",
        at=BEFORE_TIERS,
    ),
    "Anthropic's batch price is half of every model's; the data has none of Opus 4.1": Case(
        "anthropic",
        "claude-opus-4-1",
        TEXT,
        bill(input_uncached=(10_000, "7.50"), output=(700, "37.50")),
        tier="batch",
        at=WITH_TIERS,
    ),
    "Cached input of o3 was $2.50 before the cut of June 2025; the data has $0.50 of all times": Case(
        "openai",
        "o3",
        {"input": 10_000, "cache_read": 4_000, "output": 700},
        bill(input_uncached=(6_000, "10"), cache_read=(4_000, "2.50"), output=(700, "40")),
        at="2025-05-01",
    ),
    "Cached input of a fine-tuned gpt-4o is half of its input; the data has no rate of it": Case(
        "openai",
        "ft:gpt-4o-2024-08-06:acme::BxYz1234",
        {"input": 10_000, "cache_read": 4_000, "output": 700},
        bill(input_uncached=(6_000, "3.75"), cache_read=(4_000, "1.875"), output=(700, "15")),
    ),
    "Sound of gpt-4o-audio-preview is $40 in and $80 out; the data knows it as text": Case(
        "openai",
        "gpt-4o-audio-preview",
        SOUND,
        bill(
            input_uncached=(1_000, "2.50"),
            input_audio=(4_000, "40"),
            output=(100, "10"),
            output_audio=(900, "80"),
        ),
    ),
    "Sound of gpt-4o-mini-audio-preview is $10 in and $20 out; the data knows it as text": Case(
        "openai",
        "gpt-4o-mini-audio-preview",
        SOUND,
        bill(
            input_uncached=(1_000, "0.15"),
            input_audio=(4_000, "10"),
            output=(100, "0.60"),
            output_audio=(900, "20"),
        ),
    ),
    "Sonnet 4 costs twice above 200,000 tokens, as Sonnet 4.5 does; the data has no step": Case(
        "anthropic",
        "claude-sonnet-4-20250514",
        {"input": 200_001, "output": 700},
        bill(input_uncached=(200_001, "6"), output=(700, "22.50")),
    ),
    "Gemini 1.5 Pro's cached input was $0.3125; the data has no rate of it under Google's own name": Case(
        "google",
        "gemini-1.5-pro",
        {"input": 10_000, "cache_read": 4_000, "output": 700},
        bill(input_uncached=(6_000, "1.25"), cache_read=(4_000, "0.3125"), output=(700, "5")),
        at="2025-02-01",
    ),
    "Thinking of Gemini 2.5 Flash's preview was output at $3.50; the data has $0.60 of all output": Case(
        "google",
        "gemini-2.5-flash-preview-04-17",
        {"input": 1_000, "output": 4_000, "reasoning": 4_000},
        bill(input_uncached=(1_000, "0.15"), output=(4_000, "3.50")),
        at="2025-05-01",
    ),
    "deepseek-chat is $0.28 and $0.42 since 29 September 2025; the data has the prices of that spring": Case(
        "deepseek",
        "deepseek-chat",
        TEXT,
        bill(input_uncached=(10_000, "0.28"), output=(700, "0.42")),
    ),
    "mistral-large-latest is Large 3 since December 2025, $0.50 and $1.50; the data has Large 2": Case(
        "mistral_ai",
        "mistral-large-latest",
        TEXT,
        bill(input_uncached=(10_000, "0.50"), output=(700, "1.50")),
        at="2026-01-15",
    ),
    "A request of sonar is $5 per thousand with a low search context; the data has the high one's $12": Case(
        "perplexity",
        "sonar",
        {"input": 1_000, "output": 500},
        bill(input_uncached=(1_000, "1"), output=(500, "1"), requests=(1, "5")),
    ),
    "Gemini 1.5 Flash-8B was half the price of Flash; the data has it under OpenRouter's name alone": Case(
        "google",
        "gemini-1.5-flash-8b",
        TEXT,
        bill(input_uncached=(10_000, "0.0375"), output=(700, "0.15")),
        at="2025-02-01",
    ),
    "Claude Instant 1.2 was $0.80 and $2.40; the data has no price of it": Case(
        "anthropic",
        "claude-instant-1.2",
        TEXT,
        bill(input_uncached=(10_000, "0.80"), output=(700, "2.40")),
        at="2024-06-01",
    ),
}
