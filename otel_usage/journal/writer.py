"""Appending to the journal: one write by the caller, unless the disk is slow or full.

The write is synchronous on purpose: what has been written survives the death of the process, and a background
writer is not cheaper (it costs wake-ups) while it loses what it had not yet written. Only when a write fails or the
disk is slow do frames go to a bounded queue and a thread, until a write is quick again; the order of frames means
nothing. Threads that keep the interpreter busy (the process then uses the processor) and other processes (seldom
several times in a row) make a write long too; what is queued for them would be lost at a kill.
"""

from __future__ import annotations

import errno
import os
import threading
import time
import weakref
from collections import deque
from enum import Enum
from typing import TYPE_CHECKING

from otel_usage.journal.file import DatedFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["SLOW", "TOO_SLOW", "Appended", "JournalWriter"]

SLOW = 0.020
"""Seconds after which a write counts as slow, unless the process was busy meanwhile."""
_IN_A_ROW = 3
"""Slow writes after which the disk counts as slow."""
TOO_SLOW = 0.250
"""Seconds of one write after which it does so at once."""
_SYNC_INTERVAL = 1.0
_RETRY_FIRST, _RETRY_LAST = 0.05, 1.0
_IN_VAIN = frozenset({errno.EACCES, errno.ENOENT, errno.ENOTDIR, errno.EPERM, errno.EROFS})
"""Errors of a write that do not go away while somebody waits for it."""
_AT_ONCE = 256 * 1024
"""Bytes of queued frames in one write."""


class Appended(Enum):
    """What became of a frame."""

    WRITTEN = "written"
    """The operating system has it whole: it survives the death of this process."""
    QUEUED = "queued"
    """The disk is slow or full; the frame waits in this process."""
    DROPPED = "dropped"
    """The queue is full too; the frame is lost and counted."""


class _Thread(Enum):
    """What the background thread is doing."""

    WORKING = "working"
    WAITING = "waiting"
    """It sleeps until the next sync; a queued frame wakes it."""
    PARKED = "parked"
    """It sleeps until there is something to do."""


# A member of an enumeration is slow to reach through its class.
_WORKING, _WAITING, _PARKED = _Thread
_WRITTEN, _QUEUED, _DROPPED = Appended


