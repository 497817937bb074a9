from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from otel_usage.journal.lines import Call
from otel_usage.ledger.comparing import compare, find_target
from otel_usage.ledger.selection import Selection
from otel_usage.ledger.store import Ledger
from otel_usage.pricing import PriceBook
from otel_usage.records import Cost, CostStatus, Flag, Kind, Status
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.home import Home
    from otel_usage.records import UsageRecord

    Make = Callable[..., UsageRecord]
    Write = Callable[..., None]

EVER = Selection()


@pytest.fixture(scope="module")
def book() -> PriceBook:
    """The prices that come with the package."""
    return PriceBook(allow_lookup=True)


@pytest.mark.parametrize(
    ("name", "provider", "model"),
    [
        ("gpt-4o", "openai", "gpt-4o"),
        ("openai/gpt-4o", "openai", "gpt-4o"),
        ("lmstudio/anything", "lmstudio", "anything"),
    ],
)
def test_a_model_is_named_with_or_without_its_provider(
    book: PriceBook, name: str, provider: str | None, model: str
) -> None:
    """As it was asked for, it is reported; a model alone is its maker's, so that an override of the maker's holds."""
    target = find_target(book, name)
    assert target is not None
    assert (target.name, target.provider, target.model) == (name, provider, model)


@pytest.mark.parametrize("name", ["no-such-model", "openai/no-such-model", "/", "openai/", "/gpt-4o-nothing"])
def test_a_model_without_a_price_is_none(book: PriceBook, name: str) -> None:
    """Nothing is guessed."""
    assert find_target(book, name) is None


def test_calls_that_cannot_be_held_against_each_other_are_in_neither_sum(
    home: Home, write: Write, record: Make, book: PriceBook
) -> None:
    """gpt-4o-mini: $0.15 and $0.60 a million; what has no tokens there, or no amount here, is counted apart."""
    usage = TokenUsage(input=1_000, output=100)
    write(
        [
            Call(record("a", nanos=5_000, usage=usage)),
            Call(record("b", nanos=7_000, usage=usage)),
            Call(record("plan", usage=usage, cost=Cost(status=CostStatus.INCLUDED, nanos=0))),
            Call(record("given", nanos=9_000, usage=TokenUsage())),
            Call(record("unpriced", nanos=None, usage=usage)),
            Call(record("failed", nanos=None, usage=TokenUsage(), status=Status.ERROR)),
            Call(record("api", nanos=100, kind=Kind.API, service="s")),
        ]
    )
    target = find_target(book, "gpt-4o-mini")
    assert target is not None
    with Ledger(home) as ledger:
        ledger.ingest()
        unpriced, free, (found,) = compare(ledger, book, EVER, [target])
    assert (unpriced, free) == (1, 1)
    assert (found.calls, found.left_out) == (3, 1)
    assert (found.nanos, found.other_nanos) == (5_000 + 7_000, 3 * (1_000 * 150 + 100 * 600))


def test_the_same_model_costs_the_same(home: Home, write: Write, record: Make, book: PriceBook) -> None:
    """By the price of each call's own day, with its cache and its tier."""
    usages = [
        TokenUsage(input=300_000, output=20, cache_read=200_000, cache_write_5m=5, cache_write_1h=7),
        TokenUsage(input=10, output=2_000, reasoning=100),
        TokenUsage(input=4_321, output=0, cache_read=321),
    ]
    # 2025-05-01 and 2026-09-21.
    starts = [1_746_057_600 * 10**9, 1_790_000_000 * 10**9]
    calls = [
        record(
            f"{place} {start}",
            provider="anthropic",
            request_model="claude-sonnet-4-5",
            usage=usage,
            start=start,
        )
        for place, usage in enumerate(usages)
        for start in starts
    ]
    quotes = {call.id: book.price(msgspec.structs.replace(call, cost=Cost())) for call in calls}
    write(Call(msgspec.structs.replace(call, cost=quotes[call.id])) for call in calls)
    target = find_target(book, "anthropic/claude-sonnet-4-5")
    assert target is not None
    with Ledger(home) as ledger:
        ledger.ingest()
        _, _, (found,) = compare(ledger, book, EVER, [target])
    assert found.calls == len(calls)
    assert found.nanos == found.other_nanos == sum(cost.nanos or 0 for cost in quotes.values())


def test_what_is_assumed_is_counted(home: Home, write: Write, record: Make, book: PriceBook) -> None:
    """OpenAI does not sell cache writes: those of another provider are taken at its input rate."""
    write([Call(record("a", usage=TokenUsage(input=100, output=1, cache_write_5m=50)))])
    target = find_target(book, "openai/gpt-4o")
    assert target is not None
    with Ledger(home) as ledger:
        ledger.ingest()
        _, _, (found,) = compare(ledger, book, EVER, [target])
    assert found.flags[Flag.RATE_ASSUMED] == 1
