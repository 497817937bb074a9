"""The budget lines of an exposition, and what the alert rules make of them: no Prometheus is needed to see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from otel_usage import semconv
from otel_usage.generate.alerts import BUDGET_ALERTS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["budget_lines"]

_GAUGES = (semconv.BUDGET_SPENT, semconv.BUDGET_LIMIT)


def budget_lines(exposition: str) -> Iterator[str]:
    """The lines of the budgets' limits and of what is spent, then each alert's state."""
    yield from (line for line in exposition.splitlines() if line.startswith(_GAUGES))
    values: dict[str, dict[str, float]] = {name: {} for name in _GAUGES}
    for family in text_string_to_metric_families(exposition):
        for sample in family.samples:
            if sample.name in values:
                values[sample.name][sample.labels["budget"]] = sample.value
    yield ""
    for budget, spent in values[semconv.BUDGET_SPENT].items():
        share = spent / values[semconv.BUDGET_LIMIT][budget]
        for alert in BUDGET_ALERTS:
            state = "firing" if share >= alert.at else "quiet"
            yield f"{alert.name:<18} {budget:<8} {share:7.1%} of the limit, fires at {alert.at:.0%}: {state}"
