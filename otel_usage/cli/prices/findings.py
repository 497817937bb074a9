"""What there is to say about prices: the index, overrides, and the models that a ledger has calls of."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from otel_usage.cli.money import calls
from otel_usage.cli.prices.rates import some
from otel_usage.errors import PriceDataError
from otel_usage.pricing.book import PriceBook
from otel_usage.pricing.fetched import chosen, read
from otel_usage.pricing.index import INDEX_PATH
from otel_usage.pricing.presets import preset
from otel_usage.pricing.schedule import at
from otel_usage.records import Flag
from otel_usage.settings import PricingSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from otel_usage.cli.prices.used import Used
    from otel_usage.settings import PriceOverride

__all__ = ["Finding", "Level", "about_index", "about_ledger", "about_overrides"]

_DAY: Final = 86_400 * 10**9
_SOON: Final = 30 * _DAY
_FLAGS: Final = {
    Flag.RATE_ASSUMED: "priced with a rate that was assumed",
    Flag.VARIANT_UNPRICED: "of a service tier without a price of its own, billed at the standard price",
    Flag.UNITS_UNPRICED: "with searches that no price is known of",
}


class Level(IntEnum):
    """How much a finding matters."""

    FINE = 0
    ATTENTION = 1
    BROKEN = 2


class Finding(Struct, frozen=True):
    """One sentence and how much it matters."""

    level: Level
    text: str


def about_index(fetched: Path, today: date) -> Iterator[Finding]:
    """Which index is in use, and what is wrong with a file."""
    try:
        read(INDEX_PATH)
    except PriceDataError as error:
        yield Finding(Level.BROKEN, f"{error}: install otel-usage again")
        return
    index, unused = chosen(fetched)
    if unused is not None:
        level = Level.BROKEN if unused.damaged else Level.ATTENTION
        yield Finding(level, f"{unused.problem}: run 'otel-usage prices update'.")
    head = index.head
    if head is not None:
        origin = "that come with this package"
        if head.fetched is not None:
            days = (today - head.fetched.date()).days
            origin = f"fetched on {head.fetched:%Y-%m-%d}" + (f", {days} days ago" if days > 1 else "")
        yield Finding(
            Level.FINE,
            f"Prices of {head.source} {index.version}, {origin}: {head.models:,} models of {head.providers} providers,"
            f" the newest price of {head.newest}.",
        )


def about_overrides(
    settings: PricingSettings, used: list[Used] | None, error: str | None
) -> Iterator[Finding]:
    """An error in them; else which of them and of the preset's entries match no model of the ledger."""
    if error is not None or used is None:
        yield Finding(Level.BROKEN, f"{error}; the calls of the ledger are not looked at")
        return
    tables = {"Overrides": settings.overrides}
    if settings.preset is not None:
        tables[f"Entries of preset {settings.preset}"] = preset(settings.preset)
    for what, entries in tables.items():
        idle = [
            f"{entry.provider}/{entry.model}" if entry.provider else entry.model
            for entry in entries
            if entry.model is not None and not _matches(entry, used)
        ]
        if idle:
            yield Finding(Level.FINE, f"{what} that match no call so far: {some(idle)}.")


def about_ledger(
    book: PriceBook, used: list[Used], flags: Mapping[Flag, list[tuple[str, int]]], now: int
) -> Iterator[Finding]:
    """Models without a price, with prices that are not quite theirs, and with prices about to change."""
    for one in used:
        known = book.known(one.provider or None, one.model)
        if one.unpriced and known:
            yield Finding(
                Level.ATTENTION,
                f"{one.name}: {calls(one.unpriced)} without an amount, though a price is known by now: see"
                " 'otel-usage reprice'.",
            )
        elif not known:
            names = book.nearest(one.provider or None, one.model)
            hint = f"; known names like it: {', '.join(names)}" if names else ""
            yield Finding(Level.ATTENTION, f"{one.name}: no price is known ({calls(one.calls)}){hint}.")
        yield from _coming(book, one, now)
    for flag, found in flags.items():
        for name, count in found:
            yield Finding(
                Level.ATTENTION, f"{name}: {calls(count)} in the last 30 days {_FLAGS[flag]} ({flag})."
            )


def _matches(entry: PriceOverride, used: list[Used]) -> bool:
    alone = PriceBook(PricingSettings(overrides=(entry,), free_providers=()))
    return any(
        window.card is not None and window.card.source == "override"
        for one in used
        for window in alone.windows(one.provider or None, one.model, None)
    )


def _coming(book: PriceBook, one: Used, now: int) -> Iterator[Finding]:
    """Changes of a model's standard price within 30 days, by the same time of day."""
    windows = book.windows(one.provider or None, one.model, None)
    edges = {edge for window in windows for edge in (window.begin, window.end) if now < edge <= now + _SOON}
    before = at(windows, now).card
    for edge in sorted(edges):
        after = at(windows, edge + now % _DAY).card
        if (before and before.rates) != (after and after.rates):
            day = datetime.fromtimestamp(edge // 10**9, UTC).date()
            yield Finding(
                Level.FINE, f"{one.name}: another price holds from {day} (see 'otel-usage prices show')."
            )
        before = after
