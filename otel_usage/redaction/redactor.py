"""The form that the rest of the product uses: texts and nested values, counted by class, failing closed."""

from __future__ import annotations

from functools import lru_cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from otel_usage.redaction.classes import DEFAULT_CLASSES, modes_of
from otel_usage.redaction.harmless import are_harmless, is_harmless
from otel_usage.redaction.stand_ins import ERROR, OVERSIZE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from otel_usage.redaction.examiner import Examiner
    from otel_usage.settings import RedactionSettings

__all__ = ["MAX_TEXT", "Redactor"]

MAX_TEXT = 65_536
"""A fitting limit, in characters, for a text that is examined on the caller's thread."""

_SHORT = 200
_REMEMBERED = 4096
_NOTHING: Mapping[str, int] = MappingProxyType({})


class Redactor:
    """Redacts as settings say, and counts what it did.

    Nothing is raised: a value that cannot be examined becomes ``[REDACTED:error]`` and is counted as ``error``, one
    that is too large ``[REDACTED:oversize:N]``. Short texts are remembered, because agents send the same names and ids
    with every call.
    """

    def __init__(
        self, settings: RedactionSettings, *, key: bytes | None = None, deferred: bool = False
    ) -> None:
        """Check the settings, and prepare the search.

        Args:
            settings: What is searched for, and what is done with it.
            key: Of the hashes; without one, values are masked where they should be hashed.
            deferred: Prepare the search only for a text that may hold something of the default classes: for a command
                that sees a few words and ends. Other classes and own patterns are prepared at once.

        Raises:
            InvalidValueError: A class or a mode does not exist, or a pattern cannot be used.
            MissingExtraError: There are patterns, and what runs them is not installed.
        """
        self._settings = settings
        self._key = key
        self._counts: dict[str, int] = {}
        self._short = lru_cache(maxsize=_REMEMBERED)(self._examined)
        self._examiner: Examiner | None = None
        if not (deferred and _only_defaults(settings)):
            self._prepared()

    @property
    def counts(self) -> Mapping[str, int]:
        """Replacements by class since the last :meth:`take_counts`, with ``error`` and ``oversize`` among them."""
        return dict(self._counts)

    def take_counts(self) -> Mapping[str, int]:
        """Give the counts and begin anew."""
        taken, self._counts = self._counts, {}
        return taken

    def text(self, value: str, *, limit: int | None = None) -> str:
        """Redact free text.

        Args:
            value: The text.
            limit: The largest size to examine, in characters; a larger text is replaced as a whole.

        Returns:
            The same object when nothing was found; what UTF-8 cannot carry is replaced.
        """
        try:
            size = len(value)
            if limit is not None and size > limit:
                self._tally("oversize")
                return OVERSIZE.format(size)
            new, found = self._short(value) if size <= _SHORT else self._examined(value)
            if found:
                for kind, count in found.items():
                    self._tally(kind, count)
        except Exception:  # noqa: BLE001  # whatever went wrong, the text must not leave as it is
            self._tally("error")
            return ERROR
        return value if new == value else new

    def value(self, value: object, *, limit: int | None = None) -> object:
        """Redact a value of any shape: text, bytes, numbers, sequences, sets, maps with their keys.

        Args:
            value: The value.
            limit: The largest size of one text in it, in characters.

        Returns:
            The same object when nothing was found; else a copy out of plain dicts, lists, tuples and sets. An object of
            another type becomes its text.
        """
        if self._examiner is None and limit is None and are_harmless(value):
            return value
        examiner = self._examiner or self._prepared()
        return examiner.value(value, partial(self.text, limit=limit), self._tally)

    def _examined(self, value: str) -> tuple[str, Mapping[str, int]]:
        if self._examiner is None and is_harmless(value):
            return value, _NOTHING
        new, found = (self._examiner or self._prepared()).text(value)
        return new, found or _NOTHING

    def _prepared(self) -> Examiner:
        from otel_usage.redaction.examiner import Examiner  # noqa: PLC0415  # it loads the rules

        self._examiner = Examiner(self._settings, self._key)
        return self._examiner

    def _tally(self, kind: str, count: int = 1) -> None:
        self._counts[kind] = self._counts.get(kind, 0) + count


def _only_defaults(settings: RedactionSettings) -> bool:
    """Whether nothing but default classes is searched for.

    Raises:
        InvalidValueError: A class or a mode does not exist.
    """
    if settings.patterns or settings.blind:
        return False
    on = (kind for kind, mode in modes_of(settings).items() if mode != "off")
    return all(kind in DEFAULT_CLASSES for kind in on)
