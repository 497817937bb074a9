"""OpenAI's usage, and that of servers and gateways which speak like it, to the token."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types import CompletionUsage, CreateEmbeddingResponse
from openai.types.create_embedding_response import Usage as EmbeddingUsage
from openai.types.responses import Response, ResponseCompletedEvent, ResponseCreatedEvent

from otel_usage.records import Flag
from otel_usage.spans.responses import Reported, read_response
from otel_usage.token_usage import TokenUsage
from tests.unit.usages.objects import (
    CHAT_TOKENS,
    FULL_CHAT,
    RESPONSE_TOKENS,
    RESPONSE_USAGE,
    chat,
    chunk,
    read,
    response,
    used,
)


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


def test_a_cache_larger_than_the_input_is_added_to_it() -> None:
    """A gateway that took over Anthropic's convention under OpenAI's names."""
    details = {"cached_tokens": 500}
    reported = read_response({"usage": {"prompt_tokens": 100, "prompt_tokens_details": details}})
    assert reported.usage == TokenUsage(input=100 + 500, cache_read=500)
    assert reported.flags == (Flag.INPUT_INFERRED,)


def test_an_answer_without_its_prompt_tokens_keeps_its_output() -> None:
    """What is known is billed."""
    usage = {"prompt_tokens": None, "completion_tokens": 4, "total_tokens": 10}
    assert read_response({"usage": usage}).usage == TokenUsage(output=4)


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


def test_sound_and_pictures_are_parts_of_what_was_sent_and_came() -> None:
    """As OpenAI's audio models and OpenRouter say it; a 0 tells nothing."""
    usage = CompletionUsage.model_validate(
        {
            "prompt_tokens": 1_000,
            "completion_tokens": 500,
            "total_tokens": 1_500,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 600, "image_tokens": 300},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 400, "image_tokens": 0},
        }
    )
    assert used(chat(usage)) == TokenUsage(
        input=1_000,
        output=500,
        cache_read=0,
        input_audio=600,
        input_image=300,
        reasoning=0,
        output_audio=400,
    )


@pytest.mark.parametrize(
    "said",
    [
        {"prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36},
        {"cached_tokens": 64},
        {"num_cached_tokens": 64},
        {"prompt_token_details": {"cached_tokens": 64}},
        {"prompt_tokens_details": {"cached_tokens": 64}, "prompt_cache_hit_tokens": 64},
        {"cache_read_input_tokens": 64},
        {"prompt_tokens_details": None, "cache_read_input_tokens": 64, "cache_creation_input_tokens": None},
    ],
    ids=["deepseek", "moonshot", "mistral", "old mistral", "new deepseek", "databricks", "litellm"],
)
def test_every_server_has_a_word_of_its_own_for_what_was_cached(said: dict[str, Any]) -> None:
    """And all of them count it into the prompt."""
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120, **said}
    assert used({"usage": usage}) == TokenUsage(input=100, output=20, cache_read=64)


def test_a_gateway_hands_on_what_anthropic_wrote_to_its_cache() -> None:
    """LiteLLM counts both into the prompt; what it does not, is more than the prompt, and flagged."""
    said = {"completion_tokens": 20, "cache_read_input_tokens": 500, "cache_creation_input_tokens": 300}
    assert used({"usage": {"prompt_tokens": 1_000, **said}}) == TokenUsage(
        input=1_000, output=20, cache_read=500, cache_write_5m=300
    )
    reported = read_response({"usage": {"prompt_tokens": 100, **said}})
    assert reported.usage.input == 100 + 500 + 300
    assert reported.flags == (Flag.INPUT_INFERRED,)


