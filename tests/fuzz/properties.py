"""What holds for each text, whatever it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from otel_usage.redaction import Redactor, redact_text
from otel_usage.redaction.stand_ins import ERROR
from otel_usage.settings import RedactionSettings

if TYPE_CHECKING:
    from tests.fuzz.cases import Case

__all__ = ["CLASSES", "broken"]

CLASSES = ("default", "all")
_REDACTORS = {classes: Redactor(RedactionSettings(classes=(classes,))) for classes in CLASSES}


def broken(case: Case, classes: str) -> str | None:
    """Name the first property that does not hold for a case; None when all hold."""
    text = case.text
    try:
        once = redact_text(text, classes)
        why = _broken_text(text, once, case, classes)
        value = _parsed(text)
        if why or value is None:
            return why
        return _broken_value(value, case, classes) if _parsed(once) is not None else "JSON is no longer JSON"
    except Exception as error:  # noqa: BLE001  # that nothing is raised is one of the properties
        return f"{type(error).__name__} is raised"


def _broken_text(text: str, once: object, case: Case, classes: str) -> str | None:
    """What holds for any text, of an answer that should be one."""
    if not isinstance(once, str):
        return "the answer is no text"
    if once.count(ERROR) > text.count(ERROR):
        return "a text could not be examined"
    if redact_text(once, classes) != once:
        return "the answer is no fixed point"
    return "a planted secret survives" if case.planted and case.planted in once else None


def _broken_value(value: object, case: Case, classes: str) -> str | None:
    """The same for what JSON stands for, as values of an attribute are."""
    redactor = _REDACTORS[classes]
    once = redactor.value(value)
    if redactor.value(once) != once:
        return "the answer for a value is no fixed point"
    if case.planted and case.planted in repr(once):
        return "a planted secret survives in a value"
    return None


def _parsed(text: str) -> object:
    """Read JSON that is an object, an array or a string; None for any other text."""
    if text[:1] not in {"{", "[", '"'}:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
