"""What calls that were made would have cost on other models: the same tokens, at the same time, by other prices."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec.structs import replace

from otel_usage.ledger.calls import selected
from otel_usage.ledger.rollups import lacks_price
from otel_usage.records import Cost, Flag, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from otel_usage.ledger.selection import Selection
    from otel_usage.ledger.store import Ledger
    from otel_usage.pricing.book import PriceBook
    from otel_usage.records import UsageRecord

__all__ = ["Comparison", "Target", "compare", "find_target"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A model to compare with.

    Attributes:
        name: As it was asked for.
        provider: Its provider; None where the model alone says enough.
        model: The model.
    """

    name: str
    provider: str | None
    model: str


@dataclass(slots=True, kw_only=True)
class Comparison:
    """Sums over the calls that have an amount and could be priced on the other model; in nano-dollars.

    Attributes:
        target: The other model.
        calls: How many calls are in both sums.
        nanos: What they cost.
        other_nanos: What they would have cost.
        left_out: How many calls with an amount could not be priced there, and are in neither sum.
        flags: On how many of the calls the price there comes with which flag.
    """

    target: Target
    calls: int = 0
    nanos: int = 0
    other_nanos: int = 0
    left_out: int = 0
    flags: Counter[Flag] = field(default_factory=Counter)


def find_target(book: PriceBook, name: str) -> Target | None:
    """The model that is called ``provider/model`` or ``model``; None when no price of it is known."""
    provider, model = book.target(name)
    return Target(name=name, provider=provider, model=model) if book.known(provider, model) else None


def compare(
    ledger: Ledger, book: PriceBook, selection: Selection, targets: Sequence[Target]
) -> tuple[int, int, list[Comparison]]:
    """Hold the selected LLM calls against other models.

    Returns:
        How many calls have no amount of their own, and are in no sum; how many cost nothing, free or by a plan; and
        the comparisons.
    """
    comparisons = [Comparison(target=target) for target in targets]
    unpriced = free = 0
    for record in selected(ledger, replace(selection, kind=Kind.LLM)):
        if record.cost.nanos is None:
            unpriced += lacks_price(record)
            continue
        free += record.cost.nanos == 0
        for comparison in comparisons:
            _add(comparison, record, record.cost.nanos, book)
    return unpriced, free, comparisons


def _add(comparison: Comparison, record: UsageRecord, nanos: int, book: PriceBook) -> None:
    target = comparison.target
    quote = book.quote(
        replace(
            record,
            provider=target.provider,
            request_model=target.model,
            response_model=None,
            # Where the call went may be a server that is declared free.
            server_address=None,
            cost=Cost(),
        )
    )
    if quote.cost.nanos is None or Flag.UNITS_UNPRICED in quote.flags or Flag.MORE_BILLED in record.flags:
        # An amount that leaves something out is none to hold against another.
        comparison.left_out += 1
        return
    comparison.calls += 1
    comparison.nanos += nanos
    comparison.other_nanos += quote.cost.nanos
    comparison.flags.update(quote.flags)
