"""Texts that hold nothing of the default classes, told without the rules: loading those takes a short command too long.

A rule matches only at one of its literals, and only in a text that is as long as its shortest match. A name announces
nothing where no value follows it. Of a text that needs a closer look, False is said.
"""

from __future__ import annotations

from typing import Final

from otel_usage.redaction.literals import LITERALS, NAMES
from otel_usage.redaction.patterns import lazy

__all__ = ["are_harmless", "is_harmless"]

_LONGEST: Final = 200
"""Characters; a longer text takes longer to pass than it saves."""
_NAME: Final = lazy(r"[\w.-]{1,96}")
"""What ``assignment`` takes for one name, so that no value follows."""
_ESCAPING: Final = ("\\", "%", "\x1b")
"""Signs of what stands for another character, after which a word may begin."""


def is_harmless(text: str) -> bool:
    """Whether redaction with the default classes, or some of them, leaves a text as it is."""
    # A quotation mark may begin JSON, whose strings may hold anything as escapes.
    if len(text) > _LONGEST or not text.isascii() or '"' in text:
        return False
    if _announces(text) and _NAME().fullmatch(text) is None:
        return False
    return not _has_literal(text)


def are_harmless(pairs: object) -> bool:
    """Whether the same is so of texts by name, and none of them announces what another holds."""
    return type(pairs) is dict and all(
        type(text) is str and is_harmless(text) and not _announces(text)
        for pair in pairs.items()
        for text in pair
    )


def _announces(text: str) -> bool:
    """Whether a name in a text could announce a secret."""
    low = text.lower()
    return any(literal in low for literal in NAMES)


def _has_literal(text: str) -> bool:
    """Whether a literal stands where its rule could match."""
    low, size = text.lower(), len(text)
    has_space = any(map(str.isspace, text))
    has_escape = any(sign in text for sign in _ESCAPING)
    return any(
        literal in searched and (not begins or has_escape or _begins_word(literal, searched))
        for least, fold, begins, spaced, literals in LITERALS
        if least <= size and (has_space or not spaced)
        for searched in (low if fold else text,)
        for literal in literals
    )


def _begins_word(literal: str, text: str) -> bool:
    """Whether a literal stands anywhere with no letter or digit before it."""
    at = text.find(literal)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(literal, at + 1)
    return at >= 0
