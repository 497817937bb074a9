"""What was said in a call: read only where it is wanted, kept and told at the end without its secrets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from otel_usage import semconv
from otel_usage.content import KEYS, NO_CONTENT, Content
from otel_usage.span_attributes import attributes
from otel_usage.spans.raw import body_of
from otel_usage.spans.span import requested

if TYPE_CHECKING:
    from opentelemetry._logs import LoggerProvider

    from otel_usage.contents.streams import StreamContent
    from otel_usage.recorder import Recorder
    from otel_usage.records import UsageRecord
    from otel_usage.spans.span import CallSpan

__all__ = ["answered", "asked", "collecting", "keep", "tell", "tool_attributes"]

_ONCE: Final = (
    "was given a prompt or a response that can be read only once, and leaves it to the application: give a prompt as a "
    "list, and a stream to call.stream()"
)
_OWN: Final = "otel_usage."


def asked(recorder: Recorder, prompt: object, *, system: object = None, tools: object = None) -> Content:
    """What a model is asked, as far as it is wanted; nothing is raised."""
    given = {"input_messages": prompt, "system_instructions": system, "tool_definitions": tools}
    wanted = {
        name: value for name, value in given.items() if value is not None and recorder.captures(KEYS[name])
    }
    if not wanted:
        return NO_CONTENT
    from otel_usage.contents.items import parts  # noqa: PLC0415  # most processes capture nothing
    from otel_usage.contents.messages import messages  # noqa: PLC0415  # see above
    from otel_usage.contents.tools import tool_definitions  # noqa: PLC0415  # see above

    readers = {"input_messages": messages, "system_instructions": parts, "tool_definitions": tool_definitions}
    return Content(**{name: _read(recorder, readers[name], value) for name, value in wanted.items()})


def answered(recorder: Recorder, response: object) -> list[Any] | None:
    """The messages of a client's response; None when they are not wanted, or cannot be read."""
    if response is None or not recorder.captures(semconv.OUTPUT_MESSAGES):
        return None
    from otel_usage.contents.answers import output_messages  # noqa: PLC0415  # most processes capture nothing

    return _read(recorder, lambda value: output_messages(body_of(value)), response)


def collecting(recorder: Recorder | None) -> StreamContent | None:
    """What collects the content of a stream; None when it is not wanted."""
    if recorder is None or not recorder.captures(semconv.OUTPUT_MESSAGES):
        return None
    from otel_usage.contents.streams import StreamContent  # noqa: PLC0415  # most processes capture nothing

    return StreamContent()


def tool_attributes(recorder: Recorder, key: str, value: Callable[[], object]) -> dict[str, str]:
    """The attribute of what a tool is given or gives; none when it is not wanted. Nothing is raised.

    Args:
        recorder: Says whether it is wanted.
        key: The name of the attribute.
        value: Gives the value.
    """
    if not recorder.captures(key):
        return {}
    from otel_usage.contents.plain import plain  # noqa: PLC0415  # most processes capture nothing

    try:
        told = recorder.tool_content(key, plain(value()))
    except Exception as error:  # noqa: BLE001  # what an application gave; nothing of ours reaches the agent
        recorder.failed("read", error)
        return {}
    return {} if told is None else {key: told}


def keep(recorder: Recorder, record: UsageRecord, content: Content) -> Content:
    """Store what was said in a recorded call, where that is asked for; what of it may go out."""
    fit = NO_CONTENT if content == NO_CONTENT else recorder.fit_content(content)
    if fit != NO_CONTENT:
        recorder.keep_content(record, fit)
    return fit


def tell(
    recorder: Recorder,
    record: UsageRecord,
    content: Content,
    span: CallSpan,
    loggers: LoggerProvider | None,
) -> None:
    """Store what was said in a recorded call, and put it on its span and in an event, each where that is asked for."""
    fit = keep(recorder, record, content)
    if fit == NO_CONTENT:
        return
    span.add(recorder.content_attributes(fit))
    if recorder.content_events:
        _emit(record, fit, span, loggers)


def _emit(record: UsageRecord, content: Content, span: CallSpan, loggers: LoggerProvider | None) -> None:
    """The conventions' event of a call, with its content as values and not as text."""
    from opentelemetry._logs import get_logger  # noqa: PLC0415  # most processes make no events

    told = {key: getattr(content, name) for name, key in KEYS.items()}
    known = {name: value for name, value in attributes(record).items() if not name.startswith(_OWN)}
    get_logger(semconv.SCOPE, logger_provider=loggers).emit(
        event_name=semconv.INFERENCE_DETAILS_EVENT,
        timestamp=record.start + (record.duration or 0),
        context=span.context,
        attributes={
            **requested(record),
            **known,
            semconv.RECORD_ID: record.id,
            **{key: value for key, value in told.items() if value is not None},
        },
    )


def _read(recorder: Recorder, read: Callable[[object], list[Any]], value: object) -> list[Any] | None:
    """A value in the conventions' form; None when it says nothing, or cannot be read, which is counted."""
    try:
        if isinstance(value, Iterator | AsyncIterator | Awaitable):
            recorder.noticed("unreadable_content", _ONCE)
            return None
        return read(value) or None
    except Exception as error:  # noqa: BLE001  # what an application gave; nothing of ours reaches the agent
        recorder.failed("read", error)
        return None
