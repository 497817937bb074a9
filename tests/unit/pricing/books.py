"""Price books with overrides, written as a person writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from otel_usage.pricing import PriceBook
from otel_usage.settings import PriceOverride, PricingSettings

__all__ = ["book_of", "midnight"]

WORDS = {"model", "provider", "service", "endpoint", "like", "starts", "until"}


def book_of(*entries: dict[str, Any]) -> PriceBook:
    """A book with these overrides; numbers as text."""

    def override(entry: dict[str, Any]) -> PriceOverride:
        fields: dict[str, Any] = {
            key: value if key in WORDS else Decimal(value) for key, value in entry.items()
        }
        return PriceOverride(**fields)

    return PriceBook(PricingSettings(overrides=tuple(map(override, entries))))


def midnight(day: date) -> int:
    """The first nanosecond of a day in UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 10**9
