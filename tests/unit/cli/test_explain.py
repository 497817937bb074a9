"""``otel-usage explain``: the arithmetic of one call, to be checked by hand."""

from __future__ import annotations

import re
from decimal import Decimal
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otel_usage.cli.wording import FLAGS
from otel_usage.home import Home
from otel_usage.journal.lines import Call, RateCardLine, encode
from otel_usage.pricing import PriceBook
from otel_usage.records import Cost, CostStatus, Flag, Kind, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from otel_usage.journal.lines import Line

    Run = Callable[..., Any]
    Tell = Callable[..., str]
    Ask = Callable[..., dict[str, Any]]

ROW = re.compile(r"(\w+) +([\d,]+) x +\$([\d.,]+) / 1M = +\$([\d.]+)")


def test_the_rows_are_tokens_times_rates_and_sum_to_the_total(record: Tell, tell: Tell) -> None:
    """claude-sonnet-4-6: $3, $0.30, $3.75, $6 and $15 a million."""
    record(
        provider="anthropic",
        model="claude-sonnet-4-6",
        input=10_007,
        output=503,
        cache_read=2_001,
        cache_write=3_001,
        cache_write_1h=4_001,
        id="mine",
    )
    text = tell("explain", "mine")
    rows = {
        name: tuple(Decimal(part.replace(",", "")) for part in parts) for name, *parts in ROW.findall(text)
    }
    million = Decimal(10**6)
    expected = {
        "input_uncached": (Decimal(10_007 - 2_001 - 3_001 - 4_001), Decimal(3)),
        "cache_read": (Decimal(2_001), Decimal("0.30")),
        "cache_write_5m": (Decimal(3_001), Decimal("3.75")),
        "cache_write_1h": (Decimal(4_001), Decimal(6)),
        "output": (Decimal(503), Decimal(15)),
    }
    assert rows == {
        name: (tokens, rate, tokens * rate / million) for name, (tokens, rate) in expected.items()
    }
    total = re.search(r"total +\$([\d.]+)", text)
    assert total is not None
    assert Decimal(total[1]) == sum(cost for _, _, cost in rows.values())
    assert "Price of anthropic/claude-sonnet-4-6 from genai-prices" in text


def test_the_facts_of_the_call_come_first(record: Tell, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the ledger's zone; what is unknown has no line."""
    monkeypatch.setenv("OTEL_USAGE_ZONE", "Asia/Kathmandu")
    record(id="mine", agent="a", job_id="j", status="error", timestamp="2026-03-01T10:00:00.5Z")
    assert tell("explain", "mine").splitlines()[:6] == [
        "Call:     mine",
        "Began:    2026-03-01T15:45:00.500+05:45",
        "Model:    gpt-4o (openai)",
        "Agent:    a",
        "Job:      j",
        "Status:   error",
    ]


def test_last_is_the_call_that_began_last(record: Tell, tell: Tell) -> None:
    """Not the one that was recorded last."""
    record(id="later", timestamp="2026-03-02T10:00:00Z")
    record(id="earlier", timestamp="2026-03-01T10:00:00Z")
    assert tell("explain", "last").startswith("Call:     later\n")


@pytest.mark.parametrize("call", ["last", "nobody", "", "x" * 5_000, "%", "' OR 1=1 --"])
def test_a_call_that_is_not_recorded_is_one_sentence(run: Run, call: str) -> None:
    """Exit 2; also in an empty ledger."""
    done = run("explain", call)
    assert (done.code, done.out) == (2, "")
    told = "nothing is recorded yet" if call == "last" else "no such call is recorded"
    assert done.sentence == f"otel-usage: CALL: {told}"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            {"provider": "lmstudio", "model": "m"},
            "The provider or the server is declared free.",
        ),
        (
            {"provider": "house", "model": "m"},
            "No source knows a price of house/m. Give it one under 'pricing' in otel-usage.yaml, rates of input and"
            " output or 'like' a known model, then 'otel-usage reprice --apply'.",
        ),
        (
            {"provider": "house", "model": "m", "status": "error", "input": "", "output": ""},
            "The call failed, and nothing is known of it that would be billed.",
        ),
    ],
)
def test_a_cost_without_arithmetic_says_where_it_is_from(
    record: Tell, tell: Tell, options: dict[str, str], told: str
) -> None:
    """Free or unknown."""
    record(**options, id="mine")
    assert told in tell("explain", "mine").splitlines()


