"""What a provider's response says of a call: model, id, tier and tokens, from objects of the clients or from dicts.

Sources: OpenAI API reference (chat completions, responses, embeddings), Anthropic API reference (messages).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from otel_usage.counts import canonical_usage, whole
from otel_usage.records import MAX_TOKENS, Flag, TokenUsage

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
_CACHE_WRITTEN: Final = "cache_creation_input_tokens"
# One of these is enough to know a usage as Anthropic's.
_ANTHROPICS_OWN: Final = ("cache_read_input_tokens", _CACHE_WRITTEN, "cache_creation")
_USAGE_KEYS: Final = sorted(
    {path[0] for table in (_OPENAI_CHAT, _OPENAI_RESPONSES, _ANTHROPIC) for path in table.values()}
    | {_CACHE_WRITTEN, "service_tier"}
)
"""Everything that is read of a usage."""


def read_response(response: object) -> Reported:
    """What a whole response says; of an unknown type, nothing."""
    return _reported(response, _get(response, "usage"))


class StreamReader:
    """What the chunks of a stream say, taken together.

    OpenAI puts the usage of the whole call on one of the last chunks (only when asked to, ``include_usage``), or on
    the event that completes a response. Anthropic gives the input with the first event and a running total of the
    output with later ones, which replaces what was said before and is not added to it. The first event echoes the
    model and the tier that were asked for; those that served the call are on the last event that has them.
    """

    def __init__(self) -> None:
        """Nothing was said yet."""
        self._usage: dict[str, object] = {}
        self._model: str | None = None
        self._tier: str | None = None
        self._id: str | None = None

    def read(self, chunk: object) -> None:
        """Take in one chunk or event."""
        message = _get(chunk, "message") or _get(chunk, "response")
        carriers = (chunk,) if message is None else (message, chunk)
        usage = _first(carriers, "usage")
        if usage is not None:
            said = {name: value for name in _USAGE_KEYS if (value := _get(usage, name)) is not None}
            self._usage.update(said)
        self._id = self._id or _text(_first(carriers, "id"))
        self._model = _text(_first(carriers, "model")) or self._model
        self._tier = _text(_first(carriers, "service_tier")) or self._tier

    @property
    def reported(self) -> Reported:
        """Everything that was said up to now."""
        head = {"model": self._model, "id": self._id, "service_tier": self._tier}
        return _reported(head, self._usage or None)


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
    if _get(usage, "prompt_tokens") is not None or _get(usage, "completion_tokens") is not None:
        return canonical_usage(_counts(usage, _OPENAI_CHAT), input_includes_cache=True)
    if all(_get(usage, name) is None for name in _ANTHROPICS_OWN):
        return canonical_usage(_counts(usage, _OPENAI_RESPONSES), input_includes_cache=True)
    counts = _counts(usage, _ANTHROPIC)
    counts["cache_write_5m"] = _short_lived(
        counts["cache_write_5m"], counts["cache_write_1h"], _get(usage, _CACHE_WRITTEN)
    )
    return canonical_usage(counts, input_includes_cache=False)


def _short_lived(short: object, long: object, written: object) -> object:
    """Tokens written for five minutes: what was said of them, or what of the total was not written for an hour.

    Five minutes is the default lifetime. Older responses do not tell the two apart, and the end of a stream gives a
    new total without the split: what came on top is of the default lifetime.
    """
    total = whole(written, MAX_TOKENS)
    if total is None:
        return written if short is None and long is None else short
    said = whole(short, MAX_TOKENS)
    if said is None and short is not None:
        return short
    return max(said or 0, total - (whole(long, MAX_TOKENS) or 0))


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


def _first(carriers: tuple[object, ...], name: str) -> object:
    """What the first of them that has it says."""
    return next((value for carrier in carriers if (value := _get(carrier, name)) is not None), None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
