"""A record, and who it belongs to, as the attributes of a span."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

from otel_usage import semconv
from otel_usage.records import Kind

if TYPE_CHECKING:
    from otel_usage.records import UsageRecord
    from otel_usage.settings import Attribution

__all__ = ["attributes", "belonging"]

_USD: Final = 10**9
_BELONGING: Final = {
    semconv.AGENT_NAME: "agent",
    semconv.CONVERSATION_ID: "session_id",
    semconv.JOB_ID: "job_id",
    semconv.TEAM: "team",
    semconv.PROJECT: "project",
    semconv.TASK_TYPE: "task_type",
    semconv.TASK_DESCRIPTION: "task_description",
}
"""Attribute → field of a record, and of an attribution."""
_CALL: Final = {
    semconv.RECORD_ID: "id",
    semconv.RESPONSE_MODEL: "response_model",
    semconv.RESPONSE_ID: "response_id",
    semconv.SERVICE_TIER: "service_tier",
    semconv.SERVICE: "service",
    semconv.ENDPOINT: "endpoint",
    semconv.HTTP_STATUS_CODE: "status_code",
    semconv.ERROR_TYPE: "error_type",
    semconv.USAGE_INPUT: "usage.input",
    semconv.USAGE_OUTPUT: "usage.output",
    semconv.USAGE_CACHE_READ: "usage.cache_read",
    semconv.USAGE_CACHE_WRITE: "usage.cache_write",
    semconv.USAGE_CACHE_WRITE_5M: "usage.cache_write_5m",
    semconv.USAGE_CACHE_WRITE_1H: "usage.cache_write_1h",
    semconv.USAGE_REASONING: "usage.reasoning",
    semconv.COST_NANOS: "cost.nanos",
    semconv.COST_PRICE_SOURCE: "cost.price_source",
    semconv.COST_RATE_CARD: "cost.rate_card",
}
"""Attribute → field of a record."""
_belonging_of = attrgetter(*_BELONGING.values())
_call_of = attrgetter(*_CALL.values())


def belonging(of: UsageRecord | Attribution) -> dict[str, str | int | float]:
    """Who a call, an agent's run or a tool's call belongs to; what is unknown has no attribute."""
    found: dict[str, str | int | float] = {
        name: value for name, value in zip(_BELONGING, _belonging_of(of), strict=True) if value is not None
    }
    for name, value in of.tags.items():
        found[semconv.TAG_PREFIX + name] = value
    return found


def attributes(record: UsageRecord) -> dict[str, str | int | float]:
    """The attributes that are known at the end of a call; what is unknown has none."""
    found = belonging(record)
    for name, value in zip(_CALL, _call_of(record), strict=True):
        if value is not None:
            found[name] = value
    if record.time_to_first_chunk is not None:
        found[semconv.TIME_TO_FIRST_CHUNK] = record.time_to_first_chunk / 10**9
    if record.kind is Kind.LLM:
        found[semconv.COST_STATUS] = record.cost.status.value
    if record.cost.nanos is not None:
        # The proposal asks for a double; the exact amount stands beside it as an integer.
        found[semconv.COST_AMOUNT] = record.cost.nanos / _USD
        found[semconv.COST_CURRENCY] = "USD"
        found[semconv.COST_SOURCE] = "provider" if record.cost.price_source == "provider" else "local"
    return found
