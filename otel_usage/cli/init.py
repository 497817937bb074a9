"""``otel-usage init``: the data directory and a commented configuration."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import click

from otel_usage import config
from otel_usage.home import Home

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["command"]


@click.command("init")
@click.pass_obj
def command(home: Path | None) -> None:
    """Make the data directory and a commented otel-usage.yaml; a file that is there is kept."""
    place = Home(home or config.default_home())
    place.prepare()
    if place.configuration.exists():
        click.echo(f"Kept {place.configuration}")
        return
    example = files("otel_usage").joinpath("otel-usage.example.yaml").read_text(encoding="utf-8")
    place.configuration.write_text(example, encoding="utf-8")
    place.configuration.chmod(0o600)
    click.echo(f"Wrote {place.configuration}")
