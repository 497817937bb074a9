"""The ledger exporter: a collector that reads the ledger when Prometheus asks.

No sample rather than a wrong one: what cannot be read is left out, never 0. The budget gauges alone outlast a
failure for two minutes, so that a short lock does not resolve an alert.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from prometheus_client.registry import Collector

from otel_usage import __version__, semconv
from otel_usage.budgets.status import budget_status
from otel_usage.errors import OtelUsageError
from otel_usage.metrics.families import budget_gauges, counter, counters, gauge, stats, unpriced
from otel_usage.own_log import warn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from prometheus_client.metrics_core import Metric

    from otel_usage.ledger.store import Ledger
    from otel_usage.settings import BudgetSettings

__all__ = ["LedgerCollector"]

_FRESH = 1.0
"""Seconds for which one reading answers every scrape."""
_OUTLAST = 120.0
"""Seconds for which the last budget gauges stand in for a ledger that cannot be read."""
_WAIT = 0.5
"""Seconds to wait for another process that is ingesting."""


class LedgerCollector(Collector):
    """What one ledger knows, as families of samples. May be asked by several threads at once."""

    def __init__(
        self,
        open_ledger: Callable[[], Ledger],
        budgets: Sequence[BudgetSettings],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the parts; nothing is read yet.

        Args:
            open_ledger: Opens the ledger, anew for each reading: it may be rebuilt or replaced in between.
            budgets: The limits, each more than 0.
            clock: Seconds since the epoch.
        """
        self._open = open_ledger
        self._budgets = tuple(budgets)
        self._clock = clock
        self._lock = threading.Lock()
        self._ledger_id = ""
        self._families: list[Metric] = []
        self._gauges: list[Metric] = []
        self._tried_at = self._read_at = self._complete_at = float("-inf")
        self._errors = 0
        self._logged: set[str] = set()

    def collect(self) -> Iterable[Metric]:
        """Every family that has a sample; nothing is raised, whatever the ledger holds."""
        with self._lock:
            if not 0 <= self._clock() - self._tried_at < _FRESH:
                self._try()
            own = [
                counter(
                    semconv.LEDGER_COLLECT_ERRORS,
                    "Readings of the ledger that failed.",
                    self._ledger_id,
                    self._errors,
                ),
                gauge(
                    semconv.BUILD_INFO,
                    "Always 1; the version of otel-usage is a label.",
                    [semconv.LABEL_LEDGER, "version"],
                    [((self._ledger_id, __version__), 1)],
                ),
            ]
            return [family for family in (*self._families, *self._gauges, *own) if family.samples]

    def read(self) -> None:
        """Read the ledger now, for whoever must know that it can be read.

        Raises:
            OtelUsageError: It cannot be read; the sentence says why.
        """
        with self._lock:
            self._read()
            self._tried_at = self._clock()

    def _try(self) -> None:
        try:
            self._read()
        except Exception as error:  # noqa: BLE001  # a scrape is answered whatever happens to the ledger
            self._errors += 1
            self._families = []
            if not 0 <= self._clock() - self._read_at < _OUTLAST:
                self._gauges = []
            self._log(error)
        # After the reading: scrapes that waited for a slow one must not each repeat it.
        self._tried_at = self._clock()

    def _read(self) -> None:
        with self._open() as ledger:
            complete = ledger.ingest(wait=_WAIT).complete
            with ledger.snapshot():
                ledger_id = ledger.setting("ledger_id")
                caught_up = ledger.ask("SELECT 1 FROM state WHERE name = 'caught_up'")
                if ledger_id is None or not caught_up:
                    raise OtelUsageError("the ledger is being made by another process; try again in a moment")
                now = self._clock()
                if complete:
                    self._complete_at = now
                families = [
                    *counters(ledger, ledger_id),
                    *stats(ledger, ledger_id),
                    unpriced(ledger, ledger_id, now),
                    gauge(
                        semconv.LEDGER_HEARTBEAT,
                        "When the ledger last held everything that was recorded.",
                        [semconv.LABEL_LEDGER],
                        [((ledger_id,), self._complete_at)] if self._complete_at > 0 else [],
                    ),
                ]
                gauges = budget_gauges(budget_status(ledger, self._budgets, now), ledger_id)
        self._ledger_id, self._families, self._gauges, self._read_at = ledger_id, families, gauges, now

    def _log(self, error: Exception) -> None:
        """Log a failure, the first of its kind; only this package's own sentences are known to hold no secret."""
        kind = type(error).__name__
        if kind not in self._logged:
            self._logged.add(kind)
            sentence = str(error) if isinstance(error, OtelUsageError) else kind
            warn(f"otel-usage: the ledger could not be read for metrics ({sentence})")
