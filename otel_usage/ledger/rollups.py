"""Roll-ups: sums by quarter hour, day, job and session, kept as differences when calls come, change or go.

``Deltas`` gathers what a transaction changes and writes it at its end, one row per key. Days are summed from the
same quarter hours, so that both always agree.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING, cast

import msgspec

from otel_usage.ledger.days import quarter_of
from otel_usage.ledger.durations import BOUNDS_NS
from otel_usage.ledger.rows import names
from otel_usage.ledger.schema import MEASURES
from otel_usage.records import CostStatus, Kind, Status
from otel_usage.token_usage import NO_USAGE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

    from otel_usage.ledger.days import Days
    from otel_usage.records import UsageRecord

__all__ = ["ROLLUPS", "Deltas", "lacks_price", "rebuild_days"]

_UNPRICED = (CostStatus.UNPRICED, CostStatus.PENDING)
_DIMENSIONS = ("kind", "provider", "model", "agent", "task_type", "source", "team", "project")
ROLLUPS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "usage_quarter": (("quarter", *_DIMENSIONS), MEASURES),
    "usage_day": (("day", *_DIMENSIONS), MEASURES),
    "usage_duration": (("day", "kind", "provider", "model", "bucket"), ("calls", "nanoseconds")),
    "job_total": (("job_id",), MEASURES),
    "session_total": (("session_id",), MEASURES),
}
"""Table → its key columns and its summed columns."""

_Values = tuple[int, ...]
_Gathered = defaultdict[tuple[object, ...], list[_Values]]


def _summed(gathered: _Gathered) -> Iterator[tuple[tuple[object, ...], _Values]]:
    """Key and sums of what was gathered."""
    for key, values in gathered.items():
        yield key, tuple(map(sum, zip(*values, strict=True))) if len(values) > 1 else values[0]


class Deltas:
    """What a transaction changes in the roll-ups and the accumulators.

    For an API call the dimension ``provider`` holds the service and ``model`` the endpoint.
    """

    def __init__(self, days: Days) -> None:
        """Start with no change, for roll-ups kept in the days of one zone."""
        self._days = days
        self._quarters: _Gathered = defaultdict(list)
        self._durations: _Gathered = defaultdict(list)
        self._jobs: _Gathered = defaultdict(list)
        self._sessions: _Gathered = defaultdict(list)
        self._exposed: defaultdict[tuple[str, str], int] = defaultdict(int)

    def add(self, record: UsageRecord, *, exposed: bool, sign: int = 1) -> None:
        """Count a call in, or out with sign -1.

        Args:
            record: The folded call.
            exposed: Whether the counters that Prometheus sees take part.
            sign: 1 or -1.
        """
        usage, cost = record.usage, record.cost
        values: _Values = (
            1,
            1 if record.status is Status.ERROR else 0,
            1 if lacks_price(record) else 0,
            0 if cost.nanos is None else 1,
            usage.input or 0,
            usage.output or 0,
            usage.cache_read or 0,
            usage.cache_write_5m or 0,
            usage.cache_write_1h or 0,
            usage.reasoning or 0,
            cost.nanos or 0,
            cost.cache_saved or 0,
            cost.cache_extra or 0,
        )
        if sign < 0:
            values = tuple(-value for value in values)
        kind = record.kind._value_
        provider, model = names(record)
        agent, task_type = record.agent or "", record.task_type or ""
        team, project = record.team or "", record.project or ""
        quarter = quarter_of(record.start)
        self._quarters[quarter, kind, provider, model, agent, task_type, record.source, team, project].append(
            values
        )
        if record.job_id is not None:
            self._jobs[record.job_id,].append(values)
        if record.session_id is not None:
            self._sessions[record.session_id,].append(values)
        if record.duration is not None:
            bucket = bisect_left(BOUNDS_NS, record.duration)
            day = self._days.of_quarter(quarter)
            self._durations[day, kind, provider, model, bucket].append((sign, sign * record.duration))
        if exposed:
            self._expose(record, (provider, model, agent, task_type), sign)

    def sums(self, table: str) -> dict[tuple[object, ...], _Values]:
        """What one roll-up gains, by key."""
        if table == "usage_day":
            days: _Gathered = defaultdict(list)
            for (quarter, *rest), values in _summed(self._quarters):
                days[self._days.of_quarter(cast("int", quarter)), *rest].append(values)
            return dict(_summed(days))
        gathered = {
            "usage_quarter": self._quarters,
            "usage_duration": self._durations,
            "job_total": self._jobs,
            "session_total": self._sessions,
        }
        return dict(_summed(gathered[table]))

    def exposed(self) -> Mapping[tuple[str, str], int]:
        """The gathered differences of the counters, by family and labels."""
        return self._exposed

    def write(self, connection: sqlite3.Connection) -> None:
        """Add everything to the tables, drop the rows in which no call is left, and start anew."""
        for table, (keys, sums) in ROLLUPS.items():
            rows = [(*key, *values) for key, values in self.sums(table).items() if any(values)]
            marks = ", ".join("?" * (len(keys) + len(sums)))
            added = ", ".join(f"{name} = {name} + excluded.{name}" for name in sums)
            connection.executemany(
                f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT DO UPDATE SET {added}",  # noqa: S608  # names from this module
                rows,
            )
            where = " AND ".join(f"{name} = ?" for name in keys)
            connection.executemany(
                f"DELETE FROM {table} WHERE {where} AND calls = 0",  # noqa: S608  # names from this module
                [row[: len(keys)] for row in rows if cast("int", row[len(keys)]) <= 0],
            )
        connection.executemany(
            "INSERT INTO accumulator VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " booked = booked + excluded.booked, corrected = corrected + excluded.corrected",
            [(*key, max(change, 0), max(-change, 0)) for key, change in self._exposed.items() if change],
        )
        for gathered in (self._quarters, self._durations, self._jobs, self._sessions):
            gathered.clear()
        self._exposed.clear()

    def _expose(self, record: UsageRecord, labels: tuple[str, str, str, str], sign: int) -> None:
        """Gather the differences of the counters; token types are a partition, so that their sum is right."""
        if record.kind is Kind.API:
            self._exposed["api_calls", _labels(labels[:2])] += sign
        else:
            self._exposed["calls", _labels(labels)] += sign
            for token_type, count in record.usage.partition.items():
                self._exposed["tokens", _labels((*labels[:2], token_type))] += sign * count
        if record.status is Status.ERROR:
            # Apart, so that errors through calls is a rate of each kind.
            api = record.kind is Kind.API
            self._exposed["api_errors" if api else "errors", _labels(labels[:2] if api else labels)] += sign
        if record.cost.nanos:
            self._exposed["cost_usd", _labels(labels)] += sign * record.cost.nanos


def lacks_price(record: UsageRecord) -> bool:
    """Whether money is missing for a call; one that failed without using a token has nothing to price."""
    if record.kind is not Kind.LLM or record.cost.status not in _UNPRICED:
        return False
    return record.status is not Status.ERROR or record.usage != NO_USAGE


def rebuild_days(connection: sqlite3.Connection, days: Days) -> None:
    """Make the day roll-up anew from the quarter hours: the ledger's zone has changed."""
    columns = ", ".join((*_DIMENSIONS, *MEASURES))
    width = 1 + len(_DIMENSIONS)
    gathered: _Gathered = defaultdict(list)
    for row in connection.execute(f"SELECT quarter, {columns} FROM usage_quarter"):  # noqa: S608  # names from this module
        gathered[days.of_quarter(row[0]), *row[1:width]].append(row[width:])
    _replace(connection, "usage_day", gathered)
    # Durations are kept by day only, so they are counted again from the calls.
    durations: _Gathered = defaultdict(list)
    for start, *dimensions, duration in connection.execute(
        "SELECT start, kind, provider, model, duration FROM call WHERE duration IS NOT NULL"
    ):
        bucket = bisect_left(BOUNDS_NS, duration)
        durations[days.of_quarter(quarter_of(start)), *dimensions, bucket].append((1, duration))
    _replace(connection, "usage_duration", durations)


def _replace(connection: sqlite3.Connection, table: str, gathered: _Gathered) -> None:
    rows = [(*key, *values) for key, values in _summed(gathered)]
    connection.execute(f"DELETE FROM {table}")  # noqa: S608  # names from this module
    if rows:
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608  # names from this module


def _labels(values: Sequence[str]) -> str:
    return msgspec.json.encode(values).decode()
