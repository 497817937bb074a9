"""``otel-usage prices diff``: a second opinion; the files are made here in LiteLLM's form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Done

    Run = Callable[..., Done]

GPT_4O = {
    "litellm_provider": "openai",
    "input_cost_per_token": 2.5e-06,
    "output_cost_per_token": 1e-05,
    "cache_read_input_token_cost": 1.25e-06,
}


def test_diff_compares_the_models_that_are_used(run: Run, record: Callable[..., str], tmp_path: Path) -> None:
    """One that agrees, one that they price at double, one that they do not know."""
    other = {**GPT_4O, "input_cost_per_token": 2e-05, "output_cost_per_token": 3e-05}
    other.pop("cache_read_input_token_cost")
    path = tmp_path / "map.json"
    path.write_text(json.dumps({"gpt-4o": GPT_4O, "gpt-4-turbo": other, "gpt-4": GPT_4O}), encoding="utf-8")
    for model in ("gpt-4o-2024-08-06", "gpt-4-turbo", "gpt-3.5-turbo", "gpt-nobody"):
        record(model=model)
    done = run("prices", "diff", "--against", str(path))
    assert (done.code, done.err) == (3, "")
    assert done.out.splitlines()[:3] == [
        "openai/gpt-4-turbo: input_uncached is $10.00 here, $20.00 there (ours is 0.50 of theirs)",
        "1 of 2 models that both know agree.",
        "Without a price there: 2 (openai/gpt-3.5-turbo, openai/gpt-nobody)",
    ]
    assert "overrides" in " ".join(done.out.splitlines()[3:])


def test_an_override_settles_a_difference(
    run: Run, record: Callable[..., str], tmp_path: Path, configure: Callable[[str], Path]
) -> None:
    """Where the invoice says that they are right: exit code 0."""
    configure("pricing: {overrides: [{model: gpt-4o, input: 5, output: 10, cache_read: 1.25}]}")
    path = tmp_path / "map.json"
    path.write_text(json.dumps({"gpt-4o": {**GPT_4O, "input_cost_per_token": 5e-06}}), encoding="utf-8")
    record()
    done = run("prices", "diff", "--against", str(path), "--json")
    assert done.code == 0
    found = json.loads(done.out)
    assert (found["compared"], found["agreed"], found["differences"]) == (1, 1, [])


def test_diff_of_everything(run: Run, tmp_path: Path) -> None:
    """Without a ledger: each model of theirs that is known here, and how many only one of both knows."""
    wrong = {**GPT_4O, "output_cost_per_token": 2e-05}
    unknown = {**GPT_4O, "litellm_provider": "nobody"}
    path = tmp_path / "map.json"
    path.write_text(json.dumps({"gpt-4o": wrong, "nobody/x": unknown}), encoding="utf-8")
    done = run("prices", "diff", "--against", str(path), "--all", "--json")
    assert done.code == 3
    found = json.loads(done.out)
    assert found["differences"] == [
        {
            "provider": "openai",
            "model": "gpt-4o",
            "component": "output",
            "tier": None,
            "aboveInputTokens": 0,
            "usdPerMillion": 10,
            "theirUsdPerMillion": 20,
            "ratio": 0.5,
            "assumed": False,
        }
    ]
    assert found["unknownHere"] == ["nobody/x"]
    assert len(found["unknownThere"]) > 2_000


def test_diff_begins_with_what_costs_most(run: Run, record: Callable[..., str], tmp_path: Path) -> None:
    """Of two models that differ the one that more was spent on, though it has fewer calls; long lines go on."""
    wrong = {**GPT_4O, "input_cost_per_token": 3e-07, "output_cost_per_token": 3e-05}
    path = tmp_path / "map.json"
    path.write_text(json.dumps({"gpt-4o": wrong, "gpt-3.5-turbo": wrong}), encoding="utf-8")
    for _ in range(2):
        record(model="gpt-3.5-turbo")
    record(model="gpt-4o", input=1_000_000)
    lines = run("prices", "diff", "--against", str(path)).out.splitlines()
    assert lines[0] == (
        "openai/gpt-4o: input_uncached is $2.50 here, $0.30 there (ours is 8.33 times theirs)"
    )
    assert next(line for line in lines if "gpt-3.5" in line).startswith("openai/gpt-3.5-turbo: ")
    assert max(map(len, lines)) <= 100


def test_diff_looks_at_the_tiers_and_sizes_that_calls_have(
    run: Run, record: Callable[..., str], tmp_path: Path
) -> None:
    """A batch rate and one of large calls count once a call has them, or for --all-tiers."""
    listed = {
        "litellm_provider": "anthropic",
        "input_cost_per_token": 3e-06,
        "output_cost_per_token": 1.5e-05,
        "input_cost_per_token_above_200k_tokens": 7e-06,
        "input_cost_per_token_batches": 2e-06,
    }
    path = tmp_path / "map.json"
    path.write_text(json.dumps({"claude-sonnet-4-5": listed}), encoding="utf-8")

    def found(*more: str) -> list[tuple[str | None, int]]:
        done = run("prices", "diff", "--against", str(path), "--json", *more)
        return [(one["tier"], one["aboveInputTokens"]) for one in json.loads(done.out)["differences"]]

    record(provider="anthropic", model="claude-sonnet-4-5")
    assert (None, 200_000) not in found()
    assert "batch" not in {tier for tier, _ in found()}
    everything = found("--all-tiers")
    assert {(None, 200_000), ("batch", 0)} <= set(everything)
    record(provider="anthropic", model="claude-sonnet-4-5", input=200_001)
    assert (None, 200_000) in found()
    record(provider="anthropic", model="claude-sonnet-4-5", service_tier="batch")
    assert ("batch", 0) in found()


def test_diff_leaves_out_what_is_declared_free(run: Run, record: Callable[..., str], tmp_path: Path) -> None:
    """A model of one's own machine has no price there, and needs none."""
    path = tmp_path / "map.json"
    path.write_text(json.dumps({"gpt-4o": GPT_4O}), encoding="utf-8")
    record()
    record(provider="ollama", model="llama3")
    done = run("prices", "diff", "--against", str(path))
    assert done.out.splitlines() == ["1 of 1 models that both know agree."]


def test_diff_of_an_empty_ledger_says_so(run: Run, tmp_path: Path) -> None:
    """Nothing agreed, as nothing was compared."""
    path = tmp_path / "map.json"
    path.write_text(json.dumps({"gpt-4o": GPT_4O}), encoding="utf-8")
    done = run("prices", "diff", "--against", str(path))
    assert (done.code, done.err) == (0, "")
    assert done.out == "The ledger has no call of a model; --all compares every model that is known.\n"


@pytest.mark.parametrize("content", [b"", b"[]", b"no json"])
def test_diff_against_another_file_is_one_sentence(run: Run, tmp_path: Path, content: bytes) -> None:
    """Exit code 1 and the file."""
    path = tmp_path / "map.json"
    path.write_bytes(content)
    for file in (path, tmp_path / "no-map.json", tmp_path):
        done = run("prices", "diff", "--against", str(file))
        assert done.code == 1
        assert f"{file.name}: " in done.sentence
