"""Everything that a report tells, asked of the ledger in one state of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from otel_usage.budgets.status import budget_status
from otel_usage.cli.answers import sums_by
from otel_usage.ledger.durations import durations
from otel_usage.ledger.queries import totals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from otel_usage.budgets.status import BudgetStatus
    from otel_usage.cli.answers import By
    from otel_usage.cli.report.periods import Asked
    from otel_usage.ledger.days import Days
    from otel_usage.ledger.dimensions import Dimension, Tag
    from otel_usage.ledger.durations import Durations
    from otel_usage.ledger.queries import Totals
    from otel_usage.ledger.selection import Selection
    from otel_usage.ledger.store import Ledger
    from otel_usage.settings import BudgetSettings

__all__ = ["Facts", "gather"]


class Facts(Struct, frozen=True, kw_only=True):
    """What a report tells.

    Attributes:
        asked: Its period.
        selection: Its calls.
        whole: Sums of them all.
        by: The same calls divided.
        durations: How long they took.
        earlier: Sums of the period before; None where there is none.
        budgets: Each budget as it stands now, whatever the period.
        days: The ledger's.
        now: When the ledger was read, in seconds since the epoch.
    """

    asked: Asked
    selection: Selection
    whole: Totals
    by: By
    durations: Durations
    earlier: Totals | None
    budgets: tuple[BudgetStatus, ...]
    days: Days
    now: float


def gather(
    ledger: Ledger,
    asked: Asked,
    selection: Selection,
    dimensions: Iterable[Dimension | Tag],
    budgets: Iterable[BudgetSettings],
    now: float,
) -> Facts:
    """Ask the ledger.

    Args:
        ledger: Brought up to date, in one snapshot.
        asked: The period.
        selection: Its calls, and what else they have in common.
        dimensions: What they are divided by.
        budgets: The limits.
        now: Seconds since the epoch.
    """
    before = asked.before
    return Facts(
        asked=asked,
        selection=selection,
        whole=totals(ledger, selection),
        by=sums_by(ledger, dimensions, selection),
        durations=durations(ledger, selection),
        earlier=None if before is None else totals(ledger, replace(selection, period=before)),
        budgets=budget_status(ledger, budgets, now),
        days=ledger.days,
        now=now,
    )
