"""Calls that other instrumentations made spans of are booked once, with the right money; all else is not."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest
from opentelemetry import context, trace
from opentelemetry.sdk.trace import ConcurrentMultiSpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased, TraceIdRatioBased
from opentelemetry.trace import Status as SpanStatus
from opentelemetry.trace import StatusCode

from otel_usage.current import enter, leave
from otel_usage.processing.sampling import UsageSampler
from otel_usage.processing.spans import UsageSpanProcessor
from otel_usage.records import CostStatus, Flag, Status, UsageRecord
from otel_usage.settings import Attribution
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opentelemetry.trace import Tracer
    from opentelemetry.util.types import AnyValue

    from otel_usage.recorder import Recorder

    Booked = Callable[[], list[UsageRecord]]

SCOPE = "opentelemetry.util.genai.handler"
SECOND = 10**9
START = 1_795_000_000 * SECOND
SECRET = "-".join(("sk", "proj", "0a1B2c3D4e5F6g7H" * 3))
CHAT: Final[dict[str, AnyValue]] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "anthropic",
    "gen_ai.request.model": "claude-sonnet-4-6",
    "gen_ai.response.model": "claude-sonnet-4-6",
    "gen_ai.response.id": "msg_1",
    "gen_ai.usage.input_tokens": 1_000,
    "gen_ai.usage.output_tokens": 100,
    "gen_ai.usage.cache_read.input_tokens": 400,
}
PRICE = (1_000 - 400) * 3_000 + 400 * 300 + 100 * 15_000
"""$3.00, $0.30 and $15.00 a million are 3,000, 300 and 15,000 nano-dollars a token."""


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    """The application's exporter."""
    return InMemorySpanExporter()


@pytest.fixture
def provider(exporter: InMemorySpanExporter, processor: UsageSpanProcessor) -> TracerProvider:
    """The application's provider: its exporter was there first."""
    made = TracerProvider(sampler=ALWAYS_ON, shutdown_on_exit=False)
    made.add_span_processor(SimpleSpanProcessor(exporter))
    made.add_span_processor(processor)
    return made


@pytest.fixture
def tracer(provider: TracerProvider) -> Tracer:
    """That of an instrumentation."""
    return provider.get_tracer(SCOPE)


@contextmanager
def block(*, said: Attribution | None = None, in_call: bool | None = None) -> Iterator[None]:
    """What holds inside a block of ours."""
    around = enter(said, in_call=in_call)
    try:
        yield
    finally:
        leave(around)


def test_a_foreign_call_is_booked_with_its_tokens_and_cost(
    tracer: Tracer, exporter: InMemorySpanExporter, booked: Booked
) -> None:
    """The record says what the span said, and the exported span what the record knows."""
    span = tracer.start_span("chat claude-sonnet-4-6", attributes=CHAT, start_time=START)
    span.end(START + 2 * SECOND)
    (record,), (ended,) = booked(), exporter.get_finished_spans()
    place = span.get_span_context()
    trace_id, span_id = trace.format_trace_id(place.trace_id), trace.format_span_id(place.span_id)
    assert record.id == f"span:{trace_id}:{span_id}:{START}"
    assert (record.source, record.start, record.duration) == ("live", START, 2 * SECOND)
    assert (record.provider, record.operation, record.model) == ("anthropic", "chat", "claude-sonnet-4-6")
    assert (record.response_id, record.status, record.sampled) == ("msg_1", Status.OK, True)
    assert (record.trace_id, record.span_id) == (trace_id, span_id)
    assert record.usage == TokenUsage(input=1_000, output=100, cache_read=400)
    assert (record.cost.status, record.cost.nanos) == (CostStatus.PRICED, PRICE)
    attributes = dict(ended.attributes or {})
    assert attributes == {
        **CHAT,
        "otel_usage.record.id": record.id,
        "otel_usage.cost.status": "priced",
        "otel_usage.cost.nanos": PRICE,
        "otel_usage.cost.price_source": "genai-prices",
        "otel_usage.cost.rate_card": record.cost.rate_card,
        "gen_ai.usage.cost.amount": PRICE / 10**9,
        "gen_ai.usage.cost.currency": "USD",
        "gen_ai.usage.cost.source": "local",
    }


