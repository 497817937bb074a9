"""``otel-usage rebuild``: the ledger made anew from the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from otel_usage import config
from otel_usage.asking import full_book
from otel_usage.home import Home
from otel_usage.ledger.store import Ledger
from otel_usage.ledger.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]


@click.command("rebuild")
@click.pass_obj
def command(home: Path | None) -> None:
    """Make usage.db anew from the journal and check it; readers see the old one until the new one is whole."""
    settings = config.load(home)
    place = Home(settings.home)
    place.prepare()
    done = Ledger.rebuild(place, zone=settings.zone, book=lambda: full_book(settings))
    with Ledger(place, zone=settings.zone) as ledger:
        ((calls,),) = ledger.ask("SELECT count(*) FROM call")
        aside = dict(ledger.ask("SELECT reason, count(*) FROM set_aside GROUP BY reason"))
        differences = verify(ledger)
    click.echo(f"Rebuilt from {done.lines:,} journal lines: {calls:,} calls.")
    if aside.get("torn"):
        click.echo(f"{aside['torn']:,} torn lines (of killed processes or a full disk) were set aside.")
    if aside.get("newer"):
        click.echo(
            f"{aside['newer']:,} lines of a newer version were left for it; upgrade otel-usage to count them."
        )
    if unsound := aside.get("unsound", 0) + aside.get("damaged", 0):
        click.echo(f"{unsound:,} lines or sealed files hold what cannot be read, and were set aside.")
    if differences:
        raise click.ClickException(
            f"{len(differences)} sums do not agree with their calls; please report this"
        )
