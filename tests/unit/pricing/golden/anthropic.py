"""Anthropic's prices, as on its pricing page of December 2025, and those of who resells its models."""

from __future__ import annotations

from otel_usage.records import Flag
from tests.unit.pricing.golden.cases import INFERRED, RATE_ASSUMED, WITH_TIERS, Case, bill

WRITES = {
    "input": 30_000,
    "cache_read": 5_000,
    "cache_write_5m": 8_000,
    "cache_write_1h": 12_000,
    "output": 600,
}

# Input, 5-minute write (1.25 times), 1-hour write (twice), read (a tenth), output.
CACHED = [
    Case(
        "anthropic",
        model,
        WRITES,
        bill(
            input_uncached=(5_000, full),
            cache_read=(5_000, read),
            cache_write_5m=(8_000, five),
            cache_write_1h=(12_000, hour),
            output=(600, out),
        ),
    )
    for model, full, five, hour, read, out in (
        ("claude-opus-4-5", "5", "6.25", "10", "0.50", "25"),
        ("claude-opus-4-5-20251101", "5", "6.25", "10", "0.50", "25"),
        ("claude-opus-4-1-20250805", "15", "18.75", "30", "1.50", "75"),
        ("claude-opus-4-20250514", "15", "18.75", "30", "1.50", "75"),
        ("claude-sonnet-4-5-20250929", "3", "3.75", "6", "0.30", "15"),
        ("claude-sonnet-4-20250514", "3", "3.75", "6", "0.30", "15"),
        ("claude-3-7-sonnet-20250219", "3", "3.75", "6", "0.30", "15"),
        ("claude-3-5-sonnet-20241022", "3", "3.75", "6", "0.30", "15"),
        ("claude-haiku-4-5-20251001", "1", "1.25", "2", "0.10", "5"),
        ("claude-3-5-haiku-20241022", "0.80", "1", "1.60", "0.08", "4"),
        ("claude-3-opus-20240229", "15", "18.75", "30", "1.50", "75"),
        ("claude-3-haiku-20240307", "0.25", "0.30", "0.50", "0.03", "1.25"),
    )
]

# The models before the cache.
PLAIN = [
    Case(
        "anthropic",
        model,
        {"input": 10_000, "output": 700},
        bill(input_uncached=(10_000, full), output=(700, out)),
        at="2024-06-01",
    )
    for model, full, out in (
        ("claude-3-sonnet-20240229", "3", "15"),
        ("claude-2", "8", "24"),
    )
]

# Half of everything in a batch, cache included: the page's section on batches.
BATCH = [
    Case(
        "anthropic",
        model,
        WRITES,
        bill(
            input_uncached=(5_000, full),
            cache_read=(5_000, read),
            cache_write_5m=(8_000, five),
            cache_write_1h=(12_000, hour),
            output=(600, out),
        ),
        tier="batch",
        at=WITH_TIERS,
    )
    for model, full, five, hour, read, out in (
        ("claude-opus-4-5", "2.50", "3.125", "5", "0.25", "12.50"),
        ("claude-sonnet-4-5", "1.50", "1.875", "3", "0.15", "7.50"),
        ("claude-haiku-4-5", "0.50", "0.625", "1", "0.05", "2.50"),
    )
]

# Sonnet 4.5 above 200,000 tokens of input, read and written ones counted: everything is dearer.
LONG = [
    Case(
        "anthropic",
        "claude-sonnet-4-5",
        {"input": total, "cache_read": 150_000, "cache_write_5m": 20_000, "output": 600},
        bill(
            input_uncached=(total - 170_000, full),
            cache_read=(150_000, read),
            cache_write_5m=(20_000, five),
            output=(600, out),
        ),
    )
    for total, full, five, read, out in (
        (200_000, "3", "3.75", "0.30", "15"),
        (200_001, "6", "7.50", "0.60", "22.50"),
    )
]