def test_a_price_of_the_users_own_is_explained_after_it_was_taken_away(
    record: Tell, tell: Tell, home: Path
) -> None:
    """The card is in the journal: 1,000 in at $1 and 100 out at $2 a million."""
    home.mkdir()
    file = home / "otel-usage.yaml"
    file.write_text("pricing: {overrides: [{model: gpt-4o, input: 1, output: 2}]}")
    record(id="mine")
    file.unlink()
    tell("rebuild")
    text = tell("explain", "mine")
    assert re.search(rf"total +\${Decimal(1_000 * 1 + 100 * 2) / 10**6}\n", text)
    assert "Price of openai/gpt-4o from an override of yours, based on openai/gpt-4o of genai-prices" in text


def test_a_rate_with_more_decimals_than_cents_is_shown_whole(record: Tell, tell: Tell) -> None:
    """gpt-4o-mini: $0.15, and half of that for what the cache had; what is shown multiplies out."""
    record(provider="openai", model="gpt-4o-mini", input=1_000_000, output=0, cache_read=1_000_000, id="mine")
    assert re.search(r"1,000,000 x +\$0\.075 / 1M = +\$0\.075\n", tell("explain", "mine"))


counts = st.integers(0, 10**6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    model=st.sampled_from(
        [
            ("anthropic", "claude-sonnet-4-5"),
            ("openai", "gpt-4o-mini"),
            ("openai", "gpt-4o-audio-preview"),
            ("google", "gemini-2.5-pro"),
        ]
    ),
    usage=st.builds(
        TokenUsage,
        **dict.fromkeys(("input", "output", "cache_read", "cache_write_5m", "cache_write_1h"), counts),
        **dict.fromkeys(("reasoning", "input_audio", "output_audio"), st.none() | counts),
        web_searches=st.none() | st.integers(0, 9),
    ),
)
def test_the_rows_of_any_call_sum_to_what_is_booked(
    home: Path, ask: Ask, model: tuple[str, str], usage: TokenUsage
) -> None:
    """To the nano-dollar, whatever was used; the units and the rate of each row make its amount."""
    provider, name = model
    call = UsageRecord(
        id=blake2b(f"{model} {usage}".encode(), digest_size=8).hexdigest(),
        start=1_790_000_000 * 10**9,
        source="live",
        provider=provider,
        request_model=name,
        usage=usage,
    )
    write(home, call)
    found = ask("explain", call.id, "--json")
    assert found["status"] == "priced"
    rows = found["lines"]
    assert sum(Decimal(row["cost"]) for row in rows) == Decimal(found["cost"])
    assert Decimal(found["cost"]).scaleb(9) == found["costNanos"]
    for row in rows:
        exact = Decimal(row["units"]) * Decimal(row["usdPerMillion"]) / 10**6
        assert abs(Decimal(row["cost"]) - exact) <= Decimal("0.5e-9")


def test_a_given_cost_is_told_apart_from_our_own_prices(record: Tell, tell: Tell, ask: Ask) -> None:
    """gpt-4o: $2.50 and $10 a million; what the caller said is what is booked."""
    record(cost="1.25", id="mine")
    ours = Decimal(1_000) * Decimal("2.5e-6") + 100 * Decimal("10e-6")
    text = tell("explain", "mine").splitlines()
    place = text.index("The cost was given by the caller.")
    assert text[place + 1 : place + 3] == [
        "",
        f"For information, not booked: our own prices say ${ours.normalize()}.",
    ]
    found = ask("explain", "mine", "--json")
    assert (found["cost"], found["priceSource"], found["price"]) == ("1.25", "caller", None)
    assert Decimal(found["ownPrice"]["cost"]) == ours


