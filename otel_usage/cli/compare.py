"""``otel-usage compare``: what calls would have cost on other models."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click
from msgspec import Raw

from otel_usage.asking import full_book
from otel_usage.cli.money import calls, number, usd
from otel_usage.cli.output import print_json, shown
from otel_usage.cli.reading import current_ledger
from otel_usage.cli.selecting import selection, selection_options
from otel_usage.cli.shapes import repricing
from otel_usage.errors import InvalidValueError
from otel_usage.ledger.comparing import compare, find_target
from otel_usage.records import Flag

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.ledger.comparing import Comparison, Target
    from otel_usage.pricing.book import PriceBook

__all__ = ["command"]

_CAVEATS = (
    "The same token counts are assumed; another model's tokenizer counts the same text otherwise.",
    "Cached tokens are taken as they were; another provider may cache more or less, and bill it otherwise.",
    "The service tier is kept where the other model has it.",
    "How long and how good the other model's answers would have been, nobody can tell.",
)
_FLAGS = {
    Flag.RATE_ASSUMED: "a rate was assumed",
    Flag.VARIANT_UNPRICED: "the service tier has no price there, the standard price was taken",
}


@click.command("compare")
@click.option(
    "--to",
    "names",
    required=True,
    multiple=True,
    metavar="MODEL[,MODEL]",
    help="gpt-4o, or openai/gpt-4o; may be repeated.",
)
@selection_options("--until")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def command(home: Path | None, /, names: tuple[str, ...], as_json: bool, **options: Any) -> None:  # noqa: ANN401  # click passes every option
    """What calls would have cost on other models, each at its own time; all calls when nothing is selected."""
    with current_ledger(home) as (ledger, settings):
        book = full_book(settings)
        targets = _targets(names, book)
        wanted = selection(options, ledger.days, settings, end="--until")
        with ledger.snapshot():
            unpriced, free, found = compare(ledger, book, wanted, targets)
    if as_json:
        print_json(
            repricing.CompareAnswer(
                comparisons=[_answer(one) for one in found],
                unpriced_calls=unpriced,
                free_calls=free,
                caveats=_CAVEATS,
            )
        )
    else:
        click.echo("\n".join(_text(found, unpriced, free)))


def _targets(names: tuple[str, ...], book: PriceBook) -> list[Target]:
    """The models that were named, each once; ends the process where one is unknown."""
    targets = []
    for name in dict.fromkeys(filter(None, map(str.strip, ",".join(names).split(",")))):
        target = find_target(book, name)
        if target is None:
            provider, slash, model = name.rpartition("/")
            near = book.nearest(provider or None, model)
            hint = f"; did you mean {', '.join(near)}?" if near else "" if slash else "; give PROVIDER/MODEL"
            click.echo(shown(f"otel-usage: no price of {name} is known{hint}"), err=True)
            sys.exit(1)
        targets.append(target)
    if not targets:
        raise InvalidValueError("--to", names, "names no model")
    return targets


def _ratio(one: Comparison) -> Decimal | None:
    """How many times the present cost; None where that is nothing."""
    return (Decimal(one.other_nanos) / one.nanos).quantize(Decimal("0.001")) if one.nanos else None


def _answer(one: Comparison) -> repricing.Comparison:
    ratio = _ratio(one)
    return repricing.Comparison(
        model=one.target.name,
        calls=one.calls,
        cost=number(one.nanos),
        other_cost=number(one.other_nanos),
        difference=number(one.other_nanos - one.nanos),
        ratio=None if ratio is None else Raw(f"{ratio:f}".encode()),
        left_out=one.left_out,
        flags=dict(sorted(one.flags.items())),
    )


def _text(found: list[Comparison], unpriced: int, free: int) -> list[str]:
    rows = [("", "calls", "cost", "there", "difference", "ratio")]
    for one in found:
        difference, ratio = one.other_nanos - one.nanos, _ratio(one)
        rows.append(
            (
                shown(one.target.name),
                f"{one.calls:,}",
                usd(one.nanos),
                usd(one.other_nanos),
                f"{'+' if difference > 0 else ''}{usd(difference)}",
                "" if ratio is None else f"{ratio:f}",
            )
        )
    wide = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "  ".join(
            [name.ljust(wide[0]), *(cell.rjust(width) for cell, width in zip(cells, wide[1:], strict=True))]
        ).rstrip()
        for name, *cells in rows
    ]
    return [*lines, "", *_notes(found, unpriced, free), *_CAVEATS]


def _notes(found: list[Comparison], unpriced: int, free: int) -> list[str]:
    """What is not in the sums, and what is assumed in them."""
    notes = []
    for one in found:
        name = shown(one.target.name)
        if one.left_out:
            notes.append(
                f"{name}: {calls(one.left_out)} could not be priced there, or not all of it, in neither sum."
            )
        notes += [
            f"{name}: for {calls(one.flags[flag])} {told}."
            for flag, told in _FLAGS.items()
            if one.flags[flag]
        ]
    if unpriced:
        notes.append(f"{calls(unpriced)} without an amount, in no sum.")
    if free:
        notes.append(f"{calls(free)} cost nothing, free or by a plan, and count with $0.00.")
    return notes
