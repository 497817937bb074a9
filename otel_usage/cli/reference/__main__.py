"""Writes the reference under the working directory: ``python -m otel_usage.cli.reference``."""

from __future__ import annotations

from pathlib import Path

from otel_usage.cli.reference.files import reference_files
from otel_usage.generate.files import write_files


def main() -> None:
    """Write each file and say so."""
    write_files(reference_files(Path()))


if __name__ == "__main__":
    main()
