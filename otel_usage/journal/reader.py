"""Reading the journal: whole lines only, from where one stopped.

A file that is being written has an unfinished end; it is read up to its last newline. Sealed files are
compressed; positions in them are positions in what they hold.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Chunk", "journal_files", "read_chunks"]

CHUNK = 4 * 1024 * 1024
"""Bytes read at once, some 5,000 calls: one transaction of the ledger where there is a backlog. No line is nearly as
long, so a chunk without a newline is not a line."""
_COMPRESSED = ".zst"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some whole lines of a file.

    Attributes:
        lines: The lines with the position behind each, blanks left out.
        end: The position behind the chunk.
    """

    lines: list[tuple[int, bytes]]
    end: int


def journal_files(directory: Path) -> list[Path]:
    """The journal's files by date; a date's sealed file comes before one that was written later."""
    found = [path for path in directory.iterdir() if path.name.endswith((".jsonl", ".jsonl" + _COMPRESSED))]
    return sorted(found, key=lambda path: (path.name[:10], not path.name.endswith(_COMPRESSED)))


def read_chunks(path: Path, start: int) -> Iterator[Chunk]:
    """Whole lines of a file from a position on, a chunk at a time.

    Args:
        path: A journal file, sealed or not.
        start: A position between two lines.
    """
    with _open(path, start) as file:
        position, rest = start, b""
        while data := file.read(CHUNK):
            held = rest + data
            cut = held.rfind(b"\n") + 1
            if not cut and len(held) >= CHUNK:
                cut = len(held)
            whole, rest = held[:cut], held[cut:]
            if whole:
                yield Chunk(_lines(whole, position), position + cut)
                position += cut


def _lines(data: bytes, position: int) -> list[tuple[int, bytes]]:
    lines = []
    for line in data.split(b"\n"):
        position += len(line) + 1
        if line:
            lines.append((position, line))
    return lines


def _open(path: Path, start: int) -> IO[bytes]:
    if not path.name.endswith(_COMPRESSED):
        file = path.open("rb")
        file.seek(start)
        return file
    import zstandard  # noqa: PLC0415  # only sealed files need it

    stream = zstandard.ZstdDecompressor().stream_reader(
        path.open("rb"), read_across_frames=True, closefd=True
    )
    reader = io.BufferedReader(stream, CHUNK)
    skipped = 0
    while skipped < start and (data := reader.read(min(CHUNK, start - skipped))):
        skipped += len(data)
    return reader
