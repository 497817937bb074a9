"""Ids of lines that have none of their own: the same line of the same input gets the same id each time."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

from otel_usage.digest import blake2b

__all__ = ["PREFIX", "Identities"]

PREFIX: Final = "line:"
"""How such an id begins."""

_WIDTH: Final = 8


class Identities:
    """Ids from what lines say: of equal lines each is a call, told apart by how many came before it.

    Of a line eight bytes are kept, so that a file of many millions can be read. (Two lines that share them are not told
    apart from equal ones, which gives one of them another number and harms nothing.)
    """

    def __init__(self) -> None:
        """Nothing was seen."""
        self._seen: dict[int, bytearray] = {}
        self._repeated: dict[bytes, int] = {}

    def of(self, line: dict[str, Any]) -> str:
        """The id of a line; the order of its keys, and how they are written, do not matter."""
        digest = blake2b(_canonical(line), digest_size=16).digest()
        before = self._before(digest)
        return f"{PREFIX}{digest.hex()}:{before + 1}" if before else f"{PREFIX}{digest.hex()}"

    def _before(self, digest: bytes) -> int:
        """How many equal lines came before."""
        bucket = self._seen.setdefault(int.from_bytes(digest[:2]), bytearray())
        mark = digest[-_WIDTH:]
        place = bucket.find(mark)
        while place % _WIDTH and place > 0:
            place = bucket.find(mark, place + 1)
        if place < 0:
            bucket += mark
            return 0
        count = self._repeated[mark] = self._repeated.get(mark, 0) + 1
        return count


def _canonical(line: dict[str, Any]) -> bytes:
    """The one way to write what a line says."""
    try:
        return msgspec.json.encode(line, order="sorted")
    except (ValueError, OverflowError, RecursionError):
        # Half of a surrogate pair, or a number beyond 64 bits: always the same lines, so that each keeps its id.
        return json.dumps(line, sort_keys=True).encode()
