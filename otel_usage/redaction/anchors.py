"""Which literals of the rules a text holds. There are hundreds, so most are asked for together, or in a part of the text."""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from otel_usage.redaction.matching import Anchor, Matcher
from otel_usage.redaction.patterns import ESCAPE, lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from otel_usage.redaction.rule import Rule

__all__ = ["SOLID", "Tables", "is_solid", "lowered", "tables_of"]

SOLID: Final = 15
"""Letters that a match of a solid rule has at least."""
_ASCII_LOWER: Final = {upper: upper + 32 for upper in range(65, 91)}
# Rare characters of anchors: when a text lacks one, no anchor that holds it is searched for.
_GATES: Final = "$@+~|!%:/\\_-. "
_STEM: Final = 2
_SIBLINGS: Final = 3
_BEGIN = lazy(r"(?<![A-Za-z0-9])(?=(\S\S))")
_AFTER_ESCAPE = lazy(ESCAPE + r"(?=(\S\S))")
_Gated = tuple[tuple[str, tuple[Anchor, ...]], ...]


class Tables(NamedTuple):
    """The anchors of some rules, each in the table in which it is asked for.

    Attributes:
        spaced: Those that hold white space, by what all of them behind a gate hold.
        short: The others, in the same form.
        solid: Those of rules whose matches are long and hold no white space, in the same form.
        starting: Those of solid rules that begin a word, by the letters that each begins with.
        common: Those of solid rules that are a single sign, which every text holds.
    """

    spaced: _Gated
    short: _Gated
    solid: _Gated
    starting: Mapping[str, tuple[Anchor, ...]]
    common: tuple[Anchor, ...]

    def held(self, text: str, low: str) -> tuple[Anchor, ...]:
        """The anchors that a text holds; ``low`` is the text in lower case."""
        distinct = set(text.split())
        words = "\n".join(distinct)
        held = (*_held(self.spaced, text, low), *_held(self.short, words, lowered(words)))
        words = "\n".join([word for word in distinct if len(word) >= SOLID])
        if not words:
            return held
        stems = self.starting.keys() & _stems(words)
        beginning = (anchor for stem in stems for anchor in self.starting[stem] if anchor.literal in words)
        matched = (anchor for anchor in self.common if _is_matched(anchor, words))
        return (*held, *_held(self.solid, words, lowered(words)), *beginning, *matched)

    def beside(self, before: str, behind: str) -> tuple[Anchor, ...]:
        """Anchors of solid rules that may match where a value was replaced, and did not before.

        Args:
            before: The letter before the value.
            behind: Two letters behind it.
        """
        glued = any(letter.isalnum() or letter in "_-." for letter in before + behind[:1])
        return (*self.starting.get(behind, ()), *(self.common if glued else ()))


def _is_matched(anchor: Anchor, words: str) -> bool:
    """Whether a rule of an anchor matches anywhere."""
    at = words.find(anchor.literal)
    while at >= 0:
        if any(matcher.match(words, at) for matcher in anchor.rules):
            return True
        at = words.find(anchor.literal, at + 1)
    return False


def _stems(words: str) -> set[str]:
    """The first letters of all that can be the begin of a word: there are fewer of them than of anchors."""
    stems = set(_BEGIN().findall(words))
    if "\\" in words or "%" in words or "\x1b" in words:
        stems.update(_AFTER_ESCAPE().findall(words))
    return stems


def _held(gated: _Gated, text: str, low: str) -> Iterable[Anchor]:
    return (
        anchor
        for gate, anchors in gated
        if gate in text
        for anchor in anchors
        if anchor.literal in (low if anchor.fold else text)
    )


def lowered(text: str) -> str:
    """Lower the case and keep every position: one letter (U+0130) would become two."""
    low = text.lower()
    return low if len(low) == len(text) else text.translate(_ASCII_LOWER)


def tables_of(rules: Iterable[Rule]) -> Tables:
    """Put the anchors of rules into tables."""
    spaced: dict[tuple[str, bool], list[Matcher]] = {}
    short: dict[tuple[str, bool], list[Matcher]] = {}
    solid: dict[tuple[str, bool], list[Matcher]] = {}
    starting: dict[tuple[str, bool], list[Matcher]] = {}
    common: dict[tuple[str, bool], list[Matcher]] = {}
    for rule in rules:
        matcher = Matcher(rule)
        for literal in rule.anchors:
            if is_solid(rule):
                table = common if len(literal) == 1 else starting if _begins_word(rule) else solid
            else:
                table = spaced if any(map(str.isspace, literal)) else short
            table.setdefault((literal, rule.fold), []).append(matcher)
    return Tables(_by_gate(spaced), _by_gate(short), _by_gate(solid), _by_stem(starting), _listed(common))


def is_solid(rule: Rule) -> bool:
    """Tell a rule whose matches are at least ``SOLID`` characters without white space."""
    return rule.kind in {"api_key", "cloud_key"} and not any(
        part in literal for literal in (rule.pattern, *rule.anchors) for part in (" ", r"\s", "[^")
    )


def _begins_word(rule: Rule) -> bool:
    """Tell a rule whose anchor stands where a word begins, or after an escape."""
    return rule.word and not rule.fold and not rule.before


def _by_gate(table: dict[tuple[str, bool], list[Matcher]]) -> _Gated:
    """Put anchors behind what several of them begin with, or else a rare character that they hold."""
    stems = Counter(literal[:_STEM] for literal, fold in table if not fold)
    gates: dict[str, list[Anchor]] = {}
    for (literal, fold), matchers in table.items():
        gate = literal[:_STEM]
        if fold or stems[gate] < _SIBLINGS:
            gate = next((c for c in _GATES if c in literal), "")
        gates.setdefault(gate, []).append(Anchor(literal, fold, tuple(matchers)))
    return tuple((gate, tuple(rows)) for gate, rows in gates.items())


def _listed(table: dict[tuple[str, bool], list[Matcher]]) -> tuple[Anchor, ...]:
    return tuple(Anchor(literal, fold, tuple(matchers)) for (literal, fold), matchers in table.items())


def _by_stem(table: dict[tuple[str, bool], list[Matcher]]) -> Mapping[str, tuple[Anchor, ...]]:
    stems: dict[str, tuple[Anchor, ...]] = {}
    for (literal, fold), matchers in table.items():
        stem = literal[:_STEM]
        stems[stem] = (*stems.get(stem, ()), Anchor(literal, fold, tuple(matchers)))
    return MappingProxyType(stems)
