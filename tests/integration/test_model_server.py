"""The model server, asked by the real clients with strict validation of what it answers."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
import warnings
from typing import TYPE_CHECKING

import anthropic
import httpx2
import openai
import pytest

from otel_usage.demo.scenarios import SCENARIOS
from otel_usage.demo.server import ModelServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openai.types.chat import ChatCompletionChunk

KEY = "none"
ANSWERING = sorted(name for name, scenario in SCENARIOS.items() if scenario.failure is None)
WHOLE = [name for name in ANSWERING if SCENARIOS[name].broken_after is None]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A server of the test's own."""
    with ModelServer() as running:
        yield running


@pytest.fixture(scope="module")
def oai_client() -> Iterator[openai.OpenAI]:
    """The real OpenAI client, without retries, strict about what it reads; made once, as that is slow."""
    with openai.OpenAI(
        api_key=KEY,
        max_retries=0,
        http_client=openai.DefaultHttpxClient(trust_env=False),
        _strict_response_validation=True,
    ) as client:
        yield client


@pytest.fixture
def oai(server: ModelServer, oai_client: openai.OpenAI) -> openai.OpenAI:
    """The OpenAI client, pointed at the server."""
    return oai_client.with_options(base_url=server.openai_url)


@pytest.fixture(scope="module")
def claude_client() -> Iterator[anthropic.Anthropic]:
    """The real Anthropic client, without retries, strict about what it reads; made once, as that is slow."""
    with anthropic.Anthropic(
        api_key=KEY,
        max_retries=0,
        http_client=anthropic.DefaultHttpxClient(trust_env=False),
        _strict_response_validation=True,
    ) as client:
        yield client


@pytest.fixture
def claude(server: ModelServer, claude_client: anthropic.Anthropic) -> anthropic.Anthropic:
    """The Anthropic client, pointed at the server."""
    return claude_client.with_options(base_url=server.anthropic_url)


@pytest.mark.parametrize("scenario", ANSWERING)
def test_chat_completion_carries_the_usage_that_was_counted(
    server: ModelServer, oai: openai.OpenAI, scenario: str
) -> None:
    """prompt_tokens includes the cache, completion_tokens the reasoning."""
    response = oai.chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": f"scenario: {scenario}"}]
    )
    (served,) = server.served
    expected = SCENARIOS[scenario].usage
    assert response.usage is not None
    assert response.usage.to_dict() == served.usage
    assert response.usage.prompt_tokens == expected.input
    assert response.usage.completion_tokens == expected.output
    assert response.usage.prompt_tokens_details is not None
    assert response.usage.prompt_tokens_details.cached_tokens == (expected.cache_read or 0)
    assert response.usage.completion_tokens_details is not None
    assert response.usage.completion_tokens_details.reasoning_tokens == (expected.reasoning or 0)
    assert (response.id, response._request_id) == (served.response_id, served.request_id)
    assert (served.api, served.model, response.model) == ("chat.completions", "gpt-4o", "gpt-4o-2024-08-06")
    assert (served.status, served.streamed, served.broken) == (200, False, False)


@pytest.mark.parametrize("scenario", WHOLE)
def test_chat_stream_ends_with_usage_when_asked_to(
    server: ModelServer, oai: openai.OpenAI, scenario: str
) -> None:
    """With include_usage the last chunk has no choices and the only usage."""
    chunks = list(
        oai.chat.completions.create(
            model="gpt-4o",
            messages=[{"role": "user", "content": f"scenario: {scenario}"}],
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    (served,) = server.served
    assert [chunk.usage.to_dict() for chunk in chunks if chunk.usage] == [served.usage]
    assert chunks[-1].choices == []
    assert {chunk.id for chunk in chunks} == {served.response_id}
    assert "".join(c.delta.content or "" for chunk in chunks for c in chunk.choices).endswith("token.")
    assert (served.streamed, served.broken) == (True, False)


def test_chat_stream_carries_no_usage_unless_asked_to(server: ModelServer, oai: openai.OpenAI) -> None:
    """Without include_usage neither the chunks nor the count hold any."""
    chunks = list(
        oai.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "Hello"}], stream=True
        )
    )
    assert [chunk.usage for chunk in chunks] == [None] * len(chunks)
    assert server.served[0].usage is None


