"""Nothing secret reaches an exporter, in whatever order exporters and our processor were registered."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk.trace import (
    ConcurrentMultiSpanProcessor,
    ReadableSpan,
    Span,
    SpanProcessor,
    SynchronousMultiSpanProcessor,
    TracerProvider,
)
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Link, SpanContext, Status, StatusCode, TraceFlags

from otel_usage.processing import sdk
from otel_usage.processing.spans import UsageSpanProcessor

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk.trace.export import SpanExporter

    from otel_usage.recorder import Recorder
    from otel_usage.records import UsageRecord

SECRET = "-".join(("sk", "proj", "0a1B2c3D4e5F6g7H" * 3))
OTHER = SpanContext(2**100, 2**50, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
CHAT = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o"}


def provider_of(*processors: SpanProcessor, composite: Any = None) -> TracerProvider:
    """An application's own provider."""
    provider = TracerProvider(sampler=ALWAYS_ON, shutdown_on_exit=False, active_span_processor=composite)
    for processor in processors:
        provider.add_span_processor(processor)
    return provider


def emit(provider: TracerProvider, scope: str = "opentelemetry.instrumentation.openai_v2") -> None:
    """A span with the secret wherever a span holds text."""
    span = provider.get_tracer(scope).start_span(
        f"chat {SECRET}",
        attributes={
            **CHAT,
            "gen_ai.input.messages": json.dumps([{"role": "user", "content": f"my key is {SECRET}"}]),
            "gen_ai.output.messages": [{"role": "assistant", "parts": ({"content": SECRET}, 1)}],
            "gen_ai.prompt.variable.password": "hunter2-and-more",
            "app.note": f"Bearer {SECRET}",
            "app.bytes": SECRET.encode(),
        },
        links=[Link(OTHER, {"app.from": SECRET})],
    )
    span.add_event(f"event {SECRET}", {"text": SECRET})
    span.add_link(OTHER, {"app.later": SECRET})
    try:
        int(f"key {SECRET} rejected")
    except ValueError as error:
        span.record_exception(error)
    span.set_status(Status(StatusCode.ERROR, f"key {SECRET} rejected"))
    span.end()


def told(spans: tuple[ReadableSpan, ...]) -> str:
    """Everything that an exporter got."""
    return repr(
        [
            (
                span.name,
                dict(span.attributes or {}),
                span.status.description,
                [(event.name, dict(event.attributes or {})) for event in span.events],
                [dict(link.attributes or {}) for link in span.links],
            )
            for span in spans
        ]
    )


@pytest.mark.parametrize("exporting", [SimpleSpanProcessor, BatchSpanProcessor])
@pytest.mark.parametrize("composite", [SynchronousMultiSpanProcessor, ConcurrentMultiSpanProcessor])
def test_a_secret_reaches_no_exporter(
    exporting: Callable[[SpanExporter], SpanProcessor],
    composite: Callable[[], SpanProcessor],
    processor: UsageSpanProcessor,
) -> None:
    """Exporters before and after ours see placeholders in attributes, events, exception, links, status and name."""
    before, after = InMemorySpanExporter(), InMemorySpanExporter()
    provider = provider_of(exporting(before), processor, exporting(after), composite=composite())
    emit(provider)
    provider.force_flush()
    for exporter in (before, after):
        (span,) = exporter.get_finished_spans()
        text = told((span,))
        assert SECRET not in text
        assert "hunter2" not in text
        assert span.name == "chat [REDACTED:api_key]"
        assert span.status.description == "key [REDACTED:api_key] rejected"
        assert [event.name for event in span.events] == ["event [REDACTED:api_key]", "exception"]
        assert (span.events[1].attributes or {})["exception.type"] == "ValueError"
        assert [link.context for link in span.links] == [OTHER, OTHER]
        assert (span.attributes or {})["gen_ai.request.model"] == "gpt-4o"
    assert processor.recorder.counts["redaction_ineffective"] == 0
    provider.shutdown()


def test_what_is_exported_over_the_wire_holds_no_secret(processor: UsageSpanProcessor) -> None:
    """The OTLP encoding of a redacted span works, and holds none either."""
    from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans  # noqa: PLC0415  # slow

    exporter = InMemorySpanExporter()
    emit(provider_of(SimpleSpanProcessor(exporter), processor))
    encoded = encode_spans(exporter.get_finished_spans()).SerializeToString()
    assert SECRET.encode() not in encoded
    assert b"[REDACTED:api_key]" in encoded


