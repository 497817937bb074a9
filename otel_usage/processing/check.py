"""The check at start-up: does redaction work with the classes that the application's providers are made of?

It is tried on private providers of the same classes, with a made-up secret and with exporters on both sides of our
processor. The application's providers and exporters see nothing of it, and nothing is booked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from opentelemetry.context import Context
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk._logs import LogRecordProcessor, SynchronousMultiLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Link, SpanContext, Status, StatusCode, TraceFlags

from otel_usage import semconv
from otel_usage.processing import sdk
from otel_usage.processing.logs import UsageLogProcessor
from otel_usage.processing.spans import UsageSpanProcessor
from otel_usage.redaction.redactor import MAX_TEXT

if TYPE_CHECKING:
    from opentelemetry.sdk._logs import LoggerProvider, ReadWriteLogRecord
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.util.types import AnyValue

__all__ = ["log_redaction_problem", "redaction_problem"]

_CANARY: Final = "canary-of-otel-usage"
_TRACE, _SPAN, _OTHER = 2**100 + 1, 2**50 + 1, 2**50 + 2
_LINK: Final = SpanContext(_TRACE, _OTHER, is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))
_NAMES: Final[dict[str, AnyValue]] = {semconv.OPERATION_NAME: semconv.OPERATION_AGENT}
_HIDDEN: Final[dict[str, AnyValue]] = {"text": _CANARY, "nested": {"texts": (_CANARY, 1)}}


def redaction_problem(provider: TracerProvider, processor: UsageSpanProcessor) -> str | None:
    """Why spans of a provider are not redacted, None when they are.

    Args:
        provider: The application's provider.
        processor: The processor that was attached to it.
    """
    name = type(provider).__name__
    try:
        if processor not in sdk.span_processors(provider):
            return f"spans are not redacted: the processor is not among those of {name}"
        seen = _tried(provider, processor)
    except Exception as error:  # noqa: BLE001  # of a class of the application's own
        return f"spans may not be redacted: {name} cannot be tried ({error})"
    if seen is not None and (_CANARY in seen[0] or _CANARY in seen[1]):
        return f"spans are not redacted: {name} exports them as they are"
    return None


def log_redaction_problem(provider: LoggerProvider, processor: UsageLogProcessor) -> str | None:
    """Why log records of a provider are not redacted, None when they are.

    Args:
        provider: The application's provider.
        processor: The processor that was attached to it.
    """
    name = type(provider).__name__
    try:
        if sdk.log_processors(provider)[:1] != (processor,):
            return f"log records are not redacted: the processor is not the first of {name}"
        if not isinstance(sdk.log_composite_of(provider), SynchronousMultiLogRecordProcessor):
            return f"log records may not be redacted: {name} shows them to its processors at the same time"
        seen = _tried_log(provider, processor)
    except Exception as error:  # noqa: BLE001  # of a class of the application's own
        return f"log records may not be redacted: {name} cannot be tried ({error})"
    if _CANARY in seen:
        return f"log records are not redacted: {name} exports them as they are"
    return None


class _Canary:
    """Knows one secret, so that the check does not depend on the configured classes."""

    def text(self, value: str, *, limit: int = MAX_TEXT) -> str:  # noqa: ARG002  # what a redaction takes
        return value.replace(_CANARY, "")

    def model(self, value: str) -> str:
        return self.text(value)

    def value(self, value: object) -> object:
        return self.text(repr(value))


class _Ids(IdGenerator):
    """Takes nothing from the application's random numbers."""

    def generate_span_id(self) -> int:
        return _SPAN

    def generate_trace_id(self) -> int:
        return _TRACE


class _Seen(SpanProcessor):
    """Keeps what an exporter would get."""

    def __init__(self) -> None:
        self.text = ""

    def on_end(self, span: ReadableSpan) -> None:
        events = [(event.name, dict(event.attributes or {})) for event in span.events]
        links = [dict(link.attributes or {}) for link in span.links]
        self.text += repr((span.name, dict(span.attributes or {}), span.status.description, events, links))


class _SeenLog(LogRecordProcessor):
    """Keeps what an exporter would get."""

    def __init__(self) -> None:
        self.text = ""

    def on_emit(self, log_record: ReadWriteLogRecord) -> None:
        record = log_record.log_record
        self.text += repr((record.body, dict(record.attributes or {}), record.exception))

    def shutdown(self) -> None:
        """Nothing is held."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002  # the SDK's
        """Nothing is held."""
        return True


def _tried(provider: TracerProvider, processor: UsageSpanProcessor) -> tuple[str, str] | None:
    """What exporters before and after our processor see; None when the SDK is switched off."""
    private = type(provider)(
        sampler=ALWAYS_ON,
        resource=Resource.get_empty(),
        shutdown_on_exit=False,
        active_span_processor=type(sdk.composite_of(provider))(),
        id_generator=_Ids(),
        meter_provider=NoOpMeterProvider(),
    )
    before, after = _Seen(), _Seen()
    for one in (before, UsageSpanProcessor(recorder=processor.recorder, redaction=_Canary()), after):
        private.add_span_processor(one)
    span = private.get_tracer(semconv.SCOPE).start_span(
        _CANARY, context=Context(), attributes={**_NAMES, **_HIDDEN}, links=(Link(_LINK, {**_HIDDEN}),)
    )
    if not span.is_recording():
        return None
    span.add_event(_CANARY, {**_HIDDEN})
    span.set_status(Status(StatusCode.ERROR, _CANARY))
    span.end()
    if not (before.text and after.text):
        raise sdk.UnknownSdkError("it hands on no spans")
    return before.text, after.text


def _tried_log(provider: LoggerProvider, processor: UsageLogProcessor) -> str:
    """What an exporter sees that was registered before our processor was put first."""
    private = type(provider)(
        resource=Resource.get_empty(),
        shutdown_on_exit=False,
        multi_log_record_processor=type(sdk.log_composite_of(provider))(),
        meter_provider=NoOpMeterProvider(),
    )
    seen = _SeenLog()
    private.add_log_record_processor(seen)
    sdk.put_log_processor_first(private, UsageLogProcessor(recorder=processor.recorder, redaction=_Canary()))
    private.get_logger(semconv.SCOPE).emit(
        context=Context(), body=_HIDDEN, attributes={**_NAMES, **_HIDDEN}, exception=ValueError(_CANARY)
    )
    return seen.text
