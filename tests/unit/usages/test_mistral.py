"""Mistral's usage: OpenAI's names, and chunks in a wrapper of its client."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from otel_usage.spans.responses import Reported
from otel_usage.token_usage import TokenUsage
from tests.unit.usages.objects import read, used

USAGE = {
    "prompt_tokens": 1_200,
    "completion_tokens": 90,
    "total_tokens": 1_290,
    "num_cached_tokens": 1_024,
    "prompt_audio_seconds": None,
}
TOKENS = TokenUsage(input=1_200, output=90, cache_read=1_024)


def chunk(usage: dict[str, Any] | None) -> dict[str, Any]:
    """A chunk as it is on the wire."""
    delta = {"role": "assistant", "content": "x"}
    return {
        "id": "cmpl-1",
        "object": "chat.completion.chunk",
        "model": "mistral-small-latest",
        "choices": [{"index": 0, "delta": delta, "finish_reason": None}],
        "usage": usage,
    }


def test_an_answer_counts_its_cache_inside() -> None:
    """Under a name of Mistral's own."""
    assert used({"id": "cmpl-1", "model": "mistral-small-latest", "choices": [{}], "usage": USAGE}) == TOKENS


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda data: {"data": data},
        lambda data: SimpleNamespace(data=SimpleNamespace(**data)),
        lambda data: data,
    ],
    ids=["dict", "object", "plain"],
)
def test_a_stream_of_its_client_has_each_chunk_in_a_wrapper(wrapped: Any) -> None:
    """Other clients give the chunk itself."""
    assert read(wrapped(chunk(None)), wrapped(chunk(USAGE))) == Reported(
        usage=TOKENS, model="mistral-small-latest", response_id="cmpl-1"
    )
