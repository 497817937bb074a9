"""One LLM call as a context manager: a span with usage and cost, and a record in the journal."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Self, TypeVar

import msgspec
from opentelemetry import context, trace
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace import Status as SpanStatus

from otel_usage import semconv
from otel_usage.records import Status, TokenUsage, UsageRecord
from otel_usage.span_attributes import attributes
from otel_usage.spans.responses import Reported, StreamReader, read_response

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextvars import Token
    from types import TracebackType

    from opentelemetry.context import Context
    from opentelemetry.trace import Span

    from otel_usage.recorder import Recorder

__all__ = ["Inference"]

_Chunk = TypeVar("_Chunk")


class Inference:
    """An LLM call that is being made.

    On exit the call is priced, its span gets usage and cost and ends, and a record is appended to the journal,
    whether or not a span is recorded. An exception of the application passes through unchanged.
    """

    def __init__(self, recorder: Recorder | None, record: UsageRecord) -> None:
        """Take what is known beforehand.

        Args:
            recorder: Where the record goes; None when everything is switched off.
            record: Provider, model, operation and attribution; id, start and what comes later are filled in.
        """
        self._recorder = recorder
        self._record = record
        self._start_over()

    def _start_over(self) -> None:
        """Know nothing of a call: the state of a new object, and of one that is used for another call."""
        self._reported: Reported | None = None
        self._stream: StreamReader | None = None
        self._first_chunk: int | None = None
        self._broken = False
        self._span: Span = trace.INVALID_SPAN
        self._token: Token[Context] | None = None
        self._began = 0
        self._started = 0

    def __enter__(self) -> Self:
        """Start the span and make it the current one."""
        self._start_over()
        self._started = time.time_ns()
        if self._recorder is not None:
            try:
                self._start_span()
            except Exception as error:  # noqa: BLE001  # nothing of ours reaches the agent
                self._recorder.failed("start", error)
        self._began = time.perf_counter_ns()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace_back: TracebackType | None
    ) -> None:
        """Book the call and end the span."""
        duration = time.perf_counter_ns() - self._began
        if self._recorder is None:
            return
        try:
            record = self._recorder.prepare(self._finished(duration, error))
            self._recorder.append(record)
            self._describe(record, error)
        except Exception as failure:  # noqa: BLE001  # nothing of ours reaches the agent
            self._recorder.failed("end", failure)
        finally:
            self._end_span(self._recorder)

    def record(self, response: object) -> None:
        """Take usage, model and id from a response of the openai or anthropic client (or a dict of one).

        Args:
            response: The response, or a ``TokenUsage`` with the counts in canonical form.
        """
        if isinstance(response, TokenUsage):
            self._reported = Reported(usage=response)
            return
        try:
            self._reported = read_response(response)
        except Exception as error:  # noqa: BLE001  # nothing of ours reaches the agent
            self._failed_to_read(error)

    def stream(self, chunks: Iterable[_Chunk]) -> Iterator[_Chunk]:
        """The chunks of a client's stream, passed on as they come; the last usage that they say is recorded.

        A stream that is left before its end makes the call ``partial``.
        """
        self._stream = reader = StreamReader()
        self._broken = True
        for chunk in chunks:
            if self._first_chunk is None:
                self._first_chunk = time.perf_counter_ns() - self._began
            try:
                reader.read(chunk)
            except Exception as error:  # noqa: BLE001  # nothing of ours reaches the agent
                self._failed_to_read(error)
            yield chunk
        self._broken = False

    def _failed_to_read(self, error: Exception) -> None:
        if self._recorder is not None:
            self._recorder.failed("read", error)

    def _start_span(self) -> None:
        record = self._record
        if record.request_model is not None and self._recorder is not None:
            model = self._recorder.model(str(record.request_model))
            self._record = record = msgspec.structs.replace(record, request_model=model)
        span_attributes = {
            semconv.OPERATION_NAME: record.operation or "chat",
            semconv.PROVIDER_NAME: semconv.PROVIDERS.get(record.provider or "", record.provider or ""),
        }
        if record.request_model:
            span_attributes[semconv.REQUEST_MODEL] = record.request_model
        self._span = trace.get_tracer(semconv.SCOPE).start_span(
            f"{record.operation} {record.request_model or ''}".rstrip(),
            kind=SpanKind.CLIENT,
            attributes=span_attributes,
            start_time=self._started,
        )
        self._token = context.attach(trace.set_span_in_context(self._span))

    def _streamed(self) -> Reported:
        """What the stream said; of a chunk whose parts cannot be read, nothing."""
        if self._stream is not None:
            try:
                return self._stream.reported
            except Exception as error:  # noqa: BLE001  # nothing of ours reaches the agent
                self._failed_to_read(error)
        return Reported()

    def _finished(self, duration: int, error: BaseException | None) -> UsageRecord:
        """The record of the call as it went."""
        streamed = self._streamed()
        # What the application recorded itself stands over what its stream said.
        reported = self._reported or streamed
        place = self._span.get_span_context()
        recording = self._span.is_recording()
        trace_id = trace.format_trace_id(place.trace_id) if place.is_valid else None
        span_id = trace.format_span_id(place.span_id) if place.is_valid and recording else None
        status = Status.OK
        if self._broken:
            status = Status.PARTIAL
        elif error is not None:
            status = Status.ERROR
        return msgspec.structs.replace(
            self._record,
            # A span that is not recorded has no id of its own: it is zero, or its parent's.
            id=f"span:{trace_id}:{span_id}:{self._started}" if span_id else f"call:{os.urandom(16).hex()}",
            start=self._started,
            duration=duration,
            time_to_first_chunk=self._first_chunk,
            usage=reported.usage,
            flags=reported.flags,
            response_model=reported.model or streamed.model,
            response_id=reported.response_id or streamed.response_id,
            service_tier=reported.service_tier or streamed.service_tier,
            status=status,
            error_type=None if error is None else type(error).__qualname__,
            error_message=None if error is None else _words(error),
            trace_id=trace_id,
            span_id=span_id,
            sampled=place.trace_flags.sampled if place.is_valid else None,
        )

    def _describe(self, record: UsageRecord, error: BaseException | None) -> None:
        """Set what is known now through public setters, before the span ends: every processor sees it."""
        span = self._span
        if not span.is_recording():
            return
        span.set_attributes(attributes(record))
        if error is not None:
            message = record.error_message or ""
            span.set_status(SpanStatus(StatusCode.ERROR, message))
            span.add_event(
                semconv.EXCEPTION_EVENT,
                {semconv.EXCEPTION_TYPE: record.error_type or "", semconv.EXCEPTION_MESSAGE: message},
            )

    def _end_span(self, recorder: Recorder) -> None:
        """End the span and leave its context, whatever became of the record."""
        try:
            self._span.end()
        except Exception as failure:  # noqa: BLE001  # a processor's; nothing of it reaches the agent
            recorder.failed("end", failure)
        finally:
            if self._token is not None:
                context.detach(self._token)


def _words(error: BaseException) -> str:
    """An exception's text, for the redactor; one that cannot be had is left out."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # the text is the application's, its failure is not ours to raise
        return ""
