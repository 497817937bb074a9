"""Processes killed while they make calls: every call whose block was left is in the ledger, once."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from otel_usage.home import Home
    from otel_usage.records import UsageRecord

KILLS = 20
WRITTEN, WAITING = 1, 2
"""The marks of ``inference_loop.py``."""
MOST = 100_000
"""Calls of one process at most."""
LONGEST = 0.2
"""Seconds between a process's first acknowledged call and its end."""
ONE = 1_000 * 2_500 + 100 * 10_000
"""Nano-dollars of a call: $2.50 and $10.00 per million tokens."""


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch, home: Home) -> Iterator[Any]:
    """An OTLP endpoint that takes and never answers; what is started now exports to it all the time."""
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    with import_module("tests.data.receiver").OtlpReceiver() as receiver:
        receiver.silent.set()
        monkeypatch.setenv("OTEL_USAGE_HOME", str(home.root))
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "5")
        monkeypatch.setenv("OTEL_METRIC_EXPORT_INTERVAL", "20")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield receiver


class Killed:
    """Kills one calling process after another, each while it is at work.

    Attributes:
        acknowledged: ``job_id`` of every call whose block was left, by mark.
        kills: How many were killed.
    """

    def __init__(
        self, folder: Path, start: Callable[..., subprocess.Popen[str]], go: Callable[..., None]
    ) -> None:
        self._folder, self._start, self._go = folder, start, go
        self._random = random.Random(20_260_303)
        self.acknowledged: dict[int, list[str]] = {WRITTEN: [], WAITING: []}
        self.kills = 0

    def run(self, threads: int, kills: int) -> None:
        """Kill some processes that call from so many threads; the next one sets itself up meanwhile."""
        following = self._prepared(threads, 0)
        for number in range(kills):
            process, marks, name = following
            if number + 1 < kills:
                following = self._prepared(threads, number + 1)
            self._go(process)
            self._kill(process, marks)
            made = marks.read_bytes()
            assert WRITTEN in made, "the process was killed before it had made a call"
            for mark, found in self.acknowledged.items():
                found += [f"{name}:{place}" for place, byte in enumerate(made) if byte == mark]
            self.kills += 1
            marks.unlink()

    def _prepared(self, threads: int, number: int) -> tuple[subprocess.Popen[str], Path, str]:
        name = f"killed-{threads}-{number:02}"
        marks = self._folder / f"{name}.marks"
        marks.write_bytes(bytes(MOST))
        return self._start("inference_loop.py", marks, name, threads), marks, name

    def _kill(self, process: subprocess.Popen[str], marks: Path) -> None:
        while not marks.read_bytes().strip(b"\0"):
            assert process.poll() is None
            time.sleep(0.001)
        time.sleep(self._random.uniform(0, LONGEST))
        assert process.poll() is None
        process.kill()
        assert process.wait(10) == -9


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("threads", "kills"), [(1, KILLS), (4, KILLS)])
def test_every_call_whose_block_was_left_is_in_the_ledger_once(  # noqa: PLR0913, PLR0917  # fixtures
    home: Home,
    tmp_path: Path,
    silent: Any,
    start: Callable[..., subprocess.Popen[str]],
    go: Callable[..., None],
    ingest: Callable[[Home], None],
    calls: Callable[[Home], list[UsageRecord]],
    check_rollups: Callable[[Home], None],
    threads: int,
    kills: int,
) -> None:
    """The SDK exports spans and metrics to an endpoint that hangs; at most one call of each thread is unacknowledged.

    A write that takes long lets the lines after it wait for the journal's thread: those are only counted here.
    """
    killed = Killed(tmp_path, start, go)
    killed.run(threads, kills)
    ingest(home)
    found = Counter(record.job_id for record in calls(home))
    written, waiting = killed.acknowledged[WRITTEN], killed.acknowledged[WAITING]
    lost = [job for job in written if job not in found]
    beyond = found.keys() - set(written) - set(waiting)
    print(  # noqa: T201  # the figures are the point
        f"\n{threads} threads: kills {killed.kills}, written {len(written)}, lost {len(lost)}, in the ledger and not"
        f" acknowledged {len(beyond)}; left while lines waited {len(waiting)},"
        f" of them lost {sum(job not in found for job in waiting)}"
    )
    assert silent.asked.is_set()
    assert killed.kills == kills
    assert lost == []
    assert set(found.values()) == {1}
    assert len(beyond) <= threads * kills
    assert {record.cost.nanos for record in calls(home)} == {ONE}
    check_rollups(home)
