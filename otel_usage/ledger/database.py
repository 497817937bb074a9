"""Opening the database: made, migrated, locked against being moved away, its errors in this package's words."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from otel_usage.errors import LedgerBusyError, LedgerDamagedError, LedgerError, LedgerVersionError
from otel_usage.ledger.schema import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["connect", "migrate", "remove_damaged", "sqlite_errors"]

_PATIENCE = 10.0
"""Seconds to wait for another process that is making or migrating the database."""
_POLL = 0.02


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into this package's, each with what to do."""
    try:
        yield
    except OverflowError as error:
        raise LedgerError(path, "holds sums beyond 64 bits, which no plausible calls add up to") from error
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            raise LedgerDamagedError(
                path, "is damaged; nothing is lost, it is an index of the journal: run 'otel-usage rebuild'"
            ) from error
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise LedgerBusyError(path, "is locked by another process; try again in a moment") from error
        if isinstance(error, sqlite3.OperationalError):
            raise LedgerError(
                path, f"cannot be used ({error}); check the directory's permissions and free space"
            ) from error
        raise


def connect(path: Path) -> sqlite3.Connection:
    """Open the database, made and migrated where it has to be.

    Every open database shares a lock on ``usage.lock`` beside it, so that a damaged one is only moved away when
    nobody has it open (SQLite, "How To Corrupt An SQLite Database File", section 2.4).

    Raises:
        LedgerDamagedError: The file is not a readable database.
        LedgerVersionError: The file was written by a newer version.
        LedgerError: The file cannot be created or opened.
    """
    with sqlite_errors(path):
        lock = _lock(path, fcntl.LOCK_SH)
        connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, factory=_Connection)
        connection.lock = lock
        try:
            path.chmod(0o600)
            _set_up(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _set_up(connection: sqlite3.Connection, path: Path) -> None:
    """Set what is kept with the file and what is not.

    SQLite does not wait by itself where several processes turn to the write-ahead log at once.
    """
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            # Rows are some 600 bytes: larger pages waste less of themselves.
            connection.execute("PRAGMA page_size = 8192")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            # Checkpoints come late (160 MB): they cost more than the writes themselves when they come often.
            connection.execute("PRAGMA wal_autocheckpoint = 20000")
            connection.execute("PRAGMA journal_size_limit = 67108864")
            connection.execute("PRAGMA cache_size = -65536")
            migrate(connection, path)
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(_POLL)
        else:
            return


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Apply the migrations that the file does not have yet, each in a transaction."""
    known = len(MIGRATIONS)
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found > known:
        raise LedgerVersionError(path, found, known)
    while found < known:
        connection.execute("BEGIN IMMEDIATE")
        try:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found < known:
                MIGRATIONS[found](connection)
                found += 1
                connection.execute(f"PRAGMA user_version = {found}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def remove_damaged(path: Path) -> None:
    """Move a damaged database aside, under a lock that nobody who has it open shares.

    Raises:
        LedgerBusyError: Another process has it open.
    """
    lock = _lock(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    try:
        for suffix in ("", "-wal", "-shm"):
            file = path.with_name(path.name + suffix)
            if file.exists():
                file.replace(path.with_name(f"{path.name}.damaged{suffix}"))
    finally:
        os.close(lock)


class _Connection(sqlite3.Connection):
    """A connection that lets go of the shared lock when it is closed."""

    lock: int = -1

    def close(self) -> None:
        """Close the database, then the lock."""
        super().close()
        if self.lock >= 0:
            os.close(self.lock)
            self.lock = -1


def _lock(path: Path, how: int) -> int:
    try:
        fd = os.open(path.with_name("usage.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LedgerError(
            path, f"cannot be opened ({error.strerror}); check the directory's permissions"
        ) from error
    try:
        fcntl.flock(fd, how)
    except BlockingIOError as error:
        os.close(fd)
        raise LedgerBusyError(path, "is open in another process; end it and run this again") from error
    return fd