class JournalWriter:
    """Appends frames to the journal.

    ``append`` takes no lock on its quick path and never raises. Any number of threads may call any method.

    Attributes:
        dropped: Frames lost because the queue was full, or could not be written before the writer was closed.
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
        self._file = DatedFile(directory, clock)
        self._queue_bytes = queue_bytes
        self._background = background
        self._start_over()
        _writers.add(self)

    def _start_over(self) -> None:
        """Hold nothing: the state of a new writer, and of one in a forked child."""
        self.dropped = 0
        self.last_error: OSError | None = None
        self._queue: deque[bytes] = deque()
        self._queued = 0
        self._through_queue = False
        self._slow_writes = 0
        self._dirty = False
        self._state = _WORKING
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        # The queue and the thread; draining; closing. None is ever held across another thread's write but draining.
        self._lock, self._draining, self._closing = threading.Lock(), threading.Lock(), threading.Lock()

    def append(self, frame: bytes) -> Appended:
        """Write one frame, or queue it when the disk is slow or full."""
        if self._through_queue:
            return self._enqueue(frame)
        before, used = time.perf_counter(), time.process_time()
        try:
            written = self._file.write(frame)
        except OSError as error:
            self.last_error = error
            return self._enqueue(frame)
        if written != len(frame):
            # A full disk takes a part and raises nothing. The fragment stays, alone on its line; the whole
            # frame is written again.
            return self._enqueue(frame)
        self._dirty = True
        self.last_error = None
        if self._background:
            self._through_queue = self._is_slow(time.perf_counter() - before, used)
            if self._state is _PARKED or self._thread is None:
                self._rouse()
        return _WRITTEN

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until nothing is queued and the file is synced; False when time (seconds) ran out, or waiting is in vain."""
        deadline = time.monotonic() + timeout
        while self._queue and not self._drain():
            if time.monotonic() > deadline or getattr(self.last_error, "errno", None) in _IN_VAIN:
                return False
            time.sleep(0.002)
        self._sync()
        return True

    def close(self, timeout: float = 5.0) -> bool:
        """Flush, end the thread and close the file; the next append begins anew."""
        with self._closing:
            done = self.flush(timeout)
            with self._lock:
                thread, self._thread = self._thread, None
                if not done:
                    self.dropped += len(self._queue)
                    self._queue.clear()
                    self._queued = 0
                self._through_queue = False
            self._wake.set()
            if thread is not None and thread is not threading.current_thread():
                thread.join(timeout)
            self._file.close()
            if self._queue:
                self._rouse()
        return done

    @property
    def waiting(self) -> int:
        """Frames that wait for the disk."""
        return len(self._queue)

    def _is_slow(self, took: float, used: float) -> bool:
        """Whether the disk is slow, after a write of some seconds that began when the process had used so much time."""
        if took <= SLOW:
            self._slow_writes = 0
            return False
        if (time.process_time() - used) * 2 < took:
            self._slow_writes += 1
        return self._slow_writes >= _IN_A_ROW or took > TOO_SLOW

    def _enqueue(self, frame: bytes) -> Appended:
        with self._lock:
            if self._queued + len(frame) > self._queue_bytes:
                self.dropped += 1
                return _DROPPED
            self._queued += len(frame)
            self._queue.append(frame)
            self._through_queue = self._background
            urgent = self._queued * 2 > self._queue_bytes
        if self._background and (urgent or self._state is not _WORKING or self._thread is None):
            # While it pauses between attempts the thread is not woken, unless the queue fills up.
            self._rouse()
        return _QUEUED

    def _rouse(self) -> None:
        """Start the thread, or wake it."""
        with self._lock:
            if self._background and self._thread is None:
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
        while self._thread is me:
            self._wake.clear()
            if self._queue:
                if self._drain():
                    pause = _RETRY_FIRST
                else:
                    self._wake.wait(pause)
                    pause = min(pause * 2, _RETRY_LAST)
            elif self._dirty:
                self._sync()
                self._rest(_WAITING, _SYNC_INTERVAL)
            else:
                self._rest(_PARKED, None)

    def _rest(self, state: _Thread, seconds: float | None) -> None:
        """Sleep, unless something came between the look and the sleep."""
        self._state = state
        if not self._queue and not (state is _PARKED and self._dirty) and self._thread is not None:
            self._wake.wait(seconds)
        self._state = _WORKING

    def _drain(self) -> bool:
        """Write some of what is queued, in one write; False when the disk did not take it all."""
        with self._draining:
            frames = self._first_frames()
            if not frames:
                return True
            before, used = time.perf_counter(), time.process_time()
            try:
                written = self._file.write(b"".join(frames))
            except OSError as error:
                self.last_error = error
                return False
            quick = not self._is_slow(time.perf_counter() - before, used)
            self._dirty = True
            with self._lock:
                whole = self._take(frames, written)
                if whole:
                    self.last_error = None
                    if quick:
                        self._through_queue = False
            return whole

    def _first_frames(self) -> list[bytes]:
        frames: list[bytes] = []
        size = 0
        with self._lock:
            for frame in self._queue:
                if frames and size + len(frame) > _AT_ONCE:
                    break
                frames.append(frame)
                size += len(frame)
        return frames

    def _take(self, frames: list[bytes], written: int) -> bool:
        """Take the frames that were written whole from the queue; whether those were all."""
        for frame in frames:
            written -= len(frame)
            if written < 0 or not self._queue:
                return False
            self._queue.popleft()
            self._queued -= len(frame)
        return True

    def _sync(self) -> None:
        self._dirty = False
        try:
            self._file.sync()
        except OSError as error:
            self.last_error = error

    def _after_fork_in_child(self) -> None:
        """Let go of what belongs to the parent: its queue, its thread and its open file."""
        self._file.abandon()
        self._file.start_over()
        self._start_over()


_writers: weakref.WeakSet[JournalWriter] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for writer in list(_writers):
        writer._after_fork_in_child()  # noqa: SLF001  # the same module


os.register_at_fork(after_in_child=_after_fork_in_child)
