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
        "openai/gpt-4-turbo: input_uncached is $10.00 here, $20.00 there (0.50 times)",
        "1 of 2 models that both know agree.",
        "Without a price there: 2 (openai/gpt-3.5-turbo, openai/gpt-nobody)",
    ]
    assert "overrides" in done.out.splitlines()[3]


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


@pytest.mark.parametrize("content", [b"", b"[]", b"no json"])
def test_diff_against_another_file_is_one_sentence(run: Run, tmp_path: Path, content: bytes) -> None:
    """Exit code 1 and the file."""
    path = tmp_path / "map.json"
    path.write_bytes(content)
    for file in (path, tmp_path / "no-map.json", tmp_path):
        done = run("prices", "diff", "--against", str(file))
        assert done.code == 1
        assert f"{file.name}: " in done.sentence
