"""Rates of a card as people and programs read them, and the index that the commands about prices speak of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.cli.money import number, rate
from otel_usage.cli.output import warn
from otel_usage.cli.shapes.prices import RateStep
from otel_usage.home import Home
from otel_usage.pricing.fetched import chosen
from otel_usage.token_usage import UNITS

if TYPE_CHECKING:
    from otel_usage.cli.shapes.prices import Rates
    from otel_usage.pricing.cards import Rate
    from otel_usage.pricing.index import PriceIndex
    from otel_usage.settings import Settings

__all__ = ["index_in_use", "rate_json", "rate_text"]

_EACH: Final = frozenset({*UNITS, "requests"})
"""What is counted in ones: prices of a million of them are nobody's way to say it."""


def index_in_use(settings: Settings) -> PriceIndex:
    """The index in use; says on standard error when a fetched one cannot be used."""
    index, unused = chosen(Home(settings.home).prices)
    if unused is not None:
        warn(f"{unused.problem}; the prices of this package hold until 'otel-usage prices update'")
    return index


def rate_text(component: str, found: Rate) -> str:
    """A rate with its steps."""
    if component in _EACH:
        scale, unit = 1_000, "1,000"
    else:
        scale, unit = 1, "million"
    steps = ((0, found),) if isinstance(found, int) else found
    amounts = [f"{rate(amount // scale)} per {unit}" for _, amount in steps[:1]]
    amounts += [f"{rate(amount // scale)} above {start:,} tokens of input" for start, amount in steps[1:]]
    return ", ".join(amounts)


def rate_json(found: Rate) -> Rates:
    """USD per million units: a number, or a list of steps with the input above which each holds."""
    if isinstance(found, int):
        return number(found)
    return [RateStep(above=start, usd_per_million=number(amount)) for start, amount in found]
