"""The literals of a JSON text with their positions and names; the text may hold several values or be cut off."""

from __future__ import annotations

from json import decoder
from typing import TYPE_CHECKING, NamedTuple

from otel_usage.redaction.names import Sensitivity, sensitivity
from otel_usage.redaction.patterns import lazy, words

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NAMING", "VALUING", "Leaf", "leaves_of"]

NAMING = words("name key field header param parameter k variable option")
"""Names under which an entry of a list says what its value is."""

VALUING = words("value val v default current content secret_value string_value stringvalue")
"""Names under which the same entry holds the value."""

_KEY_PARTS = words("d p q dp dq qi k oth")
_KEY_PART = Sensitivity("private_key", sure=True)
_LITERALS = words("true false null NaN Infinity -Infinity")
_TOKEN = lazy(r"\s*+(?:([{}\[\],:])|(?=(\"))|([\w.+-]{1,4400}+))")
_REST = lazy(r"\s*+\Z")
_OPEN_STRING = lazy(r"\"(?:[^\"\\]|\\[\s\S])*+\\?\Z")
_CUT_ESCAPE = lazy(r"(\\++)(?:u[0-9a-fA-F]{0,3})?\Z")
_SCHEMA = lazy(r"\{\s*\"(?:type|description|title|\$ref|anyOf|oneOf|allOf|enum|format)\"")
_TAIL = 4096
_scan: Callable[[str, int, bool], tuple[str, int]] = decoder.scanstring  # type: ignore[attr-defined]  # missing from its stub


class Leaf(NamedTuple):
    """A literal, or a container that goes as a whole.

    Attributes:
        start: Its position.
        end: The position after it.
        value: The string, decoded, or the digits of a number; None when it goes whatever it holds.
        why: What its name announces.
        key: It is itself a name.
        cut: The text ends before its closing quote.
    """

    start: int
    end: int
    value: str | None
    why: Sensitivity | None = None
    key: bool = False
    cut: bool = False


class _Frame:
    """An open object or array: its closing mark, the name last read, what a sibling announced, what the array's own name did.

    An object that says its type of key (``kty``, RFC 7517) is one: its single letters are the private parts (RFC 7518).
    """

    __slots__ = ("close", "is_key", "key", "named", "why")

    def __init__(self, close: str, why: Sensitivity | None) -> None:
        self.close = close
        self.key: str | None = None
        self.named: Sensitivity | None = None
        self.is_key = False
        self.why = why

    def reason(self) -> Sensitivity | None:
        """Say what is announced for the value that comes next."""
        if self.close == "]":
            return self.why
        if self.key is None:
            return None
        if self.is_key and self.key in _KEY_PARTS:
            return _KEY_PART
        return sensitivity(self.key) or (self.named if self.key.lower() in VALUING else None)


class _NotJsonError(ValueError):
    """The text is something else."""


def leaves_of(text: str, *, named: bool) -> list[Leaf] | None:
    """List the literals of JSON values.

    Args:
        text: One value or several, the last of them perhaps cut off.
        named: A container under a sensitive name goes as a whole, and is one leaf.

    Returns:
        None when the text is not JSON.
    """
    try:
        return _Reader(text, named=named).read()
    except _NotJsonError:
        return None


class _Reader:
    """One pass over a text; a stack instead of recursion, so that no depth is too deep."""

    def __init__(self, text: str, *, named: bool) -> None:
        self._text = text
        self._named = named
        self._frames: list[_Frame] = []
        self._leaves: list[Leaf] = []
        self._dropped: tuple[int, int, Sensitivity] | None = None

    def read(self) -> list[Leaf]:
        text = self._text
        token = _TOKEN()
        at = 0
        while found := token.match(text, at):
            at = found.end()
            mark, quote, word = found.groups()
            if mark:
                self._mark(mark, at)
            elif quote:
                at = self._string(at)
            else:
                self._word(word, at)
        if _REST().match(text, at) is None:
            raise _NotJsonError
        if self._dropped:
            self._leaves.append(Leaf(self._dropped[0], len(text), None, self._dropped[2]))
        return self._leaves

    def _reason(self) -> Sensitivity | None:
        return self._frames[-1].reason() if self._frames else None

    def _mark(self, mark: str, at: int) -> None:
        if mark in {"{", "["}:
            why = self._reason()
            if (
                self._named
                and why
                and why.sure
                and self._dropped is None
                and not _SCHEMA().match(self._text, at - 1)
            ):
                self._dropped = (at - 1, len(self._frames), why)
            self._frames.append(_Frame("}" if mark == "{" else "]", why if mark == "[" else None))
            return
        if not self._frames:
            raise _NotJsonError
        if mark in {"}", "]"}:
            if self._frames.pop().close != mark:
                raise _NotJsonError
            if self._dropped and len(self._frames) == self._dropped[1]:
                self._leaves.append(Leaf(self._dropped[0], at, None, self._dropped[2]))
                self._dropped = None

    def _word(self, word: str, at: int) -> None:
        if word in _LITERALS:
            return
        if not word.lstrip("-")[:1].isdigit() or word.strip("0123456789.eE+-"):
            raise _NotJsonError
        if self._dropped is None:
            why = self._reason()
            self._leaves.append(Leaf(at - len(word), at, None if why and why.sure else word, why))

    def _string(self, at: int) -> int:
        """Read the string at a quote and give the position after it."""
        text = self._text
        cut = False
        try:
            value, end = _scan(text, at + 1, False)  # noqa: FBT003  # the C function takes no names
        except ValueError:
            value, end, cut = self._cut_string(at), len(text), True
        frame = self._frames[-1] if self._frames else None
        key = False
        if frame is not None and frame.close == "}":
            key = text[end : end + 64].lstrip()[:1] == ":"
            if key:
                frame.key = value
                frame.is_key = frame.is_key or value == "kty"
            elif frame.key is not None and frame.key.lower() in NAMING:
                frame.named = sensitivity(value)
        if self._dropped is None:
            self._leaves.append(Leaf(at, end, value, None if key else self._reason(), key, cut))
        return end

    def _cut_string(self, at: int) -> str:
        """Decode a string that the text's end cuts off, without a half escape."""
        text = self._text
        if _OPEN_STRING().match(text, at) is None:
            raise _NotJsonError
        half = _CUT_ESCAPE().search(text, max(at, len(text) - _TAIL))
        whole = len(text) if half is None or len(half[1]) % 2 == 0 else half.end(1) - 1
        try:
            return _scan(text[at + 1 : whole] + '"', 0, False)[0]  # noqa: FBT003
        except ValueError:
            raise _NotJsonError from None
