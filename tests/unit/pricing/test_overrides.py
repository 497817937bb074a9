from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.errors import PriceDataError
from otel_usage.pricing import PriceBook
from otel_usage.records import CostStatus, Flag
from otel_usage.settings import PriceOverride, PricingSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.records import UsageRecord


WORDS = {"model", "provider", "like", "starts", "until"}


def book_of(*entries: dict[str, Any]) -> PriceBook:
    """A book with these overrides; numbers as text."""

    def override(entry: dict[str, Any]) -> PriceOverride:
        fields: dict[str, Any] = {
            key: value if key in WORDS else Decimal(value) for key, value in entry.items()
        }
        return PriceOverride(**fields)

    return PriceBook(PricingSettings(overrides=tuple(map(override, entries))))


def midnight(day: date) -> int:
    """The first nanosecond of a day in UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 10**9


def test_own_rates_come_before_the_source_s(call: Callable[..., UsageRecord]) -> None:
    """A contract price for gpt-4o: $2 in, $7 out, also for its dated snapshots."""
    book = book_of({"model": "gpt-4o", "provider": "openai", "input": "2", "output": "7"})
    for model in ("gpt-4o", "gpt-4o-2024-08-06", "openai/gpt-4o"):
        cost = book.price(call("openai", model, input=1_000, output=1_000))
        assert (cost.nanos, cost.price_source) == (1_000 * 2_000 + 1_000 * 7_000, "override")
    assert book.price(call("azure", "gpt-4o", input=1_000)).price_source == "genai-prices"


def test_cache_rates_keep_their_ratio_to_a_changed_input_rate(call: Callable[..., UsageRecord]) -> None:
    """claude-sonnet-4-5 at $1.50 in: reads at a tenth, 5-minute writes at 1.25 times, 1-hour writes at twice."""
    book = book_of({"model": "claude-sonnet-4-5", "input": "1.50"})
    record = call(
        "anthropic",
        "claude-sonnet-4-5",
        input=4_000,
        cache_read=1_000,
        cache_write_5m=1_000,
        cache_write_1h=1_000,
        output=1_000,
    )
    quote = book.quote(record)
    assert quote.cost.components == {
        "input_uncached": 1_000 * 1_500,
        "cache_read": 1_000 * 150,
        "cache_write_5m": 1_000 * 1_875,
        "cache_write_1h": 1_000 * 3_000,
        "output": 1_000 * 15_000,
    }
    assert quote.flags == ()


def test_without_a_base_the_cache_takes_the_input_rate_and_says_so(call: Callable[..., UsageRecord]) -> None:
    """A model of one's own with an input rate only: cache reads at that rate, never 0."""
    book = book_of({"model": "house-model", "input": "4", "output": "9"})
    quote = book.quote(call("house", "house-model", input=1_000, cache_read=400, output=10))
    assert quote.cost.components == {
        "input_uncached": 600 * 4_000,
        "cache_read": 400 * 4_000,
        "output": 10 * 9_000,
    }
    assert quote.flags == (Flag.RATE_ASSUMED,)


def test_an_alias_with_a_discount(call: Callable[..., UsageRecord]) -> None:
    """An Azure deployment like gpt-4o, ten per cent off, and the card says what it is based on."""
    book = book_of({"provider": "azure", "model": "my-gpt", "like": "openai/gpt-4o", "multiplier": "0.9"})
    quote = book.quote(call("azure", "my-gpt", input=1_000, output=1_000))
    assert quote.cost.nanos == 1_000 * 2_250 + 1_000 * 9_000
    assert quote.card is not None
    assert quote.card.based_on == "openai/gpt-4o"


def test_an_alias_holds_for_the_request_though_the_response_names_the_model(
    call: Callable[..., UsageRecord],
) -> None:
    """The deployment's contract price applies where the answer says gpt-4o-2024-08-06."""
    book = book_of({"provider": "azure", "model": "my-gpt", "like": "openai/gpt-4o", "multiplier": "0.5"})
    cost = book.price(call("azure", "my-gpt", response_model="gpt-4o-2024-08-06", input=1_000))
    assert cost.nanos == 1_000 * 1_250


def test_a_glob_and_the_first_that_matches(call: Callable[..., UsageRecord]) -> None:
    """Entries are tried in their order; a multiplier alone changes each model's own rates."""
    book = book_of({"model": "gpt-4o-mini", "input": "1"}, {"model": "gpt-4*", "multiplier": "2"})
    assert book.price(call("openai", "gpt-4o-mini", input=1_000)).nanos == 1_000 * 1_000
    assert book.price(call("openai", "gpt-4o", input=1_000)).nanos == 1_000 * 5_000
    assert book.price(call("openai", "gpt-4-unheard-of", input=1_000)).status is CostStatus.PENDING
    assert book.price(call("openai", "o3", input=1_000)).price_source == "genai-prices"


