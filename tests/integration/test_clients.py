"""The real clients inside our calls, against a server that knows what it served."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anthropic
import httpx2
import openai
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.util._once import Once

import otel_usage
from otel_usage.demo.scenarios import SCENARIOS
from otel_usage.demo.server import ModelServer
from otel_usage.home import Home
from otel_usage.ledger.dimensions import Dimension
from otel_usage.ledger.queries import breakdown, totals
from otel_usage.ledger.selection import Selection
from otel_usage.ledger.store import Ledger
from otel_usage.records import Status, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
    from pathlib import Path

    from otel_usage.spans.inference import Inference

    Booked = Callable[[], list[UsageRecord]]

GPT_4O = {"uncached": 2_500, "read": 1_250, "output": 10_000}
SONNET = {"uncached": 3_000, "read": 300, "5m": 3_750, "1h": 6_000, "output": 15_000}
"""Nano-dollars a token: $2.50 a million are 2,500."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home of the test's own."""
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    otel_usage.configure(home=tmp_path / "home")
    yield Home(tmp_path / "home")
    otel_usage.shutdown()


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A server of the test's own."""
    with ModelServer() as running:
        yield running


@pytest.fixture(scope="module")
def oai_client() -> Iterator[openai.OpenAI]:
    """The real OpenAI client; made once, as that is slow."""
    with openai.OpenAI(
        api_key="none", max_retries=0, http_client=openai.DefaultHttpxClient(trust_env=False)
    ) as client:
        yield client


@pytest.fixture
def oai(server: ModelServer, oai_client: openai.OpenAI) -> openai.OpenAI:
    """The OpenAI client, pointed at the server."""
    return oai_client.with_options(base_url=server.openai_url)


@pytest.fixture(scope="module")
def claude_client() -> Iterator[anthropic.Anthropic]:
    """The real Anthropic client; made once, as that is slow."""
    with anthropic.Anthropic(
        api_key="none", max_retries=0, http_client=anthropic.DefaultHttpxClient(trust_env=False)
    ) as client:
        yield client


@pytest.fixture
def claude(server: ModelServer, claude_client: anthropic.Anthropic) -> anthropic.Anthropic:
    """The Anthropic client, pointed at the server."""
    return claude_client.with_options(base_url=server.anthropic_url)


@pytest.fixture
def booked(home: Home) -> Booked:
    """The ledger's calls, in the order of their start."""

    def read() -> list[UsageRecord]:
        from otel_usage.ledger.rows import COLUMNS, from_row  # noqa: PLC0415  # only here

        otel_usage.flush()
        with Ledger(home, zone="UTC") as ledger:
            assert ledger.ingest(wait=5.0).complete
            rows = ledger.connection.execute(f"SELECT {', '.join(COLUMNS)} FROM call ORDER BY start")  # noqa: S608  # column names
            return [from_row(row) for row in rows]

    return read


def ask(text: str) -> list[Any]:
    """A conversation that names its scenario."""
    return [{"role": "user", "content": f"scenario: {text}"}]


def start(client: Any, scenario: str) -> Any:
    """A stream of either library; of the async client something to await."""
    asked: dict[str, Any] = {"model": "m", "messages": ask(scenario), "stream": True}
    if isinstance(client, openai.OpenAI | openai.AsyncOpenAI):
        return client.chat.completions.create(**asked, stream_options={"include_usage": True})
    return client.messages.create(**asked, max_tokens=9)


def served(usage: Mapping[str, Any] | None) -> TokenUsage:
    """What the server says that it served, in canonical form, by each API's own words."""
    if usage is None:
        return TokenUsage()
    if "prompt_tokens" in usage:
        details = usage.get("prompt_tokens_details", {})
        return TokenUsage(
            input=usage["prompt_tokens"],
            output=usage.get("completion_tokens"),
            cache_read=details.get("cached_tokens"),
            reasoning=usage.get("completion_tokens_details", {}).get("reasoning_tokens"),
        )
    if "input_tokens_details" in usage:
        return TokenUsage(
            input=usage["input_tokens"],
            output=usage["output_tokens"],
            cache_read=usage["input_tokens_details"]["cached_tokens"],
            cache_write_5m=usage["input_tokens_details"]["cache_write_tokens"],
            reasoning=usage["output_tokens_details"]["reasoning_tokens"],
        )
    written = usage["cache_creation"]
    short, long = written["ephemeral_5m_input_tokens"], written["ephemeral_1h_input_tokens"]
    return TokenUsage(
        input=usage["input_tokens"] + usage["cache_read_input_tokens"] + short + long,
        output=usage["output_tokens"],
        cache_read=usage["cache_read_input_tokens"],
        cache_write_5m=short,
        cache_write_1h=long,
    )


