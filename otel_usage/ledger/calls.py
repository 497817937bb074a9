"""Single calls: one by its id, the last, or all that were selected, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.ledger.links import record_key
from otel_usage.ledger.rows import COLUMNS, from_row
from otel_usage.ledger.selection import on_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from otel_usage.ledger.selection import Selection
    from otel_usage.ledger.store import Ledger
    from otel_usage.records import UsageRecord

__all__ = ["find_call", "last_call", "selected"]

_COLUMNS = ", ".join(COLUMNS)


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
    where = on_calls(selection, ledger.days)
    with ledger.errors():
        rows = ledger.connection.execute(
            f"SELECT {_COLUMNS} FROM call{where} ORDER BY id",  # noqa: S608  # column names, conditions of selection.py
            where.arguments,
        )
        yield from map(from_row, rows)
