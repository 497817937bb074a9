"""Writes an index as a file; ``python -m otel_usage.pricing.build_index`` writes ``index.json``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from msgspec.json import encode

from otel_usage.pricing.fetched import digest
from otel_usage.pricing.index import INDEX_PATH, SOURCE, Head
from otel_usage.pricing.lookup import installed

if TYPE_CHECKING:
    from datetime import datetime

    from otel_usage.pricing.index import PriceIndex

__all__ = ["main", "rendered"]


def rendered(index: PriceIndex, *, fetched: datetime | None = None) -> bytes:
    """The content of a file that holds an index: one provider a line, so that a change is a readable difference."""
    sections = {provider: index.section(provider) for provider in sorted(index.providers)}
    entries = [entry for section in sections.values() if section for entry in section.entries]
    lines = b",\n".join(
        encode(provider) + b":" + encode(section, order="deterministic")
        for provider, section in sections.items()
    )
    body = b"{\n" + lines + b"\n}]\n"
    head = Head(
        source=SOURCE,
        version=index.version,
        fetched=fetched,
        providers=len(sections),
        models=len(entries),
        newest=max((price.since for entry in entries for price in entry.prices if price.since), default=None),
        digest=digest(body),
    )
    return b"[" + encode(head) + b",\n" + body


def main() -> None:
    """Write the bundled file and say how large it is."""
    content = rendered(installed())
    INDEX_PATH.write_bytes(content)
    sys.stdout.write(f"{INDEX_PATH}: {len(content)} bytes\n")


if __name__ == "__main__":
    main()
