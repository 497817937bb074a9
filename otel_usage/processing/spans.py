"""The span processor: takes secrets out of every span about generative AI, and books calls that others made spans of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from opentelemetry.sdk.trace import SpanProcessor

from otel_usage.dialects import concerns
from otel_usage.processing import sdk
from otel_usage.processing.content import redacted, stripped
from otel_usage.processing.foreign import added, belongs, call_of
from otel_usage.processing.places import Places, is_ours
from otel_usage.processing.scan import Memory
from otel_usage.settings import Attribution

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan, Span

    from otel_usage.processing.content import Parts
    from otel_usage.processing.scan import Redaction
    from otel_usage.recorder import Recorder

__all__ = ["UsageSpanProcessor"]

_NOBODY: Final = Attribution()
_INEFFECTIVE: Final = "cannot redact spans with this OpenTelemetry SDK: what they hold is exported as it is"


class UsageSpanProcessor(SpanProcessor):
    """Redacts and books at the end of a span, before any exporter sees it, in whatever order they were registered.

    A span that cannot be redacted loses its texts. Spans that are not about generative AI stay as they are; spans of
    our own blocks are redacted only, as their calls are booked by the blocks. Nothing is raised into the application.

    Attributes:
        recorder: Where records go; another may take its place.
        attribution: Who calls belong to when neither their spans nor the blocks around them say.
        books: Whether calls are booked; redaction goes on without.
    """

    def __init__(
        self,
        *,
        recorder: Recorder,
        attribution: Attribution = _NOBODY,
        redaction: Redaction | None = None,
    ) -> None:
        """Take the parts.

        Args:
            recorder: Where records go.
            attribution: See the attribute.
            redaction: Takes secrets out; None for the recorder's.
        """
        self.recorder = recorder
        self.attribution = attribution
        self.books = True
        self._redaction = redaction
        self._memory = Memory(redaction or recorder)
        self._places = Places()

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:  # noqa: ARG002  # the SDK's
        """Remember where the span stands."""
        try:
            self._places.started(span)
        except Exception as error:  # noqa: BLE001  # nothing of ours reaches the application
            self.recorder.failed("start", error)

    def _on_ending(self, span: Span) -> None:
        """Redact the span, and book it when it is a call that nobody else books."""
        try:
            self._finish(span)
        except Exception as error:  # noqa: BLE001  # raised here, it would reach the application and lose the span
            self.recorder.failed("redact", error)

    on_ending = _on_ending
    """The same hook under the name that the specification has for it, for an SDK that makes it public."""

    def on_end(self, span: ReadableSpan) -> None:
        """Forget the span, and see that what is exported is what was redacted."""
        try:
            self._places.ended(span)
            if not sdk.passed(span) and concerns(_scope(span), span.attributes or {}):
                self.recorder.ineffective(_INEFFECTIVE)
        except Exception as error:  # noqa: BLE001  # nothing of ours reaches the application
            self.recorder.failed("end", error)

    def _finish(self, span: Span) -> None:
        parts = sdk.parts_of(span)
        scope = _scope(span)
        if not concerns(scope, parts.attributes):
            return
        if self.books and not is_ours(span):
            parts = self._booked(span, scope, parts)
        try:
            sdk.replace(span, redacted(parts, self._remembered()))
        except Exception:
            # Whatever went wrong, the texts must not leave.
            sdk.replace(span, stripped(parts))
            raise

    def _booked(self, span: Span, scope: str, parts: Parts) -> Parts:
        """The span with what was booked of it; one that is no call of its own stays as it is."""
        try:
            record = call_of(span, scope, parts.attributes)
            place = self._places.of(span)
            if record is None or (place is not None and (place.in_call or place.booked_inside)):
                return parts
            if place is not None:
                place.booked()
            who = self.attribution if place is None else place.attribution(self.attribution)
            record = self.recorder.prepare(belongs(record, who))
            self.recorder.append(record, observed=False)
            return parts._replace(attributes={**parts.attributes, **added(record, parts.attributes)})
        except Exception as error:  # noqa: BLE001  # nothing of ours reaches the application
            self.recorder.failed("book", error)
            return parts

    def _remembered(self) -> Memory:
        """What was found clean by the redaction in force."""
        redaction = self._redaction or self.recorder
        if self._memory.redaction is not redaction:
            self._memory = Memory(redaction)
        return self._memory


def _scope(span: ReadableSpan) -> str:
    """Name of a span's instrumentation scope, empty without one."""
    scope = span.instrumentation_scope
    return "" if scope is None else scope.name
