"""Where what was said in calls goes: into the home's files, and onto spans, each as the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from otel_usage.content import KEYS, KINDS, NO_CONTENT, Content
from otel_usage.fitting import stored_id
from otel_usage.redaction.redactor import MAX_TEXT
from otel_usage.settings import ContentSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.fitting.contents import ContentFitter
    from otel_usage.journal.writer import JournalWriter
    from otel_usage.records import UsageRecord
    from otel_usage.redaction import Redactor

__all__ = ["ContentStore"]

_SPAN_BYTES: Final = MAX_TEXT - 8192
"""The most that is put on a span: every span is examined once more before it leaves, and the rest of it needs room."""


class ContentStore:
    """Bounds, redacts and keeps content.

    Attributes:
        wanted: Keys of the kinds that are wanted anywhere; of the others a producer reads nothing.
        events: Whether content goes out as an event of its own.
    """

    def __init__(
        self,
        settings: ContentSettings | None,
        *,
        redactor: Redactor,
        writer: JournalWriter | None,
        clock: Callable[[], float],
        failed: Callable[[Exception], None],
    ) -> None:
        """Take the parts.

        Args:
            settings: What is wanted where; None for nothing.
            redactor: Takes secrets out.
            writer: Into the home's files of content; None keeps nothing there.
            clock: Seconds since the epoch.
            failed: Is told of what could not be read.
        """
        settings = settings or ContentSettings()
        allowed = frozenset(settings.allow)
        kept = (KINDS if settings.capture == "redacted" else allowed) & frozenset(KEYS.values())
        told = KINDS if settings.exported or settings.capture == "redacted" else allowed
        self._kept = kept if writer is not None else frozenset()
        self._on_spans = told if settings.attributes else frozenset()
        self.wanted = self._kept | self._on_spans | (told if settings.events else frozenset())
        self.events = settings.events
        self._limit = settings.max_bytes
        self._fitter = _fitter(redactor, failed) if self.wanted else None
        self._failed = failed
        self._writer = writer
        self._clock = clock
        self._dropped = 0

    def fit(self, content: Content) -> Content:
        """The content as it may be kept and told: of the wanted kinds, bounded, without secrets; nothing is raised."""
        if self._fitter is None:
            return NO_CONTENT
        try:
            return self._fitter.fit(content, kinds=self.wanted, limit=self._limit)
        except Exception as error:  # noqa: BLE001  # what cannot be examined must not leave, nor end the call
            self._failed(error)
            return NO_CONTENT

    def keep(self, record: UsageRecord, content: Content) -> None:
        """Append fitted content of a record to the home's files; nothing is raised."""
        kept = {name: getattr(content, name) for name, key in KEYS.items() if key in self._kept}
        if self._writer is not None and any(value is not None for value in kept.values()):
            try:
                from otel_usage.journal.contents import encode_content  # noqa: PLC0415  # most processes keep none

                line = encode_content(stored_id(record.id), int(self._clock() * 1e9), Content(**kept))
            except Exception as error:  # noqa: BLE001  # content that was not fitted, or too long for a line
                self._failed(error)
            else:
                self._writer.append(line)

    def attributes(self, content: Content) -> dict[str, str]:
        """The attributes of a span that hold fitted content as JSON."""
        if self._fitter is None or not self._on_spans:
            return {}
        bounded = self._fitter.bound(content, kinds=self._on_spans, limit=_SPAN_BYTES)
        told = {key: getattr(bounded, name) for name, key in KEYS.items()}
        return {key: _json(value) for key, value in told.items() if value is not None}

    def tool(self, key: str, value: object) -> str | None:
        """What a tool was given or gave, for its span: a text as it is, anything else as JSON; None when it is not wanted."""
        if self._fitter is None or key not in self._on_spans:
            return None
        fitted = self._fitter.value(value, limit=min(self._limit, _SPAN_BYTES))
        return fitted if isinstance(fitted, str) else _json(fitted)

    def withhold(self) -> None:
        """Put content on no span and in no event any more; files are kept."""
        self._on_spans, self.wanted, self.events = frozenset(), self._kept, False

    def take_dropped(self) -> int:
        """How many lines were lost since the last time."""
        dropped = 0 if self._writer is None else self._writer.dropped
        new, self._dropped = dropped - self._dropped, dropped
        return new

    def start_over(self) -> None:
        """Forget what was lost: in a forked child it is the parent's."""
        self._dropped = 0 if self._writer is None else self._writer.dropped

    def flush(self, timeout: float) -> bool:
        """Wait until everything is on disk; False when time (seconds) ran out."""
        return self._writer is None or self._writer.flush(timeout)

    def close(self, timeout: float) -> bool:
        """Flush and close the file; False when lines were lost because time (seconds) ran out."""
        return self._writer is None or self._writer.close(timeout)


def _fitter(redactor: Redactor, failed: Callable[[Exception], None]) -> ContentFitter:
    from otel_usage.fitting.contents import ContentFitter  # noqa: PLC0415  # most processes want no content

    return ContentFitter(redactor, failed=failed)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
