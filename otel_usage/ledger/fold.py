"""Several sightings of one call folded into one record.

A fold is a pure function of the set of sightings. Each field comes from the best sighting that has it: by the
source's rank for that field, then the larger token total, then the smallest id, then a cost that was given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from otel_usage.records import CostStatus, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["fold"]

_SOURCES = ("live", "importer", "otlp", "cli")
"""Best first: our own spans saw the call itself; an agent's own log has the finer token split; telemetry has less."""
_TIMING_SOURCES = ("live", "otlp", "importer", "cli")
"""For durations telemetry is better than logs, which mostly have none."""
_TIMING = frozenset({"duration", "time_to_first_chunk"})
_SPECIAL = frozenset({"usage", "cost", "tags", "flags"})
_encode = msgspec.json.encode


def fold(records: Collection[UsageRecord]) -> UsageRecord:
    """One record out of all that was seen of a call; at least one is needed."""
    if len(records) == 1:
        return next(iter(records))
    ranked = _ranked(records, _SOURCES)
    timing = _ranked(records, _TIMING_SOURCES)
    values: dict[str, object] = {}
    for name in UsageRecord.__struct_fields__:
        if name not in _SPECIAL:
            candidates = (getattr(record, name) for record in (timing if name in _TIMING else ranked))
            values[name] = next((value for value in candidates if value is not None), None)
    counted = next((record for record in ranked if record.usage != TokenUsage()), ranked[0])
    # Money belongs to the tokens it was computed from; another sighting's amount is taken only where those have none.
    priced = [record.cost for record in (counted, *ranked) if record.cost.nanos is not None]
    values["usage"] = counted.usage
    values["cost"] = priced[0] if priced else counted.cost
    values["tags"] = {
        name: value for record in reversed(ranked) for name, value in sorted(record.tags.items())
    }
    values["flags"] = tuple(sorted({flag for record in ranked for flag in record.flags}))
    return msgspec.structs.replace(ranked[0], **values)


def _ranked(records: Iterable[UsageRecord], sources: tuple[str, ...]) -> list[UsageRecord]:
    def rank(record: UsageRecord) -> tuple[int, int, str, bool, bytes]:
        source = record.source if record.source in sources else "importer"
        computed = record.cost.status is not CostStatus.PROVIDED
        return (
            sources.index(source),
            -record.usage.total,
            record.id,
            computed,
            _encode(record, order="sorted"),
        )

    return sorted(records, key=rank)
