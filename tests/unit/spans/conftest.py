"""A home of the test's own, the SDK with an exporter in memory, and the journal's calls."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
    InMemorySpanExporter,
)
from opentelemetry.util._once import Once

import otel_usage
from otel_usage.journal.lines import Call, Stats, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from opentelemetry.sdk.trace.sampling import Sampler

    from otel_usage.records import UsageRecord


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home that this process records into."""
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OTEL_USAGE_HOME", str(tmp_path / "home"))
    otel_usage.shutdown()
    yield tmp_path / "home"
    otel_usage.shutdown(timeout=0.2)


@pytest.fixture(autouse=True)
def _no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenTelemetry takes one provider a process; a test begins as a process does, with none."""
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", Once())


@pytest.fixture
def sdk() -> Iterator[Callable[..., InMemorySpanExporter]]:
    """Installs the SDK with a sampler; what it exports is kept."""
    made: list[TracerProvider] = []

    def install(sampler: Sampler | None = None) -> InMemorySpanExporter:
        exporter = InMemorySpanExporter()
        provider = TracerProvider(sampler=sampler)
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        trace.set_tracer_provider(provider)
        made.append(provider)
        return exporter

    yield install
    for provider in made:
        provider.shutdown()


@pytest.fixture
def exported(sdk: Callable[..., InMemorySpanExporter]) -> InMemorySpanExporter:
    """The SDK as an application usually installs it."""
    return sdk()


@pytest.fixture
def journal(place: Path) -> Callable[[], str]:
    """Everything that is in the journal, as text."""
    return lambda: b"".join(path.read_bytes() for path in sorted((place / "logs").glob("*"))).decode()


@pytest.fixture
def booked(journal: Callable[[], str]) -> Callable[[], list[UsageRecord]]:
    """The records of the journal."""

    def read() -> list[Any]:
        return [line.record for line in _lines(journal()) if isinstance(line, Call)]

    return read


@pytest.fixture
def stats(journal: Callable[[], str]) -> Callable[[], Counter[str]]:
    """What the process counted up to now; it is shut down for that."""

    def read() -> Counter[str]:
        otel_usage.shutdown()
        return sum(
            (Counter(line.counts) for line in _lines(journal()) if isinstance(line, Stats)), Counter[str]()
        )

    return read


def _lines(text: str) -> list[Any]:
    return [decode(line.encode()) for line in text.split("\n") if line]
