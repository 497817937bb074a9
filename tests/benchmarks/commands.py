"""Whole commands, from the start of the interpreter to its end."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from otel_usage.home import Home
from otel_usage.ledger.store import Ledger
from tests.benchmarks import bare_click
from tests.benchmarks.figures import Figure, Setup
from tests.benchmarks.ingest import journal
from tests.benchmarks.timing import run

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["record", "report"]

_RECORD = ("record", "--model", "gpt-4o", "--provider", "openai", "--input", "1200", "--output", "50")
_ROLLED = ("provider", "model", "agent", "task-type", "source", "day")
_BARE = (sys.executable, str(Path(bare_click.__file__)), *_RECORD)


def report(setup: Setup) -> Iterator[Figure]:
    """Questions to the large ledger, which was ingested before: the nothing of a command beside each."""
    home, times = journal(setup), setup.size(quick=3, full=11)
    with Ledger(home) as ledger:
        ledger.ingest(wait=60.0)
        (calls,) = ledger.connection.execute("SELECT count(*) FROM call").fetchone()
        (jobs,) = ledger.connection.execute("SELECT count(*) FROM job_total").fetchone()
    month = ("report", "--last", "30d")
    bounded = [
        month,
        *((*month, "--breakdown", dimension) for dimension in _ROLLED),
        ("query",),
        ("query", "--format", "json"),
    ]
    unbounded = [(*month, "--breakdown", dimension) for dimension in ("job", "session", "tag:env")]
    for place, question in enumerate((*bounded, *unbounded)):
        taken, bare = run(_command(home, *question), _BARE, times=times)
        yield Figure(
            name=f"{' '.join(question)} over {calls:,} calls",
            value=taken.cpu,
            unit="ms",
            at_most=150 if place < len(bounded) else None,
            beside={"bare click": bare.cpu, "by wall time": taken.wall},
            note=f"{jobs:,} jobs" if question[0] == "query" else "",
        )


def record(setup: Setup) -> Iterator[Figure]:
    """Recording one call of a known model from a shell."""
    home, times = Home(setup.scratch / "small"), setup.size(quick=7, full=31)
    attributed = (
        *_RECORD,
        "--job-id=nightly-2026-11-22",
        "--agent=writer",
        "--session=s-1",
        "--tag=env=prod",
    )
    taken, named, bare, nothing = run(
        _command(home, *_RECORD),
        _command(home, *attributed),
        _BARE,
        (sys.executable, "-c", "pass"),
        times=times,
    )
    yield Figure(
        name="record against bare click",
        value=taken.cpu / bare.cpu,
        unit="times",
        at_most=1.6,
        beside={"with job, agent, session and tag": named.cpu / bare.cpu},
    )
    yield Figure(
        name="record from a shell",
        value=taken.cpu,
        unit="ms",
        beside={"bare click": bare.cpu, "python -c pass": nothing.cpu, "by wall time": taken.wall},
    )


def _command(home: Home, *arguments: str) -> tuple[str, ...]:
    return str(Path(sys.executable).with_name("otel-usage")), "--home", str(home.root), *arguments
