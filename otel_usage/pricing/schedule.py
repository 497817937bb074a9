"""When which rate card holds: an entry's dated prices and tiers, worked out once into windows of time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from otel_usage.pricing.cards import RateCard, identified
from otel_usage.pricing.tariffs import Tariff, tariffs
from otel_usage.records import CostStatus, Flag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from otel_usage.pricing.cards import Rate
    from otel_usage.pricing.index import Found

__all__ = ["STANDARD_TIERS", "Window", "at", "card_window", "reachable", "schedule"]

STANDARD_TIERS: Final = frozenset({"", "auto", "default", "on_demand", "standard"})
"""Service tiers that are billed at the standard price."""

_NANOS_MINUTE: Final = 60 * 10**9
_NANOS_DAY: Final = 24 * 60 * _NANOS_MINUTE
_EPOCH: Final = date(1970, 1, 1).toordinal()
_NEVER: Final = 2**127
"""Beyond any time in nanoseconds that a record can carry."""


class Window(Struct, frozen=True, kw_only=True):
    """A stretch of time and what a call that begins in it costs.

    Attributes:
        begin: Nanoseconds since the epoch, UTC.
        end: The first nanosecond after it.
        hours: Part of the day (UTC) in minutes, None for all of it.
        status: ``PRICED`` or ``FREE`` by a card; else the status that every call gets.
        card: The rate card.
        sizes: The card worked out for each size of call.
        flags: What a reader should know about the choice of this card.
    """

    begin: int = -_NEVER
    end: int = _NEVER
    hours: tuple[int, int] | None = None
    status: CostStatus
    card: RateCard | None = None
    sizes: tuple[Tariff, ...] = ()
    flags: tuple[Flag, ...] = ()


def card_window(card: RateCard, flags: tuple[Flag, ...] = ()) -> Window:
    """The window of a card: its own dates; a card that knows every rate of a call, and each is 0, is free."""
    return Window(
        begin=-_NEVER if card.valid_from is None else _midnight(card.valid_from),
        end=_NEVER if card.valid_until is None else _midnight(card.valid_until),
        hours=card.hours,
        status=CostStatus.FREE if _free(card.rates) else CostStatus.PRICED,
        card=identified(card),
        sizes=tariffs(card),
        flags=flags,
    )


def _free(rates: Mapping[str, Rate]) -> bool:
    whole = rates.keys() >= {"input", "output"} or rates.keys() == {"requests"}
    return whole and not any(rates.values())


def at(windows: Sequence[Window], start: int) -> Window:
    """The first window that a time lies in, the last one when it lies in none."""
    for window in windows:
        if window.begin <= start < window.end and (window.hours is None or _within(window.hours, start)):
            return window
    return windows[-1]


_MANY: Final = 50
"""Trying more of them takes longer than the little that it saves, and a caller may be waiting."""


def reachable(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """The windows that some call can get; those behind others that fill their time together are left out."""
    if len(windows) == 1 or len(windows) > _MANY:
        return windows
    # Windows begin and end at midnight, and hours at a minute: one instant stands for all between two of these.
    edges = {edge for window in windows for edge in (window.begin, window.end) if edge < _NEVER}
    days = [-(-edge // _NANOS_DAY) * _NANOS_DAY for edge in edges]
    minutes = {0, *(minute for window in windows for minute in window.hours or ())}
    instants = [day + minute * _NANOS_MINUTE for day in days for minute in minutes]
    reached = [at(windows, instant) for instant in instants]
    return tuple(window for window in windows if any(window is one for one in reached))


def schedule(found: Found, tier: str, source: str) -> tuple[Window, ...]:
    """The windows of an entry for a service tier, the first that holds counts; together they cover all time.

    A tier without a price of its own at some time gets the standard price, flagged; so does a fine-tuned model.
    """
    entry = found.entry
    standard = tier in STANDARD_TIERS and not found.fine_tuned
    variants = (
        ()
        if standard or found.fine_tuned
        else tuple(variant for variant in entry.variants if variant.tier == tier)
    )
    changes = [*(price.since for price in entry.prices), *(variant.since for variant in variants)]
    edges = sorted({change for change in changes if change is not None})
    windows = []
    for begin, end in zip([None, *edges], [*edges, None], strict=True):
        overlay = {
            component: rate
            for variant in reversed(variants)
            if _since(variant.since, begin)
            for component, rate in variant.rates.items()
        }
        flags = () if standard or overlay else (Flag.VARIANT_UNPRICED,)
        for price in reversed(entry.prices):
            if not _since(price.since, begin):
                continue
            card = RateCard(
                provider=found.provider,
                model=entry.model,
                rates={**price.rates, **overlay},
                source=source,
                version=found.version,
                tier=tier if overlay else None,
                valid_from=begin,
                valid_until=end,
                hours=price.hours,
            )
            windows.append(card_window(card, flags))
            if price.hours is None:
                break
    return tuple(windows)


def _since(since: date | None, begin: date | None) -> bool:
    return since is None or (begin is not None and since <= begin)


def _midnight(day: date) -> int:
    return (day.toordinal() - _EPOCH) * _NANOS_DAY


def _within(hours: tuple[int, int], start: int) -> bool:
    minute = start % _NANOS_DAY // _NANOS_MINUTE
    first, after = hours
    return first <= minute < after if first <= after else minute >= first or minute < after
