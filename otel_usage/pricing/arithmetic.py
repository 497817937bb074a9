"""From tokens and rates to money: integers only, each component rounded once, half to even."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from otel_usage.pricing.modalities import tell_apart
from otel_usage.pricing.tariffs import PER, tariffs
from otel_usage.records import Flag
from otel_usage.token_usage import MAX_TOKENS

if TYPE_CHECKING:
    from otel_usage.pricing.cards import RateCard
    from otel_usage.pricing.tariffs import Tariff
    from otel_usage.token_usage import TokenUsage

__all__ = ["NOTHING_BILLED", "Bill", "Line", "bill", "compute", "lines"]

_HALF: Final = PER // 2
_USAGE_UNUSABLE: Final = (Flag.USAGE_UNUSABLE,)
_INPUT_INFERRED: Final = (Flag.INPUT_INFERRED,)
_RATE_ASSUMED: Final = (Flag.RATE_ASSUMED,)


class Line(Struct, frozen=True, kw_only=True):
    """One row of a bill.

    Attributes:
        component: What was billed: ``input_uncached``, ``cache_read``, ``output``, …
        units: How many tokens, searches or requests.
        rate: Nano-dollars per million units.
        nanos: Nano-dollars, ``units * rate / 10**6`` rounded half to even.
        assumed: The card has no rate of its own for this component; the nearest known one was taken.
    """

    component: str
    units: int
    rate: int
    nanos: int
    assumed: bool


class Bill(Struct, frozen=True, gc=False):
    """What a call costs by a card.

    Attributes:
        components: Nano-dollars by component, whose sum is the total. None when nothing is known of the usage, a
            count cannot be believed, or a component that was used has no rate at all: then no amount can be stated.
        flags: What a reader should know.
        cache_saved: Nano-dollars by which what was read from a cache was cheaper than as uncached input, None when
            nothing was read or uncached input has no rate.
        cache_extra: Nano-dollars by which what was written to a cache was dearer than as uncached input, None
            likewise.
    """

    components: dict[str, int] | None
    flags: tuple[Flag, ...] = ()
    cache_saved: int | None = None
    cache_extra: int | None = None


NOTHING_BILLED: Final = Bill(None)


def bill(usage: TokenUsage, sizes: tuple[Tariff, ...]) -> Bill:
    """Price each billed component of a call by the tariffs of a card."""
    plain = _plain(usage, sizes)
    if plain is not None:
        return plain
    counts, tariff, flags = _partition(usage, sizes)
    if counts is None:
        return Bill(None, flags) if flags else NOTHING_BILLED
    rates = tariff.rates
    components = {}
    for component, units in counts.items():
        rate, per_unit, assumed = rates[component]
        if per_unit is not None:
            components[component] = units * per_unit
        elif rate is not None:
            components[component] = _nanos(units, rate)
        else:
            return Bill(None, flags)
        if assumed and _RATE_ASSUMED[0] not in flags:
            flags += _RATE_ASSUMED
    if usage.cache_read or usage.cache_write_5m or usage.cache_write_1h:
        saved, extra = _cache_effect(counts, components, tariff)
        return Bill(components, flags, saved, extra)
    return Bill(components, flags)


def compute(usage: TokenUsage, card: RateCard) -> Bill:
    """Price each billed component of a call by a card."""
    return bill(usage, tariffs(card))


def lines(usage: TokenUsage, card: RateCard) -> tuple[Line, ...]:
    """The same as rows that sum exactly to the total; empty when no amount can be stated."""
    sizes = tariffs(card)
    counts, tariff, _ = _partition(usage, sizes)
    components = bill(usage, sizes).components
    if counts is None or components is None:
        return ()
    return tuple(
        Line(component=component, units=units, rate=rate, nanos=components[component], assumed=assumed)
        for component, units in counts.items()
        for rate, _, assumed in (tariff.rates[component],)
        if rate is not None
    )


def _plain(usage: TokenUsage, sizes: tuple[Tariff, ...]) -> Bill | None:
    """The bill of a plain call: text at whole rates; None for any other call.

    Nearly every call is plain, and is priced on its caller's thread; this takes a third of the time of the way
    through a partition, which gives the same.
    """
    whole, output, reasoning = usage.input, usage.output, usage.reasoning or 0
    read, write_5m, write_1h = usage.cache_read or 0, usage.cache_write_5m or 0, usage.cache_write_1h or 0
    if (
        type(whole) is not int
        or type(output) is not int
        or type(read) is not int
        or type(write_5m) is not int
        or type(write_1h) is not int
        or type(reasoning) is not int
        # A negative part makes the whole negative.
        or not read | write_5m | write_1h >= 0
        or not read + write_5m + write_1h <= whole <= MAX_TOKENS
        or not 0 <= (output | reasoning) <= MAX_TOKENS
        or usage.mixed
    ):
        return None
    tariff = sizes[0] if len(sizes) == 1 else next(tariff for tariff in sizes if whole > tariff.above)
    if tariff.plain is None:
        return None
    per_uncached, per_read, per_write_5m, per_write_1h, per_output = tariff.plain
    components, saved, extra = {}, None, None
    if uncached := whole - read - write_5m - write_1h:
        components["input_uncached"] = uncached * per_uncached
    if read:
        if per_read is None:
            return None
        components["cache_read"] = read * per_read
        saved = read * (per_uncached - per_read)
    if write_5m or write_1h:
        extra = _plain_writes(components, (write_5m, per_write_5m), (write_1h, per_write_1h))
        if extra is None:
            return None
        extra -= (write_5m + write_1h) * per_uncached
    if output:
        components["output"] = output * per_output
    return Bill(components, (), saved, extra)


def _plain_writes(
    components: dict[str, int], short: tuple[int, int | None], long: tuple[int, int | None]
) -> int | None:
    """Enter what was written to a cache, each with its rate; nano-dollars of both, None where a rate is missing."""
    together = 0
    for component, (units, rate) in (("cache_write_5m", short), ("cache_write_1h", long)):
        if not units:
            continue
        if rate is None:
            return None
        components[component] = units * rate
        together += components[component]
    return together


def _partition(
    usage: TokenUsage, sizes: tuple[Tariff, ...]
) -> tuple[dict[str, int] | None, Tariff, tuple[Flag, ...]]:
    """What was used, as components that do not overlap; the tariff; flags. None when nothing can be billed."""
    if not _believable(usage):
        return None, sizes[-1], _USAGE_UNUSABLE
    flags: tuple[Flag, ...] = ()
    read, write_5m, write_1h = usage.cache_read or 0, usage.cache_write_5m or 0, usage.cache_write_1h or 0
    whole, output = usage.input or 0, usage.output or 0
    cached = read + write_5m + write_1h
    uncached = whole - cached
    if uncached < 0:
        flags = () if usage.input is None else _INPUT_INFERRED
        uncached, whole = whole, whole + cached
    tariff = sizes[0] if len(sizes) == 1 else next(tariff for tariff in sizes if whole > tariff.above)
    if tariff.per_call:
        return {"requests": 1}, tariff, flags
    counts = {"input_uncached": uncached} if uncached else {}
    if cached:
        parts = {"cache_read": read, "cache_write_5m": write_5m, "cache_write_1h": write_1h}
        counts |= {component: units for component, units in parts.items() if units}
    if tariff.reasoning_apart and usage.reasoning:
        flags += _split_output(counts, output, usage.reasoning)
    elif output:
        counts["output"] = output
    if usage.mixed:
        flags += tell_apart(usage, counts, tariff)
    if not counts and usage.input is None and usage.output is None:
        return None, tariff, flags
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


def _cache_effect(
    counts: dict[str, int], components: dict[str, int], tariff: Tariff
) -> tuple[int | None, int | None]:
    """What reading from a cache saved, and what writing to it cost on top, against uncached input of the same kind."""
    saved = extra = None
    for component, units in counts.items():
        if not component.startswith("cache_"):
            continue
        kind = "input_audio" if component == "cache_read_audio" else "input_uncached"
        if component == "cache_read_image" and "input_image" in tariff.rates:
            kind = "input_image"
        rate = tariff.rates[kind][0]
        if rate is None:
            continue
        difference = _nanos(units, rate) - components[component]
        if component.startswith("cache_read"):
            saved = (saved or 0) + difference
        else:
            extra = (extra or 0) - difference
    return saved, extra


def _believable(usage: TokenUsage) -> bool:
    """Whether every count is a whole number within the bound."""
    try:
        together = (
            (usage.input or 0)
            | (usage.output or 0)
            | (usage.cache_read or 0)
            | (usage.cache_write_5m or 0)
            | (usage.cache_write_1h or 0)
            | (usage.reasoning or 0)
        )
    except TypeError:  # a count that is no whole number
        return False
    # A negative part makes the whole negative, and no part is larger than the whole.
    if 0 <= together <= MAX_TOKENS and not usage.mixed:
        return True
    counts = (getattr(usage, name) for name in usage.__struct_fields__)
    return all(count is None or (type(count) is int and 0 <= count <= MAX_TOKENS) for count in counts)


def _nanos(units: int, rate: int) -> int:
    whole, rest = divmod(units * rate, PER)
    return whole + (rest > _HALF or (rest == _HALF and whole & 1))