def test_a_cost_that_a_span_tells_stays_its_own(tracer: Tracer, exporter: InMemorySpanExporter) -> None:
    """Ours stands beside it; currency and source of theirs are not guessed."""
    tracer.start_span("chat", attributes={**CHAT, "gen_ai.usage.cost.amount": 0.5}).end()
    (ended,) = exporter.get_finished_spans()
    attributes = dict(ended.attributes or {})
    assert attributes["gen_ai.usage.cost.amount"] == 0.5
    assert attributes["otel_usage.cost.nanos"] == PRICE
    assert "gen_ai.usage.cost.currency" not in attributes


def test_a_failed_call_is_booked_as_an_error_without_its_secret(tracer: Tracer, booked: Booked) -> None:
    """The status's text is the message, redacted."""
    failed: dict[str, AnyValue] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "gpt-4o",
        "error.type": "AuthError",
    }
    span = tracer.start_span("chat gpt-4o", attributes=failed)
    span.set_status(SpanStatus(StatusCode.ERROR, f"key {SECRET} rejected"))
    span.end()
    (record,) = booked()
    assert (record.status, record.error_type) == (Status.ERROR, "AuthError")
    assert record.error_message == "key [REDACTED:api_key] rejected"
    assert Flag.USAGE_MISSING not in record.flags


def test_a_call_that_ended_well_without_usage_is_flagged(tracer: Tracer, booked: Booked) -> None:
    """It is booked: unknown is not nothing."""
    tracer.start_span("chat", attributes={"gen_ai.operation.name": "chat"}).end()
    (record,) = booked()
    assert Flag.USAGE_MISSING in record.flags


@pytest.mark.parametrize("operation", ["invoke_agent", "execute_tool", "fetch_response", "", 7])
def test_what_is_no_inference_is_never_booked(tracer: Tracer, booked: Booked, operation: str | int) -> None:
    """The spans of agents carry the sums of their calls."""
    tracer.start_span("x", attributes={**CHAT, "gen_ai.operation.name": operation}).end()
    assert booked() == []


def test_our_own_spans_are_not_booked(provider: TracerProvider, booked: Booked) -> None:
    """Our blocks book their calls themselves."""
    provider.get_tracer("otel_usage").start_span("chat", attributes=CHAT).end()
    assert booked() == []


def test_a_clients_span_inside_a_call_of_ours_is_redacted_and_not_booked(
    tracer: Tracer, exporter: InMemorySpanExporter, booked: Booked
) -> None:
    """The call is booked by the block around it."""
    with block(in_call=True):
        span = tracer.start_span("chat", attributes={**CHAT, "gen_ai.input.messages": SECRET})
    span.end()
    assert booked() == []
    (ended,) = exporter.get_finished_spans()
    assert (ended.attributes or {})["gen_ai.input.messages"] == "[REDACTED:api_key]"


def test_a_call_is_ours_also_for_threads_that_do_not_take_over_the_context(
    processor: UsageSpanProcessor, booked: Booked
) -> None:
    """The SDK's concurrent composite calls processors in threads of its own, which see no context variable."""
    provider = TracerProvider(
        sampler=ALWAYS_ON,
        shutdown_on_exit=False,
        active_span_processor=ConcurrentMultiSpanProcessor(),
    )
    provider.add_span_processor(processor)
    ours = provider.get_tracer("otel_usage").start_span("chat", attributes=CHAT)
    with trace.use_span(ours, end_on_exit=True):
        http = provider.get_tracer("http").start_span("POST")
        with trace.use_span(http, end_on_exit=True):
            provider.get_tracer(SCOPE).start_span("chat", attributes=CHAT).end()
    assert booked() == []


def test_an_agent_of_ours_inside_a_call_of_ours_makes_calls_of_its_own(
    provider: TracerProvider, booked: Booked
) -> None:
    """A tool that the model asked for may ask another model."""
    own = provider.get_tracer("otel_usage")
    outer = own.start_span("chat", attributes=CHAT)
    with trace.use_span(outer, end_on_exit=True):
        agent = own.start_span("invoke_agent", attributes={"gen_ai.operation.name": "invoke_agent"})
        with trace.use_span(agent, end_on_exit=True):
            provider.get_tracer(SCOPE).start_span("chat", attributes=CHAT).end()
    assert len(booked()) == 1


