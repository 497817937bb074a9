"""Putting newer prices in the place of those in use: checked before, atomic, and told what changes."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from otel_usage.errors import PriceDataError
from otel_usage.pricing.build_index import rendered
from otel_usage.pricing.cards import base_rate
from otel_usage.pricing.fetched import chosen
from otel_usage.pricing.index import bundled
from otel_usage.pricing.lookup import published

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from otel_usage.pricing.cards import Rate
    from otel_usage.pricing.index import Entry, PriceIndex

__all__ = ["Changes", "update"]

_WELL_KNOWN: Final = (("openai", "gpt-4o"), ("anthropic", "claude-sonnet-4-5"), ("google", "gemini-2.5-pro"))
"""Data without a price of these is not the data that it should be."""
_PERCENT: Final = 90
_LEAP: Final = 10
_LEAPING: Final = 100
"""More than one model in so many that leaps is a mistake in the data, and not a change of prices."""
_LARGEST: Final = 10**18
"""A thousand dollars a token: nothing is sold for more."""


class Changes(Struct, frozen=True, kw_only=True):
    """What newer prices change; models are ``provider/model``.

    Attributes:
        providers: How many there are now.
        models: How many there are now.
        added: Models that were not there.
        removed: Models that are no longer there.
        changed: Models with other prices, past and future ones included.
        coming: Models whose price changes later, with the first such day.
    """

    providers: int
    models: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    coming: tuple[tuple[str, date], ...]


def update(path: Path, content: bytes, *, source: str) -> Changes:
    """Put the prices of a published file in the place of those in use.

    Args:
        path: The file of the fetched index.
        content: The published file.
        source: Where it is from.

    Raises:
        PriceDataError: It is not to be used; what is in use stays.
        OSError: It cannot be written; the same.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    release, in_use = bundled(), chosen(path)[0]
    new = published(content, release.version, source=source)
    if (problem := _problem(new, in_use, release, now.date())) is not None:
        raise PriceDataError(f"{problem}; the prices in use stay", source=source)
    changes = _changes(new, in_use, now.date())
    _replace(path, rendered(new, fetched=now))
    return changes


def _problem(new: PriceIndex, in_use: PriceIndex, release: PriceIndex, today: date) -> str | None:
    """Why an index is not to be used, None when it is."""
    found, known = _entries(new), _entries(release)
    for what, there, expected in (
        ("providers", len(new.providers), len(release.providers)),
        ("models", len(found), len(known)),
    ):
        if there * 100 < expected * _PERCENT:
            return f"has only {there:,} {what}, where this package comes with {expected:,}"
    for name, entry in found.items():
        if not all(_sound(rate) for rate in _rates(entry)):
            return f"has a price of {name} that is none"
    for provider, model in _WELL_KNOWN:
        hit = new.exact(provider, model)
        if hit is None or not any(any(price.rates.values()) for price in hit.entry.prices):
            return f"has no price of {provider}/{model}"
    leaps = _leaps(found, _entries(in_use))
    if len(leaps) * _LEAPING > len(found):
        return (
            f"has other prices of {len(leaps):,} models than anybody changes at once, none or ten times more or less:"
            f" {', '.join(leaps[:3])}"
        )
    theirs, ours = _in_force(found, today), _in_force(_entries(in_use), today)
    if theirs < ours:
        return f"is older than the prices in use: its newest price is of {theirs}, theirs of {ours}"
    return None


def _changes(new: PriceIndex, in_use: PriceIndex, today: date) -> Changes:
    before, after = _entries(in_use), _entries(new)
    coming = {
        name: min(days)
        for name, entry in after.items()
        if (
            days := [price.since for price in entry.prices if price.since is not None and price.since > today]
        )
    }
    return Changes(
        providers=len(new.providers),
        models=len(after),
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(name for name, entry in after.items() if name in before and before[name] != entry),
        coming=tuple(sorted(coming.items(), key=lambda change: (change[1], change[0]))),
    )


def _entries(index: PriceIndex) -> dict[str, Entry]:
    return {
        f"{provider}/{entry.model}": entry
        for provider in sorted(index.providers)
        if (section := index.section(provider)) is not None
        for entry in section.entries
    }


def _in_force(entries: dict[str, Entry], today: date) -> date:
    """The latest day up to now on which a price began.

    Prices of later days do not count: a rise that was announced and then called off makes no data older.
    """
    days = (price.since for entry in entries.values() for price in entry.prices)
    return max((day for day in days if day is not None and day <= today), default=date.min)


def _leaps(found: dict[str, Entry], known: dict[str, Entry]) -> list[str]:
    """Models whose newest price of input or output fell to nothing, or by a factor that no provider changes it by."""
    return [name for name in sorted(found.keys() & known.keys()) if _leap(known[name], found[name])]


def _leap(before: Entry, after: Entry) -> bool:
    old, new = before.prices[-1].rates, after.prices[-1].rates
    pairs = (
        (base_rate(old[name]), base_rate(new[name]))
        for name in ("input", "output")
        if name in old and name in new
    )
    return any(one and not one <= other * _LEAP <= one * _LEAP * _LEAP for one, other in pairs)


def _rates(entry: Entry) -> Iterator[Rate]:
    for price in entry.prices:
        yield from price.rates.values()
    for variant in entry.variants:
        yield from variant.rates.values()


def _sound(rate: Rate) -> bool:
    """Whether a rate is an amount of money, and its steps ascend."""
    steps = ((0, rate),) if isinstance(rate, int) else rate
    starts = [start for start, _ in steps]
    return all(0 <= amount <= _LARGEST for _, amount in steps) and starts == sorted(set(starts))


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that a kill at any instant leaves the old one or the new one, and nobody else reads it."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        fd = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
