"""The ledger as its users see it: opened in a home, brought up to date, asked."""

from __future__ import annotations

import math
import sqlite3
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Self

from msgspec import Struct

from otel_usage.errors import InvalidValueError, LedgerBusyError, LedgerDamagedError
from otel_usage.ledger import chosen
from otel_usage.ledger.backlog import Backlog
from otel_usage.ledger.contents import Contents
from otel_usage.ledger.database import connect, remove_damaged, sqlite_errors
from otel_usage.ledger.days import Days
from otel_usage.ledger.ingest import EXPOSED_FOR, Batch, ingest_batch
from otel_usage.ledger.rollups import Deltas, rebuild_days
from otel_usage.ledger.schema import TABLES
from otel_usage.ledger.settle import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from otel_usage.home import Home
    from otel_usage.pricing.book import PriceBook

__all__ = ["Ingested", "Ledger"]

_POLL = 0.01


class Ingested(Struct, frozen=True, kw_only=True):
    """What an ingest did.

    Attributes:
        lines: Journal lines read.
        complete: Whether the journal was read to its end; False when another process was at it.
    """

    lines: int
    complete: bool


class Ledger:
    """One home's ledger. Not for use by several threads at once.

    Attributes:
        connection: The database.
        days: The zone whose days are reported.
    """

    def __init__(
        self,
        home: Home,
        *,
        zone: str | None = None,
        book: Callable[[], PriceBook] | None = None,
        content_days: int | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Open the ledger, made where there is none.

        Args:
            home: The data directory.
            zone: The zone whose days are reported from now on; None keeps the ledger's own, which is the
                machine's when it was made.
            book: Makes the price book that settles pending prices; without it they stay pending.
            content_days: Days after which a file of content is deleted; None deletes none.
            clock: Seconds since the epoch.

        Raises:
            HomeError: The directory cannot be used.
            LedgerError: The database cannot be used; its subclasses say why.
        """
        home.prepare()
        self._home = home
        self._wanted_zone = zone
        self._book = book
        self._clock = clock
        if zone is not None:
            Days(zone)  # a zone that does not exist must not get into the journal
        self.connection = connect(home.database)
        try:
            self._backlog = Backlog(self.connection, home.logs, clock)
            self._contents = Contents(self.connection, home.content, clock, retention_days=content_days)
            with self.errors():
                self.days = Days(self._state("rollup_zone") or zone or chosen.machine_zone())
        except BaseException:
            self.connection.close()
            raise

    def __enter__(self) -> Self:
        """The ledger itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the database."""
        self.connection.close()

    def ingest(self, *, wait: float = 0.0, progress: Callable[[int], None] | None = None) -> Ingested:
        """Read what is new in the journal.

        Args:
            wait: Seconds to wait for another process that is ingesting.
            progress: Told the bytes left, after each batch.
        """
        lines, after, deadline = 0, -1, time.monotonic() + wait
        with self.errors():
            while True:
                if not self._begin():
                    if time.monotonic() >= deadline:
                        return Ingested(lines=lines, complete=False)
                    time.sleep(_POLL)
                    continue
                with self._transaction():
                    read = self._read_on(self._exposed_since())
                    lines += read
                    more = read > 0
                    if not more:
                        more = chosen.complete(
                            self.connection,
                            self._home.logs,
                            zone=self._wanted_zone,
                            machine=self.days.zone,
                            now=int(self._clock() * 1e9),
                        )
                        if not more and self._book is not None and self._has_pending(after):
                            now = int(self._clock() * 1e9)
                            settled, after = settle(
                                self.connection, self._home.logs, self._book(), after=after, now=now
                            )
                            more = settled > 0
                    # What was said comes last: costs do not wait for it.
                    more = more or self._contents.read_on()
                    if not more:
                        self._finish()
                if not more:
                    return Ingested(lines=lines, complete=True)
                if progress is not None:
                    progress(self._backlog.bytes_left())

    @classmethod
    def rebuild(
        cls, home: Home, *, zone: str | None = None, book: Callable[[], PriceBook] | None = None
    ) -> Ingested:
        """Make the ledger anew from the journal; readers see the old one until the new one is whole.

        Raises:
            LedgerBusyError: Another process is ingesting, or has a damaged database open.
        """
        try:
            ledger = cls(home, zone=zone, book=book)
        except LedgerDamagedError:
            remove_damaged(home.database)
            ledger = cls(home, zone=zone, book=book)
        try:
            return ledger._rebuild()
        except LedgerDamagedError:
            ledger.close()
            remove_damaged(home.database)
            with cls(home, zone=zone, book=book) as anew:
                return anew._rebuild()
        finally:
            ledger.close()

    def ask(self, statement: str, arguments: Sequence[object] = ()) -> list[Any]:
        """The rows that a statement answers with.

        Raises:
            LedgerError: The database cannot be read; its subclasses say why.
        """
        with self.errors():
            return self.connection.execute(statement, arguments).fetchall()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let everything that is asked inside see one state of the ledger."""
        with self.errors():
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                self.connection.execute("ROLLBACK")

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn SQLite's errors about this ledger into this package's."""
        with sqlite_errors(self._home.database):
            yield

    def setting(self, name: str) -> str | None:
        """A setting of the ledger as the journal has it."""
        with self.errors():
            return chosen.setting(self.connection, name)

    def _rebuild(self) -> Ingested:
        with self.errors():
            if not self._begin():
                raise LedgerBusyError(
                    self._home.database, "is being written by another process; try again in a moment"
                )
            with self._transaction():
                for table in TABLES:
                    self.connection.execute(f"DELETE FROM {table}")  # noqa: S608  # names from schema.py
                lines = 0
                while read := self._read_on(math.inf):
                    lines += read
                while self._contents.read_on():
                    pass
        rest = self.ingest(wait=5.0)
        return Ingested(lines=lines + rest.lines, complete=rest.complete)

    def _begin(self) -> bool:
        """Begin a write transaction without waiting; False when another process writes."""
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        finally:
            self.connection.execute("PRAGMA busy_timeout = 5000")
        return True

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            yield
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise

    def _read_on(self, exposed_since: float) -> int:
        """Book the next batch; the number of lines read, 0 at the end of the journal."""
        found = self._backlog.next()
        if found is None:
            return 0
        path, chunk = found
        zone = self._state("rollup_zone")
        if zone is None:
            self._set_state("rollup_zone", self.days.zone)
        elif zone != self.days.zone:
            self.days = Days(zone)
        batch = Batch.read(chunk.lines, exposed_since=exposed_since)
        deltas = Deltas(self.days)
        ingest_batch(self.connection, batch, deltas)
        deltas.write(self.connection)
        self.connection.executemany(
            "INSERT OR REPLACE INTO set_aside VALUES (?, ?, ?)",
            [(path.name, position, reason) for position, reason in batch.set_aside],
        )
        return max(len(chunk.lines), 1)

    def _exposed_since(self) -> float:
        """Start in nanoseconds from which on calls enter the counters.

        Not before the journal was once read to its end: what a new database finds is no news.
        """
        return (self._clock() - EXPOSED_FOR) * 1e9 if self._state("caught_up") else math.inf

    def _has_pending(self, after: int) -> bool:
        found = self.connection.execute(
            "SELECT 1 FROM call WHERE cost_status = 'pending' AND id > ? LIMIT 1", (after,)
        ).fetchone()
        return found is not None

    def _finish(self) -> None:
        """The journal is read: follow a changed zone, seal old files."""
        zone = self.setting("zone")
        if zone is not None and zone != self.days.zone:
            # A name that is no zone (of a newer machine's time zone data) changes nothing.
            with suppress(InvalidValueError):
                self.days = Days(zone)
                rebuild_days(self.connection, self.days)
        self._set_state("rollup_zone", self.days.zone)
        self._set_state("caught_up", "1")
        self._backlog.seal_old()

    def _state(self, name: str) -> str | None:
        found = self.ask("SELECT value FROM state WHERE name = ?", (name,))
        return str(found[0][0]) if found else None

    def _set_state(self, name: str, value: str) -> None:
        self.connection.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))
