"""``otel-usage calculate``: what a call would cost, line by line."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Any]
    Tell = Callable[..., str]
    Ask = Callable[..., dict[str, Any]]

GPT = ("calculate", "--provider", "openai", "--model", "gpt-4o")
SONNET = ("calculate", "--provider", "anthropic", "--model", "claude-3-5-sonnet-20241022")


def test_the_documented_example_costs_its_right_figure(ask: Ask) -> None:
    """245,000 in at $3 and 8,500 out at $15 a million: $0.735 + $0.1275 = $0.8625."""
    found = ask(*SONNET, "--input-tokens", "245000", "--output-tokens", "8500", "--json")
    assert Decimal(found["totalCost"]) == Decimal(245_000 * 3 + 8_500 * 15) / 10**6
    card = found.pop("rateCard")
    assert isinstance(card, str)
    assert found == {
        "provider": "anthropic",
        "model": "claude-3-5-sonnet-20241022",
        "inputTokens": 245_000,
        "outputTokens": 8_500,
        "cost": "0.8625",
        "totalCost": "0.8625",
        "status": "priced",
        "components": [
            {"name": "input_uncached", "tokens": 245_000, "usdPerMillion": 3, "cost": "0.735"},
            {"name": "output", "tokens": 8_500, "usdPerMillion": 15, "cost": "0.1275"},
        ],
        "priceSource": "genai-prices",
        "flags": [],
    }


def test_each_kind_of_cached_token_has_its_own_line(ask: Ask) -> None:
    """Read at $0.30, written for 5 minutes at $3.75, for an hour at $6: parts of the input, not beside it."""
    found = ask(
        *SONNET,
        *("--input-tokens=10000", "--output-tokens=500", "--cache-read-tokens=2000"),
        *("--cache-write-tokens=3000", "--cache-write-1h-tokens=4000", "--json"),
    )
    costs = {line["name"]: (line["tokens"], Decimal(str(line["cost"]))) for line in found["components"]}
    million = Decimal(10**6)
    assert costs == {
        "input_uncached": (1_000, 1_000 * 3 / million),
        "cache_read": (2_000, 2_000 * Decimal("0.30") / million),
        "cache_write_5m": (3_000, 3_000 * Decimal("3.75") / million),
        "cache_write_1h": (4_000, 4_000 * 6 / million),
        "output": (500, 500 * 15 / million),
    }
    assert Decimal(found["totalCost"]) == sum(cost for _, cost in costs.values())


def test_the_text_has_a_line_for_each_component(tell: Tell) -> None:
    """And the total; nothing is recorded."""
    text = tell(*SONNET, "--input", "245,000", "--output", "8_500")
    assert [line.split() for line in text.splitlines()] == [
        ["input_uncached", "245,000", "x", "$3.00", "/", "1M", "=", "$0.735"],
        ["output", "8,500", "x", "$15.00", "/", "1M", "=", "$0.1275"],
        ["Total", "Cost:", "$0.8625", "(anthropic/claude-3-5-sonnet-20241022)"],
    ]


def test_nothing_is_recorded_and_nothing_is_made(tell: Tell, home: Path) -> None:
    """No home is needed, no key."""
    tell(*SONNET, "--input", "1")
    assert not home.exists()


def test_a_free_local_model_is_zero(ask: Ask) -> None:
    """A true $0 is a number."""
    found = ask("calculate", "--provider=ollama", "--model=llama3", "--input=5", "--output=5", "--json")
    assert (found["totalCost"], found["status"], found["components"]) == (0, "free", [])


@pytest.mark.parametrize(
    ("provider", "model"),
    [("openai", "gpt-experimental-x"), ("nobody", "nothing")],
)
def test_an_unknown_model_has_no_amount_and_exit_1(run: Run, provider: str, model: str) -> None:
    """null, not 0; the sentence stands on standard error."""
    done = run("calculate", f"--provider={provider}", f"--model={model}", "--input=5", "--json")
    assert done.code == 1
    assert '"cost": null' in done.out
    assert '"totalCost": null' in done.out
    assert done.sentence.startswith(f"otel-usage: no price is known for this call of {provider}/{model}")


def test_a_misspelt_model_is_answered_with_near_names(run: Run) -> None:
    """So that nobody has to look them up."""
    done = run("calculate", "--provider=openai", "--model=gpt-4oo", "--input=5")
    assert done.code == 1
    assert "did you mean gpt-4o" in done.sentence
    assert "Total Cost: unpriced  (openai/gpt-4oo)" in done.out


def test_a_cache_larger_than_the_input_is_noted(tell: Tell, ask: Ask) -> None:
    """The input cannot have held it: 1,000 fresh beside 9,000 read."""
    found = ask(*SONNET, "--input=1000", "--output=0", "--cache-read=9000", "--json")
    assert found["inputTokens"] == 1_000 + 9_000
    assert Decimal(found["totalCost"]) == (1_000 * 3 + 9_000 * Decimal("0.3")) / 10**6
    assert found["flags"] == ["input_convention_inferred"]
    assert "the input was taken to leave cached tokens out" in tell(
        *SONNET, "--input=1000", "--cache-read=9000"
    )


@pytest.mark.parametrize("arguments", [(), ("--input-tokens", ""), ("--output-tokens", " ")])
def test_without_any_tokens_it_says_what_is_missing(run: Run, arguments: tuple[str, ...]) -> None:
    """And not that the model had no price."""
    done = run(*SONNET, *arguments)
    assert (done.code, done.out) == (2, "")
    assert "give at least --input-tokens or --output-tokens" in done.err


@pytest.mark.parametrize("count", ["-1", "NaN", "1e3", "many", "1000000001", "1.5"])
@pytest.mark.parametrize("option", ["--input-tokens", "--cache-write-1h-tokens"])
def test_a_count_that_is_none_is_one_sentence(run: Run, option: str, count: str) -> None:
    """Under the name that this command gives it."""
    done = run(*SONNET, "--output=1", f"{option}={count}")
    assert (done.code, done.out) == (2, "")
    assert done.sentence == f"otel-usage: {option}: must be a whole number from 0 to 1,000,000,000"


def test_a_price_of_the_users_own_is_used(run: Run, home: Path) -> None:
    """Nine tenths of gpt-4o: 1,000 in at $2.25 and 100 out at $9.00 a million."""
    home.mkdir()
    (home / "otel-usage.yaml").write_text(
        "pricing: {overrides: [{provider: azure, model: my-gpt, like: openai/gpt-4o, multiplier: 0.9}]}"
    )
    for _ in range(2):
        done = run(
            "calculate", "--provider=azure", "--model=my-gpt", "--input=1000", "--output=100", "--json"
        )
        assert done.code == 0
        assert f'"totalCost": {Decimal(1_000 * 225 + 100 * 900) / 10**8},' in done.out


def test_a_price_that_cannot_be_used_is_one_sentence(run: Run, home: Path) -> None:
    """Here somebody looks: exit 1, and which entry it is."""
    home.mkdir()
    (home / "otel-usage.yaml").write_text("pricing: {overrides: [{model: gpt-4o, input: -1}]}")
    done = run(*SONNET, "--input=1")
    assert (done.code, done.out) == (1, "")
    assert "gpt-4o: input is -1: give a number that is not negative" in done.sentence


def test_a_name_that_is_not_utf8_is_one_sentence(run: Run) -> None:
    """In JSON too."""
    done = run("calculate", b"--provider=\xff", b"--model=\xff", "--input=5", "--json")
    assert done.code == 1
    assert done.sentence.startswith("otel-usage: no price is known for this call of ?/?")


def test_the_service_tier_has_its_own_price(ask: Ask) -> None:
    """The batch tier of gpt-4o is half: 1,000 in at $1.25 and 100 out at $5.00 a million."""
    found = ask(*GPT, "--input=1000", "--output=100", "--service-tier=batch", "--json")
    assert Decimal(found["totalCost"]) == Decimal(1_000 * 125 + 100 * 500) / 10**8


def test_an_input_without_its_cache_is_added_up(ask: Ask) -> None:
    """Anthropic's own way to count: 1,000 fresh beside 400 read."""
    found = ask(*SONNET, "--input=1000", "--cache-read=400", "--input-excludes-cache", "--json")
    assert (found["inputTokens"], found["flags"]) == (1_000 + 400, ["usage_incomplete"])
    assert Decimal(found["totalCost"]) == (1_000 * 3 + 400 * Decimal("0.3")) / 10**6


