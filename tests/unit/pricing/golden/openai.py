"""OpenAI's standard prices, as on its pricing page of December 2025 unless a group says otherwise."""

from __future__ import annotations

from tests.unit.pricing.golden.cases import INFERRED, RATE_ASSUMED, Case, bill

TEXT = {"input": 10_000, "cache_read": 4_000, "output": 700}
UNCACHED = {"input": 10_000, "output": 700}

# Text, a part of it from the cache: input, cached input, output.
CACHED = [
    Case(
        "openai",
        model,
        TEXT,
        bill(input_uncached=(6_000, full), cache_read=(4_000, cached), output=(700, out)),
    )
    for model, full, cached, out in (
        ("gpt-4o", "2.50", "1.25", "10"),
        ("gpt-4o-2024-08-06", "2.50", "1.25", "10"),
        ("gpt-4o-2024-11-20", "2.50", "1.25", "10"),
        ("gpt-4o-mini", "0.15", "0.075", "0.60"),
        ("gpt-4o-mini-2024-07-18", "0.15", "0.075", "0.60"),
        ("gpt-4.1", "2", "0.50", "8"),
        ("gpt-4.1-2025-04-14", "2", "0.50", "8"),
        ("gpt-4.1-mini", "0.40", "0.10", "1.60"),
        ("gpt-4.1-nano", "0.10", "0.025", "0.40"),
        ("gpt-4.5-preview", "75", "37.50", "150"),
        ("gpt-5", "1.25", "0.125", "10"),
        ("gpt-5-2025-08-07", "1.25", "0.125", "10"),
        ("gpt-5-20250807", "1.25", "0.125", "10"),
        ("gpt-5-mini", "0.25", "0.025", "2"),
        ("gpt-5-nano", "0.05", "0.005", "0.40"),
        ("gpt-5.1", "1.25", "0.125", "10"),
        ("gpt-5.2", "1.75", "0.175", "14"),
        ("o1", "15", "7.50", "60"),
        ("o1-2024-12-17", "15", "7.50", "60"),
        ("o3-mini", "1.10", "0.55", "4.40"),
        ("o4-mini", "1.10", "0.275", "4.40"),
        ("o4-mini-2025-04-16", "1.10", "0.275", "4.40"),
    )
]

# Models that have no price of cached input.
PLAIN = [
    Case("openai", model, UNCACHED, bill(input_uncached=(10_000, full), output=(700, out)), at=at)
    for model, full, out, at in (
        ("gpt-4o-2024-05-13", "5", "15", "2025-12-15"),
        ("chatgpt-4o-latest", "5", "15", "2025-12-15"),
        ("gpt-4-turbo", "10", "30", "2024-06-01"),
        ("gpt-4-turbo-2024-04-09", "10", "30", "2024-06-01"),
        ("gpt-4-0125-preview", "10", "30", "2024-06-01"),
        ("gpt-4", "30", "60", "2024-06-01"),
        ("gpt-4-0613", "30", "60", "2024-06-01"),
        ("gpt-4-32k", "60", "120", "2024-06-01"),
        ("gpt-3.5-turbo", "0.50", "1.50", "2024-06-01"),
        ("gpt-3.5-turbo-0125", "0.50", "1.50", "2024-06-01"),
        ("gpt-3.5-turbo-1106", "1", "2", "2024-06-01"),
        ("gpt-3.5-turbo-instruct", "1.50", "2", "2024-06-01"),
        ("gpt-4o-search-preview", "2.50", "10", "2025-12-15"),
        ("gpt-5-pro", "15", "120", "2025-12-15"),
        ("o1-pro", "150", "600", "2025-12-15"),
        ("o3-pro", "20", "80", "2025-12-15"),
        ("gpt-4o-mini-tts", "0.60", "12", "2025-12-15"),
    )
]

# Vectors have no output.
EMBEDDINGS = [
    Case("openai", model, {"input": 250_000}, bill(input_uncached=(250_000, rate)))
    for model, rate in (
        ("text-embedding-3-small", "0.02"),
        ("text-embedding-3-large", "0.13"),
        ("text-embedding-ada-002", "0.10"),
    )
]

# OpenAI's announcement of 10 June 2025: o3 costs a fifth.
DATED = [
    Case("openai", "o3", UNCACHED, bill(input_uncached=(10_000, full), output=(700, out)), at=at)
    for at, full, out in (
        ("2025-05-01", "10", "40"),
        ("2025-06-09T23:59:59", "10", "40"),
        ("2025-06-10T00:00:00", "2", "8"),
        ("2025-07-01", "2", "8"),
    )
]

