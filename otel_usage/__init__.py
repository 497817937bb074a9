"""The usage and cost layer for LLM agents, native to OpenTelemetry."""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from otel_usage.records import Cost, CostStatus, Status, TokenUsage, UsageRecord
    from otel_usage.runtime import configure, flush, inference, shutdown

_HOMES = {
    "Cost": "otel_usage.records",
    "CostStatus": "otel_usage.records",
    "Status": "otel_usage.records",
    "TokenUsage": "otel_usage.records",
    "UsageRecord": "otel_usage.records",
    "configure": "otel_usage.runtime",
    "flush": "otel_usage.runtime",
    "inference": "otel_usage.runtime",
    "shutdown": "otel_usage.runtime",
}

__all__ = [
    "Cost",
    "CostStatus",
    "Status",
    "TokenUsage",
    "UsageRecord",
    "configure",
    "flush",
    "inference",
    "shutdown",
]


def __getattr__(name: str) -> object:
    """Load a public name from its module when it is first asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'otel_usage' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  # the import is what is deferred

    return getattr(import_module(_HOMES[name]), name)
