"""Measure: ``python -m tests.benchmarks [--quick] [--only NAME] [--json FILE]``.

Every figure is printed beside its goal and beside floors and peers that were measured in the same run, on the same
machine: ratios say more than numbers. Being slow is no failure.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from tests.benchmarks import calls, commands, hostile, ingest, journal, price, redaction
from tests.benchmarks.figures import Figure, Setup, table
from tests.benchmarks.provenance import provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

BENCHMARKS: Mapping[str, Callable[[Setup], Iterator[Figure]]] = {
    "calls": calls.measure,
    "journal": journal.measure,
    "price": price.measure,
    "redaction": redaction.measure,
    "hostile": hostile.measure,
    "record": commands.record,
    "ingest": ingest.measure,
    "report": commands.report,
}


@click.command()
@click.option("--quick", is_flag=True, help="Seconds a figure: small sizes, few rounds.")
@click.option("--only", multiple=True, type=click.Choice(list(BENCHMARKS)), help="Only this benchmark.")
@click.option(
    "--json", "json_file", type=click.File("w", encoding="utf-8"), help="Write JSON here too; - prints it."
)
def main(*, quick: bool, only: tuple[str, ...], json_file: TextIO | None) -> None:
    """Print the figures as a table."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="otel-usage-benchmarks-") as scratch:
        setup = Setup(quick=quick, scratch=Path(scratch))
        for name, benchmark in BENCHMARKS.items():
            if only and name not in only:
                continue
            click.echo(f"measuring {name}", err=True)
            figures += benchmark(setup)
    click.echo(table(figures))
    if json_file is not None:
        # Before the file is opened: it is one of the working copy, and would differ from the commit.
        made = provenance("tests.benchmarks", sqlite=sqlite3.sqlite_version)
        results = [asdict(figure) for figure in figures]
        json_file.write(json.dumps({**made, "results": results}, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
