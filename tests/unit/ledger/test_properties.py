"""What must hold of the ledger after any history: the order does not matter, sums agree, a rebuild changes nothing."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from otel_usage.home import Home
from otel_usage.journal.lines import REPRICED, SETTLED, Adjustment, Call, Label, Labels, Link, encode
from otel_usage.ledger.dimensions import Dimension
from otel_usage.ledger.queries import breakdown, totals
from otel_usage.ledger.rollups import ROLLUPS
from otel_usage.ledger.rows import COLUMNS, from_row
from otel_usage.ledger.selection import Selection
from otel_usage.ledger.store import Ledger
from otel_usage.ledger.verify import verify
from otel_usage.records import Cost, CostStatus, Flag, Kind, Status, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from otel_usage.journal.lines import Line

NOON = 1_790_000_000 * 10**9
HOUR = 3600 * 10**9
small = st.none() | st.integers(0, 1000)
ids = st.sampled_from("abcdef")
COSTS = [
    Cost(status=CostStatus.UNPRICED),
    Cost(status=CostStatus.PRICED, nanos=1, rate_card="one"),
    Cost(status=CostStatus.PRICED, nanos=2, rate_card="two"),
    Cost(status=CostStatus.PROVIDED, nanos=3, price_source="caller"),
]
"""Few costs, so that what an adjustment replaces is often there."""
# Few ids, so that sightings meet often: the same call from several sources, constant ids, chains.
records = st.builds(
    UsageRecord,
    id=ids,
    start=st.integers(-30, 30).map(lambda hours: NOON + hours * HOUR),
    source=st.sampled_from(["live", "cli", "otlp", "codex"]),
    kind=st.sampled_from([Kind.LLM, Kind.LLM, Kind.LLM, Kind.API]),
    provider=st.sampled_from(["openai", "anthropic"]),
    request_model=st.sampled_from(["gpt-4o", "claude"]),
    response_id=st.sampled_from([None, "r1", "r2", "r3"]),
    request_id=st.sampled_from([None, None, "q1", "q2"]),
    trace_id=st.sampled_from([None, "t1", "t2"]),
    service=st.sampled_from([None, "serpapi"]),
    endpoint=st.sampled_from([None, "/search"]),
    usage=st.builds(TokenUsage, input=small, output=small) | st.just(TokenUsage(input=1, output=1)),
    agent=st.sampled_from([None, "x", "y"]),
    job_id=st.sampled_from([None, "j1", "j2"]),
    session_id=st.sampled_from([None, "s1"]),
    duration=st.none() | st.integers(0, 100 * 10**9),
    status=st.sampled_from(Status),
    cost=st.builds(
        Cost,
        status=st.sampled_from([CostStatus.PRICED, CostStatus.UNPRICED, CostStatus.FREE]),
        nanos=small,
        cache_saved=small,
        cache_extra=st.none() | st.integers(-1000, 1000),
    )
    | st.just(Cost())
    | st.sampled_from(COSTS),
    flags=st.sampled_from([(), (Flag.USAGE_INCOMPLETE,)]),
)
labels = st.builds(Labels, agent=st.sampled_from([None, "z"]), job_id=st.sampled_from([None, "j3"]))
at = st.integers(NOON, NOON + 10)


def identity(line: Line) -> object:
    """What only one line of the journal has: an amendment's id is random, a call may be seen again."""
    match line:
        case Adjustment() | Label():
            return line.id, line.record
        case Link():
            return line.id
        case _:
            return encode(line)


lines: st.SearchStrategy[list[Line]] = st.lists(
    st.builds(Call, records)
    | st.builds(
        Adjustment,
        id=st.sampled_from("mno"),
        at=at,
        record=ids,
        cost=st.builds(Cost, status=st.just(CostStatus.PRICED), nanos=st.integers(0, 1000))
        | st.sampled_from(COSTS),
        reason=st.sampled_from(["of a later version", SETTLED, REPRICED, REPRICED]),
        usage=st.builds(TokenUsage, input=small, output=small) | st.just(TokenUsage(input=1, output=1)),
        flags=st.sampled_from([(), (Flag.RATE_ASSUMED,)]),
        replaces=st.none() | st.sampled_from(COSTS),
    )
    | st.builds(Label, id=st.sampled_from("pqr"), at=at, record=ids, labels=labels)
    | st.builds(Link, id=st.sampled_from("st"), at=at, records=st.tuples(ids, ids)),
    max_size=12,
    unique_by=identity,
)


@contextmanager
def scratch() -> Iterator[Home]:
    """A home for one example."""
    with tempfile.TemporaryDirectory() as directory:
        home = Home(Path(directory))
        home.prepare()
        yield home


