"""From the ledger to Prometheus' families of samples.

Counters come from what ingest booked and corrected and never fall; gauges come from the calls and are exact at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily

from otel_usage import semconv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prometheus_client.metrics_core import Metric

    from otel_usage.budgets.status import BudgetStatus
    from otel_usage.ledger.store import Ledger

__all__ = ["budget_gauges", "counter", "counters", "gauge", "stats", "unpriced"]


class _Accumulated(msgspec.Struct, frozen=True, kw_only=True):
    """A counter that ingest keeps.

    Attributes:
        name: The family's.
        meaning: For people.
        labels: Names of the labels in the order in which the ledger keeps their values.
        unit: What one of the exported unit is in the ledger's.
    """

    name: str
    meaning: str
    labels: tuple[str, ...]
    unit: float = 1.0


_OF_CALLS = ("provider", "model", "agent", "task_type")
_ACCUMULATED = {
    "cost_usd": _Accumulated(
        name=semconv.LEDGER_COST,
        meaning="USD of LLM and API calls; for an API call provider is its service and model its endpoint",
        labels=_OF_CALLS,
        unit=1e9,
    ),
    "calls": _Accumulated(name=semconv.LEDGER_CALLS, meaning="LLM calls", labels=_OF_CALLS),
    "errors": _Accumulated(name=semconv.LEDGER_ERRORS, meaning="LLM calls that failed", labels=_OF_CALLS),
    "tokens": _Accumulated(
        name=semconv.LEDGER_TOKENS,
        meaning="Tokens; the token types are a partition and may be added up",
        labels=("provider", "model", "token_type"),
    ),
    "api_calls": _Accumulated(
        name=semconv.LEDGER_API_CALLS,
        meaning="Calls of services that are no language models",
        labels=("service", "endpoint"),
    ),
    "api_errors": _Accumulated(
        name=semconv.LEDGER_API_ERRORS,
        meaning="Calls of services that are no language models, which failed",
        labels=("service", "endpoint"),
    ),
}
_REDACTIONS = "redactions."
_REASONS = {
    "redactions.error": "error",
    "redactions.oversize": "oversize",
    "failures.prepare": "record",
    "failures.redact": "span",
    "failures.capture": "content",
}
"""Name of a count → why a text was left out: it could not be examined, or is too large; or all of what held it."""


def counter(name: str, meaning: str, ledger: str, value: float) -> Metric:
    """A counter of one sample."""
    family = CounterMetricFamily(name, meaning, labels=[semconv.LABEL_LEDGER])
    family.add_metric([ledger], value)
    return family


def gauge(
    name: str, meaning: str, labels: Sequence[str], samples: Iterable[tuple[Sequence[str], float]]
) -> Metric:
    """A gauge.

    Args:
        name: The family's.
        meaning: For people.
        labels: Names of the labels; the first is the ledger's.
        samples: Values of the labels, and the value.
    """
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for values, value in samples:
        # A name given in code may hold half a surrogate pair, which no exposition can carry.
        family.add_metric([text.encode("utf-8", "replace").decode() for text in values], value)
    return family


def counters(ledger: Ledger, ledger_id: str) -> Iterator[Metric]:
    """What ingest booked, and what it took back, of calls that were recent when they came."""
    rows = ledger.ask("SELECT family, labels, booked, corrected FROM accumulator ORDER BY family, labels")
    for key, of in _ACCUMULATED.items():
        names = [semconv.LABEL_LEDGER, *of.labels]
        booked = CounterMetricFamily(of.name, f"{of.meaning}.", labels=names)
        corrected = CounterMetricFamily(
            f"{of.name}_corrected", f"What {of.name}_total counted and is taken back.", labels=names
        )
        for family, labels, more, less in rows:
            if family == key:
                values = [ledger_id, *msgspec.json.decode(labels)]
                booked.add_metric(values, more / of.unit)
                corrected.add_metric(values, less / of.unit)
        yield booked
        yield corrected


def stats(ledger: Ledger, ledger_id: str) -> Iterator[Metric]:
    """What the recording processes counted of themselves."""
    counts: dict[str, int] = dict(ledger.ask("SELECT name, count FROM stats_total ORDER BY name"))
    redactions = CounterMetricFamily(
        semconv.LEDGER_REDACTIONS, "Secrets taken out of texts.", labels=[semconv.LABEL_LEDGER, "class"]
    )
    for name, count in counts.items():
        if name.startswith(_REDACTIONS) and name not in _REASONS:
            redactions.add_metric([ledger_id, name.removeprefix(_REDACTIONS)], count)
    yield redactions
    failures = CounterMetricFamily(
        semconv.LEDGER_REDACTION_FAILURES,
        "Texts left out because they could not be examined: one by one (error, oversize), or all of a record, span, content.",
        labels=[semconv.LABEL_LEDGER, "reason"],
    )
    for name, reason in _REASONS.items():
        failures.add_metric([ledger_id, reason], counts.get(name, 0))
    yield failures
    yield counter(
        semconv.LEDGER_RECORDS_DROPPED,
        "Records lost because the disk was full or too slow.",
        ledger_id,
        counts.get("dropped", 0),
    )


def unpriced(ledger: Ledger, ledger_id: str, now: float) -> Metric:
    """Today's calls whose amount is unknown, for each model that was used today."""
    rows = ledger.ask(
        "SELECT provider, model, sum(unpriced) FROM usage_day WHERE day = ? AND kind = 'llm'"
        " GROUP BY provider, model",
        (ledger.days.today(now).isoformat(),),
    )
    return gauge(
        semconv.LEDGER_UNPRICED_CALLS,
        "LLM calls of today whose amount is unknown.",
        [semconv.LABEL_LEDGER, "provider", "model"],
        [((ledger_id, provider, model), count) for provider, model, count in rows],
    )


def budget_gauges(statuses: Sequence[BudgetStatus], ledger_id: str) -> list[Metric]:
    """Each budget in its current period: limit, spent, how much of the period is over, its begin and end."""
    labels = [semconv.LABEL_LEDGER, "budget", "scope", "subject", "period"]
    subjects = [(ledger_id, of.name, of.scope, of.subject, of.period) for of in statuses]
    columns = (
        (semconv.BUDGET_LIMIT, "USD that may be spent.", [of.limit_nanos / 1e9 for of in statuses]),
        (semconv.BUDGET_SPENT, "USD spent in the period.", [of.spent_nanos / 1e9 for of in statuses]),
        (semconv.BUDGET_ELAPSED, "Part of the period that is over.", [of.elapsed for of in statuses]),
        (semconv.BUDGET_PERIOD_START, "When the period began.", [of.begin / 1e9 for of in statuses]),
        (semconv.BUDGET_PERIOD_END, "When the period ends.", [of.end / 1e9 for of in statuses]),
    )
    return [
        gauge(name, meaning, labels, zip(subjects, values, strict=True)) for name, meaning, values in columns
    ]
