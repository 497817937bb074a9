"""The README's door for a team, as its lines stand there: the ledger's metrics, a real Prometheus, the committed rules."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds to wait for what a server does by itself."""
# Proxies of the environment are none of this machine's business.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def door() -> list[str]:
    """The lines to type."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"## I run a team\n\n```console\n(.*?)```", text, re.DOTALL)
    assert block
    return [line.removeprefix("$ ") for line in block[1].splitlines()]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def ask(url: str, done: Callable[[Any], bool]) -> Any:
    """Ask again until the answer is what is waited for."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with _DIRECT.open(url, timeout=5) as answer:
                found = json.load(answer)["data"]
        except OSError:
            found = None
        if found is not None and done(found):
            return found
        time.sleep(0.2)
    raise AssertionError(url)


@pytest.mark.servers
def test_the_door_for_a_team_opens(tmp_path: Path, program: Callable[[str], str]) -> None:
    """Prometheus has what the ledger says, and both alerts are there; only ports, intervals and places are others."""
    prometheus = program("prometheus")
    exporter, server = free_port(), free_port()
    environ = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "OTEL_USAGE_HOME": str(tmp_path / "home"),
        "LC_ALL": "C.UTF-8",
    }
    shutil.copytree(ROOT / "deploy/prometheus", tmp_path / "prometheus")
    config = tmp_path / "prometheus" / "prometheus.yml"
    config.write_text(config.read_text().replace("9464", str(exporter)).replace("30s", "1s"))
    metrics, start = door()
    assert shlex.split(metrics)[:2] == ["otel-usage", "metrics"]
    assert shlex.split(start) == ["prometheus", "--config.file=deploy/prometheus/prometheus.yml"]
    record = "otel-usage record --provider openai --model gpt-4o --input 4000000 --output 0"
    subprocess.run(shlex.split(record), env=environ, check=True, capture_output=True)
    with ExitStack() as running:
        for command in (
            shlex.split(metrics.removesuffix("&").replace("9464", str(exporter))),
            [
                prometheus,
                f"--config.file={config}",
                f"--storage.tsdb.path={tmp_path / 'tsdb'}",
                f"--web.listen-address=127.0.0.1:{server}",
            ],
        ):
            process = running.enter_context(
                subprocess.Popen(
                    command, env=environ, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            )
            running.callback(process.terminate)
        api = f"http://127.0.0.1:{server}/api/v1"
        spent = ask(
            f"{api}/query?query=otel_usage_budget_spent_usd%7Bbudget%3D%22daily%22%7D",
            lambda found: bool(found["result"]),
        )
        # 4,000,000 tokens at $2.50 per million: all of the $10 of a day.
        assert float(spent["result"][0]["value"][1]) == 4 * 2.50
        firing = ask(f"{api}/alerts", lambda found: len(found["alerts"]) == 2)  # the two of the day
        assert {(alert["labels"]["alertname"], alert["labels"]["budget"]) for alert in firing["alerts"]} == {
            ("BudgetNearlySpent", "daily"),
            ("BudgetExceeded", "daily"),
        }
