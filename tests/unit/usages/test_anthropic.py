"""Anthropic's usage, to the token: its cache stands beside the input."""

from __future__ import annotations

import json
from typing import Any

import pytest
from anthropic.types import (
    CacheCreation,
    MessageDeltaUsage,
    OutputTokensDetails,
    RawMessageDeltaEvent,
    RawMessageStartEvent,
    RawMessageStopEvent,
    ServerToolUsage,
    Usage,
)
from anthropic.types.raw_message_delta_event import Delta

from otel_usage.records import Flag
from otel_usage.spans.responses import Reported, read_response
from otel_usage.token_usage import TokenUsage
from tests.unit.usages.objects import message, read, used


def test_a_message_counts_its_cache_beside_the_input() -> None:
    """Anthropic's input_tokens exclude it: 100 fresh, 2,000 read, 3,000 and 4,000 written are 9,100 sent."""
    usage = Usage(
        input_tokens=100,
        output_tokens=220,
        cache_read_input_tokens=2_000,
        cache_creation_input_tokens=7_000,
        cache_creation=CacheCreation(ephemeral_5m_input_tokens=3_000, ephemeral_1h_input_tokens=4_000),
        output_tokens_details=OutputTokensDetails(thinking_tokens=64),
        service_tier="priority",
    )
    assert read_response(message(usage)) == Reported(
        usage=TokenUsage(
            input=100 + 2_000 + 3_000 + 4_000,
            output=220,
            cache_read=2_000,
            cache_write_5m=3_000,
            cache_write_1h=4_000,
            reasoning=64,
        ),
        model="claude-sonnet-4-6",
        response_id="msg_1",
        service_tier="priority",
    )


def test_a_message_that_does_not_tell_lifetimes_apart_wrote_for_five_minutes() -> None:
    """The default of Anthropic's prompt caching."""
    usage = Usage(
        input_tokens=300, output_tokens=1, cache_read_input_tokens=0, cache_creation_input_tokens=8_000
    )
    assert read_response(message(usage)).usage == TokenUsage(
        input=300 + 8_000, output=1, cache_read=0, cache_write_5m=8_000
    )


def test_a_message_without_any_cache() -> None:
    """Older and foreign servers leave the cache out."""
    usage = Usage(input_tokens=1_200, output_tokens=350)
    assert read_response(message(usage)).usage == TokenUsage(input=1_200, output=350)


def started(**usage: Any) -> RawMessageStartEvent:
    """The first event of a message."""
    return RawMessageStartEvent(message=message(Usage(**usage)), type="message_start")


def continued(**usage: Any) -> RawMessageDeltaEvent:
    """An event with running totals."""
    return RawMessageDeltaEvent(delta=Delta(), type="message_delta", usage=MessageDeltaUsage(**usage))


def test_a_message_stream_replaces_its_running_totals() -> None:
    """2, then 90, then 410 tokens of output are 410, not 502; the split by lifetime is only in the first event."""
    begin = started(
        input_tokens=300,
        output_tokens=2,
        cache_read_input_tokens=0,
        cache_creation_input_tokens=8_000,
        cache_creation=CacheCreation(ephemeral_5m_input_tokens=2_000, ephemeral_1h_input_tokens=6_000),
    )
    reported = read(
        begin,
        continued(output_tokens=90),
        continued(output_tokens=410, cache_creation_input_tokens=8_000, input_tokens=300),
        RawMessageStopEvent(type="message_stop"),
    )
    assert reported.usage == TokenUsage(
        input=300 + 2_000 + 6_000, output=410, cache_read=0, cache_write_5m=2_000, cache_write_1h=6_000
    )
    assert (reported.model, reported.response_id) == ("claude-sonnet-4-6", "msg_1")


def test_a_message_stream_that_wrote_more_at_its_end_wrote_it_for_five_minutes() -> None:
    """A server tool's results go into the prompt while the answer is made; their split is not told."""
    begin = started(
        input_tokens=300,
        output_tokens=2,
        cache_creation_input_tokens=6_000,
        cache_creation=CacheCreation(ephemeral_5m_input_tokens=0, ephemeral_1h_input_tokens=6_000),
    )
    reported = read(begin, continued(output_tokens=10, cache_creation_input_tokens=8_500))
    assert (reported.usage.cache_write_5m, reported.usage.cache_write_1h) == (8_500 - 6_000, 6_000)


