"""Prices beside those of other libraries: the cached one, the first one of a process, and what junk names leave behind."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from otel_usage.pricing import PriceBook
from otel_usage.records import Cost
from tests.benchmarks import pricers
from tests.benchmarks.figures import Figure, Setup
from tests.benchmarks.timing import environment
from tests.benchmarks.workload import workload

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["measure"]

_PEERS: Final = Path(__file__).parents[2] / ".make/peers/bin/python"
"""Made by ``make bench``, for libraries that this project does not depend on."""
_JUNK: Final = 20_000


def measure(setup: Setup) -> Iterator[Figure]:
    """Cached, then cold, then memory."""
    found = {name: _measured(name, setup) for name in pricers.LIBRARIES}
    absent = [name for name, figures in found.items() if figures is None]
    measured = {
        f"{name} {figures.pop('version')}".rstrip(): figures
        for name, figures in found.items()
        if figures is not None and name != "otel-usage"
    }
    ours = found["otel-usage"] or {}
    note = f"not in this run: {', '.join(absent)} (make bench installs them)" if absent else ""
    yield Figure(
        name="cached price",
        value=ours["price_us"],
        unit="µs",
        at_most=2.0,
        beside=_beside(measured, "price_us"),
        note="; ".join(filter(None, ["uncached input, cache read, output", note])),
    )
    floorless = {name: figures for name, figures in measured.items() if name != "floor"}
    yield Figure(
        name="first price of a process",
        value=ours["first_ms"],
        unit="ms",
        beside=_beside(floorless, "first_ms"),
        note="reads the index; imports not counted",
    )
    yield Figure(
        name="import of the pricing",
        value=ours["import_ms"],
        unit="ms",
        beside=_beside(floorless, "import_ms"),
    )
    yield _other_model(rounds=setup.size(quick=5, full=25))
    yield Figure(
        name=f"memory after {_JUNK:,} junk names",
        value=ours["grown_kib"],
        unit="KiB",
        beside=_beside(floorless, "grown_kib"),
    )


def _measured(library: str, setup: Setup) -> dict[str, Any] | None:
    """The median of each figure of a library over several processes; None where it is not installed."""
    python = sys.executable if library in {"floor", "otel-usage", "genai-prices"} else str(_PEERS)
    if not Path(python).exists():
        return None
    rounds, processes = setup.size(quick=50, full=200), setup.size(quick=1, full=5)
    command = (python, "-P", pricers.__file__, library, str(rounds), str(_JUNK))
    runs = []
    for _ in range(processes + 1):
        done = subprocess.run(
            command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
        )
        runs.append(json.loads(done.stdout))
    # The first run may have had to compile what it imports.
    figures = {name: median(run[name] for run in runs[1:]) for name in runs[0] if name != "version"}
    return {"version": runs[0]["version"], **figures}


def _beside(measured: Mapping[str, Mapping[str, float]], figure: str) -> dict[str, float]:
    return {name: found[figure] for name, found in measured.items()}


def _other_model(*, rounds: int) -> Figure:
    """What a name costs that was not asked for before."""
    first, second = (replace(record, cost=Cost()) for record in list(workload(2, end=time.time_ns())))
    second = replace(
        second, provider="openai", request_model="gpt-4o-mini", response_model="gpt-4o-mini-2024-07-18"
    )
    taken = []
    for _ in range(rounds):
        book = PriceBook()
        book.quote(replace(first, provider="openai", request_model="gpt-4o", response_model=None))
        before = time.thread_time_ns()
        book.quote(second)
        taken.append(time.thread_time_ns() - before)
    return Figure(name="first price of another model", value=median(taken) / 1e3, unit="µs")
