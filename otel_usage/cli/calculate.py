"""``otel-usage calculate``: what a call would cost, without recording anything."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import click
from msgspec import structs

from otel_usage import config
from otel_usage.asking import full_book
from otel_usage.cli.counts import count_options, counted
from otel_usage.cli.missing import missing
from otel_usage.cli.money import exact, number
from otel_usage.cli.output import print_json, shown
from otel_usage.cli.shapes.calculated import CalculateAnswer, Component
from otel_usage.cli.wording import FLAGS, row
from otel_usage.pricing.arithmetic import lines
from otel_usage.records import Cost, CostStatus, UsageRecord
from otel_usage.token_usage import NO_USAGE

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.pricing.arithmetic import Line
    from otel_usage.pricing.book import PriceBook, Quote

__all__ = ["command"]


@click.command("calculate")
@click.option("--provider", help="openai, anthropic, google, …; a response's maker when not given.")
@click.option("--model", help="The model as the provider names it; a response names its own.")
@count_options
@click.option("--service-tier", help="batch, flex, priority, … as the provider calls it.")
@click.option("--at", metavar="WHEN", help="By the prices of a date or time; now when not given.")
@click.option(
    "--response",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    metavar="FILE|-",
    help="What a saved response of OpenAI, Anthropic or Google says that it used.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def command(home: Path | None, /, as_json: bool, **options: Any) -> None:  # noqa: ANN401  # click passes every option
    """What a call would cost."""
    for name in ("provider", "model", "service_tier"):
        # An empty one, as an unset shell variable leaves it, is none.
        options[name] = (options[name] or "").strip() or None
    usage, flags = counted(options, suffix="-tokens")
    settings = config.load(home)
    record = UsageRecord(
        id="",
        source="cli",
        start=_moment(options["at"], settings.zone),
        provider=options["provider"],
        request_model=options["model"],
        service_tier=options["service_tier"],
        usage=usage,
        flags=flags,
    )
    if options["response"] is None:
        _check(record)
    book = full_book(settings)
    if options["response"] is not None:
        record = _with_response(record, options, book)
    quote = book.quote(record)
    bill = lines(record.usage, quote.card) if quote.card is not None and quote.cost.components else ()
    if as_json:
        print_json(_answer(record, quote, bill))
    else:
        _print_bill(record, quote, bill)
    if quote.cost.nanos is None:
        provider, model = record.provider, record.request_model or ""
        names = [] if book.known(provider, model) else book.nearest(provider, model)
        hint = f"; did you mean {', '.join(names)}?" if names else ""
        click.echo(f"otel-usage: no price is known for this call of {_name(record)}{hint}", err=True)
        sys.exit(1)


def _moment(when: str | None, zone: str | None) -> int:
    if not when or not when.strip():
        return time.time_ns()
    from otel_usage.cli.times import moment  # noqa: PLC0415  # most questions are about now

    return moment(when.strip(), zone=zone, field="--at")


def _check(record: UsageRecord) -> None:
    """See that everything is there that a price needs.

    Raises:
        click.UsageError: Something is missing.
    """
    if record.provider is None:
        raise missing("provider")
    if record.request_model is None:
        raise missing("model")
    if record.usage == NO_USAGE:
        raise click.UsageError("give at least --input-tokens or --output-tokens")


def _with_response(record: UsageRecord, options: dict[str, Any], book: PriceBook) -> UsageRecord:
    """The record with what a saved response says; an option that is given stands before it.

    Raises:
        click.UsageError: Counts are given too, or nothing names the model.
        InvalidValueError: The response cannot be used.
    """
    from otel_usage.cli.responses import saved_response  # noqa: PLC0415  # only with --response

    if record.usage != NO_USAGE or options["input_includes_cache"] is not None:
        raise click.UsageError("--response has the counts already: leave out those of your own")
    saved = saved_response(options["response"])
    reported = saved.reported
    model = record.request_model or reported.model
    if not model:
        raise click.UsageError("the response names no model: give --model")
    said = reported.cost
    return structs.replace(
        record,
        provider=record.provider or book.target(model)[0] or saved.api,
        request_model=model,
        service_tier=record.service_tier or reported.service_tier,
        usage=reported.usage,
        flags=reported.flags,
        cost=Cost()
        if said is None
        else Cost(status=CostStatus.PROVIDED, nanos=said, price_source="provider"),
    )


def _answer(record: UsageRecord, quote: Quote, bill: tuple[Line, ...]) -> CalculateAnswer:
    return CalculateAnswer(
        provider=record.provider,
        model=record.request_model,
        input_tokens=record.usage.input,
        output_tokens=record.usage.output,
        cost=number(quote.cost.nanos),
        total_cost=number(quote.cost.nanos),
        status=quote.cost.status,
        components=[
            Component(
                name=line.component,
                tokens=line.units,
                usd_per_million=number(line.rate),
                cost=number(line.nanos),
            )
            for line in bill
        ],
        price_source=quote.cost.price_source,
        rate_card=quote.cost.rate_card,
        flags=sorted({*record.flags, *quote.flags}),
    )


def _print_bill(record: UsageRecord, quote: Quote, bill: tuple[Line, ...]) -> None:
    for line in bill:
        click.echo(row(line))
    click.echo(f"Total Cost: {exact(quote.cost.nanos)}  ({_name(record)})")
    for flag in sorted({*record.flags, *quote.flags}):
        click.echo(f"Note: {FLAGS[flag]}")


def _name(record: UsageRecord) -> str:
    provider = "unknown provider" if record.provider is None else record.provider
    return shown(f"{provider}/{record.request_model}")
