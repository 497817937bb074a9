"""``otel-usage budget``: what is spent of each budget, and a check for scripts that must not go on when one is."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import click

from otel_usage.budgets.check import Verdict, check, check_share, named
from otel_usage.budgets.status import budget_status
from otel_usage.cli.budget.answers import budget_answer, check_answer
from otel_usage.cli.budget.texts import checked_lines, status_lines
from otel_usage.cli.output import indented, let_go_of_output, print_json, shown
from otel_usage.cli.reading import current_ledger, opened_ledger
from otel_usage.cli.shapes.budgets import BudgetAnswer, BudgetCheckAnswer
from otel_usage.errors import InvalidValueError, OtelUsageError

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.budgets.check import BudgetCheck

__all__ = ["command"]

_WAIT: Final = 2.0
"""Seconds to wait for another process that is ingesting; who asks wants to go on."""
_CODES: Final = {Verdict.UNDER: 0, Verdict.REACHED: 3, Verdict.UNKNOWN: 5}


@click.group("budget", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """What is spent of each budget in its current period, and a forecast of it."""
    if ctx.invoked_subcommand is not None:
        return
    with current_ledger(ctx.obj) as (ledger, settings):
        now = time.time()
        with ledger.snapshot():
            found = budget_status(ledger, settings.budgets, now)
        days, as_of = ledger.days, ledger.days.local(int(now * 1e9))
    if as_json:
        budgets = [budget_answer(status, days) for status in found]
        print_json(BudgetAnswer(as_of=as_of.isoformat(), budgets=budgets))
    else:
        # Neither a terminal nor COLUMNS: as wide as it needs.
        columns = shutil.get_terminal_size((0, 0)).columns
        click.echo("\n".join(status_lines(found, settings.budgets, as_of, columns)))


@command.command("check")
@click.argument("name", required=False)
@click.option(
    "--fail-at",
    type=float,
    default=1.0,
    show_default=True,
    metavar="PART",
    help="The part of the limit from which on a budget counts as reached.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def check_command(ctx: click.Context, name: str | None, fail_at: float, as_json: bool) -> None:
    """Whether a budget is spent: the one of that NAME, or any of all. Exit code 0 says no, 3 yes, 5 that nobody can tell."""
    check_share("--fail-at", fail_at)
    as_json = as_json or (ctx.parent is not None and ctx.parent.params["as_json"])
    try:
        found = _found(ctx.obj, name, fail_at)
        code = _CODES[found.verdict]
        _say(indented(check_answer(found)) if as_json else "\n".join(checked_lines(found)))
        if found.reason is not None:
            _say(f"otel-usage: whether budgets are spent cannot be told: {shown(found.reason)}", err=True)
    except click.ClickException:
        raise
    except Exception as error:  # noqa: BLE001  # whatever goes wrong, a guard must not read it as "under"
        code = _CODES[Verdict.UNKNOWN]
        reason = _told(error)
        with suppress(OSError):
            _say(f"otel-usage: whether budgets are spent cannot be told: {reason}", err=True)
        if as_json:
            with suppress(OSError):
                _say(indented(_no_answer(fail_at, reason)))
    ctx.exit(code)


def _found(home: Path | None, name: str | None, fail_at: float) -> BudgetCheck:
    with opened_ledger(home) as (ledger, settings):
        try:
            asked = named(settings.budgets, name)
        except InvalidValueError as error:
            raise click.UsageError(shown(str(error))) from error
        complete = ledger.ingest(wait=_WAIT).complete
        return check(
            ledger, asked, time.time(), fail_at=fail_at, complete=complete, disabled=settings.disabled
        )


def _told(error: Exception) -> str:
    """What went wrong; only this package's own sentences, and the system's, are known to hold no secret."""
    if isinstance(error, OtelUsageError):
        return str(error)
    strerror = error.strerror if isinstance(error, OSError) else None
    return strerror or type(error).__name__


def _no_answer(fail_at: float, reason: str) -> BudgetCheckAnswer:
    return BudgetCheckAnswer(
        as_of=None, fail_at=fail_at, verdict=Verdict.UNKNOWN.value, reason=reason, budgets=[]
    )


def _say(text: str, *, err: bool = False) -> None:
    """Print; a reader that went away has the exit code."""
    try:
        click.echo(text, err=err)
    except OSError as error:
        let_go_of_output(err=err)
        if not isinstance(error, BrokenPipeError):
            raise
