"""A process's own counts as OpenTelemetry instruments, over the metrics API of whatever provider there is.

Counters are observed: they give the sums when a reader collects. Histograms are recorded into at that moment too, in
the callback of the first counter, on the reader's thread: a recording costs more than everything else that a call's
thread does for us.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from opentelemetry.metrics import Observation

from otel_usage import __version__, semconv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from opentelemetry.metrics import CallbackOptions, MeterProvider

    from otel_usage.metrics.client import ClientMetrics, Measured

__all__ = ["COUNTERS", "HISTOGRAMS", "instrument"]

COUNTERS: Final = (
    (semconv.CLIENT_COST, "{USD}", "USD of LLM calls made by this process.", 10**9),
    (semconv.CLIENT_CALLS, "{call}", "LLM calls made by this process.", 1),
    (semconv.CLIENT_ERRORS, "{call}", "LLM calls made by this process that failed.", 1),
    (semconv.CLIENT_TOKENS, "{token}", "Tokens used by this process; the types are a partition.", 1),
)
"""Name, unit, description, and what one of the unit is in the sums."""
HISTOGRAMS: Final = (
    (semconv.CLIENT_OPERATION_DURATION, "s", "Duration of LLM calls.", semconv.DURATION_BOUNDS),
    (semconv.CLIENT_TIME_TO_FIRST_CHUNK, "s", "Time to the first chunk of streams.", semconv.DURATION_BOUNDS),
    (semconv.CLIENT_TOKEN_USAGE, "{token}", "Tokens of LLM calls.", semconv.TOKEN_BOUNDS),
)
"""Name, unit, description, upper bounds of the buckets."""


def instrument(provider: MeterProvider, metrics: ClientMetrics) -> None:
    """Make the instruments of a process's counts."""
    meter = provider.get_meter(semconv.SCOPE, __version__)
    histograms = {
        name: meter.create_histogram(
            name, unit=unit, description=description, explicit_bucket_boundaries_advisory=bounds
        )
        for name, unit, description, bounds in HISTOGRAMS
    }

    def record(measured: Measured) -> None:
        name, value, attributes = measured
        histograms[name].record(value, dict(attributes))

    metrics.measured.append(record)
    for name, unit, description, one in COUNTERS:
        meter.create_observable_counter(
            name, callbacks=[_observing(metrics, name, one)], unit=unit, description=description
        )


def _observing(
    metrics: ClientMetrics, name: str, one: int
) -> Callable[[CallbackOptions], Iterable[Observation]]:
    def observe(_: CallbackOptions) -> Iterable[Observation]:
        # A forked child has inherited the instruments; what they counted is the parent's to tell.
        if not metrics.of_this_process:
            return []
        metrics.collect()
        return [
            Observation(value if one == 1 else value / one, dict(labels))
            for labels, value in list(metrics.sums[name].items())
        ]

    return observe
