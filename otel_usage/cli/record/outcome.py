"""When a call was made, how it ended and what it cost, as the options of ``record`` say it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from otel_usage.amounts import UNKNOWN, given_cost
from otel_usage.errors import InvalidValueError
from otel_usage.records import MAX_NANOS, MAX_NANOSECONDS, STATUS_WORDS, Status

if TYPE_CHECKING:
    from otel_usage.records import Cost

__all__ = ["milliseconds", "outcome_of", "status_without_word"]

_FAILED: Final = 400
_MOST_MS: Final = MAX_NANOSECONDS // 10**6
_HIGHEST: Final = 999


def outcome_of(options: dict[str, Any], *, zone: str | None) -> dict[str, Any]:
    """Fields of a record; an option that is None was not given.

    Args:
        options: The values of ``record``'s options by name.
        zone: That of a time without an offset; None for the machine's.

    Raises:
        InvalidValueError: A value cannot be used.
    """
    duration = _duration(options["duration_ms"])
    code, message = _status_code(options["status_code"]), options["error_message"]
    status = status_without_word(code, message)
    return {
        "start": _start(options["timestamp"], duration, zone),
        "duration": duration,
        "status": status if options["status"] is None else _status(options["status"]),
        "status_code": code or None,
        "error_message": message,
        "cost": _cost(options["cost"]),
    }


def status_without_word(code: int | None, error_message: str | None) -> Status:
    """How a call ended of which only its HTTP status and its error are known; with 000 curl says that no answer came."""
    failed = bool(error_message) or (code is not None and (code >= _FAILED or code == 0))
    return Status.ERROR if failed else Status.OK


def milliseconds(text: str) -> int | None:
    """Nanoseconds of a number of milliseconds; None for what is no believable duration."""
    try:
        given = float(text)
    except ValueError:
        return None
    return int(given * 10**6) if 0 <= given <= _MOST_MS else None


def _start(text: str | None, duration: int | None, zone: str | None) -> int:
    """Nanoseconds since the epoch; a call of which nothing is said has ended just now."""
    if text is None:
        return time.time_ns() - (duration or 0)
    from otel_usage.cli.times import moment  # noqa: PLC0415  # most calls are recorded as they happen

    return moment(text, zone=zone)


def _duration(text: str | None) -> int | None:
    if text is None:
        return None
    found = milliseconds(text)
    if found is None:
        raise InvalidValueError(
            "--duration-ms", text, f"must be a number of milliseconds from 0 to {_MOST_MS:,}"
        )
    return found


def _status_code(text: str | None) -> int | None:
    if text is None:
        return None
    digits = text.strip()
    if digits.isascii() and digits.isdecimal() and len(digits) <= len(str(_HIGHEST)):
        return int(digits)
    raise InvalidValueError("--status-code", text, "must be an HTTP status such as 200")


def _status(word: str) -> Status:
    found = STATUS_WORDS.get(word.strip().lower())
    if found is None:
        raise InvalidValueError("--status", word, "must be ok (or success), error or partial")
    return found


def _cost(text: str | None) -> Cost:
    """A cost that was given, or the wish to have it computed."""
    if text is None:
        return UNKNOWN
    cost, flags = given_cost(text)
    if flags:
        raise InvalidValueError("--cost", text, f"must be an amount in USD from 0 to {MAX_NANOS // 10**9:,}")
    return cost
