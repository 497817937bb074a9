"""Ingests a home's journal: once, or again and again until a file appears.

Args:
    1: The home.
    2: A file whose appearance ends the loop; empty to ingest once.

Waits for a line on standard input before it opens the ledger; prints ``begun`` then, and at the end the number of
lines that it read.
"""

from __future__ import annotations

import sys
from pathlib import Path

from otel_usage.home import Home
from otel_usage.ledger.store import Ledger


def main(home: str, end: str) -> None:
    """Open, ingest, close; again where asked."""
    print("ready", flush=True)  # noqa: T201  # the parent waits for it
    sys.stdin.readline()
    print("begun", flush=True)  # noqa: T201  # the parent waits for it
    lines = 0
    while True:
        with Ledger(Home(Path(home)), zone="Asia/Kathmandu") as ledger:
            for _ in range(10):
                lines += ledger.ingest(progress=lambda _: None).lines
                if not end:
                    break
        if not end or Path(end).exists():
            break
    print(lines, flush=True)  # noqa: T201  # the parent reads it


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
