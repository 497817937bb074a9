"""What an agent asks of its own spending: questions, which read the ledger and can raise, unlike calls."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from otel_usage.errors import BudgetExceededError, BudgetUnknownError
from otel_usage.own_log import warn
from otel_usage.runtime import settled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from otel_usage.budgets.check import BudgetCheck, BudgetVerdict
    from otel_usage.budgets.spending import BudgetSpending, Spending
    from otel_usage.ledger.store import Ledger
    from otel_usage.settings import Settings

__all__ = ["budget_status", "check_budget", "get_today_spending"]


def get_today_spending() -> Spending:
    """What was spent today in the ledger's zone, by every process of this home.

    Calls that are being made are not in it. It reads the ledger, which takes some milliseconds.

    Raises:
        OtelUsageError: The configuration, the home or the ledger cannot be used; ``LedgerBusyError`` when another
            process keeps the ledger locked.
    """
    from otel_usage.budgets.spending import today  # noqa: PLC0415  # most agents do not ask

    with _ledger() as (ledger, settings, _):
        return today(ledger, settings.budgets, time.time())


def budget_status() -> tuple[BudgetSpending, ...]:
    """What was spent of each budget in its current period, by every process of this home, with a forecast.

    A budget of each agent, each value of a tag, and so on is in it once for each that has calls in the period. Calls
    that are being made are not in it.

    Raises:
        OtelUsageError: As for ``get_today_spending``.
    """
    from otel_usage.budgets.spending import current_budgets  # noqa: PLC0415  # most agents do not ask

    with _ledger() as (ledger, settings, _):
        return current_budgets(ledger, settings.budgets, time.time())


def check_budget(name: str | None = None, *, fail_at: float = 1.0, raises: bool = False) -> BudgetCheck:
    """Whether a budget is spent, one or any of all.

    It is advisory: calls that are being made are not in it, and several agents that ask at once may all go on. What
    cannot be told is never ``under``: the answer's verdict is then ``unknown``, or an error is raised.

    Args:
        name: The budget as the configuration calls it; None for all.
        fail_at: The share of the limit from which on it counts as reached.
        raises: Raise instead of answering ``reached`` or ``unknown``; both errors are a ``BudgetError``.

    Raises:
        BudgetExceededError: With ``raises``, where a budget has reached the share.
        BudgetUnknownError: With ``raises``, where nobody can tell: no budget is configured, the newest calls could not
            be read in time, recording is switched off, or unpriced calls were to be estimated by others and there are
            none.
        InvalidValueError: There is no budget of that name, or the share is none.
        OtelUsageError: As for ``get_today_spending``, with ``raises`` or without.
    """
    from otel_usage.budgets.check import Verdict, check, named  # noqa: PLC0415  # most agents do not ask

    with _ledger() as (ledger, settings, complete):
        asked, disabled = named(settings.budgets, name), settings.disabled
        found = check(ledger, asked, time.time(), fail_at=fail_at, complete=complete, disabled=disabled)
    if raises and found.verdict is Verdict.REACHED:
        raise _exceeded([one for one in found.budgets if one.verdict is Verdict.REACHED], fail_at)
    if raises and found.verdict is Verdict.UNKNOWN:
        unknown = [one for one in found.budgets if one.verdict is Verdict.UNKNOWN] or found.budgets
        raise BudgetUnknownError(
            f"whether budgets are spent cannot be told: {found.reason}", names=tuple(map(_called, unknown))
        )
    return found


@contextmanager
def _ledger() -> Iterator[tuple[Ledger, Settings, bool]]:
    """The ledger, the settings with budgets as it has their subjects, and whether all that was recorded is in it."""
    from otel_usage.asking import open_ledger  # noqa: PLC0415  # most agents do not ask
    from otel_usage.budgets.stored import stored_budgets  # noqa: PLC0415  # see above

    settings, on_disk = settled()
    with open_ledger(settings) as ledger:
        complete = ledger.ingest(wait=1.0).complete
        yield ledger, replace(settings, budgets=stored_budgets(settings, _told)), on_disk and complete


def _told(sentence: str) -> None:
    warn(f"otel-usage: {sentence}")


def _exceeded(reached: Sequence[BudgetVerdict], share: float) -> BudgetExceededError:
    parts = [
        f"{_called(one)} (${_plain(one.compared)} of ${_plain(one.limit)}"
        f"{f', unpriced calls: {one.unpriced_calls:,}' if one.unpriced_calls else ''})"
        for one in reached
    ]
    return BudgetExceededError(
        f"budgets have reached {'their limits' if share == 1 else f'the share of {share:g}'}: {', '.join(parts)}",
        spent={_called(one): one.compared for one in reached if one.compared is not None},
        limits={_called(one): one.limit for one in reached},
    )


def _plain(amount: Decimal | None) -> str:
    """All of its digits, and no further zeros."""
    return f"{amount or 0:.9f}".rstrip("0").rstrip(".")


def _called(one: BudgetVerdict) -> str:
    return f"{one.name}/{one.subject}" if one.subject else one.name
