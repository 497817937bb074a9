"""LiteLLM's price map, read and compared; the files are made here in its form."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.errors import PriceDataError
from otel_usage.pricing.litellm_map import find, read_map
from otel_usage.pricing.second_opinion import compared

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from otel_usage.pricing import PriceBook
    from otel_usage.pricing.second_opinion import Difference

NOW = 20_778 * 86_400 * 10**9  # 2026-11-21
MEMBER = "litellm/model_prices_and_context_window_backup.json"

GPT_4O = {
    "litellm_provider": "openai",
    "mode": "chat",
    "input_cost_per_token": 2.5e-06,
    "output_cost_per_token": 1e-05,
    "cache_read_input_token_cost": 1.25e-06,
    "input_cost_per_token_batches": 1.25e-06,
    "output_cost_per_token_batches": 5e-06,
    "supports_vision": True,
}
GEMINI = {
    "litellm_provider": "gemini",
    "input_cost_per_token": 1.25e-06,
    "input_cost_per_token_above_200k_tokens": 2.5e-06,
    "output_cost_per_token": 1e-05,
    "output_cost_per_token_above_200k_tokens": 1.5e-05,
}


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Any], Path]:
    """Writes a map."""

    def write(value: Any) -> Path:
        path = tmp_path / "map.json"
        path.write_text(json.dumps(value), encoding="utf-8")
        return path

    return write


@pytest.fixture
def differences(written: Callable[[Any], Path], book: PriceBook) -> Callable[..., list[Difference]]:
    """What differs between our price of a model and an entry."""

    def compare(provider: str, model: str, name: str, entry: dict[str, Any]) -> list[Difference]:
        theirs = find(read_map(written({name: entry})), provider, model)
        assert theirs is not None
        return list(compared(book, provider, model, theirs, NOW))

    return compare


def test_a_map_is_read_from_json_and_from_a_wheel(written: Callable[[Any], Path], tmp_path: Path) -> None:
    """The package's wheel is a zip with a copy of the map in it."""
    plain = written({"gpt-4o": GPT_4O})
    wheel = tmp_path / "litellm-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(plain, MEMBER)
        archive.writestr("litellm/__init__.py", "")
    assert read_map(plain) == read_map(wheel)
    listed = read_map(wheel)["openai", "gpt-4o"]
    assert listed.rates["", "input_uncached"] == ((0, 2_500_000_000),)
    assert listed.rates["batch", "output"] == ((0, 5_000_000_000),)


def test_what_is_no_price_is_left_out(written: Callable[[Any], Path]) -> None:
    """0, nothing, a text, a truth value, and the entry that explains the others."""
    entries = read_map(
        written(
            {
                "sample_spec": {"litellm_provider": "one of many", "input_cost_per_token": 0.0},
                "gpt-4o": GPT_4O,
                "zero": {
                    "litellm_provider": "openai",
                    "input_cost_per_token": 0.0,
                    "output_cost_per_token": None,
                },
                "odd": {
                    "litellm_provider": "openai",
                    "input_cost_per_token": "1e-6",
                    "output_cost_per_token": True,
                },
                "list": [1],
                "nobody": {"input_cost_per_token": 1e-6},
            }
        )
    )
    assert list(entries) == [("openai", "gpt-4o")]


@pytest.mark.parametrize(
    ("seller", "name", "provider", "model"),
    [
        ("gemini", "gemini/gemini-2.5-pro", "google", "gemini-2.5-pro"),
        ("gemini", "gemini/gemini-2.5-pro", "gcp.gemini", "models/gemini-2.5-pro"),
        ("vertex_ai-anthropic_models", "vertex_ai/claude-sonnet-4-5@20250929", "vertex_ai", "claude-sonnet-4-5@20250929"),
        ("bedrock_converse", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "aws.bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"),
        ("azure", "azure/gpt-4o", "azure", "gpt-4o-2024-11-20"),
        ("text-completion-openai", "gpt-3.5-turbo-instruct", "openai", "gpt-3.5-turbo-instruct"),
        ("xai", "xai/grok-4", "x-ai", "grok-4"),
        ("mistral", "mistral/mistral-large-latest", "mistral", "mistral-large-latest"),
        ("openai", "gpt-4o", "litellm", "openai/gpt-4o"),
    ],
)  # fmt: skip
def test_models_are_matched_by_provider_and_name(
    written: Callable[[Any], Path], seller: str, name: str, provider: str, model: str
) -> None:
    """Their provider and the name without its prefix, against ours without decorations."""
    entries = read_map(written({name: {**GPT_4O, "litellm_provider": seller}}))
    found = find(entries, provider, model)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "gpt-4o-fake"),
        ("openai", "gpt-4"),
        ("azure", "gpt-4o"),
        (None, "gpt-4o"),
        ("openai", "my-gpt-4o"),
    ],
)
def test_nothing_is_matched_by_a_part_of_its_name(
    written: Callable[[Any], Path], provider: str | None, model: str
) -> None:
    """A longer or shorter name, another provider, or none."""
    assert find(read_map(written({"gpt-4o": GPT_4O})), provider, model) is None


