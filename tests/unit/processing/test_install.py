"""Attaching to providers, twice, to foreign ones and to those that have ended; and the check that it works."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk._logs import ConcurrentMultiLogRecordProcessor, LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.trace import (
    ConcurrentMultiSpanProcessor,
    Span,
    SynchronousMultiSpanProcessor,
    TracerProvider,
)
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import NoOpTracerProvider, ProxyTracerProvider

from otel_usage.processing import sdk
from otel_usage.processing.check import log_redaction_problem, redaction_problem
from otel_usage.processing.install import attach
from otel_usage.processing.sampling import UsageSampler

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from otel_usage.processing.logs import UsageLogProcessor
    from otel_usage.processing.spans import UsageSpanProcessor
    from otel_usage.recorder import Recorder

CHAT = {"gen_ai.operation.name": "chat"}


def made(**arguments: Any) -> TracerProvider:
    """An application's own provider."""
    return TracerProvider(shutdown_on_exit=False, **arguments)


def kept() -> InMemoryLogRecordExporter:
    """An exporter that keeps what it gets."""
    return InMemoryLogRecordExporter()  # type: ignore[no-untyped-call]  # the SDK's


@pytest.fixture
def attached(processor: UsageSpanProcessor, log_processor: UsageLogProcessor) -> Callable[..., list[str]]:
    """Attaches the processors."""
    return lambda tracers, loggers=None: attach(
        tracers, loggers, processor=processor, log_processor=log_processor
    )


def test_attaching_twice_is_attaching_once(
    attached: Callable[..., list[str]], processor: UsageSpanProcessor, log_processor: UsageLogProcessor
) -> None:
    """One processor in each list, one sampler around another."""
    tracers, loggers = made(sampler=ALWAYS_OFF), LoggerProvider(shutdown_on_exit=False)
    for _ in range(2):
        assert attached(tracers, loggers) == []
    assert sdk.span_processors(tracers) == (processor,)
    assert sdk.log_processors(loggers) == (log_processor,)
    assert tracers.sampler.get_description() == "UsageSampler{AlwaysOffSampler}"


def test_a_log_processor_that_somebody_overtook_is_first_again(
    attached: Callable[..., list[str]], log_processor: UsageLogProcessor
) -> None:
    """Attaching again repairs the order."""
    loggers = LoggerProvider(shutdown_on_exit=False)
    assert attached(None, loggers) == []
    other = SimpleLogRecordProcessor(kept())
    composite = sdk.log_composite_of(loggers)
    composite._log_record_processors = (other, log_processor)
    assert log_redaction_problem(loggers, log_processor) == (
        "log records are not redacted: the processor is not the first of LoggerProvider"
    )
    assert attached(None, loggers) == []
    assert sdk.log_processors(loggers) == (log_processor, other)


def test_a_tracer_that_was_handed_out_before_samples_as_one_after(attached: Callable[..., list[str]]) -> None:
    """Instrumentations have taken theirs before anybody configures us."""
    tracers = made(sampler=ALWAYS_OFF)
    early = tracers.get_tracer("early")
    assert attached(tracers) == []
    for tracer in (early, tracers.get_tracer("late")):
        span = tracer.start_span("chat", attributes=CHAT)
        assert (span.is_recording(), span.get_span_context().trace_flags.sampled) == (True, False)
        assert not tracer.start_span("GET").is_recording()


@pytest.mark.parametrize("provider", [ProxyTracerProvider(), NoOpTracerProvider(), object()])
def test_a_provider_that_is_not_the_sdks_is_told(
    attached: Callable[..., list[str]], provider: object
) -> None:
    """A sentence names its class; nothing is raised."""
    (problem,) = attached(provider)
    assert problem.startswith(f"{type(provider).__name__} is not a tracer provider of the OpenTelemetry SDK")
    (problem,) = attached(None, provider)
    assert problem.startswith(f"{type(provider).__name__} is not a logger provider of the OpenTelemetry SDK")


def test_a_provider_that_has_ended_is_no_problem(attached: Callable[..., list[str]]) -> None:
    """Spans may still end, and nobody exports them."""
    tracers, loggers = made(), LoggerProvider(shutdown_on_exit=False)
    tracers.shutdown()
    loggers.shutdown()
    assert attached(tracers, loggers) == []
    tracers.get_tracer("app").start_span("chat", attributes=CHAT).end()


