"""What was said in calls: nowhere unless it is asked for, and never with its secrets."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry import _logs as logs_api
from opentelemetry.sdk._logs import LoggerProvider, LogRecordProcessor
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.util._once import Once

import otel_usage
from tests.unit.spans.calling import SECRET, USAGE, Hostile, answer, by_name, one, remote_parent

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from opentelemetry.sdk._logs import ReadWriteLogRecord
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]
    Stats = Callable[[], Counter[str]]
    Configured = Callable[[str], None]
    Kept = Callable[[], list[dict[str, Any]]]

CANARY = "swordfish"
INPUT, OUTPUT = "gen_ai.input.messages", "gen_ai.output.messages"
SYSTEM, TOOLS = "gen_ai.system_instructions", "gen_ai.tool.definitions"
ARGUMENTS, RESULT = "gen_ai.tool.call.arguments", "gen_ai.tool.call.result"
KEYS = {INPUT, OUTPUT, SYSTEM, TOOLS, ARGUMENTS, RESULT}
ON_SPANS = "content: {capture: redacted, attributes: true}\n"


def said(role: str, content: str, **more: str) -> dict[str, Any]:
    """A message of one text."""
    return {"role": role, "parts": [{"type": "text", "content": content}], **more}


def completion(content: str, **more: Any) -> dict[str, Any]:
    """A chat completion with an answer."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    return {**answer(), "choices": [choice], **more}


