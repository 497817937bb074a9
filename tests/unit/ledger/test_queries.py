from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

import pytest

from otel_usage.journal.lines import Call
from otel_usage.ledger.calls import find_call, last_call
from otel_usage.ledger.notes import note, noted, revision
from otel_usage.ledger.queries import Totals, last_start
from otel_usage.ledger.schema import MEASURES
from otel_usage.ledger.selection import Selection
from otel_usage.ledger.store import Ledger
from otel_usage.records import Cost, CostStatus
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from otel_usage.home import Home
    from otel_usage.records import UsageRecord

    Make = Callable[..., UsageRecord]
    Write = Callable[..., None]

ZONE = "Pacific/Chatham"


@pytest.fixture
def some(record: Make) -> list[UsageRecord]:
    """Three hundred calls over forty days around a change of daylight saving (2026-09-27 in Chatham)."""
    random = Random(11)
    begin = int(datetime(2026, 9, 1, tzinfo=UTC).timestamp())
    return [
        record(
            f"call {number}",
            start=(begin + random.randrange(40 * 86_400)) * 10**9,
            request_model=random.choice(["gpt-4o", "o3"]),
            provider=random.choice(["openai", "azure"]),
            agent=random.choice([None, "x", "y"]),
            task_type=random.choice([None, "build"]),
            job_id=random.choice([None, "j1", "j2"]),
            session_id=random.choice([None, "s1"]),
            source=random.choice(["live", "cli"]),
            cost=random.choice(
                [
                    Cost(status=CostStatus.UNPRICED),
                    Cost(
                        status=CostStatus.PRICED,
                        nanos=random.randrange(10**9),
                        cache_saved=random.choice([None, random.randrange(-(10**6), 10**6)]),
                        cache_extra=random.choice([None, random.randrange(-(10**6), 10**6)]),
                    ),
                ]
            ),
            usage=TokenUsage(
                input=random.randrange(10**6), output=random.randrange(10**4), cache_read=5, reasoning=3
            ),
        )
        for number in range(300)
    ]


@pytest.fixture
def ledger(home: Home, write: Write, some: list[UsageRecord]) -> Iterable[Ledger]:
    """A ledger of those calls."""
    write(Call(one) for one in some)
    with Ledger(home, zone=ZONE) as opened:
        opened.ingest()
        yield opened


def test_a_cost_is_unknown_when_no_call_has_one() -> None:
    """Unknown is not zero, and no call at all costs nothing."""
    assert Totals(calls=2, unpriced=2).cost is None
    assert Totals(calls=2, unpriced=1, priced=1, nanos=5).cost == 5
    assert Totals(calls=2, errors=1, unpriced=1).cost is None
    assert Totals().cost == 0
    # A call of a service whose cost nobody gave, and one that failed.
    assert Totals(calls=2, errors=1).cost is None
    assert Totals(calls=2, errors=2).cost == 0


def test_sums_have_the_fields_that_the_tables_have() -> None:
    """They are made of rows, by place."""
    assert Totals.__struct_fields__ == MEASURES


def test_the_last_start_is_that_of_the_selected_calls(ledger: Ledger, some: list[UsageRecord]) -> None:
    """None where nothing is selected."""
    assert last_start(ledger, Selection(job_id="j2")) == max(one.start for one in some if one.job_id == "j2")
    assert last_start(ledger, Selection(job_id="no such job")) is None


def test_a_revision_changes_with_the_journal_only(
    ledger: Ledger, home: Home, write: Write, record: Make
) -> None:
    """What was made of one state of the ledger holds as long as the revision does."""
    before = revision(ledger)
    ledger.ingest()
    assert revision(ledger) == before
    assert noted(ledger, "summary") is None
    note(ledger, "summary", before)
    assert (noted(ledger, "summary"), revision(ledger)) == (before, before)
    write([Call(record("one more"))])
    ledger.ingest()
    assert revision(ledger) != before
    Ledger.rebuild(home)
    assert noted(ledger, "summary") is None


def test_calls_are_found_by_id_and_as_the_last(ledger: Ledger, some: list[UsageRecord]) -> None:
    """By the record id of any sighting, or the one that began last."""
    assert find_call(ledger, "call 7") == some[7]
    assert find_call(ledger, "no such call") is None
    assert last_call(ledger) == max(some, key=lambda one: one.start)
