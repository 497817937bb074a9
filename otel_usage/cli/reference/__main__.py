"""Writes the reference under the working directory: ``python -m otel_usage.cli.reference``."""

from __future__ import annotations

import sys
from pathlib import Path

from otel_usage.cli.reference.files import reference_files


def main() -> None:
    """Write each file and say so."""
    for name, text in reference_files(Path()).items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}: {len(text.encode())} bytes\n")


if __name__ == "__main__":
    main()