def test_a_span_that_outlives_our_call_has_calls_of_its_own(provider: TracerProvider, booked: Booked) -> None:
    """A task that was started inside goes on when the call is over."""
    ours = provider.get_tracer("otel_usage").start_span("chat", attributes=CHAT)
    with trace.use_span(ours, end_on_exit=True):
        task = provider.get_tracer("app").start_span("task")
    with trace.use_span(task, end_on_exit=True):
        provider.get_tracer(SCOPE).start_span("chat", attributes=CHAT).end()
    assert len(booked()) == 1


def test_of_a_call_inside_a_call_the_inner_one_is_booked(tracer: Tracer, booked: Booked) -> None:
    """A framework and the client that it uses make a span each of the same call."""
    outer = tracer.start_span("chat", attributes={**CHAT, "gen_ai.response.id": "framework"})
    with trace.use_span(outer, end_on_exit=True):
        tracer.start_span("chat", attributes=CHAT).end()
    assert [record.response_id for record in booked()] == ["msg_1"]


def test_of_a_call_of_ours_inside_a_foreign_one_ours_is_booked(
    provider: TracerProvider, tracer: Tracer, booked: Booked
) -> None:
    """By the block: the span around it is the same call once more."""
    outer = tracer.start_span("chat", attributes=CHAT)
    with trace.use_span(outer, end_on_exit=True):
        provider.get_tracer("otel_usage").start_span("chat", attributes=CHAT).end()
    assert booked() == []


@pytest.mark.parametrize("worker", ["execute_tool", "invoke_agent"])
@pytest.mark.parametrize("scope", ["opentelemetry.instrumentation.google_genai", "otel_usage"])
@pytest.mark.parametrize("late", [False, True])
def test_a_call_whose_tool_makes_another_is_a_call_of_its_own(
    provider: TracerProvider, tracer: Tracer, booked: Booked, worker: str, scope: str, *, late: bool
) -> None:
    """A client that runs the tools by itself has them inside of its own span; ours inside the tool books itself."""
    outer = tracer.start_span("generate_content", attributes={**CHAT, "gen_ai.usage.input_tokens": 50_000})
    said = {"gen_ai.operation.name": worker}
    with trace.use_span(outer, end_on_exit=True):
        tool = provider.get_tracer(scope).start_span(worker, attributes=None if late else said)
        tool.set_attributes(said)
        with trace.use_span(tool, end_on_exit=True):
            provider.get_tracer("otel_usage").start_span("chat", attributes=CHAT).end()
            step = provider.get_tracer("app").start_span("step")
            with trace.use_span(step, end_on_exit=True):
                tracer.start_span("chat", attributes=CHAT).end()
    assert [record.usage.input for record in booked()] == [1_000, 50_000]


def test_a_tool_that_is_not_ours_makes_calls_of_its_own_inside_a_call_of_ours(
    provider: TracerProvider, tracer: Tracer, booked: Booked
) -> None:
    """What the client sees of our call is not booked; what its tool calls is, but for what ours inside books."""
    own = provider.get_tracer("otel_usage")
    ours = own.start_span("chat", attributes=CHAT)
    with block(in_call=True), trace.use_span(ours, end_on_exit=True):
        seen = tracer.start_span("generate_content", attributes=CHAT)
        with trace.use_span(seen, end_on_exit=True):
            tool = tracer.start_span("execute_tool", attributes={"gen_ai.operation.name": "execute_tool"})
            with trace.use_span(tool, end_on_exit=True):
                tracer.start_span("chat", attributes={**CHAT, "gen_ai.response.id": "tool"}).end()
                inner = own.start_span("chat", attributes=CHAT)
                with block(in_call=True), trace.use_span(inner, end_on_exit=True):
                    tracer.start_span("chat", attributes=CHAT).end()
    assert [record.response_id for record in booked()] == ["tool"]


def test_without_booking_a_span_is_redacted_all_the_same(
    tracer: Tracer, exporter: InMemorySpanExporter, processor: UsageSpanProcessor, booked: Booked
) -> None:
    """When everything is switched off, what was set up before stays."""
    processor.books = False
    tracer.start_span("chat", attributes={**CHAT, "gen_ai.input.messages": SECRET}).end()
    (ended,) = exporter.get_finished_spans()
    assert (ended.attributes or {})["gen_ai.input.messages"] == "[REDACTED:api_key]"
    assert "otel_usage.record.id" not in (ended.attributes or {})
    assert booked() == []


def test_two_processors_on_one_provider_book_once(
    provider: TracerProvider, tracer: Tracer, recorder: Recorder, booked: Booked
) -> None:
    """The first leaves the record's id on the span."""
    provider.add_span_processor(UsageSpanProcessor(recorder=recorder))
    tracer.start_span("chat", attributes=CHAT).end()
    assert len(booked()) == 1


