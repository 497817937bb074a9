"""What a process has set up of OpenTelemetry and Prometheus: made by the first ``configure()``, kept by the next.

OpenTelemetry takes one provider a process, instruments cannot be taken back and processors cannot be removed: what is
there stays, and looks for the recorder in force when it needs one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar
from weakref import WeakKeyDictionary, WeakSet

from opentelemetry import _logs as logs_api
from opentelemetry import metrics as metrics_api
from opentelemetry import trace
from opentelemetry.sdk._logs import LoggerProvider as SdkLoggerProvider  # noqa: TID251  # see Telemetry
from opentelemetry.sdk.metrics import MeterProvider as SdkMeterProvider  # noqa: TID251  # see Telemetry
from opentelemetry.sdk.trace import TracerProvider as SdkTracerProvider  # noqa: TID251  # see Telemetry

from otel_usage.errors import ConfigError, RedactionError
from otel_usage.metrics.client import ClientMetrics
from otel_usage.metrics.instruments import instrument
from otel_usage.own_log import warn
from otel_usage.processing.check import log_redaction_problem, redaction_problem
from otel_usage.processing.install import attach
from otel_usage.processing.logs import UsageLogProcessor
from otel_usage.processing.providers import Providers
from otel_usage.processing.spans import UsageSpanProcessor

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry._logs import LoggerProvider
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

    from otel_usage.metrics.serving import Serving
    from otel_usage.recorder import Recorder
    from otel_usage.settings import Settings, TelemetrySettings

__all__ = ["Telemetry"]

_LOOPBACK: Final = "127.0.0.1"
_Provider = TypeVar("_Provider")


class Telemetry:
    """Providers, processors, instruments and a port of one process.

    A provider that the application has set up is told from the API's placeholder by its class, which is the SDK's.

    Attributes:
        metrics: Observes every record of this process.
    """

    def __init__(self) -> None:
        """Nothing is set up yet."""
        self.metrics = ClientMetrics()
        self._providers = Providers()
        self._spans: UsageSpanProcessor | None = None
        self._logs: UsageLogProcessor | None = None
        self._checked: WeakKeyDictionary[object, str | None] = WeakKeyDictionary()
        self._instrumented: WeakSet[MeterProvider] = WeakSet()
        self._serving: Serving | None = None
        self._told: set[str] = set()

    def set_up(
        self,
        settings: Settings,
        recorder: Recorder,
        *,
        tracer_provider: TracerProvider | None,
        meter_provider: MeterProvider | None,
        logger_provider: LoggerProvider | None,
        strict: bool,
    ) -> None:
        """Set up what is not there yet, and let what is there use this recorder; see ``configure`` for the arguments.

        Raises:
            RedactionError: With ``strict``, where redaction would not be effective.
        """
        telemetry = settings.telemetry
        if meters := self._meters(telemetry, meter_provider):
            self._measure(meters)
        if telemetry.prometheus_port is not None and self._serving is None:
            self._serve(telemetry.prometheus_port)
        tracers = self._tracers(telemetry, tracer_provider)
        self._tell_unknown(telemetry)
        if problems := self._attach(settings, recorder, tracers, _loggers(logger_provider)):
            if strict:
                raise RedactionError(problems[0])
            for problem in problems:
                recorder.ineffective(problem)

    def let_go(self) -> None:
        """Book no call of other instrumentations until the next ``set_up``; what they say is redacted all the same."""
        if self._spans is not None:
            self._spans.books = False

    def start_over(self) -> None:
        """In a forked child: metrics are off until it configures, spans go on, the port is the parent's.

        In a provider of the application that the child inherits they stay off: its readers hold what the parent
        counted, and would take it from the child's counts, or add it to them.
        """
        self.metrics.forget()
        self.metrics = ClientMetrics()
        self._providers.start_over()
        if self._serving is not None:
            self._serving.let_go()
            self._serving = None

    def flush(self, timeout: float) -> bool:
        """Export what waits in the providers that were made here; False when time (seconds) ran out."""
        return self._providers.flush(timeout)

    def end(self, timeout: float) -> None:
        """Export what waits and end what was made here, within so many seconds; ``set_up`` may follow."""
        if self._serving is not None:
            self._serving.close()
            self._serving = None
        if self._providers.made_meters:
            # The next provider counts from zero; one of the application goes on.
            self.metrics = ClientMetrics()
        self._providers.end(timeout)

    def _tracers(self, settings: TelemetrySettings, given: TracerProvider | None) -> TracerProvider | None:
        """The application's provider; where there is none and something is to be exported, one made here."""
        standing = given or trace.get_tracer_provider()
        if self._providers.made_tracers(standing):
            return self._made(self._providers.tracers, settings, "spans") or standing
        if not isinstance(standing, trace.ProxyTracerProvider):
            return standing
        made = None if settings.traces is None else self._made(self._providers.tracers, settings, "spans")
        if made is not None:
            trace.set_tracer_provider(made)
        return made

    def _attach(
        self,
        settings: Settings,
        recorder: Recorder,
        tracers: TracerProvider | None,
        loggers: LoggerProvider | None,
    ) -> list[str]:
        """Attach the processors; what could not be done, and what a first trial showed, in sentences."""
        if self._spans is None or self._logs is None:
            self._spans = UsageSpanProcessor(recorder=recorder, attribution=settings.attribution)
            self._logs = UsageLogProcessor(recorder=recorder)
        self._spans.recorder = self._logs.recorder = recorder
        self._spans.books = True
        self._spans.attribution = settings.attribution
        problems = attach(tracers, loggers, processor=self._spans, log_processor=self._logs)
        if isinstance(tracers, SdkTracerProvider):
            if tracers not in self._checked:
                self._checked[tracers] = redaction_problem(tracers, self._spans)
            problems.append(self._checked[tracers] or "")
        if isinstance(loggers, SdkLoggerProvider):
            if loggers not in self._checked:
                self._checked[loggers] = log_redaction_problem(loggers, self._logs)
            problems.append(self._checked[loggers] or "")
        return [problem for problem in problems if problem]

    def _meters(self, settings: TelemetrySettings, given: MeterProvider | None) -> MeterProvider | None:
        """The application's provider; where there is none and something is to be exported, one made here."""
        if given is not None:
            return given
        standing = metrics_api.get_meter_provider()
        if isinstance(standing, SdkMeterProvider):
            return standing
        return None if settings.metrics is None else self._made(self._providers.meters, settings, "metrics")

    @staticmethod
    def _made(
        make: Callable[[TelemetrySettings], _Provider], settings: TelemetrySettings, what: str
    ) -> _Provider | None:
        """A provider; None, and a warning, where the SDK refuses what OpenTelemetry's variables say."""
        try:
            return make(settings)
        except ConfigError as error:
            warn(f"otel-usage: {error}; {what} are not exported")
            return None

    def _tell_unknown(self, settings: TelemetrySettings) -> None:
        """Say once what the variables ask for in vain; where the application exports by itself, it may know them."""
        if self._providers.made_any:
            for sentence in settings.unknown:
                if sentence not in self._told:
                    self._told.add(sentence)
                    warn(f"otel-usage: {sentence}")

    def _measure(self, provider: MeterProvider) -> None:
        if provider not in self._instrumented:
            self._instrumented.add(provider)
            instrument(provider, self.metrics)
            self.metrics.collected = True

    def _serve(self, port: int) -> None:
        from prometheus_client import CollectorRegistry  # noqa: PLC0415  # most processes serve nothing

        from otel_usage.metrics.exposition import ClientCollector  # noqa: PLC0415  # see above
        from otel_usage.metrics.serving import serve  # noqa: PLC0415  # see above

        registry = CollectorRegistry()
        registry.register(ClientCollector(self.metrics))
        try:
            self._serving = serve(registry, _LOOPBACK, port)
        except OSError as error:
            warn(
                f"otel-usage: this process's metrics are not served, port {port} of {_LOOPBACK} cannot be used ({error.strerror})"
            )
        else:
            self.metrics.collected = True


def _loggers(given: LoggerProvider | None) -> LoggerProvider | None:
    """The application's provider; what is no provider of the SDK by itself makes no log records."""
    standing = given or logs_api.get_logger_provider()
    return standing if given is not None or isinstance(standing, SdkLoggerProvider) else None
