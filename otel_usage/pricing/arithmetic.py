"""From tokens and rates to money: integers only, each component rounded once, half to even."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from otel_usage.pricing.cards import rate_at
from otel_usage.records import MAX_TOKENS, Flag

if TYPE_CHECKING:
    from otel_usage.pricing.cards import Rate, RateCard
    from otel_usage.records import TokenUsage

__all__ = ["Line", "Tariff", "bill", "compute", "lines", "tariffs"]

_PER: Final = 1_000_000
_HALF: Final = _PER // 2

_COMPONENTS: Final = {
    "input_uncached": "input",
    "cache_read": "cache_read",
    "cache_write_5m": "cache_write_5m",
    "cache_write_1h": "cache_write_1h",
    "output": "output",
    "reasoning": "reasoning",
    "requests": "requests",
}
"""What is billed → the rate of a card."""

_Rated = tuple[int | None, int | None, bool]
_USAGE_UNUSABLE: Final = (Flag.USAGE_UNUSABLE,)
_INPUT_INFERRED: Final = (Flag.INPUT_INFERRED,)
_RATE_ASSUMED: Final = (Flag.RATE_ASSUMED,)


class Line(Struct, frozen=True, kw_only=True):
    """One row of a bill.

    Attributes:
        component: What was billed: ``input_uncached``, ``cache_read``, ``output``, …
        units: How many tokens, or requests.
        rate: Nano-dollars per million units.
        nanos: Nano-dollars, ``units * rate / 10**6`` rounded half to even.
        assumed: The card has no rate of its own for this component; the nearest known one was taken.
    """

    component: str
    units: int
    rate: int
    nanos: int
    assumed: bool


class Tariff(Struct, frozen=True):
    """The rates of a card for calls of one size.

    Attributes:
        above: It holds for calls with more input than this, cached parts included; -1 for every call.
        rates: By billed component its rate (None where it has none), the same in nano-dollars per unit where that
            is a whole number, and whether it is assumed.
        reasoning_apart: Reasoning is billed at a rate of its own instead of as output.
        per_request: Each call is billed once, beside its tokens.
    """

    above: int
    rates: dict[str, _Rated]
    reasoning_apart: bool
    per_request: bool


def tariffs(card: RateCard) -> tuple[Tariff, ...]:
    """A card worked out for each size of call, the largest first; the last holds for every call."""
    starts = {start for rate in card.rates.values() if not isinstance(rate, int) for start, _ in rate[1:]}
    return tuple(
        Tariff(
            above=start,
            rates={component: _rate(name, card, start + 1) for component, name in _COMPONENTS.items()},
            reasoning_apart="reasoning" in card.rates,
            per_request="requests" in card.rates,
        )
        for start in sorted({-1, *starts}, reverse=True)
    )


def bill(usage: TokenUsage, sizes: tuple[Tariff, ...]) -> tuple[dict[str, int] | None, tuple[Flag, ...]]:
    """Price each billed component of a call by the tariffs of a card; see ``compute``."""
    counts, tariff, flags = _partition(usage, sizes)
    if counts is None:
        return None, flags
    rates = tariff.rates
    components = {}
    for component, units in counts.items():
        rate, per_unit, assumed = rates[component]
        if rate is None:
            return None, flags
        if assumed and _RATE_ASSUMED[0] not in flags:
            flags += _RATE_ASSUMED
        components[component] = units * per_unit if per_unit else _nanos(units, rate)
    return components, flags


def compute(usage: TokenUsage, card: RateCard) -> tuple[dict[str, int] | None, tuple[Flag, ...]]:
    """Price each billed component of a call.

    Returns:
        Nano-dollars by component, whose sum is the total, and what a reader should know. None instead of the
        components when nothing is known of the usage, a count cannot be believed, or a component that was used has
        no rate at all: then no amount can be stated.
    """
    return bill(usage, tariffs(card))


def lines(usage: TokenUsage, card: RateCard) -> tuple[Line, ...]:
    """The same as rows that sum exactly to the total; empty when no amount can be stated."""
    sizes = tariffs(card)
    counts, tariff, _ = _partition(usage, sizes)
    components, _ = bill(usage, sizes)
    if counts is None or components is None:
        return ()
    return tuple(
        Line(component=component, units=units, rate=rate, nanos=components[component], assumed=assumed)
        for component, units in counts.items()
        for rate, _, assumed in (tariff.rates[component],)
        if rate is not None
    )


def _partition(
    usage: TokenUsage, sizes: tuple[Tariff, ...]
) -> tuple[dict[str, int] | None, Tariff, tuple[Flag, ...]]:
    """What was used, as components that do not overlap; the tariff; flags. None when nothing can be billed."""
    flags: tuple[Flag, ...] = ()
    read, write_5m, write_1h = usage.cache_read or 0, usage.cache_write_5m or 0, usage.cache_write_1h or 0
    whole, output, reasoning = usage.input or 0, usage.output or 0, usage.reasoning or 0
    try:
        together = whole | output | read | write_5m | write_1h | reasoning
    except TypeError:  # a count that is no whole number
        together = -1
    # A negative part makes the whole negative, and no part is larger than the whole.
    if not 0 <= together <= MAX_TOKENS and not _believable(usage):
        return None, sizes[-1], _USAGE_UNUSABLE
    cached = read + write_5m + write_1h
    if usage.input is None and usage.output is None and not cached:
        return None, sizes[-1], flags
    uncached = whole - cached
    if uncached < 0:
        flags = () if usage.input is None else _INPUT_INFERRED
        uncached, whole = whole, whole + cached
    tariff = sizes[0] if len(sizes) == 1 else next(tariff for tariff in sizes if whole > tariff.above)
    counts = {}
    if uncached:
        counts["input_uncached"] = uncached
    if cached:
        parts = {"cache_read": read, "cache_write_5m": write_5m, "cache_write_1h": write_1h}
        counts |= {component: units for component, units in parts.items() if units}
    if reasoning and tariff.reasoning_apart:
        flags += _split_output(counts, output, reasoning)
    elif output:
        counts["output"] = output
    if tariff.per_request:
        counts["requests"] = 1
    return counts, tariff, flags


def _split_output(counts: dict[str, int], output: int, reasoning: int) -> tuple[Flag, ...]:
    """Enter reasoning apart from the rest of the output; more of it than output is not believed."""
    flags: tuple[Flag, ...] = ()
    if reasoning > output:
        reasoning, flags = 0, _USAGE_UNUSABLE
    parts = {"output": output - reasoning, "reasoning": reasoning}
    counts |= {component: units for component, units in parts.items() if units}
    return flags


def _believable(usage: TokenUsage) -> bool:
    """Whether every count is a whole number within the bound."""
    counts = (getattr(usage, name) for name in usage.__struct_fields__)
    return all(count is None or (type(count) is int and 0 <= count <= MAX_TOKENS) for count in counts)


def _nanos(units: int, rate: int) -> int:
    whole, rest = divmod(units * rate, _PER)
    return whole + (rest > _HALF or (rest == _HALF and whole & 1))


def _rate(name: str, card: RateCard, total: int) -> _Rated:
    """A rate per million units, the same per unit where it is a whole number, and whether it is assumed."""
    rate, assumed = _nearest(name, card, total)
    return rate, None if rate is None or rate % _PER else rate // _PER, assumed


def _nearest(name: str, card: RateCard, total: int) -> tuple[int | None, bool]:
    """A rate for calls with this much input, and whether it is assumed: known to be near, never 0.

    Anthropic writes to the cache at 1.25 times the input rate for five minutes and at twice the input rate for an
    hour (its prompt caching documentation), whoever resells the model. Elsewhere an hour is taken like five minutes,
    and any other cached token like input.
    """
    rates = card.rates
    if name in rates:
        return rate_at(rates[name], total), False
    base: Rate | None = rates.get("input")
    if base is None or not name.startswith("cache_"):
        return None, False
    if name == "cache_write_1h":
        if "claude" in card.model:
            return 2 * rate_at(base, total), True
        base = rates.get("cache_write_5m", base)
    return rate_at(base, total), True