def test_searches_have_a_line_of_their_own(ask: Ask) -> None:
    """Anthropic's are $10 a thousand."""
    found = ask(
        "calculate", "--provider=anthropic", "--model=claude-sonnet-4-6", "--web-searches=3", "--json"
    )
    (line,) = (line for line in found["components"] if line["name"] == "web_searches")
    assert (line["tokens"], Decimal(str(line["cost"]))) == (3, Decimal(3 * 10) / 1_000)


@pytest.mark.parametrize("at", ["2026-03-01", "2026-03-01T10:00:00+01:00", "1772359200"])
def test_the_price_of_another_time_can_be_asked_for(
    ask: Ask, configure: Callable[[str], Path], at: str
) -> None:
    """An override that ended in April: $1 and $2 a million."""
    configure("pricing: {overrides: [{model: gpt-4o, input: 1, output: 2, until: 2026-04-01}]}")
    arguments = (*GPT, "--input=1000", "--output=100", "--json")
    assert Decimal(ask(*arguments, "--at", at)["cost"]) == Decimal(1_000 * 1 + 100 * 2) / 10**6
    for now in ((), ("--at", "")):
        assert Decimal(ask(*arguments, *now)["cost"]) == (1_000 * Decimal("2.5") + 100 * 10) / 10**6


def test_a_time_that_is_none_is_one_sentence(run: Run) -> None:
    """Under the name of the option."""
    done = run(*GPT, "--input=1", "--at", "soon")
    assert done.code == 2
    assert done.sentence.startswith("otel-usage: --at: give a date such as")


@pytest.mark.parametrize(
    "given",
    [
        (),
        ("--provider=openai",),
        ("--model=gpt-4o",),
        ("--provider=", "--model=gpt-4o"),
        ("--model= ", "--provider=openai"),
    ],
)
def test_without_a_model_and_a_provider_it_says_what_is_missing(run: Run, given: tuple[str, ...]) -> None:
    """By the option's name."""
    done = run("calculate", "--input=5", *given)
    assert done.code == 2
    assert f"Missing option '--{'model' if '--provider=openai' in given else 'provider'}'" in done.err
