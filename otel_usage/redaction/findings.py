"""What a redaction found: counted by class, or listed with the rule and the place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    _Place = Callable[[int, int], tuple[int, int]]

__all__ = ["Findings", "Span", "Tally"]


class Span(NamedTuple):
    """A part of a text that is to be replaced.

    Attributes:
        start: Position of its first character.
        end: Position after its last.
        kind: The class; empty for the mark of a former redaction.
        rule: Id of the rule that found it.
    """

    start: int
    end: int
    kind: str
    rule: str


class Tally:
    """Counts by class.

    Attributes:
        counts: How many values of each class were found, with ``error`` among them.
    """

    def __init__(self) -> None:
        """Begin with nothing found."""
        self.counts: dict[str, int] = {}

    def found(self, kind: str, rule: str, start: int, end: int) -> None:  # noqa: ARG002  # for Findings
        """Take note of a value."""
        self.counts[kind] = self.counts.get(kind, 0) + 1

    def inside(self, start: int, end: int, *, exact: bool) -> Self:  # noqa: ARG002  # for Findings
        """For a text that was taken from a part of this one; ``exact`` where it stands there letter by letter."""
        return self

    def after(self, spans: Sequence[Span], marks: Sequence[str]) -> Self:  # noqa: ARG002  # for Findings
        """For the text that this one became when the spans were replaced by the marks."""
        return self


class Findings(Tally):
    """Counts, and lists each value.

    Attributes:
        listed: What was found, by its place in the text that was given.
    """

    def __init__(self, place: _Place | None = None, within: Findings | None = None) -> None:
        """Begin with nothing found, or go on with another text.

        Args:
            place: Changes positions of the text into those of the text that was given.
            within: What was found so far.
        """
        super().__init__()
        self.listed: list[Span] = []
        self._place = place or _same
        if within is not None:
            self.counts, self.listed = within.counts, within.listed

    def found(self, kind: str, rule: str, start: int, end: int) -> None:
        """Take note of a value and its place."""
        super().found(kind, rule, start, end)
        self.listed.append(Span(*self._place(start, end), kind, rule))

    def inside(self, start: int, end: int, *, exact: bool) -> Self:
        """See ``Tally``; what is found in a part that is written with escapes is placed at the whole part."""
        if exact:
            return self._moved(lambda a, b: (start + a, start + b))
        return self._moved(lambda _a, _b: (start, end))

    def after(self, spans: Sequence[Span], marks: Sequence[str]) -> Self:
        """See ``Tally``; what takes in a mark is placed at what the mark stands for."""
        sizes = [len(mark) for mark in marks]

        def back(start: int, end: int) -> tuple[int, int]:
            shift = 0
            first, last = start, end
            for span, size in zip(spans, sizes, strict=True):
                begin = span.start + shift
                shift += size - (span.end - span.start)
                if begin + size <= start:
                    first = start - shift
                elif begin < start:
                    first = span.start
                if begin + size <= end:
                    last = end - shift
                elif begin < end:
                    last = span.end
            return first, last

        return self._moved(back)

    def _moved(self, change: _Place) -> Self:
        """The same findings, told from a text whose positions are changed into those of this one."""
        place = self._place
        return type(self)(lambda start, end: place(*change(start, end)), self)


def _same(start: int, end: int) -> tuple[int, int]:
    return start, end
