"""What Ollama and LM Studio say in words of their own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from otel_usage.spans.responses import Reported, read_response
from otel_usage.token_usage import TokenUsage
from tests.unit.usages.objects import read, used

OLLAMA = {
    "model": "llama3.2",
    "created_at": "2026-11-20T10:00:00Z",
    "message": {"role": "assistant", "content": ""},
    "done": True,
    "done_reason": "stop",
    "total_duration": 4_883_583_458,
    "prompt_eval_count": 26,
    "eval_count": 282,
}


def test_an_answer_of_ollama_is_its_own_usage() -> None:
    """There is no object for it."""
    expected = Reported(usage=TokenUsage(input=26, output=282), model="llama3.2")
    assert read_response(OLLAMA) == expected
    assert read_response(SimpleNamespace(**OLLAMA)) == expected


def test_a_stream_of_ollama_says_its_usage_when_it_is_done() -> None:
    """The chunks before have none."""
    chunk = {"model": "llama3.2", "message": {"role": "assistant", "content": "x"}, "done": False}
    assert read(chunk, chunk) == Reported(model="llama3.2")
    assert read(chunk, OLLAMA).usage == TokenUsage(input=26, output=282)


@pytest.mark.parametrize(
    ("stats", "expected"),
    [
        (
            {"input_tokens": 419, "total_output_tokens": 362, "reasoning_output_tokens": 195},
            TokenUsage(input=419, output=362, reasoning=195),
        ),
        ({"prompt_tokens_count": 419, "predicted_tokens_count": 362}, TokenUsage(input=419, output=362)),
        ({"promptTokensCount": 419, "predictedTokensCount": 362}, TokenUsage(input=419, output=362)),
        ({"tokens_per_second": 51.4}, TokenUsage()),
    ],
    ids=["rest", "python", "javascript", "speed alone"],
)
def test_the_stats_of_lm_studio(stats: dict[str, Any], expected: TokenUsage) -> None:
    """Its own API and its own clients."""
    assert used({"stats": stats}) == expected


def test_a_stream_of_lm_studio_ends_with_the_whole_result() -> None:
    """Reasoning is inside the output."""
    result = {
        "model_instance_id": "openai/gpt-oss-20b",
        "response_id": "resp_1",
        "output": [{"type": "message", "content": "x"}],
        "stats": {"input_tokens": 419, "total_output_tokens": 362, "reasoning_output_tokens": 195},
    }
    events = [
        {"type": "chat.start", "model_instance_id": "openai/gpt-oss-20b"},
        {"type": "message.delta", "content": "x"},
        {"type": "chat.end", "result": result},
    ]
    assert read(*events) == Reported(
        usage=TokenUsage(input=419, output=362, reasoning=195),
        model="openai/gpt-oss-20b",
        response_id="resp_1",
    )
