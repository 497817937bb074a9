"""Anthropic's messages, on Bedrock and Vertex too.

Sources: Anthropic API reference (messages), and its guides to compaction and to the advisor tool. What was cached stands
beside the input, and the two lifetimes apart where it can tell them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.usages.fields import field
from otel_usage.usages.table import CACHE_WRITE, Repeated, Table

if TYPE_CHECKING:
    from otel_usage.usages.table import Place

__all__ = ["ANTHROPIC", "GEO", "beyond_price"]

GEO: Final = "inference_geo"
"""Read beside the counts: where the inference ran."""

_TOKENS: Final[dict[str, Place]] = {
    "input_tokens": "input",
    "output_tokens": "output",
    "cache_read_input_tokens": "cache_read",
    "cache_creation_input_tokens": CACHE_WRITE,
    "cache_creation": {
        "ephemeral_5m_input_tokens": "cache_write_5m",
        "ephemeral_1h_input_tokens": "cache_write_1h",
    },
    "output_tokens_details": {"thinking_tokens": "reasoning"},
}

ANTHROPIC: Final = Table(
    marks=frozenset(
        {
            "cache_read_input_tokens",
            "cache_creation_input_tokens",
            "cache_creation",
            "iterations",
            "server_tool_use",
        }
    ),
    shape={
        **_TOKENS,
        # The rest of the iterations is in the counts above; what compaction summed up is billed on top.
        "iterations": Repeated(kind="compaction", shape=_TOKENS),
        "server_tool_use": {"web_search_requests": "web_searches"},
    },
    input_includes_cache=False,
)


def beyond_price(usage: dict[str, object]) -> bool:
    """Whether something of a usage is billed otherwise than price data knows.

    Inference in one country costs 1.1 times as much (guide to data residency), and another model's advice is billed under
    that model's name.
    """
    items = usage.get("iterations")
    return usage.get(GEO) == "us" or (
        isinstance(items, list | tuple) and any(field(item, "type") == "advisor_message" for item in items)
    )
