"""What whole answers and streams of the real clients say beside their tokens."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import httpx2
import openai
import pytest
from anthropic.types import Message, Usage
from openai._legacy_response import LegacyAPIResponse
from openai._models import FinalRequestOptions
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletion
from openai.types.completion_usage import PromptTokensDetails
from openai.types.responses import ResponseError, ResponseFailedEvent

from otel_usage.spans.responses import SILENT, Reported, read_response
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
)


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


@pytest.mark.parametrize("value", [5, "", b"gpt", ["gpt"], None], ids=repr)
def test_a_model_or_id_that_is_no_text_is_not_said(value: object) -> None:
    """An id that is no text links nothing."""
    reported = read_response({"model": value, "id": value, "service_tier": value})
    assert reported == SILENT


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


def test_a_raw_response_of_the_responses_api_counts_its_searches() -> None:
    """Of the items of the output no more than their type is read."""
    body = {
        "id": "resp_1",
        "model": "o4-mini",
        "output": [
            {"type": "web_search_call", "action": {"type": "search", "query": "x"}},
            {"type": "message", "content": [{"type": "output_text", "text": "x"}]},
        ],
        "usage": {"input_tokens": 10, "output_tokens": 5},
    }
    reported = read_response(raw(json.dumps(body).encode()))
    assert reported.usage == TokenUsage(input=10, output=5, web_searches=1)
    reported = read_response(raw(json.dumps(body | {"output": {"type": "x"}}).encode()))
    assert reported.usage == TokenUsage(input=10, output=5)


def test_what_an_application_says_of_a_request_is_no_envelope() -> None:
    """A chunk that names its model is read itself, whatever metadata it carries."""
    carried = {"model": "own", "metadata": {"model": "other", "id": "x"}, "usage": {"prompt_tokens": 3}}
    assert read(carried) == Reported(usage=TokenUsage(input=3), model="own")
