"""Secrets that are announced by a name: ``DB_PASS=...``, ``"clientSecret": "..."``, ``--token ...``, ``<password>``.

A name is found by a literal inside it, judged by its segments, and followed through one separator to its value. Every
step looks at a bounded number of characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.redaction import judgement as j
from otel_usage.redaction import separators as s
from otel_usage.redaction.names import NAME_ANCHORS, Sensitivity, sensitivity
from otel_usage.redaction.patterns import ESCAPE, lazy
from otel_usage.redaction.validators import looks_random

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["find_assignments"]

_NAME_BACK = lazy(r"[\w.-]{0,64}+")
_NAME = lazy(r"[\w.-]{0,96}+")
_ESCAPE_TAIL = lazy(ESCAPE + r"(?=[A-Za-z])")
_HEAD = lazy(r"[!\w.$]{1,64}+")
# A name before its password, in what is announced as both.
_PAIRED = ("auth", "cred", "creds", "credential", "credentials")
_LOGIN = lazy(r"[a-z][a-z._-]{1,15}[:/](?=[^/]{6})")
_STATES = lazy(r"\b(?:is|was)\b")
_WORD_BEFORE = lazy(r"(?<![\w.-])([A-Za-z]{2,12}) $")
_SECOND_WORDS = frozenset(("key", "keys", "token", "tokens", "credential"))
_ANNOUNCERS = ("key", "token", "secret", "credential", "credentials", "password")
# Names assigned to names to names, which no one writes: taken as a whole, because to judge each costs too much.
_CHAIN = lazy(
    r"(?:=(?P<v>(?:[^\s=\"'`<>&;,\x00]{1,64}=){6}[^\s\"'`<>\x00]{0,256}+)|:(?P<w>(?:[A-Za-z_-]{2,64}+:){6}[^\s\"'`<>\x00]{0,256}+))"
)
_COMPARES = frozenset(("==", "!=", "===", "!==", "->"))
_TRIM = ".,;:?)]}"
_TRIM_PROSE = _TRIM + "!*_"
_MIN_RANDOM = 20
_SHORTEST = 5


def find_assignments(text: str, low: str, begin: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Find the values of sensitive names.

    Args:
        text: The text.
        low: The same in lower case, of the same length.
        begin: First position at which a name's literal may stand.
        end: Position after the last.

    Yields:
        Start, end and class of each value.
    """
    for anchor in NAME_ANCHORS:
        at = low.find(anchor, begin, end)
        while at >= 0:
            first, last = _name(text, at)
            name = text[first:last].rstrip(".")
            found = _announced_by(text, first, name)
            chain = _CHAIN().match(text, last) if text[last : last + 1] in {"=", ":"} else None
            if chain:
                last = chain.end()
            span = (
                chain.span(chain.lastgroup or 0)
                if chain
                else found and _value(text, first, first + len(name), found)
            )
            if span:
                yield (*span, found.kind if found else "keyword_secret")
            elif name.lower().endswith(_ANNOUNCERS):
                span = _generated(text, last)
                if span:
                    yield (*span, "keyword_secret")
            at = low.find(anchor, max(last, at + 1), end)


def _name(text: str, at: int) -> tuple[int, int]:
    """Give the span of the name around a position."""
    back = _NAME_BACK().match(text[max(0, at - 64) : at][::-1])
    first = at - (back.end() if back else 0)
    escape = _ESCAPE_TAIL().match(text, max(0, first - 1)) or _ESCAPE_TAIL().match(text, max(0, first - 3))
    if escape and first < escape.end() <= at:
        first = escape.end()
    forward = _NAME().match(text, at)
    return first, forward.end() if forward else at


def _announced_by(text: str, first: int, name: str) -> Sensitivity | None:
    """Judge a name, with the word before it where a name is written as two: "API key"."""
    found = sensitivity(name)
    if (found and found.sure) or name.lower() not in _SECOND_WORDS:
        return found
    if name.lower() == "key" and text[first - 1 : first] in {"?", "&"}:
        return Sensitivity("keyword_secret", sure=False)
    before = _WORD_BEFORE().search(text, max(0, first - 14), first)
    both = sensitivity(f"{before[1]}_{name}".lower()) if before else None
    return both if both and both.sure else found


