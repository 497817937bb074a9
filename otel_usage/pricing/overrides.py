"""The user's own prices: checked once, then turned into windows of time like any other price."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from otel_usage.errors import PriceDataError
from otel_usage.pricing.cards import NANOS, RateCard, base_rate
from otel_usage.pricing.names import candidates
from otel_usage.pricing.providers import provider_id
from otel_usage.pricing.schedule import STANDARD_TIERS, card_window
from otel_usage.records import Flag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from decimal import Decimal

    from otel_usage.pricing.cards import Rate
    from otel_usage.pricing.schedule import Window
    from otel_usage.settings import PriceOverride

__all__ = ["SOURCE", "Overrides"]

SOURCE: Final = "override"

_FIELDS: Final = {
    "input": "input",
    "output": "output",
    "cache_read": "cache_read",
    "cache_write": "cache_write_5m",
    "cache_write_1h": "cache_write_1h",
}
"""Field of an override → component of a card."""
_CACHE: Final = ("cache_read", "cache_write_5m", "cache_write_1h")


class Overrides:
    """The user's entries, the first that matches a call counts."""

    def __init__(
        self,
        entries: tuple[PriceOverride, ...],
        listed: Callable[[str | None, str, str], tuple[Window, ...]],
    ) -> None:
        """Check every entry.

        Args:
            entries: The entries in the user's order.
            listed: Gives the windows of provider, model and service tier in the price data.

        Raises:
            PriceDataError: An entry says nothing about a price, a number in it is negative or not finite, its days
                are in the wrong order, or ``like`` names no known price.
        """
        self._entries = entries
        self._listed = listed
        for entry in entries:
            _check(entry)
            if entry.like is not None and not listed(*_reference(entry.like), ""):
                problem = f"like {entry.like!r} names no known price: give provider/model"
                raise PriceDataError(problem, source=_place(entry))

    def windows(self, provider: str | None, models: list[str], tier: str) -> tuple[Window, ...]:
        """The windows of all entries that match a call by one of its models, in the user's order."""
        named = [(model, candidates(model)) for model in models]
        found: list[Window] = []
        for entry in self._entries:
            model = next((model for model, names in named if _matches(entry, provider, names)), None)
            if model is not None:
                where = (provider, model) if entry.like is None else _reference(entry.like)
                found += _windows(entry, self._listed(*where, tier), tier, model)
        return tuple(found)


def _place(entry: PriceOverride) -> str:
    return f"pricing.overrides: {entry.model}"


def _check(entry: PriceOverride) -> None:
    numbers = {name: getattr(entry, name) for name in (*_FIELDS, "multiplier")}
    given = {name: number for name, number in numbers.items() if number is not None}
    if not given and entry.like is None:
        raise PriceDataError("says no price: give rates, like or multiplier", source=_place(entry))
    for name, number in given.items():
        if not number.is_finite() or number < 0:
            raise PriceDataError(
                f"{name} is {number}: give a number that is not negative", source=_place(entry)
            )
    if entry.starts is not None and entry.until is not None and entry.until <= entry.starts:
        raise PriceDataError(f"until {entry.until} is not after from {entry.starts}", source=_place(entry))


def _reference(reference: str) -> tuple[str | None, str]:
    """The provider, None when there is none, and the model of ``provider/model``."""
    provider, slash, model = reference.partition("/")
    return (provider, model) if slash else (None, reference)


def _matches(override: PriceOverride, provider: str | None, names: tuple[str, ...]) -> bool:
    """Whether an override is for a model: one of its names is the override's or fits its glob."""
    wanted = override.provider
    if wanted is not None:
        # ``google`` is any of Google's services, ``vertex`` only the one.
        known = () if provider is None else (provider.lower(), provider_id(provider))
        if wanted.lower() not in known:
            return False
    pattern = override.model.lower()
    return pattern in names or any(fnmatchcase(name, pattern) for name in names)


def _windows(override: PriceOverride, base: tuple[Window, ...], tier: str, model: str) -> Iterator[Window]:
    """The windows of an override: its rates over those of a base, cut to its own days.

    Args:
        override: The entry.
        base: Windows of the model that it changes; empty when there is none.
        tier: The service tier asked for.
        model: The model's name for the card when there is no base.
    """
    given = {
        component: _nanos(number)
        for name, component in _FIELDS.items()
        if (number := getattr(override, name)) is not None
    }
    flags = (Flag.VARIANT_UNPRICED,) if given and tier not in STANDARD_TIERS else ()
    for window in base:
        old = window.card
        if old is None:
            continue
        starts, until = _later(override.starts, old.valid_from), _earlier(override.until, old.valid_until)
        if starts is not None and until is not None and until <= starts:
            continue
        card = RateCard(
            provider=old.provider,
            model=old.model,
            rates=_changed(old.rates, given, override.multiplier),
            source=SOURCE,
            version=old.version,
            tier=old.tier,
            valid_from=starts,
            valid_until=until,
            hours=old.hours,
            based_on=f"{old.provider}/{old.model}",
        )
        yield card_window(card, flags or window.flags)
    if not base and given:
        card = RateCard(
            provider=provider_id(override.provider) or "",
            model=model,
            rates=_changed({}, given, override.multiplier),
            source=SOURCE,
            valid_from=override.starts,
            valid_until=override.until,
        )
        yield card_window(card, flags)


def _changed(
    base: Mapping[str, Rate], given: Mapping[str, int], multiplier: Decimal | None
) -> dict[str, Rate]:
    """The rates of a base with others in their place; cache rates keep their ratio to a changed input rate."""
    rates: dict[str, Rate] = dict(base)
    old_input = base_rate(base.get("input", 0))
    if "input" in given and old_input:
        for component in _CACHE:
            if component in base:
                rates[component] = _ratio(base_rate(base[component]) * given["input"], old_input)
    rates |= given
    if multiplier is None:
        return rates
    return {component: _multiplied(rate, multiplier) for component, rate in rates.items()}


def _multiplied(rate: Rate, multiplier: Decimal) -> Rate:
    if isinstance(rate, int):
        return round(rate * multiplier)
    return tuple((start, round(stepped * multiplier)) for start, stepped in rate)


def _ratio(numerator: int, denominator: int) -> int:
    whole, rest = divmod(numerator, denominator)
    return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1))


def _nanos(dollars: Decimal) -> int:
    return round(dollars * NANOS)


def _later(one: date | None, other: date | None) -> date | None:
    return max(day for day in (one, other) if day is not None) if one or other else None


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(day for day in (one, other) if day is not None) if one or other else None
