"""How rules are written: patterns that are compiled when they are first used, and lists of words."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["lazy", "words"]


def lazy(pattern: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """Give a function that compiles a pattern at its first call and keeps it."""
    return cache(partial(re.compile, pattern, flags))


def words(text: str) -> frozenset[str]:
    """Give the words of a text that is separated by white space."""
    return frozenset(text.split())
