"""``otel-usage prices list``: every model that the price data knows."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

import click

from otel_usage import config
from otel_usage.cli.money import rate
from otel_usage.cli.output import print_json, shown
from otel_usage.cli.prices.rates import index_in_use, rate_json
from otel_usage.cli.prices.sentences import like
from otel_usage.cli.shapes.prices import ListedPrice
from otel_usage.errors import InvalidValueError
from otel_usage.pricing.cards import base_rate
from otel_usage.pricing.index import SOURCE, Found
from otel_usage.pricing.providers import provider_id
from otel_usage.pricing.schedule import at, schedule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from otel_usage.pricing.cards import Rate, RateCard
    from otel_usage.pricing.index import PriceIndex

__all__ = ["command"]

_COLUMNS: Final = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h")
_HEADS: Final = ("provider", "model", "input", "output", "cache read", "write 5m", "write 1h", "since")
_WIDEST: Final = (12, 30, 9, 9, 10, 8, 8, 10)
"""Characters that each column gets at most, 110 a row; what is longer stands out, and only its row is longer."""


@click.command("list")
@click.argument("model", required=False)
@click.option("--provider", help="Only this provider.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def command(home: Path | None, model: str | None, provider: str | None, as_json: bool) -> None:
    """The price data: USD per million tokens, now; of models whose name has MODEL in it, or fits it as a glob.

    Overrides are shown by 'prices show'.
    """
    index = index_in_use(config.load(home))
    wanted = sorted(index.providers) if provider is None else [provider_id(provider) or ""]
    if provider is not None and not index.providers.issuperset(wanted):
        near = like(provider, index.providers)
        hint = f"; did you mean {', '.join(near)}?" if near else f", but {len(index.providers)} others"
        raise InvalidValueError("--provider", provider, f"the price data knows none of that name{hint}")
    cards = [card for name in wanted for card in _cards(index, name) if model is None or _fits(card, model)]
    if model is not None and not cards:
        raise InvalidValueError("MODEL", model, "the price data has no model with that in its name")
    if as_json:
        print_json([_answer(card) for card in cards])
    else:
        click.echo("\n".join(_table([_row(card) for card in cards])))
        click.echo("+ is another price for large calls: see 'otel-usage prices show MODEL'")


def _fits(card: RateCard, wanted: str) -> bool:
    """Whether a model, or ``provider/model``, is meant by a part of its name or a glob."""
    pattern = wanted.strip().lower()
    if not any(char in pattern for char in "*?["):
        pattern = f"*{pattern}*"
    model = card.model.lower()
    return fnmatchcase(model, pattern) or fnmatchcase(f"{card.provider}/{model}", pattern)


def _table(rows: list[list[str]]) -> Iterator[str]:
    whole = [list(_HEADS), *rows]
    widths = [
        min(widest, max(map(len, column)))
        for widest, column in zip(_WIDEST, zip(*whole, strict=True), strict=True)
    ]
    for provider, model, *cells in whole:
        named = f"{f'{provider:<{widths[0]}}  {model}':<{sum(widths[:2]) + 2}}"
        rates = [f"{cell:>{width}}" for cell, width in zip(cells, widths[2:], strict=True)]
        yield "  ".join([named, *rates]).rstrip()


def _cards(index: PriceIndex, provider: str) -> Iterator[RateCard]:
    section, now = index.section(provider), time.time_ns()
    for entry in () if section is None else section.entries:
        card = at(schedule(Found(provider, entry, index.version), "", SOURCE), now).card
        if card is not None:
            yield card


def _row(card: RateCard) -> list[str]:
    return [
        card.provider,
        shown(card.model),
        *(_cell(card.rates.get(component)) for component in _COLUMNS),
        "" if card.valid_from is None else card.valid_from.isoformat(),
    ]


def _cell(found: Rate | None) -> str:
    if found is None:
        return "-"
    return rate(base_rate(found)) + ("" if isinstance(found, int) else "+")


def _answer(card: RateCard) -> ListedPrice:
    rates: dict[str, Any] = {
        component: rate_json(card.rates[component]) if component in card.rates else None
        for component in _COLUMNS
    }
    return ListedPrice(provider=card.provider, model=card.model, **rates, since=card.valid_from)
