from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.home import Home
from otel_usage.journal.lines import encode_call
from otel_usage.ledger.store import Ledger
from otel_usage.records import Cost, CostStatus, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty data directory."""
    found = Home(tmp_path / "home")
    found.prepare()
    return found


@pytest.fixture
def call(home: Home) -> Callable[..., None]:
    """Books a call at a moment; any field can be given."""
    numbers = iter(range(1_000_000))

    def book(moment: datetime, *, nanos: int | None, **fields: Any) -> None:
        status = CostStatus.UNPRICED if nanos is None else CostStatus.PRICED
        values: dict[str, Any] = {
            "provider": "openai",
            "request_model": "gpt-4o",
            "usage": TokenUsage(input=100, output=10),
        }
        record = UsageRecord(
            id=f"call:{next(numbers)}",
            start=int(moment.timestamp()) * 10**9,
            source="live",
            cost=Cost(status=status, nanos=nanos),
            **values | fields,
        )
        with (home.logs / "2099-01-01.jsonl").open("ab") as file:
            file.write(encode_call(record))

    return book


@pytest.fixture
def ledger(home: Home) -> Callable[[str], AbstractContextManager[Ledger]]:
    """Opens the ledger in a zone, brought up to date."""

    @contextmanager
    def opened(zone: str) -> Iterator[Ledger]:
        with Ledger(home, zone=zone) as found:
            assert found.ingest().complete
            yield found

    return opened
