"""Data of genai-prices, installed or published, read into the form of the index; the only module that touches it.

Importing it takes a quarter of a second, so this is never done on a caller's thread. Its own matching is used only
to say which of its entries owns a name that it lists itself: asked for other names, it accepts
``claude-3-sonnet-fake`` as ``claude-3-sonnet`` and keeps every name that it was ever asked for.

Its own way to newer data, ``UpdatePrices.fetch()``, has no bound on size or time and cannot read a file, so what was
fetched is parsed here with the function that it uses itself.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import genai_prices
from genai_prices import types
from genai_prices.data import providers as _providers
from genai_prices.data_units import unit_data
from genai_prices.update_prices import DEFAULT_UPDATE_URL as PUBLISHED_AT

from otel_usage.errors import PriceDataError
from otel_usage.pricing.cards import NANOS
from otel_usage.pricing.index import SOURCE, Dated, Entry, PriceIndex, Section, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, time

    from otel_usage.pricing.cards import Rate

__all__ = ["PUBLISHED_AT", "installed", "published"]

_PER: Final = {unit["price_key"]: unit["per"] for unit in unit_data.values()}
_COMPONENTS: Final = {
    unit["price_key"]: {
        "cache_audio_read_tokens": "cache_read_audio",
        "cache_image_read_tokens": "cache_read_image",
        "cache_write_tokens": "cache_write_5m",
        "output_reasoning_tokens": "reasoning",
        "storage_searches": "file_searches",
    }.get(key, key.removesuffix("_tokens"))
    for key, unit in unit_data.items()
}
_TIERS: Final = {("processing", "batch"): "batch", ("speed", "fast"): "fast"}
_FREE: Final = {"input": 0, "output": 0}
_DIGITS: Final = 30
_UNREADABLE: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    StopIteration,
    TypeError,
    ValueError,
    re.error,
)
"""What Python, pydantic and genai-prices raise for a file of any other kind."""


def installed() -> PriceIndex:
    """All prices of the installed genai-prices, each provider read when it is first asked for."""
    by_id = {provider.id: provider for provider in _providers}
    return PriceIndex(genai_prices.__version__, by_id, lambda provider: _section(by_id[provider]))


def published(content: bytes, version: str, *, source: str) -> PriceIndex:
    """The prices in a file that genai-prices publishes.

    Args:
        content: The file.
        version: What the prices are to be known by.
        source: Where the file is from.

    Raises:
        PriceDataError: It is not such a file.
    """
    try:
        raw = json.loads(content, parse_float=_number, parse_constant=_number)
        providers = types._providers_from_raw(raw)  # noqa: SLF001  # see this module's docstring
        sections = {provider.id: _section(provider) for provider in providers}
    except _UNREADABLE as error:
        raise PriceDataError(
            "is not the JSON file that genai-prices publishes, or not all of it; the prices in use stay",
            source=source,
        ) from error
    return PriceIndex(version, sections, sections.__getitem__)


def _number(text: str) -> Decimal:
    """A number of the file; one with more digits than any price is refused before anything is made of it."""
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > _DIGITS:
        raise ValueError("no number of a price")
    return number


def _section(provider: types.Provider) -> Section:
    entries: list[Entry] = []
    places: dict[str, int] = {}
    for model in provider.models:
        # What the form of the index cannot say stays unknown, and is no reason to do without the rest.
        with suppress(PriceDataError):
            if (entry := _entry(model)) is not None:
                places[model.id] = len(entries)
                entries.append(entry)
    names: dict[str, int] = {}
    for model in provider.models:
        for value in _listed(model):
            owner = _owner(provider, value) or model.id
            # An entry without a price keeps its names unknown: never another model's price, never 0.
            if owner in places:
                names.setdefault(value.lower().rstrip("-@:"), places[owner])
    return Section(
        names=names, entries=tuple(entries), fallback=tuple(provider.fallback_model_providers or ())
    )


def _listed(model: types.ModelInfo) -> Iterator[str]:
    """The names that an entry states: those it equals first, then those it begins with or contains, then its id."""
    clauses = list(_clauses(model.match))
    yield from (clause.equals for clause in clauses if isinstance(clause, types.ClauseEquals))
    for clause in clauses:
        if isinstance(clause, types.ClauseStartsWith):
            yield clause.starts_with
        elif isinstance(clause, types.ClauseContains):
            yield clause.contains
        elif isinstance(clause, types.ClauseEndsWith):
            yield clause.ends_with.lstrip("/")
    yield model.id


def _clauses(clause: types.MatchLogic) -> Iterator[types.MatchLogic]:
    if isinstance(clause, types.ClauseOr):
        for part in clause.or_:
            yield from _clauses(part)
    elif isinstance(clause, types.ClauseAnd):
        for part in clause.and_:
            yield from _clauses(part)
    else:
        yield clause


def _owner(provider: types.Provider, name: str) -> str | None:
    """The id of the entry that genai-prices itself gives a name to: the first that matches."""
    return next((model.id for model in provider.models if model.is_match(name)), None)


def _entry(model: types.ModelInfo) -> Entry | None:
    """An entry in our form, None when it has no price; only ``…:free`` without a price is free."""
    dated: list[types.ConditionalPrice] = (
        model.prices if isinstance(model.prices, list) else [types.ConditionalPrice(prices=model.prices)]
    )
    prices = []
    for price in dated:
        rates = _rates(price.prices)
        if not rates and model.id.endswith(":free"):
            rates = dict(_FREE)
        prices.append(Dated(rates, *_when(price.constraint)))
    if not prices or not all(price.rates for price in prices):
        return None
    if prices[0].since is not None or prices[0].hours is not None:
        raise PriceDataError(f"{model.id}: the first price does not hold always", source=SOURCE)
    variants = [
        Variant(tier, rates, _when(variant.constraint)[0])
        for variant in model.price_variants or ()
        if (tier := _tier(variant.when)) is not None and (rates := _rates(variant.prices))
    ]
    return Entry(model.id, tuple(prices), tuple(variants))


def _tier(when: dict[str, str]) -> str | None:
    """The service tier of a variant; None for one that depends on what a record does not say (a route)."""
    if len(when) != 1:
        return None
    key, value = next(iter(when.items()))
    return value if key == "service_tier" else _TIERS.get((key, value))


def _when(
    constraint: types.StartDateConstraint | types.TimeOfDateConstraint | None,
) -> tuple[date | None, tuple[int, int] | None]:
    if isinstance(constraint, types.StartDateConstraint):
        return constraint.start_date, None
    if isinstance(constraint, types.TimeOfDateConstraint):
        return None, (_minute(constraint.start_time), _minute(constraint.end_time))
    return None, None


def _minute(at: time) -> int:
    if at.utcoffset() or at.second:
        raise PriceDataError(f"a time of day that is not a minute in UTC: {at}", source=SOURCE)
    return at.hour * 60 + at.minute


def _rates(prices: types.ModelPrice) -> dict[str, Rate]:
    return {
        _COMPONENTS[key]: _rate(value, _PER[key])
        for key, value in sorted(vars(prices).items())
        if value is not None and key in _COMPONENTS
    }


def _rate(value: Decimal | types.TieredPrices, per: int) -> Rate:
    if isinstance(value, Decimal):
        return _nanos(value, per)
    return ((0, _nanos(value.base, per)), *((tier.start, _nanos(tier.price, per)) for tier in value.tiers))


def _nanos(dollars: Decimal, per: int) -> int:
    """Nano-dollars per million units from dollars per ``per`` units, rounded half to even."""
    return round(dollars * NANOS * 1_000_000 / per)
