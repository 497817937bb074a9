"""Prices of who hosts others' models, as on their pricing pages of December 2025, and names with wrappers."""

from __future__ import annotations

from otel_usage.records import Flag
from tests.unit.pricing.golden.cases import WITH_TIERS, Case, bill

UNCACHED = {"input": 10_000, "output": 700}
CACHED = {"input": 10_000, "cache_read": 4_000, "output": 700}

PLAIN = [
    Case(provider, model, UNCACHED, bill(input_uncached=(10_000, full), output=(700, out)))
    for provider, model, full, out in (
        # Groq
        ("groq", "llama-3.3-70b-versatile", "0.59", "0.79"),
        ("groq", "llama-3.1-8b-instant", "0.05", "0.08"),
        ("groq", "meta-llama/llama-4-scout-17b-16e-instruct", "0.11", "0.34"),
        ("groq", "meta-llama/llama-4-maverick-17b-128e-instruct", "0.20", "0.60"),
        ("groq", "gemma2-9b-it", "0.20", "0.20"),
        ("groq", "qwen/qwen3-32b", "0.29", "0.59"),
        ("groq", "deepseek-r1-distill-llama-70b", "0.75", "0.99"),
        (None, "groq/llama-3.3-70b-versatile", "0.59", "0.79"),
        # Amazon Bedrock, N. Virginia
        ("aws.bedrock", "amazon.nova-micro-v1:0", "0.035", "0.14"),
        ("aws.bedrock", "us.amazon.nova-lite-v1:0", "0.06", "0.24"),
        ("aws.bedrock", "amazon.nova-pro-v1:0", "0.80", "3.20"),
        ("aws.bedrock", "us.amazon.nova-premier-v1:0", "2.50", "12.50"),
        ("aws.bedrock", "us.meta.llama3-3-70b-instruct-v1:0", "0.72", "0.72"),
        ("aws.bedrock", "meta.llama3-1-8b-instruct-v1:0", "0.22", "0.22"),
        ("aws.bedrock", "amazon.titan-text-express-v1", "0.20", "0.60"),
        # Together AI
        ("together_ai", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "0.88", "0.88"),
        ("together", "meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo", "0.18", "0.18"),
        ("together", "meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo", "3.50", "3.50"),
        # Fireworks AI
        ("fireworks", "accounts/fireworks/models/llama-v3p1-8b-instruct", "0.20", "0.20"),
        ("fireworks", "accounts/fireworks/models/deepseek-v3-0324", "0.90", "0.90"),
        # Cerebras
        ("cerebras", "llama-3.3-70b", "0.85", "1.20"),
        ("cerebras", "llama3.1-8b", "0.10", "0.10"),
        # Azure sells OpenAI's models at OpenAI's prices
        ("azure.ai.openai", "gpt-4-turbo-2024-04-09", "10", "30"),
        ("azure.ai.openai", "gpt-35-turbo", "0.50", "1.50"),
        # OpenRouter passes the makers' prices on
        ("openrouter", "openai/gpt-4-turbo", "10", "30"),
        ("openrouter", "anthropic/claude-3-haiku", "0.25", "1.25"),
        (None, "openrouter/anthropic/claude-3.7-sonnet", "3", "15"),
        ("openrouter", "anthropic/claude-opus-4", "15", "75"),
    )
]

WITH_CACHE = [
    Case(
        provider,
        model,
        CACHED,
        bill(input_uncached=(6_000, full), cache_read=(4_000, cached), output=(700, out)),
    )
    for provider, model, full, cached, out in (
        ("azure.ai.openai", "gpt-4o-2024-08-06", "2.50", "1.25", "10"),
        ("azure", "gpt-4o-mini", "0.15", "0.075", "0.60"),
        (None, "azure/gpt-4.1", "2", "0.50", "8"),
        ("azure.ai.openai", "o4-mini", "1.10", "0.275", "4.40"),
        ("azure.ai.openai", "gpt-5-2025-08-07", "1.25", "0.125", "10"),
        ("openrouter", "openai/gpt-4o-mini", "0.15", "0.075", "0.60"),
        ("openrouter", "openai/gpt-4.1", "2", "0.50", "8"),
        ("openrouter", "anthropic/claude-sonnet-4", "3", "0.30", "15"),
        # OpenAI's client is everyone's way to a gateway.
        ("openai", "anthropic/claude-3-7-sonnet-20250219", "3", "0.30", "15"),
        ("litellm", "openai/gpt-4o", "2.50", "1.25", "10"),
        ("litellm", "gpt-4o", "2.50", "1.25", "10"),
        (None, "gpt-4o-mini-2024-07-18", "0.15", "0.075", "0.60"),
        ("OpenAI", "GPT-4o", "2.50", "1.25", "10"),
        ("aws.bedrock", "us.amazon.nova-pro-v1:0", "0.80", "0.20", "3.20"),
    )
]

CASES = [
    *PLAIN,
    *WITH_CACHE,
    # Groq's batch is half.
    Case(
        "groq",
        "openai/gpt-oss-120b",
        UNCACHED,
        bill(input_uncached=(10_000, "0.075"), output=(700, "0.30")),
        tier="batch",
        at=WITH_TIERS,
    ),
    Case("azure", "text-embedding-3-large", {"input": 250_000}, bill(input_uncached=(250_000, "0.13"))),
    Case(
        "aws.bedrock",
        "amazon.titan-embed-text-v2:0",
        {"input": 250_000},
        bill(input_uncached=(250_000, "0.02")),
    ),
    # A maker's batch price is not the reseller's: the standard price, and it is said.
    Case(
        "azure.ai.openai",
        "gpt-4o",
        UNCACHED,
        bill(input_uncached=(10_000, "2.50"), output=(700, "10")),
        tier="batch",
        at=WITH_TIERS,
        flags=(Flag.VARIANT_UNPRICED,),
    ),
    Case(
        "aws.bedrock",
        "us.anthropic.claude-sonnet-4-20250514-v1:0",
        UNCACHED,
        bill(input_uncached=(10_000, "3"), output=(700, "15")),
        tier="flex",
        at=WITH_TIERS,
        flags=(Flag.VARIANT_UNPRICED,),
    ),
    # A search of the web that the host has no price of: the tokens, and it is said.
    Case(
        "groq",
        "llama-3.3-70b-versatile",
        {**UNCACHED, "web_searches": 2},
        bill(input_uncached=(10_000, "0.59"), output=(700, "0.79")),
        flags=(Flag.UNITS_UNPRICED,),
    ),
]
