"""What an application does with a call after its block was left, or before it was entered."""

from __future__ import annotations

import logging
import weakref
from typing import TYPE_CHECKING

import pytest

import otel_usage
from otel_usage.records import Flag, Status
from otel_usage.token_usage import TokenUsage
from tests.unit.spans.calling import PRICE, USAGE, answer

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]
    Stats = Callable[[], Counter[str]]


class Held:
    """A client's stream or response, which holds a connection or a long text."""

    usage = TokenUsage()

    def __iter__(self) -> Iterator[int]:
        return iter((1, 2))


@pytest.mark.parametrize("way", ["record", "stream"])
def test_a_call_that_is_over_lets_the_clients_objects_go(way: str) -> None:
    """At once and not when the garbage collector comes, however long the application keeps the call."""
    held = Held()
    gone = weakref.ref(held)
    with otel_usage.inference("openai", model="gpt-4o") as call:
        getattr(call, way)(held)
    del held
    assert gone() is None
    call.record(USAGE)


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_is_recorded_outside_of_the_block_is_counted_and_told_once(
    booked: Booked, stats: Stats, caplog: pytest.LogCaptureFixture, when: str
) -> None:
    """It cannot be booked; a stream is passed on all the same."""
    call = otel_usage.inference("openai", model="gpt-4o")

    def be_late() -> None:
        call.record(answer())
        call.record(USAGE)
        assert list(call.stream([1, 2])) == [1, 2]

    with caplog.at_level(logging.WARNING, "otel_usage"):
        if when == "before":
            be_late()
        with call:
            pass
        if when == "after":
            be_late()
    (record,) = booked()
    assert (record.status, record.usage) == (Status.OK, TokenUsage())
    assert Flag.USAGE_MISSING in record.flags
    (told,) = [line for line in caplog.messages if "outside of its inference block" in line]
    assert "inside the with statement" in told
    assert stats()["late_record"] == 3


def test_what_is_recorded_inside_is_never_late(booked: Booked, stats: Stats) -> None:
    """Also on an object that is entered again, before it was left and after."""
    gpt = otel_usage.inference("openai", model="gpt-4o")
    with gpt as outer:
        with gpt as inner:
            inner.record(USAGE)
        outer.record(USAGE)
    with gpt as again:
        again.record(USAGE)
    assert [record.cost.nanos for record in booked()] == [PRICE] * 3
    assert stats()["late_record"] == 0


def test_switched_off_nothing_is_late_and_nothing_kept(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no record that it could be late for."""
    monkeypatch.setenv("OTEL_USAGE_DISABLED", "1")
    held = Held()
    gone = weakref.ref(held)
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(held)
        assert list(call.stream(held)) == [1, 2]
    del held
    assert gone() is None
    assert caplog.messages == []


def test_a_stream_that_is_read_after_its_block_is_told_of(
    booked: Booked, stats: Stats, caplog: pytest.LogCaptureFixture
) -> None:
    """A function that returns it from inside of the block: what it used is unknown."""

    def ask() -> list[object]:
        with otel_usage.inference("openai", model="gpt-4o") as call:
            stream = call.stream([{"usage": {"prompt_tokens": 1}}])
        return list(stream)

    with caplog.at_level(logging.WARNING, "otel_usage"):
        ask()
        ask()
    assert [record.status for record in booked()] == [Status.PARTIAL] * 2
    assert sum("before its stream was read" in line.getMessage() for line in caplog.records) == 1
    assert stats()["unread_stream"] == 2
