"""``otel-usage query``: what a period or a job cost, by model, provider, job or what one asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from otel_usage.cli.answers import ALWAYS, fields, period_answer, sums_by
from otel_usage.cli.dividing import DIMENSION, groups_csv, title
from otel_usage.cli.money import cache_effect, calls, share, usd
from otel_usage.cli.output import indented, shown
from otel_usage.cli.reading import current_ledger
from otel_usage.cli.selecting import selection, selection_options
from otel_usage.cli.shapes.usage import QueryAnswer
from otel_usage.cli.summary import refresh_summary
from otel_usage.cli.wording import without_price
from otel_usage.ledger.dimensions import Dimension
from otel_usage.ledger.queries import totals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from otel_usage.cli.answers import By
    from otel_usage.cli.shapes.usage import PeriodAnswer
    from otel_usage.ledger.dimensions import Tag
    from otel_usage.ledger.queries import Totals

__all__ = ["command"]

_WITHOUT_SHARE = frozenset({Dimension.JOB, Dimension.SESSION})
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
        with ledger.snapshot():
            divided = sums_by(ledger, [*ALWAYS, *by], wanted)
            period = period_answer(ledger, wanted, options["begin"], options["end"])
            whole = totals(ledger, wanted)
            answer = QueryAnswer(**fields(ledger, wanted, period, divided)) if form != "text" else None
        refresh_summary(ledger, settings)
    if answer is None:
        asked = {name: divided[name] for name in by}
        click.echo("\n".join(_text(whole, asked or divided, period, most=None if by else _SHOWN)))
    elif form == "csv":
        click.echo(groups_csv(answer.totals, answer.groups), nl=False)
    else:
        click.echo(indented(answer))


def _text(whole: Totals, by: By, period: PeriodAnswer, *, most: int | None) -> list[str]:
    lines = ["Model Usage Summary", "=" * 20, f"Total Cost: {usd(whole.cost)}"]
    for dimension, values in by.items():
        if values:
            lines += ["", f"By {title(dimension)}:", *_group(dimension, values, whole, most)]
    lines += ["", f"Calls: {whole.calls:,} ({whole.errors:,} failed)"]
    if effect := cache_effect(whole.cache_saved, whole.cache_extra):
        lines.append(f"Cache: {effect}")
    if whole.unpriced:
        lines.append(f"Unpriced: {calls(whole.unpriced)}, not in the total")
    if period.from_:
        lines.append(f"Period: {shown(period.from_)} to {shown(period.to or '')}")
    return lines


def _group(
    dimension: Dimension | Tag, values: Mapping[str, Totals], whole: Totals, most: int | None
) -> list[str]:
    """A line for each value, the others of many in one."""
    lines = []
    for name, sums in list(values.items())[:most]:
        part = ""
        if dimension not in _WITHOUT_SHARE and sums.cost is not None:
            part = f" ({share(sums.nanos, whole.nanos)})"
        lines.append(f"  {shown(name) or '(none)'}: {usd(sums.cost)}{part}{without_price(sums)}")
    rest = list(values.values())[len(lines) :]
    if rest:
        amount = usd(sum(sums.nanos for sums in rest))
        lines.append(f"  and {len(rest):,} more: {amount} (query --by {dimension})")
    return lines
