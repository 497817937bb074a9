"""Whatever happens inside a call: it passes unchanged, and the call is booked."""

from __future__ import annotations

import asyncio
import traceback
from typing import TYPE_CHECKING

import pytest
from opentelemetry.trace import StatusCode

import otel_usage
from otel_usage.records import Status
from otel_usage.token_usage import TokenUsage
from tests.unit.spans.calling import PRICE, USAGE, answer, one

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]
    Sdk = Callable[..., InMemorySpanExporter]


class Unspeakable(Exception):  # noqa: N818  # an application names its exceptions as it likes
    """An exception whose text cannot be had."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


@pytest.mark.parametrize(
    "error",
    [
        ValueError("the model said no"),
        KeyboardInterrupt(),
        SystemExit(3),
        GeneratorExit(),
        Unspeakable(),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"),
        ExceptionGroup("several", [ValueError("a"), OSError("b")]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_exception_passes_unchanged_and_the_call_is_an_error(
    exported: InMemorySpanExporter, booked: Booked, error: BaseException
) -> None:
    """The very object, with nothing added; the span and the record say its class."""
    with pytest.raises(type(error)) as caught, otel_usage.inference("openai", model="gpt-4o"):
        raise error
    assert caught.value is error
    assert (error.__cause__, error.__context__) == (None, None)
    assert not hasattr(error, "__notes__")
    span, (record,) = one(exported), booked()
    kind = type(error).__qualname__
    # What is interrupted from outside may have been answered, and billed: its cost is unknown, not nothing.
    status = Status.ERROR if isinstance(error, Exception) else Status.PARTIAL
    assert (record.status, record.error_type) == (status, kind)
    assert span.status.status_code is StatusCode.ERROR
    assert dict(span.attributes or {})["error.type"] == kind
    (event,) = span.events
    assert event.name == "exception"
    assert set(event.attributes or {}) == {"exception.type", "exception.message"}
    assert dict(event.attributes or {})["exception.type"] == kind


def test_a_failed_call_without_usage_costs_nothing_that_is_known(booked: Booked) -> None:
    """No tokens were reported: the cost is unknown, not 0."""
    with pytest.raises(ValueError, match="no"), otel_usage.inference("openai", model="gpt-4o"):
        raise ValueError("no")
    (record,) = booked()
    assert (record.usage, record.cost.nanos) == (TokenUsage(), None)


def test_an_exception_after_the_answer_keeps_the_usage(booked: Booked) -> None:
    """The tokens were paid before the application failed."""

    def fail_after_the_answer() -> None:
        with otel_usage.inference("openai", model="gpt-4o") as call:
            call.record(answer())
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        fail_after_the_answer()
    (record,) = booked()
    assert (record.status, record.usage, record.cost.nanos) == (Status.ERROR, USAGE, PRICE)


def test_an_object_that_is_used_again_begins_anew(booked: Booked) -> None:
    """The tokens, the stream and the ending of the first call are not the second's."""
    call = otel_usage.inference("openai", model="gpt-4o")
    with call:
        for _ in call.stream([answer(), answer()]):
            break
        call.record(answer())
    with pytest.raises(ValueError, match="no"), call:
        raise ValueError("no")
    first, second = booked()
    assert (first.status, first.usage) == (Status.PARTIAL, USAGE)
    assert (second.status, second.usage, second.cost.nanos) == (Status.ERROR, TokenUsage(), None)
    assert (second.response_id, second.time_to_first_chunk) == (None, None)
    assert first.id != second.id


def test_the_traceback_begins_where_the_application_raised() -> None:
    """Frames of ours are not in it."""

    def fail() -> None:
        with otel_usage.inference("openai", model="gpt-4o"):
            raise LookupError("deep")

    with pytest.raises(LookupError) as caught:
        fail()
    assert [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)][-1] == "fail"
    assert len(caught.traceback) == 2


def test_a_task_that_is_cancelled_in_the_middle_of_a_call_is_cancelled(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """The call is booked as an error, its span has ended, and nothing is left behind in the task."""

    async def call() -> None:
        async with otel_usage.inference("openai", model="gpt-4o") as made:
            made.record(USAGE)
            await asyncio.sleep(60)

    async def main() -> None:
        task = asyncio.create_task(call())
        await asyncio.sleep(0)
        task.cancel("enough")
        with pytest.raises(asyncio.CancelledError):
            await task
        assert task.cancelled()

    asyncio.run(main())
    (record,) = booked()
    assert (record.status, record.error_type, record.error_message) == (
        Status.ERROR,
        "CancelledError",
        "enough",
    )
    assert (record.cost.nanos, one(exported).status.status_code) == (PRICE, StatusCode.ERROR)


def test_a_time_limit_around_a_call_is_the_applications(booked: Booked) -> None:
    """``asyncio.timeout`` turns its own cancellation into a TimeoutError, as without us."""

    async def main() -> None:
        async with asyncio.timeout(0.01), otel_usage.inference("openai", model="gpt-4o"):
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        asyncio.run(main())
    (record,) = booked()
    assert (record.status, record.error_type) == (Status.PARTIAL, "CancelledError")


def test_a_failure_in_a_group_of_tasks_cancels_the_calls_of_the_others(booked: Booked) -> None:
    """Each is booked with what it ended with."""

    async def waiting() -> None:
        with otel_usage.inference("openai", model="gpt-4o", agent="waiting"):
            await asyncio.sleep(60)

    async def failing() -> None:
        with otel_usage.inference("openai", model="gpt-4o", agent="failing"):
            await asyncio.sleep(0)
            raise ValueError("no")

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(waiting())
            group.create_task(failing())

    with pytest.raises(ExceptionGroup):
        asyncio.run(main())
    assert {record.agent: record.error_type for record in booked()} == {
        "waiting": "CancelledError",
        "failing": "ValueError",
    }
