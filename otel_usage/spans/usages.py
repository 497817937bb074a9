"""The usage part of a response in the canonical form: one table for each provider's words.

Sources: OpenAI API reference (chat completions, responses, embeddings), Anthropic API reference (messages), Google
Gemini API and Vertex AI references (``UsageMetadata``).

genai-prices extracts usage too, and a test holds these tables against it. It is not asked here: importing it takes a
quarter of a second, which no caller's thread should wait for; it has to be told which API a response is of; it reads
whole JSON bodies, neither objects nor events nor the service tier; and it refuses a usage that lacks one count that
it requires, where what the others say is still known.
"""

from __future__ import annotations

from typing import Final

from otel_usage.counts import canonical_usage, whole
from otel_usage.records import MAX_TOKENS, Flag, TokenUsage
from otel_usage.spans.fields import field, fields, first, text

__all__ = ["served_tier", "tokens", "usage_fields"]

_Path = tuple[str, ...]
# OpenAI counts cached tokens into the input. Chat completions and embeddings have these names, ...
_OPENAI_CHAT: Final[dict[str, _Path]] = {
    "input": ("prompt_tokens",),
    "output": ("completion_tokens",),
    "cache_read": ("prompt_tokens_details", "cached_tokens"),
    "cache_write_5m": ("prompt_tokens_details", "cache_write_tokens"),
    "reasoning": ("completion_tokens_details", "reasoning_tokens"),
}
# ... responses have these.
_OPENAI_RESPONSES: Final[dict[str, _Path]] = {
    "input": ("input_tokens",),
    "output": ("output_tokens",),
    "cache_read": ("input_tokens_details", "cached_tokens"),
    "cache_write_5m": ("input_tokens_details", "cache_write_tokens"),
    "reasoning": ("output_tokens_details", "reasoning_tokens"),
}
# Anthropic leaves cached tokens out of the input, and tells the two lifetimes apart where it can.
_ANTHROPIC: Final[dict[str, _Path]] = {
    "input": ("input_tokens",),
    "output": ("output_tokens",),
    "cache_read": ("cache_read_input_tokens",),
    "cache_write_5m": ("cache_creation", "ephemeral_5m_input_tokens"),
    "cache_write_1h": ("cache_creation", "ephemeral_1h_input_tokens"),
    "reasoning": ("output_tokens_details", "thinking_tokens"),
}
_CACHE_WRITTEN: Final = "cache_creation_input_tokens"
# One of these is enough to know a usage as Anthropic's.
_ANTHROPICS_OWN: Final = ("cache_read_input_tokens", _CACHE_WRITTEN, "cache_creation")
# Google counts cached tokens into the prompt, but neither the results of tools into it nor thoughts into the
# candidates. Its JSON has the first spelling, its Python client the second.
_GOOGLE: Final[dict[str, tuple[str, str]]] = {
    "prompt": ("promptTokenCount", "prompt_token_count"),
    "tool": ("toolUsePromptTokenCount", "tool_use_prompt_token_count"),
    "candidates": ("candidatesTokenCount", "candidates_token_count"),
    "thoughts": ("thoughtsTokenCount", "thoughts_token_count"),
    "cached": ("cachedContentTokenCount", "cached_content_token_count"),
}
_GOOGLES_OWN: Final = tuple(name for names in _GOOGLE.values() for name in names)
_GOOGLE_TIER: Final = ("serviceTier", "service_tier", "trafficType", "traffic_type")
_COUNTED: Final = frozenset(
    {path[0] for table in (_OPENAI_CHAT, _OPENAI_RESPONSES, _ANTHROPIC) for path in table.values()}
    | {_CACHE_WRITTEN, "total_tokens", *_GOOGLES_OWN}
)
_READ: Final = _COUNTED | {"speed", *_GOOGLE_TIER}


