"""How long calls took: their mean, and a quantile estimated from counts in buckets, as Prometheus does."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING

from msgspec import Struct

from otel_usage.ledger.selection import on_calls, on_days
from otel_usage.semconv import DURATION_BOUNDS

if TYPE_CHECKING:
    from otel_usage.ledger.selection import Selection
    from otel_usage.ledger.store import Ledger

__all__ = ["BOUNDS_NS", "Durations", "durations"]

BOUNDS_NS = tuple(int(bound * 10**9) for bound in DURATION_BOUNDS)
"""Upper bounds in nanoseconds of the buckets that the ledger keeps; a last bucket holds the rest."""


class Durations(Struct, frozen=True, kw_only=True):
    """How long some calls took.

    Attributes:
        nanoseconds: All of them together.
        buckets: Calls by bucket of ``BOUNDS_NS``.
    """

    nanoseconds: int
    buckets: tuple[int, ...]

    @property
    def mean(self) -> int | None:
        """Nanoseconds; None where no call's duration is known."""
        calls = sum(self.buckets)
        return round(self.nanoseconds / calls) if calls else None

    def quantile(self, part: float) -> int | None:
        """Nanoseconds that this part of the calls stays under, estimated.

        Within a bucket calls are taken to be spread evenly; what lies in the last one is told as its lower bound
        (the rules of Prometheus' ``histogram_quantile``).
        """
        calls = sum(self.buckets)
        if not calls:
            return None
        rank = part * calls
        sums = list(accumulate(self.buckets))
        bucket = bisect_left(sums, rank)
        if bucket >= len(BOUNDS_NS):
            return BOUNDS_NS[-1]
        lower = BOUNDS_NS[bucket - 1] if bucket else 0
        before = sums[bucket - 1] if bucket else 0
        return round(lower + (BOUNDS_NS[bucket] - lower) * (rank - before) / self.buckets[bucket])


def durations(ledger: Ledger, selection: Selection) -> Durations:
    """Of the selected calls whose duration is known."""
    if selection.timed:
        where = on_days(selection)
        statement = f"SELECT bucket, sum(calls), sum(nanoseconds) FROM usage_duration{where} GROUP BY 1"  # noqa: S608  # conditions of selection.py
    else:
        where = on_calls(selection, ledger.days)
        where.add("duration IS NOT NULL")
        cases = " ".join(f"WHEN duration <= {bound} THEN {place}" for place, bound in enumerate(BOUNDS_NS))
        bucket = f"CASE {cases} ELSE {len(BOUNDS_NS)} END"
        statement = f"SELECT {bucket}, count(*), sum(duration) FROM call{where} GROUP BY 1"  # noqa: S608  # numbers above, conditions of selection.py
    counts = [0] * (len(BOUNDS_NS) + 1)
    whole = 0
    for place, calls, nanoseconds in ledger.ask(statement, where.arguments):
        counts[place] = calls
        whole += nanoseconds
    return Durations(nanoseconds=whole, buckets=tuple(counts))
