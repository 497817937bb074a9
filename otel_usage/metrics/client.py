"""What one process counts of its own calls, off the thread that makes them.

A call's thread only puts the record into a queue. The queue is worked off when somebody collects: by sums for
counters, by buckets for histograms.
"""

from __future__ import annotations

import os
import threading
from bisect import bisect_left
from collections import defaultdict, deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from otel_usage import semconv
from otel_usage.records import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.records import UsageRecord

__all__ = ["ClientMetrics", "Labels", "Measured"]

_MANY: Final = 10_000
"""Records that may wait for somebody who collects; then they are worked off in the background."""
_MAX_LABEL_SETS: Final = 500
"""Label sets of a family; the rest is ``other``, so that an application which names an agent for every run stays small."""
_OTHER: Final = "other"

Labels = tuple[tuple[str, str], ...]
"""Names and values, in one order for a family."""
Measured = tuple[str, float, Labels]
"""A histogram's name, a value, its attributes."""


class _Buckets:
    """One histogram's counts: as many as bounds and one for the rest, and the sum of the values."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def add(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value


class ClientMetrics:
    """Sums and histograms over the records that this process appended; an observer of the recorder.

    Attributes:
        collected: Whether anybody collects; until then nothing is counted.
        sums: Family → label set → sum; cost in nano-dollars. Read after ``collect``.
        buckets: Histogram → label set → counts. Read after ``collect``.
        measured: Are told every value of a histogram while ``collect`` runs, for instruments that count by themselves.
    """

    def __init__(self) -> None:
        """Count from zero, in this process."""
        self.collected = False
        self.sums: defaultdict[str, dict[Labels, int]] = defaultdict(dict)
        self.buckets: defaultdict[str, dict[Labels, _Buckets]] = defaultdict(dict)
        self.measured: list[Callable[[Measured], None]] = []
        self._pid = os.getpid()
        self._waiting: deque[UsageRecord] = deque()
        self._working = threading.Lock()

    @property
    def of_this_process(self) -> bool:
        """Whether these are the counts of the running process; a forked child has none until it configures."""
        return self._pid == os.getpid()

    def recorded(self, record: UsageRecord) -> None:
        """Let a record wait for whoever collects."""
        if not self.collected:
            return
        self._waiting.append(record)
        if len(self._waiting) >= _MANY and not self._working.locked():
            # Somebody collects seldom. At the end of the interpreter no thread begins; then it is too late anyway.
            with suppress(RuntimeError):
                threading.Thread(target=self.collect, name="otel-usage-metrics", daemon=True).start()

    def forget(self) -> None:
        """In a forked child: what waits is the parent's to count, and nobody collects here."""
        self.collected = False
        self._waiting.clear()
        self._working = threading.Lock()

    def collect(self) -> None:
        """Work off what waits."""
        with self._working:
            while self._waiting:
                self._count(self._waiting.popleft())

    def _count(self, record: UsageRecord) -> None:
        if record.kind is Kind.API:
            return
        provider, model = record.provider or "", record.model or ""
        place: Labels = (("provider", provider), ("model", model))
        labels: Labels = (*place, ("agent", record.agent or ""), ("task_type", record.task_type or ""))
        self._add(semconv.CLIENT_CALLS, labels, 1)
        if record.status is Status.ERROR:
            self._add(semconv.CLIENT_ERRORS, labels, 1)
        if record.cost.nanos is not None:
            self._add(semconv.CLIENT_COST, labels, record.cost.nanos)
        for token_type, count in record.usage.partition.items():
            self._add(semconv.CLIENT_TOKENS, (*place, ("token_type", token_type)), count)
        self._measure(record)

    def _add(self, family: str, labels: Labels, amount: int) -> None:
        sums = self.sums[family]
        if labels not in sums and len(sums) >= _MAX_LABEL_SETS:
            labels = tuple((name, _OTHER) for name, _ in labels)
        sums[labels] = sums.get(labels, 0) + amount

    def _measure(self, record: UsageRecord) -> None:
        """The conventions' histograms, with the conventions' attributes."""
        attributes = tuple(
            (name, value)
            for name, value in (
                (semconv.OPERATION_NAME, record.operation),
                (semconv.PROVIDER_NAME, semconv.PROVIDERS.get(record.provider or "", record.provider)),
                (semconv.REQUEST_MODEL, record.request_model),
                (semconv.RESPONSE_MODEL, record.response_model),
            )
            if value is not None
        )
        failed = ((semconv.ERROR_TYPE, record.error_type),) if record.error_type is not None else ()
        if record.duration is not None:
            self._observe(semconv.CLIENT_OPERATION_DURATION, record.duration / 10**9, (*attributes, *failed))
        if record.time_to_first_chunk is not None:
            self._observe(semconv.CLIENT_TIME_TO_FIRST_CHUNK, record.time_to_first_chunk / 10**9, attributes)
        for token_type, count in (("input", record.usage.input), ("output", record.usage.output)):
            if count is not None:
                self._observe(
                    semconv.CLIENT_TOKEN_USAGE, count, (*attributes, (semconv.TOKEN_TYPE, token_type))
                )

    def _observe(self, histogram: str, value: float, labels: Labels) -> None:
        buckets = self.buckets[histogram]
        if labels not in buckets:
            if len(buckets) >= _MAX_LABEL_SETS:
                labels = tuple((name, _OTHER) for name, _ in labels)
            bounds = (
                semconv.TOKEN_BOUNDS if histogram == semconv.CLIENT_TOKEN_USAGE else semconv.DURATION_BOUNDS
            )
            buckets.setdefault(labels, _Buckets(bounds))
        buckets[labels].add(value)
        for tell in self.measured:
            tell((histogram, value, labels))