def usage_fields(usage: object) -> dict[str, object]:
    """Everything that is read of a usage, by the provider's names; empty when it is none that is known."""
    known = fields(usage)
    # The provider's names are fewer than those that are looked for.
    names = _READ.intersection(known) if type(known) is dict else _READ
    found = {name: value for name in names if (value := known.get(name)) is not None}
    return {} if _COUNTED.isdisjoint(found) else found


def tokens(usage: dict[str, object]) -> tuple[TokenUsage, tuple[Flag, ...]]:
    """The token counts of what a usage says, and what was unusual about them."""
    if "prompt_tokens" in usage or "completion_tokens" in usage:
        return canonical_usage(_chat_counts(usage), input_includes_cache=True)
    if any(name in usage for name in _ANTHROPICS_OWN):
        return canonical_usage(_anthropic_counts(usage), input_includes_cache=False)
    if any(name in usage for name in _GOOGLES_OWN):
        return canonical_usage(_google_counts(usage), input_includes_cache=True)
    return canonical_usage(_counts(usage, _OPENAI_RESPONSES), input_includes_cache=True)


def served_tier(usage: dict[str, object]) -> str | None:
    """The service tier that a usage names: Anthropic's, its fast mode, or Google's in the words of the others."""
    if usage.get("speed") == "fast":
        return "fast"
    tier = text(first(usage, _GOOGLE_TIER))
    if tier is None or not any(name in usage for name in _GOOGLES_OWN):
        return tier
    tier = tier.lower().removeprefix("on_demand_")
    return None if tier.endswith("unspecified") else tier


def _chat_counts(usage: dict[str, object]) -> dict[str, object]:
    """The counts of a chat completion; xAI counts reasoning beside the completion, and its total says so."""
    counts = _counts(usage, _OPENAI_CHAT)
    if counts["reasoning"]:
        parts = (whole(counts[name], MAX_TOKENS) or 0 for name in ("input", "output", "reasoning"))
        if whole(usage.get("total_tokens"), MAX_TOKENS) == sum(parts):
            counts["output"] = _together(counts["output"], counts["reasoning"])
    return counts


def _anthropic_counts(usage: dict[str, object]) -> dict[str, object]:
    counts = _counts(usage, _ANTHROPIC)
    counts["cache_write_5m"] = _short_lived(
        counts["cache_write_5m"], counts["cache_write_1h"], usage.get(_CACHE_WRITTEN)
    )
    return counts


def _google_counts(usage: dict[str, object]) -> dict[str, object]:
    given = {part: first(usage, names) for part, names in _GOOGLE.items()}
    return {
        "input": _together(given["prompt"], given["tool"]),
        "output": _together(given["candidates"], given["thoughts"]),
        "cache_read": given["cached"],
        "reasoning": given["thoughts"],
    }


def _short_lived(short: object, long: object, written: object) -> object:
    """Tokens written for five minutes: what was said of them, or what of the total was not written for an hour.

    Five minutes is the default lifetime. Older responses do not tell the two apart, and the end of a stream gives a
    new total without the split: what came on top is of the default lifetime.
    """
    total = whole(written, MAX_TOKENS)
    if total is None:
        return written if short is None and long is None else short
    told = whole(short, MAX_TOKENS)
    if told is None and short is not None:
        return short
    return max(told or 0, total - (whole(long, MAX_TOKENS) or 0))


def _together(one: object, other: object) -> object:
    """The sum of two counts of which one may be absent; a count that cannot be stands for the sum."""
    if one is None or other is None:
        return other if one is None else one
    counts = whole(one, MAX_TOKENS), whole(other, MAX_TOKENS)
    if counts[0] is None:
        return one
    return other if counts[1] is None else counts[0] + counts[1]


def _counts(usage: dict[str, object], table: dict[str, _Path]) -> dict[str, object]:
    counts: dict[str, object] = {}
    for name, path in table.items():
        value = usage.get(path[0])
        for step in path[1:]:
            value = None if value is None else field(value, step)
        counts[name] = value
    return counts
