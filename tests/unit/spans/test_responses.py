"""What responses of the real clients say, to the token."""

from __future__ import annotations

import json
from enum import StrEnum
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import genai_prices
import httpx2
import openai
import pytest
from anthropic.types import (
    CacheCreation,
    Message,
    MessageDeltaUsage,
    OutputTokensDetails,
    RawMessageDeltaEvent,
    RawMessageStartEvent,
    RawMessageStopEvent,
    Usage,
)
from anthropic.types.raw_message_delta_event import Delta
from hypothesis import given
from hypothesis import strategies as st
from openai._legacy_response import LegacyAPIResponse
from openai._models import FinalRequestOptions
from openai.types import CompletionUsage, CreateEmbeddingResponse
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.completion_usage import CompletionTokensDetails, PromptTokensDetails
from openai.types.create_embedding_response import Usage as EmbeddingUsage
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseCreatedEvent,
    ResponseError,
    ResponseFailedEvent,
)

from otel_usage.records import Flag, TokenUsage
from otel_usage.spans.responses import SILENT, Reported, StreamReader, read_response


def chat(usage: CompletionUsage | None) -> ChatCompletion:
    """A chat completion."""
    return ChatCompletion(
        id="chatcmpl-1",
        choices=[],
        created=1,
        model="gpt-4o-2024-08-06",
        object="chat.completion",
        service_tier="default",
        usage=usage,
    )


def chunk(usage: CompletionUsage | None = None) -> ChatCompletionChunk:
    """A chunk of a chat completion."""
    return ChatCompletionChunk(
        id="chatcmpl-1",
        choices=[],
        created=1,
        model="gpt-4o-2024-08-06",
        object="chat.completion.chunk",
        usage=usage,
    )


def response(status: str, usage: dict[str, Any] | None) -> Response:
    """An answer of the responses API."""
    return Response.model_validate(
        {
            "id": "resp_1",
            "created_at": 1,
            "model": "o4-mini-2025-04-16",
            "object": "response",
            "output": [],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "status": status,
            "service_tier": "flex",
            "usage": usage,
        }
    )


def message(usage: Usage) -> Message:
    """An answer of the messages API."""
    return Message(
        id="msg_1",
        content=[],
        model="claude-sonnet-4-6",
        role="assistant",
        stop_reason=None,
        stop_sequence=None,
        type="message",
        usage=usage,
    )


def read(*chunks: object) -> Reported:
    """What a stream says."""
    reader = StreamReader()
    for part in chunks:
        reader.read(part)
    return reader.reported


FULL_CHAT = CompletionUsage(
    prompt_tokens=6_000,
    completion_tokens=2_400,
    total_tokens=8_400,
    prompt_tokens_details=PromptTokensDetails(cached_tokens=4_096, audio_tokens=0),
    completion_tokens_details=CompletionTokensDetails(reasoning_tokens=1_920, audio_tokens=0),
)
CHAT_TOKENS = TokenUsage(input=6_000, output=2_400, cache_read=4_096, reasoning=1_920)
RESPONSE_USAGE = {
    "input_tokens": 900,
    "input_tokens_details": {"cached_tokens": 512, "cache_write_tokens": 0},
    "output_tokens": 2_400,
    "output_tokens_details": {"reasoning_tokens": 1_920},
    "total_tokens": 3_300,
}
RESPONSE_TOKENS = TokenUsage(input=900, output=2_400, cache_read=512, cache_write_5m=0, reasoning=1_920)


def test_a_chat_completion_counts_cache_and_reasoning_inside() -> None:
    """OpenAI's prompt_tokens include the cached, its completion_tokens the reasoning."""
    assert read_response(chat(FULL_CHAT)) == Reported(
        usage=CHAT_TOKENS, model="gpt-4o-2024-08-06", response_id="chatcmpl-1", service_tier="default"
    )


def test_a_chat_completion_without_details_says_no_more_than_it_says() -> None:
    """As LM Studio, vLLM and Ollama answer: absent is not 0."""
    usage = CompletionUsage(prompt_tokens=10, completion_tokens=0, total_tokens=10)
    assert read_response(chat(usage)).usage == TokenUsage(input=10, output=0)


