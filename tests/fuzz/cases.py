"""A text made from the bytes that the fuzzer gives: anchors, bodies, marks, odd characters, and perhaps a secret to be found.

Each byte string is some text, and a change of a byte changes a part of it, so that what the fuzzer learns of bytes is
learnt of texts.
"""

from __future__ import annotations

import json
import string
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from otel_usage.redaction.classes import DEFAULT_CLASSES, OPT_IN_CLASSES
from otel_usage.redaction.names import NAME_ANCHORS
from otel_usage.redaction.rules import RULES
from tests.data.matching import matching
from tests.data.planting import planted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Case", "case_of"]

_LONGEST = 4_000
_DEEPEST = 3
"""How often a text is put into JSON: less than what redaction opens."""


class Case(NamedTuple):
    """A text to redact.

    Attributes:
        before: What stands before the planted line.
        line: A line that holds a secret of a default class; empty when nothing is planted.
        after: What stands after it.
        secret: What of the line must not survive.
        wraps: The forms of JSON that the whole is put into, the innermost first.
        cut: How many characters of the last JSON's end are missing.
    """

    before: str
    line: str = ""
    after: str = ""
    secret: str = ""
    wraps: tuple[int, ...] = ()
    cut: int = 0

    @property
    def planted(self) -> str:
        """What must not survive: the secret, unless it stands beside the line too, where nothing says what it is."""
        return "" if self.secret in self.before + self.after else self.secret

    @property
    def text(self) -> str:
        """The whole; what is planted stands on lines of its own."""
        text = f"{self.before}\n{self.line}\n{self.after}" if self.line else self.before + self.after
        for form in self.wraps:
            text = _WRAPS[form](text)
        return text[: len(text) - self.cut] if self.wraps and self.cut else text


_WRAPS: Sequence[Callable[[str], str]] = (
    lambda text: json.dumps({"role": "user", "content": text}),
    lambda text: json.dumps([text]),
    lambda text: json.dumps({"n": 1.50, "arguments": text}, ensure_ascii=False),
)


class _Bytes:
    """The fuzzer's bytes, taken one after the other; zeros when they are used up."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self) -> int:
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def choose(self, values: Sequence[str]) -> str:
        return values[(self.take() << 8 | self.take()) % len(values)]

    def many(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]


_ANCHORS = tuple(sorted({anchor for rule in RULES for anchor in rule.anchors}))
# The formatter would give each of these a line of its own.
# fmt: off
_NAMES = (
    *NAME_ANCHORS, "password", "DB_PASS", "clientSecret", "x-api-key", "max_tokens", "--token", "Cookie", "monkey",
)
_OPERATORS = (
    "=", ": ", ' = "', "='", " ", '": "', '\\": \\"', "%3D", " => ", ":=", "(", ">", ", ", " is ", "==", ":\n  ",
)
_PLACEHOLDERS = (
    *(f"[REDACTED:{kind}]" for kind in (*DEFAULT_CLASSES, *OPT_IN_CLASSES)),
    "[REDACTED:", "[REDACTED:email", "]", "[REDACTED:oversize:12]", "[REDACTED:error]", "[REDACTED:k1:", "[REDACTED:x]",
)
_JSON = (
    "{", "}", "[", "]", ",", ":", '"', '\\"', '\\\\"', "\\", '{"', '":"', '","', '"}', '"]', "null", "1.5e3",
    '{"name":"', '","value":"',
)
_ODD = (
    "\u0130", "\ud800", "\udfff", "\0", "\u00df", "\u0301", "\uff11", "\uff20", "\u202e", "\u2028", "\x85", "\x1b[31m",
    "\u20ac", "\U0001f511", "\u01c5", "\ufeff",
)
_ESCAPES = (
    "\\u0040", "%40", "%3D", "%2F", "%3a%2f%2f", "\\n", "\\r\\n", "\\t", "\\/", "\\x41", "\\u0130", "&amp;", "%5C",
    "\\\\", "\\\\\\\\",
)
_PLAIN = (
    " ", "\n", "\t", "\r\n", "word ", "user", "example.com", "/", "//", "@", "$", "-", "--", "_", ".", "|", "`", "'",
    "(", ")", "<", ">", "#", "~", "+", ";", "&", "0", "1", "10.0.0.1", "$1,200.50", "4111 1111 1111 1111", "true",
    "http://", "C:\\",
)
# fmt: on
_RUNS = (
    string.ascii_letters,
    string.digits,
    "0123456789abcdef",
    string.ascii_uppercase,
    "aB3_-",
    " ",
    "\\",
    '"',
    "=",
)


@lru_cache(maxsize=8_192)
def _match(number: int, seed: int) -> str:
    return matching(RULES[number].pattern, seed)


@lru_cache(maxsize=8_192)
def _before(number: int, seed: int) -> str:
    return matching(RULES[number].before, seed)[::-1]


def _whole(given: _Bytes) -> str:
    number, seed = given.take() % len(RULES), given.take() % 16
    return _before(number, seed) + _match(number, seed)


def _part(given: _Bytes) -> str:
    whole = _whole(given)
    return whole[: 1 + given.take() % max(1, len(whole))]


def _secret(given: _Bytes) -> str:
    return planted(Random(given.take() << 8 | given.take())).secret


def _run(given: _Bytes) -> str:
    letters, seed = given.choose(_RUNS), given.take()
    return "".join(Random(seed).choices(letters, k=1 + given.take() % 80))


def _character(given: _Bytes) -> str:
    return chr((given.take() << 16 | given.take() << 8 | given.take()) % 0x110000)


_PIECES: Sequence[Callable[[_Bytes], str]] = (
    lambda given: given.choose(_ANCHORS),
    lambda given: given.choose(_NAMES) + given.choose(_OPERATORS),
    lambda given: given.choose(_PLACEHOLDERS),
    lambda given: given.choose(_JSON),
    lambda given: given.choose(_ODD),
    lambda given: given.choose(_ESCAPES),
    lambda given: given.choose(_PLAIN),
    lambda given: given.many(1 + given.take() % 8).decode("latin-1"),
    _whole,
    _part,
    _secret,
    _run,
    _character,
)


def case_of(data: bytes) -> Case:
    """Make a case; equal bytes, equal case."""
    given = _Bytes(data)
    wraps = tuple(given.take() % len(_WRAPS) for _ in range(given.take() % (_DEEPEST + 1)))
    cut, plants, place, seed = (
        given.take() % 4,
        given.take() % 2,
        given.take(),
        given.take() << 8 | given.take(),
    )
    pieces: list[str] = []
    size = 0
    while given.left > 0 and size < _LONGEST:
        kind = given.take() % (len(_PIECES) + 1)
        if kind < len(_PIECES):
            pieces.append(_PIECES[kind](given))
        elif pieces:
            pieces.append(pieces[-1] * (given.take() % 24))
        size += len(pieces[-1]) if pieces else 0
    if not plants:
        return Case("".join(pieces), wraps=wraps, cut=cut)
    at = place % (len(pieces) + 1)
    _, line, secret = planted(Random(seed))
    return Case("".join(pieces[:at]), line, "".join(pieces[at:]), secret, wraps, cut)
