"""From which share of a budget on somebody is told: data, for the rules and for whoever asks without Prometheus."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["BUDGET_ALERTS", "BudgetAlert"]


class BudgetAlert(Struct, frozen=True, kw_only=True):
    """A share of a budget that is worth an alert.

    Attributes:
        name: The alert's name in Prometheus; its runbook is ``docs/runbooks/<name>.md``.
        at: Spent divided by limit; the alert fires from here on.
        severity: ``warning`` or ``critical``.
    """

    name: str
    at: float
    severity: str


BUDGET_ALERTS = (
    BudgetAlert(name="BudgetNearlySpent", at=0.8, severity="warning"),
    BudgetAlert(name="BudgetExceeded", at=1.0, severity="critical"),
)
"""In rising order; a budget that is exceeded fires both."""
