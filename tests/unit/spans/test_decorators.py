"""Blocks as decorators, and one block that is used more than once."""

from __future__ import annotations

import asyncio
import functools
import inspect
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.trace import StatusCode

import otel_usage
from otel_usage.current import attributed
from otel_usage.errors import InvalidValueError
from tests.unit.spans.calling import by_name, is_child, one

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]


def test_a_decorated_function_is_what_it_was(exported: InMemorySpanExporter) -> None:
    """Its arguments, its result, its name; the span has the function's name."""

    @otel_usage.agent(job_id="j")
    @otel_usage.tool()
    def research(topic: str, *, depth: int = 1) -> str:
        """Research."""
        assert attributed().job_id == "j"
        return topic * depth

    assert research("x", depth=3) == "xxx"
    assert (research.__name__, research.__doc__) == ("research", "Research.")
    assert list(inspect.signature(research).parameters) == ["topic", "depth"]
    assert set(by_name(exported)) == {"invoke_agent research", "execute_tool research"}


def test_a_name_that_is_given_stands_over_the_functions(exported: InMemorySpanExporter) -> None:
    """For agents and tools."""

    @otel_usage.agent("marcus")
    @otel_usage.tool("search")
    def work() -> None:
        """Nothing."""

    work()
    assert set(by_name(exported)) == {"invoke_agent marcus", "execute_tool search"}


def test_overlapping_calls_of_a_decorated_coroutine_function_do_not_mix(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """Each has its own span, and its calls are below it."""
    everybody = asyncio.Barrier(5)

    @otel_usage.agent()
    async def research(number: int) -> int:
        await everybody.wait()
        async with otel_usage.inference("openai", model="gpt-4o", session_id=str(number)) as call:
            await asyncio.sleep(0)
            call.record(otel_usage.TokenUsage(input=number, output=0))
        return number

    assert inspect.iscoroutinefunction(research)

    async def main() -> list[int]:
        return await asyncio.gather(*(research(number) for number in range(5)))

    assert asyncio.run(main()) == [0, 1, 2, 3, 4]
    spans = exported.get_finished_spans()
    calls = [span for span in spans if span.name == "chat gpt-4o"]
    agents = [span for span in spans if span.name == "invoke_agent research"]
    assert (len(calls), len(agents)) == (5, 5)
    assert {sum(is_child(call, agent) for call in calls) for agent in agents} == {1}
    assert {record.agent for record in booked()} == {"research"}
    assert {record.session_id for record in booked()} == {str(record.usage.input) for record in booked()}


def test_a_decorated_function_that_calls_itself_has_a_span_for_each_call(
    exported: InMemorySpanExporter,
) -> None:
    """One below the other."""

    @otel_usage.tool()
    def count(down: int) -> int:
        return 0 if down == 0 else 1 + count(down - 1)

    assert count(3) == 3
    inner, *outer = exported.get_finished_spans()
    assert len(outer) == 3
    for span in outer:
        assert is_child(inner, span)
        inner = span
    assert inner.parent is None


def test_a_decorated_method_is_a_method(exported: InMemorySpanExporter) -> None:
    """It is bound to its object."""

    class Writer:
        name = "w"

        @otel_usage.agent()
        def write(self, text: str) -> str:
            return self.name + text

    assert Writer().write("x") == "wx"
    assert one(exported).name == "invoke_agent write"


def test_an_error_of_a_decorated_function_passes_unchanged(exported: InMemorySpanExporter) -> None:
    """Of a coroutine function as well."""
    error = ValueError("mine")

    @otel_usage.tool()
    def fail() -> None:
        raise error

    @otel_usage.tool()
    async def fail_later() -> None:
        raise error

    for run in (fail, lambda: asyncio.run(fail_later())):
        with pytest.raises(ValueError, match="mine") as caught:
            run()
        assert caught.value is error
    assert {span.status.status_code for span in exported.get_finished_spans()} == {StatusCode.ERROR}


def chunks() -> Iterator[int]:
    """A generator function."""
    yield 1


async def later_chunks() -> AsyncIterator[int]:
    """An async one."""
    yield 1


@pytest.mark.parametrize("function", [chunks, later_chunks, functools.partial(chunks)])
@pytest.mark.parametrize("block", [otel_usage.agent, otel_usage.tool, otel_usage.attribution])
def test_a_generator_function_is_not_decorated(block: Any, function: Any) -> None:
    """The sentence says what to do; it is said when the function is defined."""
    with pytest.raises(InvalidValueError, match="cannot be decorated; use the block inside of it"):
        block()(function)


@pytest.mark.parametrize("name", ["agent", "tool"])
def test_a_decorator_without_parentheses_is_refused(name: str) -> None:
    """It would take the function's place."""
    with pytest.raises(InvalidValueError, match=rf"write @otel_usage\.{name}\(\) with parentheses"):
        getattr(otel_usage, name)(chunks)


def test_one_block_may_be_used_again_after_it_was_left(exported: InMemorySpanExporter) -> None:
    """Each time is a span of its own."""
    marcus = otel_usage.agent("marcus")
    for _ in range(2):
        with marcus:
            assert attributed().agent == "marcus"
        assert attributed().agent is None
    first, second = (span.get_span_context() for span in exported.get_finished_spans())
    assert first != second


def test_one_block_that_tasks_share_does_not_mix_them(exported: InMemorySpanExporter, booked: Booked) -> None:
    """Whoever leaves first, each leaves its own."""
    marcus = otel_usage.agent("marcus")
    entered = asyncio.Barrier(3)

    async def work(number: int) -> None:
        with otel_usage.attribution(session_id=str(number)):
            async with marcus:
                await entered.wait()
                for _ in range(number):
                    await asyncio.sleep(0)
                assert (attributed().agent, attributed().session_id) == ("marcus", str(number))
                otel_usage.log_llm(provider="openai")
            assert attributed().agent is None

    async def main() -> None:
        await asyncio.gather(*(work(number) for number in (2, 0, 1)))

    asyncio.run(main())
    agents = [span for span in exported.get_finished_spans() if span.name == "invoke_agent marcus"]
    assert sorted(str(dict(span.attributes or {})["gen_ai.conversation.id"]) for span in agents) == [
        "0",
        "1",
        "2",
    ]
    calls = {
        str(dict(span.attributes or {})["gen_ai.conversation.id"]): span
        for span in exported.get_finished_spans()
        if span.name == "chat"
    }
    for agent in agents:
        assert is_child(calls[str(dict(agent.attributes or {})["gen_ai.conversation.id"])], agent)
    assert {record.agent for record in booked()} == {"marcus"}


def test_one_block_that_is_entered_inside_of_itself_is_left_as_often(exported: InMemorySpanExporter) -> None:
    """An error marks the span that it passed."""
    marcus = otel_usage.agent("marcus")
    with marcus:
        with suppress(ValueError), marcus:
            raise ValueError
        assert attributed().agent == "marcus"
    assert attributed().agent is None
    inner, outer = exported.get_finished_spans()
    assert is_child(inner, outer)
    assert (inner.status.status_code, outer.status.status_code) == (StatusCode.ERROR, StatusCode.UNSET)