@pytest.mark.parametrize(("scenario", "sent"), [("broken", 4), ("broken_late", 6)])
def test_broken_chat_stream_raises_after_what_was_sent(
    server: ModelServer, oai: openai.OpenAI, scenario: str, sent: int
) -> None:
    """A connection closed in the middle is an error of the connection, and what it carried is counted."""
    chunks: list[ChatCompletionChunk] = []
    stream = oai.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": f"scenario: {scenario}"}],
        stream=True,
        stream_options={"include_usage": True},
    )
    with pytest.raises(openai.APIConnectionError):
        chunks.extend(stream)
    (served,) = server.served
    assert served.broken
    assert len(chunks) == sent
    carried = [chunk.usage.to_dict() for chunk in chunks if chunk.usage]
    assert carried == ([] if served.usage is None else [served.usage])


@pytest.mark.parametrize("scenario", WHOLE)
def test_response_carries_the_usage_that_was_counted(
    server: ModelServer, oai: openai.OpenAI, scenario: str
) -> None:
    """The responses API names the counts otherwise and means the same."""
    response = oai.responses.create(model="o4-mini", input=f"scenario: {scenario}")
    (served,) = server.served
    expected = SCENARIOS[scenario].usage
    assert response.usage is not None
    assert response.usage.to_dict() == served.usage
    assert (response.usage.input_tokens, response.usage.output_tokens) == (expected.input, expected.output)
    assert response.usage.input_tokens_details.cached_tokens == (expected.cache_read or 0)
    assert response.usage.output_tokens_details.reasoning_tokens == (expected.reasoning or 0)
    assert response.output_text.endswith("token.")
    assert (served.api, response.id) == ("responses", served.response_id)


@pytest.mark.parametrize("scenario", WHOLE)
def test_response_stream_completes_with_usage(server: ModelServer, oai: openai.OpenAI, scenario: str) -> None:
    """The client's own accumulation of the events arrives at the answer whose usage was counted."""
    with oai.responses.stream(model="o4-mini", input=f"scenario: {scenario}") as stream:
        events = list(stream)
        response = stream.get_final_response()
    (served,) = server.served
    assert response.usage is not None
    assert response.usage.to_dict() == served.usage
    assert (response.id, response.output_text) == (served.response_id, "The figures agree to the token.")
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert (served.api, served.streamed, served.broken) == ("responses", True, False)


@pytest.mark.parametrize("scenario", ["broken", "broken_late"])
def test_broken_response_stream_carries_no_usage(
    server: ModelServer, oai: openai.OpenAI, scenario: str
) -> None:
    """Only the last event has it."""
    stream = oai.responses.create(model="o4-mini", input=f"scenario: {scenario}", stream=True)
    with pytest.raises(openai.APIConnectionError):
        list(stream)
    (served,) = server.served
    assert (served.broken, served.usage) == (True, None)


def test_embeddings_are_one_vector_for_each_input(server: ModelServer, oai: openai.OpenAI) -> None:
    """Each input gets a vector, and the usage has a prompt only."""
    response = oai.embeddings.create(
        model="text-embedding-3-small", input=["one", "two"], encoding_format="float"
    )
    (served,) = server.served
    assert [item.embedding for item in response.data] == [[0.25, -0.5, 0.125, 1.0]] * 2
    assert response.usage.to_dict() == served.usage == {"prompt_tokens": 48, "total_tokens": 48}


def test_embeddings_are_sent_as_base64_when_asked_for(server: ModelServer) -> None:
    """The client asks for base64 by itself and unpacks it after parsing, which strict validation cannot know."""
    with openai.OpenAI(
        base_url=server.openai_url, api_key=KEY, http_client=openai.DefaultHttpxClient(trust_env=False)
    ) as client:
        response = client.embeddings.create(model="text-embedding-3-small", input="one")
    assert response.data[0].embedding == [0.25, -0.5, 0.125, 1.0]


