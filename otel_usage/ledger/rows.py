"""A record as a row of the call table, and back without loss.

What is asked for often has a column of its own; everything else of the record is one JSON value, as SQLite takes
a few wide values faster than many narrow ones (47 columns cost twice the time of these). ``provider`` and
``model`` are as roll-ups name them: the response's model before the request's; for an API call the service and
the endpoint.
"""

from __future__ import annotations

from typing import Any

import msgspec

from otel_usage.records import Kind, UsageRecord
from otel_usage.token_usage import NO_USAGE

__all__ = ["COLUMNS", "from_row", "names", "to_row"]

COLUMNS = (
    "rest",
    "start",
    "source",
    "agent",
    "session_id",
    "job_id",
    "task_type",
    "duration",
    "input",
    "output",
    "cache_read",
    "cache_write_5m",
    "cache_write_1h",
    "reasoning",
    "kind",
    "provider",
    "model",
    "status",
    "cost_status",
    "nanos",
    "cache_saved",
    "cache_extra",
    "team",
    "project",
    "tags",
)
_TOKENS = slice(8, 14)
_TOKEN_COLUMNS = COLUMNS[_TOKENS]
_NO_COLUMNS = dict.fromkeys(_TOKEN_COLUMNS)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(UsageRecord).decode
_decode_tags = msgspec.json.Decoder(dict[str, str]).decode


def names(record: UsageRecord) -> tuple[str, str]:
    """Provider and model as roll-ups name them, empty where unknown."""
    if record.kind is Kind.LLM:
        return record.provider or "", record.response_model or record.request_model or ""
    return record.service or "", record.endpoint or ""


def to_row(record: UsageRecord) -> tuple[object, ...]:
    """The values of ``COLUMNS``."""
    usage, cost = record.usage, record.cost
    rest = msgspec.structs.replace(
        record,
        start=0,
        source="",
        agent=None,
        session_id=None,
        job_id=None,
        task_type=None,
        duration=None,
        team=None,
        project=None,
        tags={},
        usage=msgspec.structs.replace(usage, **_NO_COLUMNS) if usage.mixed else NO_USAGE,
    )
    return (
        _encode(rest),
        record.start,
        record.source,
        record.agent,
        record.session_id,
        record.job_id,
        record.task_type,
        record.duration,
        usage.input,
        usage.output,
        usage.cache_read,
        usage.cache_write_5m,
        usage.cache_write_1h,
        usage.reasoning,
        record.kind._value_,
        *names(record),
        record.status._value_,
        cost.status._value_,
        cost.nanos,
        cost.cache_saved,
        cost.cache_extra,
        record.team,
        record.project,
        _encode(record.tags).decode() if record.tags else None,
    )


def from_row(row: tuple[Any, ...]) -> UsageRecord:
    """The record whose ``to_row`` this is."""
    rest, start, source, agent, session_id, job_id, task_type, duration, *_, team, project, tags = row
    record = _decode(rest)
    return msgspec.structs.replace(
        record,
        start=start,
        source=source,
        agent=agent,
        session_id=session_id,
        job_id=job_id,
        task_type=task_type,
        duration=duration,
        team=team,
        project=project,
        tags=_decode_tags(tags) if tags else {},
        usage=msgspec.structs.replace(record.usage, **dict(zip(_TOKEN_COLUMNS, row[_TOKENS], strict=True))),
    )
