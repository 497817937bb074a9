"""The seeded ledger that other tests, the docs and demonstrations stand on."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
import pytest

from otel_usage.home import Home
from otel_usage.ledger.store import Ledger
from otel_usage.records import CostStatus, Kind, Status, UsageRecord

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

NOW = datetime(2026, 10, 20, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def records(seeded: ModuleType) -> list[UsageRecord]:
    """A year of calls."""
    return list(seeded.build(seed=7, calls=4000, months=12))


def test_the_same_seed_gives_the_same_bytes(seeded: ModuleType) -> None:
    """Everything of a record, ids and prices included, follows from the arguments."""
    first, second = (msgspec.json.encode(list(seeded.build(seed=3, calls=300))) for _ in range(2))
    assert first == second


def test_another_seed_gives_other_calls(seeded: ModuleType) -> None:
    """No id is shared between two seeds."""
    one, other = ({record.id for record in seeded.build(seed=seed, calls=300)} for seed in (1, 2))
    assert one.isdisjoint(other)


def test_calls_come_in_order_of_time_within_their_months(
    seeded: ModuleType, records: list[UsageRecord]
) -> None:
    """As many as were asked for, each with an id of its own."""
    begin = seeded.END - timedelta(days=366)
    assert len({record.id for record in records}) == 4000
    assert all(earlier.start <= later.start for earlier, later in pairwise(records))
    assert begin.timestamp() * 1e9 <= records[0].start <= records[-1].start < seeded.END.timestamp() * 1e9


def test_every_kind_of_call_is_there(records: list[UsageRecord]) -> None:
    """What a report, a panel or an alert has to show occurs."""
    assert {record.status for record in records} == set(Status)
    assert {record.kind for record in records} == set(Kind)
    assert {record.cost.status for record in records} == set(CostStatus) - {CostStatus.PENDING}
    assert {record.tags["env"] for record in records} == {"prod", "dev"}
    assert {record.provider for record in records} == {
        "openai",
        "anthropic",
        "google",
        "lmstudio",
        "acme",
        None,
    }
    assert len({record.agent for record in records}) == 8
    assert {record.attempt for record in records} == {1, 2, None}
    assert {"batch", None} == {record.service_tier for record in records}
    for part in ("cache_read", "cache_write_5m", "cache_write_1h", "reasoning"):
        assert any(getattr(record.usage, part) for record in records)
    assert any(record.time_to_first_chunk for record in records)
    assert all(record.error_type for record in records if record.status is not Status.OK)


def test_token_counts_are_canonical(records: list[UsageRecord]) -> None:
    """Cached tokens are a part of the input, reasoning is one of the output."""
    for record in records:
        assert record.usage.cached <= (record.usage.input or 0)
        assert (record.usage.reasoning or 0) <= (record.usage.output or 0)


def test_use_has_a_daily_and_a_weekly_rhythm(records: list[UsageRecord]) -> None:
    """An agent for working hours is quieter at night and on weekends."""
    starts = [datetime.fromtimestamp(r.start / 1e9, UTC) for r in records if r.agent == "marcus"]
    days = Counter(start.weekday() >= 5 for start in starts)
    hours = Counter(8 <= start.hour < 18 for start in starts)
    assert days[True] / 2 < days[False] / 5 / 2
    assert hours[False] / 14 < hours[True] / 10 / 4


def test_the_ledger_agrees_with_the_records(
    seeded: ModuleType, records: list[UsageRecord], tmp_path: Path
) -> None:
    """Written and ingested, calls, errors, tokens and money by agent are those of the records."""
    expected: dict[str, list[int]] = {}
    for record in records:
        sums = expected.setdefault(record.agent or "", [0, 0, 0, 0, 0])
        sums[0] += 1
        sums[1] += record.status is Status.ERROR
        sums[2] += record.usage.input or 0
        sums[3] += record.usage.output or 0
        sums[4] += record.cost.nanos or 0
    home = Home(tmp_path)
    assert seeded.write(home, records) == 4000
    with Ledger(home, zone="UTC") as ledger:
        ledger.ingest()
        found = ledger.connection.execute(
            "SELECT agent, sum(calls), sum(errors), sum(input), sum(output), sum(nanos) FROM usage_day GROUP BY agent"
        ).fetchall()
        cards = {card for (card,) in ledger.connection.execute("SELECT id FROM rate_card")}
    assert {agent: sums for agent, *sums in found} == expected
    assert cards == {record.cost.rate_card for record in records} - {None}


def test_late_calls_are_of_closed_days(seeded: ModuleType) -> None:
    """Their day is over in every zone of the world."""
    calls = list(seeded.late(calls=5, now=NOW))
    assert len(calls) == 5
    assert all(call.start < datetime(2026, 10, 19, tzinfo=UTC).timestamp() * 1e9 for call in calls)


def test_paced_calls_begin_when_they_are_made(seeded: ModuleType) -> None:
    """The start is the present, and the id says so."""
    before = datetime.now(UTC).timestamp() * 1e9
    calls = list(seeded.paced(calls=3, per_second=200.0))
    assert all(before <= call.start < before + 60e9 for call in calls)
    assert calls[1].start - calls[0].start >= 5_000_000
    assert all(call.id.endswith(f":{call.start}") for call in calls)


def test_redaction_counts_reach_the_ledger(seeded: ModuleType, tmp_path: Path) -> None:
    """A stats line is added up as a process's own would be."""
    stats = seeded.redaction_stats(at=NOW)
    home = Home(tmp_path)
    seeded.write(home, [], stats=[stats])
    with Ledger(home, zone="UTC") as ledger:
        ledger.ingest()
        totals = dict(ledger.connection.execute("SELECT name, count FROM stats_total"))
    assert totals == stats.counts
    assert totals["redactions.email"] > 0
