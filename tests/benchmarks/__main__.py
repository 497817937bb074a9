"""Measure: ``python -m tests.benchmarks [--quick] [--only NAME] [--json FILE]``.

Every figure is printed beside its goal and beside floors and peers that were measured in the same run, on the same
machine: ratios say more than numbers. Being slow is no failure.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from otel_usage import __version__
from tests.benchmarks import calls, commands, ingest, journal, price
from tests.benchmarks.figures import Figure, Setup, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

BENCHMARKS: Mapping[str, Callable[[Setup], Iterator[Figure]]] = {
    "calls": calls.measure,
    "journal": journal.measure,
    "price": price.measure,
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
        report = json.dumps(_report(figures), indent=2, ensure_ascii=False)
        json_file.write(report + "\n")


def _report(figures: list[Figure]) -> dict[str, object]:
    """The figures, and what they were measured with."""
    return {
        "command": ["python", "-m", "tests.benchmarks", *sys.argv[1:]],
        "commit": _commit(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {
            "otel-usage": __version__,
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
        },
        "machine": {"cpus": os.cpu_count(), "load": os.getloadavg()[0], "system": platform.platform()},
        "results": [asdict(figure) for figure in figures],
    }


def _commit() -> str | None:
    """The commit of the working copy, marked where files differ from it; None outside of one."""
    command = ("git", "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*")
    found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    return found.stdout.strip() or None


if __name__ == "__main__":
    main()
