"""A process's counts as Prometheus reads them."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from otel_usage.metrics.client import ClientMetrics
from otel_usage.metrics.exposition import ClientCollector
from otel_usage.records import Cost, CostStatus, Status, UsageRecord
from otel_usage.token_usage import TokenUsage

NANOS = 1_000 * 2_500 + 100 * 10_000
"""$2.50 and $10.00 per million tokens."""
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def metrics() -> ClientMetrics:
    """Counts that somebody collects."""
    made = ClientMetrics()
    made.collected = True
    return made


def call(**fields: Any) -> UsageRecord:
    """A call of gpt-4o."""
    usual: dict[str, Any] = {
        "id": "call:1",
        "start": 1_772_400_000 * 10**9,
        "source": "live",
        "provider": "openai",
        "operation": "chat",
        "request_model": "gpt-4o",
        "agent": "writer",
        "usage": TokenUsage(input=1_000, output=100),
        "duration": 300_000_000,
        "cost": Cost(status=CostStatus.PRICED, nanos=NANOS),
    }
    return UsageRecord(**{**usual, **fields})


def scrape(metrics: ClientMetrics) -> Samples:
    """The samples that Prometheus' own parser finds."""
    registry = CollectorRegistry()
    registry.register(ClientCollector(metrics))
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(generate_latest(registry).decode())
        for sample in family.samples
    }


def test_counters_and_histograms_are_those_of_the_calls(metrics: ClientMetrics) -> None:
    """Buckets are cumulative; labels are the attributes with underscores."""
    metrics.recorded(call())
    metrics.recorded(call(duration=400_000_000, status=Status.ERROR, error_type="TimeoutError"))
    found = scrape(metrics)
    who = (("agent", "writer"), ("model", "gpt-4o"), ("provider", "openai"), ("task_type", ""))
    assert found["otel_usage_client_calls_total", who] == 2
    assert found["otel_usage_client_errors_total", who] == 1
    assert found["otel_usage_client_cost_usd_total", who] == pytest.approx(2 * NANOS / 10**9, abs=1e-15)
    family = "gen_ai_client_operation_duration_seconds"
    named = (
        ("gen_ai_operation_name", "chat"),
        ("gen_ai_provider_name", "openai"),
        ("gen_ai_request_model", "gpt-4o"),
    )
    good = (("error_type", ""), *named)
    bad = (("error_type", "TimeoutError"), *named)
    buckets = {
        float(dict(labels)["le"]): value
        for (name, labels), value in found.items()
        if name == f"{family}_bucket" and dict(labels)["error_type"] == ""
    }
    assert (buckets[0.16], buckets[0.32], buckets[81.92], buckets[float("inf")]) == (0, 1, 1, 1)
    assert (found[f"{family}_count", good], found[f"{family}_sum", good]) == (1, 0.3)
    assert (found[f"{family}_count", bad], found[f"{family}_sum", bad]) == (1, 0.4)
    tokens = {
        dict(labels)["gen_ai_token_type"]: value
        for (name, labels), value in found.items()
        if name == "gen_ai_client_token_usage_sum"
    }
    assert tokens == {"input": 2_000, "output": 200}


def test_labels_of_any_text_can_be_read_back(metrics: ClientMetrics) -> None:
    """Quotes, new lines, letters of any script."""
    for name in ('a"b', "two\nlines", "back\\slash", "größe"):
        metrics.recorded(call(agent=name))
    agents = {
        dict(labels)["agent"] for name, labels in scrape(metrics) if name == "otel_usage_client_calls_total"
    }
    assert agents == {'a"b', "two\nlines", "back\\slash", "größe"}


def test_without_calls_there_are_no_samples(metrics: ClientMetrics) -> None:
    """Families are described all the same."""
    assert scrape(metrics) == {}
