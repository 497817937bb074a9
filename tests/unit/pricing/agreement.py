"""What is compared with genai-prices, how it says the same, and where the two part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from otel_usage.pricing import RateCard

__all__ = ["CONTEXTS", "EXCEPTIONS", "KINDS", "THEIRS", "UNSEEN_PRICES", "UNSEEN_VARIANTS"]

KINDS: Final = {
    "input": ("input",),
    "cache_read": ("input", "cache_read"),
    "cache_write_5m": ("input", "cache_write_5m"),
    "cache_write_1h": ("input", "cache_write_1h"),
    "input_audio": ("input", "input_audio"),
    "input_image": ("input", "input_image"),
    "input_video": ("input", "input_video"),
    "cache_read_audio": ("input", "cache_read", "input_audio", "cache_read_audio"),
    "cache_read_image": ("input", "cache_read", "input_image", "cache_read_image"),
    "output": ("output",),
    "reasoning": ("output", "reasoning"),
    "output_audio": ("output", "output_audio"),
    "output_image": ("output", "output_image"),
    "output_video": ("output", "output_video"),
    "output_citation": ("output", "output_citation"),
    "web_searches": ("web_searches",),
    "file_searches": ("file_searches",),
}
"""A kind of usage, and the counts that a unit of it adds to."""
THEIRS: Final = {
    "input": ("input_tokens",),
    "output": ("output_tokens",),
    "cache_read": ("cache_read_tokens",),
    "cache_write_5m": ("cache_write_tokens", "cache_write_5m_tokens"),
    "cache_write_1h": ("cache_write_tokens", "cache_write_1h_tokens"),
    "reasoning": ("output_reasoning_tokens",),
    "input_audio": ("input_audio_tokens",),
    "input_image": ("input_image_tokens",),
    "input_video": ("input_video_tokens",),
    "cache_read_audio": ("cache_audio_read_tokens",),
    "cache_read_image": ("cache_image_read_tokens",),
    "output_audio": ("output_audio_tokens",),
    "output_image": ("output_image_tokens",),
    "output_video": ("output_video_tokens",),
    "output_citation": ("output_citation_tokens",),
    "web_searches": ("web_searches",),
    "file_searches": ("storage_searches",),
}
"""Our counts by the names of genai-prices, where all writes together are a count too."""
CONTEXTS: Final = {
    "": {},
    "batch": {"processing": "batch"},
    "default": {"service_tier": "default"},
    "fast": {"service_tier": "fast", "speed": "fast"},
    "flex": {"service_tier": "flex"},
    "priority": {"service_tier": "priority"},
}
"""A service tier, and how genai-prices is told of it."""

EXCEPTIONS: Final[Mapping[str, Callable[[str, RateCard], bool]]] = {
    "an hour in Claude's cache without a rate: ours twice the input, theirs five minutes' write": lambda kind, card: (
        kind == "cache_write_1h"
        and "claude" in card.model
        and "input" in card.rates
        and kind not in card.rates
    ),
    "input without a rate of input: ours unknown, theirs 0": lambda kind, card: (
        "input" in KINDS[kind] and "input" not in card.rates and kind not in card.rates
    ),
    "output without a rate of output: ours unknown, theirs 0": lambda kind, card: (
        "output" in KINDS[kind] and "output" not in card.rates and kind not in card.rates
    ),
}
"""Where the two part, and why: whether a kind of usage is billed otherwise by a card."""
UNSEEN_PRICES: Final = {
    "audio_hours": "records count no seconds of sound",
    "input_audio_hours": "the same",
    "input_mchars": "records count no characters",
    "input_document_kpages": "records count no pages",
    "input_annotated_document_kpages": "the same",
    "input_text_messages_kcount": "records count no messages",
}
"""Prices of genai-prices for what a record does not count; such usage is priced by an override per request."""
UNSEEN_VARIANTS: Final = {
    ("route", "mistral/eu"): "a record does not know which region OpenRouter chose",
    ("search_type", "fast"): "a record does not know how Perplexity searched",
    ("search_type", "web"): "the same",
}
"""Variants of genai-prices that depend on what a record does not say; the standard price is taken."""
