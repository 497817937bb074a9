"""Whole processes that export over OTLP to an endpoint that hangs, refuses or answers, and the ways that they end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.home import Home
from otel_usage.journal.lines import Call, decode
from otel_usage.records import Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from otel_usage.records import UsageRecord

CALLS = 20
ONE = 1_000 * 2_500 + 100 * 10_000
"""Nano-dollars of a call: $2.50 and $10.00 per million tokens."""
BEGIN = f"""
import os, signal, sys
import otel_usage

def calls(count):
    for _ in range(count):
        with otel_usage.inference("openai", model="gpt-4o") as call:
            call.record(otel_usage.TokenUsage(input=1_000, output=100))

otel_usage.configure()
calls({CALLS})
"""
ENDS = {
    "shutdown": ("assert otel_usage.shutdown(timeout=0.5)", 0),
    "shutdown without time": ("otel_usage.shutdown(timeout=0.0)", 0),
    "flush without time": ("otel_usage.flush(timeout=0.0); otel_usage.shutdown(timeout=0.1)", 0),
    "end of the program": ("", 0),
    "sys.exit": ("sys.exit(3)", 3),
    "exception": ("raise KeyError('mine')", 1),
    "exception in a call": ("with otel_usage.inference('openai'): raise KeyError('mine')", 1),
    "os._exit": ("os._exit(4)", 4),
    "SIGTERM": ("os.kill(os.getpid(), signal.SIGTERM); signal.pause()", -signal.SIGTERM),
}
"""How a program ends, and its exit status."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """A program at work, with a home of its own."""

    home: Home
    running: subprocess.Popen[str]

    def end(self) -> tuple[int, str, str]:
        """Wait for its end: exit status, standard output, standard error. The time limit is a guard only."""
        out, err = self.running.communicate(timeout=100)
        return self.running.returncode, out, err

    def records(self) -> list[UsageRecord]:
        """The calls in its journal."""
        text = b"".join(path.read_bytes() for path in sorted(self.home.logs.glob("*")))
        lines = [decode(line) for line in text.split(b"\n") if line]
        return [line.record for line in lines if isinstance(line, Call)]


def begin(code: str, place: Path, **variables: str) -> Process:
    """Start a program without any of this process's OpenTelemetry variables."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    place.mkdir(parents=True)
    home = Home(place / "home")
    running = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=place,
        env={**environment, "NO_PROXY": "127.0.0.1", "OTEL_USAGE_HOME": str(home.root), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Process(home=home, running=running)


@pytest.fixture(scope="module")
def hanging() -> Iterator[Any]:
    """A receiver that takes what comes and never answers."""
    with import_module("tests.data.receiver").OtlpReceiver() as made:
        made.silent.set()
        yield made


@pytest.fixture(scope="module")
def refusing() -> Iterator[str]:
    """The address of a port that nobody listens on, and nobody else can take."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture(scope="module")
def started(
    tmp_path_factory: pytest.TempPathFactory, hanging: Any, refusing: str
) -> Iterator[dict[tuple[str, str], Process]]:
    """A process for each endpoint and each end, all at work at once: what they do is mostly to wait."""
    place = tmp_path_factory.mktemp("ends")
    endpoints = {
        "hanging": {"OTEL_EXPORTER_OTLP_ENDPOINT": hanging.url},
        "refusing": {"OTEL_EXPORTER_OTLP_ENDPOINT": refusing},
        "refusing gRPC": {"OTEL_EXPORTER_OTLP_ENDPOINT": refusing, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
    }
    made = {
        (endpoint, end): begin(BEGIN + code, place / endpoint / end, **variables)
        for endpoint, variables in endpoints.items()
        for end, (code, _) in ENDS.items()
        if endpoint != "refusing gRPC" or end in {"shutdown", "end of the program"}
    }
    yield made
    for process in made.values():
        process.running.kill()
        process.running.communicate()


def check(process: Process, end: str) -> str:
    """The process has ended as its program says, with all of its calls in the journal; its standard error."""
    status, out, err = process.end()
    assert (status, out) == (ENDS[end][1], "")
    assert ("Traceback" in err) == (end in {"exception", "exception in a call"})
    assert "otel_usage" not in err
    records = process.records()
    good = [record for record in records if record.status is Status.OK]
    assert len(good) == CALLS
    assert {record.cost.nanos for record in good} == {ONE}
    assert len(records) - len(good) == (end == "exception in a call")
    return err


@pytest.mark.parametrize("end", ENDS)
def test_a_process_ends_though_its_endpoint_never_answers(
    started: dict[tuple[str, str], Process], hanging: Any, end: str
) -> None:
    """Nothing of ours is raised or printed, and every call is in the ledger; the endpoint is silent still."""
    check(started["hanging", end], end)
    assert hanging.silent.is_set()
    assert not hanging.bodies


@pytest.mark.parametrize("end", ENDS)
def test_a_process_ends_though_its_endpoint_refuses(
    started: dict[tuple[str, str], Process], end: str
) -> None:
    """The same with nobody at the port."""
    check(started["refusing", end], end)


@pytest.mark.parametrize("end", ["shutdown", "end of the program"])
def test_a_process_ends_though_nobody_speaks_grpc(started: dict[tuple[str, str], Process], end: str) -> None:
    """The other protocol has an exporter of its own."""
    assert "StatusCode.UNAVAILABLE" in check(started["refusing gRPC", end], end)


@pytest.mark.parametrize("end", ["end of the program", "sys.exit", "exception"])
def test_what_a_process_made_is_exported_when_it_ends_without_a_word(tmp_path: Path, end: str) -> None:
    """Spans and metrics of the last seconds too."""
    with import_module("tests.data.receiver").OtlpReceiver() as receiver:
        process = begin(BEGIN + ENDS[end][0], tmp_path / "p", OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url)
        check(process, end)
        assert len({span.span_id for span in receiver.spans()}) == CALLS
        assert receiver.total("otel_usage.client.calls") == CALLS
        assert receiver.total("otel_usage.client.cost_usd") == pytest.approx(CALLS * ONE / 10**9, abs=1e-12)


TWICE = """
import threading, otel_usage

def calls(count):
    for _ in range(count):
        with otel_usage.inference("openai", model="gpt-4o") as call:
            call.record(otel_usage.TokenUsage(input=1_000, output=100))

both = threading.Barrier(2)

def configure():
    both.wait()
    otel_usage.configure()

threads = [threading.Thread(target=configure) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
calls(3)
otel_usage.configure()
calls(3)
otel_usage.shutdown()
calls(3)
otel_usage.configure()
calls(3)
"""


def test_configuring_again_and_again_counts_and_exports_every_call_once(tmp_path: Path) -> None:
    """From two threads, a second time, and after a shutdown; calls between that and the next are in the ledger only."""
    with import_module("tests.data.receiver").OtlpReceiver() as receiver:
        process = begin(
            TWICE,
            tmp_path / "p",
            OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url,
            OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE="delta",
        )
        ended = process.end()
    assert ended == (0, "", "")
    assert len({record.id for record in process.records()}) == len(process.records()) == 12
    assert len({span.span_id for span in receiver.spans()}) == len(receiver.spans()) == 9
    assert receiver.total("otel_usage.client.calls") == 9
    assert receiver.total("gen_ai.client.operation.duration") == 9


PRINTED = """
import otel_usage
otel_usage.configure()
with otel_usage.inference("openai", model="gpt-4o"):
    pass
otel_usage.configure(console=True)
with otel_usage.inference("openai", model="gpt-4o", agent="jane.doe@example.com") as call:
    call.record(otel_usage.TokenUsage(input=1_000, output=100))
"""


def test_spans_are_printed_when_the_console_is_asked_for(tmp_path: Path) -> None:
    """Also when it is asked for later than the first time; without their secrets."""
    status, out, _ = begin(PRINTED, tmp_path / "p").end()
    span = json.loads(out)
    assert status == 0
    assert span["attributes"]["otel_usage.cost.nanos"] == ONE
    assert span["attributes"]["gen_ai.agent.name"] == "[REDACTED:email]"
