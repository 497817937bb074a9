"""The usage and cost layer for LLM agents, native to OpenTelemetry."""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from otel_usage.instrument.blocks import agent, api_call, attribution, inference, tool
    from otel_usage.instrument.logged import log_api, log_llm
    from otel_usage.instrument.spending import budget_status, check_budget, get_today_spending
    from otel_usage.records import Cost, CostStatus, Status, UsageRecord
    from otel_usage.runtime import configure, flush, shutdown
    from otel_usage.token_usage import TokenUsage

_HOMES = {
    "Cost": "otel_usage.records",
    "CostStatus": "otel_usage.records",
    "Status": "otel_usage.records",
    "TokenUsage": "otel_usage.token_usage",
    "UsageRecord": "otel_usage.records",
    "agent": "otel_usage.instrument.blocks",
    "api_call": "otel_usage.instrument.blocks",
    "attribution": "otel_usage.instrument.blocks",
    "budget_status": "otel_usage.instrument.spending",
    "check_budget": "otel_usage.instrument.spending",
    "configure": "otel_usage.runtime",
    "flush": "otel_usage.runtime",
    "get_today_spending": "otel_usage.instrument.spending",
    "inference": "otel_usage.instrument.blocks",
    "log_api": "otel_usage.instrument.logged",
    "log_llm": "otel_usage.instrument.logged",
    "shutdown": "otel_usage.runtime",
    "tool": "otel_usage.instrument.blocks",
}

__all__ = [
    "Cost",
    "CostStatus",
    "Status",
    "TokenUsage",
    "UsageRecord",
    "agent",
    "api_call",
    "attribution",
    "budget_status",
    "check_budget",
    "configure",
    "flush",
    "get_today_spending",
    "inference",
    "log_api",
    "log_llm",
    "shutdown",
    "tool",
]


def __getattr__(name: str) -> object:
    """Load a public name from its module when it is first asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'otel_usage' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  # the import is what is deferred

    value = getattr(import_module(_HOMES[name]), name)
    # From now on the name is found without this function.
    globals()[name] = value
    return value
