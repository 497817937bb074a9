"""Recording and alert rules for Prometheus 2.42 and newer.

The recording rule stands before the alerts in the same group: a group is evaluated in order, so they see its newest
value. Nothing waits (``for: 0m``), since what a budget has spent is exact and does not flicker; an alert is kept for
15 minutes so that a restart of the exporter does not resolve it.
"""

from __future__ import annotations

from typing import Any

from otel_usage.generate.alerts import BUDGET_ALERTS, BudgetAlert
from otel_usage.generate.queries import BUDGET_SHARE
from otel_usage.semconv import BUDGET_SPENT, LABEL_LEDGER

__all__ = ["BUDGET_RATIO", "budget_rules"]

BUDGET_RATIO = f"budget:{BUDGET_SPENT.removesuffix('_usd')}:ratio"
"""The recorded share of each budget."""


def budget_rules() -> dict[str, Any]:
    """The content of a rule file: the share of each budget, and the alerts on it."""
    recording = {"record": BUDGET_RATIO, "expr": BUDGET_SHARE}
    rules = [recording, *map(_alert, BUDGET_ALERTS)]
    return {"groups": [{"name": "otel_usage_budgets", "rules": rules}]}


def _alert(alert: BudgetAlert) -> dict[str, Any]:
    budget = "The {{ $labels.period }} budget {{ $labels.budget }}"
    return {
        "alert": alert.name,
        "expr": f"{BUDGET_RATIO} >= {alert.at:g}",
        "for": "0m",
        "keep_firing_for": "15m",
        "labels": {"severity": alert.severity, "threshold": f"{alert.at:g}"},
        "annotations": {
            "summary": f"{budget} is {{{{ $value | humanizePercentage }}}} spent",
            "description": (
                f"{budget} of ledger {{{{ $labels.{LABEL_LEDGER} }}}} (scope {{{{ $labels.scope }}}}"
                "{{ with $labels.subject }} {{ . }}{{ end }}) has reached "
                f"{alert.at:.0%} of its limit: {{{{ $value | humanizePercentage }}}} is spent."
            ),
            "runbook": f"docs/runbooks/{alert.name}.md",
        },
    }
