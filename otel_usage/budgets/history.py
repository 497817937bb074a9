"""What the calls that a budget counts cost, day by day: its period, and what a forecast is made from."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from otel_usage.ledger.dimensions import Dimension, Tag
from otel_usage.ledger.queries import Totals, breakdown, extent
from otel_usage.ledger.selection import Period, Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from otel_usage.budgets.periods import BudgetPeriod
    from otel_usage.ledger.store import Ledger
    from otel_usage.settings import BudgetSettings

__all__ = ["WINDOW", "History", "histories"]

WINDOW: Final = 28
"""Days before today that a forecast is made from: four of each day of the week."""
_DIMENSIONS: Final = {
    "agent": (Dimension.AGENT,),
    "team": (Dimension.TEAM,),
    "project": (Dimension.PROJECT,),
    "provider": (Dimension.PROVIDER, Dimension.SERVICE),
    "model": (Dimension.MODEL, Dimension.ENDPOINT),
    "task_type": (Dimension.TASK_TYPE,),
}
_DAY: Final = timedelta(days=1)
_TAG: Final = "tag:"


class History(Struct, frozen=True, kw_only=True):
    """What the calls of one subject cost.

    Attributes:
        subject: Who or what it is; empty for everybody.
        days: Local day → its sums, for the days of the period and of the window before today that have calls.
        first: The first local day that has calls; where that lies before all of those days, the day before them. None
            where there are no calls.
    """

    subject: str
    days: Mapping[date, Totals]
    first: date | None

    def sums(self, first: date, last: date) -> Totals:
        """Calls, unpriced and priced ones, and nano-dollars of some days in a row."""
        return _added(sums for day, sums in self.days.items() if first <= day <= last)


def histories(ledger: Ledger, budget: BudgetSettings, period: BudgetPeriod, today: date) -> list[History]:
    """One history where the budget has one subject; else one for each that has calls in the period, the costliest first.

    Raises:
        LedgerError: The database cannot be read; its subclasses say why.
    """
    first = min(period.first, today - timedelta(days=WINDOW))
    before = Period(last=first - _DAY)
    if budget.scope == "global" or budget.subject is not None:
        wanted = _selection(budget)
        found = breakdown(
            ledger, Dimension.DAY, replace(wanted, period=Period(first=first, last=period.last))
        )
        days = {date.fromisoformat(day): sums for day, sums in found.items()}
        old = _old(days, first) or extent(ledger, replace(wanted, period=before)) is not None
        return [_history(budget.subject or "", days, first, old=old)]
    parted: defaultdict[str, dict[date, Totals]] = defaultdict(dict)
    for day in _days(first, period.last):
        for subject, sums in _parted(ledger, budget.scope, Period(first=day, last=day)).items():
            parted[subject][day] = sums
    olds = {subject for subject, days in parted.items() if _old(days, first)}
    if len(olds) < len(parted):
        olds |= _parted(ledger, budget.scope, before).keys()
    found_all = [_history(subject, days, first, old=subject in olds) for subject, days in parted.items()]
    spent = [(one.sums(period.first, period.last), one) for one in found_all]
    spent.sort(key=lambda pair: (-pair[0].nanos, -pair[0].calls, pair[1].subject))
    return [one for sums, one in spent if sums.calls]


def _selection(budget: BudgetSettings) -> Selection:
    if budget.subject is None:
        return Selection()
    if budget.scope.startswith(_TAG):
        return Selection(tags=((budget.scope.removeprefix(_TAG), budget.subject),))
    fields: dict[str, Any] = {budget.scope: budget.subject}
    return Selection(**fields)


def _parted(ledger: Ledger, scope: str, period: Period) -> dict[str, Totals]:
    """Sums by subject; calls that do not say are left out, and a service that is called like a provider is added."""
    dimensions = (Tag(scope.removeprefix(_TAG)),) if scope.startswith(_TAG) else _DIMENSIONS[scope]
    found: dict[str, Totals] = {}
    for dimension in dimensions:
        for subject, sums in breakdown(ledger, dimension, Selection(period=period)).items():
            if subject:
                found[subject] = _added([found[subject], sums]) if subject in found else sums
    return found


def _old(days: Mapping[date, Totals], first: date) -> bool:
    """Whether the very first of the days has calls, so that nobody need look before it."""
    return first in days


def _history(subject: str, days: Mapping[date, Totals], first: date, *, old: bool) -> History:
    return History(subject=subject, days=days, first=first - _DAY if old else min(days, default=None))


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY


def _added(parts: Iterable[Totals]) -> Totals:
    """What budgets need of several sums."""
    calls = unpriced = priced = nanos = 0
    for part in parts:
        calls += part.calls
        unpriced += part.unpriced
        priced += part.priced
        nanos += part.nanos
    return Totals(calls=calls, unpriced=unpriced, priced=priced, nanos=nanos)
