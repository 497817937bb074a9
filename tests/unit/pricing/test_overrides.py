from __future__ import annotations

from datetime import date, timedelta
from decimal import Context, Decimal, Inexact, localcontext
from typing import TYPE_CHECKING

import pytest

from otel_usage.pricing import PriceBook
from otel_usage.records import CostStatus, Flag, Status
from tests.unit.pricing.books import book_of, midnight

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.records import UsageRecord


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
    assert (quote.card.based_on, quote.card.multiplier) == ("openai/gpt-4o", "0.9")
    listed = PriceBook().card("openai", "gpt-4o", start=0)
    assert listed is not None
    assert (quote.card.source, quote.card.version) == ("override", listed.version)


def test_an_alias_holds_for_the_request_though_the_response_names_the_model(
    call: Callable[..., UsageRecord],
) -> None:
    """The deployment's contract price applies where the answer says gpt-4o-2024-08-06."""
    book = book_of({"provider": "azure", "model": "my-gpt", "like": "openai/gpt-4o", "multiplier": "0.5"})
    cost = book.price(call("azure", "my-gpt", response_model="gpt-4o-2024-08-06", input=1_000))
    assert cost.nanos == 1_000 * 1_250


def test_an_entry_without_a_base_of_its_name_changes_the_model_that_answered(
    call: Callable[..., UsageRecord],
) -> None:
    """A deployment at $2 in: its cache keeps gpt-4o's half, and its output gpt-4o's rate."""
    book = book_of({"provider": "azure", "model": "my-gpt", "input": "2"})
    answered = "gpt-4o-2024-08-06"
    counts = {"input": 1_000, "cache_read": 100, "output": 10}
    quote = book.quote(call("azure", "my-gpt", response_model=answered, **counts))
    assert quote.cost.nanos == 900 * 2_000 + 100 * 1_000 + 10 * 10_000
    assert quote.flags == ()


def test_a_name_as_reported_counts_before_a_shorter_one_and_that_before_a_glob(
    call: Callable[..., UsageRecord],
) -> None:
    """Whatever their order; within a rank the first that matches, whoever the provider is."""
    book = book_of(
        {"model": "gpt-4*", "input": "4"},
        {"model": "gpt-4o", "input": "3"},
        {"model": "GPT-4o-2024-08-06", "input": "2"},
        {"model": "gpt-4o-2024-08-06", "provider": "openai", "input": "1"},
    )
    for model, rate in (("gpt-4o-2024-08-06", 2_000), ("gpt-4o-2024-05-13", 3_000), ("gpt-4-turbo", 4_000)):
        assert book.price(call("openai", model, input=1_000)).nanos == 1_000 * rate
    assert book.price(call("openai", "openai/gpt-4o-2024-08-06", input=1_000)).nanos == 1_000 * 2_000


def test_days_of_a_better_match_that_are_over_leave_the_call_to_the_next(
    call: Callable[..., UsageRecord],
) -> None:
    """An exact entry until March, a glob after it, and the source's price for what neither names."""
    book = book_of(
        {"model": "gpt-4*", "input": "4"}, {"model": "gpt-4o", "input": "3", "until": date(2026, 3, 1)}
    )
    march = midnight(date(2026, 3, 1))
    for start, rate in ((march - 1, 3_000), (march, 4_000)):
        assert book.price(call("openai", "gpt-4o", input=1_000, start=start)).nanos == 1_000 * rate


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
        {"model": "gpt-4o", "input": "2", "starts": date(2026, 5, 1)},
    )
    first, last = midnight(date(2026, 3, 1)), midnight(date(2026, 5, 1))
    for start, rate in ((first - 1, 2_500), (first, 1_000), (last - 1, 1_000), (last, 2_000)):
        assert book.price(call("openai", "gpt-4o", input=1_000, start=start)).nanos == 1_000 * rate


def test_an_override_of_a_dated_price_follows_its_dates(call: Callable[..., UsageRecord]) -> None:
    """Half of o3: $5 before the cut of June 2025, $1 after."""
    book = book_of({"model": "o3", "multiplier": "0.5"})
    for day, rate in ((date(2025, 5, 1), 5_000), (date(2025, 7, 1), 1_000)):
        assert book.price(call("openai", "o3", input=1_000, start=midnight(day))).nanos == 1_000 * rate


def test_the_days_of_an_override_and_of_a_dated_price_are_cut_to_each_other(
    call: Callable[..., UsageRecord],
) -> None:
    """Half of o3 from July 2025: the price before its cut in June is not concerned, nor is June's after it."""
    july = date(2025, 7, 1)
    book = book_of({"model": "o3", "multiplier": "0.5", "starts": july})
    for start, rate in (
        (midnight(date(2025, 5, 1)), 10_000),
        (midnight(july) - 1, 2_000),
        (midnight(july), 1_000),
    ):
        assert book.price(call("openai", "o3", input=1_000, start=start)).nanos == 1_000 * rate