def chunks(*pieces: str) -> list[dict[str, Any]]:
    """The same in a stream."""
    return [
        *[{"id": "chatcmpl-1", "choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces],
        {"id": "chatcmpl-1", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {**answer(), "choices": []},
    ]


def told(span: Any) -> dict[str, Any]:
    """The content of a span's attributes."""
    attributes = dict(span.attributes or {})
    return {key: json.loads(str(attributes[key])) for key in KEYS & attributes.keys()}


def alike(values: Any, expected: Any) -> bool:
    """Whether values of an event are these; the SDK makes tuples of lists."""
    return json.dumps(values) == json.dumps(expected) and not isinstance(values, str)


@pytest.fixture
def configured(place: Path) -> Configured:
    """Writes a configuration, before the first call."""

    def write(text: str) -> None:
        place.mkdir()
        (place / "otel-usage.yaml").write_text(text)

    return write


@pytest.fixture
def kept(place: Path) -> Kept:
    """What is in the home's files of content."""

    def read() -> list[dict[str, Any]]:
        text = "".join(path.read_text() for path in sorted((place / "content").glob("*")))
        return [json.loads(line) for line in text.split("\n") if line]

    return read


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemoryLogRecordExporter]:
    """The log records that the application's provider exports."""
    monkeypatch.setattr(logs_api._internal, "_LOGGER_PROVIDER", None)
    monkeypatch.setattr(logs_api._internal, "_LOGGER_PROVIDER_SET_ONCE", Once())
    exporter = InMemoryLogRecordExporter()  # type: ignore[no-untyped-call]  # the SDK's
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    logs_api.set_logger_provider(provider)
    yield exporter
    provider.shutdown()


def everything() -> None:
    """A call of each kind, with the canary in everything that can be said."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.prompt(
            [{"role": "user", "content": CANARY}],
            system=CANARY,
            tools=[{"type": "function", "name": CANARY, "description": CANARY}],
        )
        call.record(completion(CANARY))
    with otel_usage.inference("openai", model="gpt-4o") as call:
        assert len(list(call.stream(chunks(CANARY)))) == 3
    with otel_usage.tool("search", arguments={"words": CANARY}) as tool:
        tool.result([CANARY])

    @otel_usage.tool()
    def search(words: str, *, limit: str) -> str:
        return words + limit

    assert search(CANARY, limit=CANARY) == CANARY * 2
    otel_usage.log_llm(provider="openai", model="gpt-4o", prompt=CANARY, response=CANARY, input_tokens=1)


def test_off_is_off(
    exported: InMemorySpanExporter, events: InMemoryLogRecordExporter, place: Path, stats: Stats
) -> None:
    """No span, event, file or log line holds a word of it."""
    everything()
    assert len(exported.get_finished_spans()) == 5
    assert CANARY not in "".join(span.to_json() for span in exported.get_finished_spans())
    assert events.get_finished_logs() == ()
    assert not any(name.startswith("failures") for name in stats())
    files = [path for path in place.rglob("*") if path.is_file()]
    assert files
    assert not any(CANARY.encode() in path.read_bytes() for path in files)


def test_what_is_asked_for_is_on_spans_and_in_files(
    exported: InMemorySpanExporter, configured: Configured, kept: Kept, booked: Booked
) -> None:
    """In the conventions' form, and in the files under the record's id; of tools on their spans only."""
    configured(ON_SPANS)
    everything()
    whole, streamed, tool, function, logged = exported.get_finished_spans()
    output = [said("assistant", CANARY, finish_reason="stop")]
    assert told(whole) == {
        INPUT: [said("user", CANARY)],
        OUTPUT: output,
        SYSTEM: [{"type": "text", "content": CANARY}],
        TOOLS: [{"type": "function", "name": CANARY, "description": CANARY}],
    }
    assert told(streamed) == {OUTPUT: output}
    assert told(tool) == {ARGUMENTS: {"words": CANARY}, RESULT: [CANARY]}
    attributes = dict(function.attributes or {})
    assert json.loads(str(attributes[ARGUMENTS])) == {"words": CANARY, "limit": CANARY}
    assert attributes[RESULT] == CANARY * 2
    assert told(logged) == {INPUT: [said("user", CANARY)], OUTPUT: [said("assistant", CANARY)]}
    lines = kept()
    assert [line["id"] for line in lines] == [record.id for record in booked()]
    assert [line["output_messages"] for line in lines] == [output, output, [said("assistant", CANARY)]]


def test_a_secret_that_is_cut_in_two_is_found(
    exported: InMemorySpanExporter, configured: Configured, place: Path
) -> None:
    """By chunks of a stream, wherever they cut it; it is nowhere, nor are its halves."""
    configured(ON_SPANS)
    for cut in range(1, len(SECRET)):
        with otel_usage.inference("openai", model="gpt-4o") as call:
            assert list(call.stream(chunks("The key is ", SECRET[:cut], SECRET[cut:], ", keep it.")))
    expected = [said("assistant", "The key is [REDACTED:api_key], keep it.", finish_reason="stop")]
    assert all(told(span) == {OUTPUT: expected} for span in exported.get_finished_spans())
    text = "".join(path.read_text() for path in (place / "content").glob("*"))
    assert "[REDACTED:api_key]" in text
    assert SECRET[-16:] not in text


def test_secrets_are_taken_out_of_everything(
    exported: InMemorySpanExporter, configured: Configured, kept: Kept
) -> None:
    """Also where a name announces them, and of arguments that come as JSON in a text."""
    configured(ON_SPANS)
    word = "hunter2-and-more"
    call = {"function": {"name": "login", "arguments": json.dumps({"password": word})}}
    choice = {"message": {"role": "assistant", "content": None, "tool_calls": [call]}}
    with otel_usage.inference("openai", model="gpt-4o") as inference:
        inference.prompt(f"key {SECRET}", system=[{"type": "text", "text": f"key {SECRET}"}])
        inference.record({**answer(), "choices": [choice]})
    with otel_usage.tool("login", arguments={"password": word}) as tool:
        tool.result({"token": SECRET})
    text = "".join(span.to_json() for span in exported.get_finished_spans()) + json.dumps(kept())
    assert SECRET not in text
    assert word not in text


def test_only_what_is_allowed_is_taken(
    exported: InMemorySpanExporter, configured: Configured, kept: Kept
) -> None:
    """By the key of its attribute, although capture is off."""
    configured(f"content: {{attributes: true, allow: [{OUTPUT}, {RESULT}]}}\n")
    everything()
    keys = [set(told(span)) for span in exported.get_finished_spans() if span.name != "execute_tool search"]
    assert keys == [{OUTPUT}, {OUTPUT}, {OUTPUT}]
    assert all(set(line) == {"type", "v", "id", "at", "output_messages"} for line in kept())


def test_an_event_tells_it_in_values(
    exported: InMemorySpanExporter,
    events: InMemoryLogRecordExporter,
    monkeypatch: pytest.MonkeyPatch,
    kept: Kept,
) -> None:
    """Of the conventions' name, in the context of the span, which has none of it; nothing is kept in files."""
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "EVENT_ONLY")
    with otel_usage.inference("openai", model="gpt-4o", session_id="s", team="core") as call:
        call.prompt(f"What of {SECRET}?")
        call.record(completion("Nothing."))
    (data,) = events.get_finished_logs()
    record, span = data.log_record, one(exported)
    assert span.context is not None
    assert (record.event_name, record.body) == ("gen_ai.client.inference.operation.details", None)
    assert (record.trace_id, record.span_id) == (span.context.trace_id, span.context.span_id)
    attributes: dict[str, Any] = dict(record.attributes or {})
    assert alike(attributes[INPUT], [said("user", "What of [REDACTED:api_key]?")])
    assert alike(attributes[OUTPUT], [said("assistant", "Nothing.", finish_reason="stop")])
    assert attributes["gen_ai.operation.name"] == "chat"
    assert attributes["gen_ai.provider.name"] == "openai"
    assert attributes["gen_ai.request.model"] == "gpt-4o"
    assert attributes["gen_ai.response.model"] == "gpt-4o-2024-08-06"
    assert attributes["gen_ai.conversation.id"] == "s"
    assert attributes["gen_ai.usage.input_tokens"] == 1_000
    ours = {name for name in attributes if name.startswith("otel_usage.")}
    assert ours == {"otel_usage.record.id"}
    assert told(span) == {}
    assert kept() == []


def test_a_call_that_has_ended_makes_the_same_event(
    exported: InMemorySpanExporter, events: InMemoryLogRecordExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the moment when it ended."""
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "SPAN_AND_EVENT")
    otel_usage.log_llm(
        provider="openai",
        model="gpt-4o",
        prompt="What?",
        response=completion("This."),
        timestamp=1_700_000_000,
        duration_ms=1_000,
    )
    (data,) = events.get_finished_logs()
    attributes: dict[str, Any] = dict(data.log_record.attributes or {})
    assert data.log_record.timestamp == 1_700_000_001 * 10**9
    assert alike(attributes[OUTPUT], told(one(exported))[OUTPUT])


class Failing(LogRecordProcessor):
    """Somebody else's code behind an event."""

    def on_emit(self, log_record: ReadWriteLogRecord) -> None:
        """Fail."""
        raise RuntimeError(log_record)

    def shutdown(self) -> None:
        """Nothing is held."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002  # the SDK's
        """Nothing is held."""
        return True


def test_a_log_processor_that_fails_harms_nothing(
    exported: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch, booked: Booked, stats: Stats
) -> None:
    """The calls are booked and their spans end."""
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "EVENT_ONLY")
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(Failing())
    monkeypatch.setattr(logs_api._internal, "_LOGGER_PROVIDER", provider)
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(completion("It is."))
    otel_usage.log_llm(provider="openai", model="gpt-4o", response="It is.")
    assert len(exported.get_finished_spans()) == len(booked()) == 2
    assert stats()["failures.end"] == 2


def test_of_several_answers_each_is_kept_with_its_own_record(
    exported: InMemorySpanExporter, configured: Configured, kept: Kept, booked: Booked
) -> None:
    """What was asked is kept with the last, which is the block's own."""
    configured(ON_SPANS)
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.prompt("What?")
        call.record(completion("This.", id="chatcmpl-a"))
        call.record(completion("That.", id="chatcmpl-b"))
    first, second = kept()
    assert [first["id"], second["id"]] == [record.id for record in booked()]
    assert first["output_messages"] == [said("assistant", "This.", finish_reason="stop")]
    assert "input_messages" not in first
    assert second["output_messages"] == [said("assistant", "That.", finish_reason="stop")]
    assert second["input_messages"] == [said("user", "What?")]
    assert told(one(exported))[OUTPUT] == second["output_messages"]


def test_a_stream_and_its_answer_are_one(exported: InMemorySpanExporter, configured: Configured) -> None:
    """Counts that are recorded after it take nothing of its content away."""
    configured(ON_SPANS)
    with otel_usage.inference("openai", model="gpt-4o") as call:
        assert list(call.stream(chunks("It ", "is.")))
        call.record(USAGE)
    assert told(one(exported)) == {OUTPUT: [said("assistant", "It is.", finish_reason="stop")]}


def test_a_stream_that_is_left_has_said_what_came(
    exported: InMemorySpanExporter, configured: Configured
) -> None:
    """Without a reason for its end."""
    configured(ON_SPANS)
    with otel_usage.inference("openai", model="gpt-4o") as call:
        stream = call.stream(chunks("It ", "is."))
        assert next(stream)
    assert told(one(exported)) == {OUTPUT: [said("assistant", "It ")]}


def test_what_the_client_put_together_is_taken_from_it(
    exported: InMemorySpanExporter, configured: Configured
) -> None:
    """Where the application reads around us."""
    configured(ON_SPANS)
    snapshot = {
        "role": "assistant",
        "content": [{"type": "text", "text": "It is."}],
        "stop_reason": "end_turn",
    }
    client = SimpleNamespace(current_message_snapshot=snapshot, text_stream=["It ", "is."])
    with otel_usage.inference("anthropic", model="claude-sonnet-4-6") as call:
        stream = call.stream(client)
        assert list(stream.text_stream) == ["It ", "is."]
    assert told(one(exported)) == {OUTPUT: [said("assistant", "It is.", finish_reason="end_turn")]}


def test_the_body_of_a_raw_response_is_read(exported: InMemorySpanExporter, configured: Configured) -> None:
    """Once it is there."""
    configured(ON_SPANS)
    body = json.dumps(completion("It is.")).encode()
    for closed in (True, False):
        raw = SimpleNamespace(
            http_response=SimpleNamespace(is_closed=closed, content=body if closed else None, headers={})
        )
        with otel_usage.inference("openai", model="gpt-4o") as call:
            call.record(raw)
    read, unread = exported.get_finished_spans()
    assert told(read) == {OUTPUT: [said("assistant", "It is.", finish_reason="stop")]}
    assert told(unread) == {}


def test_a_prompt_is_taken_as_it_was_when_it_was_said(
    exported: InMemorySpanExporter, configured: Configured
) -> None:
    """An agent goes on with its list of messages; what is said again replaces what was said."""
    configured(ON_SPANS)
    messages = [{"role": "user", "content": "What?"}]
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.prompt("forgotten")
        call.prompt(messages)
        messages.append({"role": "assistant", "content": "later"})
    assert told(one(exported)) == {INPUT: [said("user", "What?")]}


def numbers() -> Iterator[int]:
    """A generator."""
    yield from range(3)


async def later() -> AsyncIterator[int]:
    """An asynchronous one."""
    yield 1


def cyclic() -> list[Any]:
    """A list that holds itself."""
    items: list[Any] = [{"role": "user", "content": "What?"}]
    items.append({"role": "user", "content": items})
    return items


@pytest.mark.parametrize(
    ("prompt", "counted"),
    [
        (Hostile(), "failures.read"),
        ([Hostile()], "failures.read"),
        ([{"role": "user", "content": Hostile()}], "failures.read"),
        (numbers(), "unreadable_content"),
        (later(), "unreadable_content"),
        (iter(["What?"]), "unreadable_content"),
        (cyclic(), None),
        (["x" * 10_000_000, 5, None, object(), b"\xff", {"a": {"b": float("nan")}}], None),
        ([{"role": "user", "content": "word " * 20}] * 20_000, None),
        ({}, None),
        ([], None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_prompt_that_cannot_be_read_harms_nothing(
    exported: InMemorySpanExporter,
    configured: Configured,
    booked: Booked,
    stats: Stats,
    prompt: object,
    counted: str | None,
) -> None:
    """Nothing is raised into the agent, the call is booked, and what failed is counted."""
    configured(ON_SPANS)
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.prompt(prompt, system=prompt, tools=prompt)
        call.record({**answer(), "choices": prompt})
    assert otel_usage.log_llm(provider="openai", prompt=prompt, response=prompt) is not None
    with otel_usage.tool("search", arguments={"given": prompt}) as tool:
        tool.result(prompt)
    assert len(booked()) == 2
    assert len(exported.get_finished_spans()) == 3
    assert sum(len(span.to_json()) for span in exported.get_finished_spans()) < 1_000_000
    counts = stats()
    failures = {name for name in counts if name.startswith("failures") or name == "unreadable_content"}
    assert failures == (set() if counted is None else {counted})


def test_what_can_be_read_once_is_left_to_the_application(configured: Configured) -> None:
    """As a prompt, as a response, as an argument and as what a tool gives."""
    configured(ON_SPANS)
    generator = numbers()

    @otel_usage.tool()
    def passing(values: Iterator[int]) -> Iterator[int]:
        return values

    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.prompt(generator, system=[generator])
        call.record(generator)
    assert list(passing(generator)) == [0, 1, 2]


def test_a_tool_that_is_decorated_tells_its_arguments_by_name(
    exported: InMemorySpanExporter, configured: Configured
) -> None:
    """Without the object that it belongs to; of an asynchronous one too. A call that does not fit raises its own error."""
    configured(ON_SPANS)

    class Shop:
        @otel_usage.tool("price")
        def price(self, what: str, *more: str, **rest: int) -> int:
            return len(what) + len(more) + sum(rest.values())

        @otel_usage.tool("ask")
        async def ask(self, what: str) -> None:
            """Nothing is found."""

    shop = Shop()
    assert shop.price("pear", "plum", weight=3) == 4 + 1 + 3
    asyncio.run(shop.ask("pear"))
    with pytest.raises(TypeError, match="missing"):
        shop.price()  # type: ignore[call-arg]  # the application's mistake
    price, ask, wrong = exported.get_finished_spans()
    assert told(price) == {
        ARGUMENTS: {"what": "pear", "more": ["plum"], "rest": {"weight": 3}},
        RESULT: 4 + 1 + 3,
    }
    assert told(ask) == {ARGUMENTS: {"what": "pear"}}
    assert wrong.status.description == wrong.events[0].attributes["exception.message"]  # type: ignore[index]  # there is one


def test_a_tool_that_is_entered_again_tells_its_own(
    exported: InMemorySpanExporter, configured: Configured
) -> None:
    """What ``as`` gives is the one that was entered."""
    configured(ON_SPANS)
    tool = otel_usage.tool("search")
    with tool as outer, tool as inner:
        inner.result("inner")
        outer.result("outer")
    results = [dict(span.attributes or {})[RESULT] for span in exported.get_finished_spans()]
    assert results == ["inner", "outer"]


def test_what_is_said_outside_of_a_block_is_told_and_left(
    configured: Configured, stats: Stats, caplog: pytest.LogCaptureFixture
) -> None:
    """A prompt before or after it, a result after it."""
    configured(ON_SPANS)
    call, tool = otel_usage.inference("openai", model="gpt-4o"), otel_usage.tool("search")
    call.prompt("early")
    tool.result("early")
    with call, tool:
        pass
    call.prompt("late")
    tool.result("late")
    assert stats()["late_record"] == 2
    assert len([line for line in caplog.messages if "outside of its inference block" in line]) == 1


def test_a_span_that_records_nothing_has_content_in_files_only(
    configured: Configured, kept: Kept, booked: Booked
) -> None:
    """Whether there is no SDK, or the span is another process's."""
    configured(ON_SPANS)
    with remote_parent(), otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(completion("It is."))
    (line,), (record,) = kept(), booked()
    assert line["id"] == record.id


def test_spans_of_tools_have_names_whatever_they_are_given(
    exported: InMemorySpanExporter, configured: Configured, stats: Stats
) -> None:
    """An argument that cannot be read takes only itself away."""
    configured(ON_SPANS)
    with otel_usage.tool("search", arguments=Hostile()) as tool:
        tool.result(Hostile())
    span = by_name(exported)["execute_tool search"]
    assert dict(span.attributes or {})["gen_ai.tool.name"] == "search"
    assert not any(name.startswith("failures.start") for name in stats())
