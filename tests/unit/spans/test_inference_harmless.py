"""Nothing of ours, or of other code around a span, reaches the application; no secret leaves it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry import context, trace
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import Sampler, SamplingResult

import otel_usage
from otel_usage.current import in_call
from tests.unit.spans.calling import PRICE, SECRET, USAGE, Hostile, answer, one

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable
    from pathlib import Path

    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]
    Stats = Callable[[], Counter[str]]
    Sdk = Callable[..., InMemorySpanExporter]


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


@pytest.mark.parametrize("way", ["recorded", "streamed"])
def test_a_very_long_answer_is_read_for_its_usage_and_is_nowhere(
    exported: InMemorySpanExporter, booked: Booked, journal: Callable[[], str], stats: Stats, way: str
) -> None:
    """10 MB of content, which is the application's."""
    words = "What of the swordfish? " * 500_000
    long = {**answer(), "choices": [{"message": {"role": "assistant", "content": words}}]}
    with otel_usage.inference("openai", model="gpt-4o") as call:
        if way == "recorded":
            call.record(long)
        else:
            assert list(call.stream([long])) == [long]
    assert [record.cost.nanos for record in booked()] == [PRICE]
    assert not any(name.startswith("failures") for name in stats())
    for place in (journal(), one(exported).to_json()):
        assert "swordfish" not in place
        assert len(place) < 10_000


@pytest.mark.parametrize("hidden", ["alice", SECRET])
def test_a_name_of_a_model_that_tells_too_much_is_redacted_everywhere(
    exported: InMemorySpanExporter, journal: Callable[[], str], stats: Stats, hidden: str
) -> None:
    """In the span's name and attributes and in the journal, for the model asked for and the one that answered."""
    model = f"/home/{hidden}/models/x.gguf" if hidden == "alice" else f"m {hidden}"
    with otel_usage.inference("llama.cpp", model=model) as call:
        call.record({**answer(), "model": model})
    redactions = sum(count for name, count in stats().items() if name.startswith("redactions."))
    span = one(exported)
    assert hidden not in span.to_json()
    assert hidden not in journal()
    assert span.name == f"chat {dict(span.attributes or {})['gen_ai.request.model']}"
    assert redactions == 2


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


class Failing(SpanProcessor):
    """Somebody else's code around a span."""

    def __init__(self, hook: str) -> None:
        """Fail in one of the hooks."""
        setattr(self, hook, self.fail)

    def fail(self, span: ReadableSpan, parent_context: object = None) -> None:
        """As a hook."""
        raise RuntimeError(span.name, parent_context)


class FailingSampler(Sampler):
    """Somebody else's code before a span."""

    def should_sample(self, *_: object, **__: object) -> SamplingResult:
        """Fail."""
        raise RuntimeError

    def get_description(self) -> str:
        """Its name."""
        return "failing"


@pytest.mark.parametrize("hook", ["on_start", "_on_ending", "on_end"])
def test_a_processor_that_fails_harms_neither_the_call_nor_the_record(
    sdk: Sdk, booked: Booked, stats: Stats, hook: str
) -> None:
    """Nothing reaches the agent; the call is booked, and afterwards everything is as before."""
    sdk()
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    provider.add_span_processor(Failing(hook))
    before = trace.get_current_span()
    with otel_usage.agent("marcus"), otel_usage.inference("openai", model="gpt-4o") as call:
        assert in_call()
        call.record(USAGE)
    with otel_usage.api_call("serpapi"):
        pass
    assert otel_usage.log_llm(provider="openai", model="gpt-4o", input_tokens=1_000, output_tokens=100)
    assert trace.get_current_span() is before
    assert not in_call()
    first, second, third = booked()
    assert (first.cost.nanos, first.agent, second.service, third.cost.nanos) == (
        PRICE,
        "marcus",
        "serpapi",
        PRICE,
    )
    # One of each span: of the agent, the call, the service, the call that had ended.
    assert stats()["failures.start" if hook == "on_start" else "failures.end"] == 4


def test_a_sampler_that_fails_harms_neither_the_call_nor_the_record(
    sdk: Sdk, booked: Booked, stats: Stats
) -> None:
    """There is no span; the call is booked, and seen to be a call of ours."""
    exported = sdk(FailingSampler())
    with otel_usage.agent("marcus"), otel_usage.inference("openai", model="gpt-4o") as call:
        assert in_call()
        call.record(USAGE)
    (record,) = booked()
    assert (record.cost.nanos, record.agent, record.id.partition(":")[0]) == (PRICE, "marcus", "call")
    assert exported.get_finished_spans() == ()
    assert stats()["failures.start"] == 2


def test_a_span_that_the_application_leaves_current_inside_does_not_stay(
    exported: InMemorySpanExporter,
) -> None:
    """After the block the span around it is the current one again."""
    tracer = trace.get_tracer("application")
    with tracer.start_as_current_span("job") as job:
        with otel_usage.inference("openai", model="gpt-4o"):
            context.attach(trace.set_span_in_context(tracer.start_span("forgotten")))
        assert trace.get_current_span() is job
    assert {span.name for span in exported.get_finished_spans()} == {"job", "chat gpt-4o"}


def test_a_span_ends_even_when_its_call_cannot_be_described(
    exported: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exporter must not wait for it for ever, and the next span must not become its child."""

    def failing(*_: object) -> Any:
        raise RuntimeError

    before = trace.get_current_span()
    monkeypatch.setattr("otel_usage.spans.span.attributes", failing)
    with otel_usage.inference("openai", model="gpt-4o"):
        pass
    assert one(exported).end_time is not None
    assert trace.get_current_span() is before