@pytest.mark.parametrize("scenario", ANSWERING)
def test_message_carries_the_usage_that_was_counted(
    server: ModelServer, claude: anthropic.Anthropic, scenario: str
) -> None:
    """input_tokens excludes the cache; with both cache counts it is the whole input."""
    message = claude.messages.create(
        model="claude-haiku-4-5",
        max_tokens=1_000,
        messages=[{"role": "user", "content": f"scenario: {scenario}"}],
    )
    (served,) = server.served
    expected, usage = SCENARIOS[scenario].usage, message.usage
    read, written = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
    assert usage.to_dict() == served.usage
    assert usage.input_tokens + read + written == expected.input
    assert (usage.output_tokens, read) == (expected.output, expected.cache_read or 0)
    assert usage.cache_creation is not None
    split = (usage.cache_creation.ephemeral_5m_input_tokens, usage.cache_creation.ephemeral_1h_input_tokens)
    assert split == (expected.cache_write_5m or 0, expected.cache_write_1h or 0)
    assert sum(split) == written
    assert (message.id, message._request_id) == (served.response_id, served.request_id)
    assert (served.api, message.model) == ("messages", "claude-haiku-4-5-20251001")


@pytest.mark.parametrize("scenario", WHOLE)
def test_message_stream_adds_up_to_the_usage_that_was_counted(
    server: ModelServer, claude: anthropic.Anthropic, scenario: str
) -> None:
    """The client's own accumulation of message_start and message_delta is what the server counted."""
    with claude.messages.stream(
        model="claude-haiku-4-5",
        max_tokens=1_000,
        messages=[{"role": "user", "content": f"scenario: {scenario}"}],
    ) as stream:
        message = stream.get_final_message()
    (served,) = server.served
    assert message.usage.to_dict(exclude_none=True) == served.usage
    assert (message.id, served.streamed, served.broken) == (served.response_id, True, False)


@pytest.mark.parametrize(
    ("scenario", "kinds", "output"),
    [
        ("broken", {"message_start", "content_block_start", "content_block_delta"}, 2),
        (
            "broken_late",
            {
                "message_start",
                "content_block_start",
                "content_block_delta",
                "content_block_stop",
                "message_delta",
            },
            720,
        ),
    ],
)
def test_broken_message_stream_raises_after_what_was_sent(
    server: ModelServer, claude: anthropic.Anthropic, scenario: str, kinds: set[str], output: int
) -> None:
    """What was sent before the break holds the input, and of the output the last cumulative count."""
    seen = set()
    stream = claude.messages.create(
        model="claude-haiku-4-5",
        max_tokens=1_000,
        messages=[{"role": "user", "content": f"scenario: {scenario}"}],
        stream=True,
    )
    with pytest.raises(httpx2.RemoteProtocolError):  # noqa: PT012  # a stream
        for event in stream:
            seen.add(event.type)
    (served,) = server.served
    assert seen == kinds
    assert served.broken
    assert served.usage is not None
    assert served.usage["input_tokens"] == SCENARIOS[scenario].usage.input - 1_024  # type: ignore[operator]  # a table's row has an input
    assert served.usage["output_tokens"] == output


@pytest.mark.parametrize(
    ("scenario", "error"),
    [
        ("rate_limited", openai.RateLimitError),
        ("server_error", openai.InternalServerError),
        ("bad_request", openai.BadRequestError),
        ("no_such_scenario", openai.BadRequestError),
    ],
)
def test_openai_errors_are_the_clients_own(
    server: ModelServer, oai: openai.OpenAI, scenario: str, error: type[openai.APIStatusError]
) -> None:
    """Status, type and request id arrive as the client's error; nothing is billed."""
    with pytest.raises(error) as caught:
        oai.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": f"scenario: {scenario}"}]
        )
    (served,) = server.served
    assert (served.status, served.usage, served.response_id) == (caught.value.status_code, None, None)
    assert caught.value.request_id == served.request_id
    assert caught.value.type