def test_attribution_comes_from_the_span_then_the_blocks_then_the_configuration(
    recorder: Recorder,
    provider: TracerProvider,
    tracer: Tracer,
    processor: UsageSpanProcessor,
    booked: Booked,
) -> None:
    """What an inner one says holds."""
    del provider, recorder
    processor.attribution = Attribution(agent="configured", team="core", tags={"env": "dev", "page": "x"})
    said = Attribution(agent="block", job_id="job-1", tags={"page": "home"})
    with block(said=said):
        span = tracer.start_span("chat", attributes={**CHAT, "gen_ai.agent.name": "writer"})
    span.end()
    (record,) = booked()
    assert (record.agent, record.job_id, record.team) == ("writer", "job-1", "core")
    assert record.tags == {"env": "dev", "page": "home"}


def test_a_thread_with_the_span_but_not_the_blocks_belongs_to_the_same_job(
    tracer: Tracer, booked: Booked
) -> None:
    """Instrumentations of threads pass the OpenTelemetry context on, and nothing else."""
    with block(said=Attribution(job_id="job-1")):
        parent = tracer.start_span("invoke_agent", attributes={"gen_ai.operation.name": "invoke_agent"})
    over = trace.set_span_in_context(parent, context.Context())

    def work() -> None:
        tracer.start_span("chat", attributes=CHAT, context=over).end()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    parent.end()
    (record,) = booked()
    assert record.job_id == "job-1"


def test_a_failure_to_book_loses_neither_span_nor_redaction(
    monkeypatch: pytest.MonkeyPatch,
    recorder: Recorder,
    tracer: Tracer,
    exporter: InMemorySpanExporter,
) -> None:
    """It is counted."""

    def fail(_: UsageRecord) -> UsageRecord:
        raise RuntimeError("no record")

    monkeypatch.setattr(recorder, "prepare", fail)
    tracer.start_span("chat", attributes={**CHAT, "gen_ai.input.messages": SECRET}).end()
    (ended,) = exporter.get_finished_spans()
    assert (ended.attributes or {})["gen_ai.input.messages"] == "[REDACTED:api_key]"
    assert recorder.counts["failures.book"] == 1


def test_abandoned_spans_are_forgotten(
    monkeypatch: pytest.MonkeyPatch, tracer: Tracer, processor: UsageSpanProcessor, booked: Booked
) -> None:
    """A span that never ends holds no memory for good, and one that was forgotten is still booked."""
    monkeypatch.setattr("otel_usage.processing.places._MOST", 10)
    spans = [tracer.start_span("chat", attributes=CHAT) for _ in range(50)]
    assert len(processor._places._open) == 10
    spans[0].end()
    assert len(booked()) == 1


def test_under_head_sampling_every_call_is_booked_and_few_are_exported(
    processor: UsageSpanProcessor, exporter: InMemorySpanExporter, booked: Booked
) -> None:
    """10 % of 200 traces are sampled by their ids; the calls in the others are recorded only."""
    sampler = UsageSampler(ParentBased(TraceIdRatioBased(0.1)))
    provider = TracerProvider(sampler=sampler, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    provider.add_span_processor(processor)
    tracer, sampled = provider.get_tracer(SCOPE), 0
    for _ in range(200):
        root = tracer.start_span("request")
        with trace.use_span(root, end_on_exit=True):
            call = tracer.start_span("chat", attributes=CHAT)
            sampled += call.get_span_context().trace_flags.sampled
            call.end()
    chats = [span for span in exporter.get_finished_spans() if span.name == "chat"]
    records = booked()
    assert (len(records), len(chats)) == (200, sampled)
    assert sum(bool(record.sampled) for record in records) == sampled
    assert sum(record.cost.nanos or 0 for record in records) == 200 * PRICE


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_books_its_own_calls_once(tracer: Tracer, booked: Booked) -> None:
    """What the parent booked is not booked again; a span open at the fork is the same record in both."""
    tracer.start_span("before", attributes=CHAT).end()
    both = tracer.start_span("both", attributes=CHAT)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            tracer.start_span("child", attributes=CHAT).end()
            both.end()
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    both.end()
    ids = [record.id for record in booked()]
    assert (len(ids), len(set(ids))) == (4, 3)
