"""A call as a span and as a record, with and without the SDK, whatever happens inside it."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry import context, trace
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    ParentBased,
    TraceIdRatioBased,
)
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, StatusCode, TraceFlags

import otel_usage
from otel_usage import TokenUsage
from otel_usage.journal.lines import Stats, decode
from otel_usage.records import CostStatus, Status, UsageRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    Booked = Callable[[], list[UsageRecord]]
    Sdk = Callable[..., InMemorySpanExporter]

SECRET = "-".join(("sk", "proj", "0a1B2c3D4e5F6g7H" * 3))
USAGE = TokenUsage(input=1_000, output=100)
PRICE = 1_000 * 2_500 + 100 * 10_000
"""gpt-4o: $2.50 and $10.00 a million are 2,500 and 10,000 nano-dollars a token."""
PARENT = SpanContext(
    trace_id=0xABCDEF0123456789ABCDEF0123456789,
    span_id=0xABCDEF0123456789,
    is_remote=True,
    trace_flags=TraceFlags(TraceFlags.SAMPLED),
)


def answer(**usage: Any) -> dict[str, Any]:
    """A chat completion as a dict."""
    counts = {"prompt_tokens": 1_000, "completion_tokens": 100, **usage}
    return {"id": "chatcmpl-1", "model": "gpt-4o-2024-08-06", "usage": counts}


def one(exported: InMemorySpanExporter) -> ReadableSpan:
    """The only exported span."""
    (span,) = exported.get_finished_spans()
    return span


@contextmanager
def remote_parent() -> Iterator[None]:
    """A caller on another machine, as a propagator leaves it."""
    token = context.attach(trace.set_span_in_context(NonRecordingSpan(PARENT)))
    try:
        yield
    finally:
        context.detach(token)


def test_a_call_is_one_client_span_with_usage_and_cost(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """The attributes are there when the span is exported, and the record says the same."""
    with otel_usage.inference(
        "anthropic",
        model="claude-sonnet-4-6",
        agent="writer",
        session_id="s",
        job_id="j",
        task_type="build",
        team="core",
        project="site",
        tags={"env": "dev"},
    ) as call:
        call.record(TokenUsage(input=1_000, output=100, cache_read=400))
    span, (record,) = one(exported), booked()
    nanos = (1_000 - 400) * 3_000 + 400 * 300 + 100 * 15_000
    assert (span.name, span.kind, span.status.status_code) == (
        "chat claude-sonnet-4-6",
        SpanKind.CLIENT,
        StatusCode.UNSET,
    )
    assert span.instrumentation_scope is not None
    assert span.instrumentation_scope.name == "otel_usage"
    assert dict(span.attributes or {}) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "anthropic",
        "gen_ai.request.model": "claude-sonnet-4-6",
        "gen_ai.agent.name": "writer",
        "gen_ai.conversation.id": "s",
        "gen_ai.usage.input_tokens": 1_000,
        "gen_ai.usage.output_tokens": 100,
        "gen_ai.usage.cache_read.input_tokens": 400,
        "gen_ai.usage.cost.amount": nanos / 10**9,
        "gen_ai.usage.cost.currency": "USD",
        "gen_ai.usage.cost.source": "local",
        "otel_usage.record.id": record.id,
        "otel_usage.job.id": "j",
        "otel_usage.team": "core",
        "otel_usage.project": "site",
        "otel_usage.task.type": "build",
        "otel_usage.tag.env": "dev",
        "otel_usage.cost.status": "priced",
        "otel_usage.cost.nanos": nanos,
        "otel_usage.cost.price_source": "genai-prices",
        "otel_usage.cost.rate_card": record.cost.rate_card,
    }
    assert record.cost.nanos == nanos


def test_a_span_carries_the_conventions_provider_and_a_record_the_short_one(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """One table maps them; a provider that is in no table is the same in both."""
    for provider in ("azure", "house"):
        with otel_usage.inference(provider, model="m", operation="embeddings"):
            pass
    names = [dict(span.attributes or {})["gen_ai.provider.name"] for span in exported.get_finished_spans()]
    assert names == ["azure.ai.openai", "house"]
    assert [record.provider for record in booked()] == ["azure", "house"]
    assert {span.name for span in exported.get_finished_spans()} == {"embeddings m"}


def test_the_record_id_holds_trace_span_and_start(exported: InMemorySpanExporter, booked: Booked) -> None:
    """On every path the same call gets the same id; the start is the span's own, to the nanosecond."""
    with otel_usage.inference("openai", model="gpt-4o"):
        pass
    span, (record,) = one(exported), booked()
    assert span.context is not None
    trace_id = f"{span.context.trace_id:032x}"
    span_id = f"{span.context.span_id:016x}"
    assert record.id == f"span:{trace_id}:{span_id}:{span.start_time}"
    assert (record.trace_id, record.span_id, record.sampled) == (trace_id, span_id, True)
    assert record.start == span.start_time


