"""What is searched for: the rules of some classes by their literals, and how their values are replaced."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from otel_usage.errors import InvalidValueError
from otel_usage.redaction.matching import AFTER_ESCAPE, Anchor, Matcher
from otel_usage.redaction.names import NAME_ANCHORS
from otel_usage.redaction.patterns import lazy
from otel_usage.redaction.rules import DEFAULT_CLASSES, OPT_IN_CLASSES, RULES
from otel_usage.redaction.stand_ins import StandIns
from otel_usage.settings import RedactionSettings

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from otel_usage.redaction.own import OwnPattern
    from otel_usage.redaction.rule import Rule

__all__ = ["CLASSES", "MODES", "Plan", "lowered", "plan_for", "plan_of"]

CLASSES: Final = (*DEFAULT_CLASSES, *OPT_IN_CLASSES)
MODES: Final = ("mask", "hash", "drop", "off")
"""What is done with a value: a mark in its place, a mark with a keyed hash, its whole text gone, nothing."""
_ASCII_LOWER = {upper: upper + 32 for upper in range(65, 91)}
# Rare characters of anchors: when a text lacks one, no anchor that holds it is searched for.
_GATES = "$@+~|!%:/\\_-. "
_NAMED = {"keyword_secret", "auth_header", "cloud_key"}
_SOLID = 15
_STEM = 2
_BEGIN = lazy(r"(?<![A-Za-z0-9])(?=(\S\S))")
_NONE: Mapping[str, tuple[Anchor, ...]] = MappingProxyType({})
_SIBLINGS = 3


_Anchors = tuple[tuple[str, tuple[Anchor, ...]], ...]


class _Tables(NamedTuple):
    """The rules of some classes: see ``Plan``."""

    gated: _Anchors
    solid: _Anchors
    starting: Mapping[str, tuple[Anchor, ...]]
    everywhere: tuple[Matcher, ...]
    named: bool


class Plan(NamedTuple):
    """What is searched for, prepared for a set of classes.

    Attributes:
        gated: Anchors by the rare character that each of them holds; the empty text for those without one.
        solid: The same for rules whose matches are long and hold no white space.
        starting: The same for those of them that begin a word, by the letters that each begins with.
        everywhere: Rules without an anchor.
        named: Values of sensitive names are looked for.
        classes: The classes.
        own: The user's own patterns.
        stand_ins: What takes the place of a value.
    """

    gated: _Anchors
    solid: _Anchors
    starting: Mapping[str, tuple[Anchor, ...]]
    everywhere: tuple[Matcher, ...]
    named: bool
    classes: frozenset[str]
    own: tuple[OwnPattern, ...]
    stand_ins: StandIns

    def narrowed(self, text: str) -> Plan:
        """Keep what can be found in parts of a text: the anchors that the whole of it holds."""
        low = lowered(text)
        kept = _present(self.gated, text, low)
        if self.solid or self.starting:
            kept += self._in_long_words(text)
        named = self.named and any(literal in low for literal in NAME_ANCHORS)
        return Plan((("", kept),), (), _NONE, self.everywhere, named, self.classes, self.own, self.stand_ins)

    def _in_long_words(self, text: str) -> tuple[Anchor, ...]:
        """Keep the anchors of what is long and holds no white space: most words are short."""
        words = "\n".join({word for word in text.split() if len(word) >= _SOLID})
        if not words:
            return ()
        stems = self.starting.keys() & _stems(words)
        beginning = (anchor for stem in stems for anchor in self.starting[stem] if anchor.literal in words)
        return (*_present(self.solid, words, lowered(words)), *beginning)

    @property
    def idle(self) -> bool:
        """Nothing is left to look for."""
        return not (self.named or self.everywhere or self.own or self.gated[0][1])


def plan_for(classes: str | Collection[str]) -> Plan:
    """Prepare the search for some classes, whose values are masked.

    Args:
        classes: Names of classes; ``default`` and ``all`` stand for many.

    Raises:
        InvalidValueError: A name is no class.
    """
    return _masking(frozenset((classes,) if isinstance(classes, str) else classes))


@lru_cache(maxsize=32)
def _masking(classes: frozenset[str]) -> Plan:
    return plan_of(RedactionSettings(classes=tuple(sorted(classes))))


def plan_of(settings: RedactionSettings, key: bytes | None = None) -> Plan:
    """Prepare the search that settings ask for.

    Args:
        settings: The classes, what is done with each, and the user's own patterns.
        key: Of the hashes; without one, values are masked where they should be hashed.

    Raises:
        InvalidValueError: A name is no class, a mode is none, or a pattern cannot be used.
        MissingExtraError: There are patterns, and what runs them is not installed.
    """
    own: tuple[OwnPattern, ...] = ()
    if settings.patterns:
        from otel_usage.redaction.own import own_patterns  # noqa: PLC0415  # it needs a library that most do not

        own = own_patterns(settings.patterns, CLASSES)
    modes = _modes(settings, frozenset(pattern.kind for pattern in own))
    on = frozenset(kind for kind, mode in modes.items() if mode != "off")
    tables = _tables(on)
    return Plan(
        *tables,
        classes=on,
        own=tuple(pattern for pattern in own if pattern.kind in on),
        stand_ins=StandIns(
            {*CLASSES, *on},
            hashed=frozenset(kind for kind in on if modes[kind] == "hash"),
            dropped=frozenset(kind for kind in on if modes[kind] == "drop"),
            key=key,
        ),
    )


def _modes(settings: RedactionSettings, own: frozenset[str]) -> dict[str, str]:
    """What is done with each class that is asked for, own patterns among them.

    Raises:
        InvalidValueError: A name is no class, or a mode is none.
    """
    modes = dict.fromkeys(own, settings.mode)
    for name in settings.classes:
        if name not in {"default", "all", *CLASSES, *own}:
            known = ", ".join(("default", "all", *CLASSES))
            raise InvalidValueError(
                "redaction.classes", name, f"no such class of redaction; the classes are {known}"
            )
        many = {"default": DEFAULT_CLASSES, "all": CLASSES}.get(name, (name,))
        modes.update(dict.fromkeys(many, settings.mode))
    for name in settings.modes:
        if name not in {*CLASSES, *own}:
            raise InvalidValueError(
                "redaction.mode", name, f"no such class of redaction; the classes are {', '.join(CLASSES)}"
            )
    # A class that is given a mode is meant to be on.
    modes.update(settings.modes)
    for mode in (settings.mode, *modes.values()):
        if mode not in MODES:
            raise InvalidValueError("redaction.mode", mode, f"no such mode; the modes are {', '.join(MODES)}")
    return modes


def lowered(text: str) -> str:
    """Lower the case and keep every position: one letter (U+0130) would become two."""
    low = text.lower()
    return low if len(low) == len(text) else text.translate(_ASCII_LOWER)


def _present(gated: tuple[tuple[str, tuple[Anchor, ...]], ...], text: str, low: str) -> tuple[Anchor, ...]:
    """Keep the anchors that a text holds."""
    return tuple(
        anchor
        for gate, anchors in gated
        if gate in text
        for anchor in anchors
        if anchor.literal in (low if anchor.fold else text)
    )


@lru_cache(maxsize=32)
def _tables(classes: frozenset[str]) -> _Tables:
    """The rules of some classes."""
    everywhere = []
    gated: dict[tuple[str, bool], list[Matcher]] = {}
    solid: dict[tuple[str, bool], list[Matcher]] = {}
    starting: dict[tuple[str, bool], list[Matcher]] = {}
    for rule in RULES:
        if rule.kind not in classes:
            continue
        matcher = Matcher(rule)
        if not rule.anchors:
            everywhere.append(matcher)
        table = (starting if _begins_word(rule) else solid) if _is_solid(rule) else gated
        for literal in rule.anchors:
            table.setdefault((literal, rule.fold), []).append(matcher)
    return _Tables(
        _by_gate(gated), _by_gate(solid), _by_stem(starting), tuple(everywhere), bool(classes & _NAMED)
    )


def _begins_word(rule: Rule) -> bool:
    """Tell a rule whose anchor stands where a word begins, or after an escape."""
    return rule.word and not rule.fold and not rule.before and all(len(a) >= _STEM for a in rule.anchors)


def _by_stem(table: dict[tuple[str, bool], list[Matcher]]) -> Mapping[str, tuple[Anchor, ...]]:
    stems: dict[str, tuple[Anchor, ...]] = {}
    for (literal, fold), matchers in table.items():
        stem = literal[:_STEM]
        stems[stem] = (*stems.get(stem, ()), Anchor(literal, fold, tuple(matchers)))
    return MappingProxyType(stems)


def _stems(text: str) -> set[str]:
    """The first letters of all that can be the begin of a word: there are fewer of them than of anchors."""
    stems = set(_BEGIN().findall(text))
    if "\\" in text or "%" in text or "\x1b" in text:
        stems.update(AFTER_ESCAPE().findall(text))
    return stems


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
    return tuple((_widest(gate, rows), tuple(rows)) for gate, rows in gates.items())


def _widest(gate: str, rows: list[Anchor]) -> str:
    """The longest text that all anchors of a gate begin with, where they begin with the gate."""
    first, last = min(row.literal for row in rows), max(row.literal for row in rows)
    if not gate or not (first.startswith(gate) and last.startswith(gate)):
        return gate
    size = next(
        (n for n, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first)
    )
    return first[:size]
