"""A journal folder, a clock that the test moves, and records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from otel_usage.records import UsageRecord

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Clock:
    """Seconds since the epoch, moved by hand."""

    def __init__(self, text: str) -> None:
        self.set(text)

    def __call__(self) -> float:
        """The present."""
        return self.now

    def set(self, text: str) -> None:
        """Set the UTC time."""
        self.now = datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands one second before midnight."""
    return Clock("2026-03-01T23:59:59")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An empty journal folder."""
    path = tmp_path / "logs"
    path.mkdir()
    return path


@pytest.fixture
def record() -> Callable[..., UsageRecord]:
    """Makes a plain record by its id."""

    def make(record_id: str = "call:1", **changes: object) -> UsageRecord:
        values: dict[str, object] = {
            "id": record_id,
            "start": 1_772_400_000 * 10**9,
            "source": "live",
            "provider": "openai",
            "request_model": "gpt-4o",
            **changes,
        }
        return UsageRecord(**values)  # type: ignore[arg-type]  # the tests give values of the fields' types

    return make
