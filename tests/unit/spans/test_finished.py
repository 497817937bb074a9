"""A call that has ended already, as a span and a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

from otel_usage import runtime
from otel_usage.records import Kind, Status, UsageRecord
from otel_usage.spans.finished import book
from tests.unit.spans.calling import PARENT, PRICE, SECRET, USAGE, one, remote_parent

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    Booked = Callable[[], list[UsageRecord]]

START = 1_780_000_000 * 10**9
CALL: dict[str, Any] = {
    "id": "",
    "source": "live",
    "start": START,
    "duration": 1_500_000_000,
    "provider": "openai",
    "operation": "chat",
    "request_model": "gpt-4o",
    "usage": USAGE,
}


def booked_now(**changes: Any) -> UsageRecord:
    """A finished call of gpt-4o."""
    recorder = runtime.current().recorder
    assert recorder is not None
    return book(recorder, UsageRecord(**{**CALL, **changes}), None)


def test_the_span_has_the_times_that_the_call_had(exported: InMemorySpanExporter, booked: Booked) -> None:
    """To the nanosecond, and the attributes of any other call."""
    stored = booked_now(agent="a")
    span, (record,) = one(exported), booked()
    assert stored == record
    assert (span.start_time, span.end_time) == (START, START + 1_500_000_000)
    assert (span.name, span.kind) == ("chat gpt-4o", SpanKind.CLIENT)
    assert span.context is not None
    assert record.id == f"span:{span.context.trace_id:032x}:{span.context.span_id:016x}:{START}"
    attributes = dict(span.attributes or {})
    assert attributes["gen_ai.provider.name"] == "openai"
    assert attributes["gen_ai.agent.name"] == "a"
    assert attributes["otel_usage.record.id"] == record.id
    assert attributes["otel_usage.cost.nanos"] == record.cost.nanos == PRICE


def test_it_is_below_the_current_span_and_never_current_itself(exported: InMemorySpanExporter) -> None:
    """What is called next is not inside it."""
    with remote_parent():
        booked_now()
        assert trace.get_current_span().get_span_context() == PARENT
    assert one(exported).parent == PARENT


def test_an_id_that_was_given_stays(exported: InMemorySpanExporter, booked: Booked) -> None:
    """The span has it as an attribute."""
    booked_now(id="mine")
    assert [record.id for record in booked()] == ["mine"]
    assert dict(one(exported).attributes or {})["otel_usage.record.id"] == "mine"


def test_without_the_sdk_each_call_has_an_id_of_its_own(booked: Booked) -> None:
    """And there is no span."""
    stored = [booked_now().id for _ in range(3)]
    assert len(set(stored)) == 3
    assert [record.id for record in booked()] == stored
    assert {record.trace_id for record in booked()} == {None}


def test_an_error_is_the_spans_too_without_its_secret(exported: InMemorySpanExporter) -> None:
    """Its status has the message."""
    booked_now(status=Status.ERROR, error_message=f"401 for {SECRET}")
    status = one(exported).status
    assert (status.status_code, status.description) == (StatusCode.ERROR, "401 for [REDACTED:api_key]")


def test_a_partial_call_is_no_error_of_its_span(exported: InMemorySpanExporter) -> None:
    """What came of it was used."""
    booked_now(status=Status.PARTIAL)
    assert one(exported).status.status_code is StatusCode.UNSET


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"request_model": None}, "chat"),
        ({"operation": None, "request_model": None}, ""),
        ({"kind": Kind.API, "service": "serpapi", "endpoint": "/search"}, "serpapi /search"),
        ({"kind": Kind.API, "service": "serpapi"}, "serpapi"),
        ({"kind": Kind.API}, ""),
    ],
    ids=repr,
)
def test_a_span_is_named_by_what_is_known(
    exported: InMemorySpanExporter, fields: dict[str, Any], name: str
) -> None:
    """A call of a service has nothing of a model in its span."""
    booked_now(**fields)
    assert one(exported).name == name


def test_a_tracer_that_fails_costs_no_call(booked: Booked, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record is the call's, not its span's."""

    def failing(*_: object) -> Any:
        raise RuntimeError

    monkeypatch.setattr(trace, "get_tracer_provider", failing)
    stored = booked_now()
    assert booked() == [stored]
    assert stored.id.startswith("call:")
