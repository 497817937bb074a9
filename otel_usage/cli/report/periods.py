"""The period of a report, as its options say it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct

from otel_usage.cli.output import shown
from otel_usage.cli.selecting import given
from otel_usage.cli.times import before, last_days, month, period
from otel_usage.errors import InvalidValueError
from otel_usage.ledger.selection import Period

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from otel_usage.ledger.days import Days

__all__ = ["Asked", "asked", "ends", "period_options"]

_DEFAULT = "30d"
_CURRENT = "current"
_WAYS = {
    "today": "--today",
    "yesterday": "--yesterday",
    "last": "--last",
    "days": "--period",
    "month": "--month",
    "begin": "--from",
    "end": "--to",
}
"""Options that say the period: parameter → how it is typed."""
_TEXTS = ("last", "days", "month", "begin", "end")


class Asked(Struct, frozen=True, kw_only=True):
    """Which period a report is about.

    Attributes:
        title: What it is called.
        period: Its days, or its moments.
        before: The one that it is compared with; None where there is none.
        running: Whether it is not over yet.
        begin: Its begin as it is told, the option's text or a day; None where it has none.
        end: The same of its end.
    """

    title: str
    period: Period
    before: Period | None
    running: bool
    begin: str | None
    end: str | None


def period_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say the period, ``--from`` and ``--to`` apart."""
    for option in (
        click.option(
            "--month",
            is_flag=False,
            flag_value=_CURRENT,
            metavar="[YYYY-MM]",
            help="The current calendar month, or the one that is given.",
        ),
        click.option("--period", "days", metavar="DAYS", help="The same as --last."),
        click.option(
            "--last", metavar="DAYS", help="Today and the days before: 7d is today and six more; default 30d."
        ),
        click.option("--yesterday", is_flag=True, help="Only yesterday."),
        click.option("--today", is_flag=True, help="Only today."),
    ):
        command = option(command)
    return command


def asked(options: dict[str, Any], days: Days, now: float) -> Asked:
    """The period that was asked for; today and the 29 days before it where none was.

    Args:
        options: The command's, by name.
        days: The ledger's.
        now: Seconds since the epoch.

    Raises:
        InvalidValueError: A value cannot be used or is empty, or two exclude each other.
    """
    for name in _TEXTS:
        given(_WAYS[name], options[name])
    ways = [name for name in _WAYS if options[name]]
    if len(ways) > 1 and ways != ["begin", "end"]:
        one, other = ways[:2]
        raise InvalidValueError(_WAYS[other], options[other], f"cannot be given together with {_WAYS[one]}")
    today = days.today(now)
    way = ways[0] if ways else "last"
    wanted, title = _wanted(way, options, days, today)
    earlier = before(wanted, days, now)
    if way == "month" and earlier is not None and wanted.first is not None:
        earlier = month(f"{wanted.first - timedelta(days=1):%Y-%m}")
    _, end = wanted.moments(days)
    begin_told, end_told = ends(wanted, days)
    return Asked(
        title=title,
        period=wanted,
        before=earlier,
        running=end is None or end > now * 1e9,
        begin=options["begin"] or begin_told,
        end=options["end"] or end_told,
    )


def ends(wanted: Period, days: Days) -> tuple[str | None, str | None]:
    """Both ends of a period: days, or local times; None for one that it has not."""
    begin, end = (
        None if moment is None else days.local(moment).isoformat() for moment in (wanted.begin, wanted.end)
    )
    return (
        begin if wanted.first is None else wanted.first.isoformat(),
        end if wanted.last is None else wanted.last.isoformat(),
    )


def _wanted(way: str, options: dict[str, Any], days: Days, today: date) -> tuple[Period, str]:
    """The period that one option means, and what it is called."""
    match way:
        case "today":
            return Period(first=today, last=today), f"Today, {today}"
        case "yesterday":
            day = today - timedelta(days=1)
            return Period(first=day, last=day), f"Yesterday, {day}"
        case "last" | "days":
            text = options[way] or _DEFAULT
            wanted = last_days(text, today, field=_WAYS[way])
            count = int(text.removesuffix("d"))
            return wanted, f"Last {count} Day{'s' * (count > 1)}"
        case "month":
            text = options["month"]
            wanted = month(f"{today:%Y-%m}" if text == _CURRENT else text)
            return wanted, f"{wanted.first:%B %Y}"
    return period(options["begin"], options["end"], days), _between(options["begin"], options["end"])


def _between(begin: str | None, end: str | None) -> str:
    if not end:
        return f"From {shown(begin or '')}"
    if not begin:
        return f"Until {shown(end)}"
    return shown(begin if begin == end else f"{begin} to {end}")
