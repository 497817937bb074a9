"""PromQL over the families of the ledger exporter.

Replicas of one ledger export the same samples, so the greatest by ledger is taken before anything is added up.
A counter is what was booked less what was corrected: the exporter gives every booked series its corrected one, with
the same labels, so the two always match.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from otel_usage.semconv import (
    BUDGET_LIMIT,
    BUDGET_SPENT,
    LABEL_LEDGER,
    LEDGER_CALLS,
    LEDGER_COST,
    LEDGER_ERRORS,
    LEDGER_HEARTBEAT,
    LEDGER_TOKENS,
    LEDGER_UNPRICED_CALLS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["BUDGET_SHARE", "FILTERS", "LABELS", "change", "latest", "matching", "samples"]

_CALL = ("provider", "model", "agent", "task_type")
_BUDGET = ("budget", "scope", "subject", "period")
LABELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        LEDGER_COST: _CALL,
        LEDGER_CALLS: _CALL,
        LEDGER_ERRORS: _CALL,
        LEDGER_TOKENS: ("provider", "model", "token_type"),
        LEDGER_UNPRICED_CALLS: ("provider", "model"),
        LEDGER_HEARTBEAT: (),
        BUDGET_LIMIT: _BUDGET,
        BUDGET_SPENT: _BUDGET,
    }
)
"""Family → its labels, beside that of the ledger."""

FILTERS = ("provider", "model", "agent")
"""Labels that a dashboard has a variable for, each narrowed by those before it."""


def samples(family: str) -> str:
    """The name under which a counter's booked samples stand."""
    return f"{family}_total"


def matching(names: Sequence[str]) -> str:
    """A selector that holds labels against a dashboard's variables; none for no names."""
    matchers = ", ".join(f'{name}=~"${name}"' for name in names)
    return f"{{{matchers}}}" if matchers else ""


def change(family: str, function: str, window: str) -> str:
    """What a counter gained in a window, by ledger and label set, narrowed by a dashboard's variables.

    Args:
        family: A counter of ``LABELS``.
        function: ``increase`` or ``rate``.
        window: A duration, or Grafana's word for one.
    """
    labels = LABELS[family]
    where = matching([name for name in FILTERS if name in labels])
    booked = f"{function}({samples(family)}{where}[{window}])"
    corrected = f"{function}({family}_corrected_total{where}[{window}])"
    return _greatest(labels, f"{booked} - {corrected}")


def latest(family: str, selector: str = "", *, by: Sequence[str] | None = None, within: str = "") -> str:
    """A gauge's value, by ledger and label set.

    Args:
        family: A gauge of ``LABELS``.
        selector: Matchers of labels, with their braces.
        by: The labels to keep beside the ledger; None for all.
        within: How old a sample may be, a duration; Prometheus's own five minutes by default, and none once a
            scrape was without it.
    """
    found = f"last_over_time({family}{selector}[{within}])" if within else f"{family}{selector}"
    return _greatest(LABELS[family] if by is None else by, found)


def _greatest(labels: Sequence[str], expression: str) -> str:
    return f"max by ({', '.join((LABEL_LEDGER, *labels))}) ({expression})"


BUDGET_SHARE = f"{latest(BUDGET_SPENT)} / {latest(BUDGET_LIMIT)}"
"""Spent divided by limit, for each budget of each ledger."""
