"""Asking the ledger: sums over a selection of calls, all together or by one dimension.

Whole days come from the roll-ups, hours of them too, totals of jobs and sessions over all time from theirs, and
everything else from the calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from otel_usage.ledger.days import QUARTER
from otel_usage.ledger.dimensions import Dimension, Tag, part_of_calendar
from otel_usage.ledger.schema import MEASURES
from otel_usage.ledger.selection import Conditions, Selection, on_calls, on_days, on_quarters
from otel_usage.records import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from otel_usage.ledger.store import Ledger

__all__ = ["Largest", "Totals", "breakdown", "extent", "largest", "last_start", "totals"]


class Totals(Struct, frozen=True, gc=False):
    """Sums over some calls: counts, tokens, nano-dollars. The fields are ``MEASURES``, in their order."""

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
        """Nano-dollars; None when not one call has an amount, unless all failed without using anything."""
        return None if not self.priced and (self.unpriced or self.calls > self.errors) else self.nanos


class Largest(NamedTuple):
    """The costliest values of a dimension, and what is left.

    Attributes:
        values: Their sums, the costliest first.
        others: How many further values there are.
        nanos: Nano-dollars of those.
    """

    values: dict[str, Totals]
    others: int
    nanos: int


_OF_KIND = {
    Dimension.MODEL: Kind.LLM,
    Dimension.PROVIDER: Kind.LLM,
    Dimension.SERVICE: Kind.API,
    Dimension.ENDPOINT: Kind.API,
}
"""A model's and a provider's column hold an API call's endpoint and service."""
_ROLLED = {
    Dimension.MODEL: "model",
    Dimension.PROVIDER: "provider",
    Dimension.SERVICE: "provider",
    Dimension.ENDPOINT: "model",
    Dimension.AGENT: "agent",
    Dimension.TASK_TYPE: "task_type",
    Dimension.TEAM: "team",
    Dimension.PROJECT: "project",
    Dimension.SOURCE: "source",
}
_OF_CALLS = {
    **{name: f"coalesce({column}, '')" for name, column in _ROLLED.items()},
    Dimension.JOB: "job_id",
    Dimension.SESSION: "session_id",
    Dimension.STATUS: "status",
}
_TOTAL_TABLES = {Dimension.JOB: ("job_total", "job_id"), Dimension.SESSION: ("session_total", "session_id")}
_SUM_ROLLUP = ", ".join(f"coalesce(sum({name}), 0)" for name in MEASURES)
_SUM_CALLS = (
    "count(*), coalesce(sum(status = 'error'), 0),"
    " coalesce(sum(kind = 'llm' AND cost_status IN ('unpriced', 'pending') AND NOT (status = 'error' AND"
    " coalesce(input, output, cache_read, cache_write_5m, cache_write_1h, reasoning) IS NULL)), 0), count(nanos), "
    + ", ".join(f"coalesce(sum({name}), 0)" for name in MEASURES[4:])
)
_Row = tuple[Any, ...]


def totals(ledger: Ledger, selection: Selection) -> Totals:
    """Everything that is selected."""
    if selection.rolled:
        rows = _ask(ledger, "usage_day", "''", _SUM_ROLLUP, on_days(selection))
    else:
        rows = _ask(ledger, "call", "''", _SUM_CALLS, on_calls(selection, ledger.days))
    return Totals(*rows[0][1:]) if rows else Totals()


def breakdown(ledger: Ledger, dimension: Dimension | Tag, selection: Selection) -> dict[str, Totals]:
    """Sums by the values of a dimension, the costliest first; parts of the calendar in their order.

    Calls without a job or session are in no group of those dimensions, API calls in none of models and providers, LLM
    calls in none of services and endpoints; elsewhere calls that do not say are in the group ``""``.
    """
    groups = [(name, found) for name, found in _groups(ledger, dimension, selection) if found.calls]
    if not dimension.of_time:
        groups.sort(key=lambda group: (-group[1].nanos, -group[1].calls, group[0]))
    return dict(groups)


def largest(ledger: Ledger, dimension: Dimension | Tag, selection: Selection, most: int) -> Largest:
    """The first values of ``breakdown``, without reading each of many thousand jobs where they are summed up."""
    if dimension in _TOTAL_TABLES and selection == Selection():
        table, column = _TOTAL_TABLES[dimension]
        rows = ledger.ask(
            f"SELECT {column}, {', '.join(MEASURES)} FROM {table} ORDER BY nanos DESC, calls DESC, 1 LIMIT ?",  # noqa: S608  # names above
            (most,),
        )
        values = {name: Totals(*sums) for name, *sums in rows}
        ((count, nanos),) = ledger.ask(f"SELECT count(*), coalesce(sum(nanos), 0) FROM {table}")  # noqa: S608  # names above
    else:
        found = breakdown(ledger, dimension, selection)
        values = dict(list(found.items())[:most])
        count, nanos = len(found), sum(sums.nanos for sums in found.values())
    return Largest(values, count - len(values), nanos - sum(sums.nanos for sums in values.values()))