def test_a_multiplier_applies_to_each_step(call: Callable[..., UsageRecord]) -> None:
    """gemini-2.5-pro at twice its price, on both sides of 200,000."""
    book = book_of({"model": "gemini-2.5-pro", "multiplier": "2"})
    assert book.price(call("google", "gemini-2.5-pro", input=200_000)).nanos == 200_000 * 2_500
    assert book.price(call("google", "gemini-2.5-pro", input=200_001)).nanos == 200_001 * 5_000


def test_a_changed_input_rate_is_flat_and_the_cache_keeps_its_ratio_in_each_step(
    call: Callable[..., UsageRecord],
) -> None:
    """gemini-2.5-pro at $1 in: cached at a tenth of it for any size, output as listed on both sides of 200,000."""
    book = book_of({"model": "gemini-2.5-pro", "input": "1"})
    for size, output_rate in ((200_000, 10_000), (200_001, 15_000)):
        record = call("google", "gemini-2.5-pro", input=size, cache_read=1_000, output=10)
        assert book.price(record).components == {
            "input_uncached": (size - 1_000) * 1_000,
            "cache_read": 1_000 * 100,
            "output": 10 * output_rate,
        }


def test_sound_keeps_its_ratio_to_the_text_s_rates(call: Callable[..., UsageRecord]) -> None:
    """gpt-4o-realtime-preview, $5 and $20 for text, $40 and $80 for sound, cached sound at $2.50: all halved."""
    book = book_of({"model": "gpt-4o-realtime-preview", "input": "2.50", "output": "10"})
    counts = {"input": 3_000, "cache_read": 1_000, "output": 900}
    sound = {"input_audio": 2_000, "cache_read_audio": 1_000, "output_audio": 400}
    quote = book.quote(call("openai", "gpt-4o-realtime-preview", **counts, **sound))
    assert quote.cost.components == {
        "input_uncached": 1_000 * 2_500,
        "input_audio": 1_000 * 20_000,
        "cache_read_audio": 1_000 * 1_250,
        "output": 500 * 10_000,
        "output_audio": 400 * 40_000,
    }
    assert quote.flags == ()


def test_sound_without_a_base_takes_the_text_s_rate_and_says_so(call: Callable[..., UsageRecord]) -> None:
    """A model of one's own: never 0."""
    book = book_of({"model": "house-voice", "input": "4", "output": "9"})
    quote = book.quote(call("house", "house-voice", input=100, input_audio=40, output=10, output_audio=10))
    assert quote.cost.nanos == 100 * 4_000 + 10 * 9_000
    assert quote.flags == (Flag.RATE_ASSUMED,)


def test_every_rate_can_be_given(call: Callable[..., UsageRecord]) -> None:
    """USD per million tokens, per search and per call."""
    book = book_of(
        {
            "model": "house", "input": "1", "output": "2", "cache_read": "0.1", "cache_write": "1.25",
            "cache_write_1h": "3", "reasoning": "4", "input_audio": "5", "input_image": "6", "output_audio": "7",
            "output_image": "8", "web_search": "0.01", "per_request": "0.002",
        }
    )  # fmt: skip
    counts = {"input": 1_000, "cache_read": 100, "cache_write_5m": 200, "cache_write_1h": 300, "output": 100}
    kinds = {"input_audio": 50, "input_image": 60, "output_audio": 10, "output_image": 20}
    quote = book.quote(call("x", "house", **counts, **kinds, reasoning=30, web_searches=3))
    assert quote.cost.components == {
        "input_uncached": (1_000 - 600 - 50 - 60) * 1_000,
        "cache_read": 100 * 100,
        "cache_write_5m": 200 * 1_250,
        "cache_write_1h": 300 * 3_000,
        "input_audio": 50 * 5_000,
        "input_image": 60 * 6_000,
        "output": (100 - 30 - 10 - 20) * 2_000,
        "reasoning": 30 * 4_000,
        "output_audio": 10 * 7_000,
        "output_image": 20 * 8_000,
        "web_searches": 3 * 10_000_000,
        "requests": 2_000_000,
    }
    assert quote.flags == ()


def test_a_fee_beside_the_tokens(call: Callable[..., UsageRecord]) -> None:
    """gpt-4o with a gateway's cent a call; the batch price stays a batch price."""
    book = book_of({"model": "gpt-4o", "per_request": "0.01"})
    assert book.price(call("openai", "gpt-4o", input=1_000)).nanos == 1_000 * 2_500 + 10**7
    batch = book.quote(call("openai", "gpt-4o", input=1_000, output=0, service_tier="batch"))
    assert (batch.cost.nanos, batch.flags) == (1_000 * 1_250 + 10**7, ())