def test_duration_is_of_the_monotonic_clock(exported: InMemorySpanExporter, booked: Booked) -> None:
    """It cannot be negative, and is not longer than the span."""
    with otel_usage.inference("openai", model="gpt-4o"):
        pass
    span, (record,) = one(exported), booked()
    assert span.start_time is not None
    assert span.end_time is not None
    assert record.duration is not None
    assert 0 < record.duration < 10**9
    assert record.time_to_first_chunk is None


def test_the_span_is_current_inside_and_not_after(exported: InMemorySpanExporter) -> None:
    """An instrumented client's spans become its children."""
    tracer = trace.get_tracer("client")
    before = trace.get_current_span()
    with otel_usage.inference("openai", model="gpt-4o"):
        tracer.start_span("POST").end()
    assert trace.get_current_span() is before
    child, ours = exported.get_finished_spans()
    assert child.parent is not None
    assert ours.context is not None
    assert child.parent.span_id == ours.context.span_id


def test_without_the_sdk_a_call_is_booked_all_the_same(booked: Booked) -> None:
    """With an id of its own, as there is no span to take one from."""
    for _ in range(2):
        with otel_usage.inference("openai", model="gpt-4o") as call:
            call.record(USAGE)
    first, second = booked()
    assert first.id != second.id
    assert [len(record.id) for record in (first, second)] == [len("call:") + 32] * 2
    assert (first.trace_id, first.span_id, first.sampled) == (None, None, None)
    assert first.cost.nanos == second.cost.nanos == PRICE


def test_without_the_sdk_under_a_remote_parent_no_foreign_span_id_is_taken(booked: Booked) -> None:
    """The API hands on the parent's context: two calls in one request would be one."""
    with remote_parent():
        for _ in range(2):
            with otel_usage.inference("openai", model="gpt-4o"):
                pass
    first, second = booked()
    assert first.id != second.id
    assert {record.id.partition(":")[0] for record in (first, second)} == {"call"}
    assert {record.trace_id for record in (first, second)} == {f"{PARENT.trace_id:032x}"}
    assert {record.span_id for record in (first, second)} == {None}


@pytest.mark.parametrize("sampler", [ALWAYS_OFF, TraceIdRatioBased(0.0), ParentBased(ALWAYS_OFF)], ids=str)
def test_a_call_that_is_not_sampled_is_booked_and_not_exported(
    sdk: Sdk, booked: Booked, sampler: Any
) -> None:
    """Sampling is for traces; money is counted whole."""
    exported = sdk(sampler)
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(USAGE)
    (record,) = booked()
    assert exported.get_finished_spans() == ()
    assert (record.sampled, record.span_id, record.cost.nanos) == (False, None, PRICE)
    assert record.id.startswith("call:")


def test_a_remote_parent_that_was_not_sampled_is_the_same(sdk: Sdk, booked: Booked) -> None:
    """The usual sampler follows the caller."""
    exported = sdk(ParentBased(ALWAYS_ON))
    parent = SpanContext(PARENT.trace_id, PARENT.span_id, is_remote=True, trace_flags=TraceFlags(0))
    token = context.attach(trace.set_span_in_context(NonRecordingSpan(parent)))
    with otel_usage.inference("openai", model="gpt-4o"):
        pass
    context.detach(token)
    (record,) = booked()
    assert exported.get_finished_spans() == ()
    assert (record.trace_id, record.span_id, record.sampled) == (f"{PARENT.trace_id:032x}", None, False)


