"""Which lines were recorded before: sent again, at other prices or with other options, they must change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from otel_usage.cli.output import warn
from otel_usage.cli.record.stdin.identity import PREFIX
from otel_usage.errors import LedgerError, OtelUsageError
from otel_usage.ledger.links import record_key
from otel_usage.ledger.store import Ledger

if TYPE_CHECKING:
    from otel_usage.home import Home

__all__ = ["RecordedBefore"]

_WAIT = 10.0


class RecordedBefore:
    """Knows the ids of lines that are in the ledger. Where that cannot be read, lines are written again, and count once."""

    def __init__(self, home: Home, *, zone: str | None) -> None:
        """Bring the ledger up to date.

        Args:
            home: The data directory.
            zone: That of the configuration.
        """
        self._ledger: Ledger | None = None
        try:
            self._ledger = Ledger(home, zone=zone)
            self._ledger.ingest(wait=_WAIT)
        except (OtelUsageError, OSError) as error:
            # A zone that does not exist must not keep a call from being recorded either.
            self._give_up(error)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the ledger."""
        self._close()

    def __contains__(self, record_id: str) -> bool:
        """Whether it is the id of a line that was recorded; what is sent with an id of its own may say more than before."""
        if self._ledger is None or not record_id.startswith(PREFIX):
            return False
        try:
            return bool(self._ledger.ask("SELECT 1 FROM link WHERE key = ?", (record_key(record_id),)))
        except LedgerError as error:
            self._give_up(error)
            return False

    def _give_up(self, error: Exception) -> None:
        warn(f"{error}; lines that were recorded before are written again, and count once")
        self._close()

    def _close(self) -> None:
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None
