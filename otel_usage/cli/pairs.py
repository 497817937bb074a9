"""A name and a value as ``--tag`` gives them."""

from __future__ import annotations

from otel_usage.errors import InvalidValueError

__all__ = ["name_and_value"]


def name_and_value(text: str) -> tuple[str, str]:
    """What stands before the first equals sign, and what behind it.

    Raises:
        InvalidValueError: There is none, or no name before it.
    """
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise InvalidValueError("--tag", text, "must be of the form NAME=VALUE")
    return name, value
