"""From the configuration to a recorder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from otel_usage import config
from otel_usage.errors import InvalidValueError, MissingExtraError, PriceDataError
from otel_usage.home import Home
from otel_usage.journal.writer import JournalWriter
from otel_usage.pricing.book import PriceBook
from otel_usage.recorder import Recorder
from otel_usage.redaction.classes import OPT_IN_CLASSES
from otel_usage.redaction.redactor import Redactor
from otel_usage.redaction_key import hash_key
from otel_usage.settings import ContentSettings, RedactionSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from otel_usage.recorder import Observer
    from otel_usage.settings import Settings

__all__ = ["open_anyway", "open_recorder"]


def open_recorder(
    settings: Settings,
    *,
    background: bool = True,
    priced: bool = True,
    observers: Iterable[Observer] = (),
) -> Recorder:
    """A recorder into a home.

    Args:
        settings: The configuration.
        background: Whether a thread helps when the disk is slow; without it ``close`` does what is left.
        priced: False leaves costs pending until ingest.
        observers: Are shown every record.

    Raises:
        OtelUsageError: An override, or what is to be redacted, cannot be used.
    """
    home = Home(settings.home)
    problems: list[str] = []
    key = None if settings.disabled else hash_key(settings, problems.append)
    recorder = Recorder(
        JournalWriter(home.logs, background=background),
        book=PriceBook(settings.pricing, index=home.prices) if priced else None,
        redactor=Redactor(settings.redaction, key=key, deferred=not background),
        models=Redactor(_for_models(settings.redaction), key=key, deferred=not background),
        observers=observers,
        content=settings.content,
        content_writer=JournalWriter(home.content, background=background),
    )
    for problem in problems:
        recorder.noticed("redaction_key", problem)
    return recorder


def _for_models(settings: RedactionSettings) -> RedactionSettings:
    """The classes for names of models: without those that must be asked for, which take a long name for a secret."""
    wanted = ("default" if name == "all" else name for name in settings.classes)
    return msgspec.structs.replace(
        settings,
        blind=False,
        classes=tuple(name for name in wanted if name not in OPT_IN_CLASSES),
        modes={name: mode for name, mode in settings.modes.items() if name not in OPT_IN_CLASSES},
    )


def open_anyway(
    home: Path | None = None, *, background: bool = True, told: Callable[[str], None]
) -> tuple[Settings, Recorder]:
    """A recorder for a call that must be recorded, whatever the configuration holds.

    Prices that cannot be used, or read, are not replaced by others: the call is priced at ingest, when they can be
    used again. Where nobody can tell what was to be redacted, every class of redaction is on, and no content is kept.

    Args:
        home: The data directory; None for the configured one.
        background: As for ``open_recorder``.
        told: Is told in a sentence what was left out.
    """
    usable = config.load_usable(home, told=told)
    settings, priced, known = usable.settings, usable.trusted, usable.trusted
    try:
        Redactor(settings.redaction, deferred=True)
    except (InvalidValueError, MissingExtraError) as error:
        blind = bool(settings.redaction.patterns)
        taken = "every text" if blind else "every class"
        told(f"{error}; {taken} is taken out, and no content is kept")
        redaction = RedactionSettings(classes=("all",), blind=blind)
        settings = msgspec.structs.replace(settings, redaction=redaction)
        known = False
    if not known:
        # A pattern of the user's own may be among what was asked for.
        settings = msgspec.structs.replace(settings, content=ContentSettings())
    try:
        return settings, open_recorder(settings, background=background, priced=priced)
    except PriceDataError as error:
        told(f"{error}; calls are recorded without prices and priced later")
        return settings, open_recorder(settings, background=background, priced=False)
