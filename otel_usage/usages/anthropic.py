"""Anthropic's messages, on Bedrock and Vertex too.

Source: Anthropic API reference (messages). What was cached stands beside the input, and the two lifetimes apart where
it can tell them.
"""

from __future__ import annotations

from typing import Final

from otel_usage.usages.table import CACHE_WRITE, Table

__all__ = ["ANTHROPIC"]

ANTHROPIC: Final = Table(
    marks=frozenset(
        {"cache_read_input_tokens", "cache_creation_input_tokens", "cache_creation", "server_tool_use"}
    ),
    shape={
        "input_tokens": "input",
        "output_tokens": "output",
        "cache_read_input_tokens": "cache_read",
        "cache_creation_input_tokens": CACHE_WRITE,
        "cache_creation": {
            "ephemeral_5m_input_tokens": "cache_write_5m",
            "ephemeral_1h_input_tokens": "cache_write_1h",
        },
        "output_tokens_details": {"thinking_tokens": "reasoning"},
        "server_tool_use": {"web_search_requests": "web_searches"},
    },
    input_includes_cache=False,
)
