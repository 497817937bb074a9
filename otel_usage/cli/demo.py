"""``otel-usage demo``: the whole way of a call, on this machine."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING

import click

from otel_usage import cli, runtime
from otel_usage.errors import OtelUsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["command"]


@click.command("demo")
@click.option("--live", is_flag=True, help="Make one tiny real call with each provider whose API key is set.")
@click.pass_obj
def command(home: Path | None, live: bool) -> None:
    """Five agents make calls through the real client libraries against a server on this machine, and are reported."""
    from otel_usage.demo.run import Program, require_clients, run  # noqa: PLC0415  # the SDK and the clients are slow to import

    if not live:
        run(
            Program(configure=lambda place: runtime.configure(home=place), command=_run, answer=_answer), home
        )
        return
    require_clients()
    from otel_usage.demo.live import call_live  # noqa: PLC0415  # see above

    runtime.configure(home=home)
    try:
        call_live()
    except OtelUsageError:
        raise
    except Exception as error:
        # A client's: its class names what was wrong, its text may hold a key.
        raise click.ClickException(
            f"the call failed ({type(error).__name__}); it is booked as failed"
        ) from error
    _run([*([] if home is None else ["--home", str(home)]), "explain", "last"])


def _run(arguments: Sequence[str]) -> None:
    cli.command.main(list(arguments), prog_name="otel-usage", standalone_mode=False)


def _answer(arguments: Sequence[str]) -> str:
    printed = BytesIO()
    with TextIOWrapper(printed, encoding="utf-8", write_through=True) as text, redirect_stdout(text):
        _run(arguments)
        return printed.getvalue().decode()