def test_a_message_stream_that_broke_after_its_first_event_has_its_input() -> None:
    """It was sent, and is billed."""
    assert read(started(input_tokens=1_200, output_tokens=2)).usage == TokenUsage(input=1_200, output=2)


@pytest.mark.parametrize(
    ("usage", "short", "long"),
    [
        ({"cache_creation_input_tokens": 100, "cache_creation": {"ephemeral_1h_input_tokens": 40}}, 60, 40),
        (
            {"cache_creation_input_tokens": 100, "cache_creation": {"ephemeral_5m_input_tokens": 40}},
            100,
            None,
        ),
        ({"cache_creation_input_tokens": 100, "cache_creation": {"ephemeral_1h_input_tokens": 100}}, 0, 100),
        ({"cache_creation_input_tokens": 50, "cache_creation": {"ephemeral_1h_input_tokens": 100}}, 0, 100),
        ({"cache_creation": {"ephemeral_5m_input_tokens": 7, "ephemeral_1h_input_tokens": 100}}, 7, 100),
        ({"cache_creation": {"ephemeral_1h_input_tokens": 100}}, None, 100),
        ({"cache_creation": {}}, None, None),
    ],
    ids=repr,
)
def test_whatever_part_of_the_split_is_told_the_rest_is_of_the_default_lifetime(
    usage: dict[str, Any], short: int | None, long: int | None
) -> None:
    """And each of the keys is enough to know Anthropic's convention: the cache stands beside the input."""
    reported = read_response({"usage": {"input_tokens": 10, "output_tokens": 5, **usage}})
    assert (reported.usage.cache_write_5m, reported.usage.cache_write_1h) == (short, long)
    assert reported.usage.input == 10 + (short or 0) + (long or 0)
    assert reported.flags == ()


@pytest.mark.parametrize("written", ["many", -1, 0.5])
def test_a_total_that_cannot_be_is_flagged(written: Any) -> None:
    """It is left out, as any other count."""
    reported = read_response({"usage": {"input_tokens": 10, "cache_creation_input_tokens": written}})
    assert reported == Reported(usage=TokenUsage(input=10), flags=(Flag.USAGE_UNUSABLE,))


def test_anthropics_fast_mode_is_a_tier_of_its_own() -> None:
    """It has its own price, whatever tier it was served with."""
    usage = {"input_tokens": 1, "output_tokens": 2, "service_tier": "standard", "speed": "fast"}
    assert read_response({"usage": usage}).service_tier == "fast"


def test_a_message_of_bedrock_is_read_from_its_json() -> None:
    """It is Anthropic's, without a type of its own."""
    body = json.loads(
        '{"id": "msg_bdrk_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-6", "content": [],'
        '"usage": {"input_tokens": 12, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 300,'
        '"output_tokens": 34}}'
    )
    assert read_response(body) == Reported(
        usage=TokenUsage(input=12 + 300, output=34, cache_read=300, cache_write_5m=0),
        model="claude-sonnet-4-6",
        response_id="msg_bdrk_1",
    )


def test_searches_of_the_web_are_counted_by_anthropic_itself() -> None:
    """The last total holds; none is nothing."""
    usage = Usage(
        input_tokens=10,
        output_tokens=5,
        server_tool_use=ServerToolUsage(web_search_requests=3, web_fetch_requests=1),
    )
    assert used(message(usage)) == TokenUsage(input=10, output=5, web_searches=3)
    begin = started(
        input_tokens=10,
        output_tokens=1,
        server_tool_use=ServerToolUsage(web_search_requests=0, web_fetch_requests=0),
    )
    assert read(begin).usage == TokenUsage(input=10, output=1)
    more = continued(
        output_tokens=50, server_tool_use=ServerToolUsage(web_search_requests=2, web_fetch_requests=0)
    )
    assert read(begin, more).usage == TokenUsage(input=10, output=50, web_searches=2)
