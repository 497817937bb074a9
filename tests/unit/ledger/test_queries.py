from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from otel_usage.journal.lines import Call
from otel_usage.ledger.calls import find_call, last_call
from otel_usage.ledger.queries import Totals, job_summary, totals
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


def test_a_job_is_summed_up_with_its_costliest_model(ledger: Ledger, some: list[UsageRecord]) -> None:
    """One job's answer names the costliest model, and when its last call began."""
    mine = [one for one in some if one.job_id == "j2"]
    found = job_summary(ledger, Selection(job_id="j2"))
    cost = {
        model: sum(one.cost.nanos or 0 for one in mine if one.model == model) for model in ("gpt-4o", "o3")
    }
    assert found["model"] == max(cost, key=lambda model: cost[model])
    assert sorted(found["models"]) == ["gpt-4o", "o3"]
    assert found["cost"] == sum(cost.values())
    last = datetime.fromisoformat(found["timestamp"])
    assert last == max(datetime.fromtimestamp(one.start // 10**9, UTC) for one in mine)
    assert last.utcoffset() in {timedelta(hours=12, minutes=45), timedelta(hours=13, minutes=45)}


def test_an_unknown_job_has_no_calls(ledger: Ledger) -> None:
    """It is an answer, not an error."""
    assert totals(ledger, Selection(job_id="no such job")) == Totals()
    assert job_summary(ledger, Selection(job_id="no such job"))["timestamp"] is None


def test_calls_are_found_by_id_and_as_the_last(ledger: Ledger, some: list[UsageRecord]) -> None:
    """By the record id of any sighting, or the one that began last."""
    assert find_call(ledger, "call 7") == some[7]
    assert find_call(ledger, "no such call") is None
    assert last_call(ledger) == max(some, key=lambda one: one.start)
