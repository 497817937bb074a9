"""Names as a report shows them: how wide they are, cut to a width, models without their dates."""

from __future__ import annotations

import re
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

from otel_usage.cli.output import shown

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["NO_NAME", "cut", "model_names", "padded", "pieces", "width"]

NO_NAME = "(none)"
"""What stands for calls that do not say."""
_DATE = re.compile(r"[-@]20\d{2}(?P<dash>-?)(0[1-9]|1[0-2])(?P=dash)(0[1-9]|[12]\d|3[01])$")


def model_names(models: Collection[str]) -> dict[str, str]:
    """Models as they are shown: without the date at their end, where that makes no two of them one."""
    short = {model: _DATE.sub("", model) for model in models}
    taken = Counter(short.values())
    alone = {model for model, name in short.items() if taken[name] == 1 and name not in short}
    return {model: shown(short[model] if model in alone else model) or NO_NAME for model in models}


def width(text: str) -> int:
    """Columns that a text takes on a terminal; East Asian characters take two."""
    plain = text.replace("…", ".")
    if plain.isascii():
        return len(plain)
    from wcwidth import wcswidth  # noqa: PLC0415  # takes longer than the whole report, and most names are ASCII

    return max(wcswidth(plain), 0)


def padded(text: str, columns: int) -> str:
    """A text with spaces up to a width."""
    return text + " " * (columns - width(text))


def cut(text: str, columns: int, ellipsis: str = "…") -> str:
    """A text of at most so many columns; a longer one keeps its begin and its end, where names differ."""
    if width(text) <= columns:
        return text
    characters = pieces(text)
    if columns <= len(ellipsis):
        return "".join(_first(characters, columns))
    room = columns - len(ellipsis)
    end = _first(characters[::-1], room // 3)[::-1]
    begin = _first(characters, room - sum(map(width, end)))
    return "".join([*begin, ellipsis, *end])


def pieces(text: str) -> list[str]:
    """What a reader sees as one character each: a letter stays with its accents."""
    if text.isascii():
        return list(text)
    from wcwidth import iter_graphemes  # noqa: PLC0415  # see above

    return list(iter_graphemes(text))


def _first(characters: list[str], columns: int) -> list[str]:
    """As many of them as fit."""
    used = accumulate(map(width, characters))
    return characters[: sum(columns_used <= columns for columns_used in used)]