def test_under_a_remote_parent_that_was_sampled_the_span_is_its_child(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """And has an id of its own."""
    with remote_parent(), otel_usage.inference("openai", model="gpt-4o"):
        pass
    span, (record,) = one(exported), booked()
    assert span.parent == PARENT
    assert record.trace_id == f"{PARENT.trace_id:032x}"
    assert record.span_id not in {None, f"{PARENT.span_id:016x}"}


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
    assert (record.status, record.error_type) == (Status.ERROR, kind)
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


def test_a_generator_that_is_closed_inside_a_call_closes_it(booked: Booked) -> None:
    """An application that passes chunks on, and whose own reader goes away."""

    def passing_on() -> Iterator[int]:
        with otel_usage.inference("openai", model="gpt-4o") as call:
            yield from call.stream(iter(range(9)))

    chunks = passing_on()
    assert next(chunks) == 0
    chunks.close()  # type: ignore[attr-defined]  # it is a generator
    (record,) = booked()
    assert (record.status, record.error_type) == (Status.PARTIAL, "GeneratorExit")


def test_no_secret_of_a_call_is_on_the_span_in_the_journal_or_in_the_log(
    exported: InMemorySpanExporter, journal: Callable[[], str], caplog: pytest.LogCaptureFixture
) -> None:
    """Whether it came in a description, a tag, a name or an exception's text."""
    hidden = (SECRET, "jane.doe@example.com")
    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(RuntimeError) as caught,
        otel_usage.inference(
            "openai",
            model="gpt-4o",
            agent=f"agent of {hidden[1]}",
            session_id=f"session {SECRET}",
            job_id=f"job {hidden[1]}",
            task_description=f"Mail {hidden[1]} the key {SECRET}",
            tags={"key": SECRET, hidden[1]: "x"},
        ),
    ):
        raise RuntimeError(f"401 for key {SECRET}, asked by {hidden[1]}")
    assert SECRET in str(caught.value)
    span = one(exported)
    for place in (span.to_json(), str(span.status.description), journal(), caplog.text):
        assert not any(secret in place for secret in hidden)
    assert dict(span.attributes or {})["otel_usage.task.description"] == (
        "Mail [REDACTED:email] the key [REDACTED:api_key]"
    )
    assert span.status.description == "401 for key [REDACTED:api_key], asked by [REDACTED:email]"


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


class Hostile:
    """A response whose every attribute fails."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(name)


@pytest.mark.parametrize("response", [Hostile(), None, "text", object(), {"usage": Hostile()}], ids=repr)
def test_a_response_that_cannot_be_read_harms_nothing(booked: Booked, response: object) -> None:
    """The call is booked without usage."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(response)
    (record,) = booked()
    assert (record.status, record.usage) == (Status.OK, TokenUsage())


def test_what_could_not_be_read_is_counted(journal: Callable[[], str]) -> None:
    """In the process's own stats."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(Hostile())
        assert list(call.stream([Hostile()]))
    otel_usage.shutdown()
    lines = [decode(line.encode()) for line in journal().split("\n") if line]
    (stats,) = [line for line in lines if isinstance(line, Stats)]
    assert stats.counts["failures.read"] == 2


CHUNKS: list[dict[str, Any]] = [
    {"id": "chatcmpl-1", "model": "gpt-4o-2024-08-06", "usage": None},
    {"id": "chatcmpl-1", "model": "gpt-4o-2024-08-06", "usage": None},
    answer(),
]


def test_a_stream_is_passed_on_chunk_by_chunk(exported: InMemorySpanExporter, booked: Booked) -> None:
    """The very objects, each as soon as it comes; the usage is that of the last that says one."""
    taken: list[int] = []

    def lazily() -> Iterator[dict[str, Any]]:
        for number, chunk in enumerate(CHUNKS):
            taken.append(number)
            yield chunk

    with otel_usage.inference("openai", model="gpt-4o") as call:
        for number, chunk in enumerate(call.stream(lazily())):
            assert chunk is CHUNKS[number]
            assert taken == list(range(number + 1))
    (record,) = booked()
    assert (record.status, record.usage, record.cost.nanos) == (Status.OK, USAGE, PRICE)
    assert record.time_to_first_chunk is not None
    assert record.duration is not None
    assert 0 < record.time_to_first_chunk <= record.duration
    seconds = dict(one(exported).attributes or {})["gen_ai.response.time_to_first_chunk"]
    assert seconds == record.time_to_first_chunk / 10**9


def test_a_stream_that_is_left_early_is_partial(booked: Booked) -> None:
    """What was used up to then may be incomplete, and here is not known at all."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        for _ in call.stream(CHUNKS):
            break
    (record,) = booked()
    assert (record.status, record.usage, record.error_type) == (Status.PARTIAL, TokenUsage(), None)
    assert record.response_model == "gpt-4o-2024-08-06"


