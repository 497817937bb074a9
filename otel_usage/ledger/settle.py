"""Pending prices: looked up in the full price data once, and written to the journal.

What an agent's thread did not find in the compact index is priced here, at the call's own time. The result is a
journal line like any other, so that a rebuild gives the same answer whatever the price data says by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.journal.lines import SETTLED, Adjustment, RateCardLine, encode
from otel_usage.journal.writer import Appended, JournalWriter
from otel_usage.ledger.rows import COLUMNS, from_row
from otel_usage.records import CostStatus

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from otel_usage.pricing.book import PriceBook

__all__ = ["settle"]

_AT_ONCE = 1000


def settle(
    connection: sqlite3.Connection, directory: Path, book: PriceBook, *, after: int, now: int
) -> tuple[int, int]:
    """Append adjustments for some pending calls.

    Args:
        connection: The ledger.
        directory: The journal's folder.
        book: Prices, with the full price data allowed.
        after: Row id behind which to look.
        now: The present in nanoseconds.

    Returns:
        How many were appended, and the row id behind which to go on.
    """
    rows = connection.execute(
        f"SELECT id, {', '.join(COLUMNS)} FROM call WHERE cost_status = 'pending' AND id > ? ORDER BY id LIMIT ?",  # noqa: S608  # column names
        (after, _AT_ONCE),
    ).fetchall()
    writer = JournalWriter(directory, background=False)
    appended, cards = 0, set[str]()
    for call, *row in rows:
        record = from_row(tuple(row))
        quote = book.quote(record)
        lines: list[Adjustment | RateCardLine] = []
        if quote.cost.status is not CostStatus.PENDING:
            if quote.card is not None and quote.card.id not in cards:
                cards.add(quote.card.id)
                lines.append(RateCardLine(quote.card))
            lines.append(
                Adjustment(
                    id=f"settle:{record.id}",
                    at=now,
                    record=record.id,
                    cost=quote.cost,
                    reason=SETTLED,
                    usage=record.usage,
                    flags=quote.flags,
                )
            )
        if any(writer.append(encode(line)) is not Appended.WRITTEN for line in lines):
            break
        appended += bool(lines)
        after = call
    writer.close(timeout=0.0)
    return appended, after
