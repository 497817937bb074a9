"""Single calls: one by its id, the last, or all that were selected, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from otel_usage.ledger.links import record_key
from otel_usage.ledger.placing import call_id
from otel_usage.ledger.rows import COLUMNS, from_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from otel_usage.ledger.queries import Period
    from otel_usage.ledger.store import Ledger
    from otel_usage.records import CostStatus, Kind, UsageRecord

__all__ = ["Selection", "call_range", "find_call", "last_call", "selected"]

_COLUMNS = ", ".join(COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which calls are meant; None leaves a field open.

    Attributes:
        period: When they began.
        kind: LLM or API calls.
        job_id: Of this job.
        session_id: Of this session.
        provider: Of this provider, an API call of this service.
        model: Of this model, an API call to this endpoint.
        statuses: Whose cost stands at one of these; empty for any.
    """

    period: Period
    kind: Kind | None = None
    job_id: str | None = None
    session_id: str | None = None
    provider: str | None = None
    model: str | None = None
    statuses: tuple[CostStatus, ...] = ()


def find_call(ledger: Ledger, record_id: str) -> UsageRecord | None:
    """The call that one of whose sightings has this record id."""
    found = ledger.ask(
        f"SELECT {_COLUMNS} FROM call WHERE id IN (SELECT call FROM link WHERE key = ?)",  # noqa: S608  # column names
        (record_key(record_id),),
    )
    return from_row(found[0]) if found else None


def last_call(ledger: Ledger) -> UsageRecord | None:
    """The call that began last."""
    found = ledger.ask(f"SELECT {_COLUMNS} FROM call ORDER BY id DESC, start DESC LIMIT 1")  # noqa: S608  # column names
    return from_row(found[0]) if found else None


def selected(ledger: Ledger, selection: Selection) -> Iterator[UsageRecord]:
    """Every call of a selection in the order of time, read as it is asked for: a million do not fill the memory."""
    arguments: list[object] = []
    where = call_range(ledger, selection.period, arguments)
    for column in ("kind", "job_id", "session_id", "provider", "model"):
        if (value := getattr(selection, column)) is not None:
            where.append(f"{column} = ?")
            arguments.append(value)
    if selection.statuses:
        where.append(f"cost_status IN ({', '.join('?' * len(selection.statuses))})")
        arguments += selection.statuses
    condition = f" WHERE {' AND '.join(where)}" if where else ""
    with ledger.errors():
        rows = ledger.connection.execute(f"SELECT {_COLUMNS} FROM call{condition} ORDER BY id", arguments)  # noqa: S608  # names above
        yield from map(from_row, rows)


def call_range(ledger: Ledger, period: Period, arguments: list[object]) -> list[str]:
    """Conditions on a call's start; the row id begins with it, so the table is entered at the right place."""
    where = []
    begin = period.begin if period.first is None else ledger.days.begin(period.first)
    end = period.end if period.last is None else ledger.days.end(period.last)
    if begin is not None:
        where += ["id >= ?", "start >= ?"]
        arguments += [call_id(begin), begin]
    if end is not None:
        where += ["id < ?", "start < ?"]
        arguments += [call_id(end + 10**6), end]
    return where