def test_a_stream_that_breaks_is_partial_with_its_error(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """What came before it broke is kept; the client's error reaches the application."""
    broken = ConnectionError("reset")

    def breaking() -> Iterator[dict[str, Any]]:
        yield answer(completion_tokens=40)
        raise broken

    with pytest.raises(ConnectionError) as caught, otel_usage.inference("openai", model="gpt-4o") as call:
        for _ in call.stream(breaking()):
            pass
    assert caught.value is broken
    (record,) = booked()
    assert (record.status, record.error_type, record.usage.output) == (Status.PARTIAL, "ConnectionError", 40)
    assert one(exported).status.status_code is StatusCode.ERROR


def test_a_whole_stream_without_usage_is_ok_and_of_unknown_cost(booked: Booked) -> None:
    """OpenAI says it only when asked."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        for _ in call.stream(CHUNKS[:2]):
            pass
    (record,) = booked()
    assert (record.status, record.usage) == (Status.OK, TokenUsage())
    assert (record.cost.nanos, record.cost.status) == (None, CostStatus.UNPRICED)


def test_what_the_application_counted_stands_over_what_its_stream_said(booked: Booked) -> None:
    """Where a stream has no usage, the application may know it; model and id are still the stream's."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        for _ in call.stream(CHUNKS[:2]):
            pass
        call.record(USAGE)
    (record,) = booked()
    assert (record.usage, record.cost.nanos) == (USAGE, PRICE)
    assert (record.response_model, record.response_id) == ("gpt-4o-2024-08-06", "chatcmpl-1")


def test_an_empty_stream_is_ok(booked: Booked) -> None:
    """It ended; there was no first chunk."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        assert list(call.stream([])) == []
    (record,) = booked()
    assert (record.status, record.time_to_first_chunk) == (Status.OK, None)


def test_calls_inside_a_call_are_calls_of_their_own(exported: InMemorySpanExporter, booked: Booked) -> None:
    """A tool that asks another model."""
    with (
        otel_usage.inference("openai", model="gpt-4o") as outer,
        otel_usage.inference("anthropic", model="claude-sonnet-4-6") as inner,
    ):
        inner.record(TokenUsage(input=10, output=1))
        outer.record(USAGE)
    first, second = booked()
    assert (first.provider, second.provider) == ("anthropic", "openai")
    assert first.trace_id == second.trace_id
    assert first.id != second.id
    assert (first.cost.nanos, second.cost.nanos) == (10 * 3_000 + 1 * 15_000, PRICE)
    assert len(exported.get_finished_spans()) == 2


def test_calls_of_many_threads_do_not_mix(exported: InMemorySpanExporter, booked: Booked) -> None:
    """Each has its own span, tokens and money."""

    def work(number: int) -> None:
        for _ in range(20):
            with otel_usage.inference("openai", model="gpt-4o", agent=f"a{number}") as call:
                call.record(TokenUsage(input=number, output=0))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = booked()
    assert len({record.id for record in records}) == 4 * 20
    assert all(record.agent == f"a{record.usage.input}" for record in records)
    assert len(exported.get_finished_spans()) == 4 * 20


def test_disabled_there_is_no_span_and_no_record(
    exported: InMemorySpanExporter, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the application's code runs as before: answers, streams and exceptions pass."""
    monkeypatch.setenv("OTEL_USAGE_DISABLED", "1")
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(answer())
        call.record(Hostile())
        assert list(call.stream([1, 2, 3])) == [1, 2, 3]
        assert not trace.get_current_span().is_recording()
    with pytest.raises(KeyboardInterrupt), otel_usage.inference("openai"):
        raise KeyboardInterrupt
    assert exported.get_finished_spans() == ()
    assert not place.exists()


@pytest.mark.parametrize(
    "model",
    [None, "", "never-heard-of", "x" * 10_000, "m\udcff"],
    ids=["none", "empty", "unknown", "long", "bytes"],
)
def test_any_model_is_booked(exported: InMemorySpanExporter, booked: Booked, model: str | None) -> None:
    """A model that nobody knows has no amount; nothing is raised."""
    with otel_usage.inference("house", model=model) as call:
        call.record(USAGE)
    (record,) = booked()
    assert record.cost.nanos is None
    assert one(exported).name.startswith("chat")


def test_a_local_model_costs_a_true_nothing(exported: InMemorySpanExporter, booked: Booked) -> None:
    """$0 is known here."""
    with otel_usage.inference("lmstudio", model="qwen2.5-7b-instruct") as call:
        call.record(USAGE)
    (record,) = booked()
    assert (record.cost.status, record.cost.nanos) == (CostStatus.FREE, 0)
    assert dict(one(exported).attributes or {})["gen_ai.usage.cost.amount"] == 0.0


def test_a_processor_that_fails_harms_neither_the_call_nor_the_record(sdk: Sdk, booked: Booked) -> None:
    """Somebody else's code at the end of the span."""
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider  # noqa: PLC0415  # only here

    class Failing(SpanProcessor):
        def on_end(self, span: ReadableSpan) -> None:
            raise RuntimeError(span.name)

    sdk()
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    provider.add_span_processor(Failing())
    before = trace.get_current_span()
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(USAGE)
    assert [record.cost.nanos for record in booked()] == [PRICE]
    assert trace.get_current_span() is before


class Treacherous:
    """A chunk with a usage whose details fail when they are looked at, which is at the end."""

    id = "chatcmpl-1"
    model = "gpt-4o"

    def __init__(self) -> None:
        self.usage = {"prompt_tokens": 3, "completion_tokens": 4, "prompt_tokens_details": Hostile()}


@pytest.mark.parametrize("chunk", [Treacherous(), Hostile()], ids=["details", "everything"])
def test_a_chunk_that_fails_when_it_is_read_costs_neither_the_call_nor_the_span(
    exported: InMemorySpanExporter, booked: Booked, chunk: object
) -> None:
    """The application gets it as it is; the call is booked and its span ends."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        assert list(call.stream([chunk])) == [chunk]
    (record,) = booked()
    assert (record.status, record.request_model) == (Status.OK, "gpt-4o")
    assert one(exported).end_time is not None


def test_a_span_ends_even_when_its_call_cannot_be_described(
    exported: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exporter must not wait for it for ever, and the next span must not become its child."""

    def failing(*_: object) -> Any:
        raise RuntimeError

    before = trace.get_current_span()
    monkeypatch.setattr("otel_usage.spans.inference.attributes", failing)
    with otel_usage.inference("openai", model="gpt-4o"):
        pass
    assert one(exported).end_time is not None
    assert trace.get_current_span() is before


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


@pytest.mark.parametrize("hidden", ["alice", SECRET])
def test_a_name_of_a_model_that_tells_too_much_is_redacted_everywhere(
    exported: InMemorySpanExporter, journal: Callable[[], str], hidden: str
) -> None:
    """In the span's name and attributes and in the journal, for the model asked for and the one that answered."""
    model = f"/home/{hidden}/models/x.gguf" if hidden == "alice" else f"m {hidden}"
    with otel_usage.inference("llama.cpp", model=model) as call:
        call.record({**answer(), "model": model})
    otel_usage.shutdown()
    span = one(exported)
    assert hidden not in span.to_json()
    assert hidden not in journal()
    assert span.name == f"chat {dict(span.attributes or {})['gen_ai.request.model']}"
    lines = [decode(line.encode()) for line in journal().split("\n") if line]
    (stats,) = [line for line in lines if isinstance(line, Stats)]
    assert sum(count for name, count in stats.counts.items() if name.startswith("redactions.")) == 2
