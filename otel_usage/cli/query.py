"""``otel-usage query``: what a period or a job cost, by model, provider, job or what one asks for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from otel_usage.cli.answers import ALWAYS, fields, period_answer, sums_by
from otel_usage.cli.dividing import DIMENSION, NO_NAME, WITHOUT_SHARE, groups_csv, title
from otel_usage.cli.money import cache_effect, calls, share, usd
from otel_usage.cli.output import indented, shown
from otel_usage.cli.reading import current_ledger
from otel_usage.cli.selecting import selection, selection_options
from otel_usage.cli.shapes.usage import QueryAnswer
from otel_usage.cli.summary import refresh_summary, summary
from otel_usage.cli.wording import without_price
from otel_usage.ledger.dimensions import Dimension
from otel_usage.ledger.queries import largest, totals
from otel_usage.ledger.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from otel_usage.cli.shapes.usage import PeriodAnswer
    from otel_usage.ledger.dimensions import Tag
    from otel_usage.ledger.queries import Largest, Totals
    from otel_usage.ledger.selection import Period

__all__ = ["command"]

_SHOWN = 20
"""Values of a dimension that a text names when nobody asked for the dimension."""


@click.command("query")
@click.option(
    "--by",
    multiple=True,
    type=DIMENSION,
    metavar="DIMENSION",
    help=f"Divide by this; may be repeated. {', '.join(Dimension)}, or tag:NAME.",
)
@selection_options()
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", help="How to answer."
)
@click.pass_obj
def command(home: Path | None, /, by: tuple[Dimension | Tag, ...], form: str, **options: Any) -> None:  # noqa: ANN401  # click passes every option
    """Sums of a period; all time when none is given."""
    with current_ledger(home) as (ledger, settings):
        wanted = selection(options, ledger.days, settings)
        if form == "json" and wanted == Selection() and not by:
            click.echo(summary(ledger, settings), nl=False)
            return
        with ledger.snapshot():
            period = period_answer(ledger, wanted, *_ends(options, wanted.period))
            if form == "text":
                most = sys.maxsize if by else _SHOWN
                named = {dimension: largest(ledger, dimension, wanted, most) for dimension in by or ALWAYS}
                answer = "\n".join(_text(totals(ledger, wanted), named, period))
            else:
                divided = sums_by(ledger, [*ALWAYS, *by], wanted)
                found = QueryAnswer(**fields(ledger, wanted, period, divided))
                answer = indented(found) if form == "json" else groups_csv(found.totals, found.groups)
        refresh_summary(ledger, settings)
    click.echo(answer.rstrip("\n"))


def _text(whole: Totals, named: Mapping[Dimension | Tag, Largest], period: PeriodAnswer) -> list[str]:
    lines = ["Model Usage Summary", "=" * 20, f"Total Cost: {usd(whole.cost)}"]
    for dimension, found in named.items():
        if found.values:
            lines += ["", f"By {title(dimension)}:", *_group(dimension, found, whole)]
    lines += ["", f"Calls: {whole.calls:,} ({whole.errors:,} failed)"]
    if effect := cache_effect(whole.cache_saved, whole.cache_extra):
        lines.append(f"Cache: {effect}")
    if whole.unpriced:
        lines.append(f"Unpriced: {calls(whole.unpriced)}, not in the total")
    if period.from_ and period.to:
        lines.append(f"Period: {shown(period.from_)} to {shown(period.to)}")
    elif only := period.from_ or period.to:
        lines.append(f"Period: {'from' if period.from_ else 'to'} {shown(only)}")
    return lines


def _ends(options: dict[str, Any], period: Period) -> tuple[str | None, str | None]:
    """The ends of a period as they were given; of ``--last`` its days."""
    if options["last"] is None or period.first is None or period.last is None:
        return options["begin"], options["end"]
    return period.first.isoformat(), period.last.isoformat()


def _group(dimension: Dimension | Tag, found: Largest, whole: Totals) -> list[str]:
    """A line for each value, the others of many in one."""
    lines = []
    for name, sums in found.values.items():
        part = ""
        if dimension not in WITHOUT_SHARE and sums.cost is not None:
            part = f" ({share(sums.nanos, whole.nanos)})"
        lines.append(f"  {shown(name) or NO_NAME}: {usd(sums.cost)}{part}{without_price(sums)}")
    if found.others:
        lines.append(f"  and {found.others:,} more: {usd(found.nanos)} (query --by {dimension})")
    return lines
