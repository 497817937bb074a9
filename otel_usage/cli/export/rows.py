"""One call as ``otel-usage export`` writes it."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec

from otel_usage.cli.csv_lines import csv_lines
from otel_usage.cli.money import number
from otel_usage.cli.shapes.exported import ExportedCall
from otel_usage.records import UsageRecord
from otel_usage.token_usage import UNITS, TokenUsage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from otel_usage.ledger.days import Days

__all__ = ["as_csv", "as_json_lines", "exported"]

_TOKENS = tuple(name if name in UNITS else f"{name}_tokens" for name in TokenUsage.__struct_fields__)
"""What ``ExportedCall`` calls the counts of ``TokenUsage``."""
_SAME = tuple(
    name
    for name in ExportedCall.__struct_fields__
    if name == "model" or (name in UsageRecord.__struct_fields__ and name != "cost")
)
"""What a record has under the same name."""
_same = attrgetter(*_SAME)


def exported(record: UsageRecord, days: Days) -> ExportedCall:
    """A call as it is exported.

    Args:
        record: The call.
        days: Its time is told in their zone, to the microsecond.
    """
    cost, usage = record.cost, record.usage
    same: dict[str, Any] = dict(zip(_SAME, _same(record), strict=True))
    counts = dict(zip(_TOKENS, msgspec.structs.astuple(usage), strict=True))
    return ExportedCall(
        timestamp=days.local(record.start).isoformat(),
        **same,
        **counts,
        cost=number(cost.nanos),
        cost_nanos=cost.nanos,
        cost_status=cost.status,
        price_source=cost.price_source,
        rate_card=cost.rate_card,
        list_price=number(cost.list_nanos),
        cache_savings=number(cost.cache_saved),
        cache_write_extra=number(cost.cache_extra),
        duration_ms=_milliseconds(record.duration),
        time_to_first_chunk_ms=_milliseconds(record.time_to_first_chunk),
    )


def as_json_lines(calls: Iterable[ExportedCall]) -> Iterator[bytes]:
    """A line of JSON for each call."""
    encode = msgspec.json.Encoder().encode
    for call in calls:
        yield encode(call) + b"\n"


def as_csv(calls: Iterable[ExportedCall]) -> Iterator[bytes]:
    """A line with the names of the columns, then one for each call; what is unknown is empty."""
    columns = [field.encode_name for field in msgspec.structs.fields(ExportedCall)]
    rows = (
        ["" if value is None else _cell(value) for value in msgspec.structs.astuple(call)] for call in calls
    )
    return (line.encode() for line in csv_lines(columns, rows))


def _cell(value: Any) -> str:  # noqa: ANN401  # whatever a call has
    """A value as text: flags with spaces between, everything else as it stands in JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return " ".join(value)
    return msgspec.json.encode(value).decode() if value != {} else ""


def _milliseconds(nanoseconds: int | None) -> float | None:
    return None if nanoseconds is None else nanoseconds / 10**6
