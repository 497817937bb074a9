"""Appending to the journal: one write by the caller, unless the disk is slow or full.

The write is synchronous on purpose: what has been written survives the death of the process, and a background
writer is not cheaper (it costs wake-ups) while it loses what it had not yet written. Only when a write fails or
takes longer than ``SLOW`` do frames go to a bounded queue and a thread, until the disk is quick again.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
import weakref
from collections import deque
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Appended", "JournalWriter"]

SLOW = 0.020
"""Seconds after which a write counts as slow."""
_DAY = 86_400
_SYNC_INTERVAL = 1.0
_RETRY_FIRST, _RETRY_LAST = 0.05, 1.0


class Appended(Enum):
    """What became of a frame."""

    WRITTEN = "written"
    """The operating system has it whole: it survives the death of this process."""
    QUEUED = "queued"
    """The disk is slow or full; the frame waits in this process."""
    DROPPED = "dropped"
    """The queue is full too; the frame is lost and counted."""


class JournalWriter:
    """Appends frames to ``DIRECTORY/YYYY-MM-DD.jsonl``, named by the UTC date on which it was opened.

    Any number of processes and threads append to the same file. ``append`` takes no lock on its quick path and
    never raises. An open file carries a shared lock, which keeps it from being sealed.

    Attributes:
        dropped: Frames lost because the queue was full.
        last_error: The last failure of a write, None after a success.
    """

    def __init__(
        self,
        directory: Path,
        *,
        queue_bytes: int = 16 * 1024 * 1024,
        background: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Remember where to write; nothing is opened before the first append.

        Args:
            directory: The journal's folder; it must exist.
            queue_bytes: Bound of what may wait when the disk is slow or full.
            background: Whether a thread syncs the file about once a second and writes what waits. Without it
                ``close`` does both, which suits a process that appends a line and ends.
            clock: Seconds since the epoch.
        """
        self._directory = directory
        self._queue_bytes = queue_bytes
        self._background = background
        self._clock = clock
        self.dropped = 0
        self.last_error: OSError | None = None
        self._start_over()
        _writers.add(self)

    def _start_over(self) -> None:
        """Hold nothing: the state of a new writer, and of one in a forked child."""
        self._fd = -1
        self._until = 0.0
        self._queue: deque[bytes] = deque()
        self._queued = 0
        self._through_queue = False
        self._dirty = False
        self._parked = False
        self._closed = False
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def append(self, frame: bytes) -> Appended:
        """Write one frame, or queue it when the disk is slow or full."""
        if self._through_queue:
            return self._enqueue(frame)
        try:
            if self._clock() >= self._until:
                self._open()
            before = time.perf_counter()
            written = os.write(self._fd, frame)
            took = time.perf_counter() - before
        except OSError as error:
            self.last_error = error
            return self._enqueue(frame)
        if written != len(frame):
            # A full disk takes a part and raises nothing. The fragment stays, alone on its line; the whole
            # frame is written again.
            return self._enqueue(frame)
        self._dirty = True
        if took > SLOW and self._background:
            self._through_queue = True
        if self._parked or self._thread is None:
            self._rouse()
        return Appended.WRITTEN

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until nothing is queued and the file is synced; False when time ran out."""
        deadline = time.monotonic() + timeout
        while self._queue:
            if self._thread is not None and self._thread.is_alive():
                self._wake.set()
            elif self._write_first():
                continue
            if time.monotonic() > deadline:
                return False
            time.sleep(0.002)
        self._sync()
        return True

    def close(self, timeout: float = 5.0) -> bool:
        """Flush, end the thread and close the file; the next append opens it again."""
        done = self.flush(timeout)
        self._closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout)
        with self._lock:
            if self._fd >= 0:
                os.close(self._fd)
        lost = len(self._queue)
        self._start_over()
        self.dropped += lost
        return done

    @property
    def waiting(self) -> int:
        """Frames that wait for the disk."""
        return len(self._queue)

    def _open(self) -> None:
        """Open today's file; another thread that finds it being opened goes on with the old one."""
        if not self._lock.acquire(blocking=self._fd < 0, timeout=1.0 if self._fd < 0 else -1):
            return
        try:
            now = self._clock()
            if now < self._until:
                return
            day = time.strftime("%Y-%m-%d", time.gmtime(now))
            path = self._directory / f"{day}.jsonl"
            fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
                if os.fstat(fd).st_nlink == 0:
                    raise BlockingIOError(f"{path} was sealed while it was opened")
            except OSError:
                os.close(fd)
                raise
            if self._fd < 0:
                self._fd = fd
            else:
                # The number stays the same, so a thread in the middle of a write cannot hit a closed or reused one.
                os.dup2(fd, self._fd, inheritable=False)
                os.close(fd)
            self._until = now - now % _DAY + _DAY
        finally:
            self._lock.release()

    def _enqueue(self, frame: bytes) -> Appended:
        with self._lock:
            if self._queued + len(frame) > self._queue_bytes:
                self.dropped += 1
                return Appended.DROPPED
            self._queued += len(frame)
            self._queue.append(frame)
        self._through_queue = self._background
        self._rouse()
        return Appended.QUEUED

    def _rouse(self) -> None:
        """Start the thread, or wake it where it is parked."""
        if not self._background:
            return
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="otel-usage-journal", daemon=True)
                try:
                    self._thread.start()
                except RuntimeError:
                    # The interpreter is ending: close() writes what waits.
                    self._thread = None
                    self._background = self._through_queue = False
        self._wake.set()

    def _run(self) -> None:
        """Write what waits, sync about once a second, park when there is nothing to do."""
        me = threading.current_thread()
        pause = _RETRY_FIRST
        while self._thread is me and not self._closed:
            if self._queue:
                if self._write_first():
                    pause = _RETRY_FIRST
                    continue
                self._wake.wait(pause)
                pause = min(pause * 2, _RETRY_LAST)
            elif self._dirty:
                self._sync()
                self._notice_replacement()
                self._wake.wait(_SYNC_INTERVAL)
            else:
                self._parked = True
                if self._idle():
                    self._wake.wait()
                self._parked = False
            self._wake.clear()

    def _idle(self) -> bool:
        return not (self._dirty or self._queue or self._closed)

    def _write_first(self) -> bool:
        """Write the first queued frame; the queue is left when the disk took it quickly and nothing waits."""
        queue = self._queue
        frame = queue[0]
        try:
            if self._clock() >= self._until:
                self._open()
            before = time.perf_counter()
            written = os.write(self._fd, frame)
            took = time.perf_counter() - before
        except OSError as error:
            self.last_error = error
            return False
        if written != len(frame):
            return False
        self._dirty = True
        self.last_error = None
        with self._lock:
            queue.popleft()
            self._queued -= len(frame)
            if not queue and took <= SLOW:
                self._through_queue = False
        return True

    def _sync(self) -> None:
        self._dirty = False
        if self._fd >= 0:
            try:
                _fdatasync(self._fd)
            except OSError as error:
                self.last_error = error

    def _notice_replacement(self) -> None:
        """Open anew at the next append when somebody moved or deleted the file."""
        try:
            if self._fd >= 0 and os.fstat(self._fd).st_nlink == 0:
                self._until = 0.0
        except OSError as error:
            self.last_error = error


# macOS has no fdatasync.
_fdatasync: Callable[[int], None] = getattr(os, "fdatasync", os.fsync)
_writers: weakref.WeakSet[JournalWriter] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    """Let go of what belongs to the parent: its queue, thread and file position."""
    for writer in list(_writers):
        if writer._fd >= 0:  # noqa: SLF001  # the same module
            os.close(writer._fd)  # noqa: SLF001  # the same module
        writer._start_over()  # noqa: SLF001  # the same module
        writer.dropped = 0


os.register_at_fork(after_in_child=_after_fork_in_child)
