"""What calls would cost by the prices that are known now, each at its own time; and booking that, once asked.

A new cost is a line of the journal like any other, so it stays after a rebuild and whatever prices say later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from otel_usage.journal.lines import REPRICED, Adjustment, RateCardLine, encode
from otel_usage.journal.writer import Appended, JournalWriter
from otel_usage.ledger.calls import selected
from otel_usage.ledger.links import record_key
from otel_usage.records import Cost, CostStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Self

    from otel_usage.ledger.selection import Selection
    from otel_usage.ledger.store import Ledger
    from otel_usage.pricing.book import PriceBook, Quote
    from otel_usage.records import UsageRecord

__all__ = ["Repriced", "Repricer", "reprices"]

_UNPRICED = (CostStatus.UNPRICED, CostStatus.PENDING)
_COMPUTED = (*_UNPRICED, CostStatus.PRICED, CostStatus.FREE)
"""What a price book said; a cost that was given, or is covered by a plan, is not its to say."""


class Repriced(NamedTuple):
    """A call whose cost by the prices of now is another.

    Attributes:
        record: The call as it stands.
        quote: Its cost by the prices of now.
    """

    record: UsageRecord
    quote: Quote


def reprices(ledger: Ledger, book: PriceBook, selection: Selection, *, priced: bool) -> Iterator[Repriced]:
    """Every call of a selection that has another amount by the prices of now.

    Args:
        ledger: Brought up to date by the caller.
        book: The prices, the full price data among them.
        selection: Which calls.
        priced: Also those that have an amount; they keep it where nobody knows a price now.
    """
    statuses = _COMPUTED if priced else _UNPRICED
    for record in selected(ledger, replace(selection, statuses=statuses)):
        quote = book.quote(replace(record, cost=Cost()))
        cost = quote.cost
        if cost.nanos is not None and (cost.nanos, cost.status) != (record.cost.nanos, record.cost.status):
            yield Repriced(record, quote)


class Repricer:
    """Writes new costs to the journal, rate cards first."""

    def __init__(self, ledger: Ledger, directory: Path, *, now: int) -> None:
        """Write to a journal's folder; now is the present in nanoseconds."""
        self._ledger = ledger
        self._writer = JournalWriter(directory, background=False)
        self._now = now
        self._cards: set[str] = set()
        self._refused = False

    def __enter__(self) -> Self:
        """The repricer itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the journal."""
        self._writer.close(timeout=0.0)

    def write(self, found: Repriced) -> bool:
        """Append the new cost of a call, unless the disk has refused a line before; whether it is in the journal."""
        self._refused = self._refused or not all(map(self._append, self._lines(found)))
        return not self._refused

    def _lines(self, found: Repriced) -> Iterator[RateCardLine | Adjustment]:
        record, quote = found
        if quote.card is not None and quote.card.id not in self._cards:
            self._cards.add(quote.card.id)
            yield RateCardLine(quote.card)
        # Later than what is there, also where a wrong clock dated that into the future: changes build on each other.
        ((latest,),) = self._ledger.ask(
            "SELECT coalesce(max(at), 0) FROM amendment WHERE key = ?", (record_key(record.id),)
        )
        yield Adjustment(
            id=f"reprice:{record.id}",
            at=max(self._now, latest + 1),
            record=record.id,
            cost=quote.cost,
            reason=REPRICED,
            usage=record.usage,
            flags=quote.flags,
            replaces=None if record.cost.nanos is None else record.cost,
        )

    def _append(self, line: RateCardLine | Adjustment) -> bool:
        return self._writer.append(encode(line)) is Appended.WRITTEN
