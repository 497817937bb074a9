"""A call as a span and as a record."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

import otel_usage
from otel_usage.records import CostStatus
from otel_usage.token_usage import TokenUsage
from tests.unit.spans.calling import PRICE, USAGE, one

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]
    Sdk = Callable[..., InMemorySpanExporter]


def test_a_call_is_one_client_span_with_usage_and_cost(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """The attributes are there when the span is exported, and the record says the same."""
    with otel_usage.inference(
        "anthropic",
        model="claude-sonnet-4-6",
        agent="writer",
        session_id="s",
        job_id="j",
        task_type="build",
        team="core",
        project="site",
        tags={"env": "dev"},
    ) as call:
        call.record(TokenUsage(input=1_000, output=100, cache_read=400))
    span, (record,) = one(exported), booked()
    nanos = (1_000 - 400) * 3_000 + 400 * 300 + 100 * 15_000
    assert (span.name, span.kind, span.status.status_code) == (
        "chat claude-sonnet-4-6",
        SpanKind.CLIENT,
        StatusCode.UNSET,
    )
    assert span.instrumentation_scope is not None
    assert span.instrumentation_scope.name == "otel_usage"
    assert dict(span.attributes or {}) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-sonnet-4-6",
        "gen_ai.agent.name": "writer",
        "gen_ai.conversation.id": "s",
        "gen_ai.usage.input_tokens": 1_000,
        "gen_ai.usage.output_tokens": 100,
        "gen_ai.usage.cache_read.input_tokens": 400,
        "gen_ai.usage.cost.amount": nanos / 10**9,
        "gen_ai.usage.cost.currency": "USD",
        "gen_ai.usage.cost.source": "local",
        "otel_usage.record.id": record.id,
        "otel_usage.job.id": "j",
        "otel_usage.team": "core",
        "otel_usage.project": "site",
        "otel_usage.task.type": "build",
        "otel_usage.tag.env": "dev",
        "otel_usage.cost.status": "priced",
        "otel_usage.cost.nanos": nanos,
        "otel_usage.cost.price_source": "genai-prices",
        "otel_usage.cost.rate_card": record.cost.rate_card,
    }
    assert record.cost.nanos == nanos


def test_a_span_carries_the_conventions_provider_and_a_record_the_short_one(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """One table maps them; a provider that is in no table is the same in both."""
    for provider in ("azure", "house"):
        with otel_usage.inference(provider, model="m", operation="embeddings"):
            pass
    names = [dict(span.attributes or {})["gen_ai.provider.name"] for span in exported.get_finished_spans()]
    assert names == ["azure.ai.openai", "house"]
    assert [record.provider for record in booked()] == ["azure", "house"]
    assert {span.name for span in exported.get_finished_spans()} == {"embeddings m"}


def test_duration_is_of_the_monotonic_clock(exported: InMemorySpanExporter, booked: Booked) -> None:
    """It cannot be negative, and is not longer than the span."""
    with otel_usage.inference("openai", model="gpt-4o"):
        pass
    span, (record,) = one(exported), booked()
    assert span.start_time is not None
    assert span.end_time is not None
    assert record.duration is not None
    assert 0 < record.duration < 10**9
    assert record.time_to_first_chunk is None


def test_the_span_is_current_inside_and_not_after(exported: InMemorySpanExporter) -> None:
    """An instrumented client's spans become its children."""
    tracer = trace.get_tracer("client")
    before = trace.get_current_span()
    with otel_usage.inference("openai", model="gpt-4o"):
        tracer.start_span("POST").end()
    assert trace.get_current_span() is before
    child, ours = exported.get_finished_spans()
    assert child.parent is not None
    assert ours.context is not None
    assert child.parent.span_id == ours.context.span_id


def test_calls_inside_a_call_are_calls_of_their_own(exported: InMemorySpanExporter, booked: Booked) -> None:
    """A tool that asks another model."""
    with (
        otel_usage.inference("openai", model="gpt-4o") as outer,
        otel_usage.inference("anthropic", model="claude-sonnet-4-6") as inner,
    ):
        inner.record(TokenUsage(input=10, output=1))
        outer.record(USAGE)
    first, second = booked()
    assert (first.provider, second.provider) == ("anthropic", "openai")
    assert first.trace_id == second.trace_id
    assert first.id != second.id
    assert (first.cost.nanos, second.cost.nanos) == (10 * 3_000 + 1 * 15_000, PRICE)
    child, parent = exported.get_finished_spans()
    assert child.parent is not None
    assert parent.context is not None
    assert child.parent.span_id == parent.context.span_id


def test_calls_of_many_threads_do_not_mix(exported: InMemorySpanExporter, booked: Booked) -> None:
    """Each has its own span, tokens and money."""

    def work(number: int) -> None:
        for _ in range(20):
            with otel_usage.inference("openai", model="gpt-4o", agent=f"a{number}") as call:
                call.record(TokenUsage(input=number, output=0))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = booked()
    assert len({record.id for record in records}) == 4 * 20
    assert all(record.agent == f"a{record.usage.input}" for record in records)
    assert len(exported.get_finished_spans()) == 4 * 20


@pytest.mark.parametrize(
    "model",
    [None, "", "never-heard-of", "x" * 10_000, "m\udcff"],
    ids=["none", "empty", "unknown", "long", "bytes"],
)
def test_any_model_is_booked(exported: InMemorySpanExporter, booked: Booked, model: str | None) -> None:
    """A model that nobody knows has no amount; nothing is raised."""
    with otel_usage.inference("house", model=model) as call:
        call.record(USAGE)
    (record,) = booked()
    assert record.cost.nanos is None
    assert one(exported).name.startswith("chat")


def test_a_local_model_costs_a_true_nothing(exported: InMemorySpanExporter, booked: Booked) -> None:
    """$0 is known here."""
    with otel_usage.inference("lmstudio", model="qwen2.5-7b-instruct") as call:
        call.record(USAGE)
    (record,) = booked()
    assert (record.cost.status, record.cost.nanos) == (CostStatus.FREE, 0)
    assert dict(one(exported).attributes or {})["gen_ai.usage.cost.amount"] == 0.0


def test_one_object_that_is_entered_before_it_was_left_is_two_calls(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """What ``with`` gives is the call to record with."""
    gpt = otel_usage.inference("openai", model="gpt-4o")
    with gpt as outer:
        with gpt as inner:
            inner.record(TokenUsage(input=10, output=1))
        outer.record(USAGE)
    assert [record.cost.nanos for record in booked()] == [10 * 2_500 + 1 * 10_000, PRICE]
    assert len(exported.get_finished_spans()) == 2
