"""What a process counts of its own calls."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from otel_usage import semconv
from otel_usage.metrics.client import ClientMetrics
from otel_usage.records import Cost, CostStatus, Kind, Status, UsageRecord
from otel_usage.semconv import DURATION_BOUNDS, TOKEN_BOUNDS
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    import pytest

    from otel_usage.metrics.client import Labels

PLACE: Labels = (("provider", "openai"), ("model", "gpt-4o"))
WHO: Labels = (*PLACE, ("agent", "writer"), ("task_type", "chat"))
NANOS = 1_000 * 2_500 + 100 * 10_000
"""$2.50 and $10.00 per million tokens."""


def record(**fields: Any) -> UsageRecord:
    """A call of gpt-4o, 1,000 tokens in and 100 out, of 0.3 seconds."""
    usual: dict[str, Any] = {
        "id": "call:1",
        "start": 1_772_400_000 * 10**9,
        "source": "live",
        "provider": "openai",
        "operation": "chat",
        "request_model": "gpt-4o",
        "agent": "writer",
        "task_type": "chat",
        "usage": TokenUsage(input=1_000, output=100),
        "duration": 300_000_000,
        "cost": Cost(status=CostStatus.PRICED, nanos=NANOS),
    }
    return UsageRecord(**{**usual, **fields})


def collected(*records: UsageRecord) -> ClientMetrics:
    """The counts of some calls."""
    metrics = ClientMetrics()
    metrics.collected = True
    for one in records:
        metrics.recorded(one)
    metrics.collect()
    return metrics


def test_calls_money_errors_and_tokens_are_summed_exactly() -> None:
    """Money in nano-dollars; the types of tokens are a partition."""
    usage = TokenUsage(input=1_000, output=100, cache_read=600, cache_write_5m=50, reasoning=40)
    metrics = collected(record(), record(usage=usage, status=Status.ERROR), record(cost=Cost()))
    assert metrics.sums[semconv.CLIENT_CALLS] == {WHO: 3}
    assert metrics.sums[semconv.CLIENT_ERRORS] == {WHO: 1}
    assert metrics.sums[semconv.CLIENT_COST] == {WHO: 2 * NANOS}
    assert metrics.sums[semconv.CLIENT_TOKENS] == {
        (*PLACE, ("token_type", name)): count
        for name, count in {
            "input_uncached": 1_000 + (1_000 - 600 - 50) + 1_000,
            "cache_read": 600,
            "cache_write_5m": 50,
            "output_visible": 100 + (100 - 40) + 100,
            "reasoning": 40,
        }.items()
    }


@given(st.lists(st.integers(0, 10**15), max_size=30))
def test_a_sum_is_the_sum_whatever_is_collected_when(amounts: list[int]) -> None:
    """Collecting in between changes nothing."""
    metrics = collected()
    for place, amount in enumerate(amounts):
        metrics.recorded(record(cost=Cost(status=CostStatus.PRICED, nanos=amount)))
        if place % 3 == 0:
            metrics.collect()
    metrics.collect()
    assert sum(metrics.sums[semconv.CLIENT_COST].values()) == sum(amounts)
    assert sum(metrics.sums[semconv.CLIENT_CALLS].values()) == len(amounts)


def test_calls_of_other_services_are_no_llm_calls() -> None:
    """They are in none of the families."""
    metrics = collected(record(kind=Kind.API, service="serpapi", endpoint="/search"))
    assert not any(metrics.sums.values())
    assert not any(metrics.buckets.values())


def test_histograms_have_the_conventions_buckets_and_attributes() -> None:
    """A value that is a bound counts in that bound's bucket; one beyond the last in the rest."""
    metrics = collected(
        record(duration=10_000_000, time_to_first_chunk=20_000_001, response_model="gpt-4o-2024-08-06"),
        record(duration=10_000_001, provider="google", usage=TokenUsage(input=4**13 + 1, output=0)),
        record(duration=90_000_000_000, status=Status.ERROR, error_type="TimeoutError"),
    )
    found = {
        (name, labels): (dict(zip((*buckets.bounds, None), buckets.counts, strict=True)), buckets.sum)
        for name, each in metrics.buckets.items()
        for labels, buckets in each.items()
    }
    chat = (semconv.OPERATION_NAME, "chat")
    openai, google = (semconv.PROVIDER_NAME, "openai"), (semconv.PROVIDER_NAME, "gcp.gen_ai")
    asked, got = (semconv.REQUEST_MODEL, "gpt-4o"), (semconv.RESPONSE_MODEL, "gpt-4o-2024-08-06")
    duration = semconv.CLIENT_OPERATION_DURATION
    quickest, total = found[duration, (chat, openai, asked, got)]
    assert (quickest[0.01], total) == (1, 0.01)
    assert found[duration, (chat, google, asked)][0][0.02] == 1
    assert found[duration, (chat, openai, asked, (semconv.ERROR_TYPE, "TimeoutError"))][0][None] == 1
    first = found[semconv.CLIENT_TIME_TO_FIRST_CHUNK, (chat, openai, asked, got)][0]
    assert (first[0.02], first[0.04]) == (0, 1)
    tokens = semconv.CLIENT_TOKEN_USAGE
    assert found[tokens, (chat, google, asked, (semconv.TOKEN_TYPE, "input"))][0][None] == 1
    assert found[tokens, (chat, google, asked, (semconv.TOKEN_TYPE, "output"))][0][1] == 1
    assert found[tokens, (chat, openai, asked, (semconv.TOKEN_TYPE, "input"))] == (
        {**dict.fromkeys((*TOKEN_BOUNDS, None), 0), 1_024: 1},
        1_000,
    )
    assert (DURATION_BOUNDS[0], DURATION_BOUNDS[-1], len(DURATION_BOUNDS)) == (0.01, 81.92, 14)