@pytest.mark.parametrize("scenario", ["plain", "brief", "long", "cached", "reasoning"])
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_a_chat_completion_is_booked_to_the_token(
    server: ModelServer, oai: openai.OpenAI, booked: Booked, scenario: str, *, streamed: bool
) -> None:
    """Tokens, model, id and money, whether it came at once or in pieces."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        if streamed:
            chunks = oai.chat.completions.create(
                model="gpt-4o", messages=ask(scenario), stream=True, stream_options={"include_usage": True}
            )
            for _ in call.stream(chunks):
                pass
        else:
            call.record(oai.chat.completions.create(model="gpt-4o", messages=ask(scenario)))
    (sent,), (record,) = server.served, booked()
    assert record.usage == served(sent.usage)
    expected = SCENARIOS[scenario].usage
    uncached = (expected.input or 0) - expected.cached
    assert record.cost.nanos == (
        uncached * GPT_4O["uncached"]
        + (expected.cache_read or 0) * GPT_4O["read"]
        + (expected.output or 0) * GPT_4O["output"]
    )
    assert (record.response_model, record.response_id, record.status) == (
        "gpt-4o-2024-08-06",
        sent.response_id,
        Status.OK,
    )
    assert (record.time_to_first_chunk is not None) is streamed


@pytest.mark.parametrize("way", ["whole", "streamed", "accumulated"])
def test_an_answer_of_the_responses_api_is_booked_to_the_token(
    server: ModelServer, oai: openai.OpenAI, booked: Booked, way: str
) -> None:
    """o4-mini: 900 in at $1.10, 2,400 out at $4.40 a million, of which 1,920 were reasoning."""
    asked: dict[str, Any] = {"model": "o4-mini", "input": "scenario: reasoning"}
    with otel_usage.inference("openai", model="o4-mini") as call:
        if way == "whole":
            call.record(oai.responses.create(**asked))
        elif way == "streamed":
            for _ in call.stream(oai.responses.create(**asked, stream=True)):
                pass
        else:
            with oai.responses.stream(**asked) as stream:
                for _ in call.stream(stream):
                    pass
    (sent,), (record,) = server.served, booked()
    assert record.usage == served(sent.usage)
    assert record.usage.reasoning == 1_920
    assert record.cost.nanos == 900 * 1_100 + 2_400 * 4_400
    assert (record.response_id, record.status) == (sent.response_id, Status.OK)


def test_embeddings_are_booked_to_the_token(server: ModelServer, oai: openai.OpenAI, booked: Booked) -> None:
    """text-embedding-3-small at $0.02 a million; there is no output."""
    with otel_usage.inference("openai", model="text-embedding-3-small", operation="embeddings") as call:
        call.record(oai.embeddings.create(model="text-embedding-3-small", input="scenario: long"))
    (sent,), (record,) = server.served, booked()
    assert record.usage == served(sent.usage) == TokenUsage(input=18_400)
    assert record.cost.nanos == 18_400 * 20


MESSAGES = ["plain", "cache_write_5m", "cache_write_1h", "cache_write_both", "cache_read"]


@pytest.mark.parametrize("scenario", MESSAGES)
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_a_message_is_booked_to_the_token(
    server: ModelServer, claude: anthropic.Anthropic, booked: Booked, scenario: str, *, streamed: bool
) -> None:
    """Each lifetime of a cache write at its own price."""
    model = "claude-sonnet-4-6"
    with otel_usage.inference("anthropic", model=model) as call:
        if streamed:
            events = claude.messages.create(model=model, max_tokens=9, messages=ask(scenario), stream=True)
            for _ in call.stream(events):
                pass
        else:
            call.record(claude.messages.create(model=model, max_tokens=9, messages=ask(scenario)))
    (sent,), (record,) = server.served, booked()
    assert record.usage == served(sent.usage)
    expected = SCENARIOS[scenario].usage
    uncached = (expected.input or 0) - expected.cached
    assert record.cost.nanos == (
        uncached * SONNET["uncached"]
        + (expected.cache_read or 0) * SONNET["read"]
        + (expected.cache_write_5m or 0) * SONNET["5m"]
        + (expected.cache_write_1h or 0) * SONNET["1h"]
        + (expected.output or 0) * SONNET["output"]
    )
    assert (record.response_id, record.service_tier) == (sent.response_id, "standard")


def iterated(call: Inference, stream: Any) -> None:
    """Every event, in the manager's place."""
    with call.stream(stream) as events:
        for _ in events:
            pass


