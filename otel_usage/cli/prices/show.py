"""``otel-usage prices show``: the rate card that a call of one model would get."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import click

from otel_usage import config
from otel_usage.asking import full_book
from otel_usage.cli.explain.gathering import hours, source
from otel_usage.cli.output import print_json, shown
from otel_usage.cli.prices.rates import index_in_use, rate_json, rate_text
from otel_usage.cli.shapes.prices import PriceCard, ShowAnswer
from otel_usage.cli.times import moment
from otel_usage.cli.wording import FLAGS
from otel_usage.errors import PriceDataError
from otel_usage.pricing.schedule import STANDARD_TIERS, at
from otel_usage.records import CostStatus
from otel_usage.token_usage import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from otel_usage.pricing.book import PriceBook
    from otel_usage.pricing.cards import RateCard
    from otel_usage.pricing.schedule import Window
    from otel_usage.settings import Settings

__all__ = ["command"]

_TIERS: Final = ("batch", "flex", "priority", "fast")
_SHOWN: Final = frozenset({CostStatus.PRICED, CostStatus.FREE})


@click.command("show")
@click.argument("name", metavar="MODEL|PROVIDER/MODEL")
@click.option("--provider", help="Who sells it; else what the model's name tells.")
@click.option("--at", "when", metavar="WHEN", help="The price at a date or time; now when not given.")
@click.option("--tier", help="The service tier: batch, flex, priority, fast.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def command(
    home: Path | None, /, name: str, provider: str | None, when: str | None, tier: str | None, as_json: bool
) -> None:
    """The price of a model as a call would get it, overrides included; of a service what an override says."""
    settings = config.load(home)
    start = time.time_ns() if when is None else moment(when, zone=settings.zone, field="--at")
    index_in_use(settings)
    book = full_book(settings)
    provider, model = book.target(name, provider)
    windows = book.windows(provider, model, tier)
    if at(windows, start).status not in _SHOWN:
        tier, windows = None, book.service_windows(*_service(provider, model))
    window = at(windows, start)
    if window.status not in _SHOWN:
        raise _unknown(book, settings, provider, model)
    standard = at(book.windows(provider, model, None), start).card
    tiers = _tiers(book, provider, model, start) if (tier or "").strip().lower() in STANDARD_TIERS else {}
    if as_json:
        print_json(_answer(window, windows, {tier: card for tier, (card, _) in tiers.items()}))
    else:
        click.echo("\n".join(_text(window, windows, standard, tiers)))


def _service(provider: str | None, model: str) -> tuple[str, str]:
    """The service and the endpoint that a name may mean: ``serpapi/search``."""
    service, _, endpoint = model.partition("/")
    return (service, endpoint) if provider is None else (provider, model)


def _unknown(book: PriceBook, settings: Settings, provider: str | None, model: str) -> PriceDataError:
    """No price is known: of a service, or of a model; with names that are known and like it."""
    service, _ = _service(provider, model)
    entries = settings.pricing.overrides
    if any(entry.service and entry.service.strip().lower() == service.strip().lower() for entry in entries):
        problem = "no price is known; services are priced by overrides only, and none is for this endpoint"
    else:
        sellers = (entry.provider for entry in entries if entry.provider and entry.model)
        names = [f"{seller}/{model}" for seller in sellers if book.known(seller, model)]
        names += book.nearest(provider, model)
        problem = "no price is known" + (
            f"; did you mean {', '.join(dict.fromkeys(names))}?" if names else ""
        )
        if model.startswith("/"):
            problem += "; services are priced by overrides only"
    return PriceDataError(problem, source=_shown(provider, model))


def _shown(provider: str | None, model: str) -> str:
    """``provider/model``; an endpoint has a slash of its own."""
    return shown(f"{provider}/{model.removeprefix('/')}" if provider else model)


def _tiers(
    book: PriceBook, provider: str | None, model: str, start: int
) -> dict[str, tuple[RateCard, date | None]]:
    """The service tiers with a price of their own: its card, and since when the data has one."""
    found: dict[str, tuple[RateCard, date | None]] = {}
    for tier in _TIERS:
        windows = book.windows(provider, model, tier)
        card = at(windows, start).card
        if card is not None and card.tier == tier:
            days = [one.card.valid_from for one in windows if one.card is not None and one.card.tier == tier]
            found[tier] = card, None if None in days else min(day for day in days if day is not None)
    return found


def _text(
    window: Window,
    windows: tuple[Window, ...],
    standard: RateCard | None,
    tiers: dict[str, tuple[RateCard, date | None]],
) -> list[str]:
    card = window.card
    if card is None:
        return ["The provider is declared free: $0."]
    told = [
        f"{_shown(card.provider, card.model)}, {f'tier {card.tier}' if card.tier else 'standard price'}",
        *_rates(card, card.rates, standard if card.tier else None),
        f"By {source(card)}, {_time(window, windows)}, rate card {card.id}",
    ]
    for tier, (other, since) in tiers.items():
        told.append(f"Tier {tier}{f' (since {since}; before, the standard price)' if since else ''}:")
        told += _rates(other, {*_differing(other, card), *(other.rates.keys() - UNITS)}, card)
    told += [f"Note: {FLAGS[flag]}" for flag in window.flags]
    for one in windows:
        if one.card is not None and one is not window:
            told.append(f"Otherwise, {_time(one, windows)}, by {source(one.card)}:")
            told += _rates(one.card, _differing(one.card, card), None)
    return told


def _differing(one: RateCard, other: RateCard) -> set[str]:
    return {name for name, found in one.rates.items() if found != other.rates.get(name)}


def _rates(card: RateCard, names: Iterable[str], standard: RateCard | None) -> list[str]:
    """A line for each rate; those of tokens that a tier has from the standard price say so."""
    ordered = sorted(
        names, key=lambda name: (not name.startswith("input"), not name.startswith("output"), name)
    )
    told = []
    for name in ordered:
        found = card.rates[name]
        same = standard is not None and name not in UNITS and standard.rates.get(name) == found
        told.append(
            f"  {name:<18}{rate_text(name, found)}{' (assumed: as at the standard price)' if same else ''}"
        )
    return told or ["  the same rates"]


def _time(window: Window, windows: tuple[Window, ...]) -> str:
    """When a price holds; those of windows before it come first."""
    card, before = window.card, windows[: windows.index(window)]
    parts = []
    if card is not None and card.valid_from is not None:
        parts.append(f"from {card.valid_from}")
    if card is not None and card.valid_until is not None:
        parts.append(f"until {card.valid_until}")
    if card is not None and (daily := hours(card)) is not None:
        parts.append(f"daily from {' to '.join(daily)} UTC")
    elif any(one.hours and one.begin < window.end and window.begin < one.end for one in before):
        parts.append("in the other hours of the day")
    return " ".join(parts) or "at any time"


def _answer(window: Window, windows: tuple[Window, ...], tiers: dict[str, RateCard]) -> ShowAnswer:
    return ShowAnswer(
        status=window.status,
        flags=window.flags,
        card=None if window.card is None else _card(window.card),
        tiers={tier: _card(card) for tier, card in tiers.items()},
        windows=[_card(other.card) for other in windows if other.card is not None],
    )


def _card(card: RateCard) -> PriceCard:
    return PriceCard(
        provider=card.provider,
        model=card.model,
        tier=card.tier,
        source=card.source,
        version=card.version,
        rate_card=card.id,
        from_=card.valid_from,
        until=card.valid_until,
        hours_utc=hours(card),
        based_on=card.based_on,
        multiplier=card.multiplier,
        usd_per_million={name: rate_json(found) for name, found in card.rates.items()},
    )
