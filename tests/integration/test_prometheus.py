"""Debian's Prometheus scrapes the ledger exporter while other processes record calls."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from otel_usage import semconv
from otel_usage.home import Home
from otel_usage.journal.lines import Adjustment, encode
from otel_usage.journal.writer import JournalWriter
from otel_usage.ledger.calls import find_call
from otel_usage.ledger.queries import totals
from otel_usage.ledger.selection import Period, Selection
from otel_usage.ledger.store import Ledger
from otel_usage.records import Cost, CostStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).parents[2]
CALLS = 40
HALF_A_NANO = 0.5e-9


@contextmanager
def running(command: Sequence[str], environ: dict[str, str], log: Path) -> Iterator[Callable[[str], str]]:
    """A process until the block ends; finds the first group of a pattern in what it prints."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=out, stderr=out)
    try:
        yield lambda pattern: _printed(pattern, process, log)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _printed(pattern: str, process: subprocess.Popen[bytes], log: Path) -> str:
    while True:
        ended = process.poll() is not None
        text = log.read_text(encoding="utf-8")
        if found := re.search(pattern, text):
            return found[1]
        assert not ended, text
        time.sleep(0.05)


def ask(address: str, query: str) -> list[float]:
    """The values that Prometheus has for a query."""
    client = HTTPConnection(address, timeout=60)
    client.request("GET", f"/api/v1/query?query={quote(query)}")
    answer = json.loads(client.getresponse().read())
    client.close()
    assert answer["status"] == "success", answer
    return [float(series["value"][1]) for series in answer["data"]["result"]]


def wait_for(address: str, query: str, value: float) -> None:
    """Scrapes are a second apart; the test's own time limit ends a wait that is in vain."""
    while not any(abs(found - value) < HALF_A_NANO for found in ask(address, query)):
        time.sleep(0.1)


def noon_zone() -> str:
    """A zone in which it is about noon: no day and no month ends during the test."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"


@pytest.mark.servers
def test_prometheus_has_what_the_ledger_has(tmp_path: Path, program: Callable[[str], str]) -> None:
    """Spent, and booked minus corrected, through the demonstration, calls of another process and a price mended later."""
    prometheus = program("prometheus")
    home = Home(tmp_path / "home")
    environ = {
        "PATH": os.defpath,
        "HOME": str(tmp_path),
        "OTEL_USAGE_HOME": str(home.root),
        "OTEL_USAGE_ZONE": noon_zone(),
    }
    exporter = [sys.executable, "-m", "otel_usage", "metrics", "--listen", "127.0.0.1:0"]
    with running(exporter, environ, tmp_path / "exporter.log") as printed:
        target = printed(r"Serving http://(\S+)/metrics\n")
        configuration = tmp_path / "prometheus.yml"
        configuration.write_text(
            "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
            f"scrape_configs: [{{job_name: otel-usage, static_configs: [{{targets: ['{target}']}}]}}]\n"
        )
        server = [
            prometheus,
            f"--config.file={configuration}",
            f"--storage.tsdb.path={tmp_path / 'tsdb'}",
            "--web.listen-address=127.0.0.1:0",
        ]
        with running(server, environ, tmp_path / "prometheus.log") as printed_by_server:
            address = printed_by_server(r'msg="Listening on" address=(\S+)')
            printed_by_server(r'(msg="Server is ready)')
            spent = f'{semconv.BUDGET_SPENT}{{period="day"}}'
            wait_for(address, spent, 0.0)
            demo = [sys.executable, "-m", "otel_usage", "--home", str(home.root), "demo"]
            subprocess.run(demo, env=environ, cwd=tmp_path, check=True, timeout=100, capture_output=True)
            demonstrated, shown = today(home)
            assert demonstrated > 0
            wait_for(address, spent, demonstrated / 1e9)
            seeder = ["-m", "tests.data.seeded", str(home.root), "--calls=0", f"--paced={CALLS}"]
            subprocess.run(
                [sys.executable, *seeder, "--per-second=20"], env=environ, cwd=ROOT, check=True, timeout=100
            )
            booked, made = today(home)
            assert booked > demonstrated
            assert made == shown + CALLS
            wait_for(address, spent, booked / 1e9)
            costliest = mend_a_price(home)
            assert today(home) == (booked - costliest + 1, made)
            wait_for(address, spent, (booked - costliest + 1) / 1e9)
            total, corrected = (f"sum({semconv.LEDGER_COST}{suffix}_total)" for suffix in ("", "_corrected"))
            wait_for(address, f"{total} - {corrected}", (booked - costliest + 1) / 1e9)
            wait_for(address, corrected, (costliest - 1) / 1e9)
            calls = (
                f"sum({semconv.LEDGER_CALLS}_total) + (sum({semconv.LEDGER_API_CALLS}_total) or vector(0))"
            )
            wait_for(address, calls, made)
            wait_for(address, f"max_over_time({semconv.LEDGER_COLLECT_ERRORS}_total[5m])", 0.0)


def today(home: Home) -> tuple[int, int]:
    """Nano-dollars and calls of the ledger's day."""
    with Ledger(home) as ledger:
        ledger.ingest(wait=30.0)
        day = ledger.days.today(time.time())
        whole = totals(ledger, Selection(period=Period(first=day, last=day)))
    return whole.nanos, whole.calls


def mend_a_price(home: Home) -> int:
    """Make the costliest call cost one nano-dollar; what it cost before."""
    with Ledger(home) as ledger:
        ((rest,),) = ledger.ask("SELECT rest FROM call ORDER BY nanos DESC LIMIT 1")
        found = find_call(ledger, json.loads(rest)["id"])
    assert found is not None
    assert found.cost.nanos
    line = Adjustment(
        id="mended",
        at=time.time_ns(),
        record=found.id,
        cost=Cost(status=CostStatus.PRICED, nanos=1),
        reason="reprice",
    )
    writer = JournalWriter(home.logs, background=False)
    writer.append(encode(line))
    writer.close()
    return found.cost.nanos
