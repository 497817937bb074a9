"""What ``report`` answers."""

from __future__ import annotations

from otel_usage.cli.shapes import Shape, Usd
from otel_usage.cli.shapes.budgets import Budget
from otel_usage.cli.shapes.usage import PeriodAnswer, QueryAnswer, Sums

__all__ = ["Earlier", "ReportAnswer"]


class Earlier(Shape, frozen=True, kw_only=True):
    """The period before.

    Attributes:
        period: Its days, or its moments in local time.
        totals: All sums of the same selection of calls.
    """

    period: PeriodAnswer
    totals: Sums


class ReportAnswer(QueryAnswer, frozen=True, kw_only=True):
    """Sums of the selected calls of a period, and how they compare.

    Attributes:
        error_rate: Failed calls through all calls; null where there are none.
        mean_duration_ms: Milliseconds that a call took on average; null where no duration is known.
        p95_duration_ms: Milliseconds that 95 of 100 calls stayed under. An estimate from counts in buckets; at the upper
            end of the last bucket it is a lower bound.
        cache_savings: As in ``totals``.
        previous: The period of the same length before, for a calendar month the month before; null where there is none.
        budgets: Each budget as it stands now, whatever the period and the selection of calls.
    """

    error_rate: float | None
    mean_duration_ms: float | None
    p95_duration_ms: float | None
    cache_savings: Usd
    previous: Earlier | None
    budgets: list[Budget]
