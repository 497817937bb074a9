"""Where every producer meets: a record is made fit, priced once, appended to the journal, shown to observers.

Nothing here raises into the caller: what goes wrong is counted, logged once a kind, and the call goes on.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from typing import TYPE_CHECKING, Protocol

import msgspec

from otel_usage.fitting import fit
from otel_usage.journal.lines import RateCardLine, Stats, encode, encode_call
from otel_usage.journal.writer import Appended, JournalWriter
from otel_usage.records import Cost, CostStatus, UsageRecord
from otel_usage.redaction.redactor import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from otel_usage.pricing.book import PriceBook
    from otel_usage.pricing.cards import RateCard
    from otel_usage.redaction import Redactor

__all__ = ["Observer", "Recorder"]

_STATS_INTERVAL = 60.0


class Observer(Protocol):
    """Is shown every record after it was appended."""

    def recorded(self, record: UsageRecord) -> None:
        """Take note of a record."""


class Recorder:
    """Makes records fit, prices and appends them.

    Attributes:
        counts: What was counted since the last stats line, by name.
    """

    def __init__(
        self,
        writer: JournalWriter,
        *,
        book: PriceBook | None,
        redactor: Redactor,
        observers: Iterable[Observer] = (),
        strict: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the parts.

        Args:
            writer: Where lines go.
            book: Prices; without it (a configuration that cannot be read) costs stay pending until ingest.
            redactor: Takes secrets out of texts.
            observers: Are shown every record.
            strict: Raise instead of counting; for tests.
            clock: Seconds since the epoch.
        """
        self._writer = writer
        self._book = book
        self._redactor = redactor
        self._observers = tuple(observers)
        self._strict = strict
        self._clock = clock
        self._host = os.uname().nodename
        self._cards: set[str] = set()
        self._logged: set[str] = set()
        self._stats_due = 0.0
        self.counts: Counter[str] = Counter()

    def record(self, record: UsageRecord) -> Appended:
        """Make fit, price and append a record."""
        return self.append(self.prepare(record))

    def prepare(self, record: UsageRecord) -> UsageRecord:
        """The record as it will be stored: believable, redacted, priced."""
        try:
            return self._priced(self._fit(record))
        except Exception as error:  # noqa: BLE001  # the one guard between us and an agent
            self.failed("prepare", error)
            return UsageRecord(
                id=record.id,
                start=int(self._clock() * 1e9),
                source=record.source,
                cost=Cost(status=CostStatus.UNPRICED),
            )

    def append(self, record: UsageRecord) -> Appended:
        """Append a prepared record."""
        try:
            appended = self._writer.append(encode_call(record))
            if appended is Appended.DROPPED:
                self.counts["dropped"] += 1
            for observer in self._observers:
                observer.recorded(record)
            if self._clock() >= self._stats_due:
                self._append_stats()
        except Exception as error:  # noqa: BLE001  # the one guard between us and an agent
            self.failed("append", error)
            return Appended.DROPPED
        return appended

    def text(self, value: str) -> str:
        """A text without its secrets."""
        return self._redactor.text(value, limit=MAX_TEXT)

    def failed(self, what: str, error: Exception) -> None:
        """Count a failure of our own, and log the first of its kind; its text may hold a secret and is not logged."""
        if self._strict:
            raise error
        self.counts[f"failures.{what}"] += 1
        kind = f"{what}: {type(error).__name__}"
        if kind not in self._logged:
            self._logged.add(kind)
            import logging  # noqa: PLC0415  # a short command that does not fail need not load it

            logging.getLogger("otel_usage").warning(
                "otel-usage could not %s a record (%s); further ones are counted only",
                what,
                type(error).__name__,
            )

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until everything is on disk; False when time ran out."""
        return self._writer.flush(timeout)

    def close(self, timeout: float = 5.0) -> bool:
        """Append what was counted, and flush."""
        try:
            self._append_stats()
        except Exception as error:  # noqa: BLE001  # the one guard between us and an agent
            self.failed("close", error)
        return self._writer.close(timeout)

    def start_over(self) -> None:
        """Forget what was counted and not yet appended: in a forked child it is the parent's to append."""
        self.counts.clear()
        self._redactor.take_counts()

    def _fit(self, record: UsageRecord) -> UsageRecord:
        fitted = fit(record, redact=self.text, now=int(self._clock() * 1e9), host=self._host)
        if fitted.flags != record.flags:
            self.counts.update(flag.value for flag in set(fitted.flags).difference(record.flags))
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
            flags = tuple(sorted({*record.flags, *quote.flags}))
            return msgspec.structs.replace(record, cost=quote.cost, flags=flags)
        return msgspec.structs.replace(record, cost=quote.cost)

    def _append_card(self, card: RateCard) -> None:
        """Append a card before the first call that it priced in this process; more often does no harm."""
        if self._writer.append(encode(RateCardLine(card))) is not Appended.DROPPED:
            self._cards.add(card.id)

    def _append_stats(self) -> None:
        """Append what was counted since the last time, at most once a minute."""
        self._stats_due = self._clock() + _STATS_INTERVAL
        self.counts.update(
            {f"redactions.{kind}": count for kind, count in self._redactor.take_counts().items()}
        )
        if self.counts:
            counts, self.counts = self.counts, Counter()
            line = Stats(
                id=os.urandom(8).hex(),
                at=int(self._clock() * 1e9),
                host=self._host,
                pid=os.getpid(),
                counts=dict(counts),
            )
            self._writer.append(encode(line))
