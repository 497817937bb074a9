from __future__ import annotations

import subprocess
import sys
import tracemalloc
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.json import decode, encode
from msgspec.structs import replace

from otel_usage.errors import PriceDataError
from otel_usage.pricing import PriceBook, RateCard, lines
from otel_usage.records import MAX_NANOS, Cost, CostStatus, Flag, Kind, Status, UsageRecord
from otel_usage.settings import PriceOverride, PricingSettings
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("nanos", [0, 1, MAX_NANOS])
def test_a_given_cost_is_believed(book: PriceBook, call: Callable[..., UsageRecord], nanos: int) -> None:
    """What the caller says the call cost holds, zero included, whatever the price data says."""
    record = call(
        "openai", "gpt-4o", input=1_000, output=0, cost=Cost(status=CostStatus.PROVIDED, nanos=nanos)
    )
    cost = book.price(record)
    assert (cost.status, cost.nanos, cost.price_source) == (CostStatus.PROVIDED, nanos, "caller")


@pytest.mark.parametrize("nanos", [None, -1, MAX_NANOS + 1])
def test_a_given_cost_that_is_no_amount_is_left_out(
    book: PriceBook, call: Callable[..., UsageRecord], nanos: int | None
) -> None:
    """The call is priced as if none was given, and it is said."""
    record = call(
        "openai", "gpt-4o", input=1_000, output=0, cost=Cost(status=CostStatus.PROVIDED, nanos=nanos)
    )
    quote = book.quote(record)
    assert (quote.cost.status, quote.cost.nanos) == (CostStatus.PRICED, 1_000 * 2_500)
    assert quote.flags == (Flag.COST_UNUSABLE,)


@pytest.mark.parametrize(
    ("counts", "flagged"),
    [({"input": 1_000}, True), ({"output": 9}, True), ({"input": 1_000, "output": 0}, False)],
)
def test_a_call_of_which_only_a_part_is_known_says_so(
    book: PriceBook, call: Callable[..., UsageRecord], counts: dict[str, int], *, flagged: bool
) -> None:
    """The amount is that of what is known, which is not the whole."""
    quote = book.quote(call("openai", "gpt-4o", **counts))
    assert quote.cost.nanos == counts.get("input", 0) * 2_500 + counts.get("output", 0) * 10_000
    assert (Flag.USAGE_INCOMPLETE in quote.flags) is flagged


def test_an_embedding_has_no_output_that_could_be_missing(
    book: PriceBook, call: Callable[..., UsageRecord]
) -> None:
    """Its model bills the input only."""
    quote = book.quote(call("openai", "text-embedding-3-small", input=1_000))
    assert (quote.cost.nanos, quote.flags) == (1_000 * 20, ())


@pytest.mark.parametrize(
    ("provider", "nanos", "expected"),
    [
        ("openrouter", 7, CostStatus.PROVIDED),
        ("OpenRouter", 7, CostStatus.PROVIDED),
        ("xai", 7, CostStatus.PROVIDED),
        ("perplexity", 7, CostStatus.PROVIDED),
        ("openrouter", 0, CostStatus.PRICED),
        ("acme", 7, CostStatus.PENDING),
    ],
)
def test_a_provider_s_own_cost_is_used_from_trusted_ones_above_zero(
    book: PriceBook, call: Callable[..., UsageRecord], provider: str, nanos: int, expected: CostStatus
) -> None:
    """OpenRouter says what it bills; its 0 and anybody else's word is no statement."""
    given = Cost(status=CostStatus.PROVIDED, nanos=nanos, price_source="provider")
    quote = book.quote(call(provider, "openai/gpt-5", input=1_000, output=0, cost=given))
    assert quote.cost.status is expected
    assert quote.flags == ()


def test_whose_own_cost_is_used_can_be_set(call: Callable[..., UsageRecord]) -> None:
    """By any name of the provider; what is set stands in place of the default."""
    book = PriceBook(PricingSettings(trusted_providers=("Google-Vertex",)))
    given = Cost(status=CostStatus.PROVIDED, nanos=7, price_source="provider")
    for provider, expected in (("gemini", CostStatus.PROVIDED), ("openrouter", CostStatus.PRICED)):
        assert book.price(call(provider, "google/gemini-2.5-pro", input=1_000, cost=given)).status is expected


