"""The public interface as its users' type checkers see it: checked by mypy, never run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import assert_type

import anthropic
import openai
from openai.types.chat import ChatCompletionChunk

import otel_usage
from otel_usage import Cost, CostStatus, Status, TokenUsage, UsageRecord
from otel_usage.budgets.check import BudgetCheck, Verdict
from otel_usage.budgets.spending import BudgetSpending, Spending
from otel_usage.runtime import Runtime
from otel_usage.spans.agents import AgentRun, Attributed, ToolCall
from otel_usage.spans.api_call import ApiCall
from otel_usage.spans.inference import Inference
from otel_usage.spans.streams import ObservedStream

assert_type(otel_usage.__version__, str)
assert_type(otel_usage.configure(), Runtime)
assert_type(
    otel_usage.configure(home=Path("/data"), prometheus_port=9464, console=True, strict=True), Runtime
)
assert_type(otel_usage.flush(), bool)
assert_type(otel_usage.flush(1.5), bool)
assert_type(otel_usage.shutdown(timeout=2), bool)
assert_type(otel_usage.get_today_spending(), Spending)
assert_type(otel_usage.budget_status(), tuple[BudgetSpending, ...])
assert_type(otel_usage.check_budget(), BudgetCheck)
assert_type(otel_usage.check_budget("daily", fail_at=0.8, raises=True).verdict, Verdict)

everything = otel_usage.inference(
    "openai",
    model="gpt-4o",
    operation="chat",
    server_address="http://localhost:1234/v1",
    agent="writer",
    session_id="s",
    job_id="j",
    task_type="build",
    task_description="Write the page",
    team="core",
    project="site",
    tags={"env": "dev"},
)
assert_type(everything, Inference)

with otel_usage.inference("openai") as call:
    assert_type(call, Inference)
    call.prompt([{"role": "user", "content": "Hi"}], system="Be brief.", tools=[])
    call.record(openai.OpenAI().chat.completions.create(model="gpt-4o", messages=[]))
    call.record(anthropic.Anthropic().messages.create(model="m", max_tokens=1, messages=[]))
    call.record({"usage": {"prompt_tokens": 1}})
    call.record(TokenUsage(input=1, output=2, cache_read=0, cache_write_5m=0, cache_write_1h=0, reasoning=0))
    chunks = openai.OpenAI().chat.completions.create(model="gpt-4o", messages=[], stream=True)
    assert_type(call.stream(chunks), ObservedStream[ChatCompletionChunk])
    assert_type(call.stream([1, 2]), ObservedStream[int])


def swallows_nothing() -> int:
    """A call inside ``with`` may return: the context manager is known to pass exceptions on."""
    with otel_usage.inference("openai"):
        return 1


@otel_usage.agent()
def researches(topic: str, *, depth: int = 1) -> list[str]:
    """A decorated function keeps its parameters and its result."""
    return [topic] * depth


@otel_usage.tool("search", call_id="call_1")
@otel_usage.attribution(job_id="j", tags={"env": "dev"})
async def searches(words: str) -> int:
    """So does a coroutine function."""
    return len(words)


async def awaits() -> None:
    """Every block works with ``async with``."""
    assert_type(researches("x", depth=2), list[str])
    assert_type(await searches("x"), int)
    async with otel_usage.agent("marcus", session_id="s") as agent:
        assert_type(agent, AgentRun)
    async with otel_usage.tool("search", arguments={"words": "prices"}) as tool:
        assert_type(tool, ToolCall)
        tool.result(["found"])
    async with otel_usage.attribution(agent="marcus") as attributed:
        assert_type(attributed, Attributed)
    async with otel_usage.inference("openai", "gpt-4o") as made:
        stream = await openai.AsyncOpenAI().chat.completions.create(model="gpt-4o", messages=[], stream=True)
        async for chunk in made.stream(stream):
            assert_type(chunk, ChatCompletionChunk)


with otel_usage.api_call("serpapi", "/search", job_id="j") as search:
    assert_type(search, ApiCall)
    search.status_code = 200

assert_type(
    otel_usage.log_llm(
        provider="openai",
        model="gpt-4o",
        operation="chat",
        agent="marcus",
        task_type="build",
        task_description="Write the page",
        prompt=[{"role": "user"}],
        response=object(),
        input_tokens=1,
        output_tokens=1,
        cache_read_tokens=0,
        cache_write_tokens=0,
        cache_write_1h_tokens=0,
        reasoning_tokens=0,
        input_audio_tokens=0,
        input_image_tokens=0,
        output_audio_tokens=0,
        output_image_tokens=0,
        web_searches=0,
        input_includes_cache=None,
        service_tier="flex",
        server_address=object(),
        duration_ms=1.5,
        session_id="s",
        job_id="j",
        team="core",
        project="site",
        status="ok",
        error_message=None,
        timestamp=datetime.now(UTC),
        tags={"env": "dev"},
    ),
    UsageRecord | None,
)
assert_type(
    otel_usage.log_api(service="serpapi", endpoint="/search", status_code=200, duration_ms=1, agent="marcus"),
    UsageRecord | None,
)
otel_usage.log_llm(provider="openai", timestamp=1_780_000_000.5)
otel_usage.log_llm(provider="openai", timestamp="2026-05-28T20:26:40Z")

record = UsageRecord(id="1", start=0, source="live")
assert_type(record.cost, Cost)
assert_type(record.cost.nanos, int | None)
assert_type(record.cost.status, CostStatus)
assert_type(record.status, Status)
assert_type(record.usage.input, int | None)
assert_type(record.usage.cached, int)
assert_type(record.model, str | None)
assert_type(record.tags, dict[str, str])

otel_usage.inference()  # type: ignore[call-arg]  # a provider is always known
researches(1)  # type: ignore[arg-type]  # of the decorated function
searches("x", depth=1)  # type: ignore[call-arg,unused-coroutine]  # as above
otel_usage.agent("marcus", agnet="m")  # type: ignore[call-arg]  # a misspelt keyword
otel_usage.check_budget("daily", 0.8)  # type: ignore[call-arg]  # keywords only
otel_usage.log_llm("openai")  # type: ignore[call-arg]  # keywords only
otel_usage.inference("openai", modle="gpt-4o")  # type: ignore[call-arg]  # a misspelt keyword
otel_usage.inference("openai", tags={"n": 1})  # type: ignore[dict-item]  # tags are text
TokenUsage(1, 2)  # type: ignore[call-arg]  # counts go by their names
record.status = Status.OK  # type: ignore[misc]  # records are frozen
