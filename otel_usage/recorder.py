"""Where every producer meets: a record is made fit, priced once, appended to the journal, shown to observers.

Nothing here raises into the caller: what goes wrong is counted, logged once a kind, and the call goes on.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

import msgspec

from otel_usage.fitting import Texts, bare, fit
from otel_usage.journal.lines import RateCardLine, Stats, encode, encode_call
from otel_usage.journal.writer import Appended, JournalWriter
from otel_usage.records import CostStatus, Flag
from otel_usage.redaction.redactor import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from otel_usage.pricing.book import PriceBook
    from otel_usage.pricing.cards import RateCard
    from otel_usage.records import UsageRecord
    from otel_usage.redaction import Redactor

__all__ = ["Observer", "Recorder"]

_STATS_INTERVAL = 60.0
_UNUSABLE = (
    "left out a token count that is no whole number from 0 to a billion, or more than what it is a part of"
)


class Observer(Protocol):
    """Is shown records after they were appended."""

    def recorded(self, record: UsageRecord) -> None:
        """Take note of a record."""


class Recorder:
    """Makes records fit, prices and appends them.

    Attributes:
        counts: What was counted since the last stats line, by name.
    """

    def __init__(  # noqa: PLR0913  # the parts that meet here
        self,
        writer: JournalWriter,
        *,
        book: PriceBook | None,
        redactor: Redactor,
        models: Redactor | None = None,
        observers: Iterable[Observer] = (),
        strict: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the parts.

        Args:
            writer: Where lines go.
            book: Prices; without it (a configuration that cannot be read) costs stay pending until ingest.
            redactor: Takes secrets out of texts.
            models: Takes secrets out of names of models and other short words; None for the one that does for texts.
            observers: Are shown records.
            strict: Raise instead of counting; for tests.
            clock: Seconds since the epoch.
        """
        self._writer = writer
        self._book = book
        self._redactor = redactor
        self._models = models or redactor
        self._texts = Texts(redact=redactor.text, redact_name=self._models.text, redact_pairs=redactor.value)
        self._observers = tuple(observers)
        self._strict = strict
        self._clock = clock
        self._host = os.uname().nodename
        self._cards: set[str] = set()
        self._logged: set[str] = set()
        self._stats_due = 0.0
        self._dropped = writer.dropped
        self._appending_stats = threading.Lock()
        self.counts: Counter[str] = Counter()

    def record(self, record: UsageRecord) -> Appended:
        """Make fit, price and append a record."""
        return self.append(self.prepare(record))

    def prepare(self, record: UsageRecord) -> UsageRecord:
        """The record as it will be stored: believable, redacted, priced."""
        try:
            fitted = self._fit(record)
        except Exception as error:  # noqa: BLE001  # the one guard between us and an agent
            self.failed("prepare", error)
            return bare(record, now=self._now())
        try:
            return self._priced(fitted)
        except Exception as error:  # noqa: BLE001  # the one guard between us and an agent
            # Its cost stays as it was given, or pending: ingest prices it.
            self.failed("price", error)
            return fitted

    def append(self, record: UsageRecord, *, observed: bool = True) -> Appended:
        """Append a prepared record; what became of it, whatever fails afterwards.

        Args:
            record: The record.
            observed: Whether observers are shown it; not that of a call whose own instrumentation counts it already.
        """
        appended = Appended.DROPPED
        try:
            appended = self._writer.append(encode_call(record))
            for observer in self._observers if observed else ():
                observer.recorded(record)
            if self._clock() >= self._stats_due:
                self._append_stats()
        except Exception as error:  # noqa: BLE001  # the one guard between us and an agent
            self.failed("append", error)
        return appended

    def text(self, value: str, *, limit: int = MAX_TEXT) -> str:
        """A text without its secrets; one of more than ``limit`` characters is replaced as a whole."""
        return self._redactor.text(value, limit=limit)

    def value(self, value: object) -> object:
        """A value of any shape without its secrets; the same object when there are none."""
        return self._redactor.value(value, limit=MAX_TEXT)

    def model(self, value: str) -> str:
        """A name of a model, a provider or a kind of thing without secrets: a local model's may be a path, which names a user."""
        return self._models.text(value, limit=MAX_TEXT)

    def failed(self, what: str, error: Exception) -> None:
        """Count a failure of our own, and log the first of its kind; its text may hold a secret and is not logged."""
        if self._strict:
            raise error
        self.counts[f"failures.{what}"] += 1
        self._log(
            f"{what}: {type(error).__name__}",
            f"could not {what} a record ({type(error).__name__}); further ones are counted only",
        )

    def noticed(self, what: str, sentence: str) -> None:
        """Count something that a person should know of, and log each sentence once."""
        self.counts[what] += 1
        self.tell(what, sentence)

    def tell(self, what: str, sentence: str) -> None:
        """Log a sentence once, about something that is counted anyway: a flag on a record."""
        self._log(f"{what}: {sentence}", f"{sentence}; further ones are counted only")

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until everything is on disk; False when time ran out."""
        return self._writer.flush(timeout)

    def close(self, timeout: float = 5.0) -> bool:
        """Append what was counted, and flush; False when frames were lost because time (seconds) ran out."""
        waiting: Counter[str] = Counter()
        try:
            waiting = self._append_stats(wait=timeout)
        except Exception as error:  # noqa: BLE001  # the one guard between us and an agent
            self.failed("close", error)
        before = self._writer.dropped
        done = self._writer.close(timeout)
        lost = self._writer.dropped - before
        if lost and waiting:
            # The line of counts was the last in the queue, and is among them.
            self._put_back(waiting)
            lost -= 1
        if lost:
            # They enter the next stats line of this recorder, if there is one.
            self._log("lost", f"lost {lost} lines at the end, which could not be written in time")
        return done

    def start_over(self) -> None:
        """Forget what was counted and not yet appended: in a forked child it is the parent's to append."""
        self.counts.clear()
        self._dropped = self._writer.dropped
        self._appending_stats = threading.Lock()
        self._redactor.take_counts()
        self._models.take_counts()

    def _now(self) -> int:
        return int(self._clock() * 1e9)

    def _log(self, kind: str, sentence: str) -> None:
        """Log a sentence, the first of its kind only."""
        if kind in self._logged:
            return
        # Without a free file descriptor even the import fails; it is tried again with the next one.
        with suppress(Exception):
            import logging  # noqa: PLC0415  # a short command that does not fail need not load it

            # Known before it is logged: a handler that hands it to OpenTelemetry may fail in us, and lead here again.
            self._logged.add(kind)
            logging.getLogger("otel_usage").warning("otel-usage %s", sentence)

    def _fit(self, record: UsageRecord) -> UsageRecord:
        fitted = fit(record, texts=self._texts, now=self._now(), host=self._host)
        if fitted.flags:
            self.counts.update(flag.value for flag in fitted.flags)
            if Flag.USAGE_UNUSABLE in fitted.flags:
                self.tell(Flag.USAGE_UNUSABLE.value, _UNUSABLE)
        return fitted

    def _priced(self, record: UsageRecord) -> UsageRecord:
        if self._book is None:
            return record
        quote = self._book.quote(record)
        if quote.card is not None and quote.card.id not in self._cards:
            self._append_card(quote.card)
        if quote.cost.status is CostStatus.UNPRICED:
            self.counts["unpriced"] += 1
        if quote.flags:
            self.counts.update(flag.value for flag in quote.flags)
            flags = tuple(sorted({*record.flags, *quote.flags}))
            return msgspec.structs.replace(record, cost=quote.cost, flags=flags)
        return msgspec.structs.replace(record, cost=quote.cost)

    def _append_card(self, card: RateCard) -> None:
        """Append a card before the first call that it priced in this process; more often does no harm."""
        if self._writer.append(encode(RateCardLine(card))) is not Appended.DROPPED:
            self._cards.add(card.id)
        else:
            # Nothing is lost: it comes again with the next call.
            self._dropped += 1

    def _append_stats(self, *, wait: float = 0.0) -> Counter[str]:
        """Append what was counted since the last time, at most once a minute.

        Args:
            wait: Seconds to wait for another thread that is doing just this.

        Returns:
            The counts whose line waits for the disk; none when it is written, or could not be taken.
        """
        waiting: Counter[str] = Counter()
        if self._appending_stats.acquire(timeout=wait):
            try:
                self._stats_due = self._clock() + _STATS_INTERVAL
                counts = self._take_counts()
                if counts and self._append_counts(counts) is Appended.QUEUED:
                    waiting = counts
            finally:
                self._appending_stats.release()
        return waiting

    def _take_counts(self) -> Counter[str]:
        """Everything that was counted since the last time, what the writer dropped with it."""
        counts, self.counts = self.counts, Counter()
        for redactor in (self._redactor, self._models):
            for kind, count in redactor.take_counts().items():
                counts[f"redactions.{kind}"] += count
        dropped = self._writer.dropped
        if dropped > self._dropped:
            counts["dropped"] += dropped - self._dropped
        self._dropped = dropped
        return counts

    def _append_counts(self, counts: Counter[str]) -> Appended:
        line = Stats(
            id=os.urandom(8).hex(), at=self._now(), host=self._host, pid=os.getpid(), counts=dict(counts)
        )
        appended = self._writer.append(encode(line))
        if appended is Appended.DROPPED:
            self._put_back(counts)
        return appended

    def _put_back(self, counts: Counter[str]) -> None:
        """Keep the counts of a dropped line for the next one; nothing is lost by its drop, which is not counted."""
        self.counts.update(counts)
        self._dropped += 1