def test_equal_rates_agree(differences: Callable[..., list[Difference]]) -> None:
    """Base, cache, batch and long-context rates of two models."""
    assert differences("openai", "gpt-4o", "gpt-4o", GPT_4O) == []
    assert differences("google", "gemini-2.5-pro", "gemini/gemini-2.5-pro", GEMINI) == []


def test_a_rate_that_differs_is_told(differences: Callable[..., list[Difference]]) -> None:
    """$2.50 here and $5 there: half."""
    (one,) = differences("openai", "gpt-4o", "gpt-4o", {**GPT_4O, "input_cost_per_token": 5e-06})
    assert (one.component, one.tier, one.above, one.assumed) == ("input_uncached", "", 0, False)
    assert (one.ours, one.theirs, one.ratio) == (2_500_000_000, 5_000_000_000, 0.5)


def test_up_to_one_percent_is_no_difference(differences: Callable[..., list[Difference]]) -> None:
    """$2.50 against $2.4753 is within it, against $2.4752 not."""
    for rate, count in ((2.4753e-06, 0), (2.4752e-06, 1)):
        assert (
            len(differences("openai", "gpt-4o", "gpt-4o", {**GPT_4O, "input_cost_per_token": rate})) == count
        )


def test_steps_are_compared_where_either_has_one(differences: Callable[..., list[Difference]]) -> None:
    """They know no step at 200,000 tokens, we do; unless their calls cannot be that large."""
    flat = {name: rate for name, rate in GEMINI.items() if "above" not in name}
    found = differences("google", "gemini-2.5-pro", "gemini/gemini-2.5-pro", flat)
    assert [(one.component, one.above, one.ours, one.theirs) for one in found] == [
        ("input_uncached", 200_000, 2_500_000_000, 1_250_000_000),
        ("output", 200_000, 15_000_000_000, 10_000_000_000),
    ]
    small = {**flat, "max_input_tokens": 200_000}
    assert differences("google", "gemini-2.5-pro", "gemini/gemini-2.5-pro", small) == []


def test_a_rate_that_is_assumed_here_is_compared_as_it_is_billed(
    differences: Callable[..., list[Difference]],
) -> None:
    """gpt-4-turbo has no cache rate here: such tokens are billed like input, $10 against their $5."""
    entry = {
        "litellm_provider": "openai",
        "cache_read_input_token_cost": 5e-06,
        "input_cost_per_token": 1e-05,
    }
    (one,) = differences("openai", "gpt-4-turbo", "gpt-4-turbo", entry)
    assert (one.component, one.ours, one.theirs, one.assumed) == (
        "cache_read",
        10_000_000_000,
        5_000_000_000,
        True,
    )


def test_a_tier_without_a_price_here_is_told(differences: Callable[..., list[Difference]]) -> None:
    """Azure's batch price is not in our data: the standard price would be billed."""
    (one, other) = differences("azure", "gpt-4o", "azure/gpt-4o", {**GPT_4O, "litellm_provider": "azure"})
    assert {one.tier, other.tier} == {"batch"}
    assert one.assumed
    assert one.ratio == 2.0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[1]",
        b"{}",
        b"null",
        b"<html>",
        b'{"x": {"litellm_provider": "openai"}}',
        b"{" * 100_000,
        b"PK\x03\x04torn",
    ],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """One sentence that names the file."""
    path = tmp_path / "map.json"
    path.write_bytes(content)
    with pytest.raises(PriceDataError, match=r"map\.json: ") as raised:
        read_map(path)
    assert "LiteLLM" in str(raised.value)


def test_another_wheel_is_refused(tmp_path: Path) -> None:
    """A zip without the map, and one that is cut off inside it."""
    wheel = tmp_path / "other.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("other/__init__.py", "")
    with pytest.raises(PriceDataError, match="give LiteLLM's wheel"):
        read_map(wheel)
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MEMBER, json.dumps({f"model-{number}": GPT_4O for number in range(200)}))
    torn = bytearray(wheel.read_bytes())
    torn[200:260] = bytes(60)
    wheel.write_bytes(torn)
    with pytest.raises(PriceDataError, match=r"other\.whl: is not a price map"):
        read_map(wheel)
