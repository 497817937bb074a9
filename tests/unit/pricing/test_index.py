from __future__ import annotations

import time
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

import genai_prices
from genai_prices import types
from genai_prices.data import providers

from otel_usage.pricing.build_index import rendered
from otel_usage.pricing.fetched import read
from otel_usage.pricing.index import INDEX_PATH, bundled
from otel_usage.pricing.lookup import installed
from otel_usage.records import CostStatus, Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.pricing import PriceBook
    from otel_usage.records import UsageRecord


def test_the_committed_index_is_what_the_installed_data_gives() -> None:
    """The same version of genai-prices gives the same file, byte for byte."""
    assert bundled().version == genai_prices.__version__, "run: make index"
    assert INDEX_PATH.read_bytes() == rendered(installed()), "run: make index"


def test_the_index_says_what_it_is() -> None:
    """Source, version, how much there is of it, the newest price, and a hash that fits the rest."""
    index = read(INDEX_PATH)
    sections = [section for name in index.providers if (section := index.section(name)) is not None]
    entries = [entry for section in sections for entry in section.entries]
    head = index.head
    assert head is not None
    assert (head.source, head.version, head.fetched) == ("genai-prices", index.version, None)
    assert (head.providers, head.models) == (len(sections), len(entries))
    assert head.newest == max(price.since for entry in entries for price in entry.prices if price.since)
    assert INDEX_PATH.read_bytes().count(b"\n") == len(sections) + 3  # a provider a line


def test_the_index_is_small_and_quick() -> None:
    """At most 500 KB; reading it with its largest section takes a short command some milliseconds."""
    assert INDEX_PATH.stat().st_size <= 500_000

    def took() -> float:
        begin = time.process_time()
        bundled().section("openrouter")
        return time.process_time() - begin

    assert min(took() for _ in range(5)) < 0.015  # 3.5 ms on an idle machine


def test_every_name_in_the_index_leads_to_the_entry_that_genai_prices_gives_it() -> None:
    """No name was given to a model that its source would not choose."""
    index = bundled()
    wrong = []
    for provider in providers:
        section = index.section(provider.id)
        assert section is not None
        for name, place in section.names.items():
            chosen = next((model.id for model in provider.models if model.is_match(name)), None)
            if chosen not in {None, section.entries[place].model}:
                wrong.append((provider.id, name, chosen))
    assert wrong == []


def test_random_calls_cost_what_genai_prices_says(book: PriceBook, call: Callable[..., UsageRecord]) -> None:
    """Within a nano-dollar a component, a random call to each model there is: usage, tier and time drawn.

    Where they part, and why: an hour's cache write without a rate of its own (theirs is billed like five minutes,
    ours twice the input for Claude, flagged); output of a model without an output rate, and models billed by the
    second or page (theirs 0, ours unpriced); models without any price (theirs 0, ours unknown unless ``:free``).
    """
    random = Random(20261121)
    different, compared = [], 0
    for provider, model in [(seller, model) for seller in providers for model in seller.models]:
        read, five, plain = (random.choice([0, random.randrange(30_000)]) for _ in range(3))
        hour = random.choice([0, 0, 0, random.randrange(30_000)])
        total = read + five + hour + plain + random.choice([0, 250_000])
        output = random.randrange(50_000)
        start = random.randrange(1_700_000_000, 1_800_000_000)
        tier = random.choice([None, "batch", "flex", "priority"])
        record = call(
            provider.id,
            model.id,
            input=total,
            cache_read=read,
            cache_write_5m=five,
            cache_write_1h=hour,
            output=output,
            service_tier=tier,
            start=start * 10**9,
        )
        quote = book.quote(record)
        theirs = model.calc_price(
            genai_prices.Usage(
                input_tokens=total,
                cache_read_tokens=read,
                cache_write_tokens=five + hour,
                cache_write_1h_tokens=hour,
                output_tokens=output,
            ),
            provider,
            genai_request_timestamp=datetime.fromtimestamp(start, tz=UTC),
            price_context=_context(tier),
        )
        if quote.cost.nanos is None:
            prices = vars(theirs.model_price)
            agreed = (
                not prices or "output_mtok" not in prices or "input_mtok" not in prices or model.id[-1] == "-"
            )
        elif quote.cost.status is CostStatus.FREE:
            agreed = theirs.total_price == 0
        elif (
            quote.card is not None
            and hour
            and "claude" in model.id
            and "cache_write_1h" not in quote.card.rates
        ):
            agreed = Flag.RATE_ASSUMED in quote.flags
        else:
            agreed = abs(quote.cost.nanos - theirs.total_price * 10**9) <= len(quote.cost.components)
            compared += 1
        if not agreed:
            different.append((provider.id, model.id))
    assert different == []
    assert compared > 1_900


def _context(tier: str | None) -> types.PriceContext | None:
    if tier is None:
        return None
    return {"processing": "batch"} if tier == "batch" else {"service_tier": tier}
