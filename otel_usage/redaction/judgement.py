"""Whether what follows a sensitive name is its value: not a stand-in, not code, not a sentence about it."""

from __future__ import annotations

import re

from otel_usage.redaction.names import Sensitivity, sensitivity
from otel_usage.redaction.patterns import lazy, words
from otel_usage.redaction.validators import (
    is_chosen,
    is_placeholder,
    is_reference,
    is_wordlike,
    looks_random,
)

__all__ = ["assigned", "assigned_bare", "called", "is_mixed", "is_phrase", "mentioned"]

_DOTTED = lazy(r"[!&*]?(?:[A-Za-z_]\w{0,31}\??\.){1,4}[A-Za-z_]\w{0,31}(?=$)")
_ACRONYM = lazy(r"[A-Z]{2,8}[#-]?\d{1,4}(?=$)")
_CALLED = lazy(r"[!&*]?(?:[A-Za-z_]\w{0,31}(?:\.|::|->)){1,4}[A-Za-z_]\w{0,31}(?=$)")
# A name made of words: snake_case, kebab-case, camelCase.
_IDENTIFIER = lazy(
    r"[_.]{0,2}(?:[a-z]{1,16}\d{0,4}(?:[_-]\d{0,2}[a-z]{1,16}\d{0,4}){1,8}|(?:[A-Z]{0,6}[a-z]{2,16}+){1,8}|[A-Z]{2,16}(?:[_-][A-Z]{1,16}){1,8})_{0,2}(?=$)"
)
_SPEAKS = lazy(
    r"(?i)[!&*@]?[\w.$?>\[\]-]{0,64}(?:key|token|secret|passw|credential|auth)[\w.$?>\[\]-]{0,64}(?=$)"
)
_PATTERN = lazy(r"\[\^?[^\]]{0,24}\w-\w[^\]]{0,24}\]?|\\[dswbDSW]|\|(?:min|max|string)\b")
_FORMAT = lazy(r"%[sdrxv]|\$?\{[^{}]{0,40}\}|\$\w{1,40}|\W")
_COLOUR = lazy(r"(?:#[0-9a-fA-F]{3}|0x)[0-9a-fA-F]{0,8}(?=$)|&#?\w{2,8};(?=$)")
_COOKIE = lazy(r"[\w.-]=[^\s;]{6}")
_PASSWORD = lazy(r"(?i)(?:passwor[dt]|passwd|passphrase|passcode|pwd|kennwort|pass|pw)\d{0,2}(?=$)")
_WEAK = lazy(r"(?=[A-Za-z-]{0,32}[a-z]{4})[A-Za-z-]{4,40}\d{2,6}[!@#$%&*?]{0,3}\w?(?=$)")
_STOP = words(
    "the and for not are was must may can should will would has have your our this that these with without from into when"
    " where which who what how why use used using set get enter type choose please again here there only least more than"
    " characters character letters long short too any all one two new old required invalid incorrect wrong missing empty"
    " does did been being its his her their you they them user username email login sign forgot reset change confirm"
    " repeat match matches already expired valid weak strong field value string optional default null none true false"
)
_LONGEST_NAME = 64
_MIN_SURE = 3
_MIN_COOKIE = 10
_MIN_PIN = 4
_MIN_WORD = 5
_MIN_WORDS = 3
_MAX_WORDS = 12
_MAX_SPACES = 5


def is_mixed(value: str) -> bool:
    """Tell a digit, a symbol or an inner capital letter, which a word of prose or code lacks."""
    return not value.replace("/", "").isalpha() or (
        any(map(str.isupper, value[1:])) and any(map(str.islower, value))
    )


def is_phrase(value: str) -> bool:
    """Tell words that were strung together as a password: no sentence, which has articles and verbs."""
    parts = re.split(r"[ _.-]", value)
    return _MIN_WORDS <= len(parts) <= _MAX_WORDS and all(
        part.isalpha() and part.islower() and len(part) >= _MIN_SURE and part not in _STOP for part in parts
    )


def mentioned(value: str, name: str, found: Sensitivity, *, stated: bool = False) -> bool:
    """Judge a value that stands near a name.

    Args:
        value: The candidate.
        name: The name.
        found: What the name announces.
        stated: The form says that it is the value: "is" in a sentence, a call that makes credentials.
    """
    if _stands_in(value, name) or _IDENTIFIER().match(value) or _ACRONYM().match(value):
        return False
    if found.sure and _WEAK().match(value):
        return True
    if stated and found.sure and _is_told(value, name):
        return True
    return is_chosen(value) and (found.sure or stated or looks_random(value))


