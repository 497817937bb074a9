"""The public interface as its users' type checkers see it: checked by mypy, never run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import assert_type

import anthropic
import openai
from openai.types.chat import ChatCompletionChunk

import otel_usage
from otel_usage import Cost, CostStatus, Status, TokenUsage, UsageRecord
from otel_usage.runtime import Runtime
from otel_usage.spans.inference import Inference

assert_type(otel_usage.__version__, str)
assert_type(otel_usage.configure(), Runtime)
assert_type(otel_usage.configure(home=Path("/data")), Runtime)
assert_type(otel_usage.flush(), bool)
assert_type(otel_usage.flush(1.5), bool)
assert_type(otel_usage.shutdown(timeout=2), bool)

everything = otel_usage.inference(
    "openai",
    model="gpt-4o",
    operation="chat",
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
    call.record(openai.OpenAI().chat.completions.create(model="gpt-4o", messages=[]))
    call.record(anthropic.Anthropic().messages.create(model="m", max_tokens=1, messages=[]))
    call.record({"usage": {"prompt_tokens": 1}})
    call.record(TokenUsage(input=1, output=2, cache_read=0, cache_write_5m=0, cache_write_1h=0, reasoning=0))
    chunks = openai.OpenAI().chat.completions.create(model="gpt-4o", messages=[], stream=True)
    assert_type(call.stream(chunks), Iterator[ChatCompletionChunk])
    assert_type(call.stream([1, 2]), Iterator[int])


def swallows_nothing() -> int:
    """A call inside ``with`` may return: the context manager is known to pass exceptions on."""
    with otel_usage.inference("openai"):
        return 1


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
otel_usage.inference("openai", "gpt-4o")  # type: ignore[call-arg]  # only the provider goes by its place
otel_usage.inference("openai", tags={"n": 1})  # type: ignore[dict-item]  # tags are text
TokenUsage(1, 2)  # type: ignore[call-arg]  # counts go by their names
record.status = Status.OK  # type: ignore[misc]  # records are frozen
