"""The only private access to the OpenTelemetry SDK: its spans at their end, its lists of processors, its samplers.

In SDK 1.45 a span has ended before its ending hook runs, so that its public setters do nothing there (the
specification wants them to work); what stands in the private fields then is what every processor and exporter sees,
whatever their order. Here each access is checked, and ``UnknownSdkError`` says when an SDK is built differently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from opentelemetry.attributes import BoundedAttributes
from opentelemetry.sdk.trace import Event
from opentelemetry.sdk.util import BoundedList
from opentelemetry.trace import Link

from otel_usage.processing.content import Parts, Titled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from opentelemetry.sdk._logs import LoggerProvider, LogRecordProcessor
    from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider
    from opentelemetry.sdk.trace.sampling import Sampler

__all__ = [
    "Redacted",
    "UnknownSdkError",
    "composite_of",
    "log_composite_of",
    "log_processors",
    "parts_of",
    "passed",
    "put_log_processor_first",
    "replace",
    "span_processors",
    "wrap_samplers",
]


class UnknownSdkError(Exception):
    """The SDK is not built as this package knows it."""


class Redacted(BoundedAttributes):
    """Attributes that were redacted; told apart from others by their class."""

    @classmethod
    def over(cls, former: Mapping[str, Any] | None, values: Mapping[str, Any]) -> Self:
        """Values in the place of former attributes, whose bounds and count of dropped ones stay.

        Raises:
            UnknownSdkError: The former attributes are kept in another way.
        """
        state = getattr(former, "__dict__", {})
        if type(state.get("_dict")) is not dict:
            raise UnknownSdkError(f"attributes are a {type(former).__name__}")
        # The values are clean already; the constructor would clean each again.
        new = cls.__new__(cls)
        new.__dict__ = {**state, "_dict": values if type(values) is dict else dict(values)}
        return new


def parts_of(span: Span) -> Parts:
    """Everything of an ending span that may hold text; its attributes are its very own, to be read only.

    Raises:
        UnknownSdkError: They cannot be read.
    """
    try:
        inside: Any = span
        attributes, events, links = inside._attributes._dict, inside._events, inside._links
        if type(attributes) is not dict:
            raise UnknownSdkError(f"attributes are kept in a {type(attributes).__name__}")
        return Parts(
            span.name,
            attributes,
            span.status,
            tuple([Titled(e.name, e.attributes or {}) for e in events]) if len(events) else (),
            tuple([Titled("", link.attributes or {}) for link in links]) if len(links) else (),
        )
    except (AttributeError, TypeError) as error:
        raise UnknownSdkError(f"a span cannot be read ({error})") from error


def replace(span: Span, parts: Parts) -> None:
    """Give an ending span other contents; :func:`passed` tells of the ended one whether it has them.

    Args:
        span: The span, in its ending hook.
        parts: What it is to hold; events or links that are missing at the end of the lists are dropped.

    Raises:
        UnknownSdkError: It cannot be done.
    """
    try:
        inside: Any = span
        inside._name = parts.name
        inside._status = parts.status
        if len(inside._events):
            inside._events = _list_over(inside._events, map(_event, inside._events, parts.events))
        if len(inside._links):
            inside._links = _list_over(inside._links, map(_link, inside._links, parts.links))
        # Last, as it is the sign that all was done.
        inside._attributes = Redacted.over(inside._attributes, parts.attributes)
    except (AttributeError, TypeError) as error:
        raise UnknownSdkError(f"a span cannot be changed ({error})") from error


def passed(span: ReadableSpan) -> bool:
    """Whether an ended span carries what :func:`replace` gave it."""
    return type(getattr(span, "_attributes", None)) is Redacted


def composite_of(provider: TracerProvider) -> Any:  # noqa: ANN401  # the SDK has two without a common type
    """What hands spans to a provider's processors.

    Raises:
        UnknownSdkError: It is not there.
    """
    return _field(provider, "_active_span_processor")


def span_processors(provider: TracerProvider) -> tuple[SpanProcessor, ...]:
    """The processors of a provider.

    Raises:
        UnknownSdkError: They are not kept as a tuple.
    """
    return _tuple(composite_of(provider), "_span_processors")


def log_composite_of(provider: LoggerProvider) -> Any:  # noqa: ANN401  # see composite_of
    """What hands log records to a provider's processors.

    Raises:
        UnknownSdkError: It is not there.
    """
    return _field(provider, "_multi_log_record_processor")


def log_processors(provider: LoggerProvider) -> tuple[LogRecordProcessor, ...]:
    """The processors of a provider, in the order in which they see a record.

    Raises:
        UnknownSdkError: They are not kept as a tuple.
    """
    return _tuple(log_composite_of(provider), "_log_record_processors")


def put_log_processor_first(provider: LoggerProvider, processor: LogRecordProcessor) -> None:
    """Make a processor the first of a provider's, wherever it stands by now.

    Raises:
        UnknownSdkError: It cannot be done.
    """
    composite = log_composite_of(provider)
    with _field(composite, "_lock"):
        present = _tuple(composite, "_log_record_processors")
        others = tuple(p for p in present if p is not processor)
        composite._log_record_processors = (processor, *others)


def wrap_samplers(provider: TracerProvider, wrap: Callable[[Sampler], Sampler]) -> None:
    """Wrap the sampler of a provider and of every tracer that it has handed out.

    Raises:
        UnknownSdkError: There is no sampler, or those handed out are not known.
    """
    sampler, tracers = _field(provider, "sampler"), _field(provider, "_tracers")
    # First, for a tracer that is made meanwhile.
    provider.sampler = wrap(sampler)
    for tracer in list(tracers.values()):
        tracer.sampler = wrap(_field(tracer, "sampler"))


def _event(former: Event, new: Titled) -> Event:
    return Event(new.name, _attributes(former.attributes, new.attributes), former.timestamp)


def _link(former: Link, new: Titled) -> Link:
    return Link(former.context, _attributes(former.attributes, new.attributes))


def _attributes(former: Mapping[str, Any] | None, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Attributes of an event or a link, which an application may have made of a class of its own."""
    return Redacted.over(former, values) if isinstance(former, BoundedAttributes) else dict(values)


def _list_over(former: BoundedList[Any], items: Iterable[Any]) -> BoundedList[Any]:
    """Items in the place of a list; what it dropped, and what is missing now, is counted as dropped."""
    new = BoundedList.from_seq(None, items)
    new.dropped = former.dropped + len(former) - len(new)
    return new


def _field(holder: object, name: str) -> Any:  # noqa: ANN401  # of the SDK
    """A field of the SDK's.

    Raises:
        UnknownSdkError: There is none.
    """
    value = getattr(holder, name, None)
    if value is None:
        raise UnknownSdkError(f"{type(holder).__name__} has no {name}")
    return value


def _tuple(composite: object, name: str) -> tuple[Any, ...]:
    """A field that holds processors.

    Raises:
        UnknownSdkError: It is no tuple.
    """
    value = _field(composite, name)
    if not isinstance(value, tuple):
        raise UnknownSdkError(f"{type(composite).__name__}.{name} is a {type(value).__name__}")
    return value
