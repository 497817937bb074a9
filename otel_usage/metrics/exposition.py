"""A process's own counts for Prometheus, as the same instruments would be named on their way through a collector."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily

from otel_usage.metrics.instruments import COUNTERS, HISTOGRAMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prometheus_client.metrics_core import Metric

    from otel_usage.metrics.client import ClientMetrics, Labels

__all__ = ["ClientCollector"]


class ClientCollector:
    """Gives what a process counted as families of samples; see ``prometheus_client.registry.Collector``."""

    def __init__(self, metrics: ClientMetrics) -> None:
        """Take the counts."""
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        """The families as they stand."""
        self._metrics.collect()
        for name, _, description, one in COUNTERS:
            sums = dict(self._metrics.sums[name])
            names = _names(sums)
            counter = CounterMetricFamily(_translated(name), description, labels=_translate_all(names))
            for labels, value in sums.items():
                counter.add_metric(_values(labels, names), value / one)
            yield counter
        for name, unit, description, bounds in HISTOGRAMS:
            counted = dict(self._metrics.buckets[name])
            names = _names(counted)
            family = _translated(name) + ("_seconds" if unit == "s" else "")
            histogram = HistogramMetricFamily(family, description, labels=_translate_all(names))
            ends = [str(float(bound)) for bound in bounds] + ["+Inf"]
            for labels, buckets in counted.items():
                totals = zip(ends, accumulate(buckets.counts), strict=True)
                histogram.add_metric(_values(labels, names), list(totals), sum_value=buckets.sum)
            yield histogram


def _names(sets: Iterable[Labels]) -> list[str]:
    """Every name in some label set, in the order of their coming."""
    return list(dict.fromkeys(name for labels in sets for name, _ in labels))


def _values(labels: Labels, names: Sequence[str]) -> list[str]:
    """The values for these names; to Prometheus an empty label is none."""
    known = dict(labels)
    return [known.get(name, "") for name in names]


def _translated(name: str) -> str:
    return name.replace(".", "_")


def _translate_all(names: Sequence[str]) -> list[str]:
    return [_translated(name) for name in names]
