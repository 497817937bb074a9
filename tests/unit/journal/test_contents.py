"""Lines of content: framed like the journal's, read by the place where they lie."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from otel_usage.content import KEYS, MAX_BYTES, Content
from otel_usage.journal.contents import MAX_CONTENT_LINE, ContentPlace, encode_content, place, read_content
from otel_usage.journal.lines import Unusable
from otel_usage.journal.reader import CHUNK, read_chunks

if TYPE_CHECKING:
    from pathlib import Path

SAID = Content(output_messages=[{"role": "assistant", "parts": [{"type": "text", "content": "Grüße"}]}])


def test_a_line_says_whose_content_it_is_and_when_it_was_written() -> None:
    """A frame of the journal's form with the fields of the content; what is not known is left out."""
    frame = encode_content("call:1", 7, SAID)
    assert (frame[:1], frame[-1:], frame.count(b"\n")) == (b"\n", b"\n", 2)
    assert json.loads(frame) == {
        "type": "content",
        "v": 1,
        "id": "call:1",
        "at": 7,
        "output_messages": SAID.output_messages,
    }


def test_a_line_is_read_from_its_place(tmp_path: Path) -> None:
    """Between a torn line and another one, far longer than a line of the journal."""
    path = tmp_path / "2026-03-01.jsonl"
    long = Content(input_messages=[{"role": "user", "parts": [{"type": "text", "content": "x" * MAX_BYTES}]}])
    path.write_bytes(
        encode_content("torn", 1, SAID)[:-9] + encode_content("long", 2, long) + encode_content("b", 3, SAID)
    )
    (chunk,) = read_chunks(path, 0)
    found = {place(raw): read_content(path, end - 1 - len(raw), len(raw)) for end, raw in chunk.lines}
    assert found == {
        Unusable.TORN: None,
        ContentPlace(id="long", at=2, v=1): ("long", long),
        ContentPlace(id="b", at=3, v=1): ("b", SAID),
    }


def test_a_line_has_a_bound_that_readers_take() -> None:
    """A chunk of a file always holds a whole line."""
    assert MAX_CONTENT_LINE < CHUNK
    with pytest.raises(ValueError, match="bytes of content"):
        encode_content("a", 1, Content(input_messages=["x" * MAX_CONTENT_LINE]))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b'{"type":"content","v":1,"id":"a","at":5', Unusable.TORN),
        (b'{"type":"content","v":2,"id":"a","at":5,"body":"..."}', Unusable.NEWER),
        (b'{"type":"picture","v":1,"id":"a","at":5}', Unusable.NEWER),
        (b'{"type":"content","v":1,"id":"a","at":-5}', Unusable.UNSOUND),
        (b'{"type":"content","v":1,"at":5}', Unusable.UNSOUND),
        (b"\xff\xfe", Unusable.TORN),
        (b"[" * 100_000, Unusable.TORN),
    ],
)
def test_what_cannot_be_taken_has_a_reason(raw: bytes, why: Unusable) -> None:
    """The same ones as for lines of the journal."""
    assert place(raw) is why


def test_a_file_that_is_gone_or_another_holds_nothing(tmp_path: Path) -> None:
    """It was deleted, cut, or replaced since its lines were noted."""
    path = tmp_path / "2026-03-01.jsonl"
    frame = encode_content("a", 1, SAID)
    size = len(frame) - 2
    assert read_content(path, 1, size) is None
    path.write_bytes(frame)
    assert read_content(path, 1, size) == ("a", SAID)
    assert read_content(path, 2, size) is None
    assert read_content(path, 10_000, size) is None
    assert read_content(tmp_path, 1, size) is None


def test_each_field_has_its_attribute() -> None:
    """What is kept in files and what stands on spans have the same parts."""
    assert tuple(KEYS) == Content.__struct_fields__
