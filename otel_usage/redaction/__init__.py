"""Redaction: text to text and values to values; the rules are data, nothing is read, written or logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from otel_usage.redaction.redactor import MAX_TEXT, Redactor

__all__ = ["MAX_TEXT", "Redactor", "redact_text"]


def redact_text(text: str, classes: str | Collection[str] = "default") -> str:
    """Take out of a text what must not leave.

    Args:
        text: Free text: a prompt, code, a log line, JSON whole or cut off.
        classes: Names of classes; ``default`` and ``all`` stand for many.

    Returns:
        The text with ``[REDACTED:class]`` in the places of what was found, or ``[REDACTED:error]`` when it could not be
        examined; the same object when nothing was found.

    Raises:
        InvalidValueError: A class does not exist.
    """
    from otel_usage.redaction.findings import Tally  # noqa: PLC0415  # the rules load when they are first used
    from otel_usage.redaction.plan import plan_for  # noqa: PLC0415
    from otel_usage.redaction.stand_ins import ERROR  # noqa: PLC0415
    from otel_usage.redaction.structure import redact_structured  # noqa: PLC0415

    plan = plan_for(classes)
    try:
        return redact_structured(text, plan, Tally())
    except Exception:  # noqa: BLE001  # whatever went wrong, the text must not leave as it is
        return ERROR


def __getattr__(name: str) -> object:
    """Load the public names of a part when they are first asked for (PEP 562)."""
    if name not in {"MAX_TEXT", "Redactor"}:
        raise AttributeError(f"module 'otel_usage.redaction' has no attribute {name!r}")
    from otel_usage.redaction import redactor  # noqa: PLC0415  # the import is what is deferred

    return getattr(redactor, name)
