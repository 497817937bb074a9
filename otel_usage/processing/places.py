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

_WORKERS: Final = (semconv.OPERATION_AGENT, semconv.OPERATION_TOOL)
_MOST: Final = 10_000
"""Open spans that are remembered; of more, the oldest are taken for abandoned."""


class Place:
    """Where one span stands.

    What happens inside an agent or a tool is no part of the call that is around it: when a client runs the tools that
    a model asks for by itself, the call of that model and those of the tools are calls of their own.

    Attributes:
        said: Who the running code said that calls belong to.
        above: The place of the span above, while that was open.
        call: The place of our own call around it, or its own when it is one.
        said_in_call: Whether the running code was inside a call of ours.
        in_call: Whether it started inside a call of ours, which books what happens inside.
        worker: The place of the agent or the tool around it, while those above were open.
        booked_inside: Whether a call inside of it was booked.
        ended: Whether the span has ended.
    """

    __slots__ = (
        "_span",
        "above",
        "booked_inside",
        "call",
        "ended",
        "in_call",
        "said",
        "said_in_call",
        "worker",
    )

    def __init__(self, span: ReadableSpan, said: Attribution, above: Place | None, *, in_call: bool) -> None:
        """Take what is known when the span starts."""
        inside = above is not None and not above.is_worker()
        call = above.call if above is not None and inside else None
        self._span = span
        self.worker: Place | None = above if above is None or not inside else above.worker
        self.said = said
        self.above = above
        self.call: Place | None = None if call is None or call.ended else call
        self.said_in_call = in_call
        # A tool that is not ours says nothing to the code inside, for which our call seems to be the one around it.
        of_worker = self.worker is not None and self.worker.said_in_call
        self.in_call = self.call is not None or (in_call and not of_worker)
        self.booked_inside: bool = False
        self.ended: bool = False

    def is_worker(self) -> bool:
        """Whether it is that of an agent or a tool, as far as its span says by now."""
        return _operation(self._span) in _WORKERS

    def attribution(self, configured: Attribution) -> Attribution:
        """Who a call here belongs to; a thread that took over the span above but not its context belongs to the same."""
        said, above = self.said, self.above
        while above is not None:
            said, above = over(said, above.said), above.above
        return over(said, configured)

    def booked(self) -> None:
        """Tell the spans above, up to an agent or a tool, that a call inside of them was booked."""
        above = self.above
        while above is not None and not above.is_worker():
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
        place = Place(span, attributed(), above, in_call=in_call())
        if is_ours(span) and _operation(span) is not None and not place.is_worker():
            # What our blocks say to the code inside, for threads that do not take over its context.
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


def _operation(span: ReadableSpan) -> object:
    """What kind of operation a span says that it is, by the conventions."""
    attributes = span.attributes
    return None if attributes is None else attributes.get(semconv.OPERATION_NAME)


def is_ours(span: ReadableSpan) -> bool:
    """Whether a span was made by our own blocks, which book their calls themselves."""
    scope = span.instrumentation_scope
    return scope is not None and scope.name == semconv.SCOPE
