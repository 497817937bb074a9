"""Prices: the cached one on a caller's thread, the first one of a process, and a peer's."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING

from genai_prices import Usage, calc_price
from msgspec.structs import replace

from otel_usage.pricing import PriceBook
from otel_usage.records import Cost
from tests.benchmarks.figures import Figure, Setup
from tests.benchmarks.timing import each
from tests.benchmarks.workload import workload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from otel_usage.records import UsageRecord

__all__ = ["measure"]


def measure(setup: Setup) -> Iterator[Figure]:
    """Cached, then cold."""
    count = setup.size(quick=5_000, full=30_000)
    records = [replace(record, cost=Cost()) for record in workload(count, end=time.time_ns())]
    yield _cached(records)
    yield from _cold(records[0], rounds=setup.size(quick=5, full=25))


def _cached(records: list[UsageRecord]) -> Figure:
    book = PriceBook()
    few = records[:1000]
    now = datetime.now(UTC)
    rates = {record.response_model: 2500 for record in records}

    def quote() -> None:
        for record in records:
            book.quote(record)

    def multiply() -> None:
        for record in records:
            (record.usage.input or 0) * rates[record.response_model] // 10**6

    def peer() -> None:
        for record in few:
            usage = Usage(
                input_tokens=record.usage.input,
                output_tokens=record.usage.output,
                cache_read_tokens=record.usage.cache_read,
            )
            calc_price(
                usage,
                record.response_model or "",
                provider_id=record.provider,
                genai_request_timestamp=now,
            )

    quote()
    peer()
    return Figure(
        name="cached price",
        value=each(quote, calls=len(records)),
        unit="µs",
        at_most=2.0,
        beside={
            "dict lookup and multiply": each(multiply, calls=len(records)),
            "genai-prices calc_price": each(peer, calls=len(few), rounds=3),
        },
        note="three components",
    )


def _cold(record: UsageRecord, *, rounds: int) -> Iterator[Figure]:
    first, second = [], []
    other = replace(record, request_model="gpt-4o-mini", response_model="gpt-4o-mini-2024-07-18")
    for _ in range(rounds):
        before = time.thread_time_ns()
        book = PriceBook()
        book.quote(record)
        between = time.thread_time_ns()
        book.quote(other)
        second.append(time.thread_time_ns() - between)
        first.append(between - before)
    yield Figure(
        name="first price of a process",
        value=median(first) / 1e6,
        unit="ms",
        note="reads the index; imports not counted",
    )
    yield Figure(name="first price of another model", value=median(second) / 1e3, unit="µs")