def test_long_context_a_tier_and_hours_are_named(record: Tell, tell: Tell, home: Path) -> None:
    """gemini-2.5-pro bills $2.50 and $15 a million above 200,000 tokens of input."""
    record(provider="google", model="gemini-2.5-pro", input=200_001, output=10, id="long")
    text = tell("explain", "long")
    assert "long context: above 200,000 tokens of input" in text
    assert re.search(r"200,001 x +\$2.50 / 1M", text)
    record(provider="google", model="gemini-2.5-pro", input=200_000, output=10, id="short")
    assert "long context" not in tell("explain", "short")
    # By day $0.27 and $1.10 a million, at other hours half of that.
    record(provider="deepseek", model="deepseek-chat", timestamp="2025-06-01T10:00:00Z", id="day")
    assert ", from 00:30 to 16:30 UTC, rate card" in tell("explain", "day")
    tiered = UsageRecord(
        id="tiered",
        start=1_795_000_000 * 10**9,
        source="live",
        provider="openai",
        request_model="gpt-4.1",
        service_tier="batch",
        usage=TokenUsage(input=10, output=10),
    )
    # $2 and $8 a million, in a batch half of that: a price that is known since October 2026.
    write(home, tiered, Call(msgspec.structs.replace(tiered, id="other", service_tier="no-such-tier")))
    text = tell("explain", "tiered")
    assert ", service tier batch," in text
    assert re.search(r"input_uncached +10 x +\$1.00 / 1M", text)
    text = tell("explain", "other")
    assert "Tier:     no-such-tier" in text
    assert f"Note: {FLAGS[Flag.VARIANT_UNPRICED]}" in text


def test_searches_are_priced_by_the_thousand_and_requests_by_one(tell: Tell, home: Path) -> None:
    """A cent each search, a tenth of a cent each call."""
    home.mkdir()
    (home / "otel-usage.yaml").write_text(
        "pricing: {overrides: [{model: m, input: 1, output: 2, web_search: 0.01, per_request: 0.001}]}"
    )
    call = UsageRecord(
        id="searched",
        start=1_790_000_000 * 10**9,
        source="live",
        provider="house",
        request_model="m",
        usage=TokenUsage(input=1_000, output=10, web_searches=3),
    )
    write(home, call)
    text = tell("explain", "searched")
    assert re.search(r"web_searches +3 x +\$10.00 / 1K = +\$0.03\n", text)
    assert re.search(r"requests +1 x +\$0.001 each = +\$0.001\n", text)
    total = 1_000 * Decimal("1e-6") + 10 * Decimal("2e-6") + 3 * Decimal("0.01") + Decimal("0.001")
    assert re.search(rf"total +\${total.normalize()}\n", text)


def test_an_override_names_its_factor_and_not_a_version_of_its_own(
    record: Tell, tell: Tell, ask: Ask, home: Path
) -> None:
    """Half of gpt-4o's $2.50 and $10 a million."""
    home.mkdir()
    (home / "otel-usage.yaml").write_text(
        "pricing: {overrides: [{model: my-gpt, like: openai/gpt-4o, multiplier: 0.5, from: 2025-01-01}]}"
    )
    record(model="my-gpt", id="mine")
    text = tell("explain", "mine")
    assert re.search(
        r"from an override of yours, based on openai/gpt-4o of genai-prices [\d.]+, times 0.5,"
        r" valid since 2025-01-01, rate card",
        text,
    )
    found = ask("explain", "mine", "--json")
    assert (found["price"]["source"], found["price"]["multiplier"]) == ("override", "0.5")
    assert Decimal(found["cost"]) == (1_000 * Decimal("2.5e-6") + 100 * Decimal("10e-6")) / 2


def test_what_a_cache_did_is_told(record: Tell, tell: Tell, ask: Ask) -> None:
    """claude-sonnet-4-6: $3 a million, read at $0.30, written at $3.75."""
    record(
        provider="anthropic",
        model="claude-sonnet-4-6",
        input=30_000,
        cache_read=20_000,
        cache_write=8_000,
        id="mine",
    )
    saved = 20_000 * (Decimal("3e-6") - Decimal("0.3e-6"))
    extra = 8_000 * (Decimal("3.75e-6") - Decimal("3e-6"))
    assert "The cache: $0.05 saved, $0.0060 extra for writes" in tell("explain", "mine")
    found = ask("explain", "mine", "--json")
    assert (Decimal(found["cacheSavings"]), Decimal(found["cacheWriteExtra"])) == (saved, extra)
    totals = ask("query", "--format", "json")["totals"]
    assert (Decimal(totals["cacheSavings"]), Decimal(totals["cacheWriteExtra"])) == (saved, extra)
    assert "Cache: $0.05 saved, $0.0060 extra for writes\n" in tell("query")
    assert "Cache Effect:    $0.05 saved, $0.0060 extra for writes" in tell("report")


