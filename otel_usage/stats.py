"""What a process counts, and the journal's lines that say it."""

from __future__ import annotations

import os
import threading
from collections import Counter
from typing import TYPE_CHECKING, Final

from otel_usage.journal.lines import Stats, encode
from otel_usage.journal.writer import Appended, JournalWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Counts"]

_INTERVAL: Final = 60.0
"""Seconds between two lines."""


class Counts:
    """Counts by name, appended to the journal about once a minute.

    Attributes:
        new: What was counted since the last line.
    """

    def __init__(
        self,
        writer: JournalWriter,
        *,
        elsewhere: Callable[[], Mapping[str, int]],
        host: str,
        clock: Callable[[], float],
    ) -> None:
        """Take the parts.

        Args:
            writer: Where lines go; what it drops is counted.
            elsewhere: Takes what other parts counted since it was called last.
            host: The machine's name.
            clock: Seconds since the epoch.
        """
        self._writer = writer
        self._elsewhere = elsewhere
        self._host = host
        self._clock = clock
        self._due = 0.0
        self._dropped = writer.dropped
        self._appending = threading.Lock()
        self.new: Counter[str] = Counter()

    def append_when_due(self) -> None:
        """Append a line, unless the last one is young."""
        if self._clock() >= self._due:
            self.append()

    def append(self, *, wait: float = 0.0) -> Counter[str]:
        """Append what was counted since the last time.

        Args:
            wait: Seconds to wait for another thread that is doing just this.

        Returns:
            The counts whose line waits for the disk; none when it is written, or could not be taken.
        """
        waiting: Counter[str] = Counter()
        if self._appending.acquire(timeout=wait):
            try:
                self._due = self._clock() + _INTERVAL
                counts = self._take()
                if counts and self._append(counts) is Appended.QUEUED:
                    waiting = counts
            finally:
                self._appending.release()
        return waiting

    def put_back(self, counts: Counter[str]) -> None:
        """Keep the counts of a dropped line for the next one; nothing is lost by its drop."""
        self.new.update(counts)
        self.pardon()

    def pardon(self) -> None:
        """Leave the last drop uncounted: what was dropped comes again."""
        self._dropped += 1

    def start_over(self) -> None:
        """Forget everything: in a forked child it is the parent's to append."""
        self.new.clear()
        self._elsewhere()
        self._dropped = self._writer.dropped
        self._appending = threading.Lock()

    def _take(self) -> Counter[str]:
        """Everything that was counted since the last time, what the writer dropped with it."""
        counts, self.new = self.new, Counter()
        for name, count in self._elsewhere().items():
            counts[name] += count
        dropped = self._writer.dropped
        if dropped > self._dropped:
            counts["dropped"] += dropped - self._dropped
        self._dropped = dropped
        return counts

    def _append(self, counts: Counter[str]) -> Appended:
        line = Stats(
            id=os.urandom(8).hex(),
            at=int(self._clock() * 1e9),
            host=self._host,
            pid=os.getpid(),
            counts=dict(counts),
        )
        appended = self._writer.append(encode(line))
        if appended is Appended.DROPPED:
            self.put_back(counts)
        return appended
