"""Opening the ledger for a command that reads: brought up to date first, with progress on a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
import msgspec

from otel_usage import config
from otel_usage.budgets.stored import stored_budgets
from otel_usage.cli.output import warn
from otel_usage.home import Home
from otel_usage.ledger.database import sqlite_errors
from otel_usage.ledger.store import Ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from otel_usage.pricing.book import PriceBook
    from otel_usage.settings import Settings

__all__ = ["bring_up_to_date", "current_ledger", "full_book", "opened_ledger"]

_WAIT = 10.0
_LARGE = 8 * 1024 * 1024


def full_book(settings: Settings) -> PriceBook:
    """A price book that may ask the full price data."""
    from otel_usage.pricing.book import PriceBook  # noqa: PLC0415  # a report of priced calls needs no prices

    return PriceBook(settings.pricing, allow_lookup=True, index=Home(settings.home).prices)


@contextmanager
def opened_ledger(home: Path | None) -> Iterator[tuple[Ledger, Settings]]:
    """The ledger as it is, and the configuration with the subjects of budgets as the ledger holds them."""
    settings = config.load(home)
    settings = msgspec.structs.replace(settings, budgets=stored_budgets(settings, warn))
    place = Home(settings.home)
    with (
        sqlite_errors(place.database),
        Ledger(
            place,
            zone=settings.zone,
            book=lambda: full_book(settings),
            content_days=settings.content.retention_days,
        ) as ledger,
    ):
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
