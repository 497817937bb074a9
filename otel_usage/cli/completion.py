"""``otel-usage completion``: a script by which a shell completes commands and options."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

__all__ = ["command"]

_PROGRAM: Final = "otel-usage"
_VARIABLE: Final = "_OTEL_USAGE_COMPLETE"
"""What click looks for when a shell asks this program, as it is called in the shell, for completions."""


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script by which bash, zsh or fish completes commands, options and their values."""
    completer = get_completion_class(shell)
    if completer is None:
        raise click.UsageError(f"this version of click completes nothing in {shell}")
    click.echo(completer(ctx.find_root().command, {}, _PROGRAM, _VARIABLE).source())
