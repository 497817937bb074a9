"""One span of ours, over the OpenTelemetry API: it works with any SDK, and with none."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from opentelemetry import context, trace
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace import Status as SpanStatus

from otel_usage import semconv
from otel_usage.records import Status
from otel_usage.span_attributes import attributes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextvars import Token

    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer, TracerProvider

    from otel_usage.recorder import Recorder
    from otel_usage.records import UsageRecord

__all__ = ["CallSpan", "requested", "words"]

_made: tuple[TracerProvider, Tracer] | None = None


class CallSpan:
    """A span from its begin to its end.

    Attributes:
        started: Its begin in nanoseconds since the epoch.
    """

    __slots__ = ("_provider", "_span", "_token", "started")

    def __init__(self, provider: TracerProvider | None, started: int | None = None) -> None:
        """Have no span yet; it is there after ``start``.

        Args:
            provider: Makes the span; None for the global one.
            started: The begin; None for the present.
        """
        self._provider = provider
        self._span: Span = trace.INVALID_SPAN
        self._token: Token[Context] | None = None
        self.started = time.time_ns() if started is None else started

    def start(self, name: str, kind: SpanKind, given: Mapping[str, str | int | float]) -> None:
        """Start the span with what is known beforehand."""
        self._span = _tracer(self._provider).start_span(
            name, kind=kind, attributes=given, start_time=self.started
        )

    def attach(self) -> None:
        """Make it the current span."""
        self._token = context.attach(trace.set_span_in_context(self._span))

    def identity(self) -> dict[str, Any]:
        """The fields of a record that say which span it was; without one of its own a record has a random id."""
        place = self._span.get_span_context()
        if not place.is_valid:
            return {"id": f"call:{os.urandom(16).hex()}"}
        trace_id = f"{place.trace_id:032x}"
        sampled = place.trace_flags.sampled
        if not self._span.is_recording():
            # Its id is its parent's.
            return {"id": f"call:{os.urandom(16).hex()}", "trace_id": trace_id, "sampled": sampled}
        span_id = f"{place.span_id:016x}"
        return {
            "id": f"span:{trace_id}:{span_id}:{self.started}",
            "trace_id": trace_id,
            "span_id": span_id,
            "sampled": sampled,
        }

    def describe(self, record: UsageRecord) -> None:
        """Set what is known of a call at its end through public setters: every processor sees it."""
        if not self._span.is_recording():
            return
        self._span.set_attributes(attributes(record))
        if record.error_type is not None or record.status is Status.ERROR:
            self.fail(record.error_type, record.error_message)

    def add(self, more: Mapping[str, str]) -> None:
        """Set further attributes; of a span that records nothing, none."""
        if more and self._span.is_recording():
            self._span.set_attributes(more)

    @property
    def context(self) -> Context:
        """The current context with this span as the current one."""
        return trace.set_span_in_context(self._span)

    def fail(self, error_type: str | None, message: str | None) -> None:
        """Mark the span as failed; the message holds no secret any more."""
        self._span.set_status(SpanStatus(StatusCode.ERROR, message or ""))
        if error_type is not None:
            self._span.set_attribute(semconv.ERROR_TYPE, error_type)
            self._span.add_event(
                semconv.EXCEPTION_EVENT,
                {semconv.EXCEPTION_TYPE: error_type, semconv.EXCEPTION_MESSAGE: message or ""},
            )

    def end(self, recorder: Recorder, at: int | None = None) -> None:
        """End the span and leave its context; nothing is raised, whatever the application's processors do.

        Args:
            recorder: Counts what fails.
            at: Nanoseconds since the epoch; the present when not given.
        """
        try:
            self._span.end(at)
        except Exception as failure:  # noqa: BLE001  # a processor's; nothing of it reaches the agent
            recorder.failed("end", failure)
        token, self._token = self._token, None
        if token is None:
            return
        try:
            token.var.reset(token)
        except ValueError:
            # A generator that is closed elsewhere ends in another context, where there is nothing to leave;
            # context.detach() would log that as an error.
            pass
        except AttributeError:
            # Of a runtime context other than the API's own.
            context.detach(token)


def _tracer(given: TracerProvider | None) -> Tracer:
    """Our tracer of a provider, kept: the SDK takes long to look it up."""
    global _made  # noqa: PLW0603  # one pair, replaced as a whole
    wanted = trace.get_tracer_provider() if given is None else given
    provider, tracer = _made or (None, None)
    if tracer is None or provider is not wanted:
        tracer = wanted.get_tracer(semconv.SCOPE)
        _made = wanted, tracer
    return tracer


def requested(record: UsageRecord) -> dict[str, str | int | float]:
    """The attributes of an LLM call that are known when it begins."""
    provider = record.provider or ""
    known: dict[str, str | int | float] = {
        semconv.OPERATION_NAME: record.operation or "",
        semconv.PROVIDER_NAME: semconv.PROVIDERS.get(provider, provider),
    }
    if record.request_model:
        known[semconv.REQUEST_MODEL] = record.request_model
    if record.server_address:
        known[semconv.SERVER_ADDRESS] = record.server_address
    return known


def words(error: BaseException) -> str:
    """An exception's text, for the redactor; one that cannot be had is left out."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # the text is the application's, its failure is not ours to raise
        return ""
