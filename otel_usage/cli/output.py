"""JSON and tables in the one form that all commands share."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click
import msgspec

from otel_usage.cli.money import number

if TYPE_CHECKING:
    from otel_usage.ledger.queries import Totals

__all__ = ["let_go_of_output", "print_json", "shown", "totals_json", "warn"]


def print_json(value: object) -> None:
    """Print a value as indented JSON."""
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def let_go_of_output() -> None:
    """Send what is still to be flushed at exit nowhere; it could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def warn(sentence: str) -> None:
    """Say on standard error what does not keep a command from its work."""
    click.echo(f"otel-usage: warning: {sentence}", err=True)


def shown(name: str) -> str:
    """A name as a terminal may show it: without line ends and escape codes, which it got from who knows where."""
    return "".join(char if char.isprintable() else "?" for char in name)


def totals_json(totals: Totals) -> dict[str, Any]:
    """Sums under their stable names; ``inputTokens`` includes cache."""
    return {
        "calls": totals.calls,
        "errors": totals.errors,
        "unpriced": totals.unpriced,
        "inputTokens": totals.input,
        "outputTokens": totals.output,
        "cacheReadTokens": totals.cache_read,
        "cacheWriteTokens": totals.cache_write_5m + totals.cache_write_1h,
        "reasoningTokens": totals.reasoning,
        "cost": number(totals.cost),
        "cacheSavings": number(totals.cache_saved),
        "cacheWriteExtra": number(totals.cache_extra),
    }
