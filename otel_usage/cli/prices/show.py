"""``otel-usage prices show``: the rate card that a call of one model would get."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import click

from otel_usage import config
from otel_usage.cli.output import print_json, shown
from otel_usage.cli.prices.rates import index_in_use, rate_json, rate_text
from otel_usage.cli.reading import full_book
from otel_usage.cli.times import moment
from otel_usage.errors import PriceDataError
from otel_usage.pricing.schedule import STANDARD_TIERS, at
from otel_usage.records import CostStatus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from otel_usage.pricing.book import PriceBook
    from otel_usage.pricing.cards import RateCard
    from otel_usage.pricing.schedule import Window

__all__ = ["command"]

_TIERS: Final = ("batch", "flex", "priority", "fast")


@click.command("show")
@click.argument("model")
@click.option("--provider", help="Who sells it; else what the model's name tells.")
@click.option("--at", "when", metavar="WHEN", help="The price at a date or time; now when not given.")
@click.option("--tier", help="The service tier: batch, flex, priority, fast.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def command(
    home: Path | None, /, model: str, provider: str | None, when: str | None, tier: str | None, as_json: bool
) -> None:
    """The price of a model as a call would get it, overrides included."""
    settings = config.load(home)
    start = time.time_ns() if when is None else moment(when, zone=settings.zone, field="--at")
    index_in_use(settings)
    book = full_book(settings)
    windows = book.windows(provider, model, tier)
    window = at(windows, start)
    if window.status not in {CostStatus.PRICED, CostStatus.FREE}:
        names = book.nearest(provider, model)
        hint = f"; did you mean {', '.join(names)}?" if names else ""
        raise PriceDataError(
            f"no price is known{hint}", source=shown(f"{provider}/{model}" if provider else model)
        )
    tiers = _tiers(book, provider, model, start) if (tier or "").lower() in STANDARD_TIERS else {}
    if as_json:
        print_json(_json(window, windows, tiers))
    else:
        click.echo("\n".join(_text(window, windows, tiers)))


def _tiers(book: PriceBook, provider: str | None, model: str, start: int) -> dict[str, RateCard]:
    """The cards of service tiers that have a price of their own."""
    found = {tier: at(book.windows(provider, model, tier), start).card for tier in _TIERS}
    return {tier: card for tier, card in found.items() if card is not None and card.tier == tier}


def _text(window: Window, windows: Sequence[Window], tiers: dict[str, RateCard]) -> list[str]:
    card = window.card
    if card is None:
        return ["The provider is declared free: $0."]
    told = [
        f"{shown(f'{card.provider}/{card.model}')}, {f'tier {card.tier}' if card.tier else 'standard price'}"
    ]
    told += _rates(card, "  ")
    told.append(f"By {_origin(card)}, {_time(card)}, rate card {card.id}")
    for tier, other in tiers.items():
        differing = {name: found for name, found in other.rates.items() if found != card.rates.get(name)}
        told += [f"Tier {tier}:", *_rates(other, "  ", differing)]
    told += [f"Note: {flag}" for flag in window.flags]
    others = [other.card for other in windows if other.card is not None and other is not window]
    for one in others:
        differing = {name: found for name, found in one.rates.items() if found != card.rates.get(name)}
        told += [f"Otherwise, {_time(one)}, by {_origin(one)}:", *_rates(one, "  ", differing)]
    return told


def _rates(card: RateCard, indent: str, only: dict[str, Any] | None = None) -> list[str]:
    rates = card.rates if only is None else only
    names = sorted(
        rates, key=lambda name: (not name.startswith("input"), not name.startswith("output"), name)
    )
    return [f"{indent}{name:<18}{rate_text(name, rates[name])}" for name in names] or [
        f"{indent}the same rates"
    ]


def _origin(card: RateCard) -> str:
    if card.based_on is None:
        return f"{card.source} {card.version}".rstrip()
    factor = "" if card.multiplier is None else f" times {card.multiplier}"
    return f"{card.source}, based on {card.based_on}{factor} {card.version}".rstrip()


def _time(card: RateCard) -> str:
    parts = []
    if card.valid_from is not None:
        parts.append(f"from {card.valid_from}")
    if card.valid_until is not None:
        parts.append(f"until {card.valid_until}")
    if card.hours is not None:
        first, after = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in card.hours)
        parts.append(f"daily from {first} to {after} UTC")
    return " ".join(parts) or "at any time"


def _json(window: Window, windows: Sequence[Window], tiers: dict[str, RateCard]) -> dict[str, Any]:
    return {
        "status": window.status.value,
        "flags": list(window.flags),
        "card": None if window.card is None else _card_json(window.card),
        "tiers": {tier: _card_json(card) for tier, card in tiers.items()},
        "windows": [_card_json(other.card) for other in windows if other.card is not None],
    }


def _card_json(card: RateCard) -> dict[str, Any]:
    return {
        "provider": card.provider,
        "model": card.model,
        "tier": card.tier,
        "source": card.source,
        "version": card.version,
        "rateCard": card.id,
        "from": card.valid_from,
        "until": card.valid_until,
        "hoursUtc": card.hours,
        "basedOn": card.based_on,
        "multiplier": card.multiplier,
        "usdPerMillion": {name: rate_json(found) for name, found in card.rates.items()},
    }
