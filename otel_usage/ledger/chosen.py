"""What a ledger was given once and keeps: its id and its zone, as lines of the journal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from otel_usage.journal.lines import Setting, encode
from otel_usage.journal.writer import Appended, JournalWriter

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

__all__ = ["complete", "machine_zone", "setting"]


def setting(connection: sqlite3.Connection, name: str) -> str | None:
    """A setting of the ledger as the journal has it."""
    found = connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return str(found[0]) if found else None


def complete(
    connection: sqlite3.Connection, directory: Path, *, zone: str | None, machine: str, now: int
) -> bool:
    """Append the settings that the journal lacks; True when lines were written.

    Args:
        connection: The ledger, whose journal is read to its end.
        directory: The journal's folder.
        zone: The zone that is wanted from now on; None keeps the ledger's own.
        machine: The zone of a ledger that has none and was told none.
        now: The present in nanoseconds.
    """
    wanted = {}
    if setting(connection, "ledger_id") is None:
        wanted["ledger_id"] = os.urandom(8).hex()
    kept = setting(connection, "zone")
    if kept is None or zone not in {None, kept}:
        wanted["zone"] = zone or machine
    if not wanted:
        return False
    writer = JournalWriter(directory, background=False)
    # Later than any that is there, also one that a wrong clock dated into the future: the latest holds.
    (latest,) = connection.execute("SELECT coalesce(max(at), 0) FROM setting").fetchone()
    at = max(now, latest + 1)
    lines = [Setting(id=os.urandom(8).hex(), at=at, name=name, value=value) for name, value in wanted.items()]
    written = [writer.append(encode(line)) is Appended.WRITTEN for line in lines]
    writer.close(timeout=0.0)
    return all(written)


def machine_zone() -> str:
    """IANA name of the machine's zone, UTC where it has none."""
    import tzlocal  # noqa: PLC0415  # only a new ledger asks

    try:
        return tzlocal.get_localzone_name() or "UTC"
    except (LookupError, OSError, ValueError):
        return "UTC"
