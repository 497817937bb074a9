"""Many processes append to one home at once."""

from __future__ import annotations

import json
import time
from array import array
from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from otel_usage.home import Home
    from otel_usage.records import UsageRecord

PROCESSES, EACH = 8, 10_000


@pytest.mark.timeout(180)
def test_eight_processes_write_eighty_thousand_calls(  # noqa: PLR0913, PLR0917  # fixtures
    home: Home,
    tmp_path: Path,
    start: Callable[..., subprocess.Popen[str]],
    go: Callable[..., None],
    ingest: Callable[[Home], None],
    calls: Callable[[Home], list[UsageRecord]],
    set_aside: Callable[[Home], Counter[str]],
    check_rollups: Callable[[Home], None],
) -> None:
    """Every call is in the ledger once, and no process met an error."""
    names = [f"writer-{number}" for number in range(PROCESSES)]
    writers = [start("append_many.py", home.root, name, EACH, tmp_path / name, "") for name in names]
    began = time.time()
    go(*writers)
    outcomes, ended = Counter[str](), began
    for writer in writers:
        out, err = writer.communicate(timeout=120)
        assert (writer.returncode, err) == (0, "")
        report = json.loads(out)
        assert report.pop("closed") is True
        assert report.pop("lost") == 0
        ended = max(ended, report.pop("ended"))
        outcomes.update(report)
    waits = array("Q")
    for name in names:
        waits.frombytes((tmp_path / name).read_bytes())
    in_order = sorted(waits)
    before = time.monotonic()
    ingest(home)
    took = time.monotonic() - before
    total = PROCESSES * EACH
    print(  # noqa: T201  # the figures are the point
        f"\nwait of a caller: p50 {in_order[total // 2] / 1e3:.1f} us, p99 {in_order[total * 99 // 100] / 1e3:.1f} us,"
        f" max {in_order[-1] / 1e6:.2f} ms; {total / (ended - began):,.0f} records/s, encoding included;"
        f" {dict(outcomes)}; ingest {total / took:,.0f} rows/s"
    )
    assert len(waits) == total
    found = Counter(record.id for record in calls(home))
    assert found == Counter(f"{name}:{number}" for name in names for number in range(EACH))
    assert set_aside(home) == Counter()
    check_rollups(home)
