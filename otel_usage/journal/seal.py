"""Sealing: a file that nobody can append to any more is compressed.

A file may be sealed two days after its date, and only under an exclusive lock, which no writer that has it open
shares. The compressed file is complete and on disk before the plain one goes; whoever opened the plain one in
between sees that it has no name any more, and opens another.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO

from otel_usage.journal.reader import SEALED, DamagedFileError, blocks, day_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["may_be_sealed", "seal"]

_AGE = timedelta(days=2)


def may_be_sealed(path: Path, now: float) -> bool:
    """Whether a plain journal file is old enough.

    Args:
        path: A journal file named by its date.
        now: Seconds since the epoch.
    """
    day = day_of(path.name)
    return day is not None and datetime.fromtimestamp(now, UTC) - day >= _AGE + timedelta(days=1)


def seal(path: Path) -> Path | None:
    """Compress a plain journal file and remove it; what an earlier attempt left half done is completed.

    Returns:
        The compressed file; None when a writer still has the plain one open, or another process has just sealed it.

    Raises:
        FileNotFoundError: There is no such file.
    """
    sealed = path.with_name(path.name + SEALED)
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        if os.fstat(file.fileno()).st_nlink == 0:
            return None
        if not (sealed.exists() and _ends_with(sealed, path)):
            _compress(file, sealed)
        path.unlink()
    return sealed


def _compress(file: BinaryIO, sealed: Path) -> None:
    """Put the compressed content behind what is sealed already (written to again after a clock was set back)."""
    import zstandard  # noqa: PLC0415  # only sealing needs it

    partial = sealed.with_name(sealed.name + ".partial")
    with suppress(FileNotFoundError):
        partial.unlink()
    fd = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "wb") as out:
        if sealed.exists():
            out.write(sealed.read_bytes())
        zstandard.ZstdCompressor(level=6, write_checksum=True).copy_stream(file, out)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(sealed)
    # The new name must be on disk before the old one goes.
    directory = os.open(sealed.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _ends_with(sealed: Path, plain: Path) -> bool:
    """Whether a sealed file already holds a plain one as its end: a kill came between compressing and removing."""
    size = plain.stat().st_size
    try:
        before = sum(len(block) for block in blocks(sealed)) - size
        return before >= 0 and b"".join(blocks(sealed, before)) == plain.read_bytes()
    except DamagedFileError:
        return False
