"""What of the journal the ledger has not read yet, and sealing what nobody writes to any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.journal.reader import SEALED, Chunk, DamagedFileError, journal_files, read_chunks
from otel_usage.journal.seal import may_be_sealed, seal

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["Backlog"]


class Backlog:
    """Reads on where the ledger's own table says that it stopped.

    The place is looked up in the caller's transaction each time, as another process may have read on in between.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        directory: Path,
        clock: Callable[[], float],
        *,
        table: str = "journal_file",
    ) -> None:
        """Read a folder for the ledger behind a connection.

        Args:
            connection: The ledger's.
            directory: The journal's folder, or another with files of its form.
            clock: Seconds since the epoch.
            table: Says how far each file was read.
        """
        self._table = table
        self._connection = connection
        self._clock = clock
        self._directory = directory
        self._reading: tuple[Path, int, Iterator[Chunk]] | None = None

    def next(self) -> tuple[Path, Chunk] | None:
        """The next whole lines, marked as read in the caller's transaction; None at the end."""
        self._complete_sealing()
        for path, inode, size, position in self._unread():
            try:
                chunk = self._read(path, position)
            except FileNotFoundError:
                continue
            except DamagedFileError:
                self._set_aside(path, position)
                chunk = None
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
        unread = {path for path, *_ in self._unread()}
        for path in journal_files(self._directory):
            if may_be_sealed(path, self._clock()) and path not in unread:
                self._seal(path)

    def _complete_sealing(self) -> None:
        """Complete what a kill left half done: both files there, or the ledger not told of the sealed one."""
        for sealed in self._directory.glob(f"*{SEALED}"):
            plain = sealed.with_suffix("")
            if not plain.exists():
                if plain.name in self._known():
                    self._take_over(plain, sealed, position=0)
            elif may_be_sealed(plain, self._clock()):
                self._seal(plain)

    def _seal(self, plain: Path) -> None:
        alone = not plain.with_name(plain.name + SEALED).exists()
        try:
            sealed = seal(plain)
        except FileNotFoundError:
            return
        if sealed is not None:
            _, _, position = self._known().get(plain.name, (0, 0, 0))
            self._take_over(plain, sealed, position=position if alone else 0)

    def _take_over(self, plain: Path, sealed: Path, *, position: int) -> None:
        """Go on in a sealed file: where the plain one was read to, or from its beginning, which does no harm."""
        if position:
            self._connection.execute(
                "UPDATE set_aside SET file = ? WHERE file = ?", (sealed.name, plain.name)
            )
        else:
            self._connection.execute("DELETE FROM set_aside WHERE file = ?", (plain.name,))
        self._connection.execute(f"DELETE FROM {self._table} WHERE name = ?", (plain.name,))  # noqa: S608  # a name from the code
        self._mark(sealed, sealed.stat().st_ino, -1, position)

    def _known(self) -> dict[str, tuple[int, int, int]]:
        """Inode, size and position of every file by its name."""
        rows = self._connection.execute(f"SELECT name, inode, size, position FROM {self._table}")  # noqa: S608  # a name from the code
        return {name: (inode, size, position) for name, inode, size, position in rows}

    def _unread(self) -> list[tuple[Path, int, int, int]]:
        """Path, inode, size and start of every file that has changed since it was read to its end."""
        known = self._known()
        unread = []
        for path in journal_files(self._directory):
            try:
                state = path.stat()
            except FileNotFoundError:
                continue
            inode, size, position = known.get(path.name, (state.st_ino, -1, 0))
            if (inode, size) == (state.st_ino, state.st_size):
                continue
            shrunk = path.suffix == ".jsonl" and state.st_size < position
            unread.append(
                (path, state.st_ino, state.st_size, 0 if inode != state.st_ino or shrunk else position)
            )
        return unread

    def _read(self, path: Path, position: int) -> Chunk | None:
        """The next chunk, from the iterator at hand when it stands at that position."""
        if self._reading is None or self._reading[:2] != (path, position):
            self._reading = (path, position, read_chunks(path, position))
        chunk = next(self._reading[2], None)
        self._reading = None if chunk is None else (path, chunk.end, self._reading[2])
        return chunk

    def _set_aside(self, path: Path, position: int) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO set_aside VALUES (?, ?, 'damaged')", (path.name, position)
        )

    def _mark(self, path: Path, inode: int, size: int, position: int) -> None:
        self._connection.execute(
            f"INSERT OR REPLACE INTO {self._table} VALUES (?, ?, ?, ?)",  # noqa: S608  # a name from the code
            (path.name, inode, size, position),
        )
