"""``otel-usage prices``: which prices hold, where they are from, and newer ones."""

from __future__ import annotations

import click

from otel_usage.cli.prices import check, diff, listing, show, update

__all__ = ["command"]


@click.group("prices")
def command() -> None:
    """The prices that calls are billed at."""


for _module in (listing, show, update, diff, check):
    command.add_command(_module.command)
