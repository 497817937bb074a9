"""The subjects of budgets as the ledger holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.settings import BudgetSettings, Settings

__all__ = ["stored_budgets"]

_AS_GIVEN: Final = frozenset({"global", "provider", "model"})


def stored_budgets(settings: Settings, told: Callable[[str], None]) -> tuple[BudgetSettings, ...]:
    """The budgets with their subjects redacted as names of agents, tags and so on are when a call is recorded.

    Args:
        settings: The budgets, and what is redacted.
        told: Is told in a sentence why values are masked instead of hashed.

    Raises:
        OtelUsageError: What is to be redacted cannot be used.
    """
    if all(budget.subject is None or budget.scope in _AS_GIVEN for budget in settings.budgets):
        return settings.budgets
    from otel_usage.redaction import Redactor  # noqa: PLC0415  # most budgets are everybody's
    from otel_usage.redaction_key import hash_key  # noqa: PLC0415  # see above

    redactor = Redactor(settings.redaction, key=hash_key(settings, told), deferred=True)
    return tuple(
        budget
        if budget.subject is None or budget.scope in _AS_GIVEN
        else replace(budget, subject=redactor.text(budget.subject))
        for budget in settings.budgets
    )
