"""Log records and events about generative AI are redacted before any other processor sees them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry._logs import LogRecord
from opentelemetry.sdk._logs import LoggerProvider, LogRecordProcessor
from opentelemetry.sdk._logs.export import (
    BatchLogRecordProcessor,
    InMemoryLogRecordExporter,
    SimpleLogRecordProcessor,
)

from otel_usage.processing.install import attach
from otel_usage.processing.sdk import Redacted, UnknownSdkError

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentelemetry.sdk._logs.export import LogRecordExporter

    from otel_usage.processing.logs import UsageLogProcessor
    from otel_usage.processing.spans import UsageSpanProcessor
    from otel_usage.recorder import Recorder

SECRET = "-".join(("sk", "proj", "0a1B2c3D4e5F6g7H" * 3))
EVENT = "gen_ai.client.inference.operation.details"


@pytest.fixture
def provider(
    processor: UsageSpanProcessor, log_processor: UsageLogProcessor
) -> Callable[..., LoggerProvider]:
    """An application's provider; ours is attached after its processors."""

    def make(*processors: LogRecordProcessor) -> LoggerProvider:
        made = LoggerProvider(shutdown_on_exit=False)
        for one in processors:
            made.add_log_record_processor(one)
        assert attach(None, made, processor=processor, log_processor=log_processor) == []
        return made

    return make


def kept() -> InMemoryLogRecordExporter:
    """An exporter that keeps what it gets."""
    return InMemoryLogRecordExporter()  # type: ignore[no-untyped-call]  # the SDK's


def told(exporter: InMemoryLogRecordExporter) -> str:
    """Everything that an exporter got."""
    records = [data.log_record for data in exporter.get_finished_logs()]
    return repr([(record.body, dict(record.attributes or {}), record.exception) for record in records])


@pytest.mark.parametrize("exporting", [SimpleLogRecordProcessor, BatchLogRecordProcessor])
def test_a_secret_reaches_no_exporter_whatever_the_order(
    exporting: Callable[[LogRecordExporter], LogRecordProcessor], provider: Callable[..., LoggerProvider]
) -> None:
    """Body, nested body, attributes and exception hold placeholders, also for an exporter that was there first."""
    before, after = kept(), kept()
    made = provider(exporting(before))
    made.add_log_record_processor(exporting(after))
    logger = made.get_logger("app")
    logger.emit(
        event_name=EVENT,
        body={"messages": [{"content": f"key {SECRET}"}]},
        attributes={"gen_ai.input.messages": SECRET, "app.nested": {"password": "hunter2-and-more"}},
        exception=ValueError(f"key {SECRET} rejected"),
    )
    logger.emit(body=f"key {SECRET}", attributes={"gen_ai.operation.name": "chat"})
    made.get_logger("otel_usage").emit(body=SECRET)
    made.get_logger("opentelemetry.instrumentation.openai_v2").emit(body=SECRET)
    made.force_flush()
    for exporter in (before, after):
        text = told(exporter)
        assert len(exporter.get_finished_logs()) == 4
        assert SECRET not in text
        assert "hunter2" not in text
        assert "key [REDACTED:api_key] rejected" in text
    made.shutdown()


def test_the_record_of_the_application_stays_as_it_is(provider: Callable[..., LoggerProvider]) -> None:
    """It may go on with its own object; the processors see another."""
    made = provider(SimpleLogRecordProcessor(kept()))
    record = LogRecord(body={"text": SECRET}, event_name=EVENT)
    made.get_logger("app").emit(record)
    assert record.body == {"text": SECRET}


def test_other_log_records_stay_as_they_are(provider: Callable[..., LoggerProvider]) -> None:
    """Neither a record of another library nor its attributes are looked into."""
    exporter = kept()
    made = provider(SimpleLogRecordProcessor(exporter))
    made.get_logger("app").emit(body=SECRET, attributes={"app.note": SECRET})
    (data,) = exporter.get_finished_logs()
    assert (data.log_record.body, dict(data.log_record.attributes or {})) == (SECRET, {"app.note": SECRET})


