"""Processes killed while they ingest, and many that ingest at once."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import pytest

from otel_usage.journal.lines import Adjustment, Label, Labels, Stats, encode, encode_call
from otel_usage.journal.reader import journal_files
from otel_usage.journal.writer import Appended, JournalWriter
from otel_usage.ledger.store import Ledger
from otel_usage.records import Cost, CostStatus, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from otel_usage.home import Home
    from otel_usage.records import UsageRecord as Record

NAME = "2099-01-01.jsonl"
"""A date that is not sealed."""
CALLS = 30_000
KILLS = 15
START = 1_772_400_000 * 10**9
AMOUNT = 1_000_000


def eventful() -> Iterator[bytes]:
    """Frames of a journal in which calls are seen twice, joined, adjusted and labelled, between torn lines."""
    for number in range(CALLS):
        record = UsageRecord(
            id=f"call:{number}",
            start=START + number * 10**9,
            source="live",
            provider="openai",
            request_model=f"model {number % 5}",
            response_id=f"chatcmpl-{number}",
            usage=TokenUsage(input=number, output=10),
            agent=f"agent {number % 3}",
            session_id=f"session {number // 500}",
            job_id=f"job {number % 40}",
            duration=number * 10**6,
            error_message="x" * 200,
            cost=Cost(status=CostStatus.PRICED, nanos=AMOUNT, price_source="genai-prices"),
        )
        yield encode_call(record)
        if number % 10 == 3:
            yield encode_call(record)
        if number % 50 == 7:
            seen = UsageRecord(
                id=f"claude:{number}",
                start=record.start,
                source="otlp",
                provider="openai",
                response_id=record.response_id,
            )
            yield encode_call(seen)
        if number % 100 == 11:
            cost = Cost(status=CostStatus.PRICED, nanos=2 * AMOUNT, price_source="override")
            yield encode(Adjustment(id=f"a{number}", at=START, record=record.id, cost=cost, reason="reprice"))
        if number % 100 == 13:
            yield encode(Label(id=f"l{number}", at=START, record=record.id, labels=Labels(agent="another")))
        if number % 100 == 17:
            yield encode(Stats(id=f"s{number}", at=START, host="host", pid=1, counts={"redacted": 2}))
        if number % 1_000 == 19:
            yield b'\n{"type":"call","v":1,"record":{"id":"torn'
            yield b'\n{"type":"forecast","v":2}\n'


@pytest.fixture
def eventful_home(home: Home) -> Home:
    """A home whose journal waits to be ingested."""
    (home.logs / NAME).write_bytes(b"".join(eventful()))
    return home


@pytest.mark.timeout(120)
def test_an_ingest_that_is_killed_again_and_again_ends_as_if_it_had_not_been(  # noqa: PLR0913, PLR0917  # fixtures
    eventful_home: Home,
    start: Callable[..., subprocess.Popen[str]],
    go: Callable[..., None],
    ingest: Callable[[Home], None],
    calls: Callable[[Home], list[Record]],
    set_aside: Callable[[Home], Counter[str]],
    check_rollups: Callable[[Home], None],
) -> None:
    """After kills at random moments each call is there once, and every roll-up is the sum over the calls."""
    home, numbers = eventful_home, random.Random(20_260_302)
    size = (home.logs / NAME).stat().st_size
    places: list[int] = []
    # On a slow machine it takes longer until a first portion is booked: the later kills come later.
    while len(places) < KILLS or not places[-1]:
        process = start("ingest_loop.py", home.root, "")
        go(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(numbers.uniform(0.0, 0.05 * (len(places) + 1)))
        if process.poll() is None:
            process.kill()
        assert process.wait(10) in {-9, 0}
        with Ledger(home) as ledger:
            places.append(
                ledger.connection.execute("SELECT coalesce(max(position), 0) FROM journal_file").fetchone()[0]
            )
    ingest(home)
    print(f"\nkilled at {[f'{place / size:.0%}' for place in places]} of {size / 1e6:.0f} MB")  # noqa: T201  # the figures are the point
    assert places == sorted(places)
    assert any(0 < place < size for place in places)
    check(home, calls(home))
    check_rollups(home)
    assert set_aside(home) == {"torn": CALLS // 1_000, "newer": CALLS // 1_000}


def check(home: Home, found: list[Record]) -> None:
    """Compare the calls with what ``eventful`` wrote."""
    assert Counter(record.id for record in found) == Counter(f"call:{number}" for number in range(CALLS))
    adjusted = labelled = stats = CALLS // 100
    assert sum(record.cost.nanos or 0 for record in found) == (CALLS + adjusted) * AMOUNT
    assert sum(record.agent == "another" for record in found) == labelled
    with Ledger(home) as ledger:
        assert ledger.connection.execute("SELECT name, count FROM stats_total").fetchall() == [
            ("redacted", 2 * stats)
        ]
        (sightings,) = ledger.connection.execute("SELECT count(*) FROM sighting").fetchone()
    # Two of each joined call, and the one that an adjustment or a label changed.
    assert sightings == 2 * (CALLS // 50) + adjusted + labelled


@pytest.mark.timeout(120)
def test_processes_that_ingest_at_once_neither_fail_nor_double(  # noqa: PLR0913, PLR0917  # fixtures
    home: Home,
    tmp_path: Path,
    start: Callable[..., subprocess.Popen[str]],
    go: Callable[..., None],
    ingest: Callable[[Home], None],
    calls: Callable[[Home], list[Record]],
    check_rollups: Callable[[Home], None],
) -> None:
    """Four ingest in a loop, from a home without a database on, while two write; old files are sealed meanwhile."""
    each, days, end = 12_000, 40, tmp_path / "end"
    old = [f"old-{day}" for day in range(days)]
    for day, name in enumerate(old):
        moment = START / 1e9 - (day + 20) * 86_400
        writer = JournalWriter(home.logs, background=False, clock=partial(float, moment))
        record = UsageRecord(id=name, start=int(moment) * 10**9, source="live", provider="openai")
        assert writer.append(encode_call(record)) is Appended.WRITTEN
        assert writer.close()
    names = ("one", "two")
    writers = [start("append_many.py", home.root, name, each, tmp_path / name, "") for name in names]
    readers = [start("ingest_loop.py", home.root, end) for _ in range(4)]
    go(*readers, *writers)
    for process in writers:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
        assert json.loads(out)["lost"] == 0
    end.touch()
    read = []
    for process in readers:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
        read.append(int(out.split()[-1]))
    ingest(home)
    print(f"\nlines read by each: {read}; {len(journal_files(home.logs))} files")  # noqa: T201  # the figures are the point
    assert Counter(record.id for record in calls(home)) == Counter(
        [*old, *(f"{name}:{number}" for name in names for number in range(each))]
    )
    assert sum(path.suffix == ".zst" for path in journal_files(home.logs)) == days
    check_rollups(home)


@pytest.mark.timeout(60)
def test_processes_that_open_a_new_home_at_once_do_not_fail(
    home: Home, start: Callable[..., subprocess.Popen[str]], go: Callable[..., None]
) -> None:
    """The database is made once, whoever comes first."""
    for _ in range(3):
        readers = [start("ingest_loop.py", home.root, "") for _ in range(6)]
        go(*readers)
        for process in readers:
            _, err = process.communicate(timeout=30)
            assert (process.returncode, err) == (0, "")
        for path in (home.database, *home.root.glob("usage.db-*")):
            path.unlink(missing_ok=True)
