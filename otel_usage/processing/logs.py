"""The log record processor: takes secrets out of log records and events about generative AI."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from opentelemetry.sdk._logs import LogRecordProcessor

from otel_usage.dialects import concerns, generative
from otel_usage.processing.content import unspoken
from otel_usage.processing.scan import Memory, Scan
from otel_usage.processing.sdk import Redacted
from otel_usage.redaction.stand_ins import ERROR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentelemetry.sdk._logs import ReadWriteLogRecord

    from otel_usage.processing.scan import Redaction
    from otel_usage.recorder import Recorder

__all__ = ["UsageLogProcessor"]


class UsageLogProcessor(LogRecordProcessor):
    """Redacts a log record before the processors after it see it: it must be the first (see ``install``).

    A record that cannot be redacted loses its texts. Nothing is raised into the application, and the record that it
    made stays as it is: the processors after this one see another.

    Attributes:
        recorder: Counts what fails; another may take its place.
    """

    def __init__(self, *, recorder: Recorder, redaction: Redaction | None = None) -> None:
        """Take the parts.

        Args:
            recorder: Counts what fails.
            redaction: Takes secrets out; None for the recorder's.
        """
        self.recorder = recorder
        self._redaction = redaction
        self._memory = Memory(redaction or recorder)

    def on_emit(self, log_record: ReadWriteLogRecord) -> None:
        """Redact a record when it is about generative AI."""
        try:
            if _concerned(log_record):
                self._redact(log_record)
        except Exception as error:  # noqa: BLE001  # nothing of ours reaches the application
            self.recorder.failed("redact", error)

    def enabled(self, **_: object) -> bool:
        """Say no: a record that no other processor wants need not be made."""
        return False

    def shutdown(self) -> None:
        """Nothing is held."""

    def force_flush(self, timeout_millis: int = 30_000) -> bool:  # noqa: ARG002  # the SDK's
        """Nothing is held."""
        return True

    def _redact(self, log_record: ReadWriteLogRecord) -> None:
        record = log_record.log_record
        given = record.attributes or {}
        scan = Scan(self._remembered())
        try:
            attributes = scan.attributes(given)
            attributes = Redacted.over(record.attributes, attributes)
            _replace(log_record, attributes, None if record.body is None else scan.value(record.body))
        except Exception:
            # Whatever went wrong, the texts must not leave.
            _replace(log_record, unspoken(given), ERROR)
            raise

    def _remembered(self) -> Memory:
        """What was found clean by the redaction in force."""
        redaction = self._redaction or self.recorder
        if self._memory.redaction is not redaction:
            self._memory = Memory(redaction)
        return self._memory


def _concerned(log_record: ReadWriteLogRecord) -> bool:
    record, scope = log_record.log_record, log_record.instrumentation_scope
    if record.event_name and generative(record.event_name):
        return True
    return concerns("" if scope is None else scope.name, record.attributes or {})


def _replace(log_record: ReadWriteLogRecord, attributes: Mapping[str, Any], body: Any) -> None:  # noqa: ANN401  # of any shape
    """Let the processors that follow see another record; the exception's text and trace are among the attributes."""
    clean = copy(log_record.log_record)
    clean.attributes = attributes
    clean.body = body
    clean.exception = None
    log_record.log_record = clean