def test_a_cost_once_computed_stays(book: PriceBook, call: Callable[..., UsageRecord]) -> None:
    """A record that comes back priced keeps its amount: history is not priced again."""
    old = Cost(
        status=CostStatus.PRICED, nanos=5, components={"output": 5}, rate_card="x", price_source="override"
    )
    assert book.price(call("openai", "gpt-4o", input=1_000, cost=old)) is old


def test_a_plan_s_call_costs_nothing_and_shows_the_list_price(
    book: PriceBook, call: Callable[..., UsageRecord]
) -> None:
    """Included in a subscription: 0 billed, gpt-4o's $2.50 a million beside it."""
    cost = book.price(call("openai", "gpt-4o", input=1_000, cost=Cost(status=CostStatus.INCLUDED)))
    assert (cost.status, cost.nanos, cost.list_nanos) == (CostStatus.INCLUDED, 0, 1_000 * 2_500)
    assert cost.rate_card is not None
    assert book.price(call("openai", "gpt-4o", input=1_000, cost=cost)) is cost


@pytest.mark.parametrize(
    "provider", ["lmstudio", "LM Studio", "lm_studio", "ollama", "vllm", "llama.cpp", "llama_cpp"]
)
def test_a_declared_local_provider_is_free(
    book: PriceBook, call: Callable[..., UsageRecord], provider: str
) -> None:
    """A true $0 by declaration, usage known or not."""
    cost = book.price(call(provider, "qwen3"))
    assert (cost.status, cost.nanos, cost.price_source) == (CostStatus.FREE, 0, "local")


def test_a_local_provider_may_stand_in_the_model_s_name(
    book: PriceBook, call: Callable[..., UsageRecord]
) -> None:
    """``ollama/llama3`` without a provider is Ollama's; with another provider it is that provider's."""
    assert book.price(call(None, "ollama/llama3")).status is CostStatus.FREE
    assert book.price(call("openrouter", "ollama/llama3", input=1)).status is CostStatus.PENDING


def test_free_is_never_taken_from_not_found(call: Callable[..., UsageRecord]) -> None:
    """Without a declaration a local model has no price."""
    bare = PriceBook(PricingSettings(free_providers=()), allow_lookup=True)
    cost = bare.price(call("ollama", "llama3", input=1))
    assert (cost.status, cost.nanos) == (CostStatus.UNPRICED, None)


def test_a_model_that_its_seller_names_free_is_free(
    book: PriceBook, call: Callable[..., UsageRecord]
) -> None:
    """OpenRouter's ``:free`` models cost nothing, by a card; the same model without it has a price."""
    free = book.quote(call("openrouter", "openai/gpt-oss-20b:free", input=1_000, output=1))
    paid = book.quote(call("openrouter", "openai/gpt-oss-20b", input=1_000, output=1))
    assert (free.cost.status, free.cost.nanos) == (CostStatus.FREE, 0)
    assert free.card is not None
    assert free.cost.rate_card == free.card.id
    assert paid.cost.nanos is not None
    assert paid.cost.nanos > 0


def test_a_model_without_any_price_in_the_source_is_not_free(call: Callable[..., UsageRecord]) -> None:
    """GitHub Copilot's gpt-4o stands in the source without a price: unknown, never 0."""
    cost = PriceBook(allow_lookup=True).price(call("github-copilot", "gpt-4o", input=1_000))
    assert (cost.status, cost.nanos) == (CostStatus.UNPRICED, None)


def test_an_unknown_model_waits_for_the_lookup(book: PriceBook, call: Callable[..., UsageRecord]) -> None:
    """Pending on a caller's thread, unpriced where the full data was asked and does not know it either."""
    record = call("openai", "gpt-99-ultra", input=1_000, output=1)
    assert book.price(record) == Cost(status=CostStatus.PENDING)
    assert PriceBook(allow_lookup=True).price(record) == Cost(status=CostStatus.UNPRICED)


