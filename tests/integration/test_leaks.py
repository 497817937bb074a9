"""A canary of each class in every place that an agent has; every byte that left and every file is searched for it."""

from __future__ import annotations

import json
import os
import random
import socket
import string
import subprocess
import sys
import urllib.request
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from otel_usage.redaction.classes import DEFAULT_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterator

UNHEARD = b"unheard"
"""The word before a canary where a model, its answer or a tool is told of it, and nowhere else."""


def pick(rng: random.Random, size: int, letters: str = string.ascii_letters + string.digits) -> str:
    """Draw letters, of which three are of three kinds."""
    return "k7Q" + "".join(rng.choice(letters) for _ in range(size - 3))


def canaries(rng: random.Random) -> dict[str, tuple[str, str]]:
    """Make a text and the secret in it, by class."""
    jwt = f"eyJhbGciOiJIUzI1NiJ9.eyJ{pick(rng, 60)}.{pick(rng, 43)}"
    digits = "".join(rng.choice("123456789") for _ in range(5))
    secrets = {
        "private_key": ("-----BEGIN RSA PRIVATE " + "KEY-----\n{}\n-----END RSA PRIVATE " + "KEY-----", pick(rng, 64)),
        "jwt": ("session {} expired", jwt),
        "cloud_key": ("key {} was used", "AK" + "IA" + "".join(rng.choice(string.ascii_uppercase) for _ in range(16))),
        "api_key": ("call it with {} please", "gh" + "p_" + pick(rng, 36)),
        "auth_header": ("Authorization: Bearer {}", pick(rng, 32)),
        "url_credentials": ("postgresql://app:{}@db.example.com:5432/main", pick(rng, 14)),
        "keyword_secret": ("DB_PASSWORD={}", pick(rng, 14)),
        "email": ("write to {} today", f"{pick(rng, 9).lower()}@mail.example.org"),
        "path_user": ("open /home/{}/notes.txt", pick(rng, 11).lower()),
        "private_ip": ("peer {} is down", f"10.{digits[:2]}.{digits[2:4]}.{digits[4]}7"),
        "money": ("the invoice is for {} in all", f"${digits[:3]},{digits[2:5]}.{digits[1:3]}"),
    }  # fmt: skip
    return {kind: (around.format(secret), secret) for kind, (around, secret) in secrets.items()}


class Left(NamedTuple):
    """What left, by where it went."""

    places: dict[str, bytes]
    secrets: dict[str, str]

    def leaks(self) -> list[tuple[str, str]]:
        """Name every place and class where a secret stands."""
        return [
            (place, kind)
            for place, content in self.places.items()
            for kind, secret in self.secrets.items()
            if secret.encode() in content
        ]


def free_port() -> int:
    """Find a port of loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def page_of_the_ledger(home: Path, environ: dict[str, str]) -> Iterator[bytes]:
    """Serve the ledger to Prometheus for as long as one request takes."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "otel_usage",
        "--home",
        str(home),
        "metrics",
        "--listen",
        f"127.0.0.1:{port}",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environ) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
                yield answer.read()
        finally:
            server.terminate()
            yield server.communicate(timeout=30)[0]


@pytest.fixture(scope="module", params=["off", "redacted"])
def left(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Left]:
    """Run the agent, the commands and the exporter of a home, and gather all that left, with capture off and on."""
    home = tmp_path_factory.mktemp("home")
    planted = canaries(random.Random(request.param))
    told = {kind: text for kind, (text, _) in planted.items()}
    environ = {"PATH": os.defpath, "PYTHONUTF8": "1", "OTEL_USAGE_HOME": str(home), "NO_PROXY": "127.0.0.1"}
    if request.param == "redacted":
        (home / "otel-usage.yaml").write_text("content: {capture: redacted}", encoding="utf-8")
        environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "SPAN_AND_EVENT"
    places: dict[str, bytes] = {}
    with import_module("tests.data.receiver").OtlpReceiver() as receiver:
        done = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("leaking.py")), str(free_port())],
            input=json.dumps(told).encode(), capture_output=True, check=False, timeout=110,
            env={**environ, "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        for path, body in receiver.bodies:
            places[f"otlp {path}"] = places.get(f"otlp {path}", b"") + body
    places |= {"console": done.stdout, "log lines": done.stderr}
    for text in told.values():
        command = [
            sys.executable,
            "-m",
            "otel_usage",
            "record",
            "--provider=openai",
            "--model=gpt-4o",
            "--input=9",
        ]
        said = ("job-id", "agent", "session", "task-type", "service-tier")
        command += [
            "--output=1",
            "--status=error",
            f"--tag=note={text}",
            *(f"--{name}={text}" for name in said),
        ]
        places["record"] = places.get("record", b"") + output_of(command, environ)
    for name, arguments in {
        "query": ["query", "--by", "model", "--by", "agent", "--by", "job", "--format", "json"],
        "report": ["report"],
        "explain": ["explain", "last"],
    }.items():
        places[name] = output_of([sys.executable, "-m", "otel_usage", *arguments], environ)
    places["page of the ledger"] = b"".join(page_of_the_ledger(home, environ))
    for path in sorted(home.rglob("*")):
        if path.is_file():
            places[f"home {path.relative_to(home)}"] = path.read_bytes()
    return request.param, Left(places, {kind: secret for kind, (_, secret) in planted.items()})


def output_of(command: list[str], environ: dict[str, str]) -> bytes:
    """Run a command that succeeds, and give both of its outputs."""
    done = subprocess.run(command, capture_output=True, check=False, timeout=60, env=environ)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout + done.stderr


def test_a_canary_of_each_default_class_is_planted(left: tuple[str, Left]) -> None:
    """No class is left out."""
    assert set(left[1].secrets) == set(DEFAULT_CLASSES)


def test_no_canary_left(left: tuple[str, Left]) -> None:
    """Neither over OTLP, nor on a page, a console or a log, nor into a file of the home."""
    leaks = left[1].leaks()
    assert not leaks, leaks


def test_what_was_told_arrived_without_its_secret(left: tuple[str, Left]) -> None:
    """A mark of each class stands in spans, logs and console, in the journal and in the ledger: nothing was lost."""
    places = left[1].places
    journal = b"".join(content for name, content in places.items() if name.startswith("home logs/"))
    for kind in DEFAULT_CLASSES:
        mark = f"[REDACTED:{kind}]".encode()
        for place in ("otlp /v1/traces", "otlp /v1/logs", "console", "home usage.db"):
            assert mark in places[place], (place, kind)
        assert mark in journal, kind
        assert f'class="{kind}"'.encode() in places["page of the ledger"]


def test_what_a_model_and_a_tool_are_told_leaves_only_where_it_is_captured(left: tuple[str, Left]) -> None:
    """Off is off for prompts, system prompts, tools, their arguments and results; on it is everywhere that was asked for."""
    capture, (places, _) = left
    heard = {place for place, content in places.items() if UNHEARD in content}
    if capture == "off":
        assert heard == set()
        assert not any(place.startswith("home content") for place in places)
    else:
        assert {place for place in heard if not place.startswith("home content/")} == {
            "otlp /v1/traces",
            "otlp /v1/logs",
            "console",
        }
        assert any(place.startswith("home content/") for place in heard)