CASES = [
    *CACHED,
    *PLAIN,
    *EMBEDDINGS,
    *DATED,
    Case(
        "openai",
        "o3",
        TEXT,
        bill(input_uncached=(6_000, "2"), cache_read=(4_000, "0.50"), output=(700, "8")),
    ),
    # Reasoning is a part of the output, and is not billed twice.
    Case(
        "openai",
        "gpt-5",
        {"input": 2_000, "output": 3_000, "reasoning": 2_560},
        bill(input_uncached=(2_000, "1.25"), output=(3_000, "10")),
    ),
    Case(
        "openai",
        "o4-mini",
        {"input": 2_000, "output": 3_000, "reasoning": 3_000},
        bill(input_uncached=(2_000, "1.10"), output=(3_000, "4.40")),
    ),
    # The input excluded the cache, which has no price of its own: taken at that of input, and said.
    Case(
        "openai",
        "gpt-4-turbo",
        {"input": 12_000, "cache_read": 50_000, "output": 8_000},
        bill(input_uncached=(12_000, "10"), cache_read=(50_000, "10"), output=(8_000, "30")),
        flags=(INFERRED, RATE_ASSUMED),
    ),
    Case(
        "openai",
        "gpt-4o",
        {"input": 12_000, "cache_read": 50_000, "output": 8_000},
        bill(input_uncached=(12_000, "2.50"), cache_read=(50_000, "1.25"), output=(8_000, "10")),
        flags=(INFERRED,),
    ),
    # All of it was cached.
    Case(
        "openai",
        "gpt-5",
        {"input": 4_000, "cache_read": 4_000, "output": 0},
        bill(cache_read=(4_000, "0.125")),
    ),
    # A refusal before the first token, and a call of no tokens at all.
    Case("openai", "gpt-4o", {"input": 900, "output": 0}, bill(input_uncached=(900, "2.50"))),
    Case("openai", "gpt-4o", {"input": 0, "output": 0}, {}),
    # Fine-tuned models, the page's table of fine-tuning.
    Case(
        "openai",
        "ft:gpt-4o-mini-2024-07-18:acme::BxYz1234",
        UNCACHED,
        bill(input_uncached=(10_000, "0.30"), output=(700, "1.20")),
    ),
    Case(
        "openai",
        "ft:gpt-4o-2024-08-06:acme::BxYz1234",
        UNCACHED,
        bill(input_uncached=(10_000, "3.75"), output=(700, "15")),
    ),
    # Sound.
    Case(
        "openai",
        "gpt-realtime",
        {
            "input": 9_000,
            "input_audio": 6_000,
            "cache_read": 3_000,
            "cache_read_audio": 2_000,
            "output": 1_000,
            "output_audio": 800,
        },
        bill(
            input_uncached=(2_000, "4"),
            input_audio=(4_000, "32"),
            cache_read=(1_000, "0.40"),
            cache_read_audio=(2_000, "0.40"),
            output=(200, "16"),
            output_audio=(800, "64"),
        ),
    ),
    Case(
        "openai",
        "gpt-4o-realtime-preview",
        {"input": 5_000, "input_audio": 4_000, "output": 1_000, "output_audio": 900},
        bill(
            input_uncached=(1_000, "5"),
            input_audio=(4_000, "40"),
            output=(100, "20"),
            output_audio=(900, "80"),
        ),
    ),
    Case(
        "openai",
        "gpt-4o-mini-realtime-preview",
        {"input": 5_000, "input_audio": 4_000, "output": 1_000, "output_audio": 900},
        bill(
            input_uncached=(1_000, "0.60"),
            input_audio=(4_000, "10"),
            output=(100, "2.40"),
            output_audio=(900, "20"),
        ),
    ),
    Case(
        "openai",
        "gpt-audio",
        {"input": 5_000, "input_audio": 4_000, "output": 1_000, "output_audio": 900},
        bill(
            input_uncached=(1_000, "2.50"),
            input_audio=(4_000, "32"),
            output=(100, "10"),
            output_audio=(900, "64"),
        ),
    ),
    Case(
        "openai",
        "gpt-4o-transcribe",
        {"input": 1_500, "input_audio": 1_400, "output": 300},
        bill(input_uncached=(100, "2.50"), input_audio=(1_400, "6"), output=(300, "10")),
    ),
    Case(
        "openai",
        "gpt-4o-mini-transcribe",
        {"input": 1_500, "input_audio": 1_400, "output": 300},
        bill(input_uncached=(100, "1.25"), input_audio=(1_400, "3"), output=(300, "5")),
    ),
    # Pictures: apart where they have a price, as any token elsewhere.
    Case(
        "openai",
        "gpt-image-1",
        {"input": 400, "input_image": 300, "output": 4_160, "output_image": 4_160},
        bill(input_uncached=(100, "5"), input_image=(300, "10"), output=(4_160, "40")),
    ),
    Case(
        "openai",
        "gpt-realtime",
        {"input": 1_400, "input_image": 1_000, "output": 200},
        bill(input_uncached=(400, "4"), input_image=(1_000, "5"), output=(200, "16")),
    ),
    Case(
        "openai",
        "gpt-4o",
        {"input": 1_400, "input_image": 1_000, "output": 200},
        bill(input_uncached=(1_400, "2.50"), output=(200, "10")),
    ),
    # Searches of the web and of files: $10 and $2.50 per thousand.
    Case(
        "openai",
        "gpt-5",
        {"input": 2_000, "output": 500, "web_searches": 3},
        bill(input_uncached=(2_000, "1.25"), output=(500, "10"), web_searches=(3, "10")),
    ),
    Case(
        "openai",
        "gpt-4.1",
        {"input": 2_000, "output": 500, "file_searches": 2},
        bill(input_uncached=(2_000, "2"), output=(500, "8"), file_searches=(2, "2.50")),
    ),
]
