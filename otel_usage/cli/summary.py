"""``summary.json`` in the home: the unfiltered ``query --format json``, for whoever reads a file and runs no command."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from otel_usage import __version__
from otel_usage.cli.answers import ALWAYS, fields, period_answer, sums_by
from otel_usage.cli.output import indented, warn
from otel_usage.cli.shapes.usage import QueryAnswer
from otel_usage.cli.writing import replacing
from otel_usage.home import Home
from otel_usage.ledger.notes import note, noted, revision
from otel_usage.ledger.selection import Selection

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.ledger.store import Ledger
    from otel_usage.settings import Settings

__all__ = ["refresh_summary", "summary"]


def refresh_summary(ledger: Ledger, settings: Settings) -> None:
    """Write the file anew where the ledger has changed since; readers see the old one or the new one, whole.

    A file that cannot be written keeps nobody from an answer.
    """
    path = Home(settings.home).summary
    if not _is_current(ledger, path):
        _renew(ledger, path)


def summary(ledger: Ledger, settings: Settings) -> str:
    """The answer itself: what the file holds, where nothing has changed since it was written."""
    path = Home(settings.home).summary
    if _is_current(ledger, path):
        with suppress(OSError):
            return path.read_text(encoding="utf-8")
    return _renew(ledger, path)


def _is_current(ledger: Ledger, path: Path) -> bool:
    try:
        return noted(ledger, "summary") == _note(revision(ledger), path.stat())
    except FileNotFoundError:
        return False


def _renew(ledger: Ledger, path: Path) -> str:
    with ledger.snapshot():
        state = revision(ledger)
        everything = Selection()
        divided = sums_by(ledger, ALWAYS, everything)
        answer = QueryAnswer(**fields(ledger, everything, period_answer(ledger, everything), divided))
    text = f"{indented(answer)}\n"
    try:
        with replacing(path) as file:
            file.write(text.encode())
            file.flush()
            # Another reader may put its own, older one in the place before this one is noted.
            made = os.fstat(file.fileno())
        note(ledger, "summary", _note(state, made))
    except OSError as error:
        warn(f"{path.name} could not be written ({error.strerror})")
    return text


def _note(state: str, found: os.stat_result) -> str:
    """What the file was made of, and how to see that nobody has touched it since."""
    return f"{__version__} {state} {found.st_size} {found.st_mtime_ns}"
