"""The values of a line, in the forms in which loggers write them."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from otel_usage.amounts import given_cost, nanos
from otel_usage.cli.counts import count
from otel_usage.cli.record.outcome import milliseconds
from otel_usage.cli.times import moment
from otel_usage.counts import whole
from otel_usage.errors import InvalidValueError
from otel_usage.token_usage import MAX_TOKENS

if TYPE_CHECKING:
    from otel_usage.records import Cost, Flag

__all__ = [
    "cost_of",
    "digits_in",
    "duration_of",
    "moment_of",
    "status_code_of",
    "tags_from",
    "text_of",
    "token_count",
    "truth_of",
]

_UNITS: Final = ((10**11, 10**9), (10**14, 10**6), (10**17, 10**3), (10**20, 1))
"""A moment below → nanoseconds of its unit: seconds reach these numbers in 3,000 years, milliseconds had them in 1973."""
_DIGITS: Final = 3
"""Of an HTTP status."""
_TRUTHS: Final = {"true": True, "false": False}
_DATE: Final = 8
"""Digits of a day of ISO 8601 without hyphens; as seconds they are a day of 1970."""


def text_of(value: object) -> str | None:
    """A text, or a number as one; None for anything else, and for an empty text."""
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def digits_in(value: object) -> bool:
    """Whether a value is a text of digits only, as ``jq --arg`` makes of a number."""
    if not isinstance(value, str):
        return False
    text = value.strip()
    return text.isascii() and text.isdecimal()


def token_count(name: str, value: object) -> int | None:
    """A token count, also as a text; None for an empty one.

    Raises:
        InvalidValueError: It is not a believable count.
    """
    if isinstance(value, str):
        return count(name, value)
    found = whole(value, MAX_TOKENS)
    if found is None:
        raise InvalidValueError(name, value, f"must be a whole number from 0 to {MAX_TOKENS:,}")
    return found


def moment_of(value: object, *, zone: str | None) -> int:
    """Nanoseconds since the epoch: of ISO 8601, or of seconds, milliseconds, microseconds or nanoseconds since then.

    Raises:
        InvalidValueError: It is none of these.
    """
    if isinstance(value, str):
        text = value.strip()
        if len(text) <= _DATE or not digits_in(text):
            return moment(text, zone=zone, field="timestamp")
        value = int(text[:32])
    if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        for below, nanoseconds in _UNITS:
            if 0 <= value < below:
                return int(value * nanoseconds)
    raise InvalidValueError(
        "timestamp", value, "is neither ISO 8601 nor seconds or milliseconds since the epoch"
    )


def duration_of(value: object) -> int | None:
    """Nanoseconds of a number of milliseconds; None for what is no believable one."""
    text = text_of(value)
    return None if text is None else milliseconds(text)


def status_code_of(value: object) -> int | None:
    """An HTTP status, 0 where no answer came; None for what is none."""
    text = text_of(value)
    return int(text) if text is not None and len(text) <= _DIGITS and digits_in(text) else None


def truth_of(value: object) -> bool | None:
    """True or false, also as a word; None for anything else."""
    if isinstance(value, str):
        return _TRUTHS.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def cost_of(said: dict[str, Any]) -> tuple[Cost, tuple[Flag, ...]]:
    """The cost that a line gives, what a cache did to it included; without one the wish to have it computed."""
    cost, flags = given_cost(said.get("cost"))
    if cost.nanos is None:
        return cost, flags
    saved, extra = (_difference(said.get(name)) for name in ("cache_savings", "cache_write_extra"))
    return replace(cost, cache_saved=saved, cache_extra=extra), flags


def tags_from(value: object) -> tuple[dict[str, str], bool]:
    """Names and values out of an object, or out of a list of ``name=value``; and whether that is everything."""
    pairs: list[tuple[str, object]]
    if isinstance(value, dict):
        pairs, whole_list = [*value.items()], True
    elif isinstance(value, list):
        parted = [item.partition("=") for item in value if isinstance(item, str)]
        pairs = [(name, tag) for name, equals, tag in parted if equals]
        whole_list = len(pairs) == len(value)
    else:
        return {}, False
    tags = {name: _word(tag) for name, tag in pairs if name and tag is not None}
    found = {name: tag for name, tag in tags.items() if tag is not None}
    return found, whole_list and len(found) == len(tags)


def _difference(value: object) -> int | None:
    """Nano-dollars of an amount that may be below zero; None for what is none."""
    if isinstance(value, int | float) and value < 0:
        found = nanos(-value)
        return None if found is None else -found
    return nanos(value)


def _word(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value == "" else text_of(value)