def as_text(call: Inference, stream: Any) -> None:
    """The words alone, through the client's shortcut."""
    with call.stream(stream) as events:
        assert "".join(events.text_stream) == "The figures agree to the token."


def to_the_end(call: Inference, stream: Any) -> None:
    """The final message alone, through the client's shortcut."""
    with call.stream(stream) as events:
        assert events.get_final_message().stop_reason == "end_turn"


def recorded(call: Inference, stream: Any) -> None:
    """The stream is the application's, its final message is recorded."""
    with stream as events:
        call.record(events.get_final_message())


@pytest.mark.parametrize("read", [iterated, as_text, to_the_end, recorded])
def test_an_accumulating_message_stream_is_booked_to_the_token(
    server: ModelServer, claude: anthropic.Anthropic, booked: Booked, read: Callable[[Inference, Any], None]
) -> None:
    """However it is read; its derived events repeat the usage, and the last of them counts."""
    model = "claude-sonnet-4-6"
    with otel_usage.inference("anthropic", model=model) as call:
        read(call, claude.messages.stream(model=model, max_tokens=9, messages=ask("cache_write_both")))
    (sent,), (record,) = server.served, booked()
    assert record.usage == served(sent.usage)
    assert (record.status, record.response_id) == (Status.OK, sent.response_id)


@pytest.mark.parametrize("around", [False, True], ids=["iterated", "final"])
def test_an_accumulating_chat_stream_is_booked_to_the_token(
    server: ModelServer, oai: openai.OpenAI, booked: Booked, *, around: bool
) -> None:
    """OpenAI's events carry the chunks that they are made of."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        manager: Any = oai.chat.completions.stream(
            model="gpt-4o", messages=ask("cached"), stream_options={"include_usage": True}
        )
        with call.stream(manager) as stream:
            if around:
                stream.get_final_completion()
            else:
                list(stream)
    (sent,), (record,) = server.served, booked()
    assert record.usage == served(sent.usage)
    assert (record.status, record.response_id) == (Status.OK, sent.response_id)


def test_raw_responses_are_booked_to_the_token(
    server: ModelServer, oai: openai.OpenAI, claude: anthropic.Anthropic, booked: Booked
) -> None:
    """As applications take them that want the headers too."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(oai.chat.completions.with_raw_response.create(model="gpt-4o", messages=ask("cached")))
    with otel_usage.inference("anthropic", model="claude-sonnet-4-6") as call:
        call.record(
            claude.messages.with_raw_response.create(
                model="claude-sonnet-4-6", max_tokens=9, messages=ask("cache_write_both")
            )
        )
    records = booked()
    assert [record.usage for record in records] == [served(sent.usage) for sent in server.served]
    assert [record.response_id for record in records] == [sent.response_id for sent in server.served]


def test_the_requests_ids_are_booked(
    server: ModelServer, oai: openai.OpenAI, claude: anthropic.Anthropic, booked: Booked
) -> None:
    """Of a whole answer, a raw one and a stream, from either library: other tools' telemetry knows a call by it."""
    asked: dict[str, Any] = {"model": "m", "max_tokens": 9, "messages": ask("plain")}
    with otel_usage.inference("openai", model="m") as call:
        call.record(oai.chat.completions.create(**asked))
    with otel_usage.inference("anthropic", model="m") as call:
        call.record(claude.messages.with_raw_response.create(**asked))
    for name, client in (("openai", oai.chat.completions), ("anthropic", claude.messages)):
        with otel_usage.inference(name, model="m") as call:
            for _ in call.stream(client.create(**asked, stream=True)):
                pass
    assert [record.request_id for record in booked()] == [sent.request_id for sent in server.served]