def test_a_miss_is_looked_up_in_a_newer_genai_prices(
    call: Callable[..., UsageRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the installed data is not what the index was made from, it is asked at ingest only."""
    from otel_usage.pricing import resolver  # noqa: PLC0415  # patched below
    from otel_usage.pricing.index import PriceIndex  # noqa: PLC0415  # the same

    monkeypatch.setattr(
        resolver, "current", lambda _: PriceIndex("0.0.1", (), lambda _: pytest.fail("no section"))
    )
    record = call("anthropic", "claude-3-5-sonnet-20241022", input=1_000)
    junk = call("anthropic", "claude-3-sonnet-fake", input=1_000)
    assert PriceBook().price(record).status is CostStatus.PENDING
    full = PriceBook(allow_lookup=True)
    assert full.price(record).nanos == 1_000 * 3_000
    assert full.price(junk).status is CostStatus.UNPRICED


def test_an_api_call_has_only_a_given_price(book: PriceBook, call: Callable[..., UsageRecord]) -> None:
    """A search costs what the caller says, else it is unpriced."""
    search = call("openai", "gpt-4o", kind=Kind.API, service="serpapi", input=5)
    assert book.price(search) == Cost(status=CostStatus.UNPRICED)
    paid = replace(search, cost=Cost(status=CostStatus.PROVIDED, nanos=10**7))
    assert book.price(paid).nanos == 10**7


def test_unknown_usage_is_unpriced(book: PriceBook, call: Callable[..., UsageRecord]) -> None:
    """A known model without counts has no amount, not 0."""
    assert book.price(call("openai", "gpt-4o")) == Cost(status=CostStatus.UNPRICED)


def test_an_absurd_total_is_unpriced(book: PriceBook, call: Callable[..., UsageRecord]) -> None:
    """No call costs more than $100,000; a hundred million tokens at $600 a million do not reach that."""
    dear = call("openai", "o1-pro", input=10**8, output=10**8)
    assert book.price(dear).nanos == 10**8 * 150_000 + 10**8 * 600_000
    absurd = PriceBook(PricingSettings(overrides=(PriceOverride(model="o1-pro", multiplier=Decimal(2)),)))
    quote = absurd.quote(dear)
    assert (quote.cost, quote.flags) == (Cost(status=CostStatus.UNPRICED), (Flag.USAGE_UNUSABLE,))


def test_the_card_of_a_quote_is_the_one_that_the_cost_names(
    book: PriceBook, call: Callable[..., UsageRecord]
) -> None:
    """What is journalled beside a record is the card that it refers to, with its source and version."""
    quote = book.quote(call("openai", "gpt-4o", input=1))
    assert quote.card is not None
    assert quote.card.id == quote.cost.rate_card
    assert (quote.card.source, bool(quote.card.version)) == ("genai-prices", True)
    assert book.card("openai", "gpt-4o", start=0) == quote.card


@pytest.mark.parametrize(
    ("name", "provider", "expected"),
    [
        ("gpt-4o", None, ("openai", "gpt-4o")),
        ("gpt-4o", "azure", ("azure", "gpt-4o")),
        ("anthropic/claude-sonnet-4-5", None, ("anthropic", "claude-sonnet-4-5")),
        ("vertex/claude-sonnet-4-5", None, ("vertex", "claude-sonnet-4-5")),
        ("openrouter/openai/gpt-4o", None, ("openrouter", "openai/gpt-4o")),
        ("openai/gpt-4o", "openrouter", ("openrouter", "openai/gpt-4o")),
        ("perplexity/sonar", None, ("perplexity", "perplexity/sonar")),
        ("models/gemini-2.5-pro", None, ("google", "models/gemini-2.5-pro")),
        ("ollama/llama3", None, ("ollama", "llama3")),
        ("nobody/knows", None, (None, "nobody/knows")),
        ("/", None, (None, "/")),
        ("x" * 300, None, (None, "x" * 300)),
    ],
)
def test_what_a_person_asks_for_is_a_provider_and_a_model(
    book: PriceBook, name: str, provider: str | None, expected: tuple[str | None, str]
) -> None:
    """``provider/model``, unless the provider itself calls a model so; a model alone is its maker's."""
    assert book.target(name, provider) == expected


def test_an_override_of_a_provider_holds_for_its_model_alone() -> None:
    """Asked for as ``gpt-4o`` or ``openai/gpt-4o``: the price that OpenAI's calls get."""
    override = PriceOverride(provider="openai", model="gpt-4o", input=Decimal(1), output=Decimal(2))
    deployment = PriceOverride(provider="azure", model="my-gpt", input=Decimal(3), output=Decimal(4))
    book = PriceBook(PricingSettings(overrides=(override, deployment)))
    for name in ("gpt-4o", "openai/gpt-4o"):
        card = book.card(*book.target(name), start=0)
        assert card is not None
        assert card.rates["input"] == 1 * 10**9
    assert book.target("azure/my-gpt") == ("azure", "my-gpt")
    assert book.target("my-gpt") == (None, "my-gpt")


def test_near_names_are_suggested(book: PriceBook) -> None:
    """A typing error leads to the name that was meant."""
    assert "gpt-4o" in book.nearest("openai", "gpt4o")
    assert "claude-sonnet-4-5" in book.nearest(None, "claude-sonet-4-5")
    assert book.nearest("openai", "\x00" * 500) == []
    assert book.known("openai", "gpt-4o")
    assert book.known("ollama", "anything")
    assert not book.known("openai", "gpt4o")
    assert not book.known("openai", "x" * 10_000)


names = (
    st.none()
    | st.text(max_size=250)
    | st.sampled_from(["openai", "anthropic", "gpt-4o", "claude-sonnet-4-5"])
)
numbers = st.none() | st.integers()
hosts = st.none() | st.text(max_size=300) | st.sampled_from(["localhost", "10.0.0.1"])
records = st.builds(
    UsageRecord,
    id=st.just("call:1"),
    start=st.integers(),
    source=st.just("live"),
    kind=st.sampled_from(Kind),
    status=st.sampled_from(Status),
    provider=names,
    service=names,
    endpoint=names,
    server_address=hosts,
    request_model=names,
    response_model=names,
    service_tier=names,
    usage=st.builds(TokenUsage, **dict.fromkeys(TokenUsage.__struct_fields__, numbers)),
    cost=st.builds(
        Cost, status=st.sampled_from(CostStatus), nanos=numbers, price_source=st.none() | st.just("provider")
    ),
)


@settings(max_examples=300)
@given(records)
def test_no_record_raises(book: PriceBook, record: UsageRecord) -> None:
    """Whatever a record holds, a status comes back, and an amount exactly when the status has one."""
    cost = book.price(record)
    assert (cost.nanos is None) == (cost.status in {CostStatus.PENDING, CostStatus.UNPRICED})
    if cost.status is CostStatus.PRICED and cost.components:
        assert cost.nanos == sum(cost.components.values())


rates = st.none() | st.decimals(0, 1_000, places=3)
days = st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31))
of_models = st.builds(
    PriceOverride,
    model=st.sampled_from(["gpt-4o", "claude-sonnet-4-5", "gemini-2.5-pro", "gpt-*", "*", "house"]),
    provider=st.none() | st.sampled_from(["openai", "google", "house"]),
    like=st.none() | st.sampled_from(["openai/gpt-4o", "google/gemini-2.5-pro"]),
    starts=days,
    until=days,
    **dict.fromkeys(
        (
            name
            for name in PriceOverride.__struct_fields__
            if PriceOverride.__annotations__[name] == "Decimal | None"
        ),
        rates,
    ),
)
of_services = st.builds(
    PriceOverride,
    service=st.sampled_from(["serpapi", "openai"]),
    endpoint=st.none() | st.sampled_from(["gpt-4o", "*"]),
    per_request=st.decimals(0, 1_000, places=3),
)
overridden = st.builds(
    PricingSettings,
    preset=st.none() | st.sampled_from(["legacy-2025", "agents-2026"]),
    free_hosts=st.just(()) | st.just(("localhost", "10.*")),
    overrides=st.lists(of_models | of_services, max_size=4).map(tuple),
)
known = st.builds(
    UsageRecord,
    id=st.just("call:1"),
    start=st.integers(0, 2**62),
    source=st.just("live"),
    provider=st.sampled_from([None, "openai", "google", "house", "ollama"]),
    request_model=st.sampled_from(
        ["gpt-4o-2024-08-06", "claude-sonnet-4-5", "gemini-2.5-pro", "house", "tts-1"]
    ),
    service_tier=st.sampled_from([None, "batch", "platinum"]),
    usage=st.builds(
        TokenUsage, **dict.fromkeys(TokenUsage.__struct_fields__, st.none() | st.integers(0, 300_000))
    ),
)