def test_a_chat_completion_without_usage_says_no_tokens() -> None:
    """The model and the id are still known."""
    reported = read_response(chat(None))
    assert reported.usage == TokenUsage()
    assert (reported.model, reported.flags) == ("gpt-4o-2024-08-06", ())


def test_an_answer_of_the_responses_api() -> None:
    """Other names, the same convention."""
    assert read_response(response("completed", RESPONSE_USAGE)) == Reported(
        usage=RESPONSE_TOKENS, model="o4-mini-2025-04-16", response_id="resp_1", service_tier="flex"
    )


def test_embeddings_have_input_alone() -> None:
    """And no id."""
    answer = CreateEmbeddingResponse(
        data=[],
        model="text-embedding-3-small",
        object="list",
        usage=EmbeddingUsage(prompt_tokens=48, total_tokens=48),
    )
    assert read_response(answer) == Reported(usage=TokenUsage(input=48), model="text-embedding-3-small")


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


@pytest.mark.parametrize(
    "answer",
    [chat(FULL_CHAT), response("completed", RESPONSE_USAGE)],
    ids=["chat", "responses"],
)
def test_a_dict_says_the_same_as_the_object(answer: Any) -> None:
    """Saved answers and other HTTP clients give dicts."""
    assert read_response(answer.model_dump()) == read_response(answer)


@pytest.mark.parametrize(
    "answer", [None, "text", 5, object(), [], {}, {"usage": "many"}, {"usage": []}], ids=repr
)
def test_what_is_no_response_says_nothing(answer: object) -> None:
    """Nothing is raised, and nothing is made up."""
    assert read_response(answer) == SILENT


@pytest.mark.parametrize("count", [-1, float("nan"), "1200", 10**12, True, {}], ids=repr)
def test_a_count_that_cannot_be_is_left_out_and_flagged(count: object) -> None:
    """Gateways and test servers answer all sorts of things."""
    reported = read_response({"usage": {"prompt_tokens": count, "completion_tokens": 5}})
    assert reported.usage == TokenUsage(output=5)
    assert reported.flags == (Flag.USAGE_UNUSABLE,)


def test_a_cache_larger_than_the_input_is_added_to_it() -> None:
    """A gateway that took over Anthropic's convention under OpenAI's names."""
    details = {"cached_tokens": 500}
    reported = read_response({"usage": {"prompt_tokens": 100, "prompt_tokens_details": details}})
    assert reported.usage == TokenUsage(input=100 + 500, cache_read=500)
    assert reported.flags == (Flag.INPUT_INFERRED,)


@pytest.mark.parametrize("value", [5, "", b"gpt", ["gpt"], None], ids=repr)
def test_a_model_or_id_that_is_no_text_is_not_said(value: object) -> None:
    """An id that is no text links nothing."""
    reported = read_response({"model": value, "id": value, "service_tier": value})
    assert reported == SILENT


def test_a_chat_stream_says_its_usage_in_one_of_the_last_chunks() -> None:
    """Where it was asked for."""
    assert read(chunk(), chunk(), chunk(FULL_CHAT)).usage == CHAT_TOKENS


def test_a_chat_stream_without_usage_says_model_and_id() -> None:
    """And no tokens, which is not 0 tokens."""
    assert read(chunk(), chunk()) == Reported(model="gpt-4o-2024-08-06", response_id="chatcmpl-1")


def test_a_stream_of_the_responses_api_says_its_usage_with_its_last_event() -> None:
    """The first event has none yet."""
    created = ResponseCreatedEvent(
        response=response("in_progress", None), sequence_number=0, type="response.created"
    )
    completed = ResponseCompletedEvent(
        response=response("completed", RESPONSE_USAGE), sequence_number=9, type="response.completed"
    )
    assert read(created, completed) == Reported(
        usage=RESPONSE_TOKENS, model="o4-mini-2025-04-16", response_id="resp_1", service_tier="flex"
    )


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


