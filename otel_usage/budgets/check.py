"""Whether budgets are spent, for who must not go on when they are.

What a call without an amount means is the budget's policy: ``ignore`` counts what is known; ``estimate`` takes such a
call to cost the mean of the others; ``block`` takes a budget with such calls for spent.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from otel_usage.amounts import dollars
from otel_usage.budgets.status import budget_status
from otel_usage.errors import InvalidValueError
from otel_usage.settings import MOST_SHARE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from otel_usage.budgets.status import BudgetStatus
    from otel_usage.ledger.store import Ledger
    from otel_usage.settings import BudgetPeriodKind, BudgetSettings

__all__ = ["BudgetCheck", "BudgetVerdict", "Verdict", "check", "check_share", "named"]

_INCOMPLETE: Final = (
    "the newest calls may be missing, as not everything that was recorded could be read in time"
)
_DISABLED: Final = "calls may be missing, as OTEL_USAGE_DISABLED is set and nothing is recorded"


class Verdict(StrEnum):
    """What a check found; what nobody can tell is never taken for ``under``."""

    UNDER = "under"
    REACHED = "reached"
    UNKNOWN = "unknown"


class BudgetVerdict(Struct, frozen=True, kw_only=True):
    """What a check found of one budget, for one subject.

    Attributes:
        name: What the budget is called.
        scope: Whose spending counts, ``global`` for everybody's.
        subject: Who that is; empty for ``global``.
        period: ``day``, ``week`` or ``month``.
        verdict: Whether the share is reached.
        limit: USD that may be spent.
        compared: USD that was held against the limit: what is known, with the policy ``estimate`` the unpriced calls
            too; None where there are none that these could be estimated by.
        unpriced_calls: Calls of the period whose amount is unknown.
    """

    name: str
    scope: str
    subject: str
    period: BudgetPeriodKind
    verdict: Verdict
    limit: Decimal
    compared: Decimal | None
    unpriced_calls: int


class BudgetCheck(Struct, frozen=True, kw_only=True):
    """What a check found.

    Attributes:
        verdict: ``reached`` where one budget is; else ``unknown`` where nobody can tell of one or of all; else ``under``.
        reason: Why it is unknown, in a sentence.
        budgets: What was found of each.
        fail_at: The share of the limit from which on a budget counts as reached.
        as_of: When the ledger was read, in its zone. Calls that are being made are not in it.
    """

    verdict: Verdict
    reason: str | None
    budgets: tuple[BudgetVerdict, ...]
    fail_at: float
    as_of: datetime


def check_share(field: str, value: object) -> None:
    """See that a share is one; 80 was meant as 0.8, and would never be reached.

    Raises:
        InvalidValueError: It is none.
    """
    if not (isinstance(value, int | float) and math.isfinite(value) and 0 < value <= MOST_SHARE):
        raise InvalidValueError(
            field, value, f"must be a part of the limit, such as 0.8, up to {MOST_SHARE:g}"
        )


def named(budgets: Sequence[BudgetSettings], name: str | None) -> Sequence[BudgetSettings]:
    """The budget of that name; all of them for None.

    Raises:
        InvalidValueError: There is none.
    """
    found = [budget for budget in budgets if name in {None, budget.name}]
    if name is not None and not found:
        known = ", ".join(budget.name for budget in budgets) or "none"
        raise InvalidValueError("name", name, f"there is no such budget; there are: {known}")
    return found


def check(
    ledger: Ledger,
    budgets: Sequence[BudgetSettings],
    now: float,
    *,
    fail_at: float = 1.0,
    complete: bool = True,
    disabled: bool = False,
) -> BudgetCheck:
    """Hold what is spent against budgets.

    Args:
        ledger: Brought up to date by the caller.
        budgets: The limits; subjects as they are stored.
        now: Seconds since the epoch.
        fail_at: The share of the limit from which on a budget counts as reached.
        complete: Whether the ledger holds everything that was recorded; otherwise no budget is known to be under.
        disabled: Whether recording is switched off; no budget is known to be under then either.

    Raises:
        InvalidValueError: The share is none.
        LedgerError: The database cannot be read; its subclasses say why.
    """
    check_share("fail_at", fail_at)
    missing = _INCOMPLETE if not complete else _DISABLED if disabled else None
    with ledger.snapshot():
        statuses = budget_status(ledger, budgets, now)
    found = tuple(_verdict(status, fail_at, whole=missing is None) for status in statuses)
    verdicts = {one.verdict for one in found}
    reason = None
    if Verdict.REACHED in verdicts:
        verdict = Verdict.REACHED
    elif reason := _unknown(budgets, found, missing):
        verdict = Verdict.UNKNOWN
    else:
        verdict = Verdict.UNDER
    as_of = ledger.days.local(int(now * 1e9))
    return BudgetCheck(verdict=verdict, reason=reason, budgets=found, fail_at=fail_at, as_of=as_of)


def _verdict(status: BudgetStatus, fail_at: float, *, whole: bool) -> BudgetVerdict:
    compared = status.estimated_nanos if status.unpriced == "estimate" else status.spent_nanos
    # What is known to be spent is spent, whatever else is not known.
    known = status.spent_nanos if compared is None else compared
    blocked = status.unpriced == "block" and status.unpriced_calls > 0
    if blocked or known / status.limit_nanos >= fail_at:
        verdict, compared = Verdict.REACHED, known
    else:
        verdict = Verdict.UNDER if whole and compared is not None else Verdict.UNKNOWN
    return BudgetVerdict(
        name=status.name,
        scope=status.scope,
        subject=status.subject,
        period=status.period,
        verdict=verdict,
        limit=dollars(status.limit_nanos),
        compared=None if compared is None else dollars(compared),
        unpriced_calls=status.unpriced_calls,
    )


def _unknown(
    budgets: Sequence[BudgetSettings], found: Sequence[BudgetVerdict], missing: str | None
) -> str | None:
    """Why nobody can tell that all of it is under; None where somebody can."""
    if not budgets:
        return "no budget is configured"
    if missing is not None:
        return missing
    names = ", ".join(dict.fromkeys(one.name for one in found if one.verdict is Verdict.UNKNOWN))
    return f"no call has a price that the unpriced ones could be estimated by: {names}" if names else None
