"""``otel-usage calculate``: what a call would cost, without recording anything."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import click

from otel_usage import config
from otel_usage.cli.counts import count_options, counted
from otel_usage.cli.money import exact, number
from otel_usage.cli.output import print_json
from otel_usage.cli.reading import full_book
from otel_usage.cli.wording import FLAGS, row
from otel_usage.pricing.arithmetic import lines
from otel_usage.records import UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.pricing.arithmetic import Line
    from otel_usage.pricing.book import Quote

__all__ = ["command"]


@click.command("calculate")
@click.option("--provider", required=True, help="openai, anthropic, google, …")
@click.option("--model", required=True, help="The model as the provider names it.")
@count_options
@click.option("--service-tier", help="batch, flex, priority, … as the provider calls it.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def command(home: Path | None, /, provider: str, model: str, as_json: bool, **options: Any) -> None:  # noqa: ANN401  # click passes every option
    """What a call would cost now."""
    usage, flags = counted(options, suffix="-tokens")
    if usage == TokenUsage():
        raise click.UsageError("give at least --input-tokens or --output-tokens")
    book = full_book(config.load(home))
    record = UsageRecord(
        id="",
        start=time.time_ns(),
        source="cli",
        provider=provider,
        request_model=model,
        service_tier=options["service_tier"] or None,
        usage=usage,
        flags=flags,
    )
    quote = book.quote(record)
    bill = lines(usage, quote.card) if quote.card is not None and quote.cost.components else ()
    if as_json:
        print_json(_json(record, quote, bill))
    else:
        _print_bill(record, quote, bill)
    if quote.cost.nanos is None:
        names = [] if book.known(provider, model) else book.nearest(provider, model)
        hint = f"; did you mean {', '.join(names)}?" if names else ""
        click.echo(f"otel-usage: no price is known for this call of {provider}/{model}{hint}", err=True)
        sys.exit(1)


def _json(record: UsageRecord, quote: Quote, bill: tuple[Line, ...]) -> dict[str, Any]:
    return {
        "provider": record.provider,
        "model": record.model,
        "inputTokens": record.usage.input,
        "outputTokens": record.usage.output,
        "cost": number(quote.cost.nanos),
        "totalCost": number(quote.cost.nanos),
        "status": quote.cost.status.value,
        "components": [
            {
                "name": line.component,
                "tokens": line.units,
                "usdPerMillion": number(line.rate),
                "cost": number(line.nanos),
            }
            for line in bill
        ],
        "priceSource": quote.cost.price_source,
        "rateCard": quote.cost.rate_card,
        "flags": sorted({*record.flags, *quote.flags}),
    }


def _print_bill(record: UsageRecord, quote: Quote, bill: tuple[Line, ...]) -> None:
    for line in bill:
        click.echo(row(line))
    click.echo(f"Total Cost: {exact(quote.cost.nanos)}  ({record.provider}/{record.model})")
    for flag in sorted({*record.flags, *quote.flags}):
        click.echo(f"Note: {FLAGS[flag]}")
