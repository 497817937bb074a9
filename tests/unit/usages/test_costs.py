"""What providers say themselves that a call cost, to the nano-dollar."""

from __future__ import annotations

import decimal
from typing import Any

import pytest
from openai.types import CompletionUsage

from otel_usage.spans.responses import read_response
from otel_usage.token_usage import TokenUsage
from tests.unit.usages.objects import chat, read

PLAIN: dict[str, Any] = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def cost(**usage: Any) -> int | None:
    """The cost that an answer with this usage says."""
    return read_response({"usage": {**PLAIN, **usage}}).cost


@pytest.mark.parametrize(
    ("usage", "nanos"),
    [
        ({"cost": 0.00014}, 140_000),
        ({"cost": 0.000_000_001_5}, 2),  # half to even
        ({"cost": 0.000_000_002_5}, 2),
        ({"cost": 0.1}, 100_000_000),  # 0.1 as it was written, not as a binary fraction
        ({"cost": 3}, 3 * 10**9),
        ({"cost": 0}, 0),
        ({"cost": 1e-05, "cost_details": {"upstream_inference_cost": 19}, "is_byok": False}, 10_000),
        ({"cost": 0.0001, "cost_details": {"upstream_inference_cost": None}}, 100_000),
        ({"cost": 0.001, "cost_details": {"upstream_inference_cost": 0.019}, "is_byok": True}, 20_000_000),
        ({"cost_in_usd_ticks": 37_756_000}, 37_756_000 // 10),
        ({"cost_in_usd_ticks": 200_000_000}, 20_000_000),
        ({"cost_in_usd_ticks": 15}, 2),  # half to even
        ({"cost": {"input_tokens_cost": 0.1, "total_cost": 0.816}}, 816_000_000),
    ],
    ids=repr,
)
def test_a_cost_is_read_exactly_as_it_was_written(usage: dict[str, Any], nanos: int) -> None:
    """OpenRouter in dollars, with what the caller's own key is billed; xAI in ticks; Perplexity in a breakdown."""
    assert cost(**usage) == nanos


@pytest.mark.parametrize(
    "usage",
    [
        {},
        {"cost": -0.1},
        {"cost": float("nan")},
        {"cost": float("inf")},
        {"cost": 10**6},
        {"cost": 10**400},
        {"cost": True},
        {"cost": "0.1"},
        {"cost": {"total_cost": None}},
        {"cost": {}},
        {"cost": 0.001, "is_byok": True},
        {"cost": 0.001, "is_byok": True, "cost_details": {"upstream_inference_cost": -1}},
        {"cost_in_usd_ticks": "many", "cost": 0.1},
        {"cost_in_usd_ticks": 10**16},
    ],
    ids=lambda usage: ", ".join(f"{name}={str(value)[:9]}" for name, value in usage.items()) or "none",
)
def test_a_cost_that_cannot_be_believed_is_not_said(usage: dict[str, Any]) -> None:
    """Then the call is priced as any other."""
    assert cost(**usage) is None


def test_the_arithmetic_does_not_depend_on_the_applications_context() -> None:
    """An application may compute with two digits."""
    with decimal.localcontext(prec=2):
        assert (
            cost(cost=1.234_567_89, is_byok=True, cost_details={"upstream_inference_cost": 1})
            == 2_234_567_890
        )
        assert cost(cost_in_usd_ticks=123_456_789_000) == 12_345_678_900


def test_of_a_stream_the_last_cost_holds() -> None:
    """Running totals are not added up."""
    usages = [PLAIN | {"cost": amount} for amount in (0.001, 0.002, 0.003)]
    assert read(*({"choices": [{}], "usage": usage} for usage in usages)).cost == 3_000_000


def test_an_object_of_openais_client_keeps_what_openrouter_adds() -> None:
    """The client does not know it."""
    usage = CompletionUsage.model_validate({**PLAIN, "cost": 0.00014, "is_byok": False})
    assert read_response(chat(usage)).cost == 140_000


def test_a_cost_without_a_token_is_a_cost() -> None:
    """As xAI answers for pictures."""
    reported = read_response({"data": [], "usage": {"cost_in_usd_ticks": 200_000_000}})
    assert (reported.usage, reported.cost) == (TokenUsage(), 20_000_000)
