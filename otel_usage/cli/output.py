"""JSON and tables in the one form that all commands share."""

from __future__ import annotations

import os
import sys

import click
import msgspec

__all__ = ["indented", "let_go_of_output", "print_json", "shown", "warn"]


def indented(value: object) -> str:
    """A value as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


def print_json(value: object) -> None:
    """Print a value as indented JSON."""
    click.echo(indented(value))


def let_go_of_output(*, err: bool = False) -> None:
    """Send what is still to be flushed at exit nowhere; it could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), (sys.stderr if err else sys.stdout).fileno())


def warn(sentence: str) -> None:
    """Say on standard error what does not keep a command from its work."""
    click.echo(f"otel-usage: warning: {sentence}", err=True)


def shown(name: str) -> str:
    """A name as a terminal may show it: without line ends and escape codes, which it got from who knows where."""
    return "".join(char if char.isprintable() else "?" for char in name)
