"""What ``configure()`` sets up of OpenTelemetry and Prometheus, on real providers and real sockets."""

from __future__ import annotations

import logging
import os
import socket
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest
from opentelemetry import _logs as logs
from opentelemetry import metrics, trace
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NoOpTracerProvider, StatusCode
from opentelemetry.util._once import Once
from prometheus_client.parser import text_string_to_metric_families

import otel_usage
from otel_usage import runtime, semconv
from otel_usage.errors import InvalidValueError, RedactionError
from otel_usage.journal.lines import Call, decode
from otel_usage.processing import sdk
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]

SECRET = "-".join(("sk", "proj", "0a1B2c3D4e5F6g7H" * 3))
ONE = 1_000 * 2_500 + 100 * 10_000
"""Nano-dollars of a call: $2.50 and $10.00 per million tokens."""
CHAT: dict[str, str | int] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 1_000,
    "gen_ai.usage.output_tokens": 100,
}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of the test's own in a process that has no provider and has configured nothing yet."""
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OTEL_USAGE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    otel_usage.shutdown()
    monkeypatch.setattr(runtime, "_telemetry", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", Once())
    monkeypatch.setattr(metrics._internal, "_METER_PROVIDER", None)
    monkeypatch.setattr(metrics._internal, "_METER_PROVIDER_SET_ONCE", Once())
    monkeypatch.setattr(logs._internal, "_LOGGER_PROVIDER", None)
    monkeypatch.setattr(logs._internal, "_LOGGER_PROVIDER_SET_ONCE", Once())
    yield tmp_path / "home"
    otel_usage.shutdown(timeout=0.2)


@pytest.fixture
def booked(place: Path) -> Booked:
    """The records of the journal."""

    def read() -> list[UsageRecord]:
        data = b"".join(path.read_bytes() for path in sorted((place / "logs").glob("*.jsonl")))
        return [line.record for raw in data.split(b"\n") if raw and isinstance(line := decode(raw), Call)]

    return read


def listen(port: int) -> socket.socket:
    """Listen on a port; old connections to it may still be dying."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen()
    return listening


@pytest.fixture
def port() -> int:
    """A port that is free just now."""
    with listen(0) as bound:
        return int(bound.getsockname()[1])


class Provided:
    """The providers of an application, and what they export."""

    def __init__(self) -> None:
        self.spans, self.reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracers = TracerProvider(shutdown_on_exit=False)
        self.tracers.add_span_processor(SimpleSpanProcessor(self.spans))
        self.meters = MeterProvider([self.reader], shutdown_on_exit=False)
        self.records = InMemoryLogRecordExporter()  # type: ignore[no-untyped-call]  # the SDK's
        self.loggers = LoggerProvider(shutdown_on_exit=False)
        self.loggers.add_log_record_processor(SimpleLogRecordProcessor(self.records))

    def make_global(self) -> None:
        """Set them as an application does."""
        trace.set_tracer_provider(self.tracers)
        metrics.set_meter_provider(self.meters)
        logs.set_logger_provider(self.loggers)

    def totals(self) -> dict[str, float]:
        """What the instruments have come to: a counter's sum, a histogram's count."""
        found: dict[str, float] = {}
        data = self.reader.get_metrics_data()
        for resource in data.resource_metrics if data is not None else []:
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    for point in metric.data.data_points:
                        value: float = getattr(point, "count", 0) or getattr(point, "value", 0)
                        found[metric.name] = found.get(metric.name, 0) + value
        return found


@pytest.fixture
def provided() -> Iterator[Provided]:
    """An application's own providers, not yet global."""
    made = Provided()
    yield made
    made.tracers.shutdown()
    made.meters.shutdown()
    made.loggers.shutdown()


def one_call(**fields: Any) -> None:
    """A call of gpt-4o."""
    with otel_usage.inference("openai", model="gpt-4o", **fields) as call:
        call.record(TokenUsage(input=1_000, output=100))


def foreign_call() -> None:
    """A span of somebody else's instrumentation."""
    with trace.get_tracer("opentelemetry.instrumentation.openai_v2").start_as_current_span(
        "chat gpt-4o", attributes=CHAT
    ):
        pass


def test_without_an_endpoint_nothing_is_set_up() -> None:
    """No provider, no instrument, no thread: calls are in the ledger."""
    otel_usage.configure()
    one_call()
    assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
    assert not isinstance(metrics.get_meter_provider(), MeterProvider)


def test_the_applications_own_providers_are_used(provided: Provided, booked: Booked) -> None:
    """Its exporters get our spans and our sums; other instrumentations' calls are booked, and counted by themselves."""
    provided.make_global()
    otel_usage.configure()
    one_call()
    foreign_call()
    assert [span.name for span in provided.spans.get_finished_spans()] == ["chat gpt-4o"] * 2
    assert [record.cost.nanos for record in booked()] == [ONE, ONE]
    totals = provided.totals()
    assert totals["otel_usage.client.calls"] == 1
    assert totals["otel_usage.client.cost_usd"] == pytest.approx(ONE / 10**9, abs=1e-12)


def test_providers_that_are_passed_are_used(provided: Provided, booked: Booked) -> None:
    """They need not be the global ones: our own spans go there too."""
    otel_usage.configure(
        tracer_provider=provided.tracers, meter_provider=provided.meters, logger_provider=provided.loggers
    )
    with provided.tracers.get_tracer("x").start_as_current_span("chat gpt-4o", attributes=CHAT):
        pass
    one_call()
    assert len(booked()) == 2
    assert [span.name for span in provided.spans.get_finished_spans()] == ["chat gpt-4o"] * 2
    assert provided.totals()["otel_usage.client.calls"] == 1
    assert len(sdk.log_processors(provided.loggers)) == 2


def test_configuring_again_adds_nothing(provided: Provided, booked: Booked) -> None:
    """One processor, one set of instruments, sums that are the ledger's; also after a shutdown."""
    provided.make_global()
    otel_usage.configure()
    otel_usage.configure()
    one_call()
    foreign_call()
    otel_usage.shutdown()
    otel_usage.configure()
    one_call()
    foreign_call()
    assert len(sdk.span_processors(provided.tracers)) == 2
    assert len(sdk.log_processors(provided.loggers)) == 2
    assert len({record.id for record in booked()}) == len(booked()) == 4
    totals = provided.totals()
    assert totals["otel_usage.client.calls"] == totals["gen_ai.client.operation.duration"] == 2
    assert totals["otel_usage.client.tokens"] == 2 * 1_100


def test_redaction_that_was_not_effective_is_told_by_each_configuration(
    provided: Provided, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A provider is tried once, but the next recorder must know as well: it puts no content on spans."""
    monkeypatch.setattr("otel_usage.telemetry.redaction_problem", lambda *_: "spans are not redacted")
    provided.make_global()
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true")
    for _ in range(2):
        recorder = otel_usage.configure().recorder
        assert recorder is not None
        assert recorder.counts["redaction_ineffective"] == 1
        assert not recorder.captures(semconv.INPUT_MESSAGES)
    with pytest.raises(RedactionError, match="spans are not redacted"):
        otel_usage.configure(strict=True)


def test_histograms_reach_every_provider_that_was_given(provided: Provided) -> None:
    """As the counters do."""
    provided.make_global()
    other = Provided()
    otel_usage.configure()
    otel_usage.configure(meter_provider=other.meters)
    one_call()
    assert provided.totals() == other.totals()
    assert other.totals()["gen_ai.client.operation.duration"] == 1


def test_a_home_that_is_configured_later_gets_what_other_instrumentations_see(
    provided: Provided, tmp_path: Path, booked: Booked
) -> None:
    """The processor that is there looks for the recorder in force."""
    provided.make_global()
    otel_usage.configure(home=tmp_path / "first")
    otel_usage.configure()
    foreign_call()
    assert len(booked()) == 1
    assert not list((tmp_path / "first" / "logs").iterdir())


def test_providers_that_have_ended_are_no_problem(provided: Provided, booked: Booked) -> None:
    """An application may end its own before it ends us."""
    provided.make_global()
    provided.tracers.shutdown()
    provided.loggers.shutdown()
    provided.meters.shutdown()
    otel_usage.configure()
    one_call()
    assert len(booked()) == 1
    assert provided.spans.get_finished_spans() == ()


def test_a_switched_off_sdk_costs_no_call(monkeypatch: pytest.MonkeyPatch, booked: Booked) -> None:
    """Its tracers make no spans, and calls are booked all the same."""
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    otel_usage.configure(strict=True)
    one_call()
    assert [(record.cost.nanos, record.span_id) for record in booked()] == [(ONE, None)]


def test_switched_off_it_touches_no_provider(
    provided: Provided, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No processor, no instrument, no home, no port."""
    provided.make_global()
    monkeypatch.setenv("OTEL_USAGE_DISABLED", "1")
    assert otel_usage.configure(prometheus_port=1).recorder is None
    one_call()
    foreign_call()
    assert len(sdk.span_processors(provided.tracers)) == 1
    assert provided.totals() == {}
    assert not place.exists()


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"OTEL_TRACES_EXPORTER": "jaeger"}, "OTEL_TRACES_EXPORTER: 'jaeger' is not known here"),
        ({"OTEL_METRICS_EXPORTER": "prometheus"}, "OTEL_METRICS_EXPORTER: 'prometheus' is not known here"),
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "x"}, "OTEL_EXPORTER_OTLP_PROTOCOL: 'x' is not known here"),
        ({"OTEL_BSP_MAX_QUEUE_SIZE": "-1"}, "OpenTelemetry's variables: cannot be used (max_queue_size"),
        ({"OTEL_METRIC_EXPORT_INTERVAL": "-1"}, "OpenTelemetry's variables: cannot be used (interval"),
    ],
)
def test_a_variable_that_cannot_be_used_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    booked: Booked,
    variables: dict[str, str],
    sentence: str,
) -> None:
    """Set-up goes on, as the variables are not ours, and a call is recorded all the same."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with caplog.at_level(logging.WARNING, "otel_usage"):
        otel_usage.configure()
        if "known" in sentence:
            # Told once.
            otel_usage.configure()
    assert [sentence in line for line in caplog.messages] == [True]
    one_call()
    assert len(booked()) == 1


def test_what_is_not_known_is_not_told_where_nothing_is_made(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, provided: Provided, booked: Booked
) -> None:
    """The application exports by itself, and knows what it asks for."""
    provided.make_global()
    monkeypatch.setenv("OTEL_METRICS_EXPORTER", "prometheus")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")
    with caplog.at_level(logging.WARNING, "otel_usage"):
        otel_usage.configure()
    one_call()
    assert caplog.messages == []
    assert otel_usage.get_today_spending().cost == Decimal(ONE) / 10**9
    assert len(booked()) == 1


def test_a_telemetry_that_let_go_books_no_call_of_others_until_it_is_set_up_again(
    provided: Provided, booked: Booked
) -> None:
    """What they say is redacted all the same."""
    provided.make_global()
    otel_usage.configure()
    assert runtime._telemetry is not None
    runtime._telemetry.let_go()
    foreign_call()
    assert booked() == []
    otel_usage.configure()
    foreign_call()
    assert len(booked()) == 1


def test_none_exports_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the endpoint."""
    for name in ("OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    otel_usage.configure()
    assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
    assert not isinstance(metrics.get_meter_provider(), MeterProvider)


def test_a_provider_that_is_not_the_sdks_is_told_or_raised(
    caplog: pytest.LogCaptureFixture, booked: Booked
) -> None:
    """Spans of others are then not redacted; with ``strict`` that is an error."""
    with caplog.at_level(logging.WARNING, "otel_usage"):
        otel_usage.configure(tracer_provider=NoOpTracerProvider())
    assert ["NoOpTracerProvider is not a tracer provider" in line for line in caplog.messages] == [True]
    with pytest.raises(RedactionError, match="NoOpTracerProvider"):
        otel_usage.configure(tracer_provider=NoOpTracerProvider(), strict=True)
    one_call()
    assert len(booked()) == 1


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("home", 5),
        ("prometheus_port", 99_999),
        ("prometheus_port", -1),
        ("prometheus_port", "9465"),
        ("prometheus_port", True),
        ("meter_provider", "x"),
    ],
)
def test_an_argument_that_cannot_be_used_is_one_sentence(argument: str, value: Any) -> None:
    """It names the argument, and nothing is set up."""
    with pytest.raises(InvalidValueError, match=f"^{argument}: must be "):
        otel_usage.configure(**{argument: value})


