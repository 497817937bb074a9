"""What is searched for: the rules of some classes by their literals, and how their values are replaced."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from otel_usage.redaction.anchors import Tables, lowered, tables_of
from otel_usage.redaction.classes import CLASSES, modes_of
from otel_usage.redaction.matching import Anchor, Matcher
from otel_usage.redaction.names import NAME_ANCHORS
from otel_usage.redaction.rules import RULES
from otel_usage.redaction.stand_ins import StandIns
from otel_usage.settings import RedactionSettings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from otel_usage.redaction.findings import Span
    from otel_usage.redaction.own import OwnPattern

__all__ = ["Plan", "plan_for", "plan_of"]

_NAMED: Final = {"keyword_secret", "auth_header", "cloud_key"}


class Plan(NamedTuple):
    """What is searched for, prepared for a set of classes.

    Attributes:
        tables: Every anchor.
        anchors: Those that a text holds; None while nothing is known of the text.
        everywhere: Rules without an anchor.
        named: Values of sensitive names are looked for.
        classes: The classes.
        own: The user's own patterns.
        stand_ins: What takes the place of a value.
    """

    tables: Tables
    anchors: tuple[Anchor, ...] | None
    everywhere: tuple[Matcher, ...]
    named: bool
    classes: frozenset[str]
    own: tuple[OwnPattern, ...]
    stand_ins: StandIns

    def narrowed(self, text: str) -> Plan:
        """Keep what can be found in parts of a text: the anchors that the whole of it holds."""
        low = lowered(text)
        if self.anchors is None:
            anchors = self.tables.held(text, low)
        else:
            anchors = tuple(a for a in self.anchors if a.literal in (low if a.fold else text))
        named = self.named and any(literal in low for literal in NAME_ANCHORS)
        return self._replace(anchors=anchors, named=named)

    def after(self, text: str, spans: Iterable[Span]) -> Plan:
        """Add what can be found when spans of the text are replaced: words end and begin beside them."""
        anchors = dict.fromkeys(self.anchors or ())
        for span in spans:
            before, behind = text[max(0, span.start - 1) : span.start], text[span.end : span.end + 2]
            anchors.update(dict.fromkeys(self.tables.beside(before, behind)))
        return self._replace(anchors=tuple(anchors))

    @property
    def idle(self) -> bool:
        """Nothing is left to look for."""
        return not (self.named or self.everywhere or self.own or self.anchors)


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
    if settings.patterns or settings.blind:
        from otel_usage.redaction.own import EVERYTHING, own_patterns  # noqa: PLC0415  # it needs a library that most do not

        own = (EVERYTHING,) if settings.blind else own_patterns(settings.patterns, CLASSES)
    modes = modes_of(settings, frozenset(pattern.kind for pattern in own))
    on = frozenset(kind for kind, mode in modes.items() if mode != "off")
    tables, everywhere = _rules(on)
    return Plan(
        tables=tables,
        anchors=None,
        everywhere=everywhere,
        named=bool(on & _NAMED),
        classes=on,
        own=tuple(pattern for pattern in own if pattern.kind in on),
        stand_ins=StandIns(
            {*CLASSES, *on},
            hashed=frozenset(kind for kind in on if modes[kind] == "hash"),
            dropped=frozenset(kind for kind in on if modes[kind] == "drop"),
            key=key,
        ),
    )


@lru_cache(maxsize=32)
def _rules(classes: frozenset[str]) -> tuple[Tables, tuple[Matcher, ...]]:
    """The anchors of the rules of some classes, and those of the rules that have none."""
    rules = [rule for rule in RULES if rule.kind in classes]
    return tables_of(rules), tuple(Matcher(rule) for rule in rules if not rule.anchors)
