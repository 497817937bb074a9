"""Streams inside a call."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.trace import StatusCode

import otel_usage
from otel_usage.records import CostStatus, Status
from otel_usage.token_usage import TokenUsage
from tests.unit.spans.calling import PRICE, USAGE, Hostile, answer, one

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]
    Sdk = Callable[..., InMemorySpanExporter]


CHUNKS: list[dict[str, Any]] = [
    {"id": "chatcmpl-1", "model": "gpt-4o-2024-08-06", "usage": None},
    {"id": "chatcmpl-1", "model": "gpt-4o-2024-08-06", "usage": None},
    answer(),
]


def test_a_stream_is_passed_on_chunk_by_chunk(exported: InMemorySpanExporter, booked: Booked) -> None:
    """The very objects, each as soon as it comes; the usage is that of the last that says one."""
    taken: list[int] = []

    def lazily() -> Iterator[dict[str, Any]]:
        for number, chunk in enumerate(CHUNKS):
            taken.append(number)
            yield chunk

    with otel_usage.inference("openai", model="gpt-4o") as call:
        for number, chunk in enumerate(call.stream(lazily())):
            assert chunk is CHUNKS[number]
            assert taken == list(range(number + 1))
    (record,) = booked()
    assert (record.status, record.usage, record.cost.nanos) == (Status.OK, USAGE, PRICE)
    assert record.time_to_first_chunk is not None
    assert record.duration is not None
    assert 0 < record.time_to_first_chunk <= record.duration
    seconds = dict(one(exported).attributes or {})["gen_ai.response.time_to_first_chunk"]
    assert seconds == record.time_to_first_chunk / 10**9


def test_a_stream_that_is_left_early_is_partial(booked: Booked) -> None:
    """What was used up to then may be incomplete, and here is not known at all."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        for _ in call.stream(CHUNKS):
            break
    (record,) = booked()
    assert (record.status, record.usage, record.error_type) == (Status.PARTIAL, TokenUsage(), None)
    assert record.response_model == "gpt-4o-2024-08-06"


def test_a_stream_that_breaks_is_partial_with_its_error(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """What came before it broke is kept; the client's error reaches the application."""
    broken = ConnectionError("reset")

    def breaking() -> Iterator[dict[str, Any]]:
        yield answer(completion_tokens=40)
        raise broken

    with pytest.raises(ConnectionError) as caught, otel_usage.inference("openai", model="gpt-4o") as call:
        for _ in call.stream(breaking()):
            pass
    assert caught.value is broken
    (record,) = booked()
    assert (record.status, record.error_type, record.usage.output) == (Status.PARTIAL, "ConnectionError", 40)
    assert one(exported).status.status_code is StatusCode.ERROR


def test_a_whole_stream_without_usage_is_ok_and_of_unknown_cost(booked: Booked) -> None:
    """OpenAI says it only when asked."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        for _ in call.stream(CHUNKS[:2]):
            pass
    (record,) = booked()
    assert (record.status, record.usage) == (Status.OK, TokenUsage())
    assert (record.cost.nanos, record.cost.status) == (None, CostStatus.UNPRICED)


def test_what_the_application_counted_stands_over_what_its_stream_said(booked: Booked) -> None:
    """Where a stream has no usage, the application may know it; model and id are still the stream's."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        for _ in call.stream(CHUNKS[:2]):
            pass
        call.record(USAGE)
    (record,) = booked()
    assert (record.usage, record.cost.nanos) == (USAGE, PRICE)
    assert (record.response_model, record.response_id) == ("gpt-4o-2024-08-06", "chatcmpl-1")


def test_an_empty_stream_is_ok(booked: Booked) -> None:
    """It ended; there was no first chunk."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        assert list(call.stream([])) == []
    (record,) = booked()
    assert (record.status, record.time_to_first_chunk) == (Status.OK, None)


class Treacherous:
    """A chunk with a usage whose details fail when they are looked at, which is at the end."""

    id = "chatcmpl-1"
    model = "gpt-4o"

    def __init__(self) -> None:
        self.usage = {"prompt_tokens": 3, "completion_tokens": 4, "prompt_tokens_details": Hostile()}


@pytest.mark.parametrize("chunk", [Treacherous(), Hostile()], ids=["details", "everything"])
def test_a_chunk_that_fails_when_it_is_read_costs_neither_the_call_nor_the_span(
    exported: InMemorySpanExporter, booked: Booked, chunk: object
) -> None:
    """The application gets it as it is; the call is booked and its span ends."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        assert list(call.stream([chunk])) == [chunk]
    (record,) = booked()
    assert (record.status, record.request_model) == (Status.OK, "gpt-4o")
    assert one(exported).end_time is not None


def test_streams_one_after_another_are_calls_of_their_own(booked: Booked) -> None:
    """One that breaks and is tried again: both were served."""

    def breaking() -> Iterator[dict[str, Any]]:
        yield {**answer(prompt_tokens=10, completion_tokens=1), "id": "a"}
        raise ConnectionError("reset")

    with otel_usage.inference("openai", model="gpt-4o") as call:
        with suppress(ConnectionError):
            list(call.stream(breaking()))
        assert list(call.stream([{**answer(), "id": "b"}]))
    first, last = booked()
    assert (first.response_id, first.status, first.cost.nanos) == ("a", Status.PARTIAL, 10 * 2_500 + 10_000)
    assert (last.response_id, last.status, last.cost.nanos) == ("b", Status.OK, PRICE)
    assert first.id != last.id


def test_a_stream_that_was_never_read_before_another_is_no_call(booked: Booked) -> None:
    """Nothing is known of it; one stream that is taken up twice is one."""
    chunks = iter(CHUNKS)
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.stream(chunks)
        assert list(call.stream(chunks)) == CHUNKS
    (record,) = booked()
    assert (record.status, record.cost.nanos) == (Status.OK, PRICE)


def test_a_stream_and_the_answer_put_together_from_it_are_one_call(booked: Booked) -> None:
    """By their id; the time to the first chunk is kept."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        assert list(call.stream(CHUNKS))
        call.record(answer(completion_tokens=101))
    (record,) = booked()
    assert (record.usage.output, record.status) == (101, Status.OK)
    assert record.time_to_first_chunk is not None


def test_a_stream_and_another_answer_are_two_calls(booked: Booked) -> None:
    """The ids say so."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        assert list(call.stream(CHUNKS))
        call.record({**answer(completion_tokens=101), "id": "other"})
    assert [(record.response_id, record.usage.output) for record in booked()] == [
        ("chatcmpl-1", 100),
        ("other", 101),
    ]


class Sealed:
    """A client's stream whose account of the answer cannot be looked at."""

    current_message_snapshot = Hostile()

    def __iter__(self) -> Iterator[int]:
        return iter((1, 2))


def test_a_stream_of_which_nothing_can_be_told_costs_neither_the_call_nor_the_span(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """It was left early, and asked how far it had come."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        assert next(iter(call.stream(Sealed()))) == 1
    assert [record.request_model for record in booked()] == ["gpt-4o"]
    assert one(exported).end_time is not None
