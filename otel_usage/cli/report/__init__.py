"""``otel-usage report``: a period in a box, as JSON or CSV, or as a page to pass on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from otel_usage.cli.dividing import DIMENSION
from otel_usage.cli.reading import current_ledger
from otel_usage.cli.report.forms import written
from otel_usage.cli.report.gathering import gather
from otel_usage.cli.report.periods import asked, period_options
from otel_usage.cli.report.view import FORMS, View
from otel_usage.cli.selecting import selection, selection_options
from otel_usage.cli.summary import refresh_summary
from otel_usage.errors import InvalidValueError
from otel_usage.ledger.dimensions import Dimension

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.ledger.dimensions import Tag

__all__ = ["command"]

_TOP = 5


@click.command("report")
@period_options
@click.option(
    "--breakdown",
    multiple=True,
    type=DIMENSION,
    metavar="DIMENSION",
    help=f"Show this instead of model and provider; may be repeated. {', '.join(Dimension)}, or tag:NAME.",
)
@click.option(
    "--top-models",
    type=click.IntRange(min=1),
    is_flag=False,
    flag_value=_TOP,
    metavar="[N]",
    help=f"Name only the N costliest models, {_TOP} where no number is given; JSON and CSV name all.",
)
@selection_options(last=False)
@click.option("--format", "form", type=click.Choice(FORMS), help="How to answer; as text by default.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.pass_obj
def command(
    home: Path | None,
    /,
    breakdown: tuple[Dimension | Tag, ...],
    top_models: int | None,
    form: str | None,
    as_json: bool,
    **options: Any,  # noqa: ANN401  # click passes every option
) -> None:
    """Cost and tokens of a period, how it compares, how the budgets stand; the last 30 days by default."""
    if as_json and form not in {None, "json"}:
        raise InvalidValueError("--format", form, "cannot be given together with --json")
    view = View(form="json" if as_json else form or "text", asked=breakdown, top_models=top_models)
    with current_ledger(home) as (ledger, settings):
        now = time.time()
        period = asked(options, ledger.days, now)
        wanted = selection(options, ledger.days, settings, within=period.period)
        with ledger.snapshot():
            divisions = view.divisions(period, ledger.days)
            answer = written(gather(ledger, period, wanted, divisions, settings.budgets, now), view, ledger)
        refresh_summary(ledger, settings)
    click.echo(answer.rstrip("\n"))
