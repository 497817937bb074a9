"""How rules are written: patterns that are compiled when they are first used, and lists of words."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ESCAPE", "lazy", "words"]

ESCAPE = r"(?:\\[nrtbf]|%[0-9A-Fa-f]{2}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\x1b\[[\d;]{0,12}m)"
"""An escape, whose last letter may stand before a word and is no part of it: of a line break, in a query, of a colour."""


def lazy(pattern: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """Give a function that compiles a pattern at its first call and keeps it."""
    return cache(partial(re.compile, pattern, flags))


def words(text: str) -> frozenset[str]:
    """Give the words of a text that is separated by white space."""
    return frozenset(text.split())
