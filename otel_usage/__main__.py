"""``python -m otel_usage`` is the command ``otel-usage``."""

from otel_usage.cli import main

main()