def scraped(port: int) -> dict[str, float]:
    """The sums of a scrape's families, by sample name."""
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        text = answer.read().decode()
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if "le" not in sample.labels:
                found[sample.name] = found.get(sample.name, 0) + sample.value
    return found


def test_a_process_serves_its_own_metrics_until_it_is_shut_down(port: int, booked: Booked) -> None:
    """The same sums as the ledger's; the port is free again afterwards, and may be served again."""
    otel_usage.configure(prometheus_port=port)
    for _ in range(3):
        one_call()
    otel_usage.configure(prometheus_port=port)
    one_call()
    found = scraped(port)
    assert found["otel_usage_client_calls_total"] == len(booked()) == 4
    assert found["otel_usage_client_cost_usd_total"] == pytest.approx(4 * ONE / 10**9, abs=1e-12)
    assert found["otel_usage_client_tokens_total"] == 4 * 1_100
    assert found["gen_ai_client_operation_duration_seconds_count"] == 4
    otel_usage.shutdown()
    listen(port).close()
    otel_usage.configure(prometheus_port=port)
    one_call()
    assert scraped(port)["otel_usage_client_calls_total"] == 5


def test_a_port_that_is_taken_is_told_and_costs_nothing(
    caplog: pytest.LogCaptureFixture, booked: Booked
) -> None:
    """A second process with the same configuration goes on without."""
    with listen(0) as taken, caplog.at_level(logging.WARNING, "otel_usage"):
        otel_usage.configure(prometheus_port=taken.getsockname()[1])
    assert ["metrics are not served, port" in line for line in caplog.messages] == [True]
    one_call()
    assert len(booked()) == 1


