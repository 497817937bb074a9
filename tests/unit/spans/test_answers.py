"""Answers without ids: which of what was recorded and streamed in one block is one answer."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from openai.types import CreateEmbeddingResponse
from openai.types.create_embedding_response import Usage

import otel_usage
from otel_usage.records import Flag, Status
from otel_usage.token_usage import TokenUsage
from tests.unit.spans.calling import PRICE, USAGE

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]
    Stats = Callable[[], Counter[str]]


def nameless(input_tokens: int, output_tokens: int = 0) -> dict[str, Any]:
    """An answer of a server that gives no ids."""
    return {"model": "gpt-4o", "usage": {"prompt_tokens": input_tokens, "completion_tokens": output_tokens}}


def test_embeddings_have_no_ids_and_each_is_booked(
    booked: Booked, stats: Stats, caplog: pytest.LogCaptureFixture
) -> None:
    """text-embedding-3-small is $0.02 a million, which is 20 nano-dollars a token."""
    with (
        caplog.at_level(logging.WARNING, "otel_usage"),
        otel_usage.inference("openai", model="text-embedding-3-small", operation="embeddings") as call,
    ):
        for tokens in (1_000, 2_000):
            call.record(
                CreateEmbeddingResponse(
                    data=[],
                    model="text-embedding-3-small",
                    object="list",
                    usage=Usage(prompt_tokens=tokens, total_tokens=tokens),
                )
            )
    assert [record.usage.input for record in booked()] == [1_000, 2_000]
    assert [record.cost.nanos for record in booked()] == [1_000 * 20, 2_000 * 20]
    assert len([line for line in caplog.messages if "second response" in line]) == 1
    assert stats()["second_response"] == 1


def test_answers_of_a_server_without_ids_are_each_booked(booked: Booked, stats: Stats) -> None:
    """Also when they say the same: equal is not the same."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        for tokens in (100, 200, 300, 300):
            call.record(nameless(tokens))
    assert sum(record.cost.nanos or 0 for record in booked()) == (100 + 200 + 300 + 300) * 2_500
    assert len({record.id for record in booked()}) == 4
    assert stats()["second_response"] == 3


def test_the_same_object_recorded_again_is_one_answer(booked: Booked) -> None:
    """Also after the application's own counts; as it stands when it is recorded last."""
    answer = nameless(10)
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(answer)
        call.record(TokenUsage(input=20))
        answer["usage"] = nameless(1_000, 100)["usage"]
        call.record(answer)
    assert [record.cost.nanos for record in booked()] == [PRICE]


def test_what_comes_of_a_stream_without_usage_is_that_stream(booked: Booked) -> None:
    """A server that gives no ids, whose client puts the answer together; the time to the first chunk is kept."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        assert list(call.stream([{"model": "gpt-4o"}]))
        call.record(nameless(1_000, 100))
    (record,) = booked()
    assert (record.cost.nanos, record.status) == (PRICE, Status.OK)
    assert record.time_to_first_chunk is not None


def test_a_stream_with_usage_and_a_response_without_an_id_are_two_answers(booked: Booked) -> None:
    """Nothing says that they are one."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        assert list(call.stream([nameless(10, 1)]))
        call.record(nameless(1_000, 100))
    assert [record.cost.nanos for record in booked()] == [10 * 2_500 + 1 * 10_000, PRICE]


def test_two_streams_without_ids_are_two_answers(booked: Booked) -> None:
    """Also where one of them says no usage: of that the cost is unknown."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        assert list(call.stream([{"model": "gpt-4o"}]))
        assert list(call.stream([nameless(1_000, 100)]))
    first, last = booked()
    assert (first.usage, Flag.USAGE_MISSING in first.flags) == (TokenUsage(), True)
    assert last.cost.nanos == PRICE


def test_what_the_application_counted_belongs_to_the_answer_before_it(booked: Booked) -> None:
    """Each of two streams has its own counts."""
    counts = (TokenUsage(input=10, output=1), USAGE)
    with otel_usage.inference("openai", model="gpt-4o") as call:
        for count in counts:
            assert list(call.stream([{"model": "gpt-4o"}]))
            call.record(count)
    assert [record.usage for record in booked()] == list(counts)
    assert [record.cost.nanos for record in booked()] == [10 * 2_500 + 1 * 10_000, PRICE]


@pytest.mark.parametrize("way", ["recorded", "streamed"])
def test_what_the_application_counted_before_the_answer_belongs_to_it(booked: Booked, way: str) -> None:
    """There is nothing before it that it could belong to; what follows then is another answer."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(USAGE)
        if way == "recorded":
            call.record({"model": "gpt-4o"})
        else:
            assert list(call.stream([{"model": "gpt-4o"}]))
        call.record({"id": "a", **nameless(10)})
    assert [record.cost.nanos for record in booked()] == [PRICE, 10 * 2_500]


def test_a_stream_that_broke_and_its_next_try_are_two_answers(booked: Booked) -> None:
    """What the first had used up to then was served; both without ids."""

    def breaking() -> Iterator[dict[str, Any]]:
        yield nameless(10, 1)
        raise ConnectionError("reset")

    with otel_usage.inference("openai", model="gpt-4o") as call:
        with suppress(ConnectionError):
            list(call.stream(breaking()))
        assert list(call.stream([nameless(1_000, 100)]))
    first, last = booked()
    assert (first.status, first.cost.nanos) == (Status.PARTIAL, 10 * 2_500 + 1 * 10_000)
    assert (last.status, last.cost.nanos) == (Status.OK, PRICE)


class Novelty:
    """A response that nobody knows."""

    def __repr__(self) -> str:
        raise AssertionError("it may hold a secret")


def test_a_response_of_an_unknown_type_is_counted_and_told_once(
    booked: Booked, stats: Stats, caplog: pytest.LogCaptureFixture
) -> None:
    """By the name of its type alone; the call is booked, and its usage is missing."""
    with caplog.at_level(logging.WARNING, "otel_usage"):
        for _ in range(2):
            with otel_usage.inference("openai", model="gpt-4o") as call:
                call.record(Novelty())
    assert [Flag.USAGE_MISSING in record.flags for record in booked()] == [True] * 2
    (told,) = [line for line in caplog.messages if "cannot read" in line]
    assert told.startswith("otel-usage cannot read a response of type Novelty: ")
    counts = stats()
    assert (counts["unknown_response"], counts["second_response"]) == (2, 0)


def test_a_response_of_an_unknown_type_is_no_answer_beside_a_known_one(booked: Booked, stats: Stats) -> None:
    """Nothing of it could be booked, and the known one keeps what it said."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(nameless(1_000, 100))
        call.record(Novelty())
    assert [record.cost.nanos for record in booked()] == [PRICE]
    counts = stats()
    assert (counts["unknown_response"], counts["second_response"]) == (1, 0)