def test_a_stream_of_dicts_says_the_same() -> None:
    """As other HTTP clients give it."""
    chunks = [chunk().model_dump(), chunk(FULL_CHAT).model_dump()]
    assert read(*chunks).usage == CHAT_TOKENS


@pytest.mark.parametrize("part", [None, "text", b"data", 5, object(), [], {}], ids=repr)
def test_a_chunk_that_is_none_says_nothing(part: object) -> None:
    """Keep-alives and comments come between."""
    assert read(part, chunk(FULL_CHAT), part).usage == CHAT_TOKENS


def test_a_stream_without_a_chunk_says_nothing() -> None:
    """Nothing came."""
    assert read() == Reported()


def test_the_last_event_says_the_model_and_tier_that_served_the_call_and_the_first_its_id() -> None:
    """The first echoes what was asked for; the price is that of what served."""
    first = {"id": "resp_1", "model": "gpt-5", "service_tier": "auto", "usage": None}
    last = {"id": "resp_2", "model": "gpt-5-2025-08-07", "service_tier": "priority", "usage": RESPONSE_USAGE}
    reported = read(
        {"type": "response.created", "response": first},
        {"type": "response.output_text.delta", "delta": "x"},
        {"type": "response.completed", "response": last},
        {"type": "done", "model": None, "service_tier": ""},
    )
    assert reported == Reported(
        usage=RESPONSE_TOKENS, model="gpt-5-2025-08-07", response_id="resp_1", service_tier="priority"
    )


def test_a_chunk_whose_message_names_no_model_names_it_itself() -> None:
    """As Ollama's own API streams."""
    assert read({"model": "llama3", "message": {"role": "assistant", "content": "x"}}).model == "llama3"


class Slotted:
    """A usage without a dict of attributes."""

    __slots__ = ("completion_tokens", "prompt_tokens")

    def __init__(self) -> None:
        self.prompt_tokens, self.completion_tokens = 3, 4


def test_a_usage_of_any_class_is_read_from_a_chunk() -> None:
    """Clients make their objects as they like."""
    assert read({"usage": Slotted()}).usage == TokenUsage(input=3, output=4)


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


def test_an_answer_without_its_prompt_tokens_keeps_its_output() -> None:
    """What is known is billed."""
    usage = {"prompt_tokens": None, "completion_tokens": 4, "total_tokens": 10}
    assert read_response({"usage": usage}).usage == TokenUsage(output=4)


class TrafficType(StrEnum):
    """As Google's client has it."""

    ON_DEMAND = "ON_DEMAND"
    ON_DEMAND_FLEX = "ON_DEMAND_FLEX"
    ON_DEMAND_PRIORITY = "ON_DEMAND_PRIORITY"
    PROVISIONED_THROUGHPUT = "PROVISIONED_THROUGHPUT"
    TRAFFIC_TYPE_UNSPECIFIED = "TRAFFIC_TYPE_UNSPECIFIED"


GEMINI = {
    "candidates": [
        {"content": {"parts": [{"text": "The answer."}], "role": "model"}, "finishReason": "STOP"}
    ],
    "modelVersion": "gemini-2.5-pro",
    "responseId": "resp-g",
    "usageMetadata": {
        "promptTokenCount": 9_000,
        "cachedContentTokenCount": 6_000,
        "toolUsePromptTokenCount": 70,
        "candidatesTokenCount": 150,
        "thoughtsTokenCount": 90,
        "totalTokenCount": 9_000 + 70 + 150 + 90,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 9_000}],
        "trafficType": "ON_DEMAND",
    },
}
GEMINI_TOKENS = TokenUsage(input=9_000 + 70, output=150 + 90, cache_read=6_000, reasoning=90)


def gemini(**usage: Any) -> SimpleNamespace:
    """An answer of Google's Python client."""
    return SimpleNamespace(
        candidates=[],
        model_version="gemini-2.5-pro",
        response_id="resp-g",
        usage_metadata=SimpleNamespace(**usage),
    )


