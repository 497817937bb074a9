"""Agents and their tools as spans, which are never money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.trace import SpanKind, StatusCode

import otel_usage
from otel_usage.current import in_call
from tests.unit.spans.calling import PRICE, SECRET, USAGE, by_name, is_child, one

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]


def test_an_agent_is_one_internal_span_with_who_it_works_for(exported: InMemorySpanExporter) -> None:
    """No tokens and no cost: those are its calls', and would be counted twice."""
    with otel_usage.agent(
        "marcus",
        session_id="s",
        job_id="j",
        task_type="build",
        task_description="Write the page",
        team="core",
        project="site",
        tags={"env": "dev"},
    ):
        pass
    span = one(exported)
    assert (span.name, span.kind, span.status.status_code) == (
        "invoke_agent marcus",
        SpanKind.INTERNAL,
        StatusCode.UNSET,
    )
    assert span.instrumentation_scope is not None
    assert span.instrumentation_scope.name == "otel_usage"
    assert dict(span.attributes or {}) == {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "marcus",
        "gen_ai.conversation.id": "s",
        "otel_usage.job.id": "j",
        "otel_usage.task.type": "build",
        "otel_usage.task.description": "Write the page",
        "otel_usage.team": "core",
        "otel_usage.project": "site",
        "otel_usage.tag.env": "dev",
    }


def test_a_tool_is_one_internal_span_with_the_id_of_its_call(exported: InMemorySpanExporter) -> None:
    """The id is the model's."""
    with otel_usage.tool("search", call_id="call_1"):
        pass
    span = one(exported)
    assert (span.name, span.kind) == ("execute_tool search", SpanKind.INTERNAL)
    assert dict(span.attributes or {}) == {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "search",
        "gen_ai.tool.call.id": "call_1",
    }


def test_calls_inside_a_tool_belong_to_whom_the_tool_says(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """Over the agent around it; an unknown word is left out, as of every block."""
    with (
        otel_usage.agent("marcus", job_id="j"),
        otel_usage.tool("search", agent="seeker", team="core", agnet="x"),  # type: ignore[call-arg]  # a misspelt word
        otel_usage.inference("openai", model="gpt-4o") as call,
    ):
        call.record(USAGE)
    (record,) = booked()
    assert (record.agent, record.team, record.job_id) == ("seeker", "core", "j")
    attributes = dict(by_name(exported)["execute_tool search"].attributes or {})
    assert (attributes["gen_ai.agent.name"], attributes["otel_usage.job.id"]) == ("seeker", "j")


def test_calls_inside_belong_to_the_agent_and_are_below_it(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """Only they are booked."""
    with otel_usage.agent("marcus", job_id="j"), otel_usage.tool("search"):
        with otel_usage.inference("openai", model="gpt-4o") as call:
            call.record(USAGE)
        with otel_usage.api_call("serpapi"):
            pass
    spans = by_name(exported)
    assert is_child(spans["chat gpt-4o"], spans["execute_tool search"])
    assert is_child(spans["serpapi"], spans["execute_tool search"])
    assert is_child(spans["execute_tool search"], spans["invoke_agent marcus"])
    assert dict(spans["execute_tool search"].attributes or {})["gen_ai.agent.name"] == "marcus"
    assert [(record.agent, record.job_id) for record in booked()] == [("marcus", "j")] * 2
    assert booked()[0].cost.nanos == PRICE


def test_an_attribution_makes_no_span(exported: InMemorySpanExporter, booked: Booked) -> None:
    """It only says who calls belong to."""
    with otel_usage.attribution(agent="a", tags={"x": "1"}):
        otel_usage.log_llm(provider="openai", model="gpt-4o", input_tokens=1, output_tokens=1)
    (record,) = booked()
    assert (record.agent, record.tags) == ("a", {"x": "1"})
    assert len(exported.get_finished_spans()) == 1


def test_what_is_called_inside_a_tool_is_not_the_call_around_it() -> None:
    """A tool that runs inside an inference block asks other models with clients of its own."""
    with otel_usage.inference("openai", model="gpt-4o"):
        assert in_call()
        with otel_usage.tool("search"):
            assert not in_call()
            with otel_usage.inference("openai", model="gpt-4o"):
                assert in_call()
            assert not in_call()
        with otel_usage.agent("marcus"):
            assert not in_call()
        with otel_usage.attribution(agent="a"), otel_usage.api_call("serpapi"):
            assert in_call()
        with pytest.raises(ValueError, match="mine"), otel_usage.tool("search"):
            raise ValueError("mine")
        assert in_call()
    assert not in_call()


@pytest.mark.parametrize("name", ["agent", "tool"])
def test_an_error_inside_passes_unchanged_and_marks_the_span(
    exported: InMemorySpanExporter, name: str
) -> None:
    """Its text without secrets."""
    error = RuntimeError(f"401 for key {SECRET}")
    with pytest.raises(RuntimeError) as caught, getattr(otel_usage, name)("x"):
        raise error
    assert caught.value is error
    span = one(exported)
    assert (span.status.status_code, span.status.description) == (
        StatusCode.ERROR,
        "401 for key [REDACTED:api_key]",
    )
    assert dict(span.attributes or {})["error.type"] == "RuntimeError"
    (event,) = span.events
    assert dict(event.attributes or {}) == {
        "exception.type": "RuntimeError",
        "exception.message": "401 for key [REDACTED:api_key]",
    }


def test_no_secret_in_a_name_leaves(exported: InMemorySpanExporter) -> None:
    """Names of agents and tools, ids and tags are a program's words too."""
    hidden = (SECRET, "jane.doe@example.com")
    with (
        otel_usage.agent(f"agent {SECRET}", session_id=hidden[1], tags={hidden[1]: SECRET}),
        otel_usage.tool(f"tool {SECRET}", call_id=SECRET),
    ):
        pass
    for span in exported.get_finished_spans():
        assert not any(secret in span.to_json() for secret in hidden)
    assert "invoke_agent agent [REDACTED:api_key]" in by_name(exported)
    assert "execute_tool tool [REDACTED:api_key]" in by_name(exported)


@pytest.mark.parametrize("name", [None, "", 7, object()], ids=repr)
def test_any_name_does(exported: InMemorySpanExporter, name: Any) -> None:
    """Without one the span is that of its operation."""
    with otel_usage.agent(name), otel_usage.tool(name):
        pass
    first, second = exported.get_finished_spans()
    assert first.name.startswith("execute_tool")
    assert second.name.startswith("invoke_agent")


def test_disabled_the_blocks_do_nothing(
    exported: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decorated functions run as they are."""
    monkeypatch.setenv("OTEL_USAGE_DISABLED", "1")

    @otel_usage.agent()
    def work() -> str:
        with otel_usage.tool("search"), otel_usage.attribution(agent="a"), otel_usage.api_call("x") as call:
            call.status_code = 500
            return "done"

    assert work() == "done"
    assert otel_usage.log_llm(provider="openai", model="gpt-4o") is None
    assert otel_usage.log_api(service="serpapi") is None
    assert exported.get_finished_spans() == ()