def test_an_override_holds_by_the_call_s_own_time(call: Callable[..., UsageRecord]) -> None:
    """From March to May 2026 $1, from May on $2, before that the source's $2.50; ends are exact."""
    book = book_of(
        {"model": "gpt-4o", "input": "1", "starts": date(2026, 3, 1), "until": date(2026, 5, 1)},
        {"model": "gpt-4o", "input": "2", "starts": date(2026, 4, 1)},
    )
    first, last = midnight(date(2026, 3, 1)), midnight(date(2026, 5, 1))
    for start, rate in ((first - 1, 2_500), (first, 1_000), (last - 1, 1_000), (last, 2_000)):
        assert book.price(call("openai", "gpt-4o", input=1_000, start=start)).nanos == 1_000 * rate


def test_an_override_of_a_dated_price_follows_its_dates(call: Callable[..., UsageRecord]) -> None:
    """Half of o3: $5 before the cut of June 2025, $1 after."""
    book = book_of({"model": "o3", "multiplier": "0.5"})
    for day, rate in ((date(2025, 5, 1), 5_000), (date(2025, 7, 1), 1_000)):
        assert book.price(call("openai", "o3", input=1_000, start=midnight(day))).nanos == 1_000 * rate


def test_a_multiplier_applies_to_each_step(call: Callable[..., UsageRecord]) -> None:
    """gemini-2.5-pro at twice its price, on both sides of 200,000."""
    book = book_of({"model": "gemini-2.5-pro", "multiplier": "2"})
    assert book.price(call("google", "gemini-2.5-pro", input=200_000)).nanos == 200_000 * 2_500
    assert book.price(call("google", "gemini-2.5-pro", input=200_001)).nanos == 200_001 * 5_000


def test_an_own_price_comes_before_a_free_provider(call: Callable[..., UsageRecord]) -> None:
    """Electricity has a price: an override on a local model holds, the others stay free."""
    book = book_of({"provider": "ollama", "model": "big", "input": "0.1", "output": "0.1"})
    assert book.price(call("ollama", "big", input=1_000)).nanos == 1_000 * 100
    assert book.price(call("ollama", "small", input=1_000)).status is CostStatus.FREE


def test_own_rates_of_zero_are_free(call: Callable[..., UsageRecord]) -> None:
    """Declared free by the user: a true $0."""
    cost = book_of({"model": "gift", "input": "0", "output": "0"}).price(call("house", "gift", input=1_000))
    assert (cost.status, cost.nanos, cost.price_source) == (CostStatus.FREE, 0, "override")


def test_own_rates_know_no_tier(call: Callable[..., UsageRecord]) -> None:
    """A batch at the user's standard rates is flagged; a multiplier alone follows the batch price."""
    rates = book_of({"model": "gpt-4o", "input": "2"})
    factor = book_of({"model": "gpt-4o", "multiplier": "0.5"})
    batch = call("openai", "gpt-4o", input=1_000, output=0, service_tier="batch")
    assert rates.quote(batch).flags == (Flag.VARIANT_UNPRICED,)
    assert (factor.price(batch).nanos, factor.quote(batch).flags) == (1_000 * 625, ())


def test_a_provider_s_services_can_be_told_apart(call: Callable[..., UsageRecord]) -> None:
    """``vertex`` is one of Google's services, ``google`` is all of them."""
    vertex = book_of({"provider": "vertex", "model": "gemini-2.5-flash", "input": "7"})
    google = book_of({"provider": "google", "model": "gemini-2.5-flash", "input": "7"})
    through_vertex, through_gemini = (
        call(name, "gemini-2.5-flash", input=1_000) for name in ("vertex", "gemini")
    )
    assert vertex.price(through_vertex).nanos == google.price(through_gemini).nanos == 1_000 * 7_000
    assert vertex.price(through_gemini).price_source == "genai-prices"


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ({"model": "m"}, "no price"),
        ({"model": "m", "provider": "openai"}, "no price"),
        ({"model": "m", "input": "-1"}, "input"),
        ({"model": "m", "multiplier": "-0.1"}, "multiplier"),
        ({"model": "m", "output": "NaN"}, "output"),
        ({"model": "m", "cache_read": "Infinity"}, "cache_read"),
        ({"model": "m", "like": "openai/gpt-99"}, "like"),
        ({"model": "m", "like": "no-such-model"}, "like"),
        ({"model": "m", "input": "1", "starts": date(2026, 2, 1), "until": date(2026, 2, 1)}, "until"),
    ],
)
def test_an_override_that_cannot_be_used_is_refused_with_its_place(entry: dict[str, Any], word: str) -> None:
    """The book is not made; the sentence names the entry and the field."""
    with pytest.raises(PriceDataError, match=word) as refused:
        book_of(entry)
    assert "pricing.overrides: m" in str(refused.value)
