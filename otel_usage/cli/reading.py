"""Opening the ledger for a command that reads: brought up to date first, with progress on a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
import msgspec

from otel_usage import config
from otel_usage.asking import open_ledger
from otel_usage.budgets.stored import stored_budgets
from otel_usage.cli.output import warn
from otel_usage.home import Home
from otel_usage.ledger.database import sqlite_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from otel_usage.ledger.store import Ledger
    from otel_usage.settings import Settings

__all__ = ["bring_up_to_date", "current_ledger", "opened_ledger"]

_WAIT = 10.0
_LARGE = 8 * 1024 * 1024


@contextmanager
def opened_ledger(home: Path | None) -> Iterator[tuple[Ledger, Settings]]:
    """The ledger as it is, and the configuration with the subjects of budgets as the ledger holds them."""
    settings = config.load(home)
    settings = msgspec.structs.replace(settings, budgets=stored_budgets(settings, warn))
    with sqlite_errors(Home(settings.home).database), open_ledger(settings) as ledger:
        yield ledger, settings


@contextmanager
def current_ledger(home: Path | None) -> Iterator[tuple[Ledger, Settings]]:
    """The ledger with everything in it that was recorded before now."""
    with opened_ledger(home) as (ledger, settings):
        bring_up_to_date(ledger)
        yield ledger, settings


def bring_up_to_date(ledger: Ledger) -> None:
    """Read what is new in the journal, and say so where another process keeps it from being read."""
    if not ledger.ingest(wait=_WAIT, progress=_progress if sys.stderr.isatty() else None).complete:
        click.echo(
            "otel-usage: another process is still reading the journal; the newest calls may be missing",
            err=True,
        )


def _progress(left: int) -> None:
    if left > _LARGE:
        click.echo(f"\rreading the journal: {left // 2**20:,} MB left ", nl=False, err=True)
    elif left == 0:
        click.echo("\r" + " " * 48 + "\r", nl=False, err=True)
