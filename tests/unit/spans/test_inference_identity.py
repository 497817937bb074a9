"""Ids of calls, with and without the SDK, sampled and not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry import context, trace
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    ParentBased,
    TraceIdRatioBased,
)
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

import otel_usage
from tests.unit.spans.calling import PARENT, PRICE, USAGE, one, remote_parent

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]
    Sdk = Callable[..., InMemorySpanExporter]


def test_the_record_id_holds_trace_span_and_start(exported: InMemorySpanExporter, booked: Booked) -> None:
    """On every path the same call gets the same id; the start is the span's own, to the nanosecond."""
    with otel_usage.inference("openai", model="gpt-4o"):
        pass
    span, (record,) = one(exported), booked()
    assert span.context is not None
    trace_id = f"{span.context.trace_id:032x}"
    span_id = f"{span.context.span_id:016x}"
    assert record.id == f"span:{trace_id}:{span_id}:{span.start_time}"
    assert (record.trace_id, record.span_id, record.sampled) == (trace_id, span_id, True)
    assert record.start == span.start_time


def test_without_the_sdk_a_call_is_booked_all_the_same(booked: Booked) -> None:
    """With an id of its own, as there is no span to take one from."""
    for _ in range(2):
        with otel_usage.inference("openai", model="gpt-4o") as call:
            call.record(USAGE)
    first, second = booked()
    assert first.id != second.id
    assert [len(record.id) for record in (first, second)] == [len("call:") + 32] * 2
    assert (first.trace_id, first.span_id, first.sampled) == (None, None, None)
    assert first.cost.nanos == second.cost.nanos == PRICE


def test_without_the_sdk_under_a_remote_parent_no_foreign_span_id_is_taken(booked: Booked) -> None:
    """The API hands on the parent's context: two calls in one request would be one."""
    with remote_parent():
        for _ in range(2):
            with otel_usage.inference("openai", model="gpt-4o"):
                pass
    first, second = booked()
    assert first.id != second.id
    assert {record.id.partition(":")[0] for record in (first, second)} == {"call"}
    assert {record.trace_id for record in (first, second)} == {f"{PARENT.trace_id:032x}"}
    assert {record.span_id for record in (first, second)} == {None}


@pytest.mark.parametrize("sampler", [ALWAYS_OFF, TraceIdRatioBased(0.0), ParentBased(ALWAYS_OFF)], ids=str)
def test_a_call_that_is_not_sampled_is_booked_and_not_exported(
    sdk: Sdk, booked: Booked, sampler: Any
) -> None:
    """Sampling is for traces; money is counted whole."""
    exported = sdk(sampler)
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(USAGE)
    (record,) = booked()
    assert exported.get_finished_spans() == ()
    assert (record.sampled, record.span_id, record.cost.nanos) == (False, None, PRICE)
    assert record.id.startswith("call:")


def test_a_remote_parent_that_was_not_sampled_is_the_same(sdk: Sdk, booked: Booked) -> None:
    """The usual sampler follows the caller."""
    exported = sdk(ParentBased(ALWAYS_ON))
    parent = SpanContext(PARENT.trace_id, PARENT.span_id, is_remote=True, trace_flags=TraceFlags(0))
    token = context.attach(trace.set_span_in_context(NonRecordingSpan(parent)))
    with otel_usage.inference("openai", model="gpt-4o"):
        pass
    context.detach(token)
    (record,) = booked()
    assert exported.get_finished_spans() == ()
    assert (record.trace_id, record.span_id, record.sampled) == (f"{PARENT.trace_id:032x}", None, False)


def test_under_a_remote_parent_that_was_sampled_the_span_is_its_child(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """And has an id of its own."""
    with remote_parent(), otel_usage.inference("openai", model="gpt-4o"):
        pass
    span, (record,) = one(exported), booked()
    assert span.parent == PARENT
    assert record.trace_id == f"{PARENT.trace_id:032x}"
    assert record.span_id not in {None, f"{PARENT.span_id:016x}"}
