"""The raw responses of OpenAI's and Anthropic's clients: a body of JSON, and headers."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Raw, Struct

from otel_usage.usages.fields import Fields, field, fields, first, text

__all__ = ["body_of", "decoded", "request_id"]

_REQUEST_ID_HEADERS: Final = ("x-request-id", "request-id")


class _Body(Struct):
    """What is read of a raw response's JSON; the rest, which may be long, is skipped unread."""

    id: object = None
    model: object = None
    usage: object = None
    service_tier: object = None
    error: object = None
    output: Raw = Raw()


class _Action(Struct):
    type: object = None


class _Item(Struct):
    """What is read of an item of the output."""

    type: object = None
    action: _Action | None = None


def decoded(body: bytes) -> Fields:
    """What is read of a raw response's JSON.

    Raises:
        msgspec.DecodeError: It is no JSON object.
    """
    answer = msgspec.json.decode(body, type=_Body)
    try:
        output = msgspec.json.decode(answer.output, type=list[_Item])
    except msgspec.DecodeError:  # there is none, or another API's
        output = None
    return {**msgspec.structs.asdict(answer), "output": output}


def body_of(response: object) -> object:
    """The whole body of a raw response, None where it was not read; of another response, itself.

    Raises:
        msgspec.DecodeError: It is no JSON.
    """
    http_response = field(response, "http_response")
    if http_response is None:
        return response
    if field(http_response, "is_closed") is not True:
        return None
    body = field(http_response, "content")
    return msgspec.json.decode(body) if isinstance(body, bytes) else None


def request_id(http_response: object) -> str | None:
    """The id that a provider gave the request, from the headers of its answer."""
    return text(first(fields(field(http_response, "headers")), _REQUEST_ID_HEADERS))
