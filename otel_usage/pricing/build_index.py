"""Writes ``index.json`` from the installed genai-prices: ``python -m otel_usage.pricing.build_index``."""

from __future__ import annotations

import sys

from msgspec.json import encode

from otel_usage.pricing.index import INDEX_PATH, SOURCE
from otel_usage.pricing.lookup import installed

__all__ = ["main", "rendered"]


def rendered() -> bytes:
    """The file's content: one provider a line, so that a change of prices is a readable difference."""
    index = installed()
    sections = b",\n".join(
        encode(provider) + b":" + encode(index.section(provider), order="deterministic")
        for provider in sorted(index.providers)
    )
    head = b'{"source":%b,"version":%b,"providers":{\n' % (encode(SOURCE), encode(index.version))
    return head + sections + b"\n}}\n"


def main() -> None:
    """Write the file and say how large it is."""
    content = rendered()
    INDEX_PATH.write_bytes(content)
    sys.stdout.write(f"{INDEX_PATH}: {len(content)} bytes\n")


if __name__ == "__main__":
    main()
