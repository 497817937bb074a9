"""What there is to say about prices: the index, overrides, and the models that a ledger has calls of."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from otel_usage.cli.money import calls
from otel_usage.cli.prices.sentences import like, some
from otel_usage.errors import PriceDataError
from otel_usage.pricing.book import PriceBook
from otel_usage.pricing.fetched import chosen, read
from otel_usage.pricing.index import INDEX_PATH
from otel_usage.pricing.presets import preset
from otel_usage.pricing.providers import PREFIXES, provider_id, squeezed
from otel_usage.pricing.schedule import STANDARD_TIERS, at
from otel_usage.records import Flag
from otel_usage.settings import PricingSettings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from otel_usage.cli.prices.used import Name, Unpriced, Used
    from otel_usage.pricing.index import PriceIndex
    from otel_usage.settings import PriceOverride

__all__ = ["Finding", "Level", "about_index", "about_ledger", "about_overrides", "about_providers"]

_DAY: Final = 86_400 * 10**9
_SOON: Final = 30 * _DAY
_FLAGS: Final = {
    Flag.RATE_ASSUMED: "priced with a rate that was assumed",
    Flag.VARIANT_UNPRICED: "without a price of its own, billed at the standard price",
    Flag.UNITS_UNPRICED: "with searches that no price is known of",
    Flag.MORE_BILLED: "with something billed that no price data knows",
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


def about_overrides(settings: PricingSettings, models: Collection[Name], index: Path) -> Iterator[Finding]:
    """Which of them and of the preset's entries match no model of the ledger."""
    tables = {"Overrides": settings.overrides}
    if settings.preset is not None:
        tables[f"Entries of preset {settings.preset}"] = preset(settings.preset)
    for what, entries in tables.items():
        idle = [
            f"{entry.provider}/{entry.model}" if entry.provider else entry.model
            for entry in entries
            if entry.model is not None and not _matches(entry, models, index)
        ]
        if idle:
            yield Finding(Level.FINE, f"{what} that match no call so far: {some(idle)}.")


def about_providers(settings: PricingSettings, used: list[Used], index: PriceIndex) -> Iterator[Finding]:
    """Providers that are set somewhere and nobody else knows: mistyped, where another is nearly called so."""
    calling = {one.provider for one in used if one.provider}
    known = {*index.providers, *PREFIXES, *PricingSettings().free_providers, *calling}
    spelled = {_squeezed(name) for name in known}
    for where, names in (
        ("overrides", [entry.provider for entry in settings.overrides if entry.provider]),
        ("free_providers", settings.free_providers),
        ("trusted_providers", settings.trusted_providers),
    ):
        for name in dict.fromkeys(names):
            if _squeezed(name) in spelled:
                continue
            near = like(name, known)[:1]
            level = Level.ATTENTION if near and where == "overrides" else Level.FINE
            hint = f"; did you mean {near[0]}?" if near else "."
            yield Finding(
                level, f"pricing.{where}: neither the price data nor a call knows the provider {name}{hint}"
            )


def about_ledger(
    book: PriceBook,
    used: list[Used],
    unpriced: Unpriced,
    flags: Mapping[Flag, list[tuple[str, str, int]]],
    now: int,
) -> Iterator[Finding]:
    """Models without a price, with prices that are not quite theirs, and with prices about to change."""
    for one in used:
        if book.known(one.provider or None, one.model):
            yield from _without_amount(one, unpriced)
        elif one.unpriced:
            names = book.nearest(one.provider or None, one.model)
            hint = f"; known names like it: {', '.join(names)}" if names else ""
            yield Finding(Level.ATTENTION, f"{one.name}: no price is known ({calls(one.calls)}){hint}.")
        yield from _coming(book, one, now)
    for flag, found in flags.items():
        for name, tier, count in found:
            of = f" in service tier {tier}" if tier.strip().lower() not in STANDARD_TIERS else ""
            yield Finding(
                Level.ATTENTION, f"{name}: {calls(count)} in the last 30 days{of} {_FLAGS[flag]} ({flag})."
            )


def _without_amount(one: Used, unpriced: Unpriced) -> Iterator[Finding]:
    """Calls of a model with a price that have no amount: those that would get one, and those that cannot."""
    name = one.provider, one.model
    if count := unpriced.priceable[name]:
        yield Finding(
            Level.ATTENTION,
            f"{one.name}: {calls(count)} without an amount, though a price is known by now: see"
            " 'otel-usage reprice'.",
        )
    if count := unpriced.without_usage[name]:
        yield Finding(
            Level.FINE, f"{one.name}: {calls(count)} without an amount, as nothing is known of the tokens."
        )


def _squeezed(provider: str) -> str:
    return squeezed(provider_id(provider) or "")


def _matches(entry: PriceOverride, models: Collection[Name], index: Path) -> bool:
    alone = PriceBook(PricingSettings(overrides=(entry,), free_providers=()), index=index)
    return any(
        window.card is not None and window.card.source == "override"
        for provider, model in models
        for window in alone.windows(provider or None, model, None)
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
