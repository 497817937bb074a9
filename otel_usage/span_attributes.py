"""A record, and who it belongs to, as the attributes of a span."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage import semconv
from otel_usage.records import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.records import UsageRecord
    from otel_usage.settings import Attribution

__all__ = ["attributes", "belonging"]

_USD: Final = 10**9
_BELONGING: Final[tuple[tuple[str, Callable[[UsageRecord | Attribution], str | None]], ...]] = (
    (semconv.AGENT_NAME, lambda of: of.agent),
    (semconv.CONVERSATION_ID, lambda of: of.session_id),
    (semconv.JOB_ID, lambda of: of.job_id),
    (semconv.TEAM, lambda of: of.team),
    (semconv.PROJECT, lambda of: of.project),
    (semconv.TASK_TYPE, lambda of: of.task_type),
    (semconv.TASK_DESCRIPTION, lambda of: of.task_description),
)
_CALL: Final[tuple[tuple[str, Callable[[UsageRecord], str | int | None]], ...]] = (
    (semconv.RECORD_ID, lambda record: record.id),
    (semconv.RESPONSE_MODEL, lambda record: record.response_model),
    (semconv.RESPONSE_ID, lambda record: record.response_id),
    (semconv.SERVICE_TIER, lambda record: record.service_tier),
    (semconv.SERVICE, lambda record: record.service),
    (semconv.ENDPOINT, lambda record: record.endpoint),
    (semconv.HTTP_STATUS_CODE, lambda record: record.status_code),
    (semconv.ERROR_TYPE, lambda record: record.error_type),
    (semconv.USAGE_INPUT, lambda record: record.usage.input),
    (semconv.USAGE_OUTPUT, lambda record: record.usage.output),
    (semconv.USAGE_CACHE_READ, lambda record: record.usage.cache_read),
    (semconv.USAGE_CACHE_WRITE, lambda record: record.usage.cache_write),
    (semconv.USAGE_CACHE_WRITE_5M, lambda record: record.usage.cache_write_5m),
    (semconv.USAGE_CACHE_WRITE_1H, lambda record: record.usage.cache_write_1h),
    (semconv.USAGE_REASONING, lambda record: record.usage.reasoning),
    (semconv.COST_NANOS, lambda record: record.cost.nanos),
    (semconv.COST_PRICE_SOURCE, lambda record: record.cost.price_source),
    (semconv.COST_RATE_CARD, lambda record: record.cost.rate_card),
)


def belonging(of: UsageRecord | Attribution) -> dict[str, str | int | float]:
    """Who a call, an agent's run or a tool's call belongs to; what is unknown has no attribute."""
    found: dict[str, str | int | float] = {
        name: value for name, get in _BELONGING if (value := get(of)) is not None
    }
    for name, value in of.tags.items():
        found[semconv.TAG_PREFIX + name] = value
    return found


def attributes(record: UsageRecord) -> dict[str, str | int | float]:
    """The attributes that are known at the end of a call; what is unknown has none."""
    found = belonging(record)
    for name, get in _CALL:
        if (value := get(record)) is not None:
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
