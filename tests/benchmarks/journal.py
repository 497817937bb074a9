"""The journal: what an append costs its caller, alone and among eight processes."""

from __future__ import annotations

import os
import time
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, NamedTuple

from otel_usage.journal.lines import Call, decode, encode_call
from otel_usage.journal.reader import journal_files, read_chunks
from otel_usage.journal.writer import JournalWriter
from tests.benchmarks.figures import Figure, Setup
from tests.benchmarks.timing import each
from tests.benchmarks.workload import workload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.synchronize import Barrier

__all__ = ["measure"]

_PROCESSES = 8


class _Appended(NamedTuple):
    """When a process began and ended its appends (seconds), and each append's wall time (microseconds)."""

    begin: float
    end: float
    waits: list[float]


def measure(setup: Setup) -> Iterator[Figure]:
    """One process, then eight."""
    yield _alone(setup)
    yield from _together(setup)


def _alone(setup: Setup) -> Figure:
    records = list(workload(setup.size(quick=5_000, full=20_000), end=time.time_ns()))
    frames = [encode_call(record) for record in records]
    directory = setup.scratch / "alone"
    directory.mkdir()
    writer = JournalWriter(directory)

    def append() -> None:
        for record in records:
            writer.append(encode_call(record))

    def encode() -> None:
        for record in records:
            encode_call(record)

    fd = os.open(setup.scratch / "bare", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write() -> None:
        for frame in frames:
            os.write(fd, frame)

    taken = [each(action, calls=len(records)) for action in (append, write, encode)]
    writer.close()
    os.close(fd)
    return Figure(
        name="journal append, encoding included",
        value=taken[0],
        unit="µs",
        at_most=8.0,
        beside={"bare os.write": taken[1], "encoding alone": taken[2]},
        note=f"{sum(map(len, frames)) // len(frames)} bytes a line",
    )


def _together(setup: Setup) -> Iterator[Figure]:
    count = setup.size(quick=10_000, full=25_000)
    directory = setup.scratch / "together"
    directory.mkdir()
    context = get_context("spawn")
    barrier = context.Barrier(_PROCESSES)
    with context.Pool(_PROCESSES, _prepare, (barrier,)) as pool:
        tasks = [(str(directory), seed, count) for seed in range(_PROCESSES)]
        done = pool.starmap(_append_many, tasks, chunksize=1)
    seconds = max(process.end for process in done) - min(process.begin for process in done)
    total = _PROCESSES * count
    found = {
        line.record.id
        for path in journal_files(directory)
        for chunk in read_chunks(path, 0)
        for _, raw in chunk.lines
        if isinstance(line := decode(raw), Call)
    }
    yield Figure(
        name="journal, 8 processes together", value=total / seconds, unit="records/s", at_least=150_000
    )
    yield Figure(name="journal, records lost", value=total - len(found), unit=f"of {total:,}", at_most=0)
    waits = [wait for process in done for wait in process.waits]
    cuts = quantiles(waits, n=100)
    for name, wait in (("median", cuts[49]), ("p99", cuts[98]), ("longest", max(waits))):
        yield Figure(name=f"journal, a caller's wait among 8 processes, {name}", value=wait, unit="µs")


def _prepare(barrier: Barrier) -> None:
    """In each process of the pool: keep what they start together by."""
    global _barrier  # noqa: PLW0603  # a pool hands its processes things in no other way
    _barrier = barrier


def _append_many(directory: str, seed: int, count: int) -> _Appended:
    records = list(workload(count, end=time.time_ns(), seed=seed))
    writer = JournalWriter(Path(directory))
    waits = []
    _barrier.wait()
    begin = before = time.perf_counter()
    for record in records:
        writer.append(encode_call(record))
        after = time.perf_counter()
        waits.append((after - before) * 1e6)
        before = after
    writer.close()
    return _Appended(begin, before, waits)


_barrier: Barrier
