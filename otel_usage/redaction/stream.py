"""A text that comes in pieces: what may be the begin of a secret is held back until it can be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.redaction.engine import replaced, search
from otel_usage.redaction.findings import Span
from otel_usage.redaction.stand_ins import ERROR
from otel_usage.redaction.structure import redact_structured

if TYPE_CHECKING:
    from otel_usage.redaction.findings import Tally
    from otel_usage.redaction.plan import Plan

__all__ = ["StreamRedactor"]

_BLOCK: Final = 262_144
_AHEAD: Final = 65_536
"""Characters that are known after what is given out: no rule matches more, but for keys that nobody has."""
_BEHIND: Final = 16_384
"""Characters that are known before it: no rule looks further back."""


class StreamRedactor:
    """Redacts a text of any length in bounded memory.

    A text of at most a block is redacted as a whole. Of a longer one JSON is walked as far as a block goes, and each
    line of JSON by itself. A class whose mode is ``drop`` takes its block.
    """

    def __init__(self, plan: Plan, tally: Tally, *, block: int = _BLOCK, ahead: int = _AHEAD) -> None:
        """Begin.

        Args:
            plan: What to look for.
            tally: Is told what was found, with positions in the whole text.
            block: Characters that are given out at a time.
            ahead: Characters that are held back.
        """
        self._plan = plan
        self._tally = tally
        self._block = block
        self._ahead = ahead
        self._text = ""
        self._behind = ""
        self._given = 0

    def feed(self, text: str) -> str:
        """Take more of the text, and give out what is ready."""
        self._text += text
        ready = []
        while len(self._text) >= self._block + self._ahead:
            ready.append(self._next(last=False))
        return "".join(ready)

    def end(self) -> str:
        """Give out the rest."""
        ready = []
        while self._text:
            ready.append(self._next(last=len(self._text) <= self._block))
        return "".join(ready)

    def _next(self, *, last: bool) -> str:
        try:
            size, spans = self._cut(last=last)
        except Exception:  # noqa: BLE001  # whatever went wrong, the text must not leave as it is
            size, spans = len(self._text) if last else self._block, None
        piece, self._text = self._text[:size], self._text[size:]
        redacted = ERROR if spans is None else self._redacted(piece, spans)
        self._behind = (self._behind + piece)[-_BEHIND:]
        self._given += size
        return redacted

    def _redacted(self, piece: str, spans: list[Span]) -> str:
        """A piece with what was found in its surroundings replaced, and then by itself."""
        tally = self._tally.inside(self._given, self._given + len(piece), exact=True)
        try:
            marks = [self._plan.stand_ins.mark(span.kind, piece[span.start : span.end]) for span in spans]
            for span in spans:
                tally.found(span.kind, span.rule, span.start, span.end)
            for span, mark in zip(spans, marks, strict=True):
                if span.kind in self._plan.stand_ins.dropped:
                    return mark
            return redact_structured(replaced(piece, spans, marks), self._plan, tally.after(spans, marks))
        except Exception:  # noqa: BLE001  # see above
            tally.found("error", "failed", 0, len(piece))
            return ERROR

    def _cut(self, *, last: bool) -> tuple[int, list[Span]]:
        """How much is given out next, at the end of a line where there is one, and what only its surroundings show in it."""
        if last and not self._behind:
            return len(self._text), []
        begin = len(self._behind)
        window = self._behind + self._text[: self._block + self._ahead]
        spans = search(window, self._plan.narrowed(window))
        cut = len(window)
        if not last:
            line = window.rfind("\n", begin, begin + self._block)
            cut = line + 1 if line >= 0 else begin + self._block
            for span in spans:
                if span.start < cut < span.end:
                    cut = span.start if span.start > begin else span.end
        # What the piece shows by itself is left for later: JSON is walked, and stays JSON.
        piece = window[begin:cut]
        alone = search(piece, self._plan.narrowed(piece))
        around = [
            Span(max(span.start, begin) - begin, span.end - begin, span.kind, span.rule)
            for span in spans
            if span.start < cut and span.end > begin
        ]
        return len(piece), [span for span in around if not any(_covers(other, span) for other in alone)]


def _covers(other: Span, span: Span) -> bool:
    return other.start <= span.start and span.end <= other.end
