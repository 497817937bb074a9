"""Responses that are recorded: which of them a call has, and what they cost."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

import otel_usage
from otel_usage.records import Flag, Status
from otel_usage.token_usage import TokenUsage
from tests.unit.spans.calling import PRICE, USAGE, Hostile, answer, one

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]
    Stats = Callable[[], Counter[str]]


def test_a_response_is_read_for_tokens_model_id_and_tier(booked: Booked) -> None:
    """The model that answered is the one that is billed."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record({**answer(), "service_tier": "default"})
    (record,) = booked()
    assert (record.request_model, record.response_model, record.model) == (
        "gpt-4o",
        "gpt-4o-2024-08-06",
        "gpt-4o-2024-08-06",
    )
    assert (record.response_id, record.service_tier) == ("chatcmpl-1", "default")
    assert (record.usage, record.cost.nanos) == (USAGE, PRICE)


def test_of_two_responses_the_last_holds(booked: Booked) -> None:
    """One call, one answer."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(answer(prompt_tokens=1))
        call.record(answer())
    (record,) = booked()
    assert record.usage == USAGE


@pytest.mark.parametrize("response", [Hostile(), None, "text", object(), {"usage": Hostile()}], ids=repr)
def test_a_response_that_cannot_be_read_harms_nothing(booked: Booked, response: object) -> None:
    """The call is booked without usage."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(response)
    (record,) = booked()
    assert (record.status, record.usage) == (Status.OK, TokenUsage())


def test_what_could_not_be_read_is_counted(stats: Stats) -> None:
    """In the process's own stats."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(Hostile())
        assert list(call.stream([Hostile()]))
    assert stats()["failures.read"] == 2


def test_two_responses_with_ids_of_their_own_are_two_calls(
    exported: InMemorySpanExporter, booked: Booked, stats: Stats, caplog: pytest.LogCaptureFixture
) -> None:
    """The provider bills both. The last one has the span; that this happens is said once."""
    with (
        caplog.at_level(logging.WARNING, "otel_usage"),
        otel_usage.inference("openai", model="gpt-4o", job_id="j") as call,
    ):
        call.record({**answer(prompt_tokens=10, completion_tokens=1), "id": "a"})
        call.record({**answer(prompt_tokens=20, completion_tokens=2), "id": "b"})
        call.record({**answer(), "id": "c"})
    first, second, last = booked()
    assert [record.response_id for record in (first, second, last)] == ["a", "b", "c"]
    assert first.cost.nanos == 10 * 2_500 + 1 * 10_000
    assert second.cost.nanos == 20 * 2_500 + 2 * 10_000
    assert last.cost.nanos == PRICE
    assert len({record.id for record in (first, second, last)}) == 3
    assert {record.id.partition(":")[0] for record in (first, second)} == {"call"}
    assert {record.job_id for record in (first, second)} == {"j"}
    assert {record.trace_id for record in (first, second)} == {last.trace_id}
    assert (first.span_id, first.duration, second.span_id) == (None, None, None)
    span = one(exported)
    assert dict(span.attributes or {})["otel_usage.cost.nanos"] == PRICE
    assert dict(span.attributes or {})["otel_usage.record.id"] == last.id
    assert len(caplog.records) == 1
    assert stats()["second_response"] == 2


def test_one_response_recorded_again_is_one_call(booked: Booked) -> None:
    """Also after another one; what a later version of it does not say is kept."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        for name in ("a", "a", "b", "a"):
            call.record({**answer(), "id": name})
        call.record({"id": "a", "service_tier": "default"})
    first, last = booked()
    assert (first.response_id, last.response_id, last.service_tier) == ("b", "a", "default")
    assert (last.usage, last.response_model) == (USAGE, "gpt-4o-2024-08-06")


def test_what_the_application_counted_stands_over_the_response(booked: Booked) -> None:
    """Tokens only: the model that answered, its id and its tier are still known."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record({**answer(prompt_tokens=1), "service_tier": "default"})
        call.record(USAGE)
    (record,) = booked()
    assert (record.usage, record.cost.nanos) == (USAGE, PRICE)
    assert (record.response_model, record.response_id, record.service_tier) == (
        "gpt-4o-2024-08-06",
        "chatcmpl-1",
        "default",
    )


def test_what_says_nothing_does_not_take_back_what_was_said(booked: Booked) -> None:
    """A record of None after the response, or a response without usage after the counts."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(answer())
        call.record(None)
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(USAGE)
        call.record({"id": "a", "model": "gpt-4o"})
    first, second = booked()
    assert first.usage == second.usage == USAGE
    assert (first.flags, second.flags, second.response_id) == ((), (), "a")


def test_a_call_that_ended_well_without_usage_is_flagged_counted_and_told_once(
    booked: Booked, stats: Stats, caplog: pytest.LogCaptureFixture
) -> None:
    """Not one that failed: of that nobody expects any."""
    with caplog.at_level(logging.WARNING, "otel_usage"):
        for _ in range(3):
            with otel_usage.inference("openai", model="gpt-4o"):
                pass
        with suppress(ValueError), otel_usage.inference("openai", model="gpt-4o"):
            raise ValueError
        with otel_usage.inference("openai", model="gpt-4o") as call:
            next(iter(call.stream([answer(), answer()])))
    assert [Flag.USAGE_MISSING in record.flags for record in booked()] == [True] * 3 + [False] * 2
    assert [record.status for record in booked()] == [Status.OK] * 3 + [Status.ERROR, Status.PARTIAL]
    assert len([line for line in caplog.messages if "without usage" in line]) == 1
    assert stats()["usage_missing"] == 3


def test_counts_that_cannot_be_are_left_out_and_flagged(booked: Booked) -> None:
    """Whoever counted them; the others are kept."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(TokenUsage(input=-1, output=100))
    (record,) = booked()
    assert record.usage == TokenUsage(output=100)
    assert Flag.USAGE_UNUSABLE in record.flags