def test_what_is_unknown_is_in_no_histogram() -> None:
    """No duration, no tokens: nothing is observed, and the call is counted."""
    metrics = collected(record(duration=None, usage=TokenUsage()))
    assert not any(metrics.buckets.values())
    assert metrics.sums[semconv.CLIENT_CALLS] == {WHO: 1}


def test_label_sets_beyond_the_bound_are_other() -> None:
    """Each family keeps the sets that came first, and no sum is lost."""
    metrics = collected(*(record(agent=f"run-{number}", operation=f"x{number}") for number in range(600)))
    calls = metrics.sums[semconv.CLIENT_CALLS]
    other = tuple((name, "other") for name, _ in WHO)
    assert len(calls) == 501
    assert calls[other] == 100
    assert sum(metrics.sums[semconv.CLIENT_COST].values()) == 600 * NANOS
    durations = metrics.buckets[semconv.CLIENT_OPERATION_DURATION]
    assert len(durations) == 501
    assert sum(sum(buckets.counts) for buckets in durations.values()) == 600


def test_nothing_is_kept_while_nobody_collects() -> None:
    """A process without metrics does not grow."""
    metrics = ClientMetrics()
    metrics.recorded(record())
    metrics.collect()
    assert not any(metrics.sums.values())


def test_many_waiting_records_are_worked_off_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    """When nobody comes to collect for long; every record is counted once."""
    threads: list[threading.Thread] = []

    class Kept(threading.Thread):
        def start(self) -> None:
            threads.append(self)
            super().start()

    monkeypatch.setattr(threading, "Thread", Kept)
    metrics = ClientMetrics()
    metrics.collected = True
    for _ in range(10_000):
        metrics.recorded(record())
    assert threads
    for thread in threads:
        thread.join()
    assert metrics.sums[semconv.CLIENT_CALLS] == {WHO: 10_000}
    metrics.collect()
    assert metrics.sums[semconv.CLIENT_CALLS] == {WHO: 10_000}


def test_several_that_collect_at_once_count_every_record_once() -> None:
    """A scrape, a reader and threads that make calls."""
    metrics = ClientMetrics()
    metrics.collected = True

    def call() -> None:
        for _ in range(500):
            metrics.recorded(record())

    def collect() -> None:
        for _ in range(50):
            metrics.collect()

    threads = [threading.Thread(target=action) for action in (call, collect, call, collect)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    metrics.collect()
    assert metrics.sums[semconv.CLIENT_CALLS] == {WHO: 1_000}


def test_a_forked_child_has_nothing_of_the_parents() -> None:
    """Its counts are not of this process, and what waited is forgotten."""
    metrics = ClientMetrics()
    metrics.collected = True
    metrics.recorded(record())
    child = os.fork()
    if child == 0:
        metrics.forget()
        metrics.recorded(record())
        metrics.collect()
        os._exit(0 if not metrics.of_this_process and not any(metrics.sums.values()) else 1)
    assert os.waitpid(child, 0)[1] == 0
    metrics.collect()
    assert metrics.of_this_process
    assert metrics.sums[semconv.CLIENT_CALLS] == {WHO: 1}