def append(home: Home, written: list[Line]) -> None:
    """Append lines to the journal."""
    with (home.logs / "2099-01-01.jsonl").open("ab") as file:
        file.writelines(encode(line) for line in written)


def calls(ledger: Ledger) -> list[UsageRecord]:
    """Every call, in an order of their own."""
    rows = ledger.connection.execute(f"SELECT {', '.join(COLUMNS)} FROM call")  # noqa: S608  # column names
    return sorted((from_row(row) for row in rows), key=repr)


def everything(ledger: Ledger) -> tuple[object, ...]:
    """The calls and every roll-up."""
    rollups = {table: sorted(ledger.connection.execute(f"SELECT * FROM {table}")) for table in ROLLUPS}  # noqa: S608  # table names
    return calls(ledger), rollups


def answers(ledger: Ledger) -> bytes:
    """What every query says, to the byte."""
    said = [repr(totals(ledger, Selection()))]
    said += [repr(breakdown(ledger, dimension, Selection())) for dimension in Dimension]
    said += [repr(breakdown(ledger, dimension, Selection(job_id="j1"))) for dimension in Dimension]
    return "\n".join(said).encode()


def opened(home: Home) -> Ledger:
    """A ledger whose clock stands a little after the calls, so that some are young enough for the counters."""
    return Ledger(home, zone="Asia/Kathmandu", clock=lambda: (NOON + HOUR) / 1e9)


def sightings(*fields: dict[str, Any]) -> list[Line]:
    """Calls of one moment with these fields."""
    return [Call(UsageRecord(start=NOON, provider="openai", **values)) for values in fields]


@settings(max_examples=60, deadline=None)
@given(lines, st.integers(0, 2**32), st.integers(1, 5))
# One id, once seen with a trace and once without, beside another id in that trace: not one call.
@example(
    sightings(
        {"id": "a", "source": "live", "response_id": "r1", "trace_id": "t1"},
        {"id": "a", "source": "live", "response_id": "r1", "agent": "x"},
        {"id": "b", "source": "live", "response_id": "r1", "trace_id": "t1"},
    ),
    1,
    3,
)
# Each provider's id is sound, the chain is not.
@example(
    sightings(
        {"id": "a", "source": "live", "response_id": "r1", "trace_id": "t1"},
        {"id": "b", "source": "codex", "response_id": "r1", "request_id": "q1"},
        {"id": "c", "source": "live", "request_id": "q1", "trace_id": "t2"},
    ),
    2,
    3,
)
def test_the_order_and_the_batches_do_not_matter(written: list[Line], seed: int, batches: int) -> None:
    """Two ledgers that read the same lines in another order and in other portions are the same."""
    shuffled = written.copy()
    Random(seed).shuffle(shuffled)
    with scratch() as one, scratch() as other:
        append(one, written)
        with opened(one) as ledger:
            ledger.ingest()
            expected = everything(ledger)
        with opened(other) as ledger:
            for portion in range(batches):
                append(other, shuffled[portion::batches])
                ledger.ingest()
            assert everything(ledger) == expected


@settings(max_examples=40, deadline=None)
@given(lines, lines)
def test_sums_agree_with_the_calls_after_any_history(first: list[Line], then: list[Line]) -> None:
    """Roll-ups and counters equal recomputed sums after inserts, merges, divisions, adjustments and labels."""
    with scratch() as home, opened(home) as ledger:
        ledger.ingest()
        for written in (first, then):
            append(home, written)
            ledger.ingest()
            assert verify(ledger) == []


@settings(max_examples=40, deadline=None)
@given(lines)
def test_reading_the_journal_again_adds_nothing(written: list[Line]) -> None:
    """A journal that is read from its beginning once more changes nothing."""
    with scratch() as home, opened(home) as ledger:
        append(home, written)
        ledger.ingest()
        before = everything(ledger)
        ledger.connection.execute("DELETE FROM journal_file")
        ledger.ingest()
        assert everything(ledger) == before


@settings(max_examples=40, deadline=None)
@given(lines, lines)
def test_a_rebuilt_ledger_gives_the_same_answers_to_the_byte(first: list[Line], then: list[Line]) -> None:
    """Delete the index, make it again, ask again: the same bytes."""
    with scratch() as home:
        with opened(home) as ledger:
            for written in (first, then):
                append(home, written)
                ledger.ingest()
            before = answers(ledger)
        Ledger.rebuild(home)
        with opened(home) as ledger:
            assert answers(ledger) == before
            assert verify(ledger) == []
