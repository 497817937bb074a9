"""OpenAI's two ways to say a usage, and the words that servers and gateways which speak like it add to them.

Sources: the API references of OpenAI (chat completions, embeddings, responses, images, realtime), xAI, DeepSeek,
Moonshot, Mistral, OpenRouter and Perplexity. What was cached is part of the input, reasoning part of the output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.usages.table import CACHE_WRITE, Table

if TYPE_CHECKING:
    from otel_usage.usages.table import Place

__all__ = ["CHAT", "PERPLEXITY", "RESPONSES"]

CHAT: Final = Table(
    marks=frozenset({"prompt_tokens", "completion_tokens"}),
    shape={
        "prompt_tokens": "input",
        "completion_tokens": "output",
        "prompt_tokens_details": {
            "cached_tokens": "cache_read",
            "cache_write_tokens": "cache_write_5m",
            "audio_tokens": "input_audio",
            "image_tokens": "input_image",
            "video_tokens": "input_video",
        },
        "completion_tokens_details": {
            "reasoning_tokens": "reasoning",
            "audio_tokens": "output_audio",
            "image_tokens": "output_image",
        },
        "prompt_token_details": {"cached_tokens": "cache_read"},  # Mistral, before it took over OpenAI's name
        "num_cached_tokens": "cache_read",  # Mistral
        "prompt_cache_hit_tokens": "cache_read",  # DeepSeek
        "cached_tokens": "cache_read",  # Moonshot
        "cache_read_input_tokens": "cache_read",  # Databricks, LiteLLM
        "cache_creation_input_tokens": CACHE_WRITE,
        "reasoning_tokens": "reasoning",  # Databricks, Modal
    },
    # What gateways do with Anthropic's own words, and with its counts under these, differs.
    input_includes_cache=None,
    total="total_tokens",
)

PERPLEXITY: Final = Table(
    marks=frozenset({"citation_tokens", "num_search_queries", "search_context_size"}),
    shape={
        "prompt_tokens": "input",
        "completion_tokens": ("output",),
        "citation_tokens": ("output", "output_citation"),
        "reasoning_tokens": ("output", "reasoning"),
        "num_search_queries": "web_searches",
    },
    input_includes_cache=True,
)
"""Perplexity's chat completions: neither citations nor reasoning are in ``completion_tokens``."""

_SENT: Final[dict[str, Place]] = {
    "cached_tokens": "cache_read",
    "cache_read_input_tokens": "cache_read",  # Perplexity
    "cache_write_tokens": "cache_write_5m",
    "audio_tokens": "input_audio",
    "image_tokens": "input_image",
    "cached_tokens_details": {"audio_tokens": "cache_read_audio", "image_tokens": "cache_read_image"},
}
_CAME: Final[dict[str, Place]] = {
    "reasoning_tokens": "reasoning",
    "audio_tokens": "output_audio",
    "image_tokens": "output_image",
}
RESPONSES: Final = Table(
    marks=frozenset({"input_tokens", "output_tokens"}),
    shape={
        "input_tokens": "input",
        "output_tokens": "output",
        "input_tokens_details": _SENT,
        "output_tokens_details": _CAME,
        "input_token_details": _SENT,  # realtime, transcriptions
        "output_token_details": _CAME,
        "server_side_tool_usage_details": {  # xAI
            "web_search_calls": "web_searches",
            "file_search_calls": "file_searches",
        },
        "tool_calls_details": {"search_web": {"invocation": "web_searches"}},  # Perplexity
        "web_search_call": "web_searches",  # counted in the output, see ``searches``
        "file_search_call": "file_searches",
    },
    input_includes_cache=True,
)
