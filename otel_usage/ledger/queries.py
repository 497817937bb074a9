"""Asking the ledger: sums over a period, all together or by one dimension.

Whole days without a filter come from the day roll-up, totals of jobs and sessions over all time from theirs, and
everything else from the calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from otel_usage.ledger.calls import call_range
from otel_usage.ledger.schema import MEASURES

if TYPE_CHECKING:
    from datetime import date

    from otel_usage.ledger.store import Ledger

__all__ = [
    "Dimension",
    "Period",
    "Totals",
    "breakdown",
    "extent",
    "job_summary",
    "totals",
]


class Dimension(StrEnum):
    """What sums can be divided by."""

    MODEL = "model"
    PROVIDER = "provider"
    AGENT = "agent"
    TASK_TYPE = "task-type"
    SOURCE = "source"
    DAY = "day"
    JOB = "job"
    SESSION = "session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A range of time; None is without end.

    Attributes:
        first: First local day, when the range begins with a whole day.
        last: Last local day, when it ends with one.
        begin: First moment in nanoseconds, when it begins within a day.
        end: First moment after it in nanoseconds, when it ends within a day.
    """

    first: date | None = None
    last: date | None = None
    begin: int | None = None
    end: int | None = None

    @property
    def of_days(self) -> bool:
        """Whether both ends are ends of days."""
        return self.begin is None and self.end is None

    @property
    def endless(self) -> bool:
        """Whether it is all time."""
        return self == Period()


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over some calls: counts, tokens, nano-dollars."""

    calls: int = 0
    errors: int = 0
    unpriced: int = 0
    priced: int = 0
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    reasoning: int = 0
    nanos: int = 0
    cache_saved: int = 0
    cache_extra: int = 0

    @property
    def cost(self) -> int | None:
        """Nano-dollars; None when money is missing for calls and not one has an amount."""
        return None if self.unpriced and not self.priced else self.nanos


_IN_DAYS = {
    Dimension.MODEL: "model",
    Dimension.PROVIDER: "provider",
    Dimension.AGENT: "agent",
    Dimension.TASK_TYPE: "task_type",
    Dimension.SOURCE: "source",
    Dimension.DAY: "day",
}
_OF_LLM = {Dimension.MODEL, Dimension.PROVIDER}
"""Dimensions that only LLM calls have; in the place of both, API calls keep their service and endpoint."""
_IN_CALLS = {
    Dimension.MODEL: "model",
    Dimension.PROVIDER: "provider",
    Dimension.AGENT: "coalesce(agent, '')",
    Dimension.TASK_TYPE: "coalesce(task_type, '')",
    Dimension.SOURCE: "source",
    Dimension.DAY: "local_day(start)",
    Dimension.JOB: "job_id",
    Dimension.SESSION: "session_id",
}
_TOTAL_TABLES = {Dimension.JOB: ("job_total", "job_id"), Dimension.SESSION: ("session_total", "session_id")}
_SUM_ROLLUP = ", ".join(f"coalesce(sum({name}), 0)" for name in MEASURES)
_SUM_CALLS = (
    "count(*), coalesce(sum(status = 'error'), 0),"
    " coalesce(sum(kind = 'llm' AND cost_status IN ('unpriced', 'pending') AND NOT (status = 'error' AND"
    " coalesce(input, output, cache_read, cache_write_5m, cache_write_1h, reasoning) IS NULL)), 0), count(nanos), "
    + ", ".join(f"coalesce(sum({name}), 0)" for name in MEASURES[4:])
)


def totals(ledger: Ledger, period: Period, *, job_id: str | None = None) -> Totals:
    """Everything in a period, or of one job in it."""
    ((_, found),) = _sums(ledger, None, period, job_id)
    return found


def breakdown(
    ledger: Ledger, dimension: Dimension, period: Period, *, job_id: str | None = None
) -> dict[str, Totals]:
    """Sums by the values of a dimension, the costliest first; days in their order.

    Calls without a job or session are in no group of those dimensions, API calls in none of models and providers;
    elsewhere calls that do not say are in the group ``""``.
    """
    groups = [(name, found) for name, found in _sums(ledger, dimension, period, job_id) if found.calls]
    if dimension is Dimension.DAY:
        groups.sort(key=lambda group: group[0])
    else:
        groups.sort(key=lambda group: (-group[1].nanos, -group[1].calls, group[0]))
    return dict(groups)


def extent(ledger: Ledger) -> tuple[str, str] | None:
    """The first and the last local day that have calls, ISO; None in an empty ledger."""
    ((first, last),) = ledger.ask("SELECT min(day), max(day) FROM usage_day")
    return None if first is None else (first, last)


def job_summary(ledger: Ledger, job_id: str, period: Period) -> dict[str, Any]:
    """One job under the keys of its JSON form; its cost in nano-dollars.

    ``model`` and ``provider`` are the costliest of several, which ``models`` and ``providers`` list; ``timestamp``
    is the begin of its last call.
    """
    whole = totals(ledger, period, job_id=job_id)
    models = list(breakdown(ledger, Dimension.MODEL, period, job_id=job_id))
    providers = list(breakdown(ledger, Dimension.PROVIDER, period, job_id=job_id))
    arguments: list[object] = [job_id]
    where = " AND ".join(["job_id = ?", *call_range(ledger, period, arguments)])
    ((last,),) = ledger.ask(f"SELECT max(start) FROM call WHERE {where}", arguments)  # noqa: S608  # names above
    return {
        "jobId": job_id,
        "model": models[0] if models else None,
        "provider": providers[0] if providers else None,
        "models": models,
        "providers": providers,
        "inputTokens": whole.input,
        "outputTokens": whole.output,
        "cost": whole.cost,
        "timestamp": None if last is None else ledger.days.local(last).isoformat(),
    }


def _sums(
    ledger: Ledger, dimension: Dimension | None, period: Period, job_id: str | None
) -> list[tuple[str, Totals]]:
    """Sums by a dimension, or the one sum of everything, from the smallest table that has them."""
    arguments: list[object] = []
    if job_id is None and period.endless and dimension in _TOTAL_TABLES:
        table, column = _TOTAL_TABLES[dimension]
        statement = f"SELECT {column}, {', '.join(MEASURES)} FROM {table}"  # noqa: S608  # names above
    elif job_id is None and period.of_days and dimension not in _TOTAL_TABLES:
        where = _day_range(period, arguments)
        if dimension in _OF_LLM:
            where.append("kind = 'llm'")
        statement = _grouped("usage_day", _SUM_ROLLUP, _IN_DAYS[dimension] if dimension else None, where)
    else:
        where = call_range(ledger, period, arguments)
        if job_id is not None:
            where.append("job_id = ?")
            arguments.append(job_id)
        if dimension in _TOTAL_TABLES:
            where.append(f"{_IN_CALLS[dimension]} IS NOT NULL")
        if dimension in _OF_LLM:
            where.append("kind = 'llm'")
        if dimension is Dimension.DAY:
            ledger.connection.create_function(
                "local_day", 1, lambda start: ledger.days.of(start).isoformat(), deterministic=True
            )
        statement = _grouped("call", _SUM_CALLS, _IN_CALLS[dimension] if dimension else None, where)
    return [
        (name or "", Totals(**dict(zip(MEASURES, values, strict=True))))
        for name, *values in ledger.ask(statement, arguments)
    ]


def _grouped(table: str, sums: str, by: str | None, where: list[str]) -> str:
    condition = f" WHERE {' AND '.join(where)}" if where else ""
    if by is None:
        return f"SELECT '', {sums} FROM {table}{condition}"  # noqa: S608  # names above
    return f"SELECT {by} AS value, {sums} FROM {table}{condition} GROUP BY value"  # noqa: S608  # names above


def _day_range(period: Period, arguments: list[object]) -> list[str]:
    where = []
    if period.first is not None:
        where.append("day >= ?")
        arguments.append(period.first.isoformat())
    if period.last is not None:
        where.append("day <= ?")
        arguments.append(period.last.isoformat())
    return where
