"""What this package logs of itself: sentences without secrets, as they may name a file of a user, or a value of theirs."""

from __future__ import annotations

from contextlib import suppress

__all__ = ["warn"]


def warn(sentence: str) -> bool:
    """Log a warning, redacted with the default classes; nothing is raised.

    Args:
        sentence: What to say.

    Returns:
        Whether it was handed to the handlers. Without a free file descriptor even an import fails.
    """
    with suppress(Exception):
        import logging  # noqa: PLC0415  # a short command that has nothing to say need not load it

        from otel_usage.redaction import redact_text  # noqa: PLC0415  # see above

        logging.getLogger("otel_usage").warning("%s", redact_text(sentence))
        return True
    return False
