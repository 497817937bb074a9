"""One call and everything that its cost came from, gathered for ``otel-usage explain``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from otel_usage.asking import full_book
from otel_usage.ledger.amendments import history
from otel_usage.pricing.arithmetic import lines
from otel_usage.pricing.cards import RateCard
from otel_usage.pricing.index import SOURCE
from otel_usage.pricing.tariffs import tariffs
from otel_usage.records import Cost, CostStatus, Kind, Status, UsageRecord
from otel_usage.token_usage import NO_USAGE

if TYPE_CHECKING:
    from otel_usage.ledger.amendments import Change
    from otel_usage.ledger.store import Ledger
    from otel_usage.pricing.arithmetic import Line
    from otel_usage.pricing.book import Quote
    from otel_usage.settings import Settings

__all__ = ["Explained", "gather", "hours", "reason", "source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What there is to say of one call's cost.

    Attributes:
        record: The call.
        card: The rate card that was applied.
        rows: Units times rates, which sum exactly to the amount; empty where there is no such arithmetic.
        above: The rates are those of long context: for calls with more input than this.
        changes: How the cost was changed since the call was recorded.
        ours: For an amount that was given: what the prices known here would have made of the call.
    """

    record: UsageRecord
    card: RateCard | None
    rows: tuple[Line, ...]
    above: int | None
    changes: list[Change]
    ours: Quote | None


def gather(record: UsageRecord, ledger: Ledger, settings: Settings) -> Explained:
    """Look up the card of a call, its arithmetic and its history."""
    cost = record.cost
    found = ledger.ask("SELECT card FROM rate_card WHERE id = ?", (cost.rate_card,))
    card = msgspec.json.decode(found[0][0], type=RateCard) if found else None
    rows = () if card is None else lines(record.usage, card)
    amount = cost.list_nanos if cost.status is CostStatus.INCLUDED else cost.nanos
    if sum(row.nanos for row in rows) != amount:
        # The amount is another sighting's, with tokens of its own.
        rows = ()
    ours = None
    if cost.status is CostStatus.PROVIDED:
        quote = full_book(settings).quote(replace(record, cost=Cost()))
        ours = None if quote.cost.nanos is None else quote
    return Explained(
        record=record,
        card=card,
        rows=rows,
        above=None if card is None else _long_context(rows, card),
        changes=history(ledger, record),
        ours=ours,
    )


def source(card: RateCard) -> str:
    """Who knew the rates of a card, in words."""
    if not card.source.startswith(("override", "preset")):
        return f"{card.source} {card.version}".rstrip()
    _, _, preset = card.source.partition(":")
    told = f"the preset {preset}" if preset else "an override of yours"
    if card.based_on:
        told += f", based on {card.based_on} of {SOURCE} {card.version}".rstrip()
    return told + (f", times {card.multiplier}" if card.multiplier else "")


def hours(card: RateCard) -> tuple[str, str] | None:
    """The part of the day (UTC) in which a card holds, such as 00:30 and 16:30; None where it holds at any hour."""
    if card.hours is None:
        return None
    first, after = (f"{minute // 60:02}:{minute % 60:02}" for minute in card.hours)
    return first, after


def reason(explained: Explained, settings: Settings) -> str | None:
    """Why there is no arithmetic to show, or why it was not billed; None where it speaks for itself."""
    record = explained.record
    match record.cost.status:
        case CostStatus.PROVIDED:
            return f"The cost was given by the {record.cost.price_source}."
        case CostStatus.FREE:
            declared = explained.card is None
            return f"{'The provider or the server is declared free' if declared else 'Every rate of the model is 0'}."
        case CostStatus.INCLUDED:
            return "A subscription's plan covers the call."
        case CostStatus.PENDING:
            return "The price is not looked up yet."
        case CostStatus.PRICED:
            return None if explained.rows else _without_rows(explained)
        case CostStatus.UNPRICED:
            return _unpriced(record, settings)


def _without_rows(explained: Explained) -> str:
    if explained.card is None:
        return "The amount came with the call; the rates behind it are not in this journal."
    return "The amount was computed from other token counts, of another sighting of this call."


def _unpriced(record: UsageRecord, settings: Settings) -> str:
    if record.status is Status.ERROR and (record.kind is Kind.API or record.usage == NO_USAGE):
        return "The call failed, and nothing is known of it that would be billed."
    if record.kind is Kind.API:
        return (
            f"Nobody gave a cost, and no override has a price of {record.service} {record.endpoint or ''}".rstrip()
            + "."
        )
    if record.usage == NO_USAGE:
        return "No token counts are known, so there is nothing to price."
    names = full_book(settings).nearest(record.provider, record.model or "")
    hint = f" Known names like it: {', '.join(names)}." if names else ""
    return (
        f"No source knows a price of {record.provider}/{record.model}.{hint}"
        " Give it one under 'pricing' in otel-usage.yaml, rates of input and output or 'like' a known model, then"
        " 'otel-usage reprice --apply'."
    )


def _long_context(rows: tuple[Line, ...], card: RateCard) -> int | None:
    """The size above which the rates of these rows hold, None for those of every call."""
    whole = sum(row.units for row in rows if row.component.startswith(("input_", "cache_")))
    above = next(tariff.above for tariff in tariffs(card) if whole > tariff.above)
    return None if above < 0 else above
