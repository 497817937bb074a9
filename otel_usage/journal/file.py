"""The journal file of the day, open for appending by any number of processes and threads."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["DatedFile"]

_DAY = 86_400
_APPENDING = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
_OPENING = 0.020
"""Seconds to wait for another thread that is opening the file; longer means that the disk is slow."""


class DatedFile:
    """``DIRECTORY/YYYY-MM-DD.jsonl``, named by the UTC date on which it was opened; the name means nothing else.

    An open file carries a shared lock, which keeps it from being sealed. The number of the descriptor never changes
    while the object lives, so a thread in the middle of a write cannot hit another file that got the same number.
    """

    def __init__(self, directory: Path, clock: Callable[[], float]) -> None:
        """Remember where to write; nothing is opened before the first write.

        Args:
            directory: The journal's folder.
            clock: Seconds since the epoch.
        """
        self._directory = directory
        self._clock = clock
        self.start_over()

    def start_over(self) -> None:
        """Hold nothing: the state of a new file, and of one in a forked child after ``abandon``."""
        self._fd = -1
        self._until = 0.0
        self._path: Path | None = None
        self._opening = threading.Lock()

    def __del__(self) -> None:
        """Give the descriptor back."""
        self.abandon()

    def write(self, data: bytes) -> int:
        """Write once; the number of bytes that the system took, which a full disk makes fewer.

        Raises:
            OSError: Nothing was written.
        """
        if self._clock() >= self._until:
            self._open()
        return os.write(self._fd, data)

    def sync(self) -> None:
        """Bring what was written to the disk, and open anew at the next write if somebody moved or deleted the file.

        Raises:
            OSError: The disk failed.
        """
        path = self._path
        if path is None:
            return
        try:
            _fdatasync(self._fd)
            mine, named = os.fstat(self._fd), path.stat()
            replaced = (mine.st_dev, mine.st_ino) != (named.st_dev, named.st_ino)
        except FileNotFoundError:
            replaced = True
        except OSError:
            if self._path is path:
                raise
            return  # another thread has closed it since
        if replaced and self._path is path:
            self._until = 0.0

    def close(self) -> None:
        """Let go of the file and its lock; the next write opens it again."""
        with self._opening:
            self._until, self._path = 0.0, None
            if self._fd >= 0:
                # A write that another thread has begun fails on this, and is made again.
                self._hold(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))

    def abandon(self, close: Callable[[int], None] = os.close) -> None:
        """Close the descriptor itself: nobody will write any more, or not in this process.

        Args:
            close: Bound here, as a module's names are gone at the end of the interpreter.
        """
        fd, self._fd = self._fd, -1
        if fd >= 0:
            close(fd)

    def _open(self) -> None:
        """Open today's file; a thread that finds another one at it goes on with the old file, if there is one."""
        if not self._opening.acquire(timeout=0.0 if self._path is not None else _OPENING):
            if self._path is None:
                raise BlockingIOError("the journal is being opened by another thread")
            return
        try:
            now = self._clock()
            if now < self._until:
                return
            path = self._directory / time.strftime("%Y-%m-%d.jsonl", time.gmtime(now))
            try:
                fd = os.open(path, _APPENDING, 0o600)
            except FileNotFoundError:
                # Somebody deleted the folder, or the whole home, under a process that goes on.
                self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                fd = os.open(path, _APPENDING, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
                if os.fstat(fd).st_nlink == 0:
                    raise BlockingIOError("the journal was sealed while it was opened")
            except OSError:
                os.close(fd)
                raise
            self._hold(fd)
            self._path = path
            self._until = now - now % _DAY + _DAY
        finally:
            self._opening.release()

    def _hold(self, fd: int) -> None:
        if self._fd < 0:
            self._fd = fd
        else:
            os.dup2(fd, self._fd, inheritable=False)
            os.close(fd)


# macOS has no fdatasync.
_fdatasync: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)
