"""The rates of an override: what an entry gives, and what becomes of the rates of the card that it changes."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import TYPE_CHECKING, Final

from otel_usage.pricing.cards import NANOS, rate_at
from otel_usage.pricing.tariffs import PER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from otel_usage.pricing.cards import Rate
    from otel_usage.settings import PriceOverride

__all__ = ["PER_MILLION", "PER_UNIT", "changed", "given_rates", "rate_of"]

PER_MILLION: Final = {
    "input": "input",
    "output": "output",
    "cache_read": "cache_read",
    "cache_write": "cache_write_5m",
    "cache_write_1h": "cache_write_1h",
    "reasoning": "reasoning",
    "input_audio": "input_audio",
    "input_image": "input_image",
    "output_audio": "output_audio",
    "output_image": "output_image",
}
"""Field of an override in USD per million tokens → component of a card."""
PER_UNIT: Final = {"web_search": "web_searches", "per_request": "requests"}
"""Field of an override in USD for each → component of a card."""

_DEPENDS: Final = {
    "cache_read": ("input",),
    "cache_write_5m": ("input",),
    "cache_write_1h": ("input",),
    "input_audio": ("input",),
    "input_image": ("input",),
    "input_video": ("input",),
    "cache_read_audio": ("input_audio", "cache_read", "input"),
    "cache_read_image": ("input_image", "cache_read", "input"),
    "reasoning": ("output",),
    "output_audio": ("output",),
    "output_image": ("output",),
    "output_video": ("output",),
    "output_citation": ("output",),
}
"""Component → the rates that it follows when they are changed, the nearest first."""
_MOST: Final = 2**63 - 1
"""What any reader of JSON can hold; no call has a believable cost at such a rate."""
_EXACT: Final = Context(prec=60)
"""The application's own decimal context may be a coarse one."""


def given_rates(entry: PriceOverride) -> dict[str, int]:
    """The rates that an entry gives, by component; nano-dollars per million units."""
    return {
        component: rate_of(name, number)
        for name, component in (PER_MILLION | PER_UNIT).items()
        if (number := getattr(entry, name)) is not None
    }


def rate_of(name: str, dollars: Decimal) -> int:
    """The rate for what a field of an entry says; nano-dollars per million units."""
    return round(_EXACT.multiply(dollars, Decimal(NANOS * PER if name in PER_UNIT else NANOS)))


def changed(
    base: Mapping[str, Rate], given: Mapping[str, int], multiplier: Decimal | None
) -> dict[str, Rate]:
    """The rates of a base with others in their place; the rest keeps its ratio to what it depends on.

    A rate of 0 has no ratio to a base of 0: it is left out, so that the nearest known rate is taken, and said.
    """
    rates: dict[str, Rate] = {}
    for component, rate in base.items():
        follows = next((n for n in _DEPENDS.get(component, ()) if n in given and n in base), None)
        if component in given or follows is None:
            rates[component] = rate
        elif _always(base[follows]):
            rates[component] = _kept_ratio(rate, base[follows], given[follows])
        elif _always(rate):
            rates[component] = rate
    rates |= given
    if multiplier is None:
        return rates
    return {component: _multiplied(rate, multiplier) for component, rate in rates.items()}


def _always(rate: Rate) -> bool:
    """Whether it is more than 0 for a call of any size."""
    return all(stepped for _, stepped in _steps(rate))


def _kept_ratio(rate: Rate, old: Rate, new: int) -> Rate:
    """A rate in the ratio to a new one that it has to the old one at each size of call."""
    starts = sorted({start for start, _ in (*_steps(rate), *_steps(old))})
    return _stepped(
        (start, _divided(rate_at(rate, start + 1) * new, rate_at(old, start + 1))) for start in starts
    )


def _multiplied(rate: Rate, multiplier: Decimal) -> Rate:
    return _stepped(
        (start, round(_EXACT.multiply(Decimal(stepped), multiplier))) for start, stepped in _steps(rate)
    )


def _steps(rate: Rate) -> tuple[tuple[int, int], ...]:
    return ((0, rate),) if isinstance(rate, int) else rate


def _stepped(steps: Iterable[tuple[int, int]]) -> Rate:
    """Steps as a rate: one number where all are the same."""
    bounded = tuple((start, min(rate, _MOST)) for start, rate in steps)
    return bounded[0][1] if len({rate for _, rate in bounded}) == 1 else bounded


def _divided(numerator: int, denominator: int) -> int:
    whole, rest = divmod(numerator, denominator)
    return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1))