@pytest.mark.parametrize(
    ("scenario", "error"),
    [
        ("rate_limited", openai.RateLimitError),
        ("server_error", openai.InternalServerError),
        ("bad_request", openai.BadRequestError),
    ],
)
def test_an_error_reaches_the_application_and_is_booked(
    oai: openai.OpenAI, booked: Booked, scenario: str, error: type[Exception]
) -> None:
    """With its class and text, and no tokens."""
    with pytest.raises(error) as caught, otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(oai.chat.completions.create(model="gpt-4o", messages=ask(scenario)))
    (record,) = booked()
    assert (record.status, record.error_type) == (Status.ERROR, error.__name__)
    assert record.error_message == str(caught.value)
    assert (record.usage, record.cost.nanos) == (TokenUsage(), None)


def test_an_error_of_the_anthropic_client_is_booked(claude: anthropic.Anthropic, booked: Booked) -> None:
    """The same for the other library."""
    with pytest.raises(anthropic.RateLimitError), otel_usage.inference("anthropic", model="m") as call:
        call.record(claude.messages.create(model="m", max_tokens=9, messages=ask("rate_limited")))
    (record,) = booked()
    assert (record.status, record.error_type) == (Status.ERROR, "RateLimitError")


def test_an_answer_that_is_a_failure_is_booked_as_an_error(booked: Booked) -> None:
    """The responses API answers 200 to a call that failed later; what it used is billed all the same."""
    usage = {"input_tokens": 900, "output_tokens": 40}
    with otel_usage.inference("openai", model="o4-mini") as call:
        call.record({"id": "resp_1", "status": "failed", "error": {"code": "server_error"}, "usage": usage})
    (record,) = booked()
    assert (record.status, record.error_type) == (Status.ERROR, "server_error")
    assert record.usage == TokenUsage(input=900, output=40)


