"""A client's stream, read in its place."""

from __future__ import annotations

import asyncio
import copy
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

import pytest

from otel_usage.spans.responses import Reported, StreamReader
from otel_usage.spans.streams import ObservedStream
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from types import TracebackType

USAGE = {"prompt_tokens": 10, "completion_tokens": 4}
CHUNKS: list[dict[str, Any]] = [{"id": "chatcmpl-1", "model": "m"}, {"model": "m"}, {"usage": USAGE}]
WHOLE = Reported(usage=TokenUsage(input=10, output=4), model="m", response_id="chatcmpl-1")
HEAD = Reported(model="m", response_id="chatcmpl-1")


class ClientStream:
    """As the clients' streams are: of both kinds here, read once, closed, entered."""

    def __init__(self, chunks: list[Any], error: BaseException | None = None) -> None:
        self.closed = 0
        self.error = error
        self.response = SimpleNamespace(headers={"x-request-id": "req_1"})
        self._left = iter(chunks)

    def __next__(self) -> Any:
        for chunk in self._left:
            return chunk
        if self.error is not None:
            raise self.error
        raise StopIteration

    def __iter__(self) -> Iterator[Any]:
        while True:
            try:
                chunk = next(self)
            except StopIteration:
                return
            yield chunk

    async def __anext__(self) -> Any:
        await asyncio.sleep(0)
        try:
            return next(self)
        except StopIteration:
            raise StopAsyncIteration from None

    async def __aiter__(self) -> AsyncIterator[Any]:
        while True:
            try:
                chunk = await anext(self)
            except StopAsyncIteration:
                return
            yield chunk

    def close(self) -> None:
        """Count."""
        self.closed += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Manager:
    """As ``client.messages.stream(...)`` gives: not a stream, it gives one when it is entered."""

    def __init__(self, stream: ClientStream) -> None:
        self.stream = stream

    def __enter__(self) -> ClientStream:
        return self.stream

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stream.close()

    async def __aenter__(self) -> ClientStream:
        return self.stream

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stream.close()


class Observed:
    """An observed stream and the failures that it told of."""

    def __init__(self, chunks: Any) -> None:
        self.failures: list[Exception] = []
        self.began = time.perf_counter_ns()
        self.stream: ObservedStream[Any] = ObservedStream(
            chunks, reader=StreamReader(), began=self.began, failed=self.failures.append
        )


def of_client(reported: Reported) -> Reported:
    """What is reported of a stream whose response has headers."""
    return Reported(
        usage=reported.usage, model=reported.model, response_id=reported.response_id, request_id="req_1"
    )


@pytest.mark.parametrize(
    "chunks", [CHUNKS, iter(CHUNKS), (chunk for chunk in CHUNKS)], ids=["list", "iterator", "generator"]
)
def test_the_chunks_pass_unchanged(chunks: Any) -> None:
    """The same objects in the same order, and what they say is known."""
    observed = Observed(chunks)
    passed = list(observed.stream)
    assert [id(chunk) for chunk in passed] == [id(chunk) for chunk in CHUNKS]
    assert (observed.stream.broken, observed.stream.reported) == (False, WHOLE)


def test_an_async_stream_passes_the_same() -> None:
    """With ``async for``."""

    async def read() -> None:
        observed = Observed(ClientStream(CHUNKS))
        assert [chunk async for chunk in observed.stream] == CHUNKS
        assert (observed.stream.broken, observed.stream.reported) == (False, of_client(WHOLE))

    asyncio.run(read())


def test_the_time_to_the_first_chunk_is_since_the_begin_of_the_call() -> None:
    """It is known once there was one, and stays."""
    observed = Observed(CHUNKS)
    next(observed.stream)
    first = observed.stream.first_chunk
    assert first is not None
    assert 0 < first <= time.perf_counter_ns() - observed.began
    list(observed.stream)
    assert observed.stream.first_chunk == first


def test_a_stream_that_is_never_read_is_broken() -> None:
    """Nothing is known of it."""
    observed = Observed(ClientStream(CHUNKS))
    assert (observed.stream.broken, observed.stream.first_chunk) == (True, None)
    assert observed.stream.reported == of_client(Reported())


