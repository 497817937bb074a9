"""What a provider's response says of a call: model, id, tier and tokens, from objects of the clients or from dicts.

Sources: OpenAI API reference (chat completions, responses, embeddings), Anthropic API reference (messages).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from otel_usage.counts import canonical_usage
from otel_usage.records import Flag, TokenUsage

__all__ = ["Reported", "StreamReader", "read_response"]


class Reported(Struct, frozen=True, kw_only=True):
    """What a response says; None is not said.

    Attributes:
        usage: Tokens in canonical form.
        flags: What was unusual about them.
        model: The model that answered.
        response_id: The provider's id.
        service_tier: The tier that served it.
    """

    usage: TokenUsage = TokenUsage()
    flags: tuple[Flag, ...] = ()
    model: str | None = None
    response_id: str | None = None
    service_tier: str | None = None


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


def read_response(response: object) -> Reported:
    """What a whole response says; of an unknown type, nothing."""
    return _reported(response, _get(response, "usage"))


class StreamReader:
    """What the chunks of a stream say, taken together.

    OpenAI puts the usage of the whole call on one of the last chunks (only when asked to, ``include_usage``), or on
    the event that completes a response. Anthropic gives the input with the first event and a running total of the
    output with later ones, which replaces what was said before and is not added to it.
    """

    def __init__(self) -> None:
        """Nothing was said yet."""
        self._head: object = None
        self._usage: dict[str, object] = {}

    def read(self, chunk: object) -> None:
        """Take in one chunk or event."""
        message = _get(chunk, "message") or _get(chunk, "response") or chunk
        if self._head is None or (_get(self._head, "id") is None and _get(message, "id") is not None):
            self._head = message
        for carrier in (message, chunk):
            usage = _get(carrier, "usage")
            if usage is not None:
                self._usage.update({name: value for name, value in _items(usage) if value is not None})
                break

    @property
    def reported(self) -> Reported:
        """Everything that was said up to now."""
        return _reported(self._head, self._usage or None)


def _reported(response: object, usage: object) -> Reported:
    tokens, flags = _usage(usage) if usage is not None else (TokenUsage(), ())
    return Reported(
        usage=tokens,
        flags=flags,
        model=_text(_get(response, "model")),
        response_id=_text(_get(response, "id")),
        service_tier=_text(_get(response, "service_tier")) or _text(_get(usage, "service_tier")),
    )


def _usage(usage: object) -> tuple[TokenUsage, tuple[Flag, ...]]:
    if _get(usage, "prompt_tokens") is not None:
        return canonical_usage(_counts(usage, _OPENAI_CHAT), input_includes_cache=True)
    if _get(usage, "cache_read_input_tokens") is None and _get(usage, "cache_creation_input_tokens") is None:
        return canonical_usage(_counts(usage, _OPENAI_RESPONSES), input_includes_cache=True)
    counts = _counts(usage, _ANTHROPIC)
    short, long, written = (
        counts["cache_write_5m"],
        counts["cache_write_1h"],
        _get(usage, "cache_creation_input_tokens"),
    )
    if short is None and long is None:
        # Older responses do not tell the lifetimes apart; five minutes is the default.
        counts["cache_write_5m"] = written
    elif isinstance(short, int) and isinstance(long, int) and isinstance(written, int):
        # The end of a stream gives a new total without the split: what came on top is of the default lifetime.
        counts["cache_write_5m"] = max(short, written - long)
    return canonical_usage(counts, input_includes_cache=False)


def _counts(usage: object, table: dict[str, _Path]) -> dict[str, object]:
    counts = {}
    for name, path in table.items():
        value = usage
        for step in path:
            value = _get(value, step)
        counts[name] = value
    return counts


def _get(value: object, name: str) -> object:
    """An item of a mapping or an attribute of an object, None where there is none."""
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


def _items(value: object) -> list[tuple[str, object]]:
    return list(value.items()) if isinstance(value, Mapping) else list(getattr(value, "__dict__", {}).items())


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
