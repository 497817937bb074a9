from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from otel_usage.ledger.fold import fold
from otel_usage.records import Cost, CostStatus, Flag, Status, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable

small = st.none() | st.integers(0, 3)
records = st.builds(
    UsageRecord,
    id=st.sampled_from("ab"),
    start=st.integers(0, 3),
    source=st.sampled_from(["live", "cli", "otlp", "codex", "gemini"]),
    provider=st.sampled_from([None, "openai"]),
    usage=st.builds(TokenUsage, input=small, output=small, cache_read=small),
    duration=small,
    agent=st.sampled_from([None, "x", "y"]),
    tags=st.dictionaries(st.sampled_from("tu"), st.sampled_from("vw")),
    status=st.sampled_from(Status),
    cost=st.builds(Cost, status=st.sampled_from(CostStatus), nanos=small),
    flags=st.lists(st.sampled_from(Flag), unique=True, max_size=2).map(lambda flags: tuple(sorted(flags))),
)


@given(st.lists(records, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_a_fold_does_not_depend_on_the_order(sightings: list[UsageRecord], random: object) -> None:
    """Whoever is ingested first, the call is the same."""
    shuffled = sightings.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # random.Random
    assert fold(shuffled) == fold(sightings)


@given(st.lists(records, min_size=1, max_size=4))
def test_a_fold_is_idempotent(sightings: list[UsageRecord]) -> None:
    """Seen again, nothing changes; and the fold of a fold is itself."""
    once = fold(sightings)
    assert fold(sightings + sightings) == once
    assert fold([once]) == once


def test_tokens_come_from_the_best_source_and_time_from_the_best_clock(
    record: Callable[..., UsageRecord],
) -> None:
    """A log knows how the cache was written, telemetry how long the call took."""
    logged = record("a", source="claude-code", usage=TokenUsage(input=9, output=2, cache_write_1h=4), nanos=7)
    told = record(
        "b", source="otlp", usage=TokenUsage(input=9, output=2), nanos=5, duration=3, agent="marcus"
    )
    folded = fold([told, logged])
    assert (folded.usage, folded.cost.nanos, folded.duration, folded.agent) == (logged.usage, 7, 3, "marcus")


def test_within_a_source_the_larger_token_total_counts(record: Callable[..., UsageRecord]) -> None:
    """Partial lines of a stream are outdone by the whole one; they are never added up."""
    partial = record("a", source="claude-code", usage=TokenUsage(input=9, output=1), nanos=1)
    whole = record("a", source="claude-code", usage=TokenUsage(input=9, output=8), nanos=8)
    assert fold([whole, partial]).usage.output == 8
    assert fold([whole, partial]).cost.nanos == 8


def test_an_amount_is_taken_from_another_sighting_only_where_there_is_none(
    record: Callable[..., UsageRecord],
) -> None:
    """An unknown price gives way to a known one, a known one stays with its tokens."""
    unpriced, told = record("a", nanos=None), record("a", source="otlp", nanos=5)
    assert fold([unpriced, told]).cost.nanos == 5
    assert fold([record("a", nanos=4), told]).cost.nanos == 4


def test_of_one_call_recorded_twice_the_cost_that_was_given_holds(record: Callable[..., UsageRecord]) -> None:
    """Whichever came first; which words come first in JSON has no say."""
    given = record("a", source="cli", cost=Cost(status=CostStatus.PROVIDED, nanos=7, price_source="caller"))
    computed = record(
        "a", source="cli", cost=Cost(status=CostStatus.PRICED, nanos=5, components={"output": 5})
    )
    assert fold([given, computed]).cost == fold([computed, given]).cost == given.cost
