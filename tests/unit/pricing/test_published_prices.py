"""Money as arithmetic from the prices that the providers publish: $ per million tokens, so nano-dollars per 1,000."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from otel_usage.records import CostStatus, Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.pricing import PriceBook
    from otel_usage.records import UsageRecord

USD = 10**9


def usd_per_million(units: int, dollars: str) -> int:
    """Nano-dollars of units at a published price with up to three decimals."""
    whole, _, decimals = dollars.partition(".")
    thousandths = int(whole + decimals.ljust(3, "0"))
    return units * thousandths


def at(text: str) -> int:
    """Nanoseconds since the epoch of a time in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * USD


def test_a_long_sonnet_call_costs_86_cents(book: PriceBook, call: Callable[..., UsageRecord]) -> None:
    """claude-3-5-sonnet-20241022: 245,000 in at $3 and 8,500 out at $15 are $0.8625."""
    cost = book.price(call("anthropic", "claude-3-5-sonnet-20241022", input=245_000, output=8_500))
    assert cost.status is CostStatus.PRICED
    assert cost.components == {"input_uncached": 245_000 * 3_000, "output": 8_500 * 15_000}
    assert cost.nanos == 862_500_000
    assert cost.price_source == "genai-prices"


@pytest.mark.parametrize(
    ("provider", "model", "rates"),
    [
        ("openai", "gpt-4o", ("2.50", "1.25", "10")),
        ("openai", "gpt-4o-mini", ("0.15", "0.075", "0.60")),
        ("openai", "gpt-5", ("1.25", "0.125", "10")),
        ("openai", "o3", ("2", "0.50", "8")),
        ("anthropic", "claude-sonnet-4-5", ("3", "0.30", "15")),
        ("anthropic", "claude-3-haiku-20240307", ("0.25", "0.03", "1.25")),
        ("gemini", "gemini-2.5-pro", ("1.25", "0.125", "10")),
        ("gemini", "gemini-2.5-flash", ("0.30", "0.03", "2.50")),
    ],
)
def test_cache_reads_are_part_of_the_input(
    book: PriceBook, call: Callable[..., UsageRecord], provider: str, model: str, rates: tuple[str, str, str]
) -> None:
    """10,000 in of which 4,000 were cached, 700 out: 6,000 at the input rate, 4,000 at the cache rate."""
    full, cached, out = rates
    cost = book.price(call(provider, model, input=10_000, cache_read=4_000, output=700))
    assert cost.components == {
        "input_uncached": usd_per_million(6_000, full),
        "cache_read": usd_per_million(4_000, cached),
        "output": usd_per_million(700, out),
    }
    assert cost.nanos == sum(cost.components.values())


def test_cache_writes_of_five_minutes_and_an_hour_have_their_own_rates(
    book: PriceBook, call: Callable[..., UsageRecord]
) -> None:
    """claude-sonnet-4-5: reads $0.30, 5-minute writes $3.75, 1-hour writes $6 per million."""
    cost = book.price(
        call(
            "anthropic",
            "claude-sonnet-4-5-20250929",
            input=20_000,
            cache_read=5_000,
            cache_write_5m=304,
            cache_write_1h=12_000,
            output=100,
        )
    )
    assert cost.components == {
        "input_uncached": (20_000 - 5_000 - 304 - 12_000) * 3_000,
        "cache_read": 5_000 * 300,
        "cache_write_5m": 304 * 3_750,
        "cache_write_1h": 12_000 * 6_000,
        "output": 100 * 15_000,
    }


@pytest.mark.parametrize(
    ("total", "full", "cached", "out"),
    [(200_000, 1_250, 125, 10_000), (200_001, 2_500, 250, 15_000)],
)
def test_a_long_context_step_holds_for_every_token(
    book: PriceBook, call: Callable[..., UsageRecord], total: int, full: int, cached: int, out: int
) -> None:
    """gemini-2.5-pro above 200,000 input tokens, cached ones counted: all tokens at the higher rate."""
    cost = book.price(call("google", "gemini-2.5-pro", input=total, cache_read=50_000, output=1_000))
    assert cost.components == {
        "input_uncached": (total - 50_000) * full,
        "cache_read": 50_000 * cached,
        "output": 1_000 * out,
    }


@pytest.mark.parametrize(("day", "rate"), [("2025-05-01", 10_000), ("2025-07-01", 2_000)])
def test_a_call_is_priced_by_its_own_time(
    book: PriceBook, call: Callable[..., UsageRecord], day: str, rate: int
) -> None:
    """OpenAI cut o3 from $10 to $2 in June 2025."""
    assert book.price(call("openai", "o3", input=1_000, output=0, start=at(day))).nanos == 1_000 * rate


