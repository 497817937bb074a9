"""A rate card worked out for each size of call: what is billed at which rate, and which rates are assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from otel_usage.pricing.cards import rate_at
from otel_usage.token_usage import UNITS

if TYPE_CHECKING:
    from otel_usage.pricing.cards import RateCard

__all__ = ["PER", "Tariff", "tariffs"]

PER: Final = 1_000_000
"""Units that a rate is for."""

_TOKENS: Final = {
    "input_uncached": "input",
    "cache_read": "cache_read",
    "cache_write_5m": "cache_write_5m",
    "cache_write_1h": "cache_write_1h",
    "output": "output",
}
"""What is billed of any call → the rate of a card."""
_AUDIO: Final = {"input_audio": "input", "cache_read_audio": "cache_read", "output_audio": "output"}
"""Sound is dearer than text wherever both are sold, so a missing rate is only assumed to be that of text."""
_CACHED: Final = {"cache_read_audio": "input_audio", "cache_read_image": "input_image"}
"""What is read from a cache → the same without one, which is nearer to it than text is."""
_APART: Final = (
    "reasoning",
    "input_image",
    "input_video",
    "cache_read_image",
    "output_image",
    "output_video",
    "output_citation",
    *UNITS,
    "requests",
)
"""What is billed apart only where the card says so: pictures count as any other token elsewhere (OpenAI, Anthropic and
Google say so in their documentation of vision), and reasoning as output."""

_Rated = tuple[int | None, int | None, bool]
"""Nano-dollars per million units (None without a rate), the same per unit where that is a whole number, and whether
the rate is assumed."""


class Tariff(Struct, frozen=True):
    """The rates of a card for calls of one size.

    Attributes:
        above: It holds for calls with more input than this, cached parts included; -1 for every call.
        rates: By billed component; what is not in it is not billed apart.
        reasoning_apart: Reasoning is billed at a rate of its own instead of as output.
        per_request: Each call is billed once, beside its tokens.
        plain: What a call of nothing but text costs, where that is simple: whole nano-dollars per token of uncached
            input, of what was read from a cache and what was written to it for five minutes and for an hour (None
            where that is not known or not whole), and of output.
        per_call: A call costs the same whatever it used, known or not.
    """

    above: int
    rates: dict[str, _Rated]
    reasoning_apart: bool
    per_request: bool
    plain: tuple[int, int | None, int | None, int | None, int] | None = None
    per_call: bool = False


def tariffs(card: RateCard) -> tuple[Tariff, ...]:
    """A card worked out for each size of call, the largest first; the last holds for every call."""
    starts = {start for rate in card.rates.values() if not isinstance(rate, int) for start, _ in rate[1:]}
    return tuple(_tariff(card, start) for start in sorted({-1, *starts}, reverse=True))


def _tariff(card: RateCard, above: int) -> Tariff:
    own = {name: rate_at(rate, above + 1) for name, rate in card.rates.items()}
    rates = {component: _rated(*_nearest(name, own, card)) for component, name in _TOKENS.items()}
    for component, like in _AUDIO.items():
        rate, assumed = (own[component], False) if component in own else (_nearest(like, own, card)[0], True)
        rates[component] = _rated(rate, assumed)
    rates |= {component: _rated(own[component], assumed=False) for component in _APART if component in own}
    for component, uncached in _CACHED.items():
        if uncached in own and component not in own:
            rates[component] = _rated(_cached(own, own[uncached]), assumed=True)
    apart = "reasoning" in own, "requests" in own
    text, output = rates["input_uncached"][1], rates["output"][1]
    if text is None or output is None or any(apart):
        per_call = {name for name, rate in own.items() if rate} == {"requests"}
        return Tariff(above, rates, *apart, per_call=per_call)
    read, write_5m, write_1h = (
        None if assumed else per_unit
        for _, per_unit, assumed in (rates["cache_read"], rates["cache_write_5m"], rates["cache_write_1h"])
    )
    return Tariff(above, rates, *apart, (text, read, write_5m, write_1h, output))


def _rated(rate: int | None, assumed: bool) -> _Rated:  # noqa: FBT001  # a pair's second half
    return rate, None if rate is None or rate % PER else rate // PER, assumed


def _cached(own: dict[str, int], uncached: int) -> int:
    """A rate for reading sound or pictures from a cache: the ratio that text has where it is known, else as uncached."""
    full, read = own.get("input"), own.get("cache_read")
    return uncached if not full or read is None else (2 * uncached * read + full) // (2 * full)


def _nearest(name: str, own: dict[str, int], card: RateCard) -> tuple[int | None, bool]:
    """A rate, and whether it is assumed: known to be near, never 0.

    Anthropic writes to the cache at 1.25 times the input rate for five minutes and at twice the input rate for an
    hour (its prompt caching documentation), whoever resells the model. Elsewhere an hour is taken like five minutes,
    and any other cached token like input.
    """
    if name in own:
        return own[name], False
    base = own.get("input")
    if base is None or not name.startswith("cache_"):
        return None, False
    if name == "cache_write_1h":
        if "claude" in card.model:
            return 2 * base, True
        base = own.get("cache_write_5m", base)
    return base, True
