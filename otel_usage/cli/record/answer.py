"""A recorded call in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.cli.money import number
from otel_usage.cli.output import indented
from otel_usage.cli.shapes.recorded import RecordedCall

if TYPE_CHECKING:
    from otel_usage.records import UsageRecord

__all__ = ["recorded"]


def recorded(record: UsageRecord) -> str:
    """The JSON of a record, as it was stored."""
    return indented(
        RecordedCall(
            id=record.id,
            kind=record.kind,
            provider=record.provider,
            model=record.model,
            service=record.service,
            endpoint=record.endpoint,
            job_id=record.job_id,
            input_tokens=record.usage.input,
            output_tokens=record.usage.output,
            cost=number(record.cost.nanos),
            status=record.cost.status,
            price_source=record.cost.price_source,
            flags=record.flags,
        )
    )
