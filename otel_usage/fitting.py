"""Making a record fit to be stored: believable values, no secrets, nothing that a reader of the journal would refuse.

Producers of ours make sound records, but what an application hands in holds what it holds: each field is checked by
its type, which is cheap, and only what fails the check is repaired or left out.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import blake2b
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from otel_usage.counts import canonical_usage, sound, whole
from otel_usage.records import (
    MAX_NANOS,
    MAX_NANOSECONDS,
    Cost,
    CostStatus,
    Flag,
    Kind,
    Status,
    TokenUsage,
    UsageRecord,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import Enum

__all__ = ["bare", "fit", "stored_id"]

_EARLIEST: Final = 1_577_836_800 * 10**9
"""2020-01-01 in nanoseconds; an earlier start is a mistake."""
_FUTURE: Final = 300 * 10**9
"""How far ahead, in nanoseconds, another machine's clock may be."""
_REDACTED: Final = (
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
_NAMES: Final = (
    "provider",
    "operation",
    "response_id",
    "request_id",
    "service_tier",
    "error_type",
)
"""Fields that come from a provider or a caller and stay as they are."""
_PLACES: Final = ("trace_id", "span_id")
"""Hexadecimal ids; what is no text is none of them."""
_NUMBERS: Final = ("duration", "time_to_first_chunk", "status_code", "attempt")
_MAX_ID: Final = 256
"""Characters of a record id; a longer one is kept by its beginning and its hash, which is as good an identity."""
_MAX_COMPONENTS: Final = 32
_MAX_COMPONENT_NAME: Final = 64
"""A line holds every component and its name whole; a price has a dozen of them at most."""

_redacted_of = attrgetter(*_REDACTED)
_names_of = attrgetter(*_NAMES, *_PLACES)
_numbers_of = attrgetter(*_NUMBERS)
_TEXT_OR_NOTHING = frozenset({str, type(None)})
_Member = TypeVar("_Member", bound="Enum")


def fit(
    record: UsageRecord,
    *,
    redact: Callable[[str], str],
    redact_model: Callable[[str], str],
    now: int,
    host: str,
) -> UsageRecord:
    """The record as it may be stored; what had to be left out or replaced is flagged.

    Args:
        record: The record as a producer made it. What it holds is checked, whatever its types promise.
        redact: Takes secrets out of a text.
        redact_model: Takes secrets out of a model's name, and leaves names of models as they are.
        now: The present in nanoseconds, for a start that cannot be.
        host: The machine's name, for a record that does not say.
    """
    unflagged = type(record.flags) is tuple and not record.flags
    flags = set() if unflagged else _flags(record.flags)
    changes: dict[str, Any] = {}
    _fit_names(record, changes)
    _fit_words(record, changes, redact, redact_model)
    _fit_figures(record, changes)
    start = _start(record.start, now)
    if start is None:
        changes["start"] = now
        flags.add(Flag.TIME_REPLACED)
    elif start is not record.start:
        changes["start"] = start
    if type(record.usage) is not TokenUsage or not sound(record.usage):
        changes["usage"], found = _usage(record.usage)
        flags.update(found)
    if not _sound_cost(record.cost):
        changes["cost"], usable = _cost(record.cost)
        if not usable:
            flags.add(Flag.COST_UNUSABLE)
    if type(record.host) is not str:
        changes["host"] = host
    if flags or not unflagged:
        changes["flags"] = tuple(sorted(flags))
    return msgspec.structs.replace(record, **changes)


def bare(record: UsageRecord, *, now: int) -> UsageRecord:
    """What is kept of a record of which nothing can be understood: that there was a call."""
    return UsageRecord(
        id=stored_id(record.id if type(record.id) is str else None),
        start=now,
        source=record.source if type(record.source) is str else "unknown",
        cost=Cost(status=CostStatus.UNPRICED),
    )


# The helpers take a record, or a part of one, as something of which nothing is known, and say what has to change.


def _fit_names(record: Any, changes: dict[str, Any]) -> None:  # noqa: ANN401  # see above
    """Ids and names; what is no text (a number, a UUID) is taken as its text."""
    if type(record.id) is not str or not 0 < len(record.id) <= _MAX_ID:
        changes["id"] = stored_id(record.id)
    if type(record.source) is not str:
        changes["source"] = "unknown" if record.source is None else _text(record.source)
    if _TEXT_OR_NOTHING.issuperset(map(type, _names_of(record))):
        return
    for name, value in zip((*_NAMES, *_PLACES), _names_of(record), strict=True):
        if value is not None and type(value) is not str:
            changes[name] = None if name in _PLACES else _text(value)


def _fit_words(
    record: Any,  # noqa: ANN401  # see above
    changes: dict[str, Any],
    redact: Callable[[str], str],
    redact_model: Callable[[str], str],
) -> None:
    """Texts, which are redacted; what is no text is taken as its text."""
    if (value := record.request_model) is not None:
        changes["request_model"] = redact_model(value if type(value) is str else _text(value))
    if (value := record.response_model) is not None:
        changes["response_model"] = redact_model(value if type(value) is str else _text(value))
    for name, value in zip(_REDACTED, _redacted_of(record), strict=True):
        if value is not None:
            clean = redact(value if type(value) is str else _text(value)) or None
            # What is the same as before need not be changed: a replaced record is built anew, field by field.
            if clean is not value:
                changes[name] = clean
    if type(record.tags) is not dict or record.tags:
        changes["tags"] = _tags(record.tags, redact)


def _fit_figures(record: Any, changes: dict[str, Any]) -> None:  # noqa: ANN401  # see above
    """Numbers and members of enumerations."""
    for name, number in zip(_NUMBERS, _numbers_of(record), strict=True):
        if number is not None and not (type(number) is int and 0 <= number <= MAX_NANOSECONDS):
            changes[name] = whole(number, MAX_NANOSECONDS)
    if type(record.kind) is not Kind:
        changes["kind"] = _member(Kind, record.kind) or Kind.LLM
    if type(record.status) is not Status:
        changes["status"] = _member(Status, record.status) or Status.OK
    if record.sampled is not None and type(record.sampled) is not bool:
        changes["sampled"] = None


def _start(value: object, now: int) -> int | None:
    """A believable begin of a call, None for another."""
    latest = now + _FUTURE
    start = value if type(value) is int else whole(value, latest)
    return start if start is not None and _EARLIEST <= start <= latest else None


def stored_id(value: object) -> str:
    """The id as it is stored: as text, a long one by its beginning and its hash; without one, a call is like no other."""
    text = "" if value is None else _text(value)
    if not text:
        return f"call:{os.urandom(16).hex()}"
    if len(text) <= _MAX_ID:
        return text
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{text[: _MAX_ID - 40]}:{digest}"


def _text(value: object) -> str:
    """The text of anything; of what cannot say it, the name of its class."""
    if type(value) is str:
        return value
    try:
        # str() may give a class of the application's own, which JSON does not know.
        return str.__str__(str(value))
    except Exception:  # noqa: BLE001  # an application's object; its failure must not cost the call
        return type(value).__name__


def _tags(tags: object, redact: Callable[[str], str]) -> dict[str, str]:
    if not isinstance(tags, Mapping):
        return {}
    try:
        items = list(tags.items())
    except Exception:  # noqa: BLE001  # an application's object; its failure must not cost the call
        return {}
    return {redact(_text(name)): redact(_text(value)) for name, value in items}


def _flags(flags: object) -> set[Flag]:
    """The flags among what stands there, as members or as their texts."""
    if not isinstance(flags, tuple | list | set | frozenset):
        return set()
    return {flag for given in flags if (flag := _member(Flag, given)) is not None}


def _usage(usage: object) -> tuple[TokenUsage, tuple[Flag, ...]]:
    if type(usage) is TokenUsage:
        return canonical_usage(msgspec.structs.asdict(usage))
    if type(usage) is dict:
        return canonical_usage(usage)
    return TokenUsage(), () if usage is None else (Flag.USAGE_UNUSABLE,)


def _sound_cost(cost: Any) -> bool:  # noqa: ANN401  # see above
    """Whether a reader takes a cost as it is: the quick check for what comes from our own parts."""
    return (
        type(cost) is Cost
        and type(cost.status) is CostStatus
        and _believable(cost.nanos)
        and _believable(cost.list_nanos)
        and _components(cost.components) is cost.components
        and (cost.price_source is None or type(cost.price_source) is str)
        and (cost.rate_card is None or type(cost.rate_card) is str)
    )


def _cost(cost: Any) -> tuple[Cost, bool]:  # noqa: ANN401  # see above
    """What can be used of a cost, and whether everything that is money could be."""
    if type(cost) is not Cost:
        return Cost(), cost is None
    status, nanos = _member(CostStatus, cost.status), whole(cost.nanos, MAX_NANOS)
    if status is None or (nanos is None and cost.nanos is not None):
        return Cost(), False
    listed = whole(cost.list_nanos, MAX_NANOS)
    fitted = Cost(
        status=status,
        nanos=nanos,
        components=_components(cost.components),
        price_source=None if cost.price_source is None else _text(cost.price_source),
        rate_card=None if cost.rate_card is None else _text(cost.rate_card),
        list_nanos=listed,
    )
    return fitted, listed is not None or cost.list_nanos is None


def _components(components: object) -> dict[str, int]:
    """The very components, or none of them: a part of a sum says nothing."""
    if type(components) is not dict or len(components) > _MAX_COMPONENTS:
        return {}
    for name, nanos in components.items():
        if (
            type(name) is not str
            or len(name) > _MAX_COMPONENT_NAME
            or nanos is None
            or not _believable(nanos)
        ):
            return {}
    return components


def _believable(nanos: object) -> bool:
    return nanos is None or (type(nanos) is int and 0 <= nanos <= MAX_NANOS)


def _member(kind: type[_Member], value: object) -> _Member | None:
    """A member of an enumeration, also by its text; None for anything else."""
    if isinstance(value, kind):
        return value
    try:
        return kind(value)
    except Exception:  # noqa: BLE001  # ValueError, or what an application's object raises when it is compared
        return None
