"""The command line: one module a command, loaded when it is called.

Exit codes: 0 done, 1 failed, 2 usage, 3 threshold reached, 4 partly done, 5 cannot tell, 75 busy.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Final

import click

from otel_usage import __version__
from otel_usage.errors import ConfigError, InvalidValueError, LedgerBusyError, OtelUsageError

__all__ = ["command", "main"]

_COMMANDS: Final = (
    "budget",
    "calculate",
    "compare",
    "completion",
    "demo",
    "explain",
    "export",
    "init",
    "metrics",
    "prices",
    "query",
    "rebuild",
    "record",
    "redact",
    "report",
    "reprice",
)
_FAILED, _USAGE, _BUSY = 1, 2, 75


class _Lazy(click.Group):
    """Loads a command's module when the command is called: ``record`` must start as quickly as click itself."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        if cmd_name not in _COMMANDS:
            return None
        found = import_module(f"otel_usage.cli.{cmd_name}").command
        return found if isinstance(found, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; bytes in its arguments that are no text are replaced, as the journal replaces them."""
        well_formed = [argument.encode("utf-8", "replace").decode() for argument in args]
        return super().resolve_command(ctx, well_formed)

    def invoke(self, ctx: click.Context) -> object:
        """Call the command; a reader that went away (a pipe into head) has all that it wanted."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _drop_output()
            ctx.exit(0)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", metavar="DIRECTORY", help="The data directory.")
@click.version_option(__version__, prog_name="otel-usage")
@click.pass_context
def command(ctx: click.Context, home: str | None) -> None:
    """What LLM agents use, and what it costs."""
    if not gc.isenabled():
        # Loaded for good: it need not be looked through from now on.
        gc.freeze()
        gc.enable()
    # An unset shell variable is no directory, and must not become the working one.
    ctx.obj = Path(home).expanduser() if home else None


def main() -> None:
    """Run the command line; an error is one sentence on standard error and an exit code."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            # Closed by whoever started this (2>&-).
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # for as long as the process lives
        elif isinstance(stream, TextIOWrapper):
            # A terminal that cannot show a character gets a replacement instead of a traceback.
            stream.reconfigure(errors="replace")
    # Loading a command leaves no garbage, and to look for it takes a short one long.
    gc.disable()
    try:
        command.main(prog_name="otel-usage")
    except OtelUsageError as error:
        click.echo(f"otel-usage: {error}", err=True)
        if isinstance(error, LedgerBusyError):
            sys.exit(_BUSY)
        sys.exit(_USAGE if isinstance(error, ConfigError | InvalidValueError) else _FAILED)
    except OSError as error:
        # A full disk behind standard output, a journal that cannot be read.
        _drop_output()
        click.echo(
            f"otel-usage: {': '.join(filter(None, (error.filename, error.strerror))) or error}", err=True
        )
        sys.exit(_FAILED)
    finally:
        gc.enable()


def _drop_output() -> None:
    from otel_usage.cli.output import let_go_of_output  # noqa: PLC0415  # only a failure needs it

    let_go_of_output()
