"""Sums of the ledger as the JSON that ``query``, ``report`` and ``summary.json`` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from otel_usage.cli.money import number
from otel_usage.cli.shapes.usage import Group, PeriodAnswer, Sums
from otel_usage.ledger.dimensions import Dimension, Tag
from otel_usage.ledger.queries import breakdown, extent, last_start, totals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from otel_usage.ledger.queries import Totals
    from otel_usage.ledger.selection import Selection
    from otel_usage.ledger.store import Ledger

__all__ = ["ALWAYS", "By", "fields", "period_answer", "sums_answer", "sums_by"]

ALWAYS = (Dimension.MODEL, Dimension.PROVIDER, Dimension.JOB, Dimension.SERVICE)
"""What every answer is divided by."""
_Values = tuple[int, int, int, int, int, int, int, int, Any, Any, Any]
By = dict[Dimension | Tag, dict[str, "Totals"]]
"""Dimension → sums of each of its values, in their order."""


def sums_by(ledger: Ledger, dimensions: Iterable[Dimension | Tag], selection: Selection) -> By:
    """The selected calls, divided by each of some dimensions."""
    return {dimension: breakdown(ledger, dimension, selection) for dimension in dict.fromkeys(dimensions)}


def period_answer(
    ledger: Ledger, selection: Selection, begin: str | None = None, end: str | None = None
) -> PeriodAnswer:
    """The ends of a period as they were given, else the first and the last day that have selected calls."""
    first, last = extent(ledger, selection) or (None, None)
    return PeriodAnswer(from_=begin or first, to=end or last)


def sums_answer(sums: Totals) -> _Values:
    """The values of ``Sums``, in their order: ten thousand jobs take half the time by place."""
    return (
        sums.calls,
        sums.errors,
        sums.unpriced,
        sums.input,
        sums.output,
        sums.cache_read,
        sums.cache_write_5m + sums.cache_write_1h,
        sums.reasoning,
        number(sums.cost),
        number(sums.cache_saved),
        number(sums.cache_extra),
    )


def fields(ledger: Ledger, selection: Selection, period: PeriodAnswer, by: By) -> dict[str, Any]:
    """The fields of ``QueryAnswer``, which a report's answer has too.

    Args:
        ledger: Brought up to date, in one snapshot.
        selection: The calls; where it names a job, the job's own keys stand at the top level too.
        period: As it is told.
        by: The same calls divided, by ``ALWAYS`` at least.
    """
    whole = totals(ledger, selection)
    groups = {
        dimension: [Group(*sums_answer(sums), name) for name, sums in values.items()]
        for dimension, values in by.items()
    }
    found: dict[str, Any] = {
        "total_cost": number(whole.cost),
        "total_cost_nanos": whole.cost,
        "period": period,
        "totals": Sums(*sums_answer(whole)),
        "groups": {str(dimension): values for dimension, values in groups.items()},
    }
    tags = {}
    for dimension, values in groups.items():
        costs = {group.name: group.cost for group in values}
        if isinstance(dimension, Tag):
            tags[dimension.name] = costs
        else:
            found[f"by_{dimension.replace('-', '_')}"] = costs
    if tags:
        found["by_tag"] = tags
    return found | (_of_job(ledger, selection, whole, by) if selection.job_id else {})


def _of_job(ledger: Ledger, selection: Selection, whole: Totals, by: By) -> dict[str, Any]:
    """What is said of one job at the top level."""
    models, providers = list(by[Dimension.MODEL]), list(by[Dimension.PROVIDER])
    last = last_start(ledger, selection)
    return {
        "job_id": selection.job_id,
        "model": models[0] if models else None,
        "provider": providers[0] if providers else None,
        "models": models,
        "providers": providers,
        "input_tokens": whole.input,
        "output_tokens": whole.output,
        "cost": number(whole.cost),
        "timestamp": None if last is None else ledger.days.local(last).isoformat(),
    }
