"""Prices that stand over the price data, the user's own or a preset's, as windows of time like any other price."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from otel_usage.errors import PriceDataError
from otel_usage.pricing.cards import RateCard
from otel_usage.pricing.names import candidates
from otel_usage.pricing.override_checks import check, place
from otel_usage.pricing.override_rates import PER_MILLION, changed, given_rates
from otel_usage.pricing.providers import provider_id, same_provider
from otel_usage.pricing.schedule import STANDARD_TIERS, card_window
from otel_usage.pricing.services import ServicePrices
from otel_usage.records import Flag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from otel_usage.pricing.schedule import Window
    from otel_usage.settings import PriceOverride

__all__ = ["SOURCE", "Overrides"]

SOURCE: Final = "override"

_TOKEN_RATES: Final = frozenset(PER_MILLION.values())
_GLOB: Final = 1_000
"""Behind every name that a model can be told by."""


class Overrides:
    """Entries for models and services; of those that match a call equally well the first counts."""

    def __init__(
        self,
        entries: tuple[PriceOverride, ...],
        listed: Callable[[str | None, str, str], tuple[Window, ...]],
        *,
        source: str = SOURCE,
    ) -> None:
        """Check every entry.

        Args:
            entries: The entries in their order.
            listed: Gives the windows of provider, model and service tier in the price data.
            source: What the rate cards name as their source.

        Raises:
            PriceDataError: An entry cannot be used, two overlap, or ``like`` names no known price.
        """
        check(entries)
        for entry in entries:
            if entry.like is not None and not listed(*_reference(entry.like), ""):
                problem = f"like {entry.like!r} names no known price: give provider/model"
                raise PriceDataError(problem, source=place(entry))
        self._models = [(entry, entry.model.strip().lower()) for entry in entries if entry.model is not None]
        self._listed = listed
        self._source = source
        of_services = tuple(entry for entry in entries if entry.service is not None)
        self.services = ServicePrices(of_services, source) if of_services else None
        """The prices of other services' calls, None without any."""

    def windows(self, provider: str | None, models: list[str], tier: str) -> tuple[Window, ...]:
        """The windows of all entries that match a call by one of its models, the first that holds counts.

        A name as it is reported counts before the same name with less of its prefixes and dates, and any name before
        a glob.
        """
        named = [(model, candidates(model)) for model in models]
        matches = []
        for entry, pattern in self._models:
            if entry.provider is not None and not (provider and same_provider(entry.provider, provider)):
                continue
            ranks = [(rank, model) for model, names in named if (rank := _rank(pattern, names)) is not None]
            if ranks:
                matches.append((*min(ranks, key=lambda pair: pair[0]), entry))
        return tuple(
            window
            for _, model, entry in sorted(matches, key=lambda match: match[0])
            for window in self._of(entry, provider, [model, *models], tier)
        )

    def _of(
        self, entry: PriceOverride, provider: str | None, models: list[str], tier: str
    ) -> Iterator[Window]:
        """The windows of an entry: its rates over those of a base, cut to its own days.

        The base is what ``like`` names, else the first of the call's models that is known: a deployment may have a
        name of its own in the request, and the answer names the model.
        """
        places = [(provider, model) for model in models] if entry.like is None else [_reference(entry.like)]
        given = given_rates(entry)
        flags: tuple[Flag, ...] = ()
        if tier not in STANDARD_TIERS and not _TOKEN_RATES.isdisjoint(given):
            # Rates of one's own say nothing of the tier: mixed with the tier's, they would be nobody's price.
            tier, flags = "", (Flag.VARIANT_UNPRICED,)
        base = next((found for where in places if (found := self._listed(*where, tier))), ())
        for old, base_flags in [(window.card, window.flags) for window in base if window.card is not None]:
            starts, until = _later(entry.starts, old.valid_from), _earlier(entry.until, old.valid_until)
            if starts is not None and until is not None and until <= starts:
                continue
            card = RateCard(
                provider=old.provider,
                model=old.model,
                rates=changed(old.rates, given, entry.multiplier),
                source=self._source,
                version=old.version,
                tier=old.tier,
                valid_from=starts,
                valid_until=until,
                hours=old.hours,
                based_on=f"{old.provider}/{old.model}",
                multiplier=_told(entry),
            )
            yield card_window(card, flags or base_flags)
        if not base and given:
            card = RateCard(
                provider=provider_id(entry.provider) or "",
                # The entry's own name, or its glob: a card for each name that it fits would be without bound.
                model=entry.model or "",
                rates=changed({}, given, entry.multiplier),
                source=self._source,
                valid_from=entry.starts,
                valid_until=entry.until,
                multiplier=_told(entry),
            )
            yield card_window(card, flags)


def _reference(reference: str) -> tuple[str | None, str]:
    """The provider, None when there is none, and the model of ``provider/model``."""
    provider, slash, model = reference.partition("/")
    return (provider, model) if slash else (None, reference)


def _rank(pattern: str, names: tuple[str, ...]) -> int | None:
    """How well an entry's model matches one of a call, 0 the best; None when it does not."""
    if pattern in names:
        return names.index(pattern)
    return _GLOB if any(fnmatchcase(name, pattern) for name in names) else None


def _told(entry: PriceOverride) -> str | None:
    return None if entry.multiplier is None else f"{entry.multiplier:f}"


def _later(one: date | None, other: date | None) -> date | None:
    return max(day for day in (one, other) if day is not None) if one or other else None


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(day for day in (one, other) if day is not None) if one or other else None
