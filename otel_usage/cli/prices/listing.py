"""``otel-usage prices list``: every model that the price data knows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import click

from otel_usage import config
from otel_usage.cli.money import rate
from otel_usage.cli.output import print_json, shown
from otel_usage.cli.prices.rates import index_in_use, rate_json
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

_COLUMNS: Final = {
    "input": "input",
    "output": "output",
    "cache_read": "cacheRead",
    "cache_write_5m": "cacheWrite5m",
    "cache_write_1h": "cacheWrite1h",
}
"""Component → key of the JSON form."""


@click.command("list")
@click.option("--provider", help="Only this provider.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def command(home: Path | None, provider: str | None, as_json: bool) -> None:
    """The price data: USD per million tokens, now; overrides are shown by 'prices show'."""
    index = index_in_use(config.load(home))
    wanted = sorted(index.providers) if provider is None else [provider_id(provider) or ""]
    if not index.providers.issuperset(wanted):
        known = ", ".join(sorted(index.providers))
        raise InvalidValueError(
            "--provider", provider, f"the price data knows none of that name, only {known}"
        )
    cards = [card for name in wanted for card in _cards(index, name)]
    if as_json:
        print_json([_json(card) for card in cards])
        return
    heads = ["provider", "model", "input", "output", "cache read", "write 5m", "write 1h", "since"]
    rows = [heads, *map(_row, cards)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            f"{cell:<{width}}" if place < 2 else f"{cell:>{width}}"  # noqa: PLR2004  # the names are the first two
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())
    click.echo("+ is another price for large calls: see 'otel-usage prices show MODEL'")


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


def _json(card: RateCard) -> dict[str, Any]:
    rates = {
        key: None if component not in card.rates else rate_json(card.rates[component])
        for component, key in _COLUMNS.items()
    }
    return {"provider": card.provider, "model": card.model, **rates, "since": card.valid_from}
