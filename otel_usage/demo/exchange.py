"""The seam between the model server and the APIs that it speaks: a question in, an answer out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from otel_usage.demo.scenarios import Scenario

__all__ = ["Answer", "Api", "Json", "Question"]

Json: TypeAlias = "dict[str, object]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request that was understood.

    Attributes:
        body: The JSON object that was sent.
        model: The model asked for.
        scenario: What to answer.
        serial: Unique to this request on this machine; ids are made of it.
        created: When it arrived, in whole seconds since 1970.
    """

    body: Mapping[str, object]
    model: str
    scenario: Scenario
    serial: str
    created: int

    @property
    def streamed(self) -> bool:
        """Whether the answer is asked for as server-sent events."""
        return self.body.get("stream") is True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back: one JSON object, or the events of a stream.

    Attributes:
        body: The JSON object; not sent when there are events.
        events: The server-sent events, encoded, in order, as many of them as are sent.
        broken: The stream ends without its last events: the connection is closed in the middle.
        response_id: The id that the answer carries.
        usage: The usage that what is sent carries, in the API's own terms; None where it carries none.
        status: The HTTP status.
        headers: Headers beside those of every answer.
    """

    body: Json | None = None
    events: tuple[bytes, ...] = ()
    broken: bool = False
    response_id: str | None = None
    usage: Mapping[str, object] | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One endpoint.

    Attributes:
        name: What it is called in the record of what was served.
        request_id_header: The header that carries the request's id.
        answer: Answers a question.
        error: Makes an error of a status, a sentence and the request's id.
    """

    name: str
    request_id_header: str
    answer: Callable[[Question], Answer]
    error: Callable[[int, str, str], Answer]