def test_an_sdk_of_another_shape_is_told(attached: Callable[..., list[str]]) -> None:
    """Each field that is not there is a sentence."""
    tracers: Any = made()
    del tracers._tracers
    (problem,) = attached(tracers)
    assert problem == (
        "calls that TracerProvider does not sample are not booked: its sampler stays (TracerProvider has no _tracers)"
    )
    del tracers._active_span_processor
    (problem,) = attached(tracers)
    assert problem.startswith("spans are neither redacted nor booked: TracerProvider takes no processor")
    loggers: Any = LoggerProvider(shutdown_on_exit=False)
    sdk.log_composite_of(loggers)._log_record_processors = []
    (problem,) = attached(None, loggers)
    assert problem.startswith("log records are not redacted: LoggerProvider takes no processor")


@pytest.mark.parametrize("composite", [SynchronousMultiSpanProcessor, ConcurrentMultiSpanProcessor])
def test_the_check_finds_redaction_effective_and_the_application_sees_nothing(
    composite: Callable[[], SynchronousMultiSpanProcessor],
    attached: Callable[..., list[str]],
    processor: UsageSpanProcessor,
    log_processor: UsageLogProcessor,
    recorder: Recorder,
    logs: Path,
) -> None:
    """No span, no log record, no line, no count, no random number of the application's is touched."""
    spans, records = InMemorySpanExporter(), kept()
    tracers = made(active_span_processor=composite())
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    loggers = LoggerProvider(shutdown_on_exit=False)
    loggers.add_log_record_processor(SimpleLogRecordProcessor(records))
    assert attached(tracers, loggers) == []
    state = random.getstate()
    assert redaction_problem(tracers, processor) is None
    assert log_redaction_problem(loggers, log_processor) is None
    assert random.getstate() == state
    assert spans.get_finished_spans() == ()
    assert records.get_finished_logs() == ()
    assert list(logs.iterdir()) == []
    assert not recorder.counts


class Silent(SynchronousMultiSpanProcessor):
    """An SDK whose ending hook has another name."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the SDK's

    def _on_ending(self, span: Span) -> None:
        """Call nobody."""


class Particular(TracerProvider):
    """A provider that nobody else can make."""

    def __init__(self) -> None:
        super().__init__(shutdown_on_exit=False)


def test_the_check_tells_why_redaction_is_not_effective(
    attached: Callable[..., list[str]], processor: UsageSpanProcessor
) -> None:
    """A hook that is not called, a processor that is not there, a class that cannot be tried."""
    silent = made(active_span_processor=Silent())
    assert redaction_problem(silent, processor) == (
        "spans are not redacted: the processor is not among those of TracerProvider"
    )
    assert attached(silent) == []
    assert redaction_problem(silent, processor) == (
        "spans are not redacted: TracerProvider exports them as they are"
    )
    particular = Particular()
    assert attached(particular) == []
    problem = redaction_problem(particular, processor)
    assert problem is not None
    assert problem.startswith("spans may not be redacted: Particular cannot be tried")


def test_log_processors_that_run_at_the_same_time_are_told(
    attached: Callable[..., list[str]], log_processor: UsageLogProcessor
) -> None:
    """There is no first among them."""
    loggers = LoggerProvider(
        shutdown_on_exit=False, multi_log_record_processor=ConcurrentMultiLogRecordProcessor()
    )
    assert attached(None, loggers) == []
    assert log_redaction_problem(loggers, log_processor) == (
        "log records may not be redacted: LoggerProvider shows them to its processors at the same time"
    )


def test_an_sdk_that_is_switched_off_needs_no_redaction(
    monkeypatch: pytest.MonkeyPatch,
    attached: Callable[..., list[str]],
    processor: UsageSpanProcessor,
    log_processor: UsageLogProcessor,
) -> None:
    """``OTEL_SDK_DISABLED`` leaves nothing that could be exported."""
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    tracers, loggers = made(), LoggerProvider(shutdown_on_exit=False)
    assert attached(tracers, loggers) == []
    assert redaction_problem(tracers, processor) is None
    assert log_redaction_problem(loggers, log_processor) is None
    assert isinstance(tracers.sampler, UsageSampler)
