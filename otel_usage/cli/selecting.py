"""Which calls a command is about, as its options say it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from otel_usage.cli.output import warn
from otel_usage.cli.pairs import name_and_value
from otel_usage.cli.times import last_days, period
from otel_usage.errors import InvalidValueError
from otel_usage.ledger.selection import Selection
from otel_usage.records import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.ledger.days import Days
    from otel_usage.ledger.selection import Period
    from otel_usage.redaction import Redactor
    from otel_usage.settings import Settings

__all__ = ["given", "selection", "selection_options"]

_NAMES = {
    "provider": "Only this provider, or the API calls of this service.",
    "model": "Only this model: exact, or with * for any characters.",
    "agent": "Only this agent.",
    "team": "Only this team.",
    "project": "Only this project.",
    "task_type": "Only this type of task.",
    "source": "Only what came from there: live, cli, otlp, or an importer's name.",
    "job_id": "Only this job.",
    "session": "Only this session.",
}
"""Option → help; the ones that may hold what redaction takes out are looked for as they were stored."""
_AS_GIVEN = frozenset({"provider", "model", "source"})


def selection_options(
    end: str = "--to", *, last: bool = True
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the options that select calls to a command.

    Args:
        end: How the end of the period is called.
        last: Whether ``--last`` is among them; a command with more ways to say the period has its own.
    """

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in (
            click.option(
                "--kind",
                type=click.Choice(["llm", "api", "all"]),
                default="all",
                help="Calls of models, of other services, or both.",
            ),
            click.option(
                "--tag",
                "tags",
                multiple=True,
                metavar="NAME=VALUE",
                help="Only calls with this tag; may be repeated.",
            ),
            *(
                click.option(_option(name), name, metavar="ID" if name == "session" else None, help=help_)
                for name, help_ in reversed(_NAMES.items())
            ),
            *(
                [
                    click.option(
                        "--last", metavar="DAYS", help="Today and the days before: 7d is today and six more."
                    )
                ]
                if last
                else []
            ),
            click.option(end, "end", metavar="WHEN", help="A date (its whole day) or a time."),
            click.option("--from", "begin", metavar="WHEN", help="A date (its whole day) or a time."),
        ):
            command = option(command)
        return command

    return add


def selection(
    options: dict[str, Any],
    days: Days,
    settings: Settings,
    *,
    end: str = "--to",
    within: Period | None = None,
) -> Selection:
    """The calls that the options of ``selection_options`` mean.

    Args:
        options: The command's, by name.
        days: The ledger's.
        settings: Redaction is looked up in them.
        end: How the option of the period's end is called.
        within: The period, where the command has its own ways to say it.

    Raises:
        InvalidValueError: A value cannot be used; an empty one is refused.
    """
    fields: dict[str, Any] = {name: given(_option(name), options[name]) for name in _NAMES}
    tags = [name_and_value(tag) for tag in options["tags"]]
    texts = [name for name, value in fields.items() if value is not None and name not in _AS_GIVEN]
    if texts or tags:
        redactor = _redactor(settings)
        fields |= {name: redactor.text(fields[name]) for name in texts}
        tags = [_stored_tag(redactor, name, value) for name, value in tags]
    fields["session_id"] = fields.pop("session")
    kind = options["kind"]
    return Selection(
        period=within or _period(options, days, end),
        kind=None if kind == "all" else Kind(kind),
        tags=tuple(tags),
        **fields,
    )


def _period(options: dict[str, Any], days: Days, end: str) -> Period:
    if options["last"] is None:
        return period(given("--from", options["begin"]), given(end, options["end"]), days, field=end)
    if options["begin"] or options["end"]:
        raise InvalidValueError("--last", options["last"], f"cannot be given together with --from or {end}")
    return last_days(options["last"], days.today(time.time()))


def given(option: str, value: str | None) -> str | None:
    """The value of an option that selects; an unset shell variable must not become the cost of everything.

    Raises:
        InvalidValueError: It is empty.
    """
    if value is not None and not value.strip():
        raise InvalidValueError(option, value, "is empty")
    return value


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _redactor(settings: Settings) -> Redactor:
    """What texts went through before the ledger got them."""
    from otel_usage.redaction import Redactor  # noqa: PLC0415  # most questions are about everything
    from otel_usage.redaction_key import hash_key  # noqa: PLC0415  # see above

    return Redactor(settings.redaction, key=hash_key(settings, warn), deferred=True)


def _stored_tag(redactor: Redactor, name: str, value: str) -> tuple[str, str]:
    """A tag as it is stored: its name may announce a secret that its value alone does not show."""
    pair = {redactor.text(name): redactor.text(value)}
    found = redactor.value(pair)
    ((name, value),) = (found if isinstance(found, dict) else pair).items()
    return name, value
