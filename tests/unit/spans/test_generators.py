"""Blocks inside generators: they may be overtaken by others, and be closed anywhere or by the garbage collector."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import logging
import threading
from typing import TYPE_CHECKING

import pytest
from opentelemetry.trace import StatusCode

import otel_usage
from otel_usage.current import attributed, in_call
from otel_usage.records import Status
from tests.unit.spans.calling import PRICE, USAGE, answer, one

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator

    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    from otel_usage.records import UsageRecord
    from otel_usage.token_usage import TokenUsage

    Booked = Callable[[], list[UsageRecord]]


def passing_on(agent: str = "a") -> Generator[int]:
    """An application that passes chunks on."""
    with (
        otel_usage.attribution(agent=agent),
        otel_usage.inference("openai", model="gpt-4o") as call,
    ):
        yield from call.stream(iter(range(9)))


@pytest.fixture(autouse=True)
def _nothing_is_logged_or_left_behind(caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """OpenTelemetry says "Failed to detach context" where a context is left that was not entered."""
    with caplog.at_level(logging.DEBUG, "opentelemetry"):
        yield
    assert not [line for line in caplog.get_records("call") if "context" in line.getMessage()]
    assert not in_call()
    assert attributed().agent is None


def test_a_generator_that_is_closed_inside_a_call_closes_it(booked: Booked) -> None:
    """An application that passes chunks on, and whose own reader goes away."""
    chunks = passing_on()
    assert next(chunks) == 0
    chunks.close()
    (record,) = booked()
    assert (record.status, record.error_type) == (Status.PARTIAL, "GeneratorExit")


def test_a_generator_that_is_dropped_inside_a_call_closes_it(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """By the garbage collector, when the last one that knew it is gone."""
    chunks = passing_on()
    assert next(chunks) == 0
    del chunks
    gc.collect()
    assert [record.error_type for record in booked()] == ["GeneratorExit"]
    assert len(exported.get_finished_spans()) == 1


@pytest.mark.parametrize("count", [USAGE, None], ids=["counted", "read"])
def test_a_generator_that_is_closed_after_the_whole_answer_closes_a_call_that_went_well(
    exported: InMemorySpanExporter, booked: Booked, count: TokenUsage | None
) -> None:
    """It hands the answer on; that its reader goes away then is no error of the call, nor of its span."""

    def answering() -> Generator[str]:
        with otel_usage.inference("openai", model="gpt-4o") as call:
            call.record(answer() if count is None else count)
            yield "The answer."

    answers = answering()
    assert next(answers) == "The answer."
    answers.close()
    (record,), span = booked(), one(exported)
    assert (record.status, record.error_type, record.cost.nanos) == (Status.OK, None, PRICE)
    assert (span.status.status_code, span.events) == (StatusCode.UNSET, ())
    assert "error.type" not in dict(span.attributes or {})


def test_a_generator_that_is_closed_in_the_middle_of_a_stream_with_usage_closes_a_partial_call(
    booked: Booked,
) -> None:
    """What was used up to then is known, and may be incomplete."""

    def passing() -> Generator[object]:
        with otel_usage.inference("openai", model="gpt-4o") as call:
            yield from call.stream(iter([answer(), answer()]))

    chunks = passing()
    next(chunks)
    chunks.close()
    (record,) = booked()
    assert (record.status, record.error_type, record.cost.nanos) == (Status.PARTIAL, "GeneratorExit", PRICE)


def test_a_generator_that_is_closed_before_any_answer_interrupts_its_call(booked: Booked) -> None:
    """Nothing says that there was an answer, nor that there was none."""

    def waiting() -> Generator[None]:
        with otel_usage.inference("openai", model="gpt-4o"):
            yield

    before = waiting()
    next(before)
    before.close()
    assert [(record.status, record.error_type) for record in booked()] == [(Status.PARTIAL, "GeneratorExit")]


def in_a_thread(work: Callable[[], None]) -> None:
    """Run something in a new thread, which begins with an empty context."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def in_a_copy(work: Callable[[], None]) -> None:
    """Run something in a copy of the context."""
    contextvars.copy_context().run(work)


@pytest.mark.parametrize("elsewhere", [in_a_thread, in_a_copy])
def test_a_generator_that_is_closed_elsewhere_closes_its_call(
    exported: InMemorySpanExporter, booked: Booked, elsewhere: Callable[[Callable[[], None]], None]
) -> None:
    """What its blocks had said holds no longer, where it was open either."""

    def work() -> None:
        chunks = passing_on()
        assert next(chunks) == 0
        assert (in_call(), attributed().agent) == (True, "a")
        elsewhere(chunks.close)
        assert (in_call(), attributed().agent) == (False, None)

    in_a_copy(work)
    assert len(booked()) == len(exported.get_finished_spans()) == 1


def test_generators_that_overtake_each_other_leave_nothing_behind(booked: Booked) -> None:
    """The one that began first ends first; calls afterwards belong to nobody, and a foreign call is seen again."""

    def work() -> None:
        first, second = passing_on("first"), passing_on("second")
        next(first)
        next(second)
        first.close()
        assert (in_call(), attributed().agent) == (True, "second")
        second.close()
        assert (in_call(), attributed().agent) == (False, None)
        with otel_usage.inference("openai", model="gpt-4o") as call:
            call.record(USAGE)

    in_a_copy(work)
    assert [record.agent for record in booked()] == ["first", "second", None]
    assert booked()[-1].cost.nanos == PRICE


def test_an_async_generator_that_is_left_early_closes_its_call(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """The loop closes it, in a context of its own."""

    async def chunks() -> AsyncIterator[int]:
        with otel_usage.attribution(agent="a"), otel_usage.inference("openai", model="gpt-4o") as call:
            async for chunk in call.stream(counting()):
                yield chunk

    async def counting() -> AsyncIterator[int]:
        for number in range(9):
            await asyncio.sleep(0)
            yield number

    async def main() -> tuple[bool, str | None]:
        async for _ in chunks():
            break
        gc.collect()
        for _ in range(9):
            await asyncio.sleep(0)
        return in_call(), attributed().agent

    assert asyncio.run(main()) == (False, None)
    (record,) = booked()
    assert (record.status, record.agent) == (Status.PARTIAL, "a")
    assert len(exported.get_finished_spans()) == 1