def extent(ledger: Ledger, selection: Selection) -> tuple[str, str] | None:
    """The first and the last local day that have selected calls, ISO; None where there are none."""
    if selection.rolled:
        where = on_days(selection)
        ((first, last),) = ledger.ask(f"SELECT min(day), max(day) FROM usage_day{where}", where.arguments)  # noqa: S608  # conditions of selection.py
        return None if first is None else (first, last)
    where = on_calls(selection, ledger.days)
    ((begin, end),) = ledger.ask(f"SELECT min(start), max(start) FROM call{where}", where.arguments)  # noqa: S608  # conditions of selection.py
    return None if begin is None else (ledger.days.of(begin).isoformat(), ledger.days.of(end).isoformat())


def last_start(ledger: Ledger, selection: Selection) -> int | None:
    """When the last selected call began, in nanoseconds; None where there is none."""
    where = on_calls(selection, ledger.days)
    ((last,),) = ledger.ask(f"SELECT max(start) FROM call{where}", where.arguments)  # noqa: S608  # conditions of selection.py
    return None if last is None else int(last)


def _groups(ledger: Ledger, dimension: Dimension | Tag, selection: Selection) -> Iterable[tuple[str, Totals]]:
    """Sums by a dimension, from the smallest table that has them."""
    if isinstance(dimension, Tag):
        where = on_calls(selection, ledger.days)
        value = "coalesce((SELECT value FROM json_each(tags) WHERE key = ?), '')"
        rows = _ask(ledger, "call", value, _SUM_CALLS, where, dimension.name)
    elif dimension in _TOTAL_TABLES and selection == Selection():
        table, column = _TOTAL_TABLES[dimension]
        rows = ledger.ask(f"SELECT {column}, {', '.join(MEASURES)} FROM {table}")  # noqa: S608  # names above
    elif dimension.of_time:
        return _by_time(ledger, dimension, selection)
    else:
        rolled = selection.rolled and dimension in _ROLLED
        where = on_days(selection) if rolled else on_calls(selection, ledger.days)
        if dimension in _OF_KIND:
            where.add("kind = ?", _OF_KIND[dimension].value)
        if dimension in _TOTAL_TABLES:
            where.add(f"{_OF_CALLS[dimension]} IS NOT NULL")
        if rolled:
            rows = _ask(ledger, "usage_day", _ROLLED[dimension], _SUM_ROLLUP, where)
        else:
            rows = _ask(ledger, "call", _OF_CALLS[dimension], _SUM_CALLS, where)
    return [(name, Totals(*values)) for name, *values in rows]


def _by_time(ledger: Ledger, dimension: Dimension, selection: Selection) -> Iterable[tuple[str, Totals]]:
    """Sums by parts of the calendar, each put together from days, or from quarter hours."""
    days = ledger.days
    if selection.rolled and dimension is not Dimension.HOUR:
        rows = _ask(ledger, "usage_day", "day", _SUM_ROLLUP, on_days(selection))
        named = [(part_of_calendar(dimension, day), values) for day, *values in rows]
    else:
        if selection.rolled:
            rows = _ask(ledger, "usage_quarter", "quarter", _SUM_ROLLUP, on_quarters(selection, days))
        else:
            quarter = f"start / {QUARTER * 10**9}"
            rows = _ask(ledger, "call", quarter, _SUM_CALLS, on_calls(selection, days))
        hourly = dimension is Dimension.HOUR
        named = [
            (
                days.hour_of_quarter(quarter)
                if hourly
                else part_of_calendar(dimension, days.of_quarter(quarter)),
                values,
            )
            for quarter, *values in rows
        ]
    summed: dict[str, list[int]] = {}
    for name, values in named:
        before = summed.get(name)
        summed[name] = values if before is None else list(map(int.__add__, before, values))
    return [(name, Totals(*values)) for name, values in summed.items()]


def _ask(  # the parts of one statement
    ledger: Ledger, table: str, value: str, sums: str, where: Conditions, *arguments: object
) -> list[_Row]:
    """Sums by a value, in its order."""
    statement = f"SELECT {value} AS value, {sums} FROM {table}{where} GROUP BY 1 ORDER BY 1"  # noqa: S608  # names above, conditions of selection.py
    return ledger.ask(statement, [*arguments, *where.arguments])