@settings(max_examples=300, deadline=None)
@given(overridden, st.lists(records | known, min_size=1, max_size=5))
def test_no_overrides_make_a_record_raise(pricing: PricingSettings, several: list[UsageRecord]) -> None:
    """A set that is refused is refused in set-up, in a sentence; a book that is made prices whatever comes.

    An amount of nothing is only stated where each rate that was used is stated to be 0.
    """
    try:
        book = PriceBook(pricing)
    except PriceDataError as error:
        assert str(error).startswith("pricing.overrides: ")  # noqa: PT017  # most sets are not refused
        return
    for record in several:
        quote = book.quote(record)
        cost = quote.cost
        assert (cost.nanos is None) == (cost.status in {CostStatus.PENDING, CostStatus.UNPRICED})
        if cost.status is CostStatus.PRICED and quote.card is not None:
            assert (
                cost.nanos
                == sum(cost.components.values())
                == sum(line.nanos for line in lines(record.usage, quote.card))
            )
            assert decode(encode(quote.card), type=RateCard) == quote.card


@pytest.mark.parametrize(
    ("model", "fields", "nanos", "flags"),
    [
        # A tier that nobody knows is billed at the standard price, and said.
        (
            "gpt-4o",
            {"input": 1_000, "service_tier": "platinum"},
            1_000 * 2_500,
            [Flag.VARIANT_UNPRICED],
        ),
        # More cached than sent: the input excluded it.
        ("gpt-4o", {"input": 10, "cache_read": 30}, 10 * 2_500 + 30 * 1_250, [Flag.INPUT_INFERRED]),
        # Sound for a model of text only: at the rate of text, and said.
        ("gpt-3.5-turbo", {"input": 100, "input_audio": 60}, 100 * 500, [Flag.RATE_ASSUMED]),
        # More sound than there was input stays text, and is said.
        ("gpt-4o", {"input": 100, "input_audio": 600}, 100 * 2_500, [Flag.USAGE_UNUSABLE]),
        # A search of the web by a model that has no price for it is left out, and said.
        ("gpt-3.5-turbo", {"input": 100, "web_searches": 2}, 100 * 500, [Flag.UNITS_UNPRICED]),
        # No count at all can be believed: no amount.
        ("gpt-4o", {"input": -5}, None, [Flag.USAGE_UNUSABLE]),
        ("gpt-4o", {"input": 10**10}, None, [Flag.USAGE_UNUSABLE]),
    ],
)
def test_a_record_that_does_not_fit_its_price_is_flagged(
    book: PriceBook,
    call: Callable[..., UsageRecord],
    model: str,
    fields: dict[str, Any],
    nanos: int | None,
    flags: list[Flag],
) -> None:
    """A status and a flag, never an exception and never a silent 0."""
    quote = book.quote(call("openai", model, output=0, **fields))
    assert (quote.cost.nanos, list(quote.flags)) == (nanos, flags)
    assert quote.cost.status is (CostStatus.UNPRICED if nanos is None else CostStatus.PRICED)


