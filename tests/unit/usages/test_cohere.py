"""Cohere's usage: what it bills, before what it processed."""

from __future__ import annotations

from otel_usage.spans.responses import Reported
from otel_usage.token_usage import TokenUsage
from tests.unit.usages.objects import read, used

USAGE = {
    "billed_units": {"input_tokens": 17.0, "output_tokens": 12.0},
    "tokens": {"input_tokens": 215.0, "output_tokens": 12.0},
    "cached_tokens": 192.0,
}


def test_what_is_billed_holds_over_what_was_processed() -> None:
    """Cohere bills less than it processes; what was cached is a part of the latter."""
    answer = {"id": "co-1", "finish_reason": "COMPLETE", "message": {"role": "assistant"}, "usage": USAGE}
    assert used(answer) == TokenUsage(input=17, output=12)


def test_without_a_bill_what_was_processed_counts() -> None:
    """With what was cached of it."""
    usage = {name: USAGE[name] for name in ("tokens", "cached_tokens")}
    assert used({"usage": usage}) == TokenUsage(input=215, output=12, cache_read=192)


def test_the_first_generation_says_it_in_the_meta() -> None:
    """Embeddings of both generations too."""
    billed = {"api_version": {"version": "1"}, "billed_units": {"input_tokens": 48}}
    assert used({"id": "co-2", "embeddings": [], "meta": billed}) == TokenUsage(input=48)


def test_a_stream_says_its_usage_with_its_end() -> None:
    """The first event has the id, the last the rest."""
    events = [
        {"type": "message-start", "id": "co-3", "delta": {"message": {"role": "assistant"}}},
        {
            "type": "content-start",
            "index": 0,
            "delta": {"message": {"content": {"type": "text", "text": ""}}},
        },
        {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "The answer."}}}},
        {"type": "content-end", "index": 0},
        {"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": USAGE}},
    ]
    assert read(*events) == Reported(usage=TokenUsage(input=17, output=12), response_id="co-3")


def test_a_stream_of_the_first_generation_ends_with_a_whole_answer() -> None:
    """Its events have another word for their type."""
    response = {"response_id": "co-4", "text": "The answer.", "meta": {"billed_units": USAGE["billed_units"]}}
    events = [
        {"event_type": "stream-start", "generation_id": "g"},
        {"event_type": "text-generation", "text": "The answer."},
        {"event_type": "stream-end", "finish_reason": "COMPLETE", "response": response},
    ]
    assert read(*events) == Reported(usage=TokenUsage(input=17, output=12), response_id="co-4")
