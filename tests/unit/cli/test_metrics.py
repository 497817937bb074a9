"""``otel-usage metrics``: served over a socket, printed once, ended by a signal."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from otel_usage import semconv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., Any]
    Tell = Callable[..., str]


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger's days are those of UTC."""
    monkeypatch.setenv("OTEL_USAGE_ZONE", "UTC")


def values(text: str, name: str, label: str) -> dict[str, float]:
    """A sample's values in an exposition by one of its labels."""
    return {
        sample.labels[label]: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


@contextmanager
def serving(environ: dict[str, str], *arguments: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The command as a process, and the port that it says it listens on."""
    process = subprocess.Popen(
        [sys.executable, "-m", "otel_usage", "metrics", *arguments],
        env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Serving http://"), process.communicate()
        yield process, int(line.rpartition(":")[2].removesuffix("/metrics\n"))
    finally:
        process.kill()
        process.communicate()


def scrape(port: int) -> str:
    """What the server answers."""
    client = HTTPConnection("127.0.0.1", port, timeout=60)
    client.request("GET", "/metrics")
    answer = client.getresponse().read().decode()
    client.close()
    return answer


def test_once_prints_what_is_known_and_ends(record: Tell, tell: Tell, ask: Callable[..., Any]) -> None:
    """The budgets of the configuration, and money that agrees with the query."""
    record(cost="1.25")
    record(cost="0.000000002", provider="anthropic")
    text = tell("metrics", "--once")
    spent = values(text, semconv.BUDGET_SPENT, "budget")
    assert spent == {"daily": 1.25 + 2e-9, "monthly": 1.25 + 2e-9}
    assert spent["daily"] == float(ask("query", "--format", "json")["totalCost"])
    assert values(text, semconv.BUDGET_LIMIT, "budget") == {"daily": 10, "monthly": 150}


def test_the_configured_budgets_are_shown(home: Path, tell: Tell) -> None:
    """In place of the defaults."""
    home.mkdir()
    (home / "otel-usage.yaml").write_text("budgets: [{name: team, period: month, limit_usd: 99.5}]")
    assert values(tell("metrics", "--once"), semconv.BUDGET_LIMIT, "budget") == {"team": 99.5}


def test_a_server_answers_until_it_is_told_to_end(environ: dict[str, str], record: Tell) -> None:
    """A call that is recorded meanwhile is in the next answer; exit 0 and not a word for either signal."""
    for number, end in enumerate((signal.SIGTERM, signal.SIGINT)):
        with serving({**environ, "OTEL_USAGE_ZONE": "UTC"}, "--listen", "127.0.0.1:0") as (process, port):
            record(cost="2")
            # One reading answers for a second.
            while values(scrape(port), semconv.BUDGET_SPENT, "budget")["monthly"] != 2 * (number + 1):
                time.sleep(0.05)
            process.send_signal(end)
            assert process.communicate(timeout=60) == ("", "")
            assert process.returncode == 0


def test_a_taken_port_is_one_sentence(environ: dict[str, str], start: Run) -> None:
    """Exit 1; the first server goes on."""
    with serving(environ, "--listen", "127.0.0.1:0") as (_, port):
        done = start("metrics", "--listen", f"127.0.0.1:{port}")
        assert (done.code, done.out) == (1, "")
        assert done.sentence == (
            f"Error: cannot listen on 127.0.0.1:{port} (Address already in use); give another --listen"
        )
        assert semconv.BUILD_INFO in scrape(port)


def test_an_address_that_others_reach_is_warned_of(environ: dict[str, str]) -> None:
    """What is spent is not everybody's business."""
    with serving(environ, "--listen", "0.0.0.0:0") as (process, port):
        assert semconv.BUILD_INFO in scrape(port)
        process.terminate()
        _, err = process.communicate(timeout=60)
    assert err == (
        "otel-usage: 0.0.0.0 is not loopback: whoever reaches this machine can read what is spent\n"
    )


@pytest.mark.parametrize(
    "listen", ["9464", ":9464", "127.0.0.1", "127.0.0.1:", "localhost:http", "::1", "[]:1", "[a]:1", "a:65536", "a:٣", "a:-1"]
)  # fmt: skip
def test_an_address_that_is_none_is_one_sentence(run: Run, listen: str) -> None:
    """With an example of one that is."""
    done = run("metrics", f"--listen={listen}")
    assert (done.code, done.out) == (2, "")
    assert done.sentence == "otel-usage: --listen: give HOST:PORT such as 127.0.0.1:9464"


@pytest.mark.parametrize("host", ["no.such.host.invalid", "..", "192.0.2.1", "b" * 70])
def test_a_host_that_cannot_be_used_is_one_sentence(run: Run, host: str) -> None:
    """Nobody's name, no name, somebody else's address."""
    done = run("metrics", "--listen", f"{host}:0")
    assert (done.code, done.out) == (1, "")
    assert done.sentence.startswith(f"Error: cannot listen on {host}:0 (")


@pytest.mark.parametrize("arguments", [("--once",), ("--listen", "127.0.0.1:0")])
def test_a_damaged_ledger_is_one_sentence(run: Run, home: Path, arguments: tuple[str, ...]) -> None:
    """Exit 1, with what to do."""
    home.mkdir()
    (home / "usage.db").write_bytes(b"no database " * 1000)
    done = run("metrics", *arguments)
    assert (done.code, done.out) == (1, "")
    assert "otel-usage rebuild" in done.sentence


def test_a_home_that_is_a_file_is_one_sentence(run: Run, home: Path) -> None:
    """Exit 1."""
    home.write_text("")
    done = run("metrics", "--once")
    assert (done.code, done.out) == (1, "")
    assert str(home) in done.sentence
