"""What a reader notes in the ledger for the next one: a derived file is made anew only where the journal has grown."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from otel_usage.digest import blake2b
from otel_usage.errors import LedgerError

if TYPE_CHECKING:
    from otel_usage.ledger.store import Ledger

__all__ = ["note", "noted", "revision"]


def revision(ledger: Ledger) -> str:
    """Which state of the ledger this is: how far each file of the journal was read, and the zone make every answer."""
    read = ledger.ask("SELECT name, inode, position FROM journal_file ORDER BY name")
    return blake2b(repr((read, ledger.days.zone)).encode(), digest_size=16).hexdigest()


def noted(ledger: Ledger, name: str) -> str | None:
    """What was noted under a name; a rebuild forgets it."""
    found = ledger.ask("SELECT value FROM state WHERE name = ?", (name,))
    return str(found[0][0]) if found else None


def note(ledger: Ledger, name: str, value: str) -> None:
    """Note something; where the ledger cannot be written just now it stays unnoted, which costs time only."""
    with suppress(LedgerError):
        ledger.ask("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))
