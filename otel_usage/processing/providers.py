"""Providers of the SDK for a process that has set up none of its own, and their end."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    ConsoleMetricExporter,
    MetricExportResult,
    PeriodicExportingMetricReader,
)
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor

from otel_usage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opentelemetry.sdk.metrics.export import MetricExporter, MetricsData
    from opentelemetry.sdk.trace.export import SpanExporter

    from otel_usage.settings import TelemetrySettings

__all__ = ["Providers"]

_UNNAMED = "unknown_service"
"""What the SDK calls a service whose name the environment does not say."""


def _in_this_process(exporter: MetricExporter) -> MetricExporter:
    """Let an exporter export in the process that made it only.

    The SDK lets the reader go on in a forked child, under a new instance id: what the parent had counted would be
    told a second time.
    """
    made_in, export = os.getpid(), exporter.export

    def exported(
        metrics_data: MetricsData, timeout_millis: float = 10_000, **more: object
    ) -> MetricExportResult:
        if os.getpid() != made_in:
            return MetricExportResult.SUCCESS
        return export(metrics_data, timeout_millis, **more)

    exporter.export = exported  # type: ignore[method-assign]  # one object's, whatever its class
    return exporter


class _BatchProcessor(BatchSpanProcessor):
    """Ends within a time that is given, whatever the endpoint does.

    The SDK's own end waits for half a minute, and no thread may be started any more when the interpreter ends.
    """

    def end(self, timeout: float) -> None:
        """Export what waits, for so many seconds at most."""
        batches = getattr(self, "_batch_processor", None)
        if batches is None:
            self.shutdown()  # type: ignore[no-untyped-call]  # the SDK's
        else:
            batches.shutdown(timeout_millis=int(timeout * 1000))


class _Flush:
    """The flush of one provider, which takes no timeout or does not keep it: in one thread at a time."""

    def __init__(self, step: Callable[[], object]) -> None:
        self._step = step
        self._thread: threading.Thread | None = None
        self._beginning = threading.Lock()
        self._done = True

    def begin(self) -> bool:
        """Begin; False while an earlier one is at work."""
        with self._beginning:
            if self._thread is not None and self._thread.is_alive():
                return False
            thread = threading.Thread(target=self._run, name="otel-usage-flush", daemon=True)
            self._done = False
            # At the end of the interpreter no thread begins.
            with suppress(RuntimeError):
                thread.start()
                self._thread = thread
            return True

    def done(self, timeout: float) -> bool:
        """Whether it ended within so many seconds."""
        if self._thread is not None:
            self._thread.join(timeout)
        return self._done

    def _run(self) -> None:
        with suppress(Exception):  # the SDK raises what its exporters raised
            self._step()
        self._done = True


class Providers:
    """The providers that were made for a process."""

    def __init__(self) -> None:
        """The providers are made when they are asked for."""
        self._tracers: TracerProvider | None = None
        self._batches: _BatchProcessor | None = None
        self._meters: MeterProvider | None = None
        self._flushes: dict[str, _Flush] = {}

    @property
    def made_meters(self) -> bool:
        """Whether a provider of meters stands that was made here."""
        return self._meters is not None

    @property
    def made_any(self) -> bool:
        """Whether any provider was made here."""
        return self._tracers is not None or self._meters is not None

    def made_tracers(self, provider: object) -> bool:
        """Whether a provider is the one that was made here."""
        return provider is self._tracers

    def tracers(self, settings: TelemetrySettings) -> TracerProvider:
        """The provider of tracers, made when it is first asked for; one that has ended exports again.

        Raises:
            ConfigError: The SDK refuses what its variables say.
        """
        with _usable_variables():
            if self._tracers is None:
                self._tracers = TracerProvider(resource=_resource(settings), shutdown_on_exit=False)
                if settings.traces == "console":
                    self._tracers.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
            if settings.traces not in {None, "console"} and self._batches is None:
                self._batches = _BatchProcessor(_span_exporter(settings.traces))
                self._tracers.add_span_processor(self._batches)
                self._flushes["traces"] = _Flush(self._batches.force_flush)
        return self._tracers

    def meters(self, settings: TelemetrySettings) -> MeterProvider:
        """The provider of meters for the running process.

        Raises:
            ConfigError: The SDK refuses what its variables say.
        """
        if self._meters is not None:
            return self._meters
        console = settings.metrics == "console"
        with _usable_variables():
            exporter = ConsoleMetricExporter() if console else _metric_exporter(settings.metrics)
            self._meters = MeterProvider(
                [PeriodicExportingMetricReader(_in_this_process(exporter))],
                resource=_resource(settings),
                shutdown_on_exit=False,
            )
            self._flushes["metrics"] = _Flush(self._meters.force_flush)
        return self._meters

    def start_over(self) -> None:
        """In a forked child: its spans go on, the meters are the parent's."""
        self._meters = None
        # Another thread of the parent may have held their locks.
        self._flushes = {} if self._batches is None else {"traces": _Flush(self._batches.force_flush)}

    def flush(self, timeout: float) -> bool:
        """Export what waits; False when time (seconds) ran out."""
        deadline = time.monotonic() + timeout
        flushes = list(self._flushes.values())
        for earlier in [flush for flush in flushes if not flush.begin()]:
            # What came since it began is not in it.
            if earlier.done(max(0.0, deadline - time.monotonic())):
                earlier.begin()
        return all(flush.done(max(0.0, deadline - time.monotonic())) for flush in flushes)

    def end(self, timeout: float) -> None:
        """Export what waits and end, within so many seconds."""
        batches, self._batches = self._batches, None
        meters, self._meters = self._meters, None
        self._flushes = {}
        # The SDK raises what its exporters raised, and that time ran out.
        if batches is not None:
            with suppress(Exception):
                batches.end(timeout / 2)
        if meters is not None:
            with suppress(Exception):
                meters.shutdown(timeout_millis=timeout * 500)


@contextmanager
def _usable_variables() -> Iterator[None]:
    """Says in a sentence what the SDK raises of its own variables, or for an exporter that is not installed."""
    try:
        yield
    except (ImportError, OSError, ValueError) as error:
        raise ConfigError(f"cannot be used ({error})", file="OpenTelemetry's variables") from error


def _resource(settings: TelemetrySettings) -> Resource:
    """What the telemetry is of; made anew for each provider, as a forked child is another instance."""
    resource = Resource.create()
    if settings.service and str(resource.attributes.get(SERVICE_NAME, _UNNAMED)).startswith(_UNNAMED):
        resource = resource.merge(Resource({SERVICE_NAME: settings.service}))
    return resource


def _span_exporter(protocol: str | None) -> SpanExporter:
    if protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import (  # noqa: PLC0415  # slow, and asked for seldom
            OTLPSpanExporter as GrpcSpanExporter,
        )

        return GrpcSpanExporter()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  # slow

    return OTLPSpanExporter()


def _metric_exporter(protocol: str | None) -> MetricExporter:
    if protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import (  # noqa: PLC0415  # slow, and asked for seldom
            OTLPMetricExporter as GrpcMetricExporter,
        )

        return GrpcMetricExporter()
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415  # slow

    return OTLPMetricExporter()
