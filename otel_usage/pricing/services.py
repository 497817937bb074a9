"""Prices of calls to other services: a search, a page that was fetched, billed one by one."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from otel_usage.pricing.cards import RateCard
from otel_usage.pricing.override_rates import given_rates
from otel_usage.pricing.schedule import card_window

if TYPE_CHECKING:
    from otel_usage.pricing.schedule import Window
    from otel_usage.settings import PriceOverride

__all__ = ["ServicePrices"]

_ANY: Final = 2


class ServicePrices:
    """The user's entries for services: an exact endpoint counts before a glob, and that before any endpoint."""

    def __init__(self, entries: tuple[PriceOverride, ...], source: str) -> None:
        """Take entries that are checked and name a service, in the user's order."""
        self._windows: dict[str, list[tuple[str | None, Window]]] = {}
        for entry in entries:
            name = _name(entry.service)
            endpoint = None if entry.endpoint is None else _path(entry.endpoint)
            card = RateCard(
                provider=name,
                model=entry.endpoint or "*",
                rates=dict(given_rates(entry)),
                source=source,
                valid_from=entry.starts,
                valid_until=entry.until,
            )
            self._windows.setdefault(name, []).append((endpoint, card_window(card)))

    def windows(self, service: str | None, endpoint: str | None) -> tuple[Window, ...]:
        """The windows of all entries that are for a call, the first that holds counts."""
        called = _path(endpoint)
        ranked = [
            (rank, window)
            for pattern, window in self._windows.get(_name(service), ())
            if (rank := _rank(pattern, called)) is not None
        ]
        return tuple(window for _, window in sorted(ranked, key=lambda pair: pair[0]))


def _rank(pattern: str | None, endpoint: str) -> int | None:
    if pattern is None:
        return _ANY
    if pattern == endpoint:
        return 0
    return 1 if fnmatchcase(endpoint, pattern) else None


def _name(service: str | None) -> str:
    return (service or "").strip().lower()


def _path(endpoint: str | None) -> str:
    """An endpoint without what is asked of it, and without the slashes around it."""
    return (endpoint or "").partition("?")[0].strip().strip("/").lower()
