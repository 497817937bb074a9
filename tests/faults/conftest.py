"""A home of its own for each test, the programs that are killed in it, and what its ledger holds."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from otel_usage.home import Home
from otel_usage.journal.reader import journal_files
from otel_usage.ledger.days import Days, quarter_of
from otel_usage.ledger.rollups import ROLLUPS
from otel_usage.ledger.rows import COLUMNS, from_row, names
from otel_usage.ledger.store import Ledger
from otel_usage.records import CostStatus, Kind, Status, UsageRecord
from otel_usage.semconv import DURATION_BOUNDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Start = Callable[..., subprocess.Popen[str]]
    Sums = dict[tuple[object, ...], tuple[int, ...]]

HERE = Path(__file__).parent
ZONE = "Asia/Kathmandu"


@pytest.fixture
def home() -> Iterator[Home]:
    """An empty home, deleted at the end: some of these tests fill hundreds of megabytes."""
    with tempfile.TemporaryDirectory(prefix="otel-usage-faults-") as root:
        made = Home(Path(root))
        made.prepare()
        yield made


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a program of this folder; it has said that it is ready, and waits for a line. All are ended at the end."""
    with ExitStack() as running:

        def begin(program: str, *arguments: object) -> subprocess.Popen[str]:
            process = running.enter_context(ended(program, *arguments))
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            return process

        yield begin


@contextmanager
def ended(program: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """A process that is killed at the latest when the test ends."""
    with subprocess.Popen(
        [sys.executable, str(HERE / program), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def go() -> Callable[..., None]:
    """Sends waiting programs their line."""

    def send(*processes: subprocess.Popen[str]) -> None:
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()

    return send


@pytest.fixture
def ingest() -> Callable[[Home], None]:
    """Ingests all of a home's journal."""

    def read(home: Home) -> None:
        with Ledger(home, zone=ZONE) as ledger:
            assert ledger.ingest(wait=30.0).complete

    return read


@pytest.fixture
def calls() -> Callable[[Home], list[UsageRecord]]:
    """Every call in a home's ledger."""

    def read(home: Home) -> list[UsageRecord]:
        with Ledger(home) as ledger:
            rows = ledger.connection.execute(f"SELECT {', '.join(COLUMNS)} FROM call").fetchall()  # noqa: S608  # column names
        return [from_row(row) for row in rows]

    return read


@pytest.fixture
def set_aside() -> Callable[[Home], Counter[str]]:
    """How many lines the ledger set aside, by reason."""

    def read(home: Home) -> Counter[str]:
        with Ledger(home) as ledger:
            rows = ledger.connection.execute(
                "SELECT reason, count(*) FROM set_aside GROUP BY reason"
            ).fetchall()
        return Counter(dict(rows))

    return read


@pytest.fixture
def broken() -> Callable[[Path], int]:
    """Finished lines of plain journal files that are no JSON, counted without this package's reader."""

    def count(directory: Path) -> int:
        found = 0
        for path in journal_files(directory):
            for line in path.read_bytes().split(b"\n")[:-1]:
                try:
                    json.loads(line or b"null")
                except ValueError:
                    found += 1
        return found

    return count


@pytest.fixture
def check_rollups(calls: Callable[[Home], list[UsageRecord]]) -> Callable[[Home], None]:
    """Compares every roll-up with sums over the calls, made here by other means than the ledger's."""

    def check(home: Home) -> None:
        wanted = sums(calls(home), Days(ZONE))
        with Ledger(home) as ledger:
            for table, (keys, measures) in ROLLUPS.items():
                select = f"SELECT {', '.join((*keys, *measures))} FROM {table}"  # noqa: S608  # names of tables and columns
                rows = ledger.connection.execute(select).fetchall()
                assert {row[: len(keys)]: row[len(keys) :] for row in rows} == wanted[table], table

    return check


def sums(records: list[UsageRecord], days: Days) -> dict[str, Sums]:
    """What each roll-up should hold."""
    found: dict[str, defaultdict[tuple[object, ...], list[int]]] = {
        table: defaultdict(lambda measures=measures: [0] * len(measures))  # type: ignore[misc]  # mypy does not type a lambda's default
        for table, (_, measures) in ROLLUPS.items()
    }
    for record in records:
        usage, cost = record.usage, record.cost
        unpriced = record.kind is Kind.LLM and cost.status in {CostStatus.UNPRICED, CostStatus.PENDING}
        tokens = (getattr(usage, name) or 0 for name in usage.__struct_fields__)
        by_name = dict(zip(usage.__struct_fields__, tokens, strict=True))
        measured = {
            "calls": 1,
            "errors": int(record.status is Status.ERROR),
            "unpriced": int(unpriced),
            "priced": int(cost.nanos is not None),
            **by_name,
            "nanos": cost.nanos or 0,
            "cache_saved": cost.cache_saved or 0,
            "cache_extra": cost.cache_extra or 0,
        }
        who = (record.kind.value, *names(record))
        owner = (record.team or "", record.project or "")
        group = (*who, record.agent or "", record.task_type or "", record.source, *owner)
        day = days.of(record.start).isoformat()
        places: list[tuple[str, tuple[object, ...]]] = [
            ("usage_quarter", (quarter_of(record.start), *group)),
            ("usage_day", (day, *group)),
        ]
        if record.job_id is not None:
            places.append(("job_total", (record.job_id,)))
        if record.session_id is not None:
            places.append(("session_total", (record.session_id,)))
        for table, key in places:
            row = found[table][key]
            for place, measure in enumerate(ROLLUPS[table][1]):
                row[place] += measured[measure]
        if record.duration is not None:
            bucket = sum(record.duration > bound * 10**9 for bound in DURATION_BOUNDS)
            row = found["usage_duration"][day, *who, bucket]
            row[0] += 1
            row[1] += record.duration
    return {table: {key: tuple(row) for key, row in rows.items()} for table, rows in found.items()}