@pytest.mark.parametrize(
    "usage",
    [
        # vLLM, LM Studio, Ollama's /v1, Groq
        {"prompt_tokens": 30, "total_tokens": 42, "completion_tokens": 12, "prompt_tokens_details": None},
        {"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42, "completion_tokens_details": {}},
        {"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42},
        {"queue_time": 0.03, "prompt_tokens": 30, "prompt_time": 0.01, "completion_tokens": 12},
    ],
    ids=["vllm", "lmstudio", "ollama", "groq"],
)
def test_servers_that_tell_no_more_than_two_counts(usage: dict[str, Any]) -> None:
    """Absent is not 0."""
    assert used({"choices": [{"index": 0}], "usage": usage}) == TokenUsage(input=30, output=12)


def test_a_stream_of_groq_has_its_usage_in_a_place_of_its_own() -> None:
    """Whether it was asked for or not."""
    usage = {"prompt_tokens": 30, "completion_tokens": 12, "total_time": 0.1}
    first = {"id": "c", "model": "llama", "choices": [{}], "x_groq": {"id": "req_1"}}
    last = {"id": "c", "model": "llama", "choices": [{}], "x_groq": {"id": "req_1", "usage": usage}}
    assert read(first, last).usage == TokenUsage(input=30, output=12)


def test_reasoning_that_databricks_says_without_details_is_inside() -> None:
    """As OpenAI's own."""
    usage = {"prompt_tokens": 30, "completion_tokens": 12, "total_tokens": 42, "reasoning_tokens": 8}
    assert used({"usage": usage}) == TokenUsage(input=30, output=12, reasoning=8)


def test_an_image_says_which_of_its_tokens_are_pictures() -> None:
    """The images API, which names no model."""
    usage = {
        "input_tokens": 50 + 194,
        "input_tokens_details": {"text_tokens": 50, "image_tokens": 194},
        "output_tokens": 1_056,
        "output_tokens_details": {"text_tokens": 0, "image_tokens": 1_056},
        "total_tokens": 50 + 194 + 1_056,
    }
    assert used({"created": 1, "data": [{"b64_json": ""}], "usage": usage}) == TokenUsage(
        input=50 + 194, output=1_056, input_image=194, output_image=1_056
    )


def test_a_realtime_answer_tells_its_cache_apart_too() -> None:
    """The event has the details in the singular."""
    usage = {
        "total_tokens": 900 + 200,
        "input_tokens": 900,
        "output_tokens": 200,
        "input_token_details": {
            "text_tokens": 300,
            "audio_tokens": 500,
            "image_tokens": 100,
            "cached_tokens": 384,
            "cached_tokens_details": {"text_tokens": 128, "audio_tokens": 192, "image_tokens": 64},
        },
        "output_token_details": {"text_tokens": 40, "audio_tokens": 160},
    }
    event = {
        "type": "response.done",
        "response": {"object": "realtime.response", "id": "resp_r", "usage": usage},
    }
    assert read(event).usage == TokenUsage(
        input=900,
        output=200,
        cache_read=384,
        input_audio=500,
        input_image=100,
        cache_read_audio=192,
        cache_read_image=64,
        output_audio=160,
    )


OUTPUT = [
    {"type": "reasoning", "id": "rs_1", "summary": []},
    {
        "type": "web_search_call",
        "id": "ws_1",
        "status": "completed",
        "action": {"type": "search", "query": "a"},
    },
    {
        "type": "web_search_call",
        "id": "ws_2",
        "status": "completed",
        "action": {"type": "open_page", "url": "u"},
    },
    {
        "type": "web_search_call",
        "id": "ws_3",
        "status": "completed",
        "action": {"type": "search", "query": "b"},
    },
    {"type": "file_search_call", "id": "fs_1", "status": "completed", "queries": ["c"]},
    {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": []},
]
SEARCHED = TokenUsage(
    input=900,
    output=2_400,
    cache_read=512,
    cache_write_5m=0,
    reasoning=1_920,
    web_searches=2,
    file_searches=1,
)


def searched() -> Response:
    """An answer for which there were two searches of the web, one page opened, and one search of files."""
    return Response.model_validate({**response("completed", RESPONSE_USAGE).model_dump(), "output": OUTPUT})


def test_searches_are_counted_in_what_came_out() -> None:
    """OpenAI bills each search, and not the pages that were opened."""
    assert used(searched()) == SEARCHED
    assert used(searched().model_dump()) == SEARCHED


def test_searches_are_counted_once_in_a_stream() -> None:
    """They pass as events of their own, and stand in the last."""
    created = ResponseCreatedEvent(
        response=response("in_progress", None), sequence_number=0, type="response.created"
    )
    done = {"type": "response.output_item.done", "output_index": 1, "item": OUTPUT[1]}
    completed = ResponseCompletedEvent(response=searched(), sequence_number=9, type="response.completed")
    assert read(created, done, completed).usage == SEARCHED


def test_a_search_of_an_older_answer_does_not_say_what_it_did() -> None:
    """Then there was nothing else that it could do."""
    output = [{"type": "web_search_call", "id": "ws_1", "status": "completed"}]
    assert used({"output": output, "usage": {"input_tokens": 1}}) == TokenUsage(input=1, web_searches=1)


@pytest.mark.parametrize("output", ["text", 5, [None], [5], [{"type": 7}], {"message": {}}], ids=repr)
def test_an_output_that_is_none_has_no_searches(output: object) -> None:
    """Other APIs put other things there."""
    assert used({"output": output, "usage": {"input_tokens": 1}}) == TokenUsage(input=1)
