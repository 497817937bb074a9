"""The search: every rule is looked for by its literal, then matched there; what was found is replaced once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from otel_usage.redaction.anchors import lowered
from otel_usage.redaction.assignment import find_assignments
from otel_usage.redaction.classes import CLASSES
from otel_usage.redaction.findings import Span
from otel_usage.redaction.patterns import lazy
from otel_usage.redaction.stand_ins import ERROR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from otel_usage.redaction.findings import Tally
    from otel_usage.redaction.matching import Anchor
    from otel_usage.redaction.plan import Plan

__all__ = ["NAMED_VALUE", "redact", "replaced", "search"]

NAMED_VALUE: Final = "named-value"
"""The rule of what is found by the name that it is given to (see ``assignment``)."""
_RANK: Final = {kind: rank for rank, kind in enumerate(CLASSES)}
_ROUNDS: Final = 6
_NARROW_ROUNDS: Final = 3
"""Rounds after which whole words go: of secrets that are joined without anything between them a round finds one."""
_SPACE: Final = lazy(r"\s")


def redact(text: str, plan: Plan, tally: Tally) -> str:
    """Replace what the plan finds.

    A replacement makes new neighbours, so the search is repeated until it finds nothing more: the result is a fixed
    point, and redacting it again changes nothing.

    Args:
        text: Free text.
        plan: What to look for.
        tally: Is told what was found.

    Returns:
        The same object when nothing was found.
    """
    plan = plan.narrowed(text)
    if plan.idle:
        return text
    for number in range(_ROUNDS):
        spans = search(text, plan)
        if not spans:
            return text
        if number >= _NARROW_ROUNDS:
            spans = _whole_words(text, spans)
        marks = [plan.stand_ins.mark(span.kind, text[span.start : span.end]) for span in spans]
        for span in spans:
            tally.found(span.kind, span.rule, span.start, span.end)
        for span, mark in zip(spans, marks, strict=True):
            if span.kind in plan.stand_ins.dropped:
                return mark
        plan = plan.after(text, spans)
        text = replaced(text, spans, marks)
        tally = tally.after(spans, marks)
    tally.found("error", "no-end", 0, len(text))
    return ERROR


def replaced(text: str, spans: list[Span], marks: list[str]) -> str:
    """The text with marks in the places of disjoint spans in order."""
    pieces: list[str] = []
    done = 0
    for span, mark in zip(spans, marks, strict=True):
        pieces += (text[done : span.start], mark)
        done = span.end
    return "".join((*pieces, text[done:]))


def search(text: str, plan: Plan) -> list[Span]:
    """Find what is to be replaced, with a plan narrowed to the text: disjoint spans in order."""
    marks: list[Span] = []
    if "[REDACTED:" in text:
        pattern = plan.stand_ins.pattern
        marks = [Span(*found.span(), "", "") for found in pattern.finditer(text)]
        text = pattern.sub(lambda found: "\0" * len(found[0]), text)
    found = list(_matches(text, plan))
    if marks:
        found = [span for span in found if text[span.start : span.end].strip("\0")]
    if not found:
        return []
    return [span for span in _merged(found + marks) if span.kind]


def _matches(text: str, plan: Plan) -> Iterator[Span]:
    low = lowered(text)
    for anchor in plan.anchors or ():
        at = (low if anchor.fold else text).find(anchor.literal)
        if at >= 0:
            yield from _at(text, low, anchor, at)
    if plan.named:
        for start, end, kind in find_assignments(text, low, 0, len(text)):
            if kind in plan.classes:
                yield Span(start, end, kind, NAMED_VALUE)
    for matcher in plan.everywhere:
        rule = matcher.rule
        for found in re.finditer(rule.pattern, text):
            if rule.check(text, found.start(), found.end()):
                yield Span(found.start(), found.end(), rule.kind, rule.id)
    for own in plan.own:
        yield from own.spans(text)


def _at(text: str, low: str, anchor: Anchor, at: int) -> Iterator[Span]:
    """Match an anchor's rules at its first place and at every later one."""
    haystack = low if anchor.fold else text
    literal = anchor.literal
    step = len(literal)
    while at >= 0:
        further = at + step
        for matcher in anchor.rules:
            found = matcher.match(text, at)
            if found is not None:
                yield Span(found[0], found[1], matcher.rule.kind, matcher.rule.id)
                further = max(further, found[2])
        at = haystack.find(literal, further)


def _merged(spans: list[Span]) -> list[Span]:
    """Join spans that overlap; the joint span takes class and rule of the one of the highest rank."""
    spans.sort()
    merged = [spans[0]]
    for span in spans[1:]:
        last = merged[-1]
        if span.start >= last.end:
            merged.append(span)
            continue
        best = min(last, span, key=_rank)
        merged[-1] = Span(last.start, max(last.end, span.end), best.kind, best.rule)
    return merged


def _whole_words(text: str, spans: list[Span]) -> list[Span]:
    """Spans with what is joined to them, up to white space."""
    wide: list[Span] = []
    done = 0
    for span in spans:
        if span.end <= done:
            continue
        before = _SPACE().search(text[done : span.start][::-1])
        after = _SPACE().search(text, span.end)
        start = span.start - before.start() if before else done
        done = after.start() if after else len(text)
        wide.append(Span(start, done, span.kind, span.rule))
    return wide


def _rank(span: Span) -> int:
    """The rank of a span's class: what the package knows, the user's own, a former mark."""
    return _RANK.get(span.kind, len(_RANK) + (not span.kind))
