"""Dates and times as they are typed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from otel_usage.errors import InvalidValueError
from otel_usage.ledger.days import Days
from otel_usage.ledger.selection import Period

__all__ = ["before", "last_days", "moment", "month", "period"]

_DAY = re.compile(r"\d{4}(-?)\d{2}\1\d{2}")
_WEEK = re.compile(r"\d{4}-?W.*")
_LAST = re.compile(r"(?P<days>\d{1,4})d")
_MONTH = re.compile(r"\d{4}-\d{2}")
_SECONDS = re.compile(r"\d{9,11}(\.\d+)?")
_FIRST, _LATEST = date(1970, 1, 1), date(2200, 1, 1)
"""No call lies outside; SQLite counts nanoseconds since the epoch up to 2262."""


def moment(text: str, *, zone: str | None, field: str = "--timestamp") -> int:
    """Nanoseconds since the epoch of an ISO time, or of seconds since the epoch.

    Args:
        text: What was typed.
        zone: The zone of a time without an offset; None for the machine's.
        field: How the option is called.

    Raises:
        InvalidValueError: It is neither.
    """
    if _SECONDS.fullmatch(text):
        whole, _, rest = text.partition(".")
        return int(whole) * 10**9 + int(f"{rest:0<9.9}")
    try:
        parsed = datetime.fromisoformat(text)
        if parsed.tzinfo is None:
            if zone is not None:
                return Days(zone).moment(parsed)
            parsed = parsed.astimezone()
        since = parsed.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    except InvalidValueError:
        raise
    except (ValueError, OverflowError) as error:
        raise InvalidValueError(
            field, text, "give a date such as 2026-11-21, or a time such as 2026-11-21T10:30:00+01:00"
        ) from error
    return (since // timedelta(microseconds=1)) * 1000


def period(begin: str | None, end: str | None, days: Days, *, field: str = "--to") -> Period:
    """The range between two dates or times; a date means its whole day.

    Args:
        begin: As it was typed; None for no begin.
        end: As it was typed; None for no end.
        days: The ledger's days.
        field: How the option of the end is called.

    Raises:
        InvalidValueError: One cannot be read, or they are the wrong way round.
    """
    first, start = _edge(begin, days, "--from")
    last, stop = _edge(end, days, field)
    found = Period(first=first, last=last, begin=start, end=stop)
    opened = start if first is None else days.begin(first)
    closed = stop if last is None else days.end(last)
    if opened is not None and closed is not None and opened >= closed:
        raise InvalidValueError("--from", begin, f"must be before {field}")
    return found


def last_days(text: str, today: date, *, field: str = "--last") -> Period:
    """Today and the days before it: ``7d`` is today and the six before.

    Raises:
        InvalidValueError: It is not of that form.
    """
    match = _LAST.fullmatch(text)
    if match is None or not int(match["days"]):
        raise InvalidValueError(field, text, "give a number of days such as 7d")
    return Period(first=today - timedelta(days=int(match["days"]) - 1), last=today)


def month(text: str, *, field: str = "--month") -> Period:
    """A calendar month, ``2026-10``.

    Raises:
        InvalidValueError: It is none.
    """
    try:
        first = date.fromisoformat(f"{text}-01") if _MONTH.fullmatch(text) else None
    except ValueError:
        first = None
    if first is None or not _FIRST <= first < _LATEST:
        raise InvalidValueError(field, text, "give a month such as 2026-10")
    return Period(first=first, last=(first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def before(wanted: Period, days: Days, now: float) -> Period | None:
    """The period of the same length that ends where one begins.

    Args:
        wanted: Where it has no end, it is taken to end with the day or the moment that is now.
        days: The ledger's.
        now: Seconds since the epoch.

    Returns:
        None where there is none: the period has no begin, begins later than now, or the one before would begin before
        1970.
    """
    if wanted.of_days:
        last = wanted.last or days.today(now)
        if wanted.first is None or last < wanted.first:
            return None
        length = last - wanted.first + timedelta(days=1)
        if wanted.first - _FIRST < length:
            return None
        return Period(first=wanted.first - length, last=wanted.first - timedelta(days=1))
    begin, end = wanted.moments(days)
    if begin is None:
        return None
    earlier = 2 * begin - (int(now * 1e9) if end is None else end)
    return Period(begin=earlier, end=begin) if 0 <= earlier < begin else None


def _edge(text: str | None, days: Days, field: str) -> tuple[date | None, int | None]:
    """A whole day, or a moment."""
    if not text:
        return None, None
    if _WEEK.fullmatch(text):
        raise InvalidValueError(field, text, "give a date such as 2026-11-21 instead of a week")
    if not _DAY.fullmatch(text):
        found = moment(text, zone=days.zone, field=field)
        return None, min(max(found, days.begin(_FIRST)), days.begin(_LATEST))
    try:
        return min(max(date.fromisoformat(text), _FIRST), _LATEST), None
    except ValueError as error:
        raise InvalidValueError(field, text, "there is no such day") from error