def test_a_stream_without_usage_is_of_unknown_cost(
    server: ModelServer, oai: openai.OpenAI, booked: Booked
) -> None:
    """OpenAI sends it only when asked to; 0 would be a lie."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        for _ in call.stream(oai.chat.completions.create(model="gpt-4o", messages=ask("plain"), stream=True)):
            pass
    (sent,), (record,) = server.served, booked()
    assert sent.usage is None
    assert (record.status, record.usage, record.cost.nanos) == (Status.OK, TokenUsage(), None)


@pytest.mark.parametrize("scenario", ["broken", "broken_late"])
@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_stream_that_breaks_is_partial_with_what_was_said(
    server: ModelServer,
    oai: openai.OpenAI,
    claude: anthropic.Anthropic,
    booked: Booked,
    provider: str,
    scenario: str,
) -> None:
    """Anthropic says the input first and the output late, OpenAI says everything at the end or nothing."""

    def read_to_the_break() -> None:
        with otel_usage.inference(provider, model="m") as call:
            for _ in call.stream(start(oai if provider == "openai" else claude, scenario)):
                pass

    with pytest.raises(Exception) as caught:  # noqa: PT011  # whatever the HTTP library calls it
        read_to_the_break()
    (sent,), (record,) = server.served, booked()
    assert sent.broken
    assert (record.status, record.error_type) == (Status.PARTIAL, type(caught.value).__qualname__)
    assert record.usage == served(sent.usage)
    assert (record.usage == TokenUsage()) is ((provider, scenario) == ("openai", "broken"))


def test_a_stream_of_the_responses_api_that_breaks_has_no_usage(oai: openai.OpenAI, booked: Booked) -> None:
    """Its last event alone carries it."""

    def read_to_the_break() -> None:
        with otel_usage.inference("openai", model="o4-mini") as call:
            for _ in call.stream(
                oai.responses.create(model="o4-mini", input="scenario: broken_late", stream=True)
            ):
                pass

    with pytest.raises(openai.APIConnectionError):
        read_to_the_break()
    (record,) = booked()
    assert (record.status, record.usage, record.cost.nanos) == (Status.PARTIAL, TokenUsage(), None)


def test_a_stream_that_the_application_leaves_is_partial(claude: anthropic.Anthropic, booked: Booked) -> None:
    """With the input, and the output as it stood with the first event: 2 of 350 tokens."""
    with (
        otel_usage.inference("anthropic", model="claude-sonnet-4-6") as call,
        call.stream(start(claude, "plain")) as events,
    ):
        next(events)
    (record,) = booked()
    assert (record.status, record.usage.input, record.usage.output) == (Status.PARTIAL, 1_200, 2)


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_retry_inside_the_client_is_one_call(
    server: ModelServer, oai: openai.OpenAI, claude: anthropic.Anthropic, booked: Booked, provider: str
) -> None:
    """Refused once, answered then: what was answered is what is billed."""
    client: Any = (oai if provider == "openai" else claude).with_options(max_retries=2)
    with otel_usage.inference(provider, model="m") as call:
        for _ in call.stream(start(client, "rate_limited_once")):
            pass
    refused, answered = server.served
    (record,) = booked()
    assert (refused.status, answered.status) == (429, 200)
    assert (record.status, record.usage) == (Status.OK, served(answered.usage))


@asynccontextmanager
async def clients(server: ModelServer) -> AsyncIterator[tuple[openai.AsyncOpenAI, anthropic.AsyncAnthropic]]:
    """The real async clients; they look for a proxy unless they are given a transport."""

    def direct() -> httpx2.AsyncHTTPTransport:
        return httpx2.AsyncHTTPTransport(trust_env=False)

    async with (
        openai.AsyncOpenAI(
            base_url=server.openai_url,
            api_key="none",
            max_retries=0,
            http_client=openai.DefaultAsyncHttpxClient(trust_env=False, transport=direct()),
        ) as oai,
        anthropic.AsyncAnthropic(
            base_url=server.anthropic_url,
            api_key="none",
            max_retries=0,
            http_client=anthropic.DefaultAsyncHttpxClient(trust_env=False, transport=direct()),
        ) as claude,
    ):
        yield oai, claude


async def ask_whole(oai: openai.AsyncOpenAI, claude: anthropic.AsyncAnthropic, number: int) -> None:
    """One call, in turns of the one and the other library."""
    if number % 2:
        with otel_usage.inference("openai", model="m", session_id=f"session-{number}") as call:
            call.record(await oai.chat.completions.create(model="m", messages=ask("cached")))
    else:
        with otel_usage.inference("anthropic", model="m", session_id=f"session-{number}") as call:
            call.record(
                await claude.messages.create(model="m", max_tokens=9, messages=ask("cache_write_both"))
            )


async def ask_streamed(oai: openai.AsyncOpenAI, claude: anthropic.AsyncAnthropic, number: int) -> None:
    """The same as streams."""
    provider, client, scenario = (
        ("openai", oai, "cached") if number % 2 else ("anthropic", claude, "cache_write_both")
    )
    with otel_usage.inference(provider, model="m", session_id=f"session-{number}") as call:
        async for _ in call.stream(await start(client, scenario)):
            pass


@pytest.mark.parametrize("one", [ask_whole, ask_streamed])
def test_twenty_calls_at_once_are_booked_to_the_token(
    server: ModelServer,
    booked: Booked,
    one: Callable[[openai.AsyncOpenAI, anthropic.AsyncAnthropic, int], Awaitable[None]],
) -> None:
    """Each answer is booked with the call that it belongs to."""

    async def all_at_once() -> None:
        async with clients(server) as (oai, claude):
            await asyncio.gather(*(one(oai, claude, number) for number in range(20)))

    asyncio.run(all_at_once())
    records = booked()
    assert len(server.served) == 20
    assert {record.response_id: record.usage for record in records} == {
        sent.response_id: served(sent.usage) for sent in server.served
    }
    assert {(record.session_id, record.provider) for record in records} == {
        (f"session-{number}", "openai" if number % 2 else "anthropic") for number in range(20)
    }
    assert {record.status for record in records} == {Status.OK}


@pytest.mark.parametrize("scenario", ["broken", "broken_late"])
@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_an_async_stream_that_breaks_is_partial_with_what_was_said(
    server: ModelServer, booked: Booked, provider: str, scenario: str
) -> None:
    """The same rules."""

    async def read_to_the_break() -> None:
        async with clients(server) as (oai, claude):
            with otel_usage.inference(provider, model="m") as call:
                async for _ in call.stream(await start(oai if provider == "openai" else claude, scenario)):
                    pass

    with pytest.raises(Exception) as caught:  # noqa: PT011  # whatever the HTTP library calls it
        asyncio.run(read_to_the_break())
    (sent,), (record,) = server.served, booked()
    assert (record.status, record.error_type) == (Status.PARTIAL, type(caught.value).__qualname__)
    assert record.usage == served(sent.usage)


def test_an_async_stream_that_the_application_leaves_is_partial(server: ModelServer, booked: Booked) -> None:
    """And the client's connection is closed."""

    async def leave() -> None:
        async with clients(server) as (_, claude):
            with otel_usage.inference("anthropic", model="m") as call:
                async with call.stream(await start(claude, "plain")) as events:
                    await anext(events)
                assert events.response.is_closed

    asyncio.run(leave())
    (record,) = booked()
    assert (record.status, record.usage.input, record.usage.output) == (Status.PARTIAL, 1_200, 2)


