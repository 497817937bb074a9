"""Everything of a span that may hold text, without its secrets or without any text. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from opentelemetry.trace import Status

from otel_usage import semconv
from otel_usage.processing.keys import harmless, well_known
from otel_usage.processing.scan import NUMBERS, Scan
from otel_usage.redaction.stand_ins import ERROR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from otel_usage.processing.scan import Memory

__all__ = ["Parts", "Titled", "redacted", "stripped", "unspoken"]


class Titled(NamedTuple):
    """An event or a link: a name, empty for a link, and attributes."""

    name: str
    attributes: Mapping[str, Any]


class Parts(NamedTuple):
    """Everything of a span that may hold text."""

    name: str
    attributes: Mapping[str, Any]
    status: Status
    events: tuple[Titled, ...] = ()
    links: tuple[Titled, ...] = ()


def redacted(parts: Parts, memory: Memory) -> Parts:
    """A span without its secrets."""
    scan = Scan(memory)
    name, attributes, status, events, links = parts
    # What is short comes first, so that a long prompt does not use up what may be examined.
    name = scan.name(name, attributes.get(semconv.REQUEST_MODEL))
    if status.description:
        status = Status(status.status_code, scan.text(status.description))
    attributes = scan.attributes(attributes)
    if events:
        events = tuple([Titled(scan.text(title), scan.attributes(more)) for title, more in events])
    if links:
        links = tuple([Titled(title, scan.attributes(more)) for title, more in links])
    return Parts(name, attributes, status, events, links)


def stripped(parts: Parts) -> Parts:
    """A span without any text, for one that could not be redacted: ids, numbers and words of the conventions are left."""
    status = parts.status
    operation = parts.attributes.get(semconv.OPERATION_NAME)
    return Parts(
        name=operation
        if isinstance(operation, str) and harmless(semconv.OPERATION_NAME, operation)
        else ERROR,
        attributes=unspoken(parts.attributes),
        status=Status(status.status_code, ERROR) if status.description else status,
        links=tuple([Titled("", unspoken(more)) for _, more in parts.links]),
    )


def unspoken(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes with ``[REDACTED:error]`` for everything that may be text, their own names too."""
    return {
        key if well_known(key) else ERROR: value if type(value) in NUMBERS or harmless(key, value) else ERROR
        for key, value in attributes.items()
    }
