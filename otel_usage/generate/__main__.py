"""Writes the generated files under the working directory: ``python -m otel_usage.generate``."""

from __future__ import annotations

from otel_usage.generate.files import generated_files, write_files


def main() -> None:
    """Write each file and say so."""
    write_files(generated_files())


if __name__ == "__main__":
    main()
