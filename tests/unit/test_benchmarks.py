"""The benchmarks' own frame."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_quick_run_prints_a_table_and_writes_json(tmp_path: Path) -> None:
    """Each figure of the benchmark that was asked for is in both, with what stands beside it."""
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "tests.benchmarks", "--quick", "--only", "price", "--json", str(file)]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    report = json.loads(file.read_text(encoding="utf-8"))
    assert [figure["name"] for figure in report["results"]] == [
        "cached price",
        "first price of a process",
        "import of the pricing",
        "first price of another model",
        "memory after 20,000 junk names",
    ]
    cached = report["results"][0]
    assert cached["at_most"] == 2.0
    (peer,) = (value for name, value in cached["beside"].items() if name.startswith("genai-prices "))
    assert 0 < cached["value"] < peer
    assert all(figure["name"] in shown for figure in report["results"])
    assert {"command", "commit", "date", "versions", "machine", "results"} == set(report)


def test_a_quick_run_of_redaction_needs_no_other_library(tmp_path: Path) -> None:
    """Each form of prompt has a percentile and a throughput, and hostile texts have the worst of them named."""
    file = tmp_path / "figures.json"
    chosen = ("--only", "redaction", "--only", "hostile")
    command = [sys.executable, "-m", "tests.benchmarks", "--quick", *chosen, "--json", str(file)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    figures = {figure["name"]: figure for figure in json.loads(file.read_text(encoding="utf-8"))["results"]}
    assert figures["redaction of 10 KB of code, 95th percentile"]["at_most"] == 3.0
    assert figures["redaction of 10 KB of prompts with secrets in JSON in JSON"]["unit"] == "MB/s"
    slowest = figures["hostile text of 100,000 characters, slowest"]
    assert slowest["value"] == min(slowest["beside"].values())
    assert len(slowest["beside"]) == 10
