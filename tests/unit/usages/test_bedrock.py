"""Bedrock's Converse, to the token: its cache stands beside the input."""

from __future__ import annotations

from typing import Any

import pytest

from otel_usage.spans.responses import Reported, read_response
from otel_usage.token_usage import TokenUsage
from tests.unit.usages.objects import read, used

USAGE = {
    "inputTokens": 100,
    "outputTokens": 220,
    "totalTokens": 100 + 2_000 + 7_000 + 220,
    "cacheReadInputTokens": 2_000,
    "cacheWriteInputTokens": 7_000,
    "cacheDetails": [{"ttl": "1h", "inputTokens": 4_000}, {"ttl": "5m", "inputTokens": 3_000}],
}
TOKENS = TokenUsage(
    input=100 + 2_000 + 3_000 + 4_000,
    output=220,
    cache_read=2_000,
    cache_write_5m=3_000,
    cache_write_1h=4_000,
)
ANSWER = {
    "ResponseMetadata": {"RequestId": "6f9e-1", "HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0},
    "output": {"message": {"role": "assistant", "content": [{"text": "The answer."}]}},
    "stopReason": "end_turn",
    "usage": USAGE,
    "metrics": {"latencyMs": 900},
    "serviceTier": {"type": "priority"},
}


def test_an_answer_says_its_usage_its_tier_and_the_requests_id() -> None:
    """It names neither the model nor an id of its own."""
    assert read_response(ANSWER) == Reported(usage=TOKENS, request_id="6f9e-1", service_tier="priority")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, TokenUsage(input=10, output=5)),
        (
            {"cacheReadInputTokens": 0, "cacheWriteInputTokens": 30},
            TokenUsage(input=10 + 30, output=5, cache_read=0, cache_write_5m=30),
        ),
        (
            {"cacheWriteInputTokens": 30, "cacheDetails": [{"ttl": "1h", "inputTokens": 20}]},
            TokenUsage(input=10 + 30, output=5, cache_write_5m=30 - 20, cache_write_1h=20),
        ),
        (
            {"cacheReadInputTokenCount": 7, "cacheWriteInputTokenCount": 0},
            TokenUsage(input=10 + 7, output=5, cache_read=7, cache_write_5m=0),
        ),
    ],
    ids=["no cache", "no split", "half a split", "a model of Amazon's, invoked"],
)
def test_what_was_cached_is_added_to_what_was_sent(said: dict[str, Any], expected: TokenUsage) -> None:
    """Five minutes is the default lifetime."""
    assert used({"usage": {"inputTokens": 10, "outputTokens": 5, **said}}) == expected


def test_a_stream_says_its_usage_with_its_metadata() -> None:
    """The event comes after the one that ends the message."""
    events = [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockDelta": {"delta": {"text": "The answer."}, "contentBlockIndex": 0}},
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"messageStop": {"stopReason": "end_turn"}},
        {"metadata": {"usage": USAGE, "metrics": {"latencyMs": 900}, "serviceTier": {"type": "flex"}}},
    ]
    assert read(*events) == Reported(usage=TOKENS, service_tier="flex")
    assert read(*events[:-1]) == Reported()