def test_an_answer_of_google_adds_tools_to_the_input_and_thoughts_to_the_output() -> None:
    """Neither is in promptTokenCount or candidatesTokenCount; what was cached is in the prompt."""
    assert read_response(GEMINI) == Reported(
        usage=GEMINI_TOKENS, model="gemini-2.5-pro", response_id="resp-g", service_tier="on_demand"
    )


def test_an_object_of_googles_client_says_the_same() -> None:
    """It spells the names otherwise, and what is not there is None."""
    answer = gemini(
        prompt_token_count=9_000,
        cached_content_token_count=6_000,
        tool_use_prompt_token_count=70,
        candidates_token_count=150,
        thoughts_token_count=90,
        total_token_count=9_310,
        traffic_type=TrafficType.ON_DEMAND,
    )
    assert read_response(answer) == read_response(GEMINI)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"prompt_token_count": 10, "candidates_token_count": None}, TokenUsage(input=10)),
        (
            {"prompt_token_count": 10, "thoughts_token_count": 90},
            TokenUsage(input=10, output=90, reasoning=90),
        ),
        ({"prompt_token_count": 10, "candidates_token_count": 5}, TokenUsage(input=10, output=5)),
    ],
    ids=repr,
)
def test_what_google_leaves_out_is_not_made_up(said: dict[str, Any], expected: TokenUsage) -> None:
    """A model that spent everything on thoughts has no candidates, and was still paid."""
    assert read_response(gemini(**said)).usage == expected


@pytest.mark.parametrize("part", ["candidates_token_count", "thoughts_token_count"])
def test_a_part_of_googles_output_that_cannot_be_is_flagged(part: str) -> None:
    """A sum with it would be a guess."""
    usage = {"prompt_token_count": 10, "candidates_token_count": 5, "thoughts_token_count": 5, part: -1}
    reported = read_response(gemini(**usage))
    assert (reported.usage.input, reported.usage.output) == (10, None)
    assert reported.flags == (Flag.USAGE_UNUSABLE,)


@pytest.mark.parametrize(
    ("traffic", "tier"),
    [
        (TrafficType.ON_DEMAND, "on_demand"),
        (TrafficType.ON_DEMAND_FLEX, "flex"),
        (TrafficType.ON_DEMAND_PRIORITY, "priority"),
        (TrafficType.PROVISIONED_THROUGHPUT, "provisioned_throughput"),
        (TrafficType.TRAFFIC_TYPE_UNSPECIFIED, None),
    ],
)
def test_googles_kind_of_traffic_is_the_tier(traffic: TrafficType, tier: str | None) -> None:
    """In the words that prices are listed under, as plain text."""
    said = read_response(gemini(prompt_token_count=1, traffic_type=traffic)).service_tier
    assert said == tier
    assert type(said) is not TrafficType


def test_googles_tier_of_the_developer_api() -> None:
    """It says the tier itself."""
    assert read_response(gemini(prompt_token_count=1, service_tier="PRIORITY")).service_tier == "priority"


def test_a_stream_of_google_says_running_totals() -> None:
    """5, then 60, then 150 candidates are 150; the thoughts are said once and stay."""
    last = {"promptTokenCount": 100, "candidatesTokenCount": 150}
    reported = read(
        {"usageMetadata": {"promptTokenCount": 100, "thoughtsTokenCount": 40, "candidatesTokenCount": 5}},
        {"usageMetadata": {"promptTokenCount": 100, "thoughtsTokenCount": 40, "candidatesTokenCount": 60}},
        {"usageMetadata": last, "modelVersion": "gemini-2.5-flash", "responseId": "r"},
    )
    assert reported == Reported(
        usage=TokenUsage(input=100, output=150 + 40, reasoning=40), model="gemini-2.5-flash", response_id="r"
    )


def test_reasoning_that_is_counted_beside_the_completion_is_added_to_it() -> None:
    """As xAI counts: its total shows that they do not overlap, OpenAI's that they do."""
    usage = {
        "prompt_tokens": 30,
        "completion_tokens": 10,
        "completion_tokens_details": {"reasoning_tokens": 200},
        "total_tokens": 30 + 10 + 200,
    }
    assert read_response({"usage": usage}).usage == TokenUsage(input=30, output=10 + 200, reasoning=200)
    assert read_response(chat(FULL_CHAT)).usage.output == 2_400


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


