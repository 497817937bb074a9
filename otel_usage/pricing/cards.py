"""The rate card: what one model costs at one time, in whole nano-dollars per million units."""

from __future__ import annotations

from datetime import date  # noqa: TC003  # msgspec reads the annotation when it decodes a card

from msgspec import Struct
from msgspec.json import encode
from msgspec.structs import replace

from otel_usage.digest import blake2b

__all__ = ["NANOS", "Rate", "RateCard", "base_rate", "identified", "rate_at"]

NANOS = 10**9
"""Nano-dollars in a dollar; $3 per million tokens is the rate ``3 * NANOS``."""

Rate = int | tuple[tuple[int, int], ...]
"""Nano-dollars per million units: one number, or steps ``(start, rate)`` in ascending order.

The last step whose start is below the call's whole input holds for every token of the call (a cliff, as
Anthropic, Google and OpenAI bill long context); the first step holds from the first token on.
"""


class RateCard(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that is needed to compute a cost again, years later.

    Attributes:
        id: Hash of all other fields: equal ids are equal cards.
        provider: The provider in the price data, ``anthropic``.
        model: The model in the price data, ``claude-3-5-sonnet``.
        rates: By component: ``input``, ``output``, ``cache_read``, ``cache_write_5m``, ``cache_write_1h``,
            ``reasoning`` where it is billed apart, the further counts of ``TokenUsage`` under their names,
            ``requests`` (one a call), and what the source knows beside (``audio_seconds``); nano-dollars per million
            of them.
        source: Who knew the price: ``genai-prices``, ``override``, ``preset:legacy-2025``.
        version: The version of the price data that the rates come from or are based on.
        tier: The service tier whose own price this is, None for the standard price.
        valid_from: First day (UTC) on which it holds.
        valid_until: First day (UTC) on which it does no longer.
        hours: The part of the day (UTC) in which it holds: first minute, first minute after; may pass midnight.
        based_on: For an override: ``provider/model`` of the card that it changes.
        multiplier: For an override: the factor that is in the rates, as a decimal number.
    """

    provider: str
    model: str
    rates: dict[str, Rate]
    source: str
    id: str = ""
    version: str = ""
    tier: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    hours: tuple[int, int] | None = None
    based_on: str | None = None
    multiplier: str | None = None


def identified(card: RateCard) -> RateCard:
    """The same card with the id that follows from its content."""
    content = encode(replace(card, id=""), order="sorted")
    return replace(card, id=blake2b(content, digest_size=8).hexdigest())


def rate_at(rate: Rate, total_input: int) -> int:
    """The one rate that holds for every token of a call with this much input, cached parts included."""
    if isinstance(rate, int):
        return rate
    current = rate[0][1]
    for start, stepped in rate[1:]:
        if total_input <= start:
            break
        current = stepped
    return current


def base_rate(rate: Rate) -> int:
    """The rate of a short call."""
    return rate_at(rate, 0)
