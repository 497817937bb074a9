"""What responses of the real clients say, to the token."""

from __future__ import annotations

from typing import Any

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
from openai.types import CompletionUsage, CreateEmbeddingResponse
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.completion_usage import CompletionTokensDetails, PromptTokensDetails
from openai.types.create_embedding_response import Usage as EmbeddingUsage
from openai.types.responses import Response, ResponseCompletedEvent, ResponseCreatedEvent

from otel_usage.records import Flag, TokenUsage
from otel_usage.spans.responses import Reported, StreamReader, read_response


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
    """Nothing is raised and nothing is made up."""
    assert read_response(answer) == Reported()


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
    assert read_response({"model": value, "id": value, "service_tier": value}) == Reported()


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
