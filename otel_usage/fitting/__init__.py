"""Making a record fit to be stored: believable values, no secrets, nothing that a reader of the journal would refuse.

Producers of ours make sound records, but what an application hands in holds what it holds: each field is checked by
its type, which is cheap, and only what fails the check is repaired or left out.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from otel_usage.counts import canonical_usage, sound, whole
from otel_usage.fitting.texts import Texts, fit_ids, is_id, stored_id, text_of
from otel_usage.records import MAX_NANOS, MAX_NANOSECONDS, Cost, CostStatus, Flag, Kind, Status, UsageRecord
from otel_usage.redaction.encoding import encodable
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from enum import Enum

__all__ = ["Texts", "bare", "fit", "stored_id"]

_EARLIEST: Final = 1_577_836_800 * 10**9
"""2020-01-01 in nanoseconds; an earlier start is a mistake."""
_FUTURE: Final = 300 * 10**9
"""How far ahead, in nanoseconds, another machine's clock may be."""
_NUMBERS: Final = ("duration", "time_to_first_chunk", "status_code", "attempt")
_MAX_COMPONENTS: Final = 32
_MAX_COMPONENT_NAME: Final = 64
"""A line holds every component and its name whole; a price has a dozen of them at most."""

_numbers_of = attrgetter(*_NUMBERS)
_Member = TypeVar("_Member", bound="Enum")


def fit(record: UsageRecord, *, texts: Texts, now: int, host: str) -> UsageRecord:
    """The record as it may be stored; what had to be left out or replaced is flagged.

    Args:
        record: The record as a producer made it. What it holds is checked, whatever its types promise.
        texts: Redacts its texts.
        now: The present in nanoseconds, for a start that cannot be.
        host: The machine's name, for a record that does not say.
    """
    unflagged = type(record.flags) is tuple and not record.flags
    flags = set() if unflagged else _flags(record.flags)
    changes: dict[str, Any] = {}
    fit_ids(record, changes)
    if not texts.fit(record, changes):
        flags.add(Flag.CUT)
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
        and _difference(cost.cache_saved) is cost.cache_saved
        and _difference(cost.cache_extra) is cost.cache_extra
        and _components(cost.components) is cost.components
        and (cost.price_source is None or is_id(cost.price_source))
        and (cost.rate_card is None or is_id(cost.rate_card))
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
        price_source=None if cost.price_source is None else encodable(text_of(cost.price_source)),
        rate_card=None if cost.rate_card is None else encodable(text_of(cost.rate_card)),
        list_nanos=listed,
        cache_saved=_difference(cost.cache_saved),
        cache_extra=_difference(cost.cache_extra),
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


def _difference(nanos: object) -> int | None:
    """A believable difference of two amounts, None for another."""
    return nanos if type(nanos) is int and -MAX_NANOS <= nanos <= MAX_NANOS else None


def _member(kind: type[_Member], value: object) -> _Member | None:
    """A member of an enumeration, also by its text; None for anything else."""
    if isinstance(value, kind):
        return value
    try:
        return kind(value)
    except Exception:  # noqa: BLE001  # ValueError, or what an application's object raises when it is compared
        return None
