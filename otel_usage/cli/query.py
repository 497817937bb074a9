"""``otel-usage query``: what a period or a job cost, by model, provider, job or what one asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from otel_usage.cli.money import cache_effect, calls, number, share, usd
from otel_usage.cli.output import print_json, shown, totals_json
from otel_usage.cli.reading import current_ledger
from otel_usage.cli.selecting import selection, selection_options
from otel_usage.cli.wording import without_price
from otel_usage.ledger.dimensions import Dimension
from otel_usage.ledger.queries import breakdown, extent, job_summary, totals

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.ledger.queries import Totals

__all__ = ["command"]

_ALWAYS = (Dimension.MODEL, Dimension.PROVIDER, Dimension.JOB)
_WITHOUT_SHARE = frozenset({Dimension.JOB, Dimension.SESSION, Dimension.DAY})


@click.command("query")
@click.option(
    "--by",
    multiple=True,
    type=click.Choice([str(name) for name in Dimension]),
    help="Divide by this; may be repeated.",
)
@selection_options()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to answer.")
@click.pass_obj
def command(home: Path | None, /, by: tuple[str, ...], form: str, **options: Any) -> None:  # noqa: ANN401  # click passes every option
    """Sums of a period; all time when none is given."""
    with current_ledger(home) as (ledger, settings), ledger.snapshot():
        wanted = selection(options, ledger.days, settings)
        begin, end = options["begin"], options["end"]
        dimensions = [*_ALWAYS, *(Dimension(name) for name in by if Dimension(name) not in _ALWAYS)]
        whole = totals(ledger, wanted)
        groups = {name: breakdown(ledger, name, wanted) for name in dimensions}
        span = {"from": begin, "to": end}
        if found := extent(ledger, wanted):
            span = {"from": begin or found[0], "to": end or found[1]}
        if form == "json":
            print_json(_json(whole, groups, span, job_summary(ledger, wanted) if wanted.job_id else None))
        else:
            shown = groups if not by else {Dimension(name): groups[Dimension(name)] for name in by}
            click.echo("\n".join(_text(whole, shown, span)))


def _json(
    whole: Totals,
    groups: dict[Dimension, dict[str, Totals]],
    span: dict[str, str | None],
    job: dict[str, Any] | None,
) -> dict[str, Any]:
    found: dict[str, Any] = {"totalCost": number(whole.cost), "totalCostNanos": whole.cost}
    for dimension, values in groups.items():
        key = "by" + dimension.title().replace("-", "")
        found[key] = {name: number(sums.cost) for name, sums in values.items()}
    found |= {
        "period": span,
        "totals": totals_json(whole),
        "groups": {
            str(dimension): [{"name": name, **totals_json(sums)} for name, sums in values.items()]
            for dimension, values in groups.items()
        },
    }
    if job is not None:
        found |= job | {"cost": number(job["cost"])}
    return found


def _text(
    whole: Totals, groups: dict[Dimension, dict[str, Totals]], span: dict[str, str | None]
) -> list[str]:
    lines = ["Model Usage Summary", "=" * 20, f"Total Cost: {usd(whole.cost)}"]
    for dimension, values in groups.items():
        if not values:
            continue
        lines += ["", f"By {str(dimension).replace('-', ' ').title()}:"]
        for name, sums in values.items():
            part = (
                f" ({share(sums.nanos, whole.nanos)})"
                if dimension not in _WITHOUT_SHARE and sums.cost is not None
                else ""
            )
            lines.append(f"  {shown(name) or '(none)'}: {usd(sums.cost)}{part}{without_price(sums)}")
    lines += ["", f"Calls: {whole.calls:,} ({whole.errors:,} failed)"]
    if effect := cache_effect(whole.cache_saved, whole.cache_extra):
        lines.append(f"Cache: {effect}")
    if whole.unpriced:
        lines.append(f"Unpriced: {calls(whole.unpriced)}, not in the total")
    if span["from"]:
        lines.append(f"Period: {span['from']} to {span['to']}")
    return lines
