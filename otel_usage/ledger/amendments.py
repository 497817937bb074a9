"""What was said of a call later: adjustments of its cost, and labels.

Which of them hold is a function of the call's sightings and of the lines, oldest first, whatever came when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from otel_usage.journal import lines
from otel_usage.journal.lines import Adjustment, Label
from otel_usage.ledger.fold import fold
from otel_usage.ledger.links import record_key
from otel_usage.records import Cost, CostStatus, Flag, UsageRecord

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from otel_usage.ledger.store import Ledger

__all__ = ["Change", "amend", "amendments", "history"]

_PRICE_FLAGS = frozenset(
    {Flag.USAGE_INCOMPLETE, Flag.VARIANT_UNPRICED, Flag.RATE_ASSUMED, Flag.UNITS_UNPRICED}
)
"""What pricing says of a call: another price says it anew."""
_record = msgspec.json.Decoder(UsageRecord).decode
_line = msgspec.json.Decoder(Adjustment | Label).decode


class Change(NamedTuple):
    """One time that a cost was changed.

    Attributes:
        adjustment: The line that changed it.
        before: What stood until then.
    """

    adjustment: Adjustment
    before: Cost


def amendments(connection: sqlite3.Connection, keys: Iterable[int]) -> list[Adjustment | Label]:
    """Every line about the records with these keys, oldest first."""
    found = sorted(
        row
        for key in keys
        for row in connection.execute("SELECT at, id, line FROM amendment WHERE key = ?", (key,))
    )
    return [_line(line) for _, _, line in found]


def amend(record: UsageRecord, later: Iterable[Adjustment | Label]) -> UsageRecord:
    """The record with later adjustments and labels, which are given oldest first."""
    for line in later:
        if isinstance(line, Label):
            said = msgspec.structs.asdict(line.labels)
            changes = {name: value for name, value in said.items() if value is not None}
            record = msgspec.structs.replace(record, **changes)
        elif _holds(line, record):
            flags = tuple(sorted({*record.flags} - _PRICE_FLAGS | {*line.flags}))
            record = msgspec.structs.replace(record, cost=line.cost, flags=flags)
    return record


def history(ledger: Ledger, record: UsageRecord) -> list[Change]:
    """The adjustments that hold for a call, oldest first."""
    with ledger.errors():
        connection = ledger.connection
        rows = connection.execute(
            "SELECT record FROM sighting WHERE call IN (SELECT call FROM link WHERE key = ?)",
            (record_key(record.id),),
        )
        sightings = [_record(row) for (row,) in rows]
        if not sightings:
            return []
        folded, changes = fold(sightings), []
        for line in amendments(connection, {record_key(sighting.id) for sighting in sightings}):
            if isinstance(line, Adjustment) and _holds(line, folded):
                changes.append(Change(line, folded.cost))
            folded = amend(folded, [line])
    return changes


def _holds(line: Adjustment, record: UsageRecord) -> bool:
    """Whether an adjustment holds for a call as it stands: another sighting may have brought a cost or other tokens.

    A price that was found for a pending call holds while the call is pending; a new one of a call without an amount,
    while it has none; one of a call that had an amount, while it has that very cost.
    """
    match line.reason:
        case lines.SETTLED:
            fits = record.cost.status is CostStatus.PENDING
        case lines.REPRICED if line.replaces is None:
            fits = record.cost.nanos is None
        case lines.REPRICED:
            fits = record.cost == line.replaces
        case _:
            return True
    return fits and line.usage == record.usage