def test_when_redaction_fails_the_texts_are_taken_away(
    monkeypatch: pytest.MonkeyPatch, recorder: Recorder, provider: Callable[..., LoggerProvider]
) -> None:
    """Names stay, texts do not, and the failure is counted."""

    def fail(*_: object, **__: object) -> str:
        raise RuntimeError("no redaction")

    for name in ("text", "value"):
        monkeypatch.setattr(recorder, name, fail)
    exporter = kept()
    made = provider(SimpleLogRecordProcessor(exporter))
    attributes = {"gen_ai.operation.name": "chat", "gen_ai.input.messages": SECRET}
    made.get_logger("app").emit(event_name=EVENT, body={"text": SECRET}, attributes=attributes)
    (data,) = exporter.get_finished_logs()
    assert data.log_record.body == "[REDACTED:error]"
    assert dict(data.log_record.attributes or {}) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.input.messages": "[REDACTED:error]",
    }
    assert recorder.counts["failures.redact"] == 1


def test_where_the_sdk_is_built_otherwise_the_texts_are_taken_away(
    monkeypatch: pytest.MonkeyPatch, recorder: Recorder, provider: Callable[..., LoggerProvider]
) -> None:
    """Attributes that cannot be replaced in their own way are replaced by plain ones."""

    def fail(*_: object) -> Redacted:
        raise UnknownSdkError("attributes are a secret")

    monkeypatch.setattr(Redacted, "over", fail)
    exporter = kept()
    made = provider(SimpleLogRecordProcessor(exporter))
    attributes = {"gen_ai.operation.name": "chat", "error.type": SECRET, "gen_ai.input.messages": SECRET}
    made.get_logger("app").emit(event_name=EVENT, body=SECRET, attributes=attributes)
    (data,) = exporter.get_finished_logs()
    assert data.log_record.body == "[REDACTED:error]"
    assert data.log_record.attributes == {
        "gen_ai.operation.name": "chat",
        "error.type": "[REDACTED:error]",
        "gen_ai.input.messages": "[REDACTED:error]",
    }
    assert recorder.counts["failures.redact"] == 1


def test_a_failure_that_is_logged_through_opentelemetry_does_not_lead_to_the_next(
    monkeypatch: pytest.MonkeyPatch, recorder: Recorder, provider: Callable[..., LoggerProvider]
) -> None:
    """Our own warning is a log record of our scope, in which redaction fails as well."""

    def fail(*_: object, **__: object) -> str:
        raise RuntimeError("no redaction")

    monkeypatch.setattr(recorder, "text", fail)
    exporter = kept()
    made = provider(SimpleLogRecordProcessor(exporter))

    class Handing(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            made.get_logger(record.name).emit(body=record.getMessage())

    logger, handler = logging.getLogger("otel_usage"), Handing()
    logger.addHandler(handler)
    try:
        made.get_logger("app").emit(event_name=EVENT, body=SECRET)
    finally:
        logger.removeHandler(handler)
    assert recorder.counts["failures.redact"] == 2
    assert SECRET not in told(exporter)


def test_a_body_without_an_end_is_taken_away(provider: Callable[..., LoggerProvider]) -> None:
    """A value that holds itself is too large for any bound."""
    exporter = kept()
    made = provider(SimpleLogRecordProcessor(exporter))
    body: dict[str, Any] = {"text": SECRET}
    body["again"] = body
    made.get_logger("app").emit(event_name=EVENT, body=body)
    (data,) = exporter.get_finished_logs()
    assert str(data.log_record.body).startswith("[REDACTED:")


def test_the_processor_makes_no_logger_wanted(provider: Callable[..., LoggerProvider]) -> None:
    """Where nobody else wants a record, none need be made."""
    made = provider()
    assert not made.get_logger("app").enabled(event_name=EVENT)
