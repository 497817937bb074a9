"""``otel-usage demo``: the whole way of a call, on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from otel_usage import cli, runtime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["command"]


@click.command("demo")
@click.pass_obj
def command(home: Path | None) -> None:
    """Make calls through the real client libraries against a model server on this machine, and report them."""
    from otel_usage.demo.run import run  # noqa: PLC0415  # the SDK and the clients are slow to import

    def book_into(place: Path) -> None:
        runtime.configure(home=place)

    def otel_usage(arguments: Sequence[str]) -> None:
        cli.command.main(list(arguments), prog_name="otel-usage", standalone_mode=False)

    run(book_into=book_into, command=otel_usage, home=home)
