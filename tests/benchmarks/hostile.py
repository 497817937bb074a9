"""Texts made to make redaction slow: time for each character as they grow, which is the same for all sizes where it is linear."""

from __future__ import annotations

import time
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from otel_usage.redaction import redact_text
from tests.benchmarks.figures import Figure, Setup
from tests.data.hostile import Hostile, every_hostile

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["measure"]

_LISTED = 10
_STEEPEST = 20
_SAMPLE = 40
"""One text of so many is tried in quick mode."""


class _Grown(NamedTuple):
    """What a text took at two sizes, microseconds for each character."""

    text: Hostile
    smaller: float
    larger: float

    @property
    def ratio(self) -> float:
        return self.larger / self.smaller


def measure(setup: Setup) -> Iterator[Figure]:
    """Every text at two sizes; then, larger still, the slowest against each rule and those that grew most of all."""
    small, medium, large = (setup.size(quick=size // 10, full=size) for size in (10_000, 100_000, 1_000_000))
    texts = list(every_hostile())[:: setup.size(quick=_SAMPLE, full=1)]
    redact_text("\n".join(text.unit for text in texts), "all")  # compiles the patterns
    tried = [_Grown(text, _cost(text, small), _cost(text, medium)) for text in texts]
    worst = {grown.text for grown in sorted(tried, key=lambda grown: -grown.ratio)[:_STEEPEST]}
    for _, against in groupby(tried, key=lambda grown: grown.text.against):
        worst.add(max(against, key=lambda grown: grown.larger).text)
    full = [_Grown(text, _cost(text, medium), _cost(text, large)) for text in texts if text in worst]
    for size, grown in ((medium, tried), (large, full)):
        yield from _figures(grown, size)


def _figures(tried: list[_Grown], size: int) -> Iterator[Figure]:
    steepest = sorted(tried, key=lambda grown: -grown.ratio)
    slowest = sorted(tried, key=lambda grown: -grown.larger)
    note = f"the worst of {len(tried)} texts, and those after it"
    yield Figure(
        name=f"hostile text of {size:,} characters against one of {size // 10:,}, time for each character",
        value=steepest[0].ratio,
        unit="times",
        at_most=2.0,
        beside={grown.text.name: grown.ratio for grown in steepest[:_LISTED]},
        note=note,
    )
    yield Figure(
        name=f"hostile text of {size:,} characters, slowest",
        value=1 / slowest[0].larger,
        unit="million characters/s",
        beside={grown.text.name: 1 / grown.larger for grown in slowest[:_LISTED]},
        note=note,
    )


def _cost(hostile: Hostile, size: int) -> float:
    """Microseconds of CPU time for each character."""
    text = hostile.text(size)
    before = time.thread_time_ns()
    redact_text(text, hostile.classes)
    return (time.thread_time_ns() - before) / 1e3 / size
