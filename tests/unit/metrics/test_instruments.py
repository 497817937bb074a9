"""A process's counts through the OpenTelemetry SDK, in both temporalities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider, ObservableCounter
from opentelemetry.sdk.metrics.export import AggregationTemporality, InMemoryMetricReader

from otel_usage import semconv
from otel_usage.metrics.client import ClientMetrics
from otel_usage.metrics.instruments import instrument
from otel_usage.records import Cost, CostStatus, UsageRecord
from otel_usage.semconv import DURATION_BOUNDS, TOKEN_BOUNDS
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NANOS = 1_000 * 2_500 + 100 * 10_000
"""$2.50 and $10.00 per million tokens."""


def call() -> UsageRecord:
    """A call of gpt-4o."""
    return UsageRecord(
        id="call:1",
        start=1_772_400_000 * 10**9,
        source="live",
        provider="openai",
        operation="chat",
        request_model="gpt-4o",
        agent="writer",
        usage=TokenUsage(input=1_000, output=100),
        duration=300_000_000,
        cost=Cost(status=CostStatus.PRICED, nanos=NANOS),
    )


@pytest.fixture
def metrics() -> ClientMetrics:
    """Counts that somebody collects."""
    made = ClientMetrics()
    made.collected = True
    return made


@pytest.fixture
def reader(metrics: ClientMetrics) -> Iterator[Callable[..., InMemoryMetricReader]]:
    """Makes a provider with a reader of a temporality, and our instruments in it."""
    providers: list[MeterProvider] = []

    def make(temporality: AggregationTemporality) -> InMemoryMetricReader:
        kinds: Any = dict.fromkeys((Counter, Histogram, ObservableCounter), temporality)
        made = InMemoryMetricReader(preferred_temporality=kinds)
        providers.append(MeterProvider([made], shutdown_on_exit=False))
        instrument(providers[-1], metrics)
        return made

    yield make
    for provider in providers:
        provider.shutdown()


def points(reader: InMemoryMetricReader) -> dict[str, Any]:
    """The metrics of one collection by name, with their points."""
    data = reader.get_metrics_data()
    return {
        metric.name: metric
        for resource in (data.resource_metrics if data is not None else [])
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }


def value(found: dict[str, Any], name: str) -> float:
    """The sum of a counter's points, or of a histogram's counts."""
    values: list[float] = [
        point.count if hasattr(point, "count") else point.value for point in found[name].data.data_points
    ]
    return sum(values)


@pytest.mark.parametrize(
    ("temporality", "second"), [(AggregationTemporality.CUMULATIVE, 3), (AggregationTemporality.DELTA, 2)]
)
def test_sums_are_right_in_both_temporalities(
    metrics: ClientMetrics,
    reader: Callable[..., InMemoryMetricReader],
    temporality: AggregationTemporality,
    second: int,
) -> None:
    """One call before the first collection and two before the second."""
    made = reader(temporality)
    metrics.recorded(call())
    found = points(made)
    assert value(found, semconv.CLIENT_CALLS) == 1
    assert value(found, semconv.CLIENT_COST) == pytest.approx(NANOS / 10**9, abs=1e-15)
    assert value(found, semconv.CLIENT_OPERATION_DURATION) == 1
    for _ in range(2):
        metrics.recorded(call())
    found = points(made)
    assert value(found, semconv.CLIENT_CALLS) == second
    assert value(found, semconv.CLIENT_COST) == pytest.approx(second * NANOS / 10**9, abs=1e-15)
    assert value(found, semconv.CLIENT_TOKENS) == second * 1_100
    assert value(found, semconv.CLIENT_OPERATION_DURATION) == second
    assert value(found, semconv.CLIENT_TOKEN_USAGE) == 2 * second
    assert found[semconv.CLIENT_CALLS].data.is_monotonic


def test_names_units_attributes_and_bounds_are_the_conventions(
    metrics: ClientMetrics, reader: Callable[..., InMemoryMetricReader]
) -> None:
    """As they leave the process."""
    made = reader(AggregationTemporality.CUMULATIVE)
    metrics.recorded(call())
    found = points(made)
    assert {name: metric.unit for name, metric in found.items()} == {
        "otel_usage.client.cost_usd": "{USD}",
        "otel_usage.client.calls": "{call}",
        "otel_usage.client.tokens": "{token}",
        "gen_ai.client.operation.duration": "s",
        "gen_ai.client.token.usage": "{token}",
    }
    (duration,) = found["gen_ai.client.operation.duration"].data.data_points
    assert tuple(duration.explicit_bounds) == DURATION_BOUNDS
    assert dict(duration.attributes) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
    }
    assert tuple(found["gen_ai.client.token.usage"].data.data_points[0].explicit_bounds) == TOKEN_BOUNDS
    (calls,) = found["otel_usage.client.calls"].data.data_points
    assert dict(calls.attributes) == {
        "provider": "openai",
        "model": "gpt-4o",
        "agent": "writer",
        "task_type": "",
    }


def test_two_providers_get_the_same(
    metrics: ClientMetrics, reader: Callable[..., InMemoryMetricReader]
) -> None:
    """Each with its own reader and temporality."""
    cumulative = reader(AggregationTemporality.CUMULATIVE)
    delta = reader(AggregationTemporality.DELTA)
    metrics.recorded(call())
    for made in (cumulative, delta):
        found = points(made)
        assert value(found, semconv.CLIENT_CALLS) == value(found, semconv.CLIENT_OPERATION_DURATION) == 1


def test_a_provider_without_an_sdk_is_no_problem(metrics: ClientMetrics) -> None:
    """Nothing is observed and nothing is raised."""
    instrument(NoOpMeterProvider(), metrics)
    metrics.recorded(call())
    metrics.collect()


def test_a_provider_that_has_ended_is_no_problem(metrics: ClientMetrics) -> None:
    """The SDK gives instruments that do nothing."""
    provider = MeterProvider(shutdown_on_exit=False)
    provider.shutdown()
    instrument(provider, metrics)
    metrics.recorded(call())
    metrics.collect()
