"""Providers that are made here end and flush within their time, whatever their exporters do."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from otel_usage.processing.providers import Providers
from otel_usage.settings import TelemetrySettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opentelemetry.sdk.trace import ReadableSpan


class Stubborn(SpanExporter):
    """Hangs in its first export until it is let go, and cannot be shut down."""

    def __init__(self) -> None:
        self.exporting, self.let_go = threading.Event(), threading.Event()
        self.names: list[str] = []

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Keep the names."""
        self.exporting.set()
        self.let_go.wait(60)
        self.names += [span.name for span in spans]
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Fail."""
        raise RuntimeError("no end")


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubborn]:
    """The exporter of what is made here."""
    made = Stubborn()
    monkeypatch.setattr("otel_usage.processing.providers._span_exporter", lambda _: made)
    yield made
    made.let_go.set()


def flushing() -> int:
    """How many threads flush."""
    return sum(thread.name == "otel-usage-flush" for thread in threading.enumerate())


def test_an_exporter_that_raises_at_the_end_is_not_heard(exporter: Stubborn) -> None:
    """The application has nothing to do with it."""
    exporter.let_go.set()
    providers = Providers()
    providers.tracers(TelemetrySettings(traces="http/protobuf"))
    providers.end(5)


def test_a_flush_while_an_earlier_one_hangs_starts_no_other_thread(exporter: Stubborn) -> None:
    """It says that time ran out; when the earlier one comes to its end, what came since is exported too."""
    providers = Providers()
    tracer = providers.tracers(TelemetrySettings(traces="http/protobuf")).get_tracer("app")
    tracer.start_span("first").end()
    assert not providers.flush(0.0)
    assert exporter.exporting.wait(60)
    tracer.start_span("second").end()
    assert [providers.flush(0.0) for _ in range(5)] == [False] * 5
    assert flushing() == 1
    exporter.let_go.set()
    assert providers.flush(60)
    assert exporter.names == ["first", "second"]
    assert flushing() == 0
    providers.end(5)


def test_without_providers_there_is_nothing_to_flush() -> None:
    """It is done at once."""
    assert Providers().flush(0.0)
