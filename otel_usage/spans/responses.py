"""What a provider's response says of a call, from objects of the clients or from dicts, at once or in a stream.

Understood are the APIs of ``otel_usage.usages``, and the raw responses of OpenAI's and Anthropic's clients once their
body is there. Nothing here reads from a network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from otel_usage.spans.raw import decoded, request_id
from otel_usage.token_usage import NO_USAGE, TokenUsage
from otel_usage.usages.costs import own_cost
from otel_usage.usages.fields import Fields, field, fields, first, text
from otel_usage.usages.reading import tokens, usage_fields
from otel_usage.usages.searches import grounding, searches
from otel_usage.usages.tiers import served_tier

if TYPE_CHECKING:
    from otel_usage.records import Flag

__all__ = ["SILENT", "Reported", "StreamReader", "read_response"]

_USAGE: Final = ("usage", "usage_metadata", "usageMetadata", "stats", "meta")
_CHOICES: Final = "choices"
"""By this a chat completion of OpenAI's is known, whole or a chunk: most of what is read, and it has little else."""
_MODEL: Final = ("model", "model_version", "modelVersion", "model_instance_id")
_ID: Final = ("id", "response_id", "responseId")
_WRAPPERS: Final = ("message", "response", "chunk", "result")
"""Where an event has what it is about."""
_ENVELOPES: Final = ("data", "metadata", "response")
"""The same of events that do not say their type: Mistral's, Bedrock's, Cohere's of the first generation."""
_LAST: Final = frozenset(
    {
        "message_stop",
        "message-end",
        "response.completed",
        "response.done",
        "response.incomplete",
        "response.failed",
        "chat.end",
    }
)


class Reported(Struct, frozen=True, kw_only=True):
    """What a response says; None is not said.

    Attributes:
        usage: Tokens in canonical form.
        flags: What was unusual about them.
        model: The model that answered.
        response_id: The provider's id of the response.
        request_id: The provider's id of the request, from the answer's headers.
        service_tier: The tier that served it.
        cost: Nano-dollars that the provider says it cost.
        error: The provider's code of what went wrong, of an answer that is itself a failure.
    """

    usage: TokenUsage = NO_USAGE
    flags: tuple[Flag, ...] = ()
    model: str | None = None
    response_id: str | None = None
    request_id: str | None = None
    service_tier: str | None = None
    cost: int | None = None
    error: str | None = None


SILENT: Final = Reported()
"""Nothing was said."""


def read_response(response: object) -> Reported:
    """What a whole response says; of an unknown type, nothing."""
    reader = StreamReader()
    answer = fields(response)
    http_response = answer.get("http_response")
    if http_response is not None and field(http_response, "is_closed") is True:
        # A raw response; its body is here once it is closed, and asking for one that was not read raises.
        body = field(http_response, "content")
        answer = decoded(body) if isinstance(body, bytes) else fields(None)
        asked = request_id(http_response)
    else:
        asked = text(answer.get("_request_id"))
        if asked is None and (metadata := answer.get("ResponseMetadata")) is not None:
            asked = text(field(metadata, "RequestId"))
    reader.take(answer)
    reader.take_error(answer)
    return reader.reported if asked is None else msgspec.structs.replace(reader.reported, request_id=asked)


class StreamReader:
    """What the chunks of a stream say, taken together.

    OpenAI puts the usage of the whole call on one of the last chunks (only when asked to, ``include_usage``), or on
    the event that completes a response. Anthropic gives the input with the first event and a running total of the
    output with later ones, Google running totals of everything; a total replaces what was said before and is not
    added to it. Bedrock, Cohere and Ollama say everything at the end. The first event echoes the model and the tier
    that were asked for; those that served the call are on the last event that has them.

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
            about = first(event, _ENVELOPES) if event.get(_CHOICES) is None else None
            # What names its model is the answer itself, whatever else it has.
            self.take(event if about is None or event.get("model") is not None else fields(about))
            return
        if kind.endswith("delta") and kind != "message_delta":
            # A piece of the answer, as most events are.
            return
        about = event.get("delta") if kind == "message-end" else first(event, _WRAPPERS)
        answer = event if about is None else fields(about)
        self.take(answer)
        self.take_error(answer)
        if kind in _LAST:
            self.ended = True
        elif kind == "error":
            self._error = text(event.get("code")) or self._error or kind

    def take(self, answer: Fields) -> None:
        """Take in an answer, whole or as it stands."""
        if answer.get(_CHOICES) is None:
            usage = _usage(answer)
            self._usage.update(searches(answer.get("output")))
            if (candidates := answer.get("candidates")) is not None:
                self._usage.update(grounding(candidates, first(answer, _MODEL) or self._model))
            tier = _tier(answer)
        else:
            usage = answer.get("usage")
            if usage is None and (groq := answer.get("x_groq")) is not None:
                usage = field(groq, "usage")
            tier = text(answer.get("service_tier"))
        if usage is not None:
            said = usage_fields(usage)
            # A total never falls; some gateways end a stream with zeros for what they said at its begin.
            self._usage.update({n: value for n, value in said.items() if value != 0 or n not in self._usage})
        if self._id is None:
            self._id = text(first(answer, _ID))
        self._model = text(first(answer, _MODEL)) or self._model
        self._tier = tier or self._tier

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
            cost=own_cost(self._usage),
            error=self._error,
        )


def _usage(answer: Fields) -> object:
    """The usage of an answer; Ollama's is the answer itself."""
    usage = first(answer, _USAGE)
    return answer if usage is None and answer.get("done") is True else usage


def _tier(answer: Fields) -> str | None:
    """The tier that an answer names; Bedrock has it in an object."""
    tier = answer.get("service_tier")
    if tier is None and (named := answer.get("serviceTier")) is not None:
        tier = field(named, "type")
    return text(tier)
