"""Lines of content: what was said in one call, in files of their own that have the journal's framing.

The text is nowhere else, so that deleting a file deletes what was said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta, Struct, structs

from otel_usage.content import MAX_BYTES, Content
from otel_usage.journal.lines import Unusable, unusable

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MAX_CONTENT_LINE", "ContentPlace", "encode_content", "place", "read_content"]

MAX_CONTENT_LINE = 3 * MAX_BYTES
"""Bytes of a line, its two newlines included; redaction may make a text longer."""
_TAG = "content"
_Moment = Annotated[int, Meta(ge=0, le=2**62)]


class _Line(Content, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag=_TAG):
    id: str
    at: _Moment
    v: Literal[1]


class ContentPlace(Struct, frozen=True, kw_only=True, tag_field="type", tag=_TAG):
    """Whose content a line holds.

    Attributes:
        id: Id of the call's record.
        at: When it was written, nanoseconds since the epoch; of two lines of one record the later one holds.
    """

    id: str
    at: _Moment
    v: Literal[1]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Line)
_place_decoder = msgspec.json.Decoder(ContentPlace)


def encode_content(record_id: str, at: int, content: Content) -> bytes:
    """Frame the content of a record.

    Raises:
        ValueError: The line would be longer than ``MAX_CONTENT_LINE``.
    """
    frame = b"\n" + _encoder.encode(_Line(id=record_id, at=at, v=1, **structs.asdict(content))) + b"\n"
    if len(frame) > MAX_CONTENT_LINE:
        raise ValueError(f"{len(frame)} bytes of content")
    return frame


def place(raw: bytes) -> ContentPlace | Unusable:
    """Whose content a line holds, or why it cannot be taken; the content itself is passed over."""
    try:
        return _place_decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return unusable(raw, {_TAG})


def read_content(path: Path, position: int, size: int) -> tuple[str, Content] | None:
    """A record's id and content from a place in a file; None where the file is gone, or holds something else by now.

    Args:
        path: A file of content.
        position: Where the line begins, behind the newline in front of it.
        size: Its bytes.
    """
    try:
        with path.open("rb") as file:
            file.seek(position)
            line = _decoder.decode(file.read(size))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return line.id, Content(**{name: getattr(line, name) for name in Content.__struct_fields__})
