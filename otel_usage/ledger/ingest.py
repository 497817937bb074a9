"""From the journal into the ledger: idempotent, from where it stopped, a batch of lines a transaction.

Whoever reads ingests first. Only one process at a time does; another that finds it at work goes on with what is
there. Offsets, rows and roll-ups change in one transaction, so a kill at any instant loses and doubles nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from otel_usage.journal.lines import (
    Adjustment,
    Call,
    Label,
    Line,
    Link,
    RateCardLine,
    Setting,
    Stats,
    Unusable,
    decode,
)
from otel_usage.ledger.links import Sighting, provider_keys, record_key
from otel_usage.ledger.placing import INSERT_CALL, Placer, call_id
from otel_usage.ledger.rows import to_row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from otel_usage.ledger.rollups import Deltas

__all__ = ["EXPOSED_FOR", "Batch", "ingest_batch"]

EXPOSED_FOR = 2 * 3600
"""Seconds: only calls that are not older than this at ingest enter the counters that Prometheus sees."""


class Batch(msgspec.Struct):
    """Lines read from one journal file, sorted by what has to be done with them.

    Attributes:
        sightings: Calls.
        others: Everything else that is understood.
        set_aside: Position and reason of what could not be taken.
    """

    sightings: list[Sighting] = []
    others: list[Line] = []
    set_aside: list[tuple[int, str]] = []

    @classmethod
    def read(cls, lines: Iterable[tuple[int, bytes]], *, exposed_since: float) -> Batch:
        """Decode lines that are given with their positions.

        Args:
            lines: Position behind each line, and the line.
            exposed_since: Calls that began at or after this (nanoseconds) enter the counters.
        """
        batch = cls()
        for position, raw in lines:
            line = decode(raw)
            if isinstance(line, Call):
                batch.sightings.append(Sighting(line.record, line.record.start >= exposed_since))
            elif isinstance(line, Unusable):
                batch.set_aside.append((position, line.value))
            else:
                batch.others.append(line)
        return batch


def ingest_batch(connection: sqlite3.Connection, batch: Batch, deltas: Deltas) -> None:
    """Book a batch inside a transaction that the caller began; the caller writes the deltas.

    Sightings that share no key with anything are inserted together; the rest goes through the ``Placer``.
    """
    placer = Placer(connection, deltas)
    touched = [key for line in batch.others for key in _take(connection, line)]
    fresh, meeting = _divide(connection, batch.sightings)
    _insert_fresh(connection, fresh, deltas)
    for sighting in meeting:
        placer.place(sighting)
    for key in touched:
        placer.refresh(key)


def _take(connection: sqlite3.Connection, line: Line) -> tuple[int, ...]:
    """Store a line that is not a call; the record keys of the calls that it changes."""
    match line:
        case Adjustment() | Label():
            key = record_key(line.record)
            connection.execute(
                "INSERT OR IGNORE INTO amendment VALUES (?, ?, ?, ?)",
                (key, line.at, line.id, msgspec.json.encode(line)),
            )
            return (key,)
        case Link():
            one, other = (record_key(record) for record in line.records)
            connection.executemany("INSERT OR IGNORE INTO joined VALUES (?, ?)", [(one, other), (other, one)])
            return (one,)
        case RateCardLine():
            connection.execute(
                "INSERT OR IGNORE INTO rate_card VALUES (?, ?)",
                (line.card.id, msgspec.json.encode(line.card)),
            )
        case Setting():
            connection.execute(
                "INSERT INTO setting VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at, id = excluded.id,"
                " value = excluded.value WHERE (excluded.at, excluded.id) > (at, id)",
                (line.name, line.at, line.id, line.value),
            )
        case Stats():
            if connection.execute(
                "INSERT OR IGNORE INTO stats_line VALUES (?, ?)", (line.id, line.at)
            ).rowcount:
                connection.executemany(
                    "INSERT INTO stats_total VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
                    line.counts.items(),
                )
        case Call():
            raise AssertionError("calls are sightings of the batch")
    return ()


def _divide(
    connection: sqlite3.Connection, sightings: list[Sighting]
) -> tuple[list[tuple[Sighting, tuple[int, ...]]], list[Sighting]]:
    """Those that share no key with anything known or with each other, with their keys; and the rest."""
    keyed = [
        (sighting, (record_key(sighting.record.id), *provider_keys(sighting.record)))
        for sighting in sightings
    ]
    counted = Counter(key for _, keys in keyed for key in keys)
    wanted = msgspec.json.encode(list(counted)).decode()
    known = {key for key, count in counted.items() if count > 1}
    for table in ("link", "distrusted", "joined", "amendment"):
        if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is None:  # noqa: S608  # names above
            continue
        known.update(
            key
            for (key,) in connection.execute(
                f"SELECT key FROM {table} WHERE key IN (SELECT value FROM json_each(?))",  # noqa: S608  # names above
                (wanted,),
            )
        )
    fresh = [(sighting, keys) for sighting, keys in keyed if known.isdisjoint(keys)]
    meeting = [sighting for sighting, keys in keyed if not known.isdisjoint(keys)]
    return fresh, meeting


def _insert_fresh(
    connection: sqlite3.Connection, fresh: list[tuple[Sighting, tuple[int, ...]]], deltas: Deltas
) -> None:
    ids = [call_id(sighting.record.start, keys[0]) for sighting, keys in fresh]
    taken = {
        call
        for (call,) in connection.execute(
            "SELECT id FROM call WHERE id IN (SELECT value FROM json_each(?))",
            (msgspec.json.encode(ids).decode(),),
        )
    }
    rows, links = [], []
    for (sighting, keys), wanted in zip(fresh, ids, strict=True):
        call = wanted
        while call in taken or (call != wanted and _exists(connection, call)):
            call += 1
        taken.add(call)
        record = sighting.record
        rows.append((call, sighting.exposed, *to_row(record)))
        links += [(key, call) for key in keys]
        deltas.add(record, exposed=sighting.exposed)
    connection.executemany(INSERT_CALL, rows)
    links.sort()
    connection.executemany("INSERT INTO link VALUES (?, ?)", links)


def _exists(connection: sqlite3.Connection, call: int) -> bool:
    return connection.execute("SELECT 1 FROM call WHERE id = ?", (call,)).fetchone() is not None
