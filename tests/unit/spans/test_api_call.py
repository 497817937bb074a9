"""A call of a service that is no model."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.trace import SpanKind, StatusCode

import otel_usage
from otel_usage.records import CostStatus, Kind, Status
from otel_usage.spans.api_call import status_of
from tests.unit.spans.calling import SECRET, one

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]


def test_a_call_is_one_client_span_and_one_record(exported: InMemorySpanExporter, booked: Booked) -> None:
    """Nothing on it is of a model."""
    with otel_usage.api_call("serpapi", "/search", job_id="j", tags={"env": "dev"}) as call:
        call.status_code = 200
    span, (record,) = one(exported), booked()
    assert (span.name, span.kind, span.status.status_code) == (
        "serpapi /search",
        SpanKind.CLIENT,
        StatusCode.UNSET,
    )
    assert dict(span.attributes or {}) == {
        "otel_usage.record.id": record.id,
        "otel_usage.api.service": "serpapi",
        "otel_usage.api.endpoint": "/search",
        "http.response.status_code": 200,
        "otel_usage.job.id": "j",
        "otel_usage.tag.env": "dev",
    }
    assert (record.kind, record.service, record.endpoint, record.status_code) == (
        Kind.API,
        "serpapi",
        "/search",
        200,
    )
    assert (record.status, record.provider, record.operation, record.flags) == (Status.OK, None, None, ())
    assert record.duration is not None
    assert span.context is not None
    assert record.id == f"span:{span.context.trace_id:032x}:{span.context.span_id:016x}:{span.start_time}"


def test_a_call_may_say_what_it_cost(booked: Booked) -> None:
    """Half a cent; a block that is used again forgets it."""
    block = otel_usage.api_call("serpapi", "/search")
    with block as call:
        call.cost = "0.005"
    with block:
        pass
    costs = [(record.cost.status, record.cost.nanos) for record in booked()]
    assert costs == [(CostStatus.PROVIDED, 5 * 10**6), (CostStatus.UNPRICED, None)]


@pytest.mark.parametrize(
    ("code", "stored", "status"),
    [
        (None, None, Status.OK),
        (0, 0, Status.OK),
        (399, 399, Status.OK),
        (400, 400, Status.ERROR),
        (HTTPStatus.TOO_MANY_REQUESTS, 429, Status.ERROR),
        (503.0, 503, Status.ERROR),
        (-1, None, Status.OK),
        (10**30, None, Status.OK),
        (float("nan"), None, Status.OK),
        ("500", None, Status.OK),
        (True, None, Status.OK),
        (object(), None, Status.OK),
    ],
    ids=repr,
)
def test_400_and_above_is_an_error_and_what_is_no_status_is_left_out(
    exported: InMemorySpanExporter, booked: Booked, code: Any, stored: int | None, status: Status
) -> None:
    """The span and the record agree."""
    with otel_usage.api_call("serpapi") as call:
        call.status_code = code
    (record,) = booked()
    assert (record.status_code, record.status, status_of(code)) == (stored, status, status)
    assert (one(exported).status.status_code is StatusCode.ERROR) == (status is Status.ERROR)


def test_an_exception_inside_passes_unchanged_and_is_the_error(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """Whatever the status was."""
    error = TimeoutError(f"no answer for {SECRET}")

    def fail() -> None:
        with otel_usage.api_call("serpapi") as call:
            call.status_code = 200
            raise error

    with pytest.raises(TimeoutError) as caught:
        fail()
    assert caught.value is error
    (record,) = booked()
    assert (record.status, record.error_type, record.error_message) == (
        Status.ERROR,
        "TimeoutError",
        "no answer for [REDACTED:api_key]",
    )
    assert one(exported).status.description == "no answer for [REDACTED:api_key]"


def test_no_secret_of_an_endpoint_leaves(exported: InMemorySpanExporter, journal: Callable[[], str]) -> None:
    """A key in a query is the usual one."""
    with otel_usage.api_call("serpapi", f"/search?api_key={SECRET}", agent=f"a {SECRET}"):
        pass
    assert SECRET not in journal()
    assert SECRET not in one(exported).to_json()


@pytest.mark.parametrize("service", [None, "", 7, "x" * 100_000], ids=["none", "empty", "number", "long"])
def test_any_service_is_booked(booked: Booked, service: Any) -> None:
    """With a long endpoint too."""
    with otel_usage.api_call(service, "/" * 100_000):
        pass
    assert len(booked()) == 1


def test_a_block_that_is_used_again_knows_nothing_of_the_call_before(booked: Booked) -> None:
    """Its status least of all."""
    search = otel_usage.api_call("serpapi")
    with search:
        search.status_code = 500
    with search:
        pass
    assert [record.status_code for record in booked()] == [500, None]
