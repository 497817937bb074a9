"""A saved response of a provider's API, whole or as the events of a stream."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from otel_usage.cli.output import shown
from otel_usage.errors import InvalidValueError
from otel_usage.spans.responses import StreamReader, read_response
from otel_usage.token_usage import NO_USAGE

if TYPE_CHECKING:
    from otel_usage.spans.responses import Reported

__all__ = ["Saved", "saved_response"]

_OPTION: Final = "--response"
_MARK: Final = b"\xef\xbb\xbf"
_DATA: Final = b"data:"
_EVENTS: Final = (_DATA, b"event:", b"id:", b"retry:", b":")
"""How a stream of server-sent events begins."""
_DONE: Final = b"[DONE]"
_SPOKEN: Final = {
    "chat.completion": "openai",
    "chat.completion.chunk": "openai",
    "response": "openai",
    "message": "anthropic",
}
"""What stands under ``object`` or ``type`` → whose API that is."""
_OF_GOOGLE: Final = frozenset({"candidates", "usageMetadata", "modelVersion"})


class Saved(Struct, frozen=True):
    """What a saved response says.

    Attributes:
        reported: Usage, model, tier and cost.
        api: Whose API it is of, by its form; None where that does not tell.
    """

    reported: Reported
    api: str | None


def saved_response(file: str) -> Saved:
    """Read a response.

    Args:
        file: Its path, ``-`` for standard input.

    Raises:
        InvalidValueError: It is none, or says nothing of what the call used.
        OSError: The file cannot be read.
    """
    body = (sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()).removeprefix(_MARK).strip()
    chunks = [_object(_decoded(data)) for data in _events(body)] if body.startswith(_EVENTS) else None
    whole = _decoded(body) if chunks is None else None
    if isinstance(whole, list) and all(isinstance(part, dict) and _api(part) == "google" for part in whole):
        # Google's way to stream where nobody asks for events.
        chunks = whole
    if chunks is None:
        answer = _object(whole)
        reported, api = read_response(answer), _api(answer)
    else:
        reader = StreamReader()
        for chunk in chunks:
            reader.read(chunk)
        reported, api = reader.reported, next(filter(None, map(_api, chunks)), None)
    if reported.usage == NO_USAGE:
        if reported.error is not None:
            raise InvalidValueError(_OPTION, file, f"is an error of the provider ({shown(reported.error)})")
        raise InvalidValueError(
            _OPTION,
            file,
            "says nothing of tokens: give the whole response of OpenAI, Anthropic or Google as JSON, or the events of"
            ' its stream (those of OpenAI\'s chat have usage with stream_options={"include_usage": true})',
        )
    return Saved(reported, api)


def _events(body: bytes) -> list[bytes]:
    """The data of the events of a stream."""
    lines = (line.removeprefix(_DATA).strip() for line in body.splitlines() if line.startswith(_DATA))
    return [data for data in lines if data and data != _DONE]


def _decoded(data: bytes) -> Any:  # noqa: ANN401  # a value of JSON
    try:
        return msgspec.json.decode(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise InvalidValueError(_OPTION, data, "is not JSON") from error


def _object(found: object) -> dict[str, Any]:
    """A value that is an object."""
    if not isinstance(found, dict):
        kind = "a list of responses: give one of them" if isinstance(found, list) else "no response"
        raise InvalidValueError(_OPTION, found, f"is {kind}")
    return found


def _api(answer: dict[str, Any]) -> str | None:
    """Whose API an answer, or an event with one, is of."""
    for about in (answer, answer.get("message"), answer.get("response")):
        if isinstance(about, dict):
            for word in (about.get("object"), about.get("type")):
                if isinstance(word, str) and word in _SPOKEN:
                    return _SPOKEN[word]
            if not _OF_GOOGLE.isdisjoint(about):
                return "google"
    return None
