"""Who the calls inside blocks belong to, across everything that code does between two calls."""

from __future__ import annotations

import asyncio
import contextvars
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

import otel_usage
from tests.unit.spans.calling import PRICE, USAGE, one

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]


def one_call(**who: str) -> None:
    """A call of gpt-4o."""
    with otel_usage.inference("openai", "gpt-4o", **who) as call:  # type: ignore[arg-type]  # texts only
        call.record(USAGE)


def test_the_model_may_stand_second(exported: InMemorySpanExporter, booked: Booked) -> None:
    """As in ``inference("openai", "gpt-4o")``."""
    one_call()
    (record,) = booked()
    assert (record.request_model, record.cost.nanos) == ("gpt-4o", PRICE)
    assert one(exported).name == "chat gpt-4o"


def test_async_with_is_the_same(exported: InMemorySpanExporter, booked: Booked) -> None:
    """For every block."""

    async def main() -> None:
        async with (
            otel_usage.attribution(job_id="j"),
            otel_usage.agent("marcus"),
            otel_usage.tool("search"),
            otel_usage.api_call("serpapi"),
            otel_usage.inference("openai", "gpt-4o") as call,
        ):
            call.record(USAGE)

    asyncio.run(main())
    llm, api = booked()
    assert (llm.agent, llm.job_id, llm.cost.nanos) == ("marcus", "j", PRICE)
    assert (api.agent, api.job_id, api.service) == ("marcus", "j", "serpapi")
    assert [span.name for span in exported.get_finished_spans()] == [
        "chat gpt-4o",
        "serpapi",
        "execute_tool search",
        "invoke_agent marcus",
    ]


def test_the_call_holds_over_the_inner_block_over_the_outer_one_over_the_configuration(
    place: Path, booked: Booked
) -> None:
    """Field by field, and tag by tag."""
    place.mkdir()
    (place / "otel-usage.yaml").write_text(
        "attribution: {agent: file, team: file, project: file, task_type: file,"
        " tags: {a: file, b: file, c: file, d: file}}"
    )
    with (
        otel_usage.attribution(
            agent="outer", team="outer", project="outer", tags=dict.fromkeys("abc", "outer")
        ),
        otel_usage.agent("inner", team="inner", tags=dict.fromkeys("ab", "inner")),
    ):
        with otel_usage.inference("openai", agent="call", tags={"a": "call"}):
            pass
        otel_usage.log_llm(provider="openai", agent="call", tags={"a": "call"})
        with otel_usage.api_call("serpapi", agent="call", tags={"a": "call"}):
            pass
    one_call()
    *inside, after = booked()
    for record in inside:
        assert (record.agent, record.team, record.project, record.task_type) == (
            "call",
            "inner",
            "outer",
            "file",
        )
        assert record.tags == {"a": "call", "b": "inner", "c": "outer", "d": "file"}
    assert (after.agent, after.tags) == ("file", dict.fromkeys("abcd", "file"))


def test_it_reaches_the_tasks_that_are_started_inside(booked: Booked) -> None:
    """Across ``await``, ``gather``, a task that outlives the block, and a thread of asyncio; tasks do not mix."""

    async def work(job: str) -> None:
        with otel_usage.attribution(job_id=job):
            await asyncio.sleep(0)
            one_call()
            await asyncio.to_thread(one_call)

    async def main() -> None:
        with otel_usage.attribution(agent="a"):
            await asyncio.gather(*(work(f"j{number}") for number in range(5)))
            outliving = asyncio.create_task(work("later"))
        await outliving

    asyncio.run(main())
    records = booked()
    assert {record.agent for record in records} == {"a"}
    assert sorted(str(record.job_id) for record in records) == sorted(
        [f"j{number}" for number in range(5)] * 2 + ["later"] * 2
    )


def test_a_thread_belongs_to_the_block_only_with_a_copy_of_its_context(booked: Booked) -> None:
    """A new one begins with an empty context."""
    with otel_usage.attribution(agent="a"):
        for run in (contextvars.Context().run, contextvars.copy_context().run):
            thread = threading.Thread(target=run, args=(one_call,))
            thread.start()
            thread.join()
    assert [record.agent for record in booked()] == [None, "a"]


def test_it_holds_inside_a_generator_while_that_runs(booked: Booked) -> None:
    """Python lets what a generator sets reach its caller until it is left."""

    def steps() -> Iterator[int]:
        with otel_usage.attribution(agent="generator"):
            one_call()
            yield 1
            one_call()

    assert list(steps()) == [1]
    one_call()
    assert [record.agent for record in booked()] == ["generator", "generator", None]


def test_a_decorated_function_belongs_to_what_the_decorator_says(booked: Booked) -> None:
    """For attribution as for agents."""

    @otel_usage.attribution(job_id="j")
    def work() -> None:
        one_call()

    work()
    one_call()
    assert [record.job_id for record in booked()] == ["j", None]


SEEDED = """
import random
random.seed(42)
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
trace.set_tracer_provider(TracerProvider())
import otel_usage
for _ in range(3):
    with otel_usage.agent("marcus"), otel_usage.inference("openai", "gpt-4o") as call:
        call.record(otel_usage.TokenUsage(input=1_000, output=100))
    otel_usage.log_llm(provider="openai", model="gpt-4o", input_tokens=1_000, output_tokens=100)
"""


@pytest.mark.parametrize("disabled", ["", "true"], ids=["sdk", "sdk disabled"])
def test_two_runs_of_an_application_that_seeds_its_random_numbers_are_told_apart(
    booked: Booked, disabled: str
) -> None:
    """The SDK makes the same span ids in both, and none when it is switched off."""
    for _ in range(2):
        subprocess.run(
            [sys.executable, "-c", SEEDED], env={**os.environ, "OTEL_SDK_DISABLED": disabled}, check=True
        )
    records = booked()
    assert len(records) == len({record.id for record in records}) == 2 * 6
    assert sum(record.cost.nanos or 0 for record in records) == 2 * 6 * PRICE
    assert len({record.span_id for record in records}) == (1 if disabled else 6)


WITHOUT_SDK = """
import sys
sys.modules["opentelemetry.sdk"] = None
import otel_usage
tokens = otel_usage.TokenUsage(input=1_000, output=100)
with otel_usage.agent("marcus"), otel_usage.tool("search"):
    with otel_usage.inference("openai", "gpt-4o") as call:
        call.record(tokens)
    with otel_usage.api_call("serpapi"):
        pass
otel_usage.log_llm(provider="openai", model="gpt-4o", input_tokens=1_000, output_tokens=100)
otel_usage.log_api(service="serpapi")
assert not [name for name in sys.modules if name.startswith("opentelemetry.sdk.")]
"""


def test_where_the_sdk_cannot_be_imported_calls_are_booked(booked: Booked) -> None:
    """Nothing is said on standard error either."""
    done = subprocess.run([sys.executable, "-c", WITHOUT_SDK], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    llm, api, logged, logged_api = booked()
    assert (llm.agent, llm.cost.nanos, logged.cost.nanos) == ("marcus", PRICE, PRICE)
    assert (api.agent, api.service, logged_api.service) == ("marcus", "serpapi", "serpapi")