def test_a_newer_client_may_say_more() -> None:
    """Fields that are not known are passed over, also those that an older client does not know itself."""
    newer = ChatCompletion.construct(
        id="chatcmpl-1",
        model="gpt-9",
        quality={"score": 1},
        usage=CompletionUsage.construct(
            prompt_tokens=3,
            completion_tokens=4,
            dream_tokens=9,
            prompt_tokens_details=PromptTokensDetails.construct(cached_tokens=2, dreamt_tokens=7),
        ),
    )
    assert read_response(newer) == Reported(
        usage=TokenUsage(input=3, output=4, cache_read=2), model="gpt-9", response_id="chatcmpl-1"
    )


def test_a_field_that_the_client_does_not_know_yet_is_read() -> None:
    """An old client keeps what a newer server says."""
    usage = Usage.construct(input_tokens=1, output_tokens=2, thought_of="x")
    older = Message.construct(id="msg_1", model="m", usage=usage, service_tier="priority")
    assert read_response(older).service_tier == "priority"


def test_renamed_counts_are_unknown_and_the_rest_is_read() -> None:
    """Tokens are None, never 0, and the model and id are still known."""
    renamed = {"model": "m", "id": "i", "usage": {"tokens_in": 5, "tokens_out": 6}}
    assert read_response(renamed) == Reported(model="m", response_id="i")


def test_a_mock_makes_no_counts() -> None:
    """Applications test with them."""
    reported = read_response(MagicMock())
    assert reported.usage == TokenUsage()
    assert (reported.model, reported.response_id, reported.request_id) == (None, None, None)


def test_what_cannot_be_read_is_an_error_for_the_caller_to_count() -> None:
    """An attribute that raises is not the same as one that is missing."""

    class Lazy:
        @property
        def usage(self) -> object:
            raise OSError("not loaded")

    with pytest.raises(OSError, match="not loaded"):
        read_response(Lazy())


def raw(body: bytes, **headers: str) -> LegacyAPIResponse[ChatCompletion]:
    """A raw response of the openai client."""
    client = openai.OpenAI(api_key="none")
    return LegacyAPIResponse(
        raw=httpx2.Response(200, content=body, headers=headers),
        cast_to=ChatCompletion,
        client=client,
        stream=False,
        stream_cls=None,
        options=FinalRequestOptions.construct(method="post", url="/"),
    )


def test_a_raw_response_is_read_from_its_body_without_parsing_it_into_objects() -> None:
    """With the request's id from its headers."""
    response = raw(chat(FULL_CHAT).model_dump_json().encode(), **{"x-request-id": "req_1"})
    assert read_response(response) == Reported(
        usage=CHAT_TOKENS,
        model="gpt-4o-2024-08-06",
        response_id="chatcmpl-1",
        service_tier="default",
        request_id="req_1",
    )
    assert response._parsed_by_type == {}


def test_a_raw_response_that_is_still_on_the_wire_is_left_there() -> None:
    """Reading it would take it from the application."""
    stream = httpx2.Response(200, content=iter([b"data: {}"]))
    assert read_response(SimpleNamespace(http_response=stream)) == SILENT
    assert stream.read() == b"data: {}"


def test_a_raw_response_that_was_closed_unread_is_an_error_for_the_caller_to_count() -> None:
    """There is nothing left to read."""
    stream = httpx2.Response(200, content=iter([b"data: {}"]))
    stream.close()
    with pytest.raises(httpx2.ResponseNotRead):
        read_response(SimpleNamespace(http_response=stream))


def test_the_requests_id_comes_from_the_client() -> None:
    """Which keeps it beside the answer."""
    answer = chat(FULL_CHAT)
    answer._request_id = "req_2"
    assert read_response(answer).request_id == "req_2"