def _is_told(value: str, name: str) -> bool:
    """Judge a weak value of which a sentence says that it is the one: a number, a word with a number, words strung together."""
    if value.isdigit():
        return len(value) >= _MIN_PIN
    has_both = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return (has_both and len(value) >= _MIN_WORD) or (
        _PASSWORD().search(name) is not None and is_phrase(value)
    )


def assigned(value: str, name: str, found: Sensitivity) -> bool:
    """Judge a value in quotation marks that is assigned to a name."""
    if _stands_in(value, name):
        return False
    if is_chosen(value):
        return found.sure or not (value.isdigit() or _IDENTIFIER().match(value) or _DOTTED().match(value))
    if found.kind == "auth_header":
        return _COOKIE().search(value) is not None
    return found.sure and len(value) >= _MIN_SURE and _is_plain(value, name)


def assigned_bare(value: str, name: str, found: Sensitivity) -> bool:
    """Judge a value without quotation marks, which may as well be code: another name, a type, a call."""
    if _stands_in(value, name) or _is_variable(value, found):
        return False
    chosen = is_chosen(value)
    if found.kind == "auth_header":
        return _COOKIE().search(value) is not None or (
            len(value) >= _MIN_COOKIE and (chosen or _is_plain_bare(value, ""))
        )
    if chosen:
        return found.sure or not (_DOTTED().match(value) or _IDENTIFIER().match(value))
    return found.sure and len(value) >= _MIN_SURE and _is_plain_bare(value, name)


def _is_plain(value: str, name: str) -> bool:
    """Judge a weak or short value in quotation marks: words strung together, or no sentence and more than letters."""
    if _PASSWORD().search(name) and is_phrase(value):
        return True
    has_digit = any(map(str.isdigit, value))
    if any(map(str.isspace, value)):
        return has_digit and value.count(" ") <= _MAX_SPACES and not value.endswith((".", "?", "!", ":"))
    return has_digit or not value.isalpha()


def _is_plain_bare(value: str, name: str) -> bool:
    """Judge the same without quotation marks."""
    if "-" in value and _PASSWORD().search(name) and is_phrase(value):
        return True
    if any(map(str.isdigit, value)) and value.replace("-", "").replace("$", "").isalnum():
        return len(value) >= (_MIN_PIN if value.isdigit() else _MIN_WORD)
    return (name.isupper() and len(value) >= _MIN_WORD) or any(c in "!@#%^*+~" for c in value)


def _is_variable(value: str, found: Sensitivity) -> bool:
    """Tell the name of another variable or attribute."""
    has_digit = any(map(str.isdigit, value))
    if not has_digit and _DOTTED().match(value):
        return True
    if not value.isidentifier() or (has_digit and found.sure):
        return False
    return sensitivity(value) is not None or (not found.sure and not is_mixed(value))


def called(text: str, stop: int, value: str) -> bool:
    """Tell a call, an index or an attribute, which compute a value."""
    following = text[stop : stop + 1]
    if following in {"(", "["}:
        return (
            value.replace(".", "").replace("_", "").isalpha()
            or is_wordlike(value)
            or value.endswith("$")
            or _CALLED().match(value) is not None
        )
    return following == "{" and value.endswith("$")


def _stands_in(value: str, name: str) -> bool:
    """Tell what is not a secret whatever announces it: a stand-in, a reference, another name, a pattern."""
    if is_placeholder(value) or is_reference(value) or value.endswith(("...", "\u2026")):
        return True
    if (
        _PATTERN().search(value, 0, _LONGEST_NAME)
        or _COLOUR().match(value)
        or not _FORMAT().sub("", value[:_LONGEST_NAME])
    ):
        return True
    if (
        len(value) <= 2 * _LONGEST_NAME
        and _SPEAKS().match(value)
        and (_DOTTED().match(value) or not any(map(str.isdigit, value)))
    ):
        return True
    if len(value) > _LONGEST_NAME:
        return False
    parts = set(re.findall(r"[a-z0-9]+", value.lower()))
    return len(parts) > 1 and parts <= set(re.findall(r"[a-z0-9]+", name.lower()))
