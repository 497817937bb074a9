"""``summary.json`` in the home: the unfiltered ``query --format json``, for whoever reads a file and runs no command."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from otel_usage import __version__
from otel_usage.cli.answers import ALWAYS, fields, period_answer, sums_by
from otel_usage.cli.output import indented, warn
from otel_usage.cli.shapes.usage import QueryAnswer
from otel_usage.home import Home
from otel_usage.ledger.notes import note, noted, revision
from otel_usage.ledger.selection import Selection

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.ledger.store import Ledger
    from otel_usage.settings import Settings

__all__ = ["refresh_summary"]


def refresh_summary(ledger: Ledger, settings: Settings) -> None:
    """Write the file anew where the ledger has changed since; readers see the old one or the new one, whole.

    A file that cannot be written keeps nobody from an answer.
    """
    path = Home(settings.home).summary
    with ledger.snapshot():
        state = revision(ledger)
        if path.exists() and noted(ledger, "summary") == _note(state, path):
            return
        everything = Selection()
        divided = sums_by(ledger, ALWAYS, everything)
        answer = QueryAnswer(**fields(ledger, everything, period_answer(ledger, everything), divided))
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        partial.write_text(f"{indented(answer)}\n", encoding="utf-8")
        partial.chmod(0o600)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        warn(f"{path.name} could not be written ({error.strerror})")
        return
    if (done := _note(state, path)) is not None:
        note(ledger, "summary", done)


def _note(state: str, path: Path) -> str | None:
    """What the file was made of, and how to see that nobody has touched it since."""
    try:
        found = path.stat()
    except OSError:
        return None
    return f"{__version__} {state} {found.st_size} {found.st_mtime_ns}"
