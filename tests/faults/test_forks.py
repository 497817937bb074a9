"""Servers that fork workers, and multiprocessing: sums are right in the ledger and in OTLP metrics."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.home import Home
    from otel_usage.records import UsageRecord

HERE = Path(__file__).parent
WORKERS, EACH = 3, 5
ONE = 1_000 * 2_500 + 100 * 10_000
"""Nano-dollars of a call: $2.50 and $10.00 per million tokens."""


def run(how: str, home: Home, receiver: Any, temporality: str) -> None:
    """Run the program to its end, with its own metrics sent to the receiver."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    subprocess.run(
        [sys.executable, str(HERE / "forking.py"), how, str(WORKERS), str(EACH)],
        check=True,
        timeout=100,
        env={
            **environment,
            "OTEL_USAGE_HOME": str(home.root),
            "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url,
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": temporality,
            "NO_PROXY": "127.0.0.1",
        },
    )


@pytest.mark.parametrize("temporality", ["cumulative", "delta"])
@pytest.mark.parametrize("how", ["prefork", "fork", "spawn"])
def test_every_process_that_configures_is_counted_once(
    home: Home,
    ingest: Callable[[Home], None],
    calls: Callable[[Home], list[UsageRecord]],
    how: str,
    temporality: str,
) -> None:
    """The parent's calls before the fork are its own, and a worker's reach the receiver before it has ended."""
    with import_module("tests.data.receiver").OtlpReceiver() as receiver:
        run(how, home, receiver, temporality)
    ingest(home)
    made = (WORKERS + 2) * EACH
    found = calls(home)
    assert len(found) == made
    assert sum(record.cost.nanos or 0 for record in found) == made * ONE
    assert receiver.total("otel_usage.client.calls") == made
    assert receiver.total("otel_usage.client.cost_usd") == pytest.approx(made * ONE / 10**9, abs=1e-12)
    assert receiver.total("gen_ai.client.operation.duration") == made
    assert len({span.span_id for span in receiver.spans()}) == made


def test_a_worker_that_does_not_configure_is_in_the_ledger_and_tells_no_metrics(
    home: Home, ingest: Callable[[Home], None], calls: Callable[[Home], list[UsageRecord]]
) -> None:
    """What the parent had counted before the fork is not told a second time under the worker's name."""
    with import_module("tests.data.receiver").OtlpReceiver() as receiver:
        run("unconfigured", home, receiver, "cumulative")
    ingest(home)
    assert len(calls(home)) == (WORKERS + 2) * EACH
    assert receiver.total("otel_usage.client.calls") == 2 * EACH
    assert receiver.total("gen_ai.client.operation.duration") == 2 * EACH
    assert len({span.span_id for span in receiver.spans()}) == (WORKERS + 2) * EACH