def test_an_accumulating_async_stream_is_booked_to_the_token(server: ModelServer, booked: Booked) -> None:
    """Entered through us, its words read through the client's shortcut."""

    async def read() -> str:
        async with clients(server) as (_, claude):
            with otel_usage.inference("anthropic", model="m") as call:
                manager: Any = claude.messages.stream(model="m", max_tokens=9, messages=ask("cache_read"))
                async with call.stream(manager) as stream:
                    return "".join([word async for word in stream.text_stream])

    assert asyncio.run(read()) == "The figures agree to the token."
    (sent,), (record,) = server.served, booked()
    assert (record.status, record.usage) == (Status.OK, served(sent.usage))


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_the_clients_own_spans_are_not_counted_again(
    server: ModelServer,
    claude: anthropic.Anthropic,
    home: Home,
    booked: Booked,
    monkeypatch: pytest.MonkeyPatch,
    *,
    streamed: bool,
) -> None:
    """The anthropic client makes a span of its own, with the same tokens, once there is a provider."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", Once())
    trace.set_tracer_provider(provider)
    otel_usage.configure(home=home.root)
    with otel_usage.inference("anthropic", model="m") as call:
        if streamed:
            for _ in call.stream(start(claude, "cached")):
                pass
        else:
            call.record(claude.messages.create(model="m", max_tokens=9, messages=ask("cached")))
    scopes = {
        span.instrumentation_scope.name
        for span in exporter.get_finished_spans()
        if span.instrumentation_scope
    }
    (sent,), (record,) = server.served, booked()
    assert "com.anthropic.sdk.python" in scopes
    assert (record.usage, record.response_id) == (served(sent.usage), sent.response_id)
    provider.shutdown()


def test_the_ledgers_sums_are_those_of_everything_that_was_served(
    server: ModelServer, oai: openai.OpenAI, claude: anthropic.Anthropic, home: Home, booked: Booked
) -> None:
    """Two libraries, two agents, one ledger."""
    for scenario in ("plain", "cached", "long"):
        with otel_usage.inference("openai", model="gpt-4o", agent="a", job_id="j") as call:
            call.record(oai.chat.completions.create(model="gpt-4o", messages=ask(scenario)))
        with otel_usage.inference("anthropic", model="claude-sonnet-4-6", agent="b") as call:
            call.record(
                claude.messages.create(model="claude-sonnet-4-6", max_tokens=9, messages=ask(scenario))
            )
    records = booked()
    expected = [served(sent.usage) for sent in server.served]
    with Ledger(home, zone="UTC") as ledger:
        whole = totals(ledger, Selection())
        agents = breakdown(ledger, Dimension.AGENT, Selection())
        job = totals(ledger, Selection(job_id="j"))
    assert whole.calls == len(server.served) == 6
    assert whole.input == sum(usage.input or 0 for usage in expected)
    assert whole.output == sum(usage.output or 0 for usage in expected)
    assert whole.cache_read == sum(usage.cache_read or 0 for usage in expected)
    assert whole.nanos == sum(record.cost.nanos or 0 for record in records)
    assert sum(sums.nanos for sums in agents.values()) == whole.nanos
    assert job == agents["a"]
