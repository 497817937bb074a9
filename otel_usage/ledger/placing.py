"""Putting a sighting among the calls that are there: alone, joined to others, or dividing what was one.

The slow path of ingest, for sightings that share a key with another, and for amendments of calls. The calls that
change are taken out of the roll-ups and the tables, divided anew, folded, amended and put back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from otel_usage.ledger.amendments import amend, amendments
from otel_usage.ledger.fold import fold
from otel_usage.ledger.links import Sighting, conflicting_keys, group, provider_keys, record_key
from otel_usage.ledger.rows import COLUMNS, from_row, to_row
from otel_usage.records import Flag, UsageRecord

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from otel_usage.ledger.rollups import Deltas

__all__ = ["CALL_COLUMNS", "INSERT_CALL", "Placer", "call_id"]

CALL_COLUMNS = ("id", "exposed", *COLUMNS)
INSERT_CALL = f"INSERT INTO call ({', '.join(CALL_COLUMNS)}) VALUES ({', '.join('?' * len(CALL_COLUMNS))})"  # noqa: S608  # column names
_SELECT_CALL = f"SELECT exposed, {', '.join(COLUMNS)} FROM call WHERE id = ?"  # noqa: S608  # column names
_EPOCH_MS = 1_577_836_800_000
"""2020-01-01, before which no call is booked."""
_ID_BITS = 22
_record = msgspec.json.Decoder(UsageRecord).decode


def call_id(start: int, key: int = 0) -> int:
    """A row id that begins with the start in milliseconds; the rest parts calls of one millisecond.

    Args:
        start: Begin of the call in nanoseconds.
        key: The record's key; 0 gives the smallest id of the millisecond, for ranges.
    """
    since = min(max(start // 10**6 - _EPOCH_MS, 0), 2**41 - 1)
    return since << _ID_BITS | key & (1 << _ID_BITS) - 1


class Placer:
    """Changes calls inside one transaction."""

    def __init__(self, connection: sqlite3.Connection, deltas: Deltas) -> None:
        """Work on a connection whose transaction has begun, telling every change to the roll-ups."""
        self._connection = connection
        self._deltas = deltas

    def place(self, sighting: Sighting) -> None:
        """Add a sighting; one that was already seen, to the letter, changes nothing."""
        keys = [record_key(sighting.record.id), *provider_keys(sighting.record)]
        calls, sightings = self._reach(keys)
        if any(sighting.record == known.record for known in sightings):
            return
        self._regroup(calls, [*sightings, sighting])

    def refresh(self, key: int) -> None:
        """Fold the calls that a record key leads to once more: something was said of them since."""
        calls, sightings = self._reach([key])
        if calls:
            self._regroup(calls, sightings)

    def _reach(self, keys: Iterable[int]) -> tuple[set[int], list[Sighting]]:
        """Every call, with its sightings, that trusted keys lead to, directly or through others."""
        calls: set[int] = set()
        sightings: list[Sighting] = []
        waiting, seen = list(keys), set[int]()
        while waiting:
            key = waiting.pop()
            if key in seen:
                continue
            seen.add(key)
            if self._ask("SELECT 1 FROM distrusted WHERE key = ?", key):
                continue
            waiting += [other for (other,) in self._ask("SELECT other FROM joined WHERE key = ?", key)]
            for (call,) in self._ask("SELECT call FROM link WHERE key = ?", key):
                if call not in calls:
                    calls.add(call)
                    members = self._members(call)
                    sightings += members
                    for member in members:
                        waiting += [record_key(member.record.id), *provider_keys(member.record)]
        return calls, sightings

    def _members(self, call: int) -> list[Sighting]:
        """The sightings of a call: those set apart, else the row itself."""
        rows = self._ask("SELECT record, exposed FROM sighting WHERE call = ?", call)
        if rows:
            return [Sighting(_record(record), bool(exposed)) for record, exposed in rows]
        ((exposed, *row),) = self._ask(_SELECT_CALL, call)
        return [Sighting(from_row(tuple(row)), bool(exposed))]

    def _regroup(self, calls: set[int], sightings: list[Sighting]) -> None:
        """Replace calls by what their sightings make now."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO distrusted VALUES (?)", [(key,) for key in conflicting_keys(sightings)]
        )
        distrusted, joined = set[int](), dict[int, list[int]]()
        for sighting in sightings:
            own = record_key(sighting.record.id)
            joined[own] = [other for (other,) in self._ask("SELECT other FROM joined WHERE key = ?", own)]
            distrusted.update(
                key
                for key in provider_keys(sighting.record)
                if self._ask("SELECT 1 FROM distrusted WHERE key = ?", key)
            )
        for call in calls:
            self._remove(call)
        for members, believed in group(sightings, joined, distrusted):
            self._insert(members, distrusted, believed=believed)

    def _remove(self, call: int) -> None:
        ((exposed, *row),) = self._ask(_SELECT_CALL, call)
        self._deltas.add(from_row(tuple(row)), exposed=bool(exposed), sign=-1)
        for member in self._members(call):
            keys = (record_key(member.record.id), *provider_keys(member.record))
            self._connection.executemany(
                "DELETE FROM link WHERE key = ? AND call = ?", [(key, call) for key in keys]
            )
        self._connection.execute("DELETE FROM sighting WHERE call = ?", (call,))
        self._connection.execute("DELETE FROM call WHERE id = ?", (call,))

    def _insert(self, members: list[Sighting], distrusted: set[int], *, believed: bool) -> None:
        record = fold([member.record for member in members])
        own = {record_key(member.record.id) for member in members}
        provided = {key for member in members for key in provider_keys(member.record)}
        if provided and (provided & distrusted or not believed):
            flags = tuple(sorted({*record.flags, Flag.LINK_DISTRUSTED}))
            record = msgspec.structs.replace(record, flags=flags)
        record = amend(record, amendments(self._connection, own))
        exposed = any(member.exposed for member in members)
        call = call_id(record.start, record_key(record.id))
        while self._ask("SELECT 1 FROM call WHERE id = ?", call):
            call += 1
        self._connection.execute(INSERT_CALL, (call, exposed, *to_row(record)))
        self._connection.executemany(
            "INSERT INTO link VALUES (?, ?)", [(key, call) for key in own | provided - distrusted]
        )
        if len(members) > 1 or record != members[0].record:
            self._connection.executemany(
                "INSERT INTO sighting VALUES (?, ?, ?, ?)",
                [
                    (call, place, member.exposed, msgspec.json.encode(member.record))
                    for place, member in enumerate(members)
                ],
            )
        self._deltas.add(record, exposed=exposed)

    def _ask(self, statement: str, value: int) -> list[Any]:
        return self._connection.execute(statement, (value,)).fetchall()