@pytest.mark.parametrize(
    ("scenario", "error"),
    [
        ("rate_limited", anthropic.RateLimitError),
        ("server_error", anthropic.InternalServerError),
        ("bad_request", anthropic.BadRequestError),
        ("no_such_scenario", anthropic.BadRequestError),
    ],
)
def test_anthropic_errors_are_the_clients_own(
    server: ModelServer, claude: anthropic.Anthropic, scenario: str, error: type[anthropic.APIStatusError]
) -> None:
    """Status, body and request id arrive as the client's error; nothing is billed."""
    with pytest.raises(error) as caught:
        claude.messages.create(
            model="claude-haiku-4-5",
            max_tokens=10,
            messages=[{"role": "user", "content": f"scenario: {scenario}"}],
        )
    (served,) = server.served
    assert (served.status, served.usage, served.response_id) == (caught.value.status_code, None, None)
    assert caught.value.request_id == served.request_id
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["request_id"] == served.request_id


def test_clients_retry_what_was_refused_once(
    server: ModelServer, oai: openai.OpenAI, claude: anthropic.Anthropic
) -> None:
    """A retry inside the client is a second request, and only it carries usage."""
    oai.with_options(max_retries=1).chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "scenario: rate_limited_once"}]
    )
    claude.with_options(max_retries=1).messages.create(
        model="claude-haiku-4-5",
        max_tokens=10,
        messages=[{"role": "user", "content": "scenario: rate_limited_once"}],
    )
    assert [served.status for served in server.served] == [429, 200, 429, 200]
    assert [served.usage is None for served in server.served] == [True, False, True, False]


def test_twenty_requests_at_once_are_counted_apart(server: ModelServer) -> None:
    """Concurrent requests are each answered and counted once, under ids of their own."""

    async def ask() -> set[str]:
        async with openai.AsyncOpenAI(
            base_url=server.openai_url,
            api_key=KEY,
            max_retries=0,
            http_client=openai.DefaultAsyncHttpxClient(trust_env=False),
        ) as client:
            answers = await asyncio.gather(
                *(
                    client.chat.completions.create(
                        model="gpt-4o-mini", messages=[{"role": "user", "content": f"Question {number}"}]
                    )
                    for number in range(20)
                )
            )
        return {answer.id for answer in answers}

    ids = asyncio.run(ask())
    assert len(ids) == 20
    assert sorted(ids) == sorted(served.response_id or "" for served in server.served)


def test_servers_never_share_an_id() -> None:
    """Two servers, one after the other, give out different response ids."""
    ids = []
    for _ in range(2):
        with (
            ModelServer() as server,
            openai.OpenAI(
                base_url=server.openai_url,
                api_key=KEY,
                http_client=openai.DefaultHttpxClient(trust_env=False),
            ) as client,
        ):
            ids.append(client.chat.completions.create(model="local-model", messages=[]).id)
    assert ids[0] != ids[1]


def test_server_leaves_no_thread_and_no_socket(oai_client: openai.OpenAI) -> None:
    """After whole, broken and abandoned answers and a silent visitor, threads and sockets are gone."""
    before = set(threading.enumerate())
    with ModelServer() as server, socket.socket() as silent:
        port = int(server.anthropic_url.rpartition(":")[2])
        silent.connect(("127.0.0.1", port))
        client = oai_client.with_options(base_url=server.openai_url)
        for scenario in ("plain", "broken"):
            stream = client.chat.completions.create(
                model="gpt-4o", messages=[{"role": "user", "content": f"scenario: {scenario}"}], stream=True
            )
            with stream:
                next(stream)
        silent.close()
    assert set(threading.enumerate()) == before
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def test_unknown_path_is_not_found_and_not_counted(server: ModelServer, oai: openai.OpenAI) -> None:
    """What is no endpoint is answered 404 and stays out of the count."""
    with pytest.raises(openai.NotFoundError):
        oai.moderations.create(input="Hello")
    assert server.served == ()
