"""``otel-usage prices check``: what a person should know about the prices in use."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from otel_usage import config
from otel_usage.asking import full_book
from otel_usage.cli.output import print_json, shown
from otel_usage.cli.prices.findings import (
    Finding,
    Level,
    about_index,
    about_ledger,
    about_overrides,
    about_providers,
)
from otel_usage.cli.prices.sentences import wrapped
from otel_usage.cli.prices.used import asked_models, flagged, unpriced, used_models
from otel_usage.cli.reading import current_ledger
from otel_usage.cli.shapes import prices
from otel_usage.errors import PriceDataError
from otel_usage.home import Home
from otel_usage.pricing.fetched import chosen
from otel_usage.records import Flag

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.settings import Settings

__all__ = ["command"]

_NANOS_DAY: Final = 86_400 * 10**9
_LOOK_BACK: Final = 30
"""Days of calls whose flags are looked at."""
_FLAGS: Final = (Flag.RATE_ASSUMED, Flag.VARIANT_UNPRICED, Flag.UNITS_UNPRICED, Flag.MORE_BILLED)
_WORDS: Final[dict[Level, prices.Level]] = {
    Level.FINE: "fine",
    Level.ATTENTION: "attention",
    Level.BROKEN: "broken",
}
_EXITS: Final = {Level.FINE: 0, Level.ATTENTION: 3, Level.BROKEN: 1}


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def command(home: Path | None, as_json: bool) -> None:
    """The state of the prices. Exit code 3 when something needs attention, 1 when something is broken."""
    settings = config.load(home)
    findings = [*about_index(Home(settings.home).prices, datetime.now(UTC).date()), *_used(home, settings)]
    worst = max(finding.level for finding in findings)
    if as_json:
        print_json(
            prices.CheckAnswer(
                state=_WORDS[worst],
                findings=[
                    prices.Finding(level=_WORDS[finding.level], text=finding.text) for finding in findings
                ],
            )
        )
    else:
        for finding in sorted(findings, key=lambda finding: -finding.level):
            mark = "" if finding.level is Level.FINE else f"{finding.level.name.title()}: "
            click.echo(wrapped(shown(mark + finding.text)))
    sys.exit(_EXITS[worst])


def _used(home: Path | None, settings: Settings) -> list[Finding]:
    """Findings about overrides and about the models of the ledger."""
    try:
        book = full_book(settings)
    except PriceDataError as error:
        # The ledger cannot be brought up to date either while an override cannot be used.
        return [Finding(Level.BROKEN, f"{error}; the calls of the ledger are not looked at")]
    now = time.time_ns()
    with current_ledger(home) as (ledger, _):
        used = used_models(ledger)
        without_amount = unpriced(ledger, book)
        models = {*((one.provider, one.model) for one in used), *asked_models(ledger)}
        flags = {flag: flagged(ledger, flag, now - _LOOK_BACK * _NANOS_DAY) for flag in _FLAGS}
    index, _ = chosen(Home(settings.home).prices)
    return [
        *about_overrides(settings.pricing, models, Home(settings.home).prices),
        *about_providers(settings.pricing, used, index),
        *about_ledger(book, used, without_amount, flags, now),
    ]
