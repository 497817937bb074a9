"""``otel-usage prices``: list, show, check."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.cli.wording import FLAGS
from otel_usage.pricing.build_index import rendered
from otel_usage.pricing.index import PriceIndex, bundled
from otel_usage.records import Flag

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Done

    Run = Callable[..., Done]
    Tell = Callable[..., str]

RELEASE = bundled().version


def sentences(out: str) -> list[str]:
    """Each with its lines joined, none of which is too long, but for what cannot be parted."""
    assert all(len(line) <= 100 or " " not in line.strip() for line in out.splitlines())
    return out.rstrip().replace("\n  ", " ").splitlines()


def test_list_shows_every_price_of_a_provider(tell: Tell) -> None:
    """The columns per million tokens; what costs more in large calls is marked."""
    lines = tell("prices", "list", "--provider", "claude").splitlines()
    (row,) = (line.split() for line in lines if line.split()[1] == "claude-sonnet-4-5")
    assert row == ["anthropic", "claude-sonnet-4-5", "$3.00+", "$15.00+", "$0.30+", "$3.75+", "$6.00+"]
    assert {line.split()[0] for line in lines[1:-1]} == {"anthropic"}


def test_list_in_json_has_every_model(tell: Tell) -> None:
    """As many as the index says, with steps as a list."""
    found = json.loads(tell("prices", "list", "--json"))
    head = bundled().head
    assert head is not None
    assert len(found) == head.models
    (sonnet,) = (
        one for one in found if (one["provider"], one["model"]) == ("anthropic", "claude-sonnet-4-5")
    )
    assert sonnet["cacheWrite5m"] == [
        {"above": 0, "usdPerMillion": 3.75},
        {"above": 200_000, "usdPerMillion": 7.5},
    ]
    (turbo,) = (one for one in found if (one["provider"], one["model"]) == ("openai", "gpt-4-turbo"))
    assert turbo == {
        "provider": "openai",
        "model": "gpt-4-turbo",
        "input": 10,
        "output": 30,
        "cacheRead": None,
        "cacheWrite5m": None,
        "cacheWrite1h": None,
        "since": None,
    }


def test_list_of_an_unknown_provider_names_the_known_ones(run: Run) -> None:
    """Exit code 2, as for any option that cannot be used; only those that are like it."""
    done = run("prices", "list", "--provider", "antropic")
    assert done.code == 2
    assert done.sentence.endswith("knows none of that name; did you mean anthropic?")
    done = run("prices", "list", "--provider", "0")
    assert done.code == 2
    assert f"none of that name, but {len(bundled().providers)} others" in done.sentence


@pytest.mark.parametrize("wanted", ["GPT-4o", "*gpt-4o*", "*/*gpt-4o*"])
def test_list_finds_models_by_name(tell: Tell, run: Run, wanted: str) -> None:
    """A part of the name or a glob; what is found nowhere is said."""
    lines = tell("prices", "list", wanted).splitlines()
    assert len(lines) > 10
    assert all("gpt-4o" in line for line in lines[1:-1])
    done = run("prices", "list", "no-such-model")
    assert done.code == 2
    assert done.sentence.startswith("otel-usage: MODEL: the price data has no model")


def test_list_fits_a_terminal(tell: Tell) -> None:
    """Only rows with a long name or a long rate are longer than 110 columns."""
    for line in tell("prices", "list").splitlines():
        provider, model, *rates = line.split()
        assert len(line) <= 110 or len(f"{provider:<12}  {model}") > 44 or max(map(len, rates)) > 8


def test_show_tells_the_whole_card(tell: Tell) -> None:
    """Every component, steps, searches by the thousand, tiers with a price of their own, the source."""
    lines = tell("prices", "show", "claude-sonnet-4-5-20250929").splitlines()
    assert lines[0] == "anthropic/claude-sonnet-4-5, standard price"
    assert "  input             $3.00 per million, $6.00 above 200,000 tokens of input" in lines
    assert "  web_searches      $10.00 per 1,000" in lines
    assert f"By genai-prices {RELEASE}, at any time, rate card " in "\n".join(lines)
    assert lines.index("Tier batch (since 2026-10-14; before, the standard price):") < lines.index(
        "  output            $7.50 per million, $11.25 above 200,000 tokens of input"
    )


def test_show_at_a_time_gives_the_price_of_then(tell: Tell) -> None:
    """o3 cost $10 before its cut of June 2025 and $2 after it; the other one is named as well."""
    before = tell("prices", "show", "o3", "--provider", "openai", "--at", "2025-05-01")
    after = tell("prices", "show", "o3", "--provider", "openai", "--at", "2025-07-01")
    assert before.splitlines()[1].split() == ["input", "$10.00", "per", "million"]
    assert after.splitlines()[1].split() == ["input", "$2.00", "per", "million"]
    assert "Otherwise, from 2025-06-10" in before


def test_show_names_the_time_of_day(tell: Tell) -> None:
    """deepseek-chat was sold at half the price by night: 16:30 to 00:30 UTC."""
    day = tell("prices", "show", "deepseek/deepseek-chat", "--at", "2025-05-01T12:00:00+00:00")
    night = tell("prices", "show", "deepseek/deepseek-chat", "--at", "2025-05-01T20:00:00+00:00")
    assert "daily from 00:30 to 16:30 UTC" in day
    assert "Otherwise, in the other hours of the day, by " in day
    assert f"By genai-prices {RELEASE}, in the other hours of the day, " in night
    assert day.splitlines()[1] != night.splitlines()[1]


def test_show_in_json_has_hours_as_explain_has_them(ask: Callable[..., dict[str, Any]]) -> None:
    """Hours and minutes of UTC; null where a price holds at any time."""
    found = ask("prices", "show", "deepseek/deepseek-chat", "--at", "2025-05-01T12:00:00Z", "--json")
    assert found["card"]["hoursUtc"] == ["00:30", "16:30"]
    assert ask("prices", "show", "gpt-4o", "--json")["card"]["hoursUtc"] is None


def test_show_of_a_tier(ask: Callable[..., dict[str, Any]]) -> None:
    """gpt-5 by batch costs half; a tier without a price of its own gets the standard price and a flag."""
    batch = ask("prices", "show", "gpt-5", "--tier", "batch", "--json")
    assert batch["card"]["tier"] == "batch"
    assert Decimal(batch["card"]["usdPerMillion"]["input"]) == Decimal("0.625")
    other = ask("prices", "show", "gpt-5", "--tier", "imaginary", "--json")
    assert other["flags"] == ["variant_unpriced"]
    assert Decimal(other["card"]["usdPerMillion"]["input"]) == Decimal("1.25")


def test_show_has_the_overrides_in_it(
    configure: Callable[[str], Path], ask: Callable[..., dict[str, Any]], tell: Tell
) -> None:
    """What a call would be billed, not what the list says; and what the override is made from."""
    configure("pricing: {overrides: [{model: my-gpt, like: openai/gpt-4o, multiplier: 0.9}]}")
    card = ask("prices", "show", "my-gpt", "--provider", "azure", "--json")["card"]
    assert (card["source"], card["basedOn"]) == ("override", "openai/gpt-4o")
    assert Decimal(card["usdPerMillion"]["input"]) == Decimal("2.5") * Decimal("0.9")
    told = tell("prices", "show", "my-gpt", "--provider", "azure")
    assert f"By an override of yours, based on openai/gpt-4o of genai-prices {RELEASE}, times 0.9, " in told


def test_show_finds_what_is_bound_to_a_provider(
    configure: Callable[[str], Path], tell: Tell, run: Run
) -> None:
    """With the provider in the name or told by it; where only an override knows the name, its provider is named."""
    configure(
        "pricing: {overrides: [{provider: openai, model: gpt-4o, input: 1, output: 2},"
        " {provider: azure, model: my-gpt, like: openai/gpt-4o}, {model: house-model, input: 1, output: 2}]}"
    )
    for name in ("gpt-4o", "openai/gpt-4o"):
        assert "  input             $1.00 per million\n" in tell("prices", "show", name)
    assert tell("prices", "show", "azure/my-gpt").startswith("openai/gpt-4o, standard price\n")
    assert tell("prices", "show", "house-model").startswith("house-model, standard price\n")
    assert run("prices", "show", "my-gpt").sentence.endswith("no price is known; did you mean azure/my-gpt?")


def test_show_leaves_out_prices_that_no_call_gets(configure: Callable[[str], Path], tell: Tell) -> None:
    """A preset holds at all times, so nothing else does."""
    configure("pricing: {preset: agents-2026}")
    assert "Otherwise" not in tell("prices", "show", "gpt-4o")


def test_show_tells_what_a_tier_has_from_the_standard_price(tell: Tell) -> None:
    """The batch price of gpt-4o has no rate for cached input."""
    line = "  cache_read        $1.25 per million (assumed: as at the standard price)"
    assert line in tell("prices", "show", "gpt-4o").splitlines()
    assert line in tell("prices", "show", "gpt-4o", "--tier", "batch").splitlines()
    assert FLAGS[Flag.VARIANT_UNPRICED] in tell("prices", "show", "gpt-4o", "--tier", "imaginary")


def test_show_of_a_service(configure: Callable[[str], Path], tell: Tell, run: Run) -> None:
    """What an override says of it; else that only overrides do."""
    configure("pricing: {overrides: [{service: serpapi, endpoint: /search, per_request: 0.01}]}")
    for arguments in (("serpapi/search",), ("/search", "--provider", "serpapi")):
        lines = tell("prices", "show", *arguments).splitlines()
        assert lines[:2] == ["serpapi/search, standard price", "  requests          $10.00 per 1,000"]
    for arguments in (
        ("serpapi/other",),
        ("/other", "--provider", "serpapi"),
        ("/x", "--provider", "tavily"),
    ):
        done = run("prices", "show", *arguments)
        assert done.code == 1
        assert "services are priced by overrides only" in done.sentence


def test_show_of_a_free_provider_says_so(tell: Tell) -> None:
    """Declared free: no card, $0."""
    assert tell("prices", "show", "llama", "--provider", "ollama") == "The provider is declared free: $0.\n"


def test_show_of_an_unknown_model_names_its_neighbours(run: Run) -> None:
    """Exit code 1 and one sentence."""
    done = run("prices", "show", "gpt-4oo", "--provider", "openai")
    assert done.code == 1
    assert done.sentence.startswith("otel-usage: openai/gpt-4oo: no price is known; did you mean gpt-4o, ")


def test_a_damaged_fetched_file_is_told_where_prices_are_the_matter(
    run: Run, newer: Path, home: Path, record: Callable[..., str], ask: Callable[..., dict[str, Any]]
) -> None:
    """A call is priced by the bundled data without a word; ``show`` warns, ``check`` says that it is broken."""
    assert run("prices", "update", "--from", str(newer)).code == 0
    path = home / "prices.json"
    path.write_bytes(path.read_bytes()[:-100])
    record()
    assert Decimal(ask("query", "--format", "json")["totalCost"]) == Decimal(
        1_000 * 2_500 + 100 * 10_000
    ).scaleb(-9)
    shown = run("prices", "show", "gpt-4o")
    assert shown.code == 0
    assert "prices.json: is damaged" in shown.sentence
    assert "$2.50 per million" in shown.out
    done = run("prices", "check")
    assert done.code == 1
    assert sentences(done.out)[0].startswith(f"Broken: {path}: is damaged")


def test_check_is_content_with_calls_that_are_priced(run: Run, record: Callable[..., str]) -> None:
    """One line about the index, exit code 0."""
    record()
    done = run("prices", "check")
    assert (done.code, done.err) == (0, "")
    (line,) = sentences(done.out)
    assert line.startswith(f"Prices of genai-prices {RELEASE}, that come with this package: ")


def test_check_names_what_needs_attention(
    run: Run, record: Callable[..., str], newer: Path, configure: Callable[[str], Path]
) -> None:
    """An unknown model, a rate that was assumed, an index of before an upgrade, a price about to change."""
    configure(
        "pricing: {overrides: [{model: 'never-*', input: 1, output: 1}, {model: gpt-4*, multiplier: 1}]}"
    )
    record(model="gpt-4oo")
    record(model="gpt-4-turbo", **{"cache-read": 500})
    record(model="gpt-4")
    assert run("prices", "update", "--from", str(newer)).code == 0
    done = run("prices", "check", "--json")
    assert done.code == 3
    found = json.loads(done.out)
    assert found["state"] == "attention"
    told = {finding["text"].partition(":")[0]: finding["level"] for finding in found["findings"]}
    assert told["openai/gpt-4oo"] == "attention"
    assert told["openai/gpt-4-turbo"] == "attention"
    assert told["openai/gpt-4"] == "fine"
    assert told["Overrides that match no call so far"] == "fine"
    texts = " ".join(finding["text"] for finding in found["findings"])
    assert "openai/gpt-4oo: no price is known (1 call); known names like it: gpt-4o" in texts
    assert "1 call in the last 30 days priced with a rate that was assumed (rate_assumed)" in texts
    assert "another price holds from" in texts
    assert "so far: never-*." in texts


def test_an_override_of_a_deployment_matches_the_name_that_was_asked_for(
    tell: Tell, record: Callable[..., str], home: Path, configure: Callable[[str], Path]
) -> None:
    """The answer names the model alone; the entry is used all the same, and not named as idle."""
    configure(
        "pricing: {overrides: [{provider: azure, model: my-gpt, like: openai/gpt-4o, multiplier: 0.9}]}"
    )
    record(provider="azure", model="my-gpt", id="one")
    (journal,) = (home / "logs").glob("*.jsonl")
    line = next(line for line in journal.read_bytes().splitlines() if b'"type":"call"' in line)
    answered = line.replace(
        b'"request_model":"my-gpt"', b'"request_model":"my-gpt","response_model":"gpt-4o-2024-08-06"'
    )
    journal.write_bytes(journal.read_bytes().replace(line, answered))
    assert "match no call" not in tell("prices", "check")


def test_check_asks_the_prices_in_use(
    run: Run, record: Callable[..., str], configure: Callable[[str], Path], newer: Path
) -> None:
    """An override of a model that only the fetched data has is used, and not named as broken or idle."""
    data = json.loads(newer.read_bytes())
    (openai,) = (seller for seller in data if seller["id"] == "openai")
    (known,) = (model for model in openai["models"] if model["id"] == "gpt-4o-mini")
    openai["models"].append({**known, "id": "gpt-99", "match": {"equals": "gpt-99"}})
    published = configure("").parent / "published.json"
    published.write_text(json.dumps(data), encoding="utf-8")
    assert run("prices", "update", "--from", str(published)).code == 0
    configure("pricing: {overrides: [{model: dep, like: openai/gpt-99}]}")
    record(model="dep")
    done = run("prices", "check")
    assert done.code == 0
    assert "match no call" not in done.out


def test_check_names_entries_of_a_preset_that_match_nothing(
    run: Run, record: Callable[..., str], configure: Callable[[str], Path]
) -> None:
    """For information: one of the five models of the table has calls."""
    configure("pricing: {preset: agents-2026}")
    record(model="gpt-4o-2024-08-06")
    done = run("prices", "check")
    assert done.code == 0
    names = "claude-opus-4-6, claude-sonnet-4-5, gpt-4-turbo, gemini-2.5-pro, lmstudio/*"
    assert f"Entries of preset agents-2026 that match no call so far: {names}." in sentences(done.out)


def test_check_names_an_index_of_before_an_upgrade(run: Run, home: Path) -> None:
    """The released prices hold, and an update is due."""
    home.mkdir()
    older = PriceIndex("0.0.1", bundled().providers, bundled().section)  # type: ignore[arg-type]  # all are there
    (home / "prices.json").write_bytes(rendered(older, fetched=datetime(2026, 1, 2, tzinfo=UTC)))
    done = run("prices", "check")
    assert done.code == 3
    assert "was fetched beside genai-prices 0.0.1" in sentences(done.out)[0]
    assert f"Prices of genai-prices {RELEASE}, that come" in sentences(done.out)[1]


def test_check_names_an_override_that_cannot_be_used(run: Run, configure: Callable[[str], Path]) -> None:
    """Broken, with the entry; the index is told all the same."""
    configure("pricing: {overrides: [{model: x, like: nobody/knows}]}")
    done = run("prices", "check")
    assert done.code == 1
    assert sentences(done.out)[0].startswith(
        "Broken: pricing.overrides: x: like 'nobody/knows' names no known price"
    )
    assert f"Prices of genai-prices {RELEASE}" in done.out


def test_check_asks_to_reprice_only_what_that_changes(
    run: Run, record: Callable[..., str], tell: Tell, configure: Callable[[str], Path]
) -> None:
    """A call without tokens stays without an amount, for information; one that has a price by now is to be priced."""
    record(input=0, output=0)
    tell("record", "--provider", "openai", "--model", "gpt-4o")
    record(model="my-model")
    tell("report")
    configure("pricing: {overrides: [{model: my-model, input: 1, output: 1}]}")
    done = run("prices", "check")
    assert done.code == 3
    told = sentences(done.out)
    assert (
        "Attention: openai/my-model: 1 call without an amount, though a price is known by now: see"
        " 'otel-usage reprice'." in told
    )
    assert "openai/gpt-4o: 1 call without an amount, as nothing is known of the tokens." in told
    tell("reprice", "--apply")
    assert run("prices", "check").code == 0


def test_check_names_the_tier_without_a_price(run: Run, record: Callable[..., str]) -> None:
    """Each tier of a model apart."""
    record(service_tier="imaginary")
    (line, _) = sentences(run("prices", "check").out)
    assert line == (
        "Attention: openai/gpt-4o: 1 call in the last 30 days in service tier imaginary without a price of its own,"
        " billed at the standard price (variant_unpriced)."
    )


def test_check_names_providers_that_nobody_knows(run: Run, configure: Callable[[str], Path]) -> None:
    """A mistyped one needs attention where a price is bound to it; a new one and one of a list are information."""
    configure(
        "pricing: {trusted_providers: [openruoter], free_providers: [ollama, my-box], overrides:"
        " [{provider: azrue, model: a, input: 1, output: 1}, {provider: vertex, model: b, input: 1, output: 1}]}"
    )
    done = run("prices", "check")
    assert done.code == 3
    unknown = "neither the price data nor a call knows the provider"
    told = [line for line in sentences(done.out) if unknown in line]
    assert told == [
        f"Attention: pricing.overrides: {unknown} azrue; did you mean azure?",
        f"pricing.free_providers: {unknown} my-box.",
        f"pricing.trusted_providers: {unknown} openruoter; did you mean openrouter?",
    ]


def test_the_commands_run_as_processes(start: Run, newer: Path) -> None:
    """Update, list and check in a fresh home, without a traceback; the pipe may be closed."""
    assert start("prices", "update", "--from", str(newer)).code == 0
    assert start("prices", "list", "--provider", "openai").out.count("\n") > 100
    assert start("prices", "check").code == 0
    assert start("prices", "show").code == 2