@pytest.mark.parametrize(
    ("clock", "rate"), [("00:29:59", 135), ("00:30:00", 270), ("16:29:59", 270), ("16:30:00", 135)]
)
def test_a_time_of_day_has_its_price(
    book: PriceBook, call: Callable[..., UsageRecord], clock: str, rate: int
) -> None:
    """deepseek-chat was half the price from 16:30 to 00:30 UTC."""
    record = call("deepseek", "deepseek-chat", input=1_000, output=0, start=at(f"2025-03-01T{clock}"))
    assert book.price(record).nanos == 1_000 * rate


def test_a_batch_has_its_price(book: PriceBook, call: Callable[..., UsageRecord]) -> None:
    """OpenAI's batch price of gpt-4o is half: $1.25 in, $5 out."""
    quote = book.quote(call("openai", "gpt-4o", input=1_000, output=1_000, service_tier="batch"))
    assert quote.cost.nanos == 1_000 * 1_250 + 1_000 * 5_000
    assert quote.card is not None
    assert quote.card.tier == "batch"
    assert quote.flags == ()


@pytest.mark.parametrize("tier", ["default", "standard", "auto", ""])
def test_a_standard_tier_is_no_variant(book: PriceBook, call: Callable[..., UsageRecord], tier: str) -> None:
    """``default`` is what OpenAI reports for an ordinary call."""
    quote = book.quote(call("openai", "gpt-4o", input=1_000, output=0, service_tier=tier))
    assert (quote.cost.nanos, quote.flags) == (1_000 * 2_500, ())


def test_a_tier_that_the_source_does_not_price_is_flagged(
    book: PriceBook, call: Callable[..., UsageRecord]
) -> None:
    """Azure's batch price is unknown: gpt-4o's standard price, and it is said."""
    quote = book.quote(call("azure", "gpt-4o", input=1_000, output=0, service_tier="batch"))
    assert (quote.cost.nanos, quote.flags) == (1_000 * 2_500, (Flag.VARIANT_UNPRICED,))


def test_a_request_is_billed_beside_its_tokens(book: PriceBook, call: Callable[..., UsageRecord]) -> None:
    """Perplexity's sonar: $1 in, $1 out, and $12 for a thousand requests."""
    cost = book.price(call("perplexity", "sonar", input=1_000, output=500))
    assert cost.components == {
        "input_uncached": 1_000 * 1_000,
        "output": 500 * 1_000,
        "requests": 12 * USD // 1_000,
    }


def test_reasoning_is_billed_apart_only_where_it_has_a_rate(
    book: PriceBook, call: Callable[..., UsageRecord]
) -> None:
    """sonar-deep-research bills reasoning at $3 beside output at $8; gpt-5 bills it as output, once."""
    apart = book.price(call("perplexity", "sonar-deep-research", input=100, output=1_000, reasoning=400))
    assert apart.components == {
        "input_uncached": 100 * 2_000,
        "output": 600 * 8_000,
        "reasoning": 400 * 3_000,
    }
    within = book.price(call("openai", "gpt-5", input=0, output=1_000, reasoning=400))
    assert within.components == {"output": 1_000 * 10_000}


def test_input_that_excluded_the_cache_is_inferred(book: PriceBook, call: Callable[..., UsageRecord]) -> None:
    """gpt-4-turbo with 12,000 in and 50,000 cached: the 12,000 were beside the cache, which has no rate of its own."""
    quote = book.quote(call("openai", "gpt-4-turbo", input=12_000, cache_read=50_000, output=8_000))
    assert quote.cost.components == {
        "input_uncached": 12_000 * 10_000,
        "cache_read": 50_000 * 10_000,
        "output": 8_000 * 30_000,
    }
    assert quote.flags == (Flag.INPUT_INFERRED, Flag.RATE_ASSUMED)


def test_a_resold_model_has_the_reseller_s_price(book: PriceBook, call: Callable[..., UsageRecord]) -> None:
    """Bedrock's regional endpoints cost ten per cent more than Anthropic and Bedrock's global one."""
    regional = call("aws", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", input=1_000, output=0)
    worldwide = call("aws", "global.anthropic.claude-sonnet-4-5-20250929-v1:0", input=1_000, output=0)
    assert book.price(regional).nanos == 1_000 * 3_300
    assert book.price(worldwide).nanos == 1_000 * 3_000
