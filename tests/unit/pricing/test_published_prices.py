"""The golden set: what calls cost by the prices that the providers publish, through counts and price book."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from otel_usage.counts import canonical_usage
from otel_usage.pricing import PriceBook
from tests.unit.pricing.golden import anthropic, google, hosts, makers, openai, openai_tiers, unsold
from tests.unit.pricing.golden.differences import KNOWN_DIFFERENCES

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.pricing.book import Quote
    from otel_usage.records import Flag, UsageRecord
    from tests.unit.pricing.golden.cases import Case

CASES = [
    case for group in (openai, openai_tiers, anthropic, google, makers, hosts, unsold) for case in group.CASES
]
Quoted = tuple["Quote", tuple["Flag", ...]]


@pytest.fixture(scope="module")
def quoted(call: Callable[..., UsageRecord]) -> Callable[[Case], Quoted]:
    """What a case costs at ingest, with every flag that its record would carry."""
    book = PriceBook(allow_lookup=True)

    def quote(case: Case) -> Quoted:
        usage, flags = canonical_usage(dict(case.used))
        start = int(datetime.fromisoformat(case.at).replace(tzinfo=UTC).timestamp()) * 10**9
        record = call(case.provider, case.model, usage=usage, service_tier=case.tier, start=start)
        answer = book.quote(record)
        return answer, (*flags, *answer.flags)

    return quote


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_call_costs_what_its_provider_publishes(case: Case, quoted: Callable[[Case], Quoted]) -> None:
    """Each component to the nano-dollar, their sum, the status, and what a reader should know."""
    quote, flags = quoted(case)
    cost = quote.cost
    assert cost.status is case.status
    assert cost.components == (case.money or {})
    assert cost.nanos == (None if case.money is None else sum(case.money.values()))
    assert flags == case.flags


@pytest.mark.parametrize("reason", KNOWN_DIFFERENCES)
def test_a_known_difference_is_still_one(reason: str, quoted: Callable[[Case], Quoted]) -> None:
    """The price data and the provider's page part here; when they no longer do, this row becomes a case."""
    case = KNOWN_DIFFERENCES[reason]
    quote, _ = quoted(case)
    assert case.money is not None
    assert quote.cost.nanos != sum(case.money.values())


def test_the_golden_set_does_not_shrink() -> None:
    """250 cases or more, none of them twice, and enough of them beyond plain text at the standard price."""
    assert len(CASES) >= 250
    assert [name for name, times in Counter(map(repr, CASES)).items() if times > 1] == []
    assert sum(case.tier not in {None, ""} for case in CASES) >= 35
    assert sum(any(name.startswith("cache_") for name in case.used) for case in CASES) >= 90
    assert len({case.provider for case in CASES}) >= 15
    assert len({case.model for case in CASES}) >= 150
