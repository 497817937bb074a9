"""Sentences about prices as a terminal has room for them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["like", "some", "wrapped"]

_COLUMNS: Final = 100
_FEW: Final = 5
_LIKE: Final = 3


def wrapped(sentence: str) -> str:
    """A sentence in lines of at most 100 columns, all but the first indented; a name is never cut."""
    return textwrap.fill(
        sentence, _COLUMNS, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def some(names: Sequence[str]) -> str:
    """The first few of many names."""
    more = len(names) - _FEW
    return ", ".join(names[:_FEW]) + (f" and {more:,} more" if more > 0 else "")


def like(name: str, known: Iterable[str]) -> list[str]:
    """The few known names that are most like one, the likeliest first."""
    from difflib import get_close_matches  # noqa: PLC0415  # only for a person who mistyped

    return get_close_matches(name.strip().lower(), sorted(known), n=_LIKE)