def test_a_forked_child_does_not_keep_the_port(port: int) -> None:
    """It lives on while the parent gives the port back."""
    otel_usage.configure(prometheus_port=port)
    one_call()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        os.read(reading, 1)
        os._exit(0)
    try:
        os.close(reading)
        otel_usage.shutdown()
        listen(port).close()
    finally:
        os.close(writing)
        assert os.waitpid(child, 0)[1] == 0


def test_a_forked_child_tells_nothing_through_a_provider_that_it_inherits(
    provided: Provided, booked: Booked
) -> None:
    """Its readers hold what the parent counted; configuring changes nothing of that. Its calls are in the ledger."""
    provided.make_global()
    otel_usage.configure()
    one_call()
    assert provided.totals()["otel_usage.client.calls"] == 1
    child = os.fork()
    if child == 0:
        one_call()
        untold = "otel_usage.client.calls" not in provided.totals()
        otel_usage.configure()
        one_call()
        untold = untold and "otel_usage.client.calls" not in provided.totals()
        os._exit(0 if untold else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert provided.totals()["otel_usage.client.calls"] == 1
    assert len(booked()) == 3


class Response:
    """A response that holds a secret wherever a response may."""

    id = "chatcmpl-1"
    model = "gpt-4o"
    choices = ({"message": {"content": SECRET}},)
    usage = {"prompt_tokens": 1_000, "completion_tokens": 100, "note": SECRET}  # noqa: RUF012  # read only


def tell_secrets(provided: Provided) -> None:
    """Put a secret wherever an application and its instrumentations may put one."""
    tracer = trace.get_tracer("opentelemetry.instrumentation.openai_v2")
    with tracer.start_as_current_span(f"chat {SECRET}", attributes=CHAT) as span:
        span.set_attribute("gen_ai.input.messages", f'[{{"role":"user","content":"{SECRET}"}}]')
        span.set_attribute("gen_ai.prompt.0.content", f"my key is {SECRET}")
        span.add_event("gen_ai.content.prompt", {"gen_ai.prompt": SECRET})
        span.record_exception(ValueError(SECRET))
        span.set_status(StatusCode.ERROR, SECRET)
    with pytest.raises(ValueError, match="sk"), otel_usage.inference("openai", model="gpt-4o") as call:
        raise ValueError(SECRET)
    with otel_usage.inference("openai", model="gpt-4o", agent=SECRET, tags={"key": SECRET}) as call:
        call.record(Response())
    with pytest.raises(ValueError, match="sk"), otel_usage.agent(SECRET), otel_usage.tool(SECRET):
        raise ValueError(SECRET)
    otel_usage.log_llm(
        provider="openai", model="gpt-4o", prompt=SECRET, response=SECRET, error_message=SECRET, job_id=SECRET
    )
    provided.loggers.get_logger("opentelemetry.instrumentation.openai_v2").emit(
        event_name="gen_ai.user.message", body={"content": SECRET}, attributes={"gen_ai.prompt": SECRET}
    )


def test_no_secret_reaches_an_exporter_the_receiver_or_the_home(
    provided: Provided, place: Path, monkeypatch: pytest.MonkeyPatch, booked: Booked
) -> None:
    """With exporters registered before and after us; and each place has what it should have, redacted."""
    provided.make_global()
    after_spans, after_logs = InMemorySpanExporter(), InMemoryLogRecordExporter()  # type: ignore[no-untyped-call]  # the SDK's
    with import_module("tests.data.receiver").OtlpReceiver() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url)
        over_otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter").OTLPSpanExporter()
        logs_otlp = import_module("opentelemetry.exporter.otlp.proto.http._log_exporter").OTLPLogExporter()
        otel_usage.configure(strict=True)
        provided.tracers.add_span_processor(SimpleSpanProcessor(after_spans))
        provided.tracers.add_span_processor(SimpleSpanProcessor(over_otlp))
        provided.loggers.add_log_record_processor(SimpleLogRecordProcessor(after_logs))
        provided.loggers.add_log_record_processor(SimpleLogRecordProcessor(logs_otlp))
        tell_secrets(provided)
        otel_usage.shutdown()
        sent = b"".join(body for _, body in receiver.bodies)
    for exporter in (provided.spans, after_spans):
        text = "".join(span.to_json() for span in exporter.get_finished_spans())
        assert SECRET not in text
        assert text.count("[REDACTED:api_key]") > 5
    for records in (provided.records, after_logs):
        text = repr([(log.log_record.body, log.log_record.attributes) for log in records.get_finished_logs()])
        assert SECRET not in text
        assert text.count("[REDACTED:api_key]") == 2
    assert {path for path, _ in receiver.bodies} >= {"/v1/traces", "/v1/logs"}
    assert b"[REDACTED:api_key]" in sent
    assert SECRET.encode() not in sent
    assert len(booked()) == 4
    for path in place.rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes()
