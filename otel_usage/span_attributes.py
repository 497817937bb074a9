"""A record as the attributes of its span."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage import semconv

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.records import UsageRecord

__all__ = ["attributes"]

_USD: Final = 10**9
_TABLE: Final[tuple[tuple[str, Callable[[UsageRecord], str | int | float | None]], ...]] = (
    (semconv.RECORD_ID, lambda record: record.id),
    (semconv.RESPONSE_MODEL, lambda record: record.response_model),
    (semconv.RESPONSE_ID, lambda record: record.response_id),
    (semconv.SERVICE_TIER, lambda record: record.service_tier),
    (semconv.AGENT_NAME, lambda record: record.agent),
    (semconv.CONVERSATION_ID, lambda record: record.session_id),
    (semconv.JOB_ID, lambda record: record.job_id),
    (semconv.TEAM, lambda record: record.team),
    (semconv.PROJECT, lambda record: record.project),
    (semconv.TASK_TYPE, lambda record: record.task_type),
    (semconv.TASK_DESCRIPTION, lambda record: record.task_description),
    (semconv.ERROR_TYPE, lambda record: record.error_type),
    (semconv.USAGE_INPUT, lambda record: record.usage.input),
    (semconv.USAGE_OUTPUT, lambda record: record.usage.output),
    (semconv.USAGE_CACHE_READ, lambda record: record.usage.cache_read),
    (semconv.USAGE_CACHE_WRITE, lambda record: record.usage.cache_write),
    (semconv.USAGE_CACHE_WRITE_5M, lambda record: record.usage.cache_write_5m),
    (semconv.USAGE_CACHE_WRITE_1H, lambda record: record.usage.cache_write_1h),
    (semconv.USAGE_REASONING, lambda record: record.usage.reasoning),
    (semconv.COST_STATUS, lambda record: record.cost.status.value),
    (semconv.COST_NANOS, lambda record: record.cost.nanos),
    (semconv.COST_PRICE_SOURCE, lambda record: record.cost.price_source),
    (semconv.COST_RATE_CARD, lambda record: record.cost.rate_card),
)


def attributes(record: UsageRecord) -> dict[str, str | int | float]:
    """The attributes that are known at the end of a call; what is unknown has none."""
    found = {name: value for name, of in _TABLE if (value := of(record)) is not None}
    if record.time_to_first_chunk is not None:
        found[semconv.TIME_TO_FIRST_CHUNK] = record.time_to_first_chunk / 10**9
    if record.cost.nanos is not None:
        # The proposal asks for a double; the exact amount stands beside it as an integer.
        found[semconv.COST_AMOUNT] = record.cost.nanos / _USD
        found[semconv.COST_CURRENCY] = "USD"
        found[semconv.COST_SOURCE] = "provider" if record.cost.price_source == "provider" else "local"
    for name, value in record.tags.items():
        found[semconv.TAG_PREFIX + name] = value
    return found
