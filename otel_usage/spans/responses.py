"""What a provider's response says of a call, from objects of the clients or from dicts, at once or in a stream.

Understood are OpenAI (chat completions, responses, embeddings, and the many servers that speak like it), Anthropic
(messages, on Bedrock and Vertex too) and Google (generate_content), and the clients' raw responses once their body
is there. Nothing here reads from a network.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from otel_usage.records import NO_USAGE, Flag, TokenUsage
from otel_usage.spans.fields import Fields, field, fields, first, text
from otel_usage.spans.usages import served_tier, tokens, usage_fields

__all__ = ["SILENT", "Reported", "StreamReader", "read_response", "request_id"]

_USAGE: Final = ("usage", "usage_metadata", "usageMetadata")
_MODEL: Final = ("model", "model_version", "modelVersion")
_ID: Final = ("id", "response_id", "responseId")
_WRAPPERS: Final = ("message", "response", "chunk")
"""Where an event has what it is about."""
_LAST: Final = frozenset({"message_stop", "response.completed", "response.incomplete", "response.failed"})
_REQUEST_ID_HEADERS: Final = ("x-request-id", "request-id")


class Reported(Struct, frozen=True, kw_only=True):
    """What a response says; None is not said.

    Attributes:
        usage: Tokens in canonical form.
        flags: What was unusual about them.
        model: The model that answered.
        response_id: The provider's id of the response.
        request_id: The provider's id of the request, from the answer's headers.
        service_tier: The tier that served it.
        error: The provider's code of what went wrong, of an answer that is itself a failure.
    """

    usage: TokenUsage = NO_USAGE
    flags: tuple[Flag, ...] = ()
    model: str | None = None
    response_id: str | None = None
    request_id: str | None = None
    service_tier: str | None = None
    error: str | None = None


SILENT: Final = Reported()
"""Nothing was said."""


class _Body(Struct):
    """What is read of a raw response's JSON; the rest, which may be long, is skipped unread."""

    id: object = None
    model: object = None
    usage: object = None
    service_tier: object = None
    error: object = None


def read_response(response: object) -> Reported:
    """What a whole response says; of an unknown type, nothing."""
    reader = StreamReader()
    answer = fields(response)
    http_response = answer.get("http_response")
    if http_response is not None and field(http_response, "is_closed") is True:
        # A raw response; its body is here once it is closed, and asking for one that was not read raises.
        body = field(http_response, "content")
        answer = fields(msgspec.json.decode(body, type=_Body) if isinstance(body, bytes) else None)
        asked = request_id(http_response)
    else:
        asked = text(answer.get("_request_id"))
    reader.take(answer)
    reader.take_error(answer)
    return reader.reported if asked is None else msgspec.structs.replace(reader.reported, request_id=asked)


def request_id(http_response: object) -> str | None:
    """The id that a provider gave the request, from the headers of its answer."""
    return text(first(fields(field(http_response, "headers")), _REQUEST_ID_HEADERS))


class StreamReader:
    """What the chunks of a stream say, taken together.

    OpenAI puts the usage of the whole call on one of the last chunks (only when asked to, ``include_usage``), or on
    the event that completes a response. Anthropic gives the input with the first event and a running total of the
    output with later ones, Google running totals of everything; a total replaces what was said before and is not
    added to it. The first event echoes the model and the tier that were asked for; those that served the call are on
    the last event that has them.

    Attributes:
        ended: The event that ends an answer was read.
    """

    __slots__ = ("_error", "_id", "_model", "_tier", "_usage", "ended")

    def __init__(self) -> None:
        """Nothing was said yet."""
        self.ended = False
        self._usage: dict[str, object] = {}
        self._model: str | None = None
        self._tier: str | None = None
        self._id: str | None = None
        self._error: str | None = None

    def read(self, chunk: object) -> None:
        """Take in one chunk or event."""
        event = fields(chunk)
        kind = event.get("type")
        if not isinstance(kind, str):
            self.take(event)
            return
        if kind.endswith("delta") and kind != "message_delta":
            # A piece of the answer, as most events are.
            return
        about = first(event, _WRAPPERS)
        answer = event if about is None else fields(about)
        self.take(answer)
        self.take_error(answer)
        if kind in _LAST:
            self.ended = True
        elif kind == "error":
            self._error = text(event.get("code")) or self._error or kind

    def take(self, answer: Fields) -> None:
        """Take in an answer, whole or as it stands."""
        usage = first(answer, _USAGE)
        if usage is not None:
            self._usage.update(usage_fields(usage))
        if self._id is None:
            self._id = text(first(answer, _ID))
        self._model = text(first(answer, _MODEL)) or self._model
        self._tier = text(answer.get("service_tier")) or self._tier

    def take_error(self, answer: Fields) -> None:
        """Take in the code of what went wrong, where an answer has one."""
        error = answer.get("error")
        if error is not None:
            self._error = text(first(fields(error), ("code", "type"))) or self._error

    @property
    def reported(self) -> Reported:
        """Everything that was said up to now."""
        usage, flags = tokens(self._usage)
        return Reported(
            usage=usage,
            flags=flags,
            model=self._model,
            response_id=self._id,
            service_tier=self._tier or served_tier(self._usage),
            error=self._error,
        )
