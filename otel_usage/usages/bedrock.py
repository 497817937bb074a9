"""Amazon Bedrock's Converse, at once and streamed.

Source: Amazon Bedrock API reference (``TokenUsage``, ``CacheDetail``). What was cached stands beside the input.
"""

from __future__ import annotations

from typing import Final

from otel_usage.usages.table import CACHE_WRITE, Listed, Table

__all__ = ["BEDROCK"]

BEDROCK: Final = Table(
    marks=frozenset({"inputTokens", "outputTokens"}),
    shape={
        "inputTokens": "input",
        "outputTokens": "output",
        "cacheReadInputTokens": "cache_read",
        "cacheReadInputTokenCount": "cache_read",  # the names of models that are invoked without Converse
        "cacheWriteInputTokens": CACHE_WRITE,
        "cacheWriteInputTokenCount": CACHE_WRITE,
        "cacheDetails": Listed(
            word=("ttl",),
            count=("inputTokens",),
            places={"5M": "cache_write_5m", "1H": "cache_write_1h"},
        ),
    },
    input_includes_cache=False,
)
