"""Appends a number of calls as an agent does, and keeps how long each append took.

Args:
    1: The home.
    2: Name of this process, the first part of each record's id.
    3: How many.
    4: Where the waits go: nanoseconds as unsigned 64-bit integers.
    5: Date of the journal's file; empty for today's.

Waits for a line on standard input before the first; prints what became of them, and of the close, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from array import array
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from otel_usage.home import Home
from otel_usage.journal.lines import encode_call
from otel_usage.journal.writer import JournalWriter
from otel_usage.records import Cost, CostStatus, UsageRecord
from otel_usage.token_usage import TokenUsage

_START = 1_772_400_000 * 10**9
_MINUTE = 60 * 10**9


def record(name: str, number: int) -> UsageRecord:
    """A call of some 600 bytes; a minute lies between two."""
    return UsageRecord(
        id=f"{name}:{number}",
        start=_START + number * _MINUTE,
        source="live",
        provider="openai",
        operation="chat",
        request_model="gpt-4o",
        response_model="gpt-4o-2024-08-06",
        response_id=f"chatcmpl-{name}-{number}",
        usage=TokenUsage(input=1_000 + number, output=200, cache_read=500),
        agent=f"agent {number % 7}",
        session_id=f"{name}:{number // 100}",
        job_id=f"job {number % 50}",
        task_type="build",
        duration=1_500_000_000 + number,
        trace_id="0af7651916cd43dd8448eb211c80319c",
        span_id="b7ad6b7169203331",
        host="host",
        cost=Cost(
            status=CostStatus.PRICED,
            nanos=1_250_000 + number,
            components={"input_uncached": 1_000_000, "output_visible": 250_000 + number},
            price_source="genai-prices",
        ),
    )


def main(home: str, name: str, count: int, waits: str, day: str) -> None:
    """Append, then close."""
    clock = time.time
    if day:
        moment = datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()

        def clock() -> float:
            return moment

    writer = JournalWriter(Home(Path(home)).logs, clock=clock)
    took, outcomes = array("Q", bytes(8 * count)), Counter[str]()
    print("ready", flush=True)  # noqa: T201  # the parent waits for it
    sys.stdin.readline()
    for number in range(count):
        frame = encode_call(record(name, number))
        before = time.perf_counter_ns()
        outcome = writer.append(frame)
        took[number] = time.perf_counter_ns() - before
        outcomes[outcome.value] += 1
    appended = time.time()
    report = {**outcomes, "closed": writer.close(30.0), "lost": writer.dropped, "ended": appended}
    Path(waits).write_bytes(took.tobytes())
    print(json.dumps(report), flush=True)  # noqa: T201  # the parent reads it


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5])