def test_a_changed_cost_says_from_what_when_and_why(record: Tell, tell: Tell, ask: Ask, home: Path) -> None:
    """Unpriced first; then the user added a price and asked for it: $1 and $2 a million."""
    record(provider="house", model="m", id="mine")
    tell("query")
    (home / "otel-usage.yaml").write_text("pricing: {overrides: [{model: m, input: 1, output: 2}]}")
    tell("reprice", "--apply")
    assert re.search(
        r"Changed \d{4}-\d\d-\d\dT\S+ from unpriced to \$0.0012: a person had it priced again",
        tell("explain", "mine"),
    )
    changes = ask("explain", "mine", "--json")["changes"]
    assert [
        (change["reason"], change["before"]["status"], change["after"]["cost"]) for change in changes
    ] == [
        ("settled", "pending", None),
        ("repriced", "unpriced", "0.0012"),
    ]


def test_a_call_of_a_plan_shows_what_it_would_have_cost(tell: Tell, ask: Ask, home: Path) -> None:
    """claude-sonnet-4-5: $3 and $15 a million, of which nothing was billed."""
    call = UsageRecord(
        id="mine",
        start=1_790_000_000 * 10**9,
        source="live",
        provider="anthropic",
        request_model="claude-sonnet-4-5",
        usage=TokenUsage(input=1_000, output=100),
        cost=Cost(status=CostStatus.INCLUDED, nanos=0),
    )
    quote = PriceBook().quote(call)
    assert quote.card is not None
    write(home, msgspec.structs.replace(call, cost=quote.cost), RateCardLine(quote.card))
    listed = (1_000 * Decimal("3e-6") + 100 * Decimal("15e-6")).normalize()
    text = tell("explain", "mine")
    assert re.search(
        rf"at the list price +\${listed}\ntotal +\$0\nA subscription's plan covers the call.\n", text
    )
    assert re.search(r"output +100 x +\$15.00 / 1M = +\$0.0015\n", text)
    found = ask("explain", "mine", "--json")
    assert (found["cost"], found["listPrice"], len(found["lines"])) == (0, str(listed), 2)


def test_amounts_of_another_sighting_are_not_given_rates(tell: Tell, home: Path) -> None:
    """The tokens of one sighting do not explain the amount of another."""
    fields: dict[str, Any] = {"start": 1_790_000_000 * 10**9, "provider": "openai", "request_model": "gpt-4o"}
    cost = Cost(status=CostStatus.PRICED, nanos=9, components={"output": 9})
    write(
        home,
        UsageRecord(
            id="mine",
            source="live",
            usage=TokenUsage(input=5),
            cost=Cost(status=CostStatus.UNPRICED),
            **fields,
        ),
    )
    write(home, UsageRecord(id="mine", source="otlp", usage=TokenUsage(output=1), cost=cost, **fields))
    text = tell("explain", "mine")
    assert re.search(r"output +\$0.000000009\ntotal +\$0.000000009\n", text)
    assert "the rates behind it are not in this journal" in text


def test_an_api_call_without_a_price_says_so(tell: Tell, home: Path) -> None:
    """By its service and endpoint."""
    write(
        home,
        UsageRecord(
            id="mine",
            start=1_790_000_000 * 10**9,
            source="live",
            kind=Kind.API,
            service="serpapi",
            endpoint="/search",
        ),
    )
    assert "Nobody gave a cost, and no override has a price of serpapi /search." in tell("explain", "mine")


@pytest.mark.parametrize("flag", Flag)
def test_every_flag_has_a_sentence(flag: Flag) -> None:
    """What a person reads is no identifier."""
    assert re.fullmatch(r"[A-Z].*[a-z]\.", FLAGS[flag])


def write(home: Path, record: UsageRecord, *further: Line) -> None:
    """Append a call, and further lines, to the journal."""
    place = Home(home)
    place.prepare()
    with (place.logs / "2099-01-01.jsonl").open("ab") as file:
        file.writelines(encode(line) for line in (Call(record), *further))
