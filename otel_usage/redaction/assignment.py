"""Secrets that are announced by a name: ``DB_PASS=...``, ``"clientSecret": "..."``, ``--token ...``, ``<password>``.

A name is found by a literal inside it, judged by its segments, and followed through one separator to its value. Every
step looks at a bounded number of characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.redaction.names import NAME_ANCHORS, Sensitivity, sensitivity
from otel_usage.redaction.patterns import lazy
from otel_usage.redaction.validators import (
    is_placeholder,
    is_reference,
    is_wordlike,
    looks_random,
    looks_secret,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["find_assignments"]

_NAME_BACK = lazy(r"[\w.-]{0,64}+")
_NAME = lazy(r"[\w.-]{0,96}+")
_ESCAPE_TAIL = lazy(
    r"(?:\\[nrtbf]|%[0-9A-Fa-f]{2}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\x1b\[[\d;]{0,12}m)(?=[A-Za-z])"
)
_OPERATOR = lazy(
    r"""(?x)
    (?P<close>\\{0,15}["'`])? \]? [!?]? [ \t]{0,24}
    (?: (?P<op> => | := | \?= | \+= | == | != | -> | = | : | %3[dD] | %3[aA] | \uff1a ) \s{0,24}
        (?: (?<=:\ ) (?:Optional\[)? [A-Za-z_][\w.]{0,30} (?:\ ?\|\ ?None)? \]? [ ]? = [ ]? )?
        (?: [|>][+-]? [ \t]{0,4} \n\s{1,24} )?
        (?: (?:!!?\w{1,12}|await|new\ String) [ (] )?
      | (?P<sibling> [\s,\\n/]{0,40} (?:\\{0,15}["'])? [Vv]alue \\{0,15}["']? \s{0,4} [:=] \s{0,4} )
      | (?P<comma> (?<=["'`]) , \s{0,8} (?=[bru]{0,2}\\{0,15}["'`]) )
      | (?P<call> \( \s{0,4} (?=\\{0,15}["'`]) )
      | (?P<tag> > )
      | (?P<prose> \s{1,4} (?: (?:is|was|of|provided|to|used|are) \s{0,3} :? \s{0,3} )? [`*_(]{0,3} )
    )"""
)
_QUOTED = lazy(
    r"""[bBrRuUfF]{0,2}(["'`])(?:django-insecure-)?(?P<v>(?:[^"'`\\\n]|\\.|(?!\1)["'`]){1,2048}+)"""
)
_ESCAPED = lazy(
    r"""(?P<e>\\{1,15})(?P<q>["'`])(?:django-insecure-)?(?P<v>(?:[^\\\n"]|(?!(?P=e)(?P=q))\\++["'`]?){1,2048}+)"""
)
_BARE = lazy(
    r"""(?x)(?:django-insecure-)?(?P<v>(?:
        [^\s"'`<>,;&(){}\[\]\\|\x00]
      | &(?![\w.%-]{1,40}=|amp;|&|\s)
      | [,;](?![\s"'`]|$|[\w.\ -]{1,40}[=:])
      | [(\[{](?=[^\s"']{0,60}[)\]}][^\s,;)])
      | (?<=[^\s"'(\[{])[)\]}](?=[\w!@#%^*+-])
    ){1,256}+)"""
)
_BARE_TAG = lazy(r"\s{0,16}(?P<v>[^<>\n\x00]{1,512}+)(?=</)")
_REST = lazy(r"[^\s\"'`<>\x00]{0,200}+")
_DOTTED = lazy(r"(?:[A-Za-z_]\w{0,23}\.){1,3}[A-Za-z_]\w{0,23}(?=$)")
_ANNOUNCERS = ("key", "token", "secret", "credential", "credentials", "password")
_TRIM = ".,;:?)]}"
_TRIM_PROSE = _TRIM + "!*_"
_MAX_SPACES = 5
_MIN_SURE = 3
_MIN_MIXED = 7
_MIN_RANDOM = 20


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
            first = at - _back(text, at)
            escape = _ESCAPE_TAIL().match(text, max(0, first - 1)) or _ESCAPE_TAIL().match(
                text, max(0, first - 3)
            )
            if escape and first < escape.end() <= at:
                first = escape.end()
            last = _name_end(text, at)
            name = text[first:last].rstrip(".")
            found = sensitivity(name)
            span = _value(text, first, first + len(name), found) if found else None
            if found and span:
                yield (*span, found.kind)
            elif name.lower().endswith(_ANNOUNCERS):
                span = _announced(text, last)
                if span:
                    yield (*span, "keyword_secret")
            at = low.find(anchor, max(last, at + 1), end)


def _back(text: str, at: int) -> int:
    match = _NAME_BACK().match(text[max(0, at - 64) : at][::-1])
    return match.end() if match else 0


def _name_end(text: str, at: int) -> int:
    match = _NAME().match(text, at)
    return match.end() if match else at


def _value(text: str, first: int, last: int, found: Sensitivity) -> tuple[int, int] | None:
    """Find the value that follows a name."""
    operator = _OPERATOR().match(text, last)
    if operator is None:
        return None
    at = operator.end()
    if operator["tag"]:
        tag = _BARE_TAG().match(text, at) if text[first - 1 : first] in {"<", ":"} else None
        return tag.span("v") if tag and _is_assigned(tag["v"], found) else None
    # A name before a space is prose, unless it is an option; a name in a call or a comparison says less than in an assignment.
    prose = operator["prose"] is not None and not text.startswith("-", first)
    loose = prose or operator["call"] or operator["comma"] or operator["op"] in {"==", "!=", "->"}
    quoted = _ESCAPED().match(text, at) or _QUOTED().match(text, at)
    if quoted:
        value = quoted["v"]
        good = _is_mentioned(value, found) if loose else _is_assigned(value, found)
        return quoted.span("v") if good else None
    bare = _BARE().match(text, at)
    if bare is None or (loose and not prose):
        return None
    at = bare.start("v")
    value = bare["v"].rstrip(_TRIM_PROSE if prose else _TRIM)
    stop = at + len(value)
    if prose:
        good = _is_mentioned(value, found) and _is_mixed(value)
    else:
        good = not _is_code(text, stop, value) and _is_assigned_bare(value, found, text[first:last])
    if good and text[stop : stop + 1] in {"(", "[", "{"}:  # no call: a bracket in a password
        rest = _REST().match(text, stop)
        stop = rest.end() if rest else stop
    return (at, stop) if good else None


def _is_mixed(value: str) -> bool:
    """Tell a digit, a symbol or an inner capital letter, which a word of prose or code lacks."""
    return not value.replace("/", "").isalpha() or (
        any(map(str.isupper, value[1:])) and any(map(str.islower, value))
    )


def _is_mentioned(value: str, found: Sensitivity) -> bool:
    """Judge a value that stands near a sensitive name."""
    return looks_secret(value) and (found.sure or looks_random(value))


def _is_assigned(value: str, found: Sensitivity) -> bool:
    """Judge a quoted value that is assigned to a sensitive name."""
    if is_placeholder(value) or is_reference(value):
        return False
    if looks_secret(value):
        return found.sure or not value.isdigit()
    if not found.sure or len(value) < _MIN_SURE:
        return False
    has_digit = any(map(str.isdigit, value))
    if any(map(str.isspace, value)):
        return has_digit and value.count(" ") <= _MAX_SPACES and not value.endswith((".", "?", "!", ":"))
    return has_digit or not value.isalpha()


def _is_assigned_bare(value: str, found: Sensitivity, name: str) -> bool:
    """Judge a value without quotation marks, which may as well be code: another name, a type, a call."""
    if is_placeholder(value) or is_reference(value):
        return False
    has_digit = any(map(str.isdigit, value))
    if (
        value.isidentifier()
        and not has_digit
        and (sensitivity(value) or (not found.sure and not _is_mixed(value)))
    ):
        return False
    if looks_secret(value):
        return found.sure or not _DOTTED().match(value)
    if not found.sure or len(value) < _MIN_SURE:
        return False
    if has_digit and value.replace("-", "").isalnum():
        return len(value) > (_MIN_SURE if value.isdigit() else _MIN_MIXED)
    return name.isupper() or any(c in "!@#%^*+~" for c in value)


def _is_code(text: str, stop: int, value: str) -> bool:
    """Tell a call, an index or an attribute, which compute a value."""
    following = text[stop : stop + 1]
    if following in {"(", "["}:
        return value.replace(".", "").replace("_", "").isalpha() or is_wordlike(value) or value.endswith("$")
    return following == "{" and value.endswith("$")


def _announced(text: str, last: int) -> tuple[int, int] | None:
    """Find a generated string shortly after a word such as "key" or "token" in prose."""
    match = _ANNOUNCED().match(text, last)
    if match is None:
        return None
    value = match["v"].rstrip(_TRIM_PROSE)
    if len(value) < _MIN_RANDOM or not looks_random(value):
        return None
    return match.start("v"), match.start("v") + len(value)


_ANNOUNCED = lazy(
    r"""(?x) (?: [ \t]{1,3} (?:is|was|provided|used|here|of|for|to|given|received|value|called|with|supplied|passed|found|invalid) ){0,2}
    [ \t]{0,3} [:=(-]{0,2} [ \t]{0,3} \\{0,8}["'`*]{0,3} (?P<v>[A-Za-z0-9][\w.~+/=-]{19,512}+)"""
)