def test_a_span_started_before_the_processor_was_added_is_redacted(processor: UsageSpanProcessor) -> None:
    """The processors are asked for when a span ends."""
    exporter = InMemorySpanExporter()
    provider = provider_of(SimpleSpanProcessor(exporter))
    span = provider.get_tracer("app").start_span("chat", attributes={"gen_ai.input.messages": SECRET})
    provider.add_span_processor(processor)
    span.end()
    assert SECRET not in told(exporter.get_finished_spans())


def test_numbers_ids_and_places_stay(processor: UsageSpanProcessor) -> None:
    """What looks like a secret under the name of an id, a count or an address is not touched."""
    given: dict[str, Any] = {
        **CHAT,
        "gen_ai.response.id": SECRET,
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 4_111_111_111_111_111,
        "server.address": "api.openai.com",
        "server.port": 443,
        "error.type": "TimeoutError",
    }
    exporter = InMemorySpanExporter()
    provider = provider_of(processor, SimpleSpanProcessor(exporter))
    provider.get_tracer("app").start_span("chat gpt-4o", attributes=given).end()
    (span,) = exporter.get_finished_spans()
    attributes = dict(span.attributes or {})
    assert {name: attributes[name] for name in given} == given


@pytest.mark.parametrize(
    "name",
    [
        "gen_ai.operation.name",
        "gen_ai.provider.name",
        "gen_ai.system",
        "gen_ai.agent.id",
        "gen_ai.output.type",
        "gen_ai.tool.type",
        "error.type",
        "exception.type",
        "otel_usage.service_tier",
        "openai.response.service_tier",
        "http.request.method",
    ],
)
def test_a_secret_under_the_name_of_an_enumeration_is_taken_out(
    processor: UsageSpanProcessor, name: str
) -> None:
    """What others put there may be anything."""
    exporter = InMemorySpanExporter()
    provider = provider_of(processor, SimpleSpanProcessor(exporter))
    given = {"gen_ai.request.model": "gpt-4o", name: f"AuthError: {SECRET}"}
    provider.get_tracer("app").start_span("chat", attributes=given).end()
    (span,) = exporter.get_finished_spans()
    assert (span.attributes or {})[name] == "AuthError: [REDACTED:api_key]"


