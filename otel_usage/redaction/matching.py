"""A rule at work: its patterns compiled on first use, matched at an anchor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from otel_usage.redaction.patterns import ESCAPE, lazy

if TYPE_CHECKING:
    from otel_usage.redaction.rule import Rule

__all__ = ["Anchor", "Matcher"]

_ESCAPES = lazy(ESCAPE + "$")


class Anchor(NamedTuple):
    """A literal to search for.

    Attributes:
        literal: The literal.
        fold: It is searched for in the lower-cased text.
        rules: What is matched where it stands.
    """

    literal: str
    fold: bool
    rules: tuple[Matcher, ...]


class Matcher:
    """A rule with its patterns compiled on first use."""

    __slots__ = ("before", "main", "rule")

    def __init__(self, rule: Rule) -> None:
        """Keep the rule."""
        self.rule = rule
        self.main: re.Pattern[str] | None = None
        self.before: re.Pattern[str] | None = None

    def match(self, text: str, at: int) -> tuple[int, int, int] | None:
        """Match at an anchor: start and end of what is to be replaced, and where to look on."""
        main = self.main
        rule = self.rule
        if main is None:
            flags = re.IGNORECASE if rule.fold else 0
            self.before = re.compile(rule.before, flags) if rule.before else None
            main = self.main = re.compile(rule.pattern, flags)
        if rule.word and not rule.before and not _starts_word(text, at):
            return None
        found = main.match(text, at)
        if found is None:
            return None
        start, end = found.span("v") if "v" in main.groupindex else found.span()
        origin = at
        if self.before is not None:
            left = self.before.match(text[max(0, at - rule.reach) : at][::-1])
            if left is None:
                return None
            origin = at - left.end()
            if "v" in self.before.groupindex:
                start, end = at - left.end("v"), at - left.start("v")
            elif "v" not in main.groupindex:
                start = origin
        if rule.word and rule.before and not _starts_word(text, origin):
            return None
        return (start, end, found.end()) if start < end and rule.check(text, start, end) else None


def _starts_word(text: str, at: int) -> bool:
    """Tell a position that no letter or digit precedes, unless it ends an escape (of a line break, of an equals sign in a query)."""
    if not at or not text[at - 1].isalnum():
        return True
    return _ESCAPES().search(text, max(0, at - 12), at) is not None
