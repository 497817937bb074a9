"""What of the journal the ledger has not read yet, and sealing what nobody writes to any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.journal.reader import Chunk, journal_files, read_chunks
from otel_usage.journal.seal import may_be_sealed, seal

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Backlog"]


class Backlog:
    """Reads on where the ledger's own table says that it stopped.

    The place is looked up in the caller's transaction each time, as another process may have read on in between.
    """

    def __init__(self, connection: sqlite3.Connection, directory: Path) -> None:
        """Read a journal folder for the ledger behind a connection."""
        self._connection = connection
        self._directory = directory
        self._reading: tuple[Path, int, Iterator[Chunk]] | None = None

    def next(self) -> tuple[Path, Chunk] | None:
        """The next whole lines, marked as read in the caller's transaction; None at the end."""
        for path, inode, size, position in self._unread():
            chunk = self._read(path, position)
            if chunk is not None:
                self._mark(path, inode, -1, chunk.end)
                return path, chunk
            self._mark(path, inode, size, position)
        return None

    def bytes_left(self) -> int:
        """How much is left to read, a compressed byte counted as one."""
        return sum(size - position if position <= size else size for _, _, size, position in self._unread())

    def seal_old(self) -> None:
        """Seal the files that are read to their end and that no writer can have open."""
        for path in journal_files(self._directory):
            if may_be_sealed(path) and self._is_read(path) and (sealed := seal(path)) is not None:
                state = sealed.stat()
                ((position,),) = self._connection.execute(
                    "DELETE FROM journal_file WHERE name = ? RETURNING position", (path.name,)
                ).fetchall()
                self._mark(sealed, state.st_ino, state.st_size, position)

    def _unread(self) -> list[tuple[Path, int, int, int]]:
        """Path, inode, size and start of every file that has changed since it was read to its end."""
        known = {
            name: (inode, size, position)
            for name, inode, size, position in self._connection.execute(
                "SELECT name, inode, size, position FROM journal_file"
            )
        }
        unread = []
        for path in journal_files(self._directory):
            state = path.stat()
            inode, size, position = known.get(path.name, (state.st_ino, -1, 0))
            if (inode, size) == (state.st_ino, state.st_size):
                continue
            shrunk = path.suffix == ".jsonl" and state.st_size < position
            unread.append(
                (path, state.st_ino, state.st_size, 0 if inode != state.st_ino or shrunk else position)
            )
        return unread

    def _is_read(self, path: Path) -> bool:
        return all(path != unread for unread, *_ in self._unread())

    def _read(self, path: Path, position: int) -> Chunk | None:
        """The next chunk, from the iterator at hand when it stands at that position."""
        if self._reading is None or self._reading[:2] != (path, position):
            self._reading = (path, position, read_chunks(path, position))
        chunk = next(self._reading[2], None)
        self._reading = None if chunk is None else (path, chunk.end, self._reading[2])
        return chunk

    def _mark(self, path: Path, inode: int, size: int, position: int) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO journal_file VALUES (?, ?, ?, ?)", (path.name, inode, size, position)
        )
