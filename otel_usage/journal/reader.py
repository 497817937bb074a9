"""Reading the journal: whole lines only, from where one stopped.

A file that is being written has an unfinished end; it is read up to its last newline. Sealed files are
compressed; positions in them are positions in what they hold.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["SEALED", "Chunk", "DamagedFileError", "blocks", "day_of", "journal_files", "read_chunks"]

CHUNK = 4 * 1024 * 1024
"""Bytes read at once, some 5,000 calls: one transaction of the ledger where there is a backlog. No line is nearly as
long, so a chunk without a newline is not a line."""
SEALED = ".zst"
"""What the name of a sealed file ends with."""


class DamagedFileError(OSError):
    """A sealed file does not decompress to its end."""


class Chunk(Struct, frozen=True):
    """Some whole lines of a file.

    Attributes:
        lines: The lines with the position behind each, blanks left out.
        end: The position behind the chunk.
    """

    lines: list[tuple[int, bytes]]
    end: int


def journal_files(directory: Path) -> list[Path]:
    """The journal's files by date; a date's sealed file comes before one that was written later."""
    names = (".jsonl", ".jsonl" + SEALED)
    found = [path for path in directory.iterdir() if path.name.endswith(names) and path.is_file()]
    return sorted(found, key=lambda path: (path.name[:10], not path.name.endswith(SEALED)))


def day_of(name: str) -> datetime | None:
    """When the UTC date in a plain file's name begins; None for another name."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d\.jsonl", name, re.ASCII) is None:
        return None
    try:
        return datetime.fromisoformat(name[:10]).replace(tzinfo=UTC)
    except ValueError:
        return None


def read_chunks(path: Path, start: int) -> Iterator[Chunk]:
    """Whole lines of a file from a position on, a chunk at a time.

    Args:
        path: A journal file, sealed or not.
        start: A position between two lines.

    Raises:
        DamagedFileError: A sealed file is damaged here.
        FileNotFoundError: The file is gone.
    """
    position, rest = start, b""
    for block in blocks(path, start):
        held = rest + block
        cut = held.rfind(b"\n") + 1
        if not cut and len(held) >= CHUNK:
            cut = len(held)
        whole, rest = held[:cut], held[cut:]
        if whole:
            yield Chunk(_lines(whole, position), position + cut)
            position += cut


def blocks(path: Path, start: int = 0) -> Iterator[bytes]:
    """The content of a file from a position on, sealed or not.

    Raises:
        DamagedFileError: A sealed file is damaged here.
        FileNotFoundError: The file is gone.
    """
    if path.name.endswith(SEALED):
        for block in _decompressed(path):
            if start < len(block):
                yield block[start:]
            start = max(start - len(block), 0)
    else:
        with path.open("rb") as file:
            file.seek(start)
            while block := file.read(CHUNK):
                yield block


def _decompressed(path: Path) -> Iterator[bytes]:
    """The content of a sealed file: one frame behind the other, each whole."""
    import zstandard  # noqa: PLC0415  # only sealed files need it

    context = zstandard.ZstdDecompressor()
    frame = None
    with path.open("rb") as file:
        while data := file.read(CHUNK // 8):
            while data:
                frame = frame or context.decompressobj()
                try:
                    yield frame.decompress(data)
                except zstandard.ZstdError as error:
                    raise DamagedFileError(f"{path.name}: {error}") from error
                data = frame.unused_data
                if frame.eof:
                    frame = None
    if frame is not None:
        raise DamagedFileError(f"{path.name}: ends in the middle")


def _lines(data: bytes, position: int) -> list[tuple[int, bytes]]:
    lines = []
    end = position + len(data)
    for line in data.split(b"\n"):
        position += len(line) + 1
        if line:
            # Rubbish that fills a chunk has no newline behind it.
            lines.append((min(position, end), line))
    return lines