def test_a_secret_among_several_names_is_taken_out(processor: UsageSpanProcessor) -> None:
    """The others stay, as names of models do; more than several are examined as texts."""
    exporter = InMemorySpanExporter()
    provider = provider_of(processor, SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("app")
    for reasons in (("stop", SECRET), ("stop",) * 100 + (SECRET,)):
        tracer.start_span("chat", attributes={"gen_ai.response.finish_reasons": reasons}).end()
    found = [
        (span.attributes or {})["gen_ai.response.finish_reasons"] for span in exporter.get_finished_spans()
    ]
    assert found == [(*("stop",) * count, "[REDACTED:api_key]") for count in (1, 100)]


def test_a_span_that_utf_8_cannot_carry_does_not_harm_its_batch(processor: UsageSpanProcessor) -> None:
    """Half a surrogate pair, wherever a span holds text, is replaced before an exporter fails at it."""
    from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans  # noqa: PLC0415  # slow

    half = "größe \udc80"
    exporter = InMemorySpanExporter()
    given: dict[str, Any] = {
        **CHAT,
        "gen_ai.response.id": half,
        "gen_ai.response.model": half,
        "gen_ai.response.finish_reasons": (half,),
        "gen_ai.agent.name": half,
        "gen_ai.input.messages": [{half: half}],
        "server.address": half,
        f"app.{half}": 1,
        "app.bytes": b"\xff\xfe",
    }
    provider = provider_of(SimpleSpanProcessor(exporter), processor)
    span = provider.get_tracer("app").start_span(
        f"chat {half}", attributes=given, links=[Link(OTHER, {"x": half})]
    )
    span.add_event(half, {half: half})
    span.set_status(Status(StatusCode.ERROR, half))
    span.end()
    spans = exporter.get_finished_spans()
    assert encode_spans(spans).SerializeToString()
    attributes = dict(spans[0].attributes or {})
    assert attributes["gen_ai.agent.name"] == "größe ?"
    assert attributes["app.größe ?"] == 1
    assert attributes["app.bytes"] == b"\xff\xfe"


def test_a_span_that_cannot_be_redacted_loses_the_names_of_its_attributes_too(
    monkeypatch: pytest.MonkeyPatch, recorder: Recorder, processor: UsageSpanProcessor
) -> None:
    """A program can make them of what it was given; those of the conventions stay, with ids and numbers."""
    monkeypatch.setattr("otel_usage.processing.scan.treatment", None)
    exporter = InMemorySpanExporter()
    provider = provider_of(SimpleSpanProcessor(exporter), processor)
    given: dict[str, Any] = {**CHAT, "gen_ai.usage.input_tokens": 7, SECRET: SECRET, f"app.{SECRET}": 5}
    provider.get_tracer("app").start_span(f"chat {SECRET}", attributes=given).end()
    assert recorder.counts["failures.redact"] == 1
    assert SECRET not in told(exporter.get_finished_spans())
    (span,) = exporter.get_finished_spans()
    assert (span.attributes or {})["gen_ai.usage.input_tokens"] == 7


def test_ten_megabytes_of_prompt_are_replaced_unseen(
    processor: UsageSpanProcessor, booked: Callable[[], list[UsageRecord]]
) -> None:
    """The call is booked once, with its tokens."""
    exporter = InMemorySpanExporter()
    provider = provider_of(processor, SimpleSpanProcessor(exporter))
    span = provider.get_tracer("app").start_span(
        "chat gpt-4o", attributes={**CHAT, "gen_ai.usage.input_tokens": 7}
    )
    span.set_attribute("gen_ai.input.messages", f"{SECRET} " * 200_000)
    span.add_event("gen_ai.user.message", {"content": f"{SECRET} " * 200_000})
    span.end()
    (ended,) = exporter.get_finished_spans()
    placeholder = f"[REDACTED:oversize:{200_000 * (len(SECRET) + 1)}]"
    assert (ended.attributes or {})["gen_ai.input.messages"] == placeholder
    assert (ended.events[0].attributes or {})["content"] == placeholder
    assert [record.usage.input for record in booked()] == [7]


def test_a_long_text_under_the_name_of_an_id_is_examined(processor: UsageSpanProcessor) -> None:
    """No id has hundreds of characters; a prompt may have got there by mistake."""
    exporter = InMemorySpanExporter()
    provider = provider_of(processor, SimpleSpanProcessor(exporter))
    text = "word " * 100 + SECRET
    provider.get_tracer("app").start_span("chat", attributes={"gen_ai.response.id": text}).end()
    assert SECRET not in told(exporter.get_finished_spans())


def test_spans_that_are_not_about_generative_ai_stay_as_they_are(processor: UsageSpanProcessor) -> None:
    """Neither their contents nor the objects that hold them are replaced."""
    exporter = InMemorySpanExporter()
    provider = provider_of(processor, SimpleSpanProcessor(exporter))
    provider.get_tracer("http").start_span("GET", attributes={"url.full": f"https://x/?k={SECRET}"}).end()
    (span,) = exporter.get_finished_spans()
    assert (span.attributes or {})["url.full"] == f"https://x/?k={SECRET}"
    assert not sdk.passed(span)
    assert processor.recorder.counts["redaction_ineffective"] == 0


def test_at_most_64_kb_of_a_span_are_examined(processor: UsageSpanProcessor) -> None:
    """What comes after that is replaced by its size, and short values after it are still examined."""
    prompt, answer = "a " * 20_000, "b " * 20_000
    exporter = InMemorySpanExporter()
    provider = provider_of(processor, SimpleSpanProcessor(exporter))
    given: dict[str, Any] = {
        "gen_ai.input.messages": prompt,
        "gen_ai.output.messages": answer,
        "gen_ai.tool.definitions": [{"text": answer}],
        "gen_ai.agent.name": "writer",
    }
    provider.get_tracer("app").start_span("invoke_agent writer", attributes=given).end()
    (span,) = exporter.get_finished_spans()
    attributes = dict(span.attributes or {})
    assert attributes["gen_ai.input.messages"] == prompt
    assert attributes["gen_ai.output.messages"] == "[REDACTED:oversize:40000]"
    assert str(attributes["gen_ai.tool.definitions"]).startswith("[REDACTED:oversize:")
    assert attributes["gen_ai.agent.name"] == "writer"


def test_values_of_any_shape_are_examined(processor: UsageSpanProcessor) -> None:
    """Sequences, maps in them, names of models that are secrets, and pairs of an announcing name that are too large."""
    exporter = InMemorySpanExporter()
    provider = provider_of(processor, SimpleSpanProcessor(exporter))
    given: dict[str, Any] = {
        "gen_ai.request.model": SECRET,
        "gen_ai.response.model": "m " * 200 + SECRET,
        "gen_ai.response.finish_reasons": ("stop", "x " * 200 + SECRET),
        "app.list": ["a", {"b": [SECRET]}],
        "app.password": "p " * 40_000,
        "app.token": 12,
    }
    provider.get_tracer("app").start_span("chat", attributes=given).end()
    (span,) = exporter.get_finished_spans()
    attributes = dict(span.attributes or {})
    assert SECRET not in told((span,))
    assert attributes["gen_ai.request.model"] == "[REDACTED:api_key]"
    assert attributes["app.list"] == ("a", {"b": ("[REDACTED:api_key]",)})
    assert str(attributes["app.password"]).startswith("[REDACTED:oversize:")
    assert attributes["app.token"] == 12


def test_the_memory_of_clean_texts_is_bounded(
    monkeypatch: pytest.MonkeyPatch, processor: UsageSpanProcessor
) -> None:
    """Ids of responses, which never come again, do not fill it for good."""
    monkeypatch.setattr("otel_usage.processing.scan._REMEMBERED", 10)
    tracer = provider_of(processor).get_tracer("app")
    for number in range(30):
        tracer.start_span("chat", attributes={"gen_ai.response.id": f"r-{number}"}).end()
    assert len(processor._memory._clean) <= 10


def test_the_counts_of_what_was_dropped_stay(processor: UsageSpanProcessor) -> None:
    """An exporter is told as many dropped attributes as without us."""
    exporter = InMemorySpanExporter()
    provider = provider_of(processor, SimpleSpanProcessor(exporter))
    span = provider.get_tracer("app").start_span("chat", attributes={"gen_ai.input.messages": SECRET})
    logging.getLogger("opentelemetry.attributes").disabled = True
    for number in range(130):
        span.set_attribute(f"app.{number}", number)
    logging.getLogger("opentelemetry.attributes").disabled = False
    span.end()
    (ended,) = exporter.get_finished_spans()
    assert ended.dropped_attributes == 131 - 128


def test_when_redaction_fails_the_texts_are_taken_away(
    monkeypatch: pytest.MonkeyPatch, recorder: Recorder, processor: UsageSpanProcessor
) -> None:
    """Numbers, ids and names stay; texts, events and the status's text do not, and the failure is counted."""

    def fail(*_: object, **__: object) -> str:
        raise RuntimeError("no redaction")

    for name in ("text", "model", "value"):
        monkeypatch.setattr(recorder, name, fail)
    before = InMemorySpanExporter()
    emit(provider_of(SimpleSpanProcessor(before), processor))
    (span,) = before.get_finished_spans()
    text = told((span,))
    assert SECRET not in text
    assert "hunter2" not in text
    assert span.name == "chat"
    assert (span.attributes or {})["gen_ai.operation.name"] == "chat"
    assert (span.attributes or {})["gen_ai.input.messages"] == "[REDACTED:error]"
    assert (span.events, span.status.status_code, span.dropped_events) == ((), StatusCode.ERROR, 2)
    assert recorder.counts["failures.redact"] == 1
    assert processor.recorder.counts["redaction_ineffective"] == 0


def test_the_memory_of_clean_texts_ends_with_the_recorder(
    recorder: Recorder, processor: UsageSpanProcessor
) -> None:
    """Another recorder may redact other classes: nothing that the first found clean is taken for clean."""

    class Stricter:
        """Takes the word "writer" for a secret."""

        def __getattr__(self, name: str) -> Any:
            return getattr(recorder, name)

        def text(self, value: str, *, limit: int = 0) -> str:
            del limit
            return value.replace("writer", "[REDACTED:custom]")

    exporter = InMemorySpanExporter()
    tracer = provider_of(processor, SimpleSpanProcessor(exporter)).get_tracer("app")
    tracer.start_span("invoke_agent", attributes={"gen_ai.agent.name": "writer"}).end()
    stricter: Any = Stricter()
    processor.recorder = stricter
    tracer.start_span("invoke_agent", attributes={"gen_ai.agent.name": "writer"}).end()
    names = [(span.attributes or {})["gen_ai.agent.name"] for span in exporter.get_finished_spans()]
    assert names == ["writer", "[REDACTED:custom]"]


class SilentComposite(SynchronousMultiSpanProcessor):
    """An SDK whose ending hook has another name."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the SDK's

    def _on_ending(self, span: Span) -> None:
        """Call nobody."""


def test_an_sdk_without_the_hook_is_noticed(
    caplog: pytest.LogCaptureFixture, recorder: Recorder, processor: UsageSpanProcessor
) -> None:
    """The first span that ends without having passed it is counted, and said once."""
    provider = provider_of(processor, composite=SilentComposite())
    tracer = provider.get_tracer("http")
    tracer.start_span("GET").end()
    assert recorder.counts["redaction_ineffective"] == 0
    emit(provider)
    emit(provider)
    assert recorder.counts["redaction_ineffective"] == 2
    assert [record.message for record in caplog.records] == [
        "otel-usage cannot redact spans with this OpenTelemetry SDK: what they hold is exported as it is;"
        " further ones are counted only"
    ]


def test_an_sdk_that_hands_on_other_fields_is_noticed(
    monkeypatch: pytest.MonkeyPatch, processor: UsageSpanProcessor
) -> None:
    """What is exported must be the very object that was put there."""
    before = Span._readable_span

    def copied(span: Span) -> ReadableSpan:
        readable = before(span)
        readable._attributes = {**(readable.attributes or {})}
        return readable

    monkeypatch.setattr(Span, "_readable_span", copied)
    emit(provider_of(processor))
    assert processor.recorder.counts["redaction_ineffective"] == 1


def test_a_span_of_an_unknown_shape_ends_without_an_exception(
    recorder: Recorder, processor: UsageSpanProcessor
) -> None:
    """It cannot be redacted, which is noticed; the application goes on."""
    provider = provider_of(processor)
    span: Any = provider.get_tracer("app").start_span("chat", attributes=CHAT)
    attributes = span._attributes

    class Otherwise(dict[str, Any]):
        _immutable = False

    span._attributes = Otherwise(attributes)
    span.end()
    assert recorder.counts["failures.redact"] == 1
    assert processor.recorder.counts["redaction_ineffective"] == 1


def test_an_sdk_whose_hook_is_public_and_leaves_spans_writable_works(
    monkeypatch: pytest.MonkeyPatch, processor: UsageSpanProcessor
) -> None:
    """The specification wants it so; the same replacement holds there."""

    class Public(SilentComposite):
        """The hook under its public name."""

        def on_ending(self, span: Span) -> None:
            for one in self._span_processors:
                if isinstance(one, UsageSpanProcessor):
                    one.on_ending(span)

    def end(span: Any, end_time: int | None = None) -> None:
        span._span_processor.on_ending(span)
        original(span, end_time)

    original: Any = Span.end
    monkeypatch.setattr(Span, "end", end)
    exporter = InMemorySpanExporter()
    emit(provider_of(SimpleSpanProcessor(exporter), processor, composite=Public()))
    assert SECRET not in told(exporter.get_finished_spans())
    assert processor.recorder.counts["redaction_ineffective"] == 0


def test_names_of_attributes_are_redacted_too(processor: UsageSpanProcessor) -> None:
    """A program makes names of what it was given, of a span's attributes and of an event's."""
    exporter = InMemorySpanExporter()
    tracer = provider_of(processor, SimpleSpanProcessor(exporter)).get_tracer("app")
    for name in ("fine", f"of {SECRET}"):
        span = tracer.start_span("chat", attributes={**CHAT, name: 1})
        span.add_event("done", {name: 2, "same": "same"})
        span.end()
    clean, found = exporter.get_finished_spans()
    assert (clean.attributes or {})["fine"] == 1
    assert (found.attributes or {})["of [REDACTED:api_key]"] == 1
    assert found.events[0].attributes == {"of [REDACTED:api_key]": 2, "same": "same"}
    assert SECRET not in found.to_json()
