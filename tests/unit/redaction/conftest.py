from __future__ import annotations

import random
import re
import string
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

# The standard library's own parser of patterns, read here to make texts that match; its stubs leave it out.
_parser: Any = re._parser  # type: ignore[attr-defined]
op: Any = re._constants  # type: ignore[attr-defined]

_WORD = string.ascii_letters + string.digits + "_"
_NOT_MORE = 48


def _classes(items: list[Any]) -> str:
    """List the characters of a character class."""
    letters: set[str] = set()
    negated = False
    for kind, value in items:
        if kind is op.NEGATE:
            negated = True
        elif kind is op.LITERAL:
            letters.add(chr(value))
        elif kind is op.RANGE:
            letters.update(chr(c) for c in range(value[0], min(value[1], 126) + 1))
        elif value is op.CATEGORY_DIGIT:
            letters.update(string.digits)
        elif value is op.CATEGORY_WORD:
            letters.update(_WORD)
        elif value is op.CATEGORY_SPACE:
            letters.add(" ")
        else:
            letters.update(_WORD)
    return "".join(sorted(set(_WORD) - letters if negated else letters))


def _made(tree: Any, rng: random.Random, groups: dict[int, str]) -> str:
    """Make a text that a parsed pattern matches; conditions about neighbours are left to the caller's retries."""
    out = ""
    for kind, value in tree:
        if kind is op.LITERAL:
            out += chr(value)
        elif kind is op.NOT_LITERAL:
            out += rng.choice([c for c in _WORD if ord(c) != value])
        elif kind is op.ANY:
            out += rng.choice(_WORD)
        elif kind is op.IN:
            out += rng.choice(_classes(value))
        elif kind is op.BRANCH:
            out += _made(rng.choice(value[1]), rng, groups)
        elif kind is op.SUBPATTERN:
            part = _made(value[3], rng, groups)
            groups[value[0]] = part
            out += part
        elif kind in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
            low, high, part = value
            times = rng.randint(low, max(low, min(int(high), low + _NOT_MORE)))
            out += "".join(_made(part, rng, groups) for _ in range(times))
        elif kind is op.GROUPREF:
            out += groups[value]
    return out


@pytest.fixture(scope="session")
def make_match() -> Callable[[str, int], str]:
    """Give a generator of texts that match a pattern."""

    def make(pattern: str, seed: int) -> str:
        return _made(_parser.parse(pattern), random.Random(seed), {})

    return make
