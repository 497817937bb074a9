"""Token counts as somebody gave them, made canonical: the one place where conventions are told apart."""

from __future__ import annotations

from operator import attrgetter
from typing import Final

import msgspec

from otel_usage.records import Flag
from otel_usage.token_usage import MAX_TOKENS, MODALITIES, TokenUsage

__all__ = ["canonical_usage", "sound", "whole"]

_FIELDS: Final = TokenUsage.__struct_fields__
_counts_of: Final = attrgetter(*_FIELDS)


def canonical_usage(
    counts: dict[str, object], *, input_includes_cache: bool | None = None
) -> tuple[TokenUsage, tuple[Flag, ...]]:
    """Token counts in the canonical form, and what a reader should know about it.

    A count that is not a whole number from 0 to ``MAX_TOKENS`` (negative, huge, NaN, text) is left out and flagged; so
    are reasoning, sound and pictures that are more than what they are parts of.

    Args:
        counts: Counts by the names of ``TokenUsage``.
        input_includes_cache: Whether ``input`` holds the cached tokens too, as OpenAI and the conventions count
            (Anthropic and Bedrock do not). None means that it does, unless the cache is larger than the input:
            then it cannot, and the record is flagged.
    """
    values: dict[str, int] = {}
    flags: set[Flag] = set()
    for name in _FIELDS:
        given = counts.get(name)
        if given is None:
            continue
        count = given if type(given) is int and 0 <= given <= MAX_TOKENS else whole(given, MAX_TOKENS)
        if count is None:
            flags.add(Flag.USAGE_UNUSABLE)
        else:
            values[name] = count
    usage = TokenUsage(**values)
    given_input, cached = usage.input, usage.cached
    if given_input is not None and (input_includes_cache is False or cached > given_input):
        everything = whole(given_input + cached, MAX_TOKENS)
        usage = msgspec.structs.replace(usage, input=everything)
        if everything is None:
            flags.add(Flag.USAGE_UNUSABLE)
        elif input_includes_cache is not False:
            flags.add(Flag.INPUT_INFERRED)
    if usage.reasoning and usage.output is not None and usage.reasoning > usage.output:
        usage = msgspec.structs.replace(usage, reasoning=None)
        flags.add(Flag.USAGE_UNUSABLE)
    if usage.mixed and not usage.modalities_fit:
        usage = msgspec.structs.replace(usage, **dict.fromkeys(MODALITIES))
        flags.add(Flag.USAGE_UNUSABLE)
    return usage, tuple(sorted(flags))


def sound(usage: TokenUsage) -> bool:
    """Whether a usage is canonical as it is: the quick check for what comes from our own adapters."""
    for count in _counts_of(usage):
        if count is not None and not (type(count) is int and 0 <= count <= MAX_TOKENS):
            return False
    return (
        (usage.input is None or usage.cached <= usage.input)
        and (not usage.reasoning or usage.output is None or usage.reasoning <= usage.output)
        and (not usage.mixed or usage.modalities_fit)
    )


def whole(value: object, most: int) -> int | None:
    """A value as a whole number from 0 to ``most``, None when it is none; 12.0 is one, True and "12" are not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not value.is_integer():
        return None
    return int(value) if 0 <= value <= most else None