def test_memory_stays_flat_under_junk_names(call: Callable[..., UsageRecord]) -> None:
    """20,000 names that never were, long ones among them: what is kept does not grow with them."""
    junk = PriceBook()
    template = call("openai", "x", input=1)

    def price(first: int, count: int) -> None:
        for number in range(first, first + count):
            model = f"gpt-4o-junk-{number}" if number % 2 else f"{number}-" + "x" * 100_000
            junk.price(replace(template, request_model=model))

    price(0, 10_000)
    tracemalloc.start()
    try:
        price(10_000, 10_000)
        grown, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown < 4_096 * 1_000


def test_a_short_command_imports_little() -> None:
    """Pricing a known model imports neither genai-prices nor what it drags in, nor YAML or difflib."""
    program = (
        "import sys\n"
        "from otel_usage.pricing import PriceBook\n"
        "from otel_usage.records import UsageRecord\n"
        "from otel_usage.token_usage import TokenUsage\n"
        "record = UsageRecord(id='1', start=0, source='cli', provider='openai', request_model='gpt-4o',"
        " usage=TokenUsage(input=1000))\n"
        "assert PriceBook().price(record).nanos == 2_500_000\n"
        "heavy = {'genai_prices', 'pydantic', 'httpx2', 'yaml', 'difflib', 'importlib.metadata', 'opentelemetry',"
        " 'otel_usage.pricing.names', 'otel_usage.pricing.overrides', 'otel_usage.pricing.presets',"
        " 'otel_usage.pricing.free_hosts'}\n"
        "print(sorted(heavy & sys.modules.keys()))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
