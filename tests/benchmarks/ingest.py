"""Ingest: from the journal into an empty ledger, with indexes, folding and roll-ups."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from otel_usage.home import Home
from otel_usage.journal.lines import encode_call
from otel_usage.journal.reader import journal_files, read_chunks
from otel_usage.journal.writer import JournalWriter
from otel_usage.ledger.database import connect
from otel_usage.ledger.ingest import Batch
from otel_usage.ledger.links import record_key
from otel_usage.ledger.placing import INSERT_CALL, call_id
from otel_usage.ledger.rows import to_row
from otel_usage.ledger.store import Ledger
from tests.benchmarks.figures import Figure, Setup
from tests.benchmarks.workload import workload

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["journal", "measure"]


def measure(setup: Setup) -> Iterator[Figure]:
    """A whole journal at once."""
    home, calls = journal(setup), _calls(setup)
    with Ledger(home, zone="Europe/Berlin") as ledger:
        cpu, wall = time.process_time(), time.perf_counter()
        ledger.ingest()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        (found,) = ledger.connection.execute("SELECT count(*) FROM call").fetchone()
    if found != calls:
        raise AssertionError(f"{found} of {calls} calls are in the ledger")
    decoding, inserting = _floors(setup, home)
    yield Figure(
        name=f"ingest at {calls:,} rows",
        value=calls / cpu,
        unit="rows/s",
        at_least=20_000,
        beside={
            "by wall time": calls / wall,
            "decoding alone": calls / decoding,
            "inserting the same rows alone": calls / inserting,
        },
    )
    yield Figure(name="ledger size", value=home.database.stat().st_size / calls, unit="bytes/row")


def journal(setup: Setup) -> Home:
    """A home whose journal holds the workload; made when it is first asked for."""
    home = Home(setup.scratch / "large")
    if not home.root.exists():
        home.prepare()
        writer = JournalWriter(home.logs)
        for record in workload(_calls(setup), end=time.time_ns()):
            writer.append(encode_call(record))
        writer.close(timeout=60.0)
    return home


def _calls(setup: Setup) -> int:
    return setup.size(quick=50_000, full=1_000_000)


def _floors(setup: Setup, home: Home) -> tuple[float, float]:
    """CPU seconds of decoding the journal, and of inserting its calls into the same table and indexes."""
    connection = connect(setup.scratch / "floor.db")
    decoding = inserting = 0.0
    for path in journal_files(home.logs):
        for chunk in read_chunks(path, 0):
            before = time.process_time()
            batch = Batch.read(chunk.lines, exposed_since=0)
            decoding += time.process_time() - before
            rows = [
                (call_id(sighting.record.start, record_key(sighting.record.id)), 0, *to_row(sighting.record))
                for sighting in batch.sightings
            ]
            before = time.process_time()
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(INSERT_CALL, rows)
            connection.execute("COMMIT")
            inserting += time.process_time() - before
    connection.close()
    return decoding, inserting
