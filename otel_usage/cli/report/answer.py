"""A report as the object that its JSON and its CSV are written from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.cli.answers import fields, period_answer, sums_answer
from otel_usage.cli.budget.answers import budget_answer
from otel_usage.cli.money import number
from otel_usage.cli.report.periods import ends
from otel_usage.cli.shapes.report import Earlier, ReportAnswer
from otel_usage.cli.shapes.usage import PeriodAnswer, Sums

if TYPE_CHECKING:
    from otel_usage.cli.report.gathering import Facts
    from otel_usage.ledger.store import Ledger

__all__ = ["answer"]


def answer(facts: Facts, ledger: Ledger) -> ReportAnswer:
    """The answer.

    Args:
        facts: The report.
        ledger: In the same snapshot.
    """
    asked, whole = facts.asked, facts.whole
    return ReportAnswer(
        **fields(
            ledger, facts.selection, period_answer(ledger, facts.selection, asked.begin, asked.end), facts.by
        ),
        error_rate=whole.errors / whole.calls if whole.calls else None,
        mean_duration_ms=_milliseconds(facts.durations.mean),
        p95_duration_ms=_milliseconds(facts.durations.quantile(0.95)),
        cache_savings=number(whole.cache_saved),
        previous=_earlier(facts),
        budgets=[budget_answer(budget, facts.days) for budget in facts.budgets],
    )


def _milliseconds(nanoseconds: int | None) -> float | None:
    return None if nanoseconds is None else round(nanoseconds / 10**6, 3)


def _earlier(facts: Facts) -> Earlier | None:
    if facts.asked.before is None or facts.earlier is None:
        return None
    begin, end = ends(facts.asked.before, facts.days)
    return Earlier(period=PeriodAnswer(from_=begin, to=end), totals=Sums(*sums_answer(facts.earlier)))
