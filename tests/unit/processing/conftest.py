"""A recorder into a folder of the test's own, and the processors that stand on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from otel_usage.journal.lines import Call, decode
from otel_usage.journal.writer import JournalWriter
from otel_usage.pricing.book import PriceBook
from otel_usage.processing.logs import UsageLogProcessor
from otel_usage.processing.spans import UsageSpanProcessor
from otel_usage.recorder import Recorder
from otel_usage.redaction.redactor import Redactor
from otel_usage.settings import RedactionSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from otel_usage.records import UsageRecord


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """An empty journal folder."""
    path = tmp_path / "logs"
    path.mkdir()
    return path


@pytest.fixture
def recorder(logs: Path) -> Iterator[Recorder]:
    """A recorder into the folder."""
    made = Recorder(
        JournalWriter(logs, background=False),
        book=PriceBook(),
        redactor=Redactor(RedactionSettings()),
        models=Redactor(RedactionSettings()),
    )
    yield made
    made.close()


@pytest.fixture
def processor(recorder: Recorder) -> UsageSpanProcessor:
    """The span processor."""
    return UsageSpanProcessor(recorder=recorder)


@pytest.fixture
def log_processor(recorder: Recorder) -> UsageLogProcessor:
    """The log record processor."""
    return UsageLogProcessor(recorder=recorder)


@pytest.fixture
def booked(logs: Path) -> Callable[[], list[UsageRecord]]:
    """The records of the journal."""

    def read() -> list[UsageRecord]:
        text = b"".join(path.read_bytes() for path in sorted(logs.glob("*"))).decode()
        lines = [decode(line.encode()) for line in text.split("\n") if line]
        return [line.record for line in lines if isinstance(line, Call)]

    return read
