"""The search: every rule is looked for by its literal, then matched there; what was found is replaced once."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from otel_usage.errors import InvalidValueError
from otel_usage.redaction.assignment import find_assignments
from otel_usage.redaction.matching import Anchor, Matcher
from otel_usage.redaction.names import NAME_ANCHORS
from otel_usage.redaction.patterns import lazy
from otel_usage.redaction.rules import DEFAULT_CLASSES, OPT_IN_CLASSES, RULES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from otel_usage.redaction.rule import Rule

__all__ = ["ERROR", "OVERSIZE", "PLACEHOLDER", "Plan", "placeholder", "plan_for", "redact"]

ERROR = "[REDACTED:error]"
"""What stands for a value that could not be examined."""

OVERSIZE = "[REDACTED:oversize:{}]"
"""What stands for a text that is larger than the caller allows; the number is its size in characters."""

_CLASSES = (*DEFAULT_CLASSES, *OPT_IN_CLASSES)
_RANK = {kind: rank for rank, kind in enumerate(_CLASSES)}
PLACEHOLDER = lazy(
    r"\[REDACTED:(?:"
    + "|".join((*_CLASSES, "error", "oversize"))
    + r")(?::\d{1,20}|:k\d{1,4}:[0-9a-f]{12,16})?\]"
)
"""What a former redaction left behind; no rule looks inside."""

_ASCII_LOWER = {upper: upper + 32 for upper in range(65, 91)}
# Rare characters of anchors: when a text lacks one, no anchor that holds it is searched for.
_GATES = "$@+~|!%:/\\_-. "
_NAMED = {"keyword_secret", "auth_header", "cloud_key"}
_ROUNDS = 6
_SOLID = 15
_STEM = 2
_SIBLINGS = 3


class Plan(NamedTuple):
    """What is searched for, prepared for a set of classes.

    Attributes:
        gated: Anchors by the rare character that each of them holds; the empty text for those without one.
        solid: The same for rules whose matches are long and hold no white space.
        everywhere: Rules without an anchor.
        named: Values of sensitive names are looked for.
        classes: The classes.
    """

    gated: tuple[tuple[str, tuple[Anchor, ...]], ...]
    solid: tuple[tuple[str, tuple[Anchor, ...]], ...]
    everywhere: tuple[Matcher, ...]
    named: bool
    classes: frozenset[str]

    def narrowed(self, text: str) -> Plan:
        """Keep what can be found in parts of a text: the anchors that the whole of it holds."""
        low = _lowered(text)
        kept = _present(self.gated, text, low)
        long_words = "\n".join({word for word in text.split() if len(word) >= _SOLID})
        if long_words:
            kept += _present(self.solid, long_words, _lowered(long_words))
        named = self.named and any(literal in low for literal in NAME_ANCHORS)
        return Plan((("", kept),), (), self.everywhere, named, self.classes)

    @property
    def idle(self) -> bool:
        """Nothing is left to look for."""
        return not (self.named or self.everywhere or self.gated[0][1])


def _present(gated: tuple[tuple[str, tuple[Anchor, ...]], ...], text: str, low: str) -> tuple[Anchor, ...]:
    """Keep the anchors that a text holds."""
    return tuple(
        anchor
        for gate, anchors in gated
        if gate in text
        for anchor in anchors
        if anchor.literal in (low if anchor.fold else text)
    )


def plan_for(classes: str | Collection[str]) -> Plan:
    """Prepare the search for some classes.

    Args:
        classes: Names of classes; ``default`` and ``all`` stand for many.

    Raises:
        InvalidValueError: A name is no class.
    """
    return _plan(frozenset((classes,) if isinstance(classes, str) else classes))


@lru_cache(maxsize=32)
def _plan(names: frozenset[str]) -> Plan:
    wanted: set[str] = set()
    for name in names:
        if name in {"default", "all"}:
            wanted.update(_CLASSES if name == "all" else DEFAULT_CLASSES)
        elif name in _RANK:
            wanted.add(name)
        else:
            known = ", ".join(("default", "all", *_CLASSES))
            raise InvalidValueError(
                "redaction.classes", name, f"no such class of redaction; the classes are {known}"
            )
    everywhere = []
    gated: dict[tuple[str, bool], list[Matcher]] = {}
    solid: dict[tuple[str, bool], list[Matcher]] = {}
    for rule in RULES:
        if rule.kind not in wanted:
            continue
        matcher = Matcher(rule)
        if not rule.anchors:
            everywhere.append(matcher)
        table = solid if _is_solid(rule) else gated
        for literal in rule.anchors:
            table.setdefault((literal, rule.fold), []).append(matcher)
    return Plan(_by_gate(gated), _by_gate(solid), tuple(everywhere), bool(wanted & _NAMED), frozenset(wanted))


def _is_solid(rule: Rule) -> bool:
    """Tell a rule whose matches are at least ``_SOLID`` characters without white space."""
    return rule.kind in {"api_key", "cloud_key"} and not any(
        part in literal for literal in (rule.pattern, *rule.anchors) for part in (" ", r"\s", "[^")
    )


def _by_gate(table: dict[tuple[str, bool], list[Matcher]]) -> tuple[tuple[str, tuple[Anchor, ...]], ...]:
    stems = Counter(literal[:_STEM] for literal, fold in table if not fold)
    gates: dict[str, list[Anchor]] = {}
    for (literal, fold), matchers in table.items():
        gate = literal[:_STEM]
        if fold or stems[gate] < _SIBLINGS:
            gate = next((c for c in _GATES if c in literal), "")
        gates.setdefault(gate, []).append(Anchor(literal, fold, tuple(matchers)))
    return tuple((gate, tuple(rows)) for gate, rows in gates.items())


def placeholder(kind: str) -> str:
    """Give what stands for a value of a class."""
    return f"[REDACTED:{kind}]"


def redact(text: str, plan: Plan, counts: dict[str, int]) -> str:
    """Replace what the plan finds.

    A replacement makes new neighbours, so the search is repeated until it finds nothing more: the result is a fixed
    point, and redacting it again changes nothing.

    Args:
        text: Free text.
        plan: What to look for.
        counts: Replacements by class are added to it.

    Returns:
        The same object when nothing was found.
    """
    plan = plan.narrowed(text)
    if plan.idle:
        return text
    for _ in range(_ROUNDS):
        spans = _scan(text, plan)
        if not spans:
            return text
        pieces: list[str] = []
        done = 0
        for start, end, kind in spans:
            pieces += (text[done:start], placeholder(kind))
            done = end
            counts[kind] = counts.get(kind, 0) + 1
        pieces.append(text[done:])
        text = "".join(pieces)
    counts["error"] = counts.get("error", 0) + 1
    return ERROR


def _scan(text: str, plan: Plan) -> list[tuple[int, int, str]]:
    """Find what is to be replaced, with a plan narrowed to the text: disjoint spans in order."""
    fixed: list[tuple[int, int]] = []
    if "[REDACTED:" in text:
        fixed = [m.span() for m in PLACEHOLDER().finditer(text)]
        text = PLACEHOLDER().sub(lambda m: "\0" * len(m[0]), text)
    found = list(_matches(text, plan))
    if not found:
        return []
    if fixed:
        found = [f for f in found if text[f[0] : f[1]].strip("\0")]
        if not found:
            return []
        touched = [(s, e, "") for s, e in fixed]
        return [span for span in _merge(found + touched) if span[2]]
    return _merge(found)


def _lowered(text: str) -> str:
    """Lower the case and keep every position: one letter (U+0130) would become two."""
    low = text.lower()
    return low if len(low) == len(text) else text.translate(_ASCII_LOWER)


def _matches(text: str, plan: Plan) -> Iterator[tuple[int, int, str]]:
    low = text.lower()
    if len(low) != len(
        text
    ):  # a letter whose lower case is two characters would shift every position after it
        low = text.translate(_ASCII_LOWER)
    for anchor in plan.gated[0][1]:
        at = (low if anchor.fold else text).find(anchor.literal)
        if at >= 0:
            yield from _at(text, low, anchor, at)
    if plan.named:
        for start, end, kind in find_assignments(text, low, 0, len(text)):
            if kind in plan.classes:
                yield start, end, kind
    for matcher in plan.everywhere:
        for found in re.finditer(matcher.rule.pattern, text):
            if matcher.rule.check(text, found.start(), found.end()):
                yield found.start(), found.end(), matcher.rule.kind


def _at(text: str, low: str, anchor: Anchor, at: int) -> Iterator[tuple[int, int, str]]:
    """Match an anchor's rules at its first place and at every later one."""
    haystack = low if anchor.fold else text
    literal = anchor.literal
    step = len(literal)
    while at >= 0:
        further = at + step
        for matcher in anchor.rules:
            found = matcher.match(text, at)
            if found is not None:
                yield found[0], found[1], matcher.rule.kind
                further = max(further, found[2])
        at = haystack.find(literal, further)


def _merge(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Join spans that overlap; the joint span takes the class of the highest rank."""
    spans.sort()
    merged = [spans[0]]
    for start, end, kind in spans[1:]:
        first, last, known = merged[-1]
        if start >= last:
            merged.append((start, end, kind))
            continue
        best = kind if not known or (kind and _RANK[kind] < _RANK[known]) else known
        merged[-1] = (first, max(last, end), best)
    return merged
