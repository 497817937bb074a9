"""Rows as CSV, line by line."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["csv_lines"]

_END = "\r\n"
"""As the writer is told to end lines: Python's, before 3.13, quotes a line end in a text only where it is in this."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """Hands each line back to whoever has it written."""

    def write(self, line: str) -> str:
        """The line with a plain end."""
        return line.removesuffix(_END) + "\n"


def csv_lines(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows under their names as CSV (RFC 4180, but with plain line ends).

    A text that a spreadsheet would run as a formula gets an apostrophe in front; names come from who knows where.
    """
    writer = csv.writer(_Line(), lineterminator=_END)
    yield writer.writerow(names)
    for row in rows:
        yield writer.writerow([_tame(cell) for cell in row])


def _tame(cell: str) -> str:
    if not cell.startswith(_FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return f"'{cell}"
    return cell
