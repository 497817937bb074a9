"""Which calls a command is about, as its options say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from otel_usage.cli.output import warn
from otel_usage.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.settings import Settings

__all__ = ["given", "selection_options", "stored"]


def selection_options(end: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the options of a period, a job and a session to a command, the end of the period under its name."""

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in (
            click.option("--session", metavar="ID", help="Only this session."),
            click.option("--job-id", metavar="ID", help="Only this job."),
            click.option(end, "end", metavar="WHEN", help="A date (its whole day) or a time."),
            click.option("--from", "begin", metavar="WHEN", help="A date (its whole day) or a time."),
        ):
            command = option(command)
        return command

    return add


def given(option: str, value: str | None) -> str | None:
    """The value of an option that selects; an unset shell variable must not become the cost of everything.

    Raises:
        InvalidValueError: It is empty.
    """
    if value is not None and not value.strip():
        raise InvalidValueError(option, value, "is empty")
    return value


def stored(option: str, value: str | None, settings: Settings) -> str | None:
    """The same for an id: it is stored as redacted, so it is looked for so.

    Raises:
        InvalidValueError: It is empty.
    """
    if given(option, value) is None or value is None:
        return None
    from otel_usage.redaction import Redactor  # noqa: PLC0415  # most questions are about everything
    from otel_usage.redaction_key import hash_key  # noqa: PLC0415  # see above

    return Redactor(settings.redaction, key=hash_key(settings, warn)).text(value)
