"""Sealing: a file that nobody can append to any more is compressed.

A file may be sealed two days after its date, and only under an exclusive lock, which no writer that has it open
shares. The compressed file is complete and on disk before the plain one goes; whoever opened the plain one in
between sees that it has no name any more, and opens another.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["may_be_sealed", "seal"]

_AGE = timedelta(days=2)


def may_be_sealed(path: Path, now: float | None = None) -> bool:
    """Whether a plain journal file is old enough.

    Args:
        path: A journal file named by its date.
        now: Seconds since the epoch, the present by default.
    """
    try:
        day = datetime.strptime(path.name, "%Y-%m-%d.jsonl").replace(tzinfo=UTC)
    except ValueError:
        return False
    return datetime.fromtimestamp(time.time() if now is None else now, UTC) - day >= _AGE + timedelta(days=1)


def seal(path: Path) -> Path | None:
    """Compress a plain journal file and remove it.

    Returns:
        The compressed file, or None when a writer still has the plain one open.
    """
    import zstandard  # noqa: PLC0415  # only sealing needs it

    sealed = path.with_name(path.name + ".zst")
    partial = sealed.with_name(sealed.name + ".partial")
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        with suppress(FileNotFoundError):
            partial.unlink()
        fd = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "wb") as out:
            if sealed.exists():
                # Written to again after it was sealed (a clock set back): a further frame behind the first.
                out.write(sealed.read_bytes())
            zstandard.ZstdCompressor(level=6).copy_stream(file, out)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(sealed)
        path.unlink()
    return sealed
