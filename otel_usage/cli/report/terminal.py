"""What standard output can show."""

from __future__ import annotations

import codecs
import shutil
import sys

from otel_usage.cli.report.box import Pen
from otel_usage.config import colour_wanted

__all__ = ["pen", "utf8"]


def pen() -> Pen:
    """What a box on standard output is drawn with: COLUMNS stands over the terminal's own width, and holds in a pipe."""
    return Pen(
        columns=shutil.get_terminal_size((0, 0)).columns or None,
        unicode=utf8(),
        colour=sys.stdout.isatty() and colour_wanted(),
    )


def utf8() -> bool:
    """Whether it takes every character."""
    try:
        return codecs.lookup(sys.stdout.encoding or "").name == "utf-8"
    except LookupError:
        return False
