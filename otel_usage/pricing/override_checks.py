"""What an override may hold, checked once in set-up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from otel_usage.errors import PriceDataError
from otel_usage.pricing.override_rates import PER_MILLION, PER_UNIT, rate_of
from otel_usage.pricing.providers import spelled_alike

if TYPE_CHECKING:
    from otel_usage.settings import PriceOverride

__all__ = ["check", "place"]

_MOST: Final = {
    **dict.fromkeys(PER_MILLION, Decimal(1_000_000)),
    **dict.fromkeys(PER_UNIT, Decimal(1_000)),
    "multiplier": Decimal(1_000),
}
"""USD per million tokens, USD for each, a factor: more is a mistake of units."""
_LEAST_MULTIPLIER: Final = Decimal("0.000001")
"""A smaller one would make a rate 0, which only a 0 may do."""
_OF_SERVICE: Final = {"service", "endpoint", "per_request", "starts", "until"}


def check(entries: tuple[PriceOverride, ...]) -> None:
    """Refuse entries that cannot be used.

    Raises:
        PriceDataError: An entry names nothing or too much, says nothing about a price, holds a number that is none,
            its days are in the wrong order, or two are for the same on the same day.
    """
    for number, entry in enumerate(entries, start=1):
        _check_names(entry, number)
        _check_numbers(entry)
        if entry.starts is not None and entry.until is not None and entry.until <= entry.starts:
            raise _refused(entry, f"until {entry.until} is not after from {entry.starts}")
    _check_days(entries)


def place(entry: PriceOverride) -> str:
    """Where an entry stands, for a person."""
    name = entry.model if entry.service is None else f"{entry.service}{entry.endpoint or ''}"
    return f"pricing.overrides: {name}"


def _refused(entry: PriceOverride, problem: str) -> PriceDataError:
    return PriceDataError(problem, source=place(entry))


def _check_names(entry: PriceOverride, number: int) -> None:
    if not (entry.model or "").strip() and not (entry.service or "").strip():
        raise PriceDataError(
            f"entry {number} names neither a model nor a service", source="pricing.overrides"
        )
    if entry.service is None:
        if entry.endpoint is not None:
            raise _refused(entry, "endpoint goes with a service, not with a model")
        return
    if entry.model is not None:
        raise _refused(entry, f"names a service and the model {entry.model!r}: give one of them")
    given = [name for name in entry.__struct_fields__ if getattr(entry, name) is not None]
    if foreign := [name for name in given if name not in _OF_SERVICE]:
        raise _refused(
            entry, f"{foreign[0]} does not go with a service, whose calls have one price: per_request"
        )


def _check_numbers(entry: PriceOverride) -> None:
    given = {name: number for name in _MOST if (number := getattr(entry, name)) is not None}
    if entry.service is not None and not given:
        raise _refused(entry, "says no price: give per_request")
    if not given and entry.like is None:
        raise _refused(entry, "says no price: give rates, like or multiplier")
    for name, number in given.items():
        most = _MOST[name]
        if not number.is_finite() or number < 0:
            raise _refused(entry, f"{name} is {number}: give a number that is not negative")
        if number > most:
            raise _refused(entry, f"{name} is {number}: more than {most:,} is not believed")
        vanishes = number < _LEAST_MULTIPLIER if name == "multiplier" else rate_of(name, number) == 0
        if number and vanishes:
            raise _refused(entry, f"{name} is {number}: too little to be told from 0")


def _check_days(entries: tuple[PriceOverride, ...]) -> None:
    """Refuse two entries for the same whose days overlap: nobody could tell which of them is meant."""
    alike: dict[tuple[str, ...], list[tuple[date, date, int]]] = {}
    for number, entry in enumerate(entries, start=1):
        names = (entry.model, entry.service, entry.endpoint)
        key = (spelled_alike(entry.provider or ""), *((name or "").strip().lower() for name in names))
        days = alike.setdefault(key, [])
        days.append((entry.starts or date.min, entry.until or date.max, number))
    for days in alike.values():
        days.sort()
        for (_, until, one), (starts, _, other) in pairwise(days):
            if starts < until:
                first, second = sorted((one, other))
                raise _refused(
                    entries[one - 1],
                    f"entries {first} and {second} are for the same and hold on the same days"
                    ": part them by from and until",
                )