def test_an_answer_that_is_a_failure_says_its_code() -> None:
    """The responses API answers 200 to a call that failed."""
    failed = response("failed", RESPONSE_USAGE).model_copy(
        update={"error": ResponseError(code="server_error", message="It failed.")}
    )
    assert read_response(failed).error == "server_error"
    event = ResponseFailedEvent(response=failed, sequence_number=1, type="response.failed")
    assert (read(event).error, read(event).usage) == ("server_error", RESPONSE_TOKENS)


def test_an_error_in_a_stream_says_its_code() -> None:
    """As OpenAI and Anthropic write it."""
    assert read({"type": "error", "code": "rate_limit_exceeded"}).error == "rate_limit_exceeded"
    assert read({"type": "error", "error": {"type": "overloaded_error"}}).error == "overloaded_error"
    assert read({"type": "error"}).error == "error"


@pytest.mark.parametrize(
    ("provider", "flavor", "answer"),
    [
        ("openai", "chat", chat(FULL_CHAT).model_dump()),
        ("openai", "responses", response("completed", RESPONSE_USAGE).model_dump()),
        ("openai", "embeddings", {"model": "text-embedding-3-small", "usage": {"prompt_tokens": 48}}),
        (
            "anthropic",
            "default",
            {
                "model": "claude-sonnet-4-6",
                "usage": {
                    "input_tokens": 100,
                    "output_tokens": 220,
                    "cache_read_input_tokens": 2_000,
                    "cache_creation_input_tokens": 7_000,
                    "cache_creation": {
                        "ephemeral_5m_input_tokens": 3_000,
                        "ephemeral_1h_input_tokens": 4_000,
                    },
                    "output_tokens_details": {"thinking_tokens": 64},
                },
            },
        ),
        ("google", "default", GEMINI),
        (
            "x-ai",
            "chat",
            {
                "model": "grok-4",
                "usage": {
                    "prompt_tokens": 30,
                    "completion_tokens": 10,
                    "total_tokens": 240,
                    "completion_tokens_details": {"reasoning_tokens": 200},
                },
            },
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_tables_agree_with_genai_prices(provider: str, flavor: str, answer: dict[str, Any]) -> None:
    """Where it reads a whole answer, it reads the same."""
    theirs = genai_prices.extract_usage(answer, provider_id=provider, api_flavor=flavor).usage
    ours = read_response(answer).usage
    assert (ours.input, ours.output or 0) == (theirs.input_tokens, theirs.output_tokens)
    assert (ours.cache_read or 0, ours.cache_write or 0) == (
        theirs.cache_read_tokens or 0,
        theirs.cache_write_tokens or 0,
    )
    assert (ours.cache_write_1h or 0) == theirs.cache_write_1h_tokens
    assert (ours.reasoning or 0) == (theirs.output_reasoning_tokens or 0)


def test_what_genai_prices_refuses_is_read_as_far_as_it_goes() -> None:
    """A count that is missing takes nothing from the others."""
    answer = {"model": "gpt-4o", "usage": {"completion_tokens": 7}}
    with pytest.raises(ValueError, match="prompt_tokens"):
        genai_prices.extract_usage(answer, provider_id="openai", api_flavor="chat")
    assert read_response(answer).usage == TokenUsage(output=7)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "prompt_tokens",
                "completion_tokens",
                "total_tokens",
                "input_tokens",
                "output_tokens",
                "cache_read_input_tokens",
                "cache_creation",
                "promptTokenCount",
                "thoughtsTokenCount",
                "completion_tokens_details",
                "service_tier",
                "speed",
            ]
        ),
        st.one_of(
            st.none(), st.integers(), st.floats(), st.text(max_size=3), st.lists(st.integers(), max_size=1)
        ),
    )
)
def test_whatever_a_usage_holds_is_read_without_an_error(usage: dict[str, Any]) -> None:
    """And at once says the same as in a stream."""
    whole = read_response({"usage": usage})
    assert read({"usage": usage}) == whole
    for name in TokenUsage.__struct_fields__:
        assert (count := getattr(whole.usage, name)) is None or count >= 0
