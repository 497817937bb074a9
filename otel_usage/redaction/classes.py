"""The classes of what is taken out, and what is done with the values of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.errors import InvalidValueError
from otel_usage.redaction.patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Collection

    from otel_usage.settings import RedactionSettings

__all__ = ["CLASSES", "DEFAULT_CLASSES", "MODES", "OPT_IN_CLASSES", "modes_of"]

DEFAULT_CLASSES: Final = (
    "private_key",
    "jwt",
    "cloud_key",
    "api_key",
    "auth_header",
    "url_credentials",
    "keyword_secret",
    "email",
    "path_user",
    "private_ip",
    "money",
)
"""The classes that are on when nothing is said, first the one whose name a merged span takes."""

OPT_IN_CLASSES: Final = ("credit_card", "iban", "ssn", "phone", "money_other", "high_entropy")
"""The classes that must be asked for by name, or with ``all``."""

CLASSES: Final = (*DEFAULT_CLASSES, *OPT_IN_CLASSES)
MODES: Final = ("mask", "hash", "drop", "off")
"""What is done with a value: a mark in its place, a mark with a keyed hash, its whole text gone, nothing."""
_NAME: Final = lazy(r"[a-z_]{1,24}")


def modes_of(settings: RedactionSettings, own: Collection[str] = ()) -> dict[str, str]:
    """What is done with each class that is asked for.

    Args:
        settings: What is asked for.
        own: Classes of the user's own patterns.

    Raises:
        InvalidValueError: A name is no class, or a mode is none.
    """
    modes = dict.fromkeys(own, settings.mode)
    for name in settings.classes:
        if name not in {"default", "all", *CLASSES, *own}:
            known = ", ".join(("default", "all", *CLASSES))
            raise InvalidValueError("redaction.classes", name, f"{_no_such(name)}; the classes are {known}")
        many = {"default": DEFAULT_CLASSES, "all": CLASSES}.get(name, (name,))
        modes.update(dict.fromkeys(many, settings.mode))
    for name in settings.modes:
        if name not in {*CLASSES, *own}:
            known = ", ".join(CLASSES)
            raise InvalidValueError("redaction.mode", name, f"{_no_such(name)}; the classes are {known}")
    # A class that is given a mode is meant to be on.
    modes.update(settings.modes)
    for mode in (settings.mode, *modes.values()):
        if mode not in MODES:
            raise InvalidValueError("redaction.mode", mode, f"no such mode; the modes are {', '.join(MODES)}")
    return modes


def _no_such(name: str) -> str:
    """Say that a name is no class; one that may be anything else is not echoed."""
    return f"no such class of redaction{f' as {name}' if _NAME().fullmatch(name) else ''}"