def test_a_stream_that_is_left_is_broken_and_can_be_gone_on_with() -> None:
    """As the clients' streams go on where they were left."""
    observed = Observed(ClientStream(CHUNKS))
    for _ in observed.stream:
        break
    assert (observed.stream.broken, observed.stream.reported) == (True, of_client(HEAD))
    assert next(observed.stream) == CHUNKS[1]
    assert list(observed.stream) == CHUNKS[2:]
    assert (observed.stream.broken, observed.stream.reported) == (False, of_client(WHOLE))
    assert list(observed.stream) == []


def test_chunks_can_be_asked_for_one_by_one() -> None:
    """With ``next`` and ``anext``, up to the end."""
    observed = Observed(ClientStream(CHUNKS[:1]))
    assert next(observed.stream) == CHUNKS[0]
    with pytest.raises(StopIteration):
        next(observed.stream)
    assert not observed.stream.broken

    async def read() -> None:
        observed = Observed(ClientStream(CHUNKS[:1]))
        assert await anext(observed.stream) == CHUNKS[0]
        assert observed.stream.broken
        with pytest.raises(StopAsyncIteration):
            await anext(observed.stream)
        assert not observed.stream.broken

    asyncio.run(read())


@pytest.mark.parametrize("error", [ConnectionError("gone"), KeyboardInterrupt(), GeneratorExit()], ids=repr)
def test_an_error_of_the_client_passes_unchanged(error: BaseException) -> None:
    """The same object, and the stream is broken."""
    observed = Observed(ClientStream(CHUNKS[:1], error))
    with pytest.raises(type(error)) as caught:
        list(observed.stream)
    assert caught.value is error
    assert (observed.stream.broken, observed.failures) == (True, [])


def test_an_error_of_an_async_client_passes_unchanged() -> None:
    """The same for ``async for``."""
    error = ConnectionError("gone")

    async def read() -> None:
        observed = Observed(ClientStream(CHUNKS[:1], error))
        with pytest.raises(ConnectionError) as caught:
            assert [chunk async for chunk in observed.stream] == []
        assert caught.value is error
        assert observed.stream.broken

    asyncio.run(read())


def test_a_cancelled_task_leaves_its_stream_broken() -> None:
    """The cancellation passes through."""

    async def read() -> None:
        waiting = asyncio.Event()

        async def chunks() -> AsyncIterator[dict[str, Any]]:
            yield CHUNKS[0]
            waiting.set()
            await asyncio.Event().wait()

        observed = Observed(chunks())

        async def task() -> None:
            async for _ in observed.stream:
                pass

        running = asyncio.create_task(task())
        await waiting.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert (observed.stream.broken, observed.stream.reported) == (True, HEAD)

    asyncio.run(read())


@pytest.mark.parametrize(
    "last", ["message_stop", "response.completed", "response.incomplete", "response.failed"]
)
def test_a_stream_that_is_left_after_its_last_event_is_whole(last: str) -> None:
    """The answer was there; nothing is missing."""
    observed = Observed([{"type": last}, {"type": "never read"}])
    next(observed.stream)
    assert not observed.stream.broken


class Unreadable:
    """A chunk whose parts raise."""

    @property
    def usage(self) -> object:
        """Not there."""
        raise OSError("not loaded")


def test_a_chunk_that_cannot_be_read_is_told_and_passed_on() -> None:
    """And what the others say is kept."""
    chunk = Unreadable()
    observed = Observed([*CHUNKS, chunk])
    assert list(observed.stream)[-1] is chunk
    assert [repr(error) for error in observed.failures] == ["OSError('not loaded')"]
    assert observed.stream.reported == WHOLE


def test_a_usage_that_cannot_be_read_is_told_when_it_is_asked_for() -> None:
    """Its details are only looked at then."""

    class Details:
        @property
        def cached_tokens(self) -> int:
            raise OSError("not loaded")

    observed = Observed([{"usage": {**USAGE, "prompt_tokens_details": Details()}}])
    list(observed.stream)
    assert observed.stream.reported == Reported()
    assert [repr(error) for error in observed.failures] == ["OSError('not loaded')"]


def test_entering_and_leaving_are_the_clients() -> None:
    """Its stream is closed."""
    client = ClientStream(CHUNKS)
    observed = Observed(client)
    with observed.stream as entered:
        assert entered is observed.stream
        assert list(entered) == CHUNKS
        assert client.closed == 0
    assert (client.closed, observed.stream.broken) == (1, False)


