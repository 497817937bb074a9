"""Shared by the tests of pricing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.pricing import PriceBook
from otel_usage.records import UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = 86_400 * 10**9
NOVEMBER_2026 = 20_778 * DAY  # 2026-11-21


@pytest.fixture(scope="session")
def book() -> PriceBook:
    """A book with default settings, as on a caller's thread."""
    return PriceBook()


@pytest.fixture(scope="session")
def call() -> Callable[..., UsageRecord]:
    """Make a record from provider, model and token counts; other arguments are fields of the record."""

    def make(provider: str | None, model: str | None, **fields: Any) -> UsageRecord:
        counts = {name: fields.pop(name) for name in TokenUsage.__struct_fields__ if name in fields}
        fields.setdefault("start", NOVEMBER_2026)
        fields.setdefault("usage", TokenUsage(**counts))
        return UsageRecord(id="call:1", source="live", provider=provider, request_model=model, **fields)

    return make
