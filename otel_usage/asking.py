"""The ledger for who asks it: opened as the configuration says, able to look up what prices are still pending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.home import Home
from otel_usage.ledger.store import Ledger

if TYPE_CHECKING:
    from otel_usage.pricing.book import PriceBook
    from otel_usage.settings import Settings

__all__ = ["full_book", "open_ledger"]


def full_book(settings: Settings) -> PriceBook:
    """A price book that may ask the full price data."""
    from otel_usage.pricing.book import PriceBook  # noqa: PLC0415  # a report of priced calls needs no prices

    return PriceBook(settings.pricing, allow_lookup=True, index=Home(settings.home).prices)


def open_ledger(settings: Settings) -> Ledger:
    """The ledger of the configured home, made where there is none; it is brought up to date by the caller.

    Raises:
        HomeError: The directory cannot be used.
        LedgerError: The database cannot be used; its subclasses say why.
    """
    return Ledger(
        Home(settings.home),
        zone=settings.zone,
        book=lambda: full_book(settings),
        content_days=settings.content.retention_days,
    )
