"""One API's usage as a table, and the one reader of such tables.

A table has the shape of the provider's own JSON, with our names where the counts stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from otel_usage.counts import canonical_usage, whole
from otel_usage.records import Flag
from otel_usage.token_usage import MAX_TOKENS, MODALITIES, UNITS
from otel_usage.usages.fields import Fields, fields, first

if TYPE_CHECKING:
    from otel_usage.token_usage import TokenUsage

__all__ = ["CACHE_WRITE", "Listed", "Place", "Repeated", "Table"]

CACHE_WRITE: Final = "cache_write"
"""In a shape: everything written to a cache, for whatever time."""
_TELLING: Final = frozenset((*MODALITIES, *UNITS))
"""Counts that say something only where they are not 0: most answers have no sound, no picture and no search."""
_CACHED: Final = ("cache_read", "cache_write_5m", "cache_write_1h")
_Counts: TypeAlias = dict[str, object]
Place: TypeAlias = "str | tuple[str, ...] | Listed | Repeated | dict[str, Place]"
"""Where a value goes: to a count, unless that was found already; to a sum of each of these counts; or what it holds
goes there: the items of a list, the fields of an object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list of counts, each beside a word that says what was counted; what has one place is added up.

    Attributes:
        word: The names of the word.
        count: The names of the count.
        places: Word → count of ours.
    """

    word: tuple[str, ...]
    count: tuple[str, ...]
    places: dict[str, str]

    def read(self, items: object, counts: _Counts) -> None:
        """Add what a list says to the counts."""
        for item in items if isinstance(items, list | tuple) else ():
            known = fields(item)
            word = first(known, self.word)
            place = self.places.get(word.upper()) if isinstance(word, str) else None
            if place is not None and (count := first(known, self.count)):
                counts[place] = _together(counts.get(place), count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A list of usages of which those of one kind are billed on top of the rest.

    Attributes:
        kind: What stands under ``type`` of these.
        shape: As of a table.
    """

    kind: str
    shape: dict[str, Place]

    def read(self, items: object, counts: _Counts) -> None:
        """Add what a list says to the counts."""
        for item in items if isinstance(items, list | tuple) else ():
            known = fields(item)
            if known.get("type") != self.kind:
                continue
            more: _Counts = {}
            _read(self.shape, known, more)
            for name, count in more.items():
                counts[name] = _together(counts.get(name), count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """How one API says what a call used.

    Attributes:
        marks: Names of which one is enough to know a usage as this API's.
        shape: The provider's names, in order: where one count has several, the first that is there holds.
        input_includes_cache: Whether its input counts what was cached; None where that is not known. See
            ``counts.canonical_usage``.
        total: The count of all tokens, for an API that some servers speak with reasoning counted beside the output, or
            what was cached beside the input: where it is the sum of all of these, they do not overlap.
    """

    marks: frozenset[str]
    shape: dict[str, Place]
    input_includes_cache: bool | None
    total: str | None = None

    @property
    def names(self) -> frozenset[str]:
        """Everything that is read of a usage."""
        return self.marks.union(self.shape, () if self.total is None else (self.total,))

    def read(self, usage: dict[str, object]) -> tuple[TokenUsage, tuple[Flag, ...]]:
        """The token counts of what a usage says, in canonical form, and what was unusual about them."""
        counts: _Counts = {}
        _read(self.shape, usage, counts)
        written = counts.pop(CACHE_WRITE, None)
        if written is not None:
            counts["cache_write_5m"] = _short_lived(
                counts.get("cache_write_5m"), counts.get("cache_write_1h"), written
            )
        if self.total is None or not (counts.get("reasoning") or not counts.keys().isdisjoint(_CACHED)):
            return canonical_usage(counts, input_includes_cache=self.input_includes_cache)
        return _by_total(counts, whole(usage.get(self.total), MAX_TOKENS))


def _by_total(counts: _Counts, total: int | None) -> tuple[TokenUsage, tuple[Flag, ...]]:
    """The usage where the count of all tokens may tell what stands beside input and output; else they include it."""
    numbers = {name: whole(count, MAX_TOKENS) or 0 for name, count in counts.items()}
    both = numbers.get("input", 0) + numbers.get("output", 0)
    cached, reasoning = sum(numbers.get(name, 0) for name in _CACHED), numbers.get("reasoning", 0)
    if reasoning and total in {both + reasoning, both + reasoning + cached}:
        counts["output"] = numbers.get("output", 0) + reasoning
        both += reasoning
    if not cached or total != both + cached:
        return canonical_usage(counts)
    usage, flags = canonical_usage(counts, input_includes_cache=False)
    return usage, tuple(sorted({*flags, Flag.INPUT_INFERRED}))


def _read(shape: dict[str, Place], known: Fields, counts: _Counts) -> None:
    for name, place in shape.items():
        value = known.get(name)
        if value is None:
            continue
        if type(place) is str:
            if place not in counts and (value != 0 or place not in _TELLING):
                counts[place] = value
        elif type(place) is dict:
            _read(place, fields(value), counts)
        elif isinstance(place, Listed | Repeated):
            place.read(value, counts)
        else:
            for each in place:
                counts[each] = _together(counts.get(each), value)


def _short_lived(short: object, long: object, written: object) -> object:
    """Tokens written for five minutes: what was said of them, or what of the total was not written for an hour.

    Five minutes is the default lifetime. Older responses do not tell the two apart, and the end of a stream gives a
    new total without the split: what came on top is of the default lifetime.
    """
    total = whole(written, MAX_TOKENS)
    if total is None:
        return written if short is None and long is None else short
    told = whole(short, MAX_TOKENS)
    if told is None and short is not None:
        return short
    return max(told or 0, total - (whole(long, MAX_TOKENS) or 0))


def _together(one: object, other: object) -> object:
    """The sum of two counts of which one may be absent; a count that cannot be stands for the sum."""
    if one is None or other is None:
        return other if one is None else one
    counts = whole(one, MAX_TOKENS), whole(other, MAX_TOKENS)
    if counts[0] is None:
        return one
    return other if counts[1] is None else counts[0] + counts[1]
