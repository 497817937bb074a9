"""Texts that a pattern matches, read off the pattern itself: bodies for texts that try a rule.

They say nothing of whether a rule is right, only what it looks at.
"""

from __future__ import annotations

import re
import string
from random import Random
from typing import Any

__all__ = ["matching"]

# The standard library's own parser of patterns; its stubs leave it out.
_parser: Any = re._parser  # type: ignore[attr-defined]
_op: Any = re._constants  # type: ignore[attr-defined]

_LETTERS = string.ascii_letters + string.digits + string.punctuation + " "
_CATEGORIES = {
    _op.CATEGORY_DIGIT: frozenset(string.digits),
    _op.CATEGORY_WORD: frozenset(string.ascii_letters + string.digits + "_"),
    _op.CATEGORY_SPACE: frozenset(" "),
}
_OPPOSITES = {
    _op.CATEGORY_NOT_DIGIT: _op.CATEGORY_DIGIT,
    _op.CATEGORY_NOT_WORD: _op.CATEGORY_WORD,
    _op.CATEGORY_NOT_SPACE: _op.CATEGORY_SPACE,
}
_NOT_MORE = 48


def matching(pattern: str, seed: int) -> str:
    """Make a text for a pattern; conditions about neighbours are not looked at.

    Args:
        pattern: A regular expression.
        seed: Another seed, another text.
    """
    return _made(_parser.parse(pattern), Random(seed), {})


def _made(tree: Any, rng: Random, groups: dict[int, str]) -> str:
    return "".join(_part(kind, value, rng, groups) for kind, value in tree)


def _part(kind: Any, value: Any, rng: Random, groups: dict[int, str]) -> str:  # noqa: PLR0911  # one line a kind
    if kind is _op.LITERAL:
        return chr(value)
    if kind is _op.IN:
        return rng.choice(_members(value))
    if kind is _op.ANY or kind is _op.NOT_LITERAL:
        return rng.choice([c for c in _LETTERS if kind is _op.ANY or ord(c) != value])
    if kind is _op.BRANCH:
        return _made(rng.choice(value[1]), rng, groups)
    if kind is _op.SUBPATTERN:
        groups[value[0]] = made = _made(value[3], rng, groups)
        return made
    if kind is _op.ATOMIC_GROUP:
        return _made(value, rng, groups)
    if kind in {_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT}:
        low, high, part = value
        times = rng.randint(low, max(low, min(int(high), low + _NOT_MORE)))
        return "".join(_made(part, rng, groups) for _ in range(times))
    return groups[value] if kind is _op.GROUPREF else ""


def _members(items: list[Any]) -> list[str]:
    """List the characters of a character class, ASCII ones where it has them."""
    letters: set[str] = set()
    for kind, value in items:
        if kind is _op.LITERAL:
            letters.add(chr(value))
        elif kind is _op.RANGE:
            letters.update(map(chr, range(value[0], min(value[1], value[0] + 127) + 1)))
        elif kind is _op.CATEGORY:
            letters |= _category(value)
    negated = items[0][0] is _op.NEGATE
    return sorted(set(_LETTERS) - letters if negated else letters)


def _category(value: Any) -> frozenset[str]:
    if value in _CATEGORIES:
        return _CATEGORIES[value]
    return frozenset(_LETTERS) - _CATEGORIES[_OPPOSITES[value]]