def test_a_model_that_is_billed_by_the_call_needs_no_tokens(call: Callable[..., UsageRecord]) -> None:
    """Four cents a picture, whatever is known of the tokens; one that failed is not billed."""
    book = book_of({"model": "painter", "per_request": "0.04"})
    for counts in ({}, {"input": 500}, {"input": 500, "output": 4_000}):
        quote = book.quote(call("house", "painter", **counts))
        assert quote.cost.components == {"requests": 40_000_000}
        assert quote.flags == ()
    assert book.price(call("house", "painter", status=Status.ERROR)).status is CostStatus.UNPRICED


def test_a_rate_of_zero_says_nothing_of_the_others(call: Callable[..., UsageRecord]) -> None:
    """Free input of a model of one's own leaves its output without a price, not at 0."""
    book = book_of({"model": "house", "input": "0"})
    assert book.price(call("x", "house", input=1_000, output=5)).status is CostStatus.UNPRICED
    assert book.price(call("x", "house", input=1_000, output=0)).nanos == 0


def test_an_application_s_coarse_decimals_change_no_price(call: Callable[..., UsageRecord]) -> None:
    """Prices are looked up on its threads."""
    book = book_of({"model": "gpt-4o", "input": "1.23456789", "multiplier": "0.12345678"})
    with localcontext(Context(prec=3, traps=[Inexact])):
        card = book.quote(call("openai", "gpt-4o", input=1)).card
    assert card is not None
    assert card.rates["input"] == round(Decimal("1.23456789") * 10**9 * Decimal("0.12345678"))


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


@pytest.mark.parametrize(
    ("entry", "called"),
    [
        ("bedrock", "aws.bedrock"),
        ("aws", "amazon-bedrock"),
        ("xai", "x_ai"),
        ("azure_openai", "azure.ai.openai"),
        ("vertex", "gcp.vertex_ai"),
        ("google", "gcp.gemini"),
        ("moonshot", "moonshot_ai"),
    ],
)
def test_a_provider_may_be_spelled_in_any_way(
    call: Callable[..., UsageRecord], entry: str, called: str
) -> None:
    """The conventions' name, a client's or a short one: the contract holds."""
    book = book_of({"provider": entry, "model": "house", "input": "7", "output": "7"})
    assert book.price(call(called, "house", input=1_000, output=0)).nanos == 1_000 * 7_000


def test_a_provider_s_services_can_be_told_apart(call: Callable[..., UsageRecord]) -> None:
    """``vertex`` is one of Google's services, ``google`` is all of them."""
    vertex = book_of({"provider": "vertex", "model": "gemini-2.5-flash", "input": "7"})
    google = book_of({"provider": "google", "model": "gemini-2.5-flash", "input": "7"})
    through_vertex, through_gemini = (
        call(name, "gemini-2.5-flash", input=1_000) for name in ("vertex", "gemini")
    )
    assert vertex.price(through_vertex).nanos == google.price(through_gemini).nanos == 1_000 * 7_000
    assert vertex.price(through_gemini).price_source == "genai-prices"


def test_entries_for_the_same_on_other_days_follow_each_other(call: Callable[..., UsageRecord]) -> None:
    """The end of one is the begin of the next, in any order."""
    april = date(2026, 4, 1)
    book = book_of(
        {"model": "gpt-4o", "input": "2", "starts": april}, {"model": "gpt-4o", "input": "1", "until": april}
    )
    for start, rate in ((midnight(april) - 1, 1_000), (midnight(april), 2_000)):
        assert book.price(call("openai", "gpt-4o", input=1_000, start=start)).nanos == 1_000 * rate


def test_a_glob_without_a_base_is_one_card_whatever_it_fits(call: Callable[..., UsageRecord]) -> None:
    """A card is a line in the journal: one for each name that ever came would be without bound."""
    book = book_of({"model": "*", "input": "1", "output": "2"})
    quotes = [book.quote(call("house", f"model-{number}", input=1_000, output=0)) for number in range(100)]
    assert {quote.cost.nanos for quote in quotes} == {1_000 * 1_000}
    assert len({quote.cost.rate_card for quote in quotes}) == 1


def test_hundreds_of_entries_for_one_name_are_searched_in_time(call: Callable[..., UsageRecord]) -> None:
    """The entry of the day holds, however many there are before and after it."""
    first = date(2020, 1, 1)
    entries = [
        {"model": "*", "input": str(week + 1), "output": "1", "starts": first + timedelta(weeks=week)}
        | {"until": first + timedelta(weeks=week + 1)}
        for week in range(400)
    ]
    book = book_of(*entries)
    at = midnight(first + timedelta(weeks=200))
    assert book.price(call("house", "m", input=1_000, output=0, start=at)).nanos == 1_000 * 201 * 1_000
