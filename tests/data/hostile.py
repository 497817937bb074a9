"""Texts made to make redaction slow: what each rule begins to match again and again, and what JSON and names are read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from otel_usage.redaction.classes import DEFAULT_CLASSES
from otel_usage.redaction.names import NAME_ANCHORS
from otel_usage.redaction.rules import RULES
from tests.data.matching import matching

if TYPE_CHECKING:
    from collections.abc import Iterator

    from otel_usage.redaction.rule import Rule

__all__ = ["Hostile", "every_hostile", "of_names", "of_rule", "of_structure"]


class Hostile(NamedTuple):
    """A text of any size.

    Attributes:
        against: The rule, the name or the form of JSON that it is made for.
        how: In what way.
        unit: What it repeats.
        head: What it begins with.
        tail: What it ends with.
        classes: What it is redacted for.
    """

    against: str
    how: str
    unit: str
    head: str = ""
    tail: str = ""
    classes: str = "default"

    @property
    def name(self) -> str:
        """What it is against, and how."""
        return f"{self.against}: {self.how}"

    def text(self, size: int) -> str:
        """Give the text with so many characters."""
        room = size - len(self.head) - len(self.tail)
        return self.head + (self.unit * (room // len(self.unit) + 1))[:room] + self.tail


def every_hostile() -> Iterator[Hostile]:
    """All texts: of the structure, of names, of every rule."""
    yield from of_structure()
    yield from of_names()
    for rule in RULES:
        yield from of_rule(rule)


def of_rule(rule: Rule) -> Iterator[Hostile]:
    """Repeat a rule's anchor, what nearly matches, what may follow and what may stand before."""
    classes = "default" if rule.kind in DEFAULT_CLASSES else "all"
    whole, other = matching(rule.pattern, 1), matching(rule.pattern, 2)
    before = matching(rule.before, 1)[::-1]
    anchor = rule.anchors[0] if rule.anchors else whole[:4]
    body = whole[len(anchor) :] or whole
    units = {
        "anchors": "".join(rule.anchors) or anchor,
        "anchors in words": " ".join((*rule.anchors, "")) or anchor,
        "matches": f"{before}{whole} {before}{other}\n",
        "half matches": f"{before}{whole[: len(anchor) + len(body) // 2]} ",
        "cut matches": f"{before}{whole[:-1]}",
        "anchors and quotes": f"{anchor}\\\"'`",
        "anchors and escapes": f"{anchor}\\\\\\",
        "anchors and brackets": f"{anchor}([{{<",
    }
    for how, unit in units.items():
        yield Hostile(rule.id, how, unit, classes=classes)
    yield Hostile(rule.id, "what follows one anchor", body, head=anchor, classes=classes)
    yield Hostile(rule.id, "one letter after an anchor", body[-1], head=anchor + body[:-1], classes=classes)
    if before:
        yield Hostile(rule.id, "what stands before", before, tail=anchor, classes=classes)
        yield Hostile(rule.id, "anchors and what stands before", before + anchor, classes=classes)


def of_names() -> Iterator[Hostile]:
    """Repeat what announces a secret."""
    for name in (*NAME_ANCHORS, "password", "api_key", "a.token"):
        for after in ("", "=", " ", ": ", '="', "='x',", '\\":\\"', "-", ".", " is ", "(", ">", "\n", "=a b"):
            yield Hostile(f"name {name}", repr(name + after), name + after)
    for value in ("a" * 60 + "1!x", "aB" * 40 + "!", "a_1" * 25 + "!", "a.b" * 25 + "!", "A" * 70 + "b1!"):
        yield Hostile("name", f"before {value[:3]} repeated", f"the password is {value} and token={value}\n")
    yield Hostile("name", "one before a long value", "aB3", head="password=")
    yield Hostile("name", "one before a long quoted value", "aB3 ", head='password="')
    yield Hostile("name", "one of many characters", "aB3_", tail="password=aB3aB3aB3")


def of_structure() -> Iterator[Hostile]:
    """Nest, cut off and escape JSON; repeat placeholders and characters that change their length."""
    units = {
        "open arrays": "[",
        "open objects": '{"a":',
        "open objects of a sensitive name": '{"password":',
        "open arrays of a sensitive name": '{"password":[',
        "empty objects": "{}",
        "pairs": '{"a":"b"},',
        "announced values": '{"name":"password","value":"aB3$xyz"},',
        "sensitive names": '{"password":"aB3$xyz"}\n',
        "strings": '"a" ',
        "quotes": '"',
        "numbers": "4111111111111111 ",
        "placeholders": "[REDACTED:email]",
        "placeholders cut off": "[REDACTED:",
        "placeholders of errors": "[REDACTED:error",
        "backslashes": "\\",
        "escaped quotes": '\\"',
        "encoded letters": "\\u0040",
        "percents": "%40",
        "capital dotted i": "\u0130",
        "lone surrogates": "\ud800",
        "zero bytes": "\0",
        "line breaks": "\n",
        "white space": " \t",
        "letters": "a",
        "digits": "1",
    }
    for how, unit in units.items():
        yield Hostile(f"structure of {how}", "bare", unit, classes="all")
        yield Hostile(f"structure of {how}", "in a string", unit, head='{"a":"', tail='"}', classes="all")
        yield Hostile(f"structure of {how}", "in a string cut off", unit, head='["', classes="all")
        yield Hostile(f"structure of {how}", "in an array", unit, head="[", tail="]", classes="all")
    for depth in (1, 3, 7, 12):
        quote = "\\" * (2**depth - 1) + '"'
        yield Hostile(
            "structure of quotes", f"{depth} deep", f"{quote}a{quote}:", head='{"a":"', classes="all"
        )
