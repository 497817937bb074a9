"""Where the content of calls lies: rows that lead into the files, and the end of files that are old."""

from __future__ import annotations

import fcntl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from otel_usage.journal.contents import ContentPlace, place, read_content
from otel_usage.journal.reader import day_of
from otel_usage.ledger.backlog import Backlog
from otel_usage.ledger.links import record_key
from otel_usage.records import UsageRecord

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from otel_usage.content import Content
    from otel_usage.home import Home
    from otel_usage.ledger.store import Ledger

__all__ = ["Contents", "find_content"]


class Contents:
    """The rows of a home's files of content, kept in the caller's transactions."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        directory: Path,
        clock: Callable[[], float],
        *,
        retention_days: int | None,
    ) -> None:
        """Take the parts; nothing is read yet.

        Args:
            connection: The ledger's.
            directory: The folder of content; it need not exist.
            clock: Seconds since the epoch.
            retention_days: Days after which a file is deleted; None deletes none.
        """
        self._connection = connection
        self._directory = directory
        self._clock = clock
        self._retention_days = retention_days
        self._tidied: date | None = None
        self._backlog = Backlog(connection, directory, clock, table="content_file")

    def read_on(self) -> bool:
        """Note whose content the next lines hold; False at the end of what there is, or of what can be read."""
        try:
            self._tidy()
            found = self._backlog.next() if self._directory.is_dir() else None
        except OSError:
            # Reports of what calls cost do not depend on a folder that nobody may look into.
            found = None
        if found is None:
            return False
        path, chunk = found
        rows, aside = [], []
        for end, raw in chunk.lines:
            line = place(raw)
            if isinstance(line, ContentPlace):
                rows.append((record_key(line.id), path.name, end - 1 - len(raw), len(raw), line.at))
            else:
                aside.append((_set_aside_name(path.name), end, line.value))
        self._connection.executemany("INSERT OR REPLACE INTO content VALUES (?, ?, ?, ?, ?)", rows)
        self._connection.executemany("INSERT OR REPLACE INTO set_aside VALUES (?, ?, ?)", aside)
        return True

    def _tidy(self) -> None:
        """Delete files that are too old, and the rows of files that are gone: once a day, as long as this object lives."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        if self._tidied != now.date():
            self._tidied = now.date()
            self._delete_old(now)
            self._forget_deleted()

    def _delete_old(self, now: datetime) -> None:
        if self._retention_days is None:
            return
        for path in self._directory.glob("*.jsonl"):
            day = day_of(path.name)
            if day is not None and now >= day + timedelta(days=1 + self._retention_days):
                # Another process was quicker, or may do what this one may not.
                with suppress(OSError):
                    _delete(path)

    def _forget_deleted(self) -> None:
        for (name,) in self._connection.execute("SELECT name FROM content_file").fetchall():
            if self._is_another(name):
                self._connection.execute("DELETE FROM content WHERE file = ?", (name,))
                self._connection.execute("DELETE FROM content_file WHERE name = ?", (name,))
                self._connection.execute("DELETE FROM set_aside WHERE file = ?", (_set_aside_name(name),))

    def _is_another(self, name: str) -> bool:
        """Whether a file is gone, or was made anew: a new one may have its predecessor's inode, but begins otherwise."""
        path = self._directory / name
        first = self._connection.execute(
            "SELECT key, position, size FROM content WHERE file = ? ORDER BY position LIMIT 1", (name,)
        ).fetchone()
        if first is None:
            return not path.exists()
        key, position, size = first
        found = read_content(path, position, size)
        return found is None or record_key(found[0]) != key


def find_content(ledger: Ledger, home: Home, record: UsageRecord) -> Content | None:
    """What was said in a call, the latest that was kept of any of its sightings; None when nothing is kept, or it is gone."""
    sightings = ledger.ask(
        "SELECT record FROM sighting WHERE call IN (SELECT call FROM link WHERE key = ?)",
        (record_key(record.id),),
    )
    ids = {record.id, *(msgspec.json.decode(found, type=UsageRecord).id for (found,) in sightings)}
    keys = {record_key(one) for one in ids}
    places = ledger.ask(
        "SELECT file, position, size FROM content WHERE key IN (SELECT value FROM json_each(?))"
        " ORDER BY at DESC, file DESC, position DESC",
        (msgspec.json.encode(list(keys)).decode(),),
    )
    for file, position, size in places:
        found = read_content(home.content / file, position, size)
        # A file that somebody replaced may hold another call's content there by now.
        if found is not None and record_key(found[0]) in keys:
            return found[1]
    return None


def _delete(path: Path) -> None:
    """Delete a file, unless a process has it open for writing."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        path.unlink()


def _set_aside_name(file: str) -> str:
    """How a file of content is called beside those of the journal, which have the same names."""
    return f"content/{file}"
