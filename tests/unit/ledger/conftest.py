from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.home import Home
from otel_usage.journal.lines import encode
from otel_usage.records import Cost, CostStatus, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from otel_usage.journal.lines import Line

NOON = 1_790_000_000 * 10**9
"""2026-09-21T13:33:20Z in nanoseconds."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty data directory."""
    found = Home(tmp_path / "home")
    found.prepare()
    return found


@pytest.fixture
def write(home: Home) -> Callable[..., None]:
    """Appends lines to the journal of ``home``, or of another home, in one file."""

    def append(lines: Iterable[Line], *, into: Home = home, name: str = "2099-01-01.jsonl") -> None:
        with (into.logs / name).open("ab") as file:
            for line in lines:
                file.write(encode(line))

    return append


@pytest.fixture
def record() -> Callable[..., UsageRecord]:
    """Makes a priced record of one provider; any field can be given."""

    def make(record_id: str, *, nanos: int | None = 1_000, **fields: Any) -> UsageRecord:
        cost = (
            Cost(status=CostStatus.PRICED, nanos=nanos)
            if nanos is not None
            else Cost(status=CostStatus.UNPRICED)
        )
        values: dict[str, Any] = {
            "start": NOON,
            "source": "live",
            "provider": "openai",
            "request_model": "gpt-4o",
            "usage": TokenUsage(input=100, output=10),
            "cost": cost,
        }
        return UsageRecord(id=record_id, **values | fields)

    return make
