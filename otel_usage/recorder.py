"""Where every producer meets: a record is made fit, priced once, appended to the journal, shown to observers.

Nothing here raises into the caller: what goes wrong is counted, logged once a kind, and the call goes on.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Protocol

import msgspec

from otel_usage.content_store import ContentStore
from otel_usage.fitting import Texts, bare, fit
from otel_usage.journal.lines import RateCardLine, encode, encode_call
from otel_usage.journal.writer import Appended, JournalWriter
from otel_usage.own_log import warn
from otel_usage.records import CostStatus, Flag
from otel_usage.redaction.redactor import MAX_TEXT
from otel_usage.stats import Counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from otel_usage.content import Content
    from otel_usage.pricing.book import PriceBook
    from otel_usage.pricing.cards import RateCard
    from otel_usage.records import UsageRecord
    from otel_usage.redaction import Redactor
    from otel_usage.settings import ContentSettings

__all__ = ["Observer", "Recorder"]

_UNUSABLE = (
    "left out a token count that is no whole number from 0 to a billion, or more than what it is a part of"
)


class Observer(Protocol):
    """Is shown records after they were appended."""

    def recorded(self, record: UsageRecord) -> None:
        """Take note of a record."""


class Recorder:
    """Makes records fit, prices and appends them."""

    def __init__(  # noqa: PLR0913  # the parts that meet here
        self,
        writer: JournalWriter,
        *,
        book: PriceBook | None,
        redactor: Redactor,
        models: Redactor | None = None,
        observers: Iterable[Observer] = (),
        content: ContentSettings | None = None,
        content_writer: JournalWriter | None = None,
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
            content: What of prompts and answers is wanted, and where; None for nothing.
            content_writer: Where content goes; None keeps none in files.
            strict: Raise instead of counting; for tests.
            clock: Seconds since the epoch.
        """
        self._writer = writer
        self._book = book
        self._redactor = redactor
        self._models = models or redactor
        self._texts = Texts(redact=redactor.text, redact_name=self._models.text, redact_pairs=redactor.value)
        self._observers = tuple(observers)
        self._content = ContentStore(
            content,
            redactor=redactor,
            writer=content_writer,
            clock=clock,
            failed=partial(self.failed, "capture"),
        )
        self._strict = strict
        self._clock = clock
        self._host = os.uname().nodename
        self._cards: set[str] = set()
        self._logged: set[str] = set()
        self._counts = Counts(writer, elsewhere=self._counted_elsewhere, host=self._host, clock=clock)

    @property
    def counts(self) -> Counter[str]:
        """What was counted since the last stats line, by name."""
        return self._counts.new

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
            self._counts.append_when_due()
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

    @property
    def content_events(self) -> bool:
        """Whether content goes out as an event of its own."""
        return self._content.events

    def captures(self, key: str) -> bool:
        """Whether a kind of content, by the key of its attribute, is wanted anywhere; of others nothing need be read."""
        return key in self._content.wanted

    def fit_content(self, content: Content) -> Content:
        """The content as it may be kept and told: of the wanted kinds, within its bound, without secrets."""
        return self._content.fit(content)

    def keep_content(self, record: UsageRecord, content: Content) -> None:
        """Append fitted content of a prepared record to the home's files, where that is wanted."""
        self._content.keep(record, content)

    def content_attributes(self, content: Content) -> dict[str, str]:
        """The attributes of a span that hold fitted content as JSON; empty when none is wanted there."""
        return self._content.attributes(content)

    def tool_content(self, key: str, value: object) -> str | None:
        """What a tool was given or gave, without secrets, for its span; None when it is not wanted there."""
        return self._content.tool(key, value)

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

    def ineffective(self, sentence: str) -> None:
        """Count and tell that spans or log records leave as they are; no content is put there from now on."""
        self._content.withhold()
        self.noticed("redaction_ineffective", sentence)

    def tell(self, what: str, sentence: str) -> None:
        """Log a sentence once, about something that is counted anyway: a flag on a record."""
        self._log(f"{what}: {sentence}", f"{sentence}; further ones are counted only")

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until everything is on disk; False when time ran out."""
        deadline = time.monotonic() + timeout
        done = self._writer.flush(timeout)
        return self._content.flush(max(0.0, deadline - time.monotonic())) and done

    def close(self, timeout: float = 5.0) -> bool:
        """Append what was counted, and flush; False when frames were lost because time (seconds) ran out."""
        deadline, waiting = time.monotonic() + timeout, Counter[str]()
        # Before the counts: what of it is lost is among them.
        done = self._content.close(timeout / 2)
        try:
            waiting = self._counts.append(wait=timeout)
        except Exception as error:  # noqa: BLE001  # the one guard between us and an agent
            self.failed("close", error)
        before = self._writer.dropped
        done = self._writer.close(max(0.0, deadline - time.monotonic())) and done
        lost = self._writer.dropped - before
        if lost and waiting:
            # The line of counts was the last in the queue, and is among them.
            self._counts.put_back(waiting)
            lost -= 1
        if lost:
            # They enter the next stats line of this recorder, if there is one.
            self._log("lost", f"lost {lost} lines at the end, which could not be written in time")
        return done

    def start_over(self) -> None:
        """Forget what was counted and not yet appended: in a forked child it is the parent's to append."""
        self._counts.start_over()
        self._content.start_over()

    def _now(self) -> int:
        return int(self._clock() * 1e9)

    def _log(self, kind: str, sentence: str) -> None:
        """Log a sentence, the first of its kind only."""
        if kind in self._logged:
            return
        # Known before it is logged: a handler that hands it to OpenTelemetry may fail in us, and lead here again.
        self._logged.add(kind)
        if not warn(f"otel-usage {sentence}"):
            self._logged.discard(kind)

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
            self._counts.pardon()

    def _counted_elsewhere(self) -> Counter[str]:
        """What redaction replaced and what of content was lost, since the last time."""
        counts: Counter[str] = Counter()
        for redactor in (self._redactor, self._models):
            for kind, count in redactor.take_counts().items():
                counts[f"redactions.{kind}"] += count
        if lost := self._content.take_dropped():
            counts["content_dropped"] = lost
        return counts
