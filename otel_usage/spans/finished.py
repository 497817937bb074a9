"""A call that has ended already: its span gets the times that it had, and it is booked like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import structs
from opentelemetry.trace import SpanKind

from otel_usage import semconv
from otel_usage.content import NO_CONTENT
from otel_usage.records import Kind
from otel_usage.spans.content import tell
from otel_usage.spans.span import CallSpan, requested

if TYPE_CHECKING:
    from opentelemetry._logs import LoggerProvider
    from opentelemetry.trace import TracerProvider

    from otel_usage.content import Content
    from otel_usage.recorder import Recorder
    from otel_usage.records import UsageRecord

__all__ = ["book"]


def book(
    recorder: Recorder,
    record: UsageRecord,
    provider: TracerProvider | None,
    *,
    content: Content = NO_CONTENT,
    loggers: LoggerProvider | None = None,
) -> UsageRecord:
    """Append the record of a finished call and make its span; nothing is raised.

    Args:
        recorder: Where the record goes.
        record: The call; without an id it gets that of its span.
        provider: Makes the span; None for the global one.
        content: What was said in it.
        loggers: Makes the event that says it; None for the global one.

    Returns:
        The record as it is stored: redacted and priced.
    """
    span = CallSpan(provider)
    # Its texts and times must be fit before a span is made of them.
    fit = recorder.prepare(record)
    try:
        span = CallSpan(provider, fit.start)
        span.start(*_described(fit))
        # An id that was given stays; the span then has it as an attribute.
        identity: dict[str, Any] = span.identity()
        fit = structs.replace(fit, **{**identity, "id": fit.id if record.id else identity["id"]})
        span.describe(fit)
    except Exception as error:  # noqa: BLE001  # nothing of ours reaches the agent
        recorder.failed("start", error)
    recorder.append(fit)
    try:
        tell(recorder, fit, content, span, loggers)
    except Exception as error:  # noqa: BLE001  # an application's processors; nothing of it reaches the agent
        recorder.failed("end", error)
    span.end(recorder, fit.start + (fit.duration or 0))
    return fit


def _described(record: UsageRecord) -> tuple[str, SpanKind, dict[str, str | int | float]]:
    """Name, kind and first attributes of a call's span."""
    if record.kind is Kind.API:
        known = {semconv.SERVICE: record.service or ""}
        return f"{record.service or ''} {record.endpoint or ''}".strip(), SpanKind.CLIENT, {**known}
    name = f"{record.operation or ''} {record.request_model or ''}".rstrip()
    return name, SpanKind.CLIENT, requested(record)
