"""``otel-usage export``: single calls for other programs, read and written one by one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from otel_usage.cli.export.rows import as_csv, as_json_lines, exported
from otel_usage.cli.output import shown
from otel_usage.cli.reading import current_ledger
from otel_usage.cli.selecting import given, selection, selection_options
from otel_usage.cli.writing import replacing
from otel_usage.ledger.calls import selected

__all__ = ["command"]

_STANDARD_OUTPUT = "-"


@click.command("export")
@selection_options()
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", help="JSON lines, or CSV."
)
@click.option(
    "--output",
    type=click.Path(),
    metavar="FILE",
    default=_STANDARD_OUTPUT,
    help="Where to write; - is standard output.",
)
@click.pass_obj
def command(home: Path | None, /, form: str, output: str, **options: Any) -> None:  # noqa: ANN401  # click passes every option
    """Write every call, the oldest first; all calls when nothing is selected."""
    given("--output", output)
    with current_ledger(home) as (ledger, settings), ledger.snapshot():
        wanted = selection(options, ledger.days, settings)
        found = (exported(record, ledger.days) for record in selected(ledger, wanted))
        lines = as_csv(found) if form == "csv" else as_json_lines(found)
        if output == _STANDARD_OUTPUT:
            sys.stdout.buffer.writelines(lines)
            sys.stdout.buffer.flush()
            return
        with replacing(Path(output)) as file:
            file.writelines(lines)
    click.echo(f"Wrote {shown(output)}")
