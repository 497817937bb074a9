"""Making a record fit to be stored: believable values, no secrets, nothing that a reader of the journal would refuse."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import msgspec

from otel_usage.counts import canonical_usage, sound
from otel_usage.records import MAX_NANOS, MAX_NANOSECONDS, Cost, Flag, UsageRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["fit"]

_EARLIEST = 1_577_836_800 * 10**9
"""2020-01-01 in nanoseconds; an earlier start is a mistake."""
_FUTURE = 300 * 10**9
"""How far ahead, in nanoseconds, another machine's clock may be."""
_REDACTED = (
    "agent",
    "session_id",
    "job_id",
    "task_type",
    "task_description",
    "team",
    "project",
    "service",
    "endpoint",
    "error_message",
)
"""Fields that hold a person's or a program's words. Ids are stored as redacted, and looked for as redacted."""
_NAMES = (
    "id",
    "source",
    "provider",
    "operation",
    "request_model",
    "response_model",
    "response_id",
    "request_id",
    "service_tier",
    "error_type",
)
"""Fields that come from a provider or a caller and stay as they are."""
_MAX_ID = 256
"""Characters of a record id; a longer one is kept by its beginning and its hash, which is as good an identity."""
_NUMBERS = ("duration", "time_to_first_chunk", "status_code", "attempt")


def fit(record: UsageRecord, *, redact: Callable[[str], str], now: int, host: str) -> UsageRecord:
    """The record as it may be stored; what had to be left out or replaced is flagged.

    Args:
        record: The record as a producer made it. What it holds is checked, whatever its types promise.
        redact: Takes secrets out of a text.
        now: The present in nanoseconds, for a start that cannot be.
        host: The machine's name, for a record that does not say.
    """
    changes: dict[str, Any] = dict(_texts(record, redact))
    flags = set(record.flags)
    if not _EARLIEST <= record.start <= now + _FUTURE:
        changes["start"] = now
        flags.add(Flag.TIME_REPLACED)
    if not sound(record.usage):
        changes["usage"], found = canonical_usage(msgspec.structs.asdict(record.usage))
        flags.update(found)
    if not _believable(record.cost.nanos, MAX_NANOS):
        changes["cost"] = Cost()
        flags.add(Flag.COST_UNUSABLE)
    for name in _NUMBERS:
        if not _believable(getattr(record, name), MAX_NANOSECONDS):
            changes[name] = None
    if len(record_id := changes.get("id", record.id)) > _MAX_ID:
        digest = blake2b(record_id.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        changes["id"] = f"{record_id[: _MAX_ID - 40]}:{digest}"
    if record.host is None:
        changes["host"] = host
    if len(flags) > len(record.flags):
        changes["flags"] = tuple(sorted(flags))
    return msgspec.structs.replace(record, **changes)


def _texts(record: UsageRecord, redact: Callable[[str], str]) -> Iterable[tuple[str, object]]:
    """The texts that have to change: words redacted, and anything else (a number, a UUID) taken as its text."""
    for name in _NAMES:
        value = getattr(record, name)
        if value is not None and not isinstance(value, str):
            yield name, str(value)
    for name in _REDACTED:
        value = getattr(record, name)
        if value is not None and (redacted := redact(str(value)) or None) != value:
            yield name, redacted
    if record.tags:
        tags = {redact(str(name)): redact(str(value)) for name, value in record.tags.items()}
        if tags != record.tags:
            yield "tags", tags


def _believable(value: object, most: int) -> bool:
    return value is None or (type(value) is int and 0 <= value <= most)
