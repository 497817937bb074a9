"""The lines of a stream and the objects in them, whatever the bytes are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import msgspec

from otel_usage.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MAX_LINE", "json_object", "numbered"]

MAX_LINE: Final = 32 * 1024 * 1024
"""Bytes of a line that is read; loggers of whole prompts write some megabytes."""
_AROUND: Final = b"\0\t\n\r "
"""What is no part of a line. A crash leaves NUL bytes where a line was to be."""
_MARK: Final = b"\xef\xbb\xbf"


def numbered(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Number and content of each line that is not blank; None for one of more than ``MAX_LINE`` bytes."""
    number = 0
    while line := stream.readline(MAX_LINE):
        number += 1
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                pass
            yield number, None
            continue
        content = line.strip(_AROUND).removeprefix(_MARK).strip(_AROUND)
        if content:
            yield number, content


def json_object(content: bytes) -> dict[str, Any]:
    """The object that a line is; bytes that are no UTF-8 are replaced in it.

    Raises:
        InvalidValueError: It is none.
    """
    text = content.decode("utf-8", "replace")
    try:
        found = _decoded(text)
    except (ValueError, RecursionError) as error:
        raise InvalidValueError("line", text, "is not JSON") from error
    if not isinstance(found, dict):
        kind = "a list" if isinstance(found, list) else "no object"
        raise InvalidValueError("line", text, f"is {kind}: give each call an object on a line of its own")
    return found


def _decoded(text: str) -> object:
    """A value of JSON; half of a surrogate pair, where a logger cut a prompt in an emoji, is JSON to the standard library."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return json.loads(text)