# Bedrock's and Vertex AI's prices of Claude, their pricing pages of December 2025. A regional endpoint costs a tenth
# more from Sonnet 4.5 on.
RESOLD = [
    Case(
        provider,
        model,
        {"input": 10_000, "cache_read": 2_000, "cache_write_5m": 3_000, "output": 700},
        bill(
            input_uncached=(5_000, full),
            cache_read=(2_000, read),
            cache_write_5m=(3_000, five),
            output=(700, out),
        ),
    )
    for provider, model, full, five, read, out in (
        ("aws.bedrock", "global.anthropic.claude-sonnet-4-5-20250929-v1:0", "3", "3.75", "0.30", "15"),
        ("aws.bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "3.30", "4.125", "0.33", "16.50"),
        ("aws.bedrock", "eu.anthropic.claude-haiku-4-5-20251001-v1:0", "1.10", "1.375", "0.11", "5.50"),
        ("aws.bedrock", "us.anthropic.claude-opus-4-5-20251101-v1:0", "5.50", "6.875", "0.55", "27.50"),
        ("aws.bedrock", "us.anthropic.claude-sonnet-4-20250514-v1:0", "3", "3.75", "0.30", "15"),
        ("aws.bedrock", "anthropic.claude-3-5-sonnet-20241022-v2:0", "3", "3.75", "0.30", "15"),
        ("aws.bedrock", "us.anthropic.claude-3-7-sonnet-20250219-v1:0", "3", "3.75", "0.30", "15"),
        (None, "bedrock/us.anthropic.claude-3-5-haiku-20241022-v1:0", "0.80", "1", "0.08", "4"),
        (
            "aws.bedrock",
            "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "3.30",
            "4.125",
            "0.33",
            "16.50",
        ),
        ("gcp.vertex_ai", "claude-sonnet-4-5@20250929", "3", "3.75", "0.30", "15"),
        ("gcp.vertex_ai", "claude-opus-4-5@20251101", "5", "6.25", "0.50", "25"),
        ("vertex_ai", "claude-3-5-sonnet-v2@20241022", "3", "3.75", "0.30", "15"),
        ("litellm", "anthropic/claude-sonnet-4-5", "3", "3.75", "0.30", "15"),
        (None, "claude-3-7-sonnet-latest", "3", "3.75", "0.30", "15"),
    )
]

CASES = [
    *CACHED,
    *PLAIN,
    *BATCH,
    *LONG,
    *RESOLD,
    Case(
        "anthropic",
        "claude-3-5-sonnet-20241022",
        {"input": 245_000, "output": 8_500},
        bill(input_uncached=(245_000, "3"), output=(8_500, "15")),
    ),
    # What Anthropic itself reports as input excludes the cache.
    Case(
        "anthropic",
        "claude-sonnet-4-5",
        {"input": 4, "cache_read": 18_000, "cache_write_5m": 304, "cache_write_1h": 12_000, "output": 200},
        bill(
            input_uncached=(4, "3"),
            cache_read=(18_000, "0.30"),
            cache_write_5m=(304, "3.75"),
            cache_write_1h=(12_000, "6"),
            output=(200, "15"),
        ),
        flags=(INFERRED,),
    ),
    # Thinking is output.
    Case(
        "anthropic",
        "claude-opus-4-5",
        {"input": 1_000, "output": 5_000, "reasoning": 4_200},
        bill(input_uncached=(1_000, "5"), output=(5_000, "25")),
    ),
    # $10 per thousand searches of the web.
    Case(
        "anthropic",
        "claude-sonnet-4-5",
        {"input": 9_000, "output": 800, "web_searches": 7},
        bill(input_uncached=(9_000, "3"), output=(800, "15"), web_searches=(7, "10")),
    ),
    # Priority is a contract, without a price on the page.
    Case(
        "anthropic",
        "claude-sonnet-4-5",
        {"input": 9_000, "output": 800},
        bill(input_uncached=(9_000, "3"), output=(800, "15")),
        tier="priority",
        flags=(Flag.VARIANT_UNPRICED,),
    ),
    # Bedrock's page has no price of an hour for this model: Anthropic's rule holds, twice the input, and it is said.
    Case(
        "aws.bedrock",
        "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
        {"input": 9_000, "cache_write_1h": 8_000, "output": 800},
        bill(input_uncached=(1_000, "3"), cache_write_1h=(8_000, "6"), output=(800, "15")),
        flags=(RATE_ASSUMED,),
    ),
]
