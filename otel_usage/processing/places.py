"""Where open spans stand: who the code that started them worked for, and what is above them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from otel_usage import semconv
from otel_usage.current import attributed, in_call, over

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan, Span

    from otel_usage.settings import Attribution

__all__ = ["Place", "Places", "is_ours"]

_AROUND_CALLS: Final = (semconv.OPERATION_AGENT, semconv.OPERATION_TOOL)
_MOST: Final = 10_000
"""Open spans that are remembered; of more, the oldest are taken for abandoned."""


class Place:
    """Where one span stands.

    Attributes:
        said: Who the running code said that calls belong to.
        above: The place of the span above, while that was open.
        call: The place of our own call around it, or its own when it is one.
        in_call: Whether it started inside a call of ours, which books what happens inside.
        booked_inside: Whether a call inside of it was booked.
        ended: Whether the span has ended.
    """

    __slots__ = ("above", "booked_inside", "call", "ended", "in_call", "said")

    def __init__(self, said: Attribution, above: Place | None, *, in_call: bool) -> None:
        """Take what is known when the span starts."""
        call = None if above is None else above.call
        self.said = said
        self.above = above
        self.call: Place | None = None if call is None or call.ended else call
        self.in_call = in_call or self.call is not None
        self.booked_inside: bool = False
        self.ended: bool = False

    def attribution(self, configured: Attribution) -> Attribution:
        """Who a call here belongs to; a thread that took over the span above but not its context belongs to the same."""
        said, above = self.said, self.above
        while above is not None:
            said, above = over(said, above.said), above.above
        return over(said, configured)

    def booked(self) -> None:
        """Tell the spans above that a call inside of them was booked."""
        above = self.above
        while above is not None:
            above.booked_inside = True
            above = above.above


class Places:
    """The places of the open spans of a process, by span id: a processor sees of a span's parent only the id.

    Nothing is locked: any thread may call, and a forked child goes on with what it finds.
    """

    def __init__(self) -> None:
        """Begin without spans."""
        self._open: dict[int, Place] = {}

    def started(self, span: Span) -> None:
        """Remember where a span stands."""
        parent = span.parent
        above = None if parent is None else self._open.get(parent.span_id)
        place = Place(attributed(), above, in_call=in_call())
        if is_ours(span):
            # What our blocks say to the code inside, for threads that do not take over its context.
            operation = (span.attributes or {}).get(semconv.OPERATION_NAME)
            if operation in _AROUND_CALLS:
                place.call = None
            elif operation is not None:
                place.call = place
                place.booked()
        if len(self._open) >= _MOST:
            with suppress(KeyError, RuntimeError, StopIteration):  # another thread was quicker
                del self._open[next(iter(self._open))]
        self._open[span.get_span_context().span_id] = place

    def of(self, span: ReadableSpan) -> Place | None:
        """Where an open span stands."""
        context = span.get_span_context()
        return None if context is None else self._open.get(context.span_id)

    def ended(self, span: ReadableSpan) -> None:
        """Forget an ended span."""
        context = span.get_span_context()
        place = None if context is None else self._open.pop(context.span_id, None)
        if place is not None:
            place.ended = True


def is_ours(span: ReadableSpan) -> bool:
    """Whether a span was made by our own blocks, which book their calls themselves."""
    scope = span.instrumentation_scope
    return scope is not None and scope.name == semconv.SCOPE
