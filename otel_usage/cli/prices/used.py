"""The models that a ledger has calls of."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from otel_usage.ledger.calls import selected
from otel_usage.ledger.placing import call_id
from otel_usage.ledger.repricing import reprices
from otel_usage.ledger.rollups import lacks_price
from otel_usage.ledger.rows import names
from otel_usage.ledger.selection import Selection
from otel_usage.pricing.schedule import STANDARD_TIERS
from otel_usage.records import CostStatus, Flag, Kind
from otel_usage.token_usage import NO_USAGE

if TYPE_CHECKING:
    from otel_usage.ledger.store import Ledger
    from otel_usage.pricing.book import PriceBook

__all__ = ["Name", "Unpriced", "Used", "asked_models", "flagged", "largest", "unpriced", "used_models"]

Name = tuple[str, str]
"""Provider and model as the calls name them, empty where they do not."""


class Used(Struct, frozen=True):
    """A model with calls.

    Attributes:
        provider: As the calls name it, empty where none does.
        model: The same.
        calls: How many there are.
        unpriced: How many of them have no amount.
        nanos: What the others cost, in nano-dollars.
    """

    provider: str
    model: str
    calls: int
    unpriced: int
    nanos: int

    @property
    def name(self) -> str:
        """``provider/model``."""
        return f"{self.provider}/{self.model}" if self.provider else self.model


class Unpriced(Struct, frozen=True):
    """Calls without an amount.

    Attributes:
        priceable: How many of a model have one by the prices of now.
        without_usage: How many of a model say nothing of what they used.
    """

    priceable: Counter[Name]
    without_usage: Counter[Name]


def used_models(ledger: Ledger) -> list[Used]:
    """All models of LLM calls, the most used first."""
    rows = ledger.ask(
        "SELECT provider, model, sum(calls), sum(unpriced), sum(nanos) FROM usage_day WHERE kind = 'llm' AND model != ''"
        " GROUP BY provider, model ORDER BY sum(calls) DESC, provider, model"
    )
    return [Used(*row) for row in rows]


def asked_models(ledger: Ledger) -> set[Name]:
    """All models that LLM calls asked for: a deployment has its name in the request alone."""
    rows = ledger.ask(
        "SELECT DISTINCT provider, json_extract(CAST(rest AS TEXT), '$.request_model') FROM call WHERE kind = 'llm'"
    )
    return {(provider, model) for provider, model in rows if model}


def unpriced(ledger: Ledger, book: PriceBook) -> Unpriced:
    """Why calls have no amount, as far as prices and tokens say."""
    calls = Selection(kind=Kind.LLM, statuses=(CostStatus.UNPRICED, CostStatus.PENDING))
    return Unpriced(
        Counter(names(one.record) for one in reprices(ledger, book, calls, priced=False)),
        Counter(
            names(record)
            for record in selected(ledger, calls)
            if lacks_price(record) and record.usage == NO_USAGE
        ),
    )


def largest(ledger: Ledger) -> dict[Name, dict[str, int]]:
    """By model and service tier (empty for the standard price) the most tokens of input that a call has."""
    rows = ledger.ask(
        "SELECT provider, model, lower(trim(coalesce(json_extract(CAST(rest AS TEXT), '$.service_tier'), ''))),"
        " coalesce(max(input), 0) FROM call WHERE kind = 'llm' AND model != '' GROUP BY 1, 2, 3"
    )
    found: dict[Name, dict[str, int]] = defaultdict(dict)
    for provider, model, reported, most in rows:
        sizes, tier = found[provider, model], "" if reported in STANDARD_TIERS else reported
        sizes[tier] = max(most, sizes.get(tier, 0))
    return found


def flagged(ledger: Ledger, flag: Flag, since: int) -> list[tuple[str, str, int]]:
    """``provider/model``, the service tier where the flag is about it, and the number of calls since a time."""
    rows = ledger.ask(
        "SELECT iif(provider = '', model, provider || '/' || model),"
        " iif(?, coalesce(json_extract(CAST(rest AS TEXT), '$.service_tier'), ''), ''), count(*)"
        " FROM call WHERE id >= ? AND start >= ? AND kind = 'llm' AND cost_status != 'provided' AND EXISTS"
        " (SELECT 1 FROM json_each(CAST(rest AS TEXT), '$.flags') WHERE value = ?)"
        " GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        (flag is Flag.VARIANT_UNPRICED, call_id(since), since, flag),
    )
    return [(name, tier, count) for name, tier, count in rows]