def test_a_manager_gives_its_stream_when_it_is_entered() -> None:
    """As the clients' accumulating streams do."""
    client = ClientStream(CHUNKS)
    observed = Observed(Manager(client))
    with observed.stream as entered:
        assert list(entered) == CHUNKS
    assert (client.closed, observed.stream.reported) == (1, of_client(WHOLE))


@pytest.mark.parametrize("managed", [False, True], ids=["stream", "manager"])
def test_async_entering_and_leaving_are_the_clients(managed: bool) -> None:  # noqa: FBT001  # a parameter of pytest
    """Of a stream and of a manager."""

    async def read() -> None:
        client = ClientStream(CHUNKS)
        observed = Observed(Manager(client) if managed else client)
        async with observed.stream as entered:
            assert [chunk async for chunk in entered] == CHUNKS
        assert (client.closed, observed.stream.broken) == (1, False)

    asyncio.run(read())


def test_an_error_inside_the_context_reaches_the_client() -> None:
    """Which closes its stream and lets it pass."""
    client = ClientStream(CHUNKS)

    def leave_by_an_error() -> None:
        with Observed(client).stream as entered:
            next(entered)
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        leave_by_an_error()
    assert client.closed == 1


def test_everything_else_is_the_clients() -> None:
    """Methods and attributes, also those that are missing."""
    client = ClientStream(CHUNKS)
    stream = Observed(client).stream
    stream.close()
    assert (client.closed, stream.response) == (1, client.response)
    with pytest.raises(AttributeError, match="no_such_thing"):
        _ = stream.no_such_thing


def test_what_is_no_stream_fails_as_it_would_alone() -> None:
    """The application's mistake is the application's error."""
    with pytest.raises(TypeError, match="not iterable"):
        iter(Observed(5).stream)
    with pytest.raises(TypeError, match="async"):
        aiter(Observed(CHUNKS).stream)


def test_a_copy_does_not_recurse() -> None:
    """Debuggers and test tools copy what they are given."""
    observed = Observed(CHUNKS)
    assert list(copy.copy(observed.stream)) == CHUNKS


class Accumulating(ClientStream):
    """A client's stream that keeps the answer as it stands, with a shortcut that reads around us."""

    answer: Any = None

    @property
    def current_message_snapshot(self) -> Any:
        """The answer, once there is one."""
        assert self.answer is not None
        return self.answer

    def get_final_message(self) -> Any:
        """Arrive at the answer."""
        self.answer = {
            "id": "msg_1",
            "model": "claude-sonnet-4-6",
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 100, "output_tokens": 20, "cache_read_input_tokens": 50},
        }
        return self.answer


def test_what_was_read_around_us_is_taken_from_the_clients_account() -> None:
    """The tokens are right, and the answer came to its end."""
    observed = Observed(Accumulating(CHUNKS))
    assert observed.stream.get_final_message()["id"] == "msg_1"
    assert not observed.stream.broken
    assert observed.stream.reported.usage == TokenUsage(input=100 + 50, output=20, cache_read=50)


def test_an_account_that_has_nothing_yet_says_nothing() -> None:
    """The clients assert that something came."""
    observed = Observed(Accumulating(CHUNKS))
    assert (observed.stream.broken, observed.stream.reported) == (True, of_client(Reported()))
    assert observed.failures == []


@pytest.mark.parametrize(("reason", "broken"), [("stop", False), (None, True)])
def test_an_account_of_openais_says_by_its_choices_whether_it_ended(
    reason: str | None, *, broken: bool
) -> None:
    """And its usage, where it was asked for."""
    client = ClientStream(CHUNKS)
    account = SimpleNamespace(choices=[SimpleNamespace(finish_reason=reason)], usage=USAGE)
    client.current_completion_snapshot = account  # type: ignore[attr-defined]  # as the client's subclass has it
    observed = Observed(client)
    assert observed.stream.broken is broken
    assert observed.stream.reported.usage == TokenUsage(input=10, output=4)


def test_a_stream_that_failed_is_broken_whatever_the_account_says() -> None:
    """The reason to stop comes before the last event does."""
    client = Accumulating(CHUNKS, ConnectionError("gone"))
    observed = Observed(client)
    with pytest.raises(ConnectionError):
        list(observed.stream)
    client.get_final_message()
    assert observed.stream.broken