def _value(text: str, first: int, last: int, found: Sensitivity) -> tuple[int, int] | None:
    """Find the value that follows a name, or stands in the field before it."""
    by = s.SEPARATOR().match(text, last)
    name = text[first:last]
    lead = text[first - 1 : first]
    if by is None:
        return _value_before(text, first, name, found)
    # A name before a space is prose, unless it is an option.
    prose = None if lead == "-" or name.startswith("-") else by["prose"]
    if (prose and lead == "$") or (lead == ":" and _in_arn(text, first)):
        return None
    if by["tag"]:
        tag = s.TAGGED().match(text, by.end()) if lead in {"<", ":", '"', "'"} else None
        return tag.span("v") if tag and j.assigned(tag["v"], name, found) else None
    stated = prose is not None and _STATES().search(prose) is not None
    quoted = s.ESCAPED().match(text, by.end()) or s.QUOTED().match(text, by.end())
    if quoted:
        if (
            prose is None
            and not by["wrap"]
            and not by["call"]
            and not by["comma"]
            and by["op"] not in _COMPARES
        ):
            good = j.assigned(quoted["v"], name, found)
        else:  # a name in a call or a comparison says less than in an assignment
            stated = stated or (by["wrap"] is not None and "auth" in name.lower())
            good = j.mentioned(quoted["v"], name, found, stated=stated)
        span = quoted.span("v") if good else None
    elif by["op"] in _COMPARES:
        return None
    elif prose is None:
        span = _bare(text, by.end(), name, found)
    else:
        span = _told(text, by.end(), name, found, stated=stated)
    return span or _value_before(text, first, name, found)


def _told(text: str, at: int, name: str, found: Sensitivity, *, stated: bool) -> tuple[int, int] | None:
    """Find a value in a sentence."""
    span = _phrase(text, at, name, found) if stated else None
    match = None if span else s.BARE().match(text, at)
    if match is None:
        return span
    value = match["v"].rstrip(_TRIM_PROSE)
    if not j.is_mixed(value) or j.called(text, match.start("v") + len(value), value):
        return None
    if not j.mentioned(value, name, found, stated=stated and found.sure):
        return None
    return match.start("v"), match.start("v") + len(value)


def _bare(text: str, at: int, name: str, found: Sensitivity) -> tuple[int, int] | None:
    """Find a value that is assigned without quotation marks."""
    span = _phrase(text, at, name, found)
    match = None if span else s.BARE().match(text, at)
    if match is None:
        return span
    at = match.start("v")
    value = match["v"].rstrip(_TRIM)
    if len(value) < _SHORTEST and value.isalpha():
        return None
    stop = at + len(value)
    head = _HEAD().match(text, at, stop)
    if j.called(text, stop, value) or (head and j.called(text, head.end(), head[0])):
        return None
    if text[stop : stop + 1] in {"(", "[", "{"}:  # no call: a bracket in a password
        rest = s.REST().match(text, stop)
        stop = rest.end() if rest else stop
    if not j.assigned_bare(text[at:stop], name, found):
        return None
    login = _LOGIN().match(text, at, stop) if name.lower().endswith(_PAIRED) else None
    return (login.end() if login else at), stop


def _phrase(text: str, at: int, name: str, found: Sensitivity) -> tuple[int, int] | None:
    """Find a password of several words."""
    if not found.sure or "pass" not in name.lower():
        return None
    match = s.PHRASE().match(text, at)
    return match.span("v") if match and j.is_phrase(match["v"]) else None


def _in_arn(text: str, at: int) -> bool:
    """Tell a part of an Amazon resource name (``arn:aws:secretsmanager:...:secret:name``), which names a secret."""
    return "arn:" in text[max(0, at - 100) : at].rpartition(" ")[2]


def _value_before(text: str, first: int, name: str, found: Sensitivity) -> tuple[int, int] | None:
    """Find the value of a field that stands before the one that holds the name."""
    if text[first - 1 : first] not in {" ", '"', "'"}:
        return None
    if text.find("alue", max(0, first - 300), first) < 0:
        return None
    field = s.VALUE_BEFORE().search(text, max(0, first - 300), first)
    return field.span("v") if field and j.assigned(field["v"], name, found) else None


def _generated(text: str, last: int) -> tuple[int, int] | None:
    """Find a generated string shortly after a word such as "key" or "token" in prose."""
    match = s.GENERATED().match(text, last)
    if match is None or text[match.end("v") : match.end("v") + 1] == "(":
        return None
    value = match["v"].rstrip(_TRIM_PROSE)
    if len(value) < _MIN_RANDOM or not looks_random(value):
        return None
    return match.start("v"), match.start("v") + len(value)
