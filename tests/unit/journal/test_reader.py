from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from otel_usage.journal.lines import Call, Unusable, decode, encode_call
from otel_usage.journal.reader import CHUNK, journal_files, read_chunks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from otel_usage.records import UsageRecord

    Make = Callable[..., UsageRecord]

PIECES = st.lists(
    st.one_of(
        st.binary(max_size=12),
        st.sampled_from([b"\n", b"\n\n", b'\n{"a":1}\n', b'\n{"a":', b"\x00" * 8, b"\r\n"]),
    ),
    max_size=12,
)


def read(path: Path, start: int = 0) -> tuple[list[tuple[int, bytes]], int]:
    """Every line from a position on, and the position behind the last chunk."""
    found, end = [], start
    for chunk in read_chunks(path, start):
        found += chunk.lines
        end = chunk.end
    return found, end


def test_an_unfinished_end_is_left_for_later(tmp_path: Path) -> None:
    """Only whole lines are read, blanks are skipped, and positions are those behind the newline."""
    path = tmp_path / "2026-03-01.jsonl"
    path.write_bytes(b"\none\n\ntwo\n\nthr")
    assert read(path) == ([(5, b"one"), (10, b"two")], 11)
    with path.open("ab") as file:
        file.write(b"ee\n")
    assert read(path, 11) == ([(17, b"three")], 17)
    assert read(path, 17) == ([], 17)


@pytest.mark.parametrize("content", [b"", b"no newline", b"\n", b"\n\n\n"])
def test_a_file_without_a_line_has_none(tmp_path: Path, content: bytes) -> None:
    """An empty file, a fragment and blanks hold no line."""
    path = tmp_path / "2026-03-01.jsonl"
    path.write_bytes(content)
    assert read(path)[0] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(PIECES, st.data())
@example([b'\n{"a":1}\n', b'\n{"b"', b'\n{"c":1}\n'], None)
def test_any_growth_gives_the_same_lines(
    tmp_path: Path, pieces: list[bytes], data: st.DataObject | None
) -> None:
    """Read whenever one likes while a file grows: the lines and their positions are those of the whole file."""
    path = tmp_path / "2026-03-01.jsonl"
    content = b"".join(pieces)
    path.write_bytes(content)
    whole, end = read(path)
    cuts = list(range(1, len(content)))
    if data is not None:
        cuts = data.draw(st.lists(st.integers(0, len(content)), max_size=6).map(sorted))
    found, position = [], 0
    for cut in [*cuts, len(content)]:
        path.write_bytes(content[:cut])
        lines, position = read(path, position)
        found += lines
    assert (found, position) == (whole, end)
    assert b"".join(line for _, line in whole) == content[:end].replace(b"\n", b"")
    assert all(content[place - 1 : place] == b"\n" for place, _ in whole)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(PIECES, st.data())
def test_a_compressed_file_reads_as_the_plain_one(
    tmp_path: Path, pieces: list[bytes], data: st.DataObject
) -> None:
    """Positions in a sealed file are positions in what it holds, also where it is made of several frames."""
    plain, sealed = tmp_path / "2026-03-01.jsonl", tmp_path / "2026-03-01.jsonl.zst"
    plain.write_bytes(b"".join(pieces))
    sealed.write_bytes(b"".join(zstandard.ZstdCompressor().compress(piece) for piece in pieces))
    start = data.draw(st.sampled_from([0, *(place for place, _ in read(plain)[0])]))
    assert read(sealed, start) == read(plain, start)


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "compressed"])
def test_lines_across_chunks_are_whole(tmp_path: Path, record: Make, *, compressed: bool) -> None:
    """A line that lies across the border of two chunks is read once and whole."""
    frames = [encode_call(record(f"call:{number}", error_message="x" * 7_000)) for number in range(1_300)]
    path = tmp_path / ("2026-03-01.jsonl" + ".zst" * compressed)
    content = b"".join(frames)
    assert len(content) > 2 * CHUNK
    path.write_bytes(zstandard.ZstdCompressor().compress(content) if compressed else content)
    lines, end = read(path)
    assert [line for _, line in lines] == [frame[1:-1] for frame in frames]
    assert end == len(content)
    middle = lines[200][0]
    assert read(path, middle) == (lines[201:], end)


def test_rubbish_longer_than_a_chunk_does_not_stop_reading(tmp_path: Path, record: Make) -> None:
    """Megabytes without a newline are set aside in pieces, and the line behind them is read."""
    path = tmp_path / "2026-03-01.jsonl"
    rubbish = 2 * CHUNK + CHUNK // 2
    frame = encode_call(record("behind"))
    path.write_bytes(b"\x00" * rubbish + frame)
    lines, end = read(path)
    assert end == rubbish + len(frame)
    assert decode(lines[-1][1]) == Call(record("behind"))
    assert sum(len(line) for _, line in lines[:-1]) == rubbish
    places = [place for place, _ in lines]
    assert places == sorted(set(places))
    assert places[0] == CHUNK


def test_rubbish_that_grows_is_not_read_twice(tmp_path: Path, record: Make) -> None:
    """Reading goes on behind a chunk of rubbish, and never into the middle of a later line."""
    path = tmp_path / "2026-03-01.jsonl"
    path.write_bytes(b"\x00" * (CHUNK + 5))
    first, position = read(path)
    assert position == sum(len(line) for _, line in first) == CHUNK
    with path.open("ab") as file:
        file.write(encode_call(record("behind")))
    lines, _ = read(path, position)
    assert [decode(line) for _, line in lines] == [Unusable.TORN, Call(record("behind"))]


def test_reading_leaves_no_file_open(tmp_path: Path) -> None:
    """A reader that is dropped in the middle closes its file (an unclosed one is a warning, hence an error)."""
    plain, sealed = tmp_path / "2026-03-01.jsonl", tmp_path / "2026-03-02.jsonl.zst"
    plain.write_bytes(b"\nline\n")
    sealed.write_bytes(zstandard.ZstdCompressor().compress(b"\nline\n"))
    for path in (plain, sealed):
        assert next(read_chunks(path, 0)).lines == [(6, b"line")]
        read(path)
    gc.collect()


def test_files_are_read_by_date_and_others_left_alone(tmp_path: Path) -> None:
    """A date's sealed part comes before what was written later; unfinished compressions are no part of it."""
    names = [
        "2026-03-01.jsonl",
        "2026-03-01.jsonl.zst",
        "2026-02-28.jsonl.zst",
        "2026-03-02.jsonl",
        "2026-03-01.jsonl.zst.partial",
        "notes.txt",
    ]
    for name in names:
        (tmp_path / name).touch()
    assert [path.name for path in journal_files(tmp_path)] == [
        "2026-02-28.jsonl.zst",
        "2026-03-01.jsonl.zst",
        "2026-03-01.jsonl",
        "2026-03-02.jsonl",
    ]
