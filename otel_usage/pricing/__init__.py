"""Prices: pure functions from a record and a rate card to a cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from otel_usage.pricing.arithmetic import Line, compute, lines
    from otel_usage.pricing.book import PriceBook, Quote
    from otel_usage.pricing.cards import RateCard

_HOMES = {
    "Line": "otel_usage.pricing.arithmetic",
    "PriceBook": "otel_usage.pricing.book",
    "Quote": "otel_usage.pricing.book",
    "RateCard": "otel_usage.pricing.cards",
    "compute": "otel_usage.pricing.arithmetic",
    "lines": "otel_usage.pricing.arithmetic",
}

__all__ = ["Line", "PriceBook", "Quote", "RateCard", "compute", "lines"]


def __getattr__(name: str) -> object:
    """Load a public name from its module when it is first asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'otel_usage.pricing' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  # the import is what is deferred

    return getattr(import_module(_HOMES[name]), name)
