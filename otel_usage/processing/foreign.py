"""The record of a call that another instrumentation made a span of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs
from opentelemetry.trace import StatusCode, format_span_id, format_trace_id

from otel_usage import semconv
from otel_usage.current import record_fields
from otel_usage.dialects import read
from otel_usage.records import Status, flag_missing_usage
from otel_usage.span_attributes import attributes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentelemetry.sdk.trace import ReadableSpan

    from otel_usage.records import UsageRecord
    from otel_usage.settings import Attribution

__all__ = ["added", "belongs", "call_of"]

_COST: Final = (semconv.COST_AMOUNT, semconv.COST_CURRENCY, semconv.COST_SOURCE)


def call_of(span: ReadableSpan, scope: str, given: Mapping[str, object]) -> UsageRecord | None:
    """The call that an ended span was, None when it was none that is billed or is booked already.

    Args:
        span: The span; its begin, end, status and ids are read.
        scope: Name of its instrumentation scope.
        given: Its attributes.
    """
    context = span.get_span_context()
    if context is None or span.start_time is None or semconv.RECORD_ID in given:
        return None
    record = read(scope, given)
    if record is None:
        return None
    failed = span.status.status_code is StatusCode.ERROR
    trace_id, span_id = format_trace_id(context.trace_id), format_span_id(context.span_id)
    booked = structs.replace(
        record,
        id=f"span:{trace_id}:{span_id}:{span.start_time}",
        start=span.start_time,
        duration=None if span.end_time is None else max(span.end_time - span.start_time, 0),
        status=Status.ERROR if failed else Status.OK,
        error_message=span.status.description if failed else None,
        trace_id=trace_id,
        span_id=span_id,
        sampled=context.trace_flags.sampled,
    )
    return flag_missing_usage(booked)


def belongs(record: UsageRecord, attribution: Attribution) -> UsageRecord:
    """The record with what its span did not say of who it belongs to."""
    known = record_fields(attribution)
    tags = {**known.pop("tags"), **record.tags}
    unsaid = {field: value for field, value in known.items() if getattr(record, field) is None}
    return structs.replace(record, tags=tags, **unsaid)


def added(record: UsageRecord, given: Mapping[str, object]) -> dict[str, str | int | float]:
    """The attributes that a record knows and its span lacks; a cost that the span tells stays its own."""
    known = attributes(record)
    if semconv.COST_AMOUNT in given:
        for name in _COST:
            known.pop(name, None)
    return {name: value for name, value in known.items() if name not in given}
