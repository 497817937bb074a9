"""Every command in poor surroundings: a closed pipe, another encoding, a narrow terminal, a damaged or locked ledger."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.cli import command, reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., Any]
    Tell = Callable[..., str]

LINES: dict[str, tuple[str, ...]] = {
    "budget": ("budget",),
    "calculate": ("calculate", "--provider=openai", "--model=gpt-4o", "--input=1000", "--output=10"),
    "compare": ("compare", "--to=gpt-4o-mini"),
    "completion": ("completion", "bash"),
    "explain": ("explain", "last"),
    "export": ("export",),
    "init": ("init",),
    "metrics": ("metrics", "--once"),
    "prices": ("prices", "list"),
    "query": ("query", "--by=model", "--by=day"),
    "rebuild": ("rebuild",),
    "record": ("record", "--provider=openai", "--model=gpt-4o", "--input=1000", "--output=10"),
    "redact": ("redact",),
    "report": ("report",),
    "reprice": ("reprice",),
}
"""A line of each command but the demonstration, which has tests of its own."""
READERS = ("budget", "compare", "explain", "export", "query", "report", "reprice")
NAMES = ("агент-π", "研究エージェント", "e\u0301quipe", "a" * 90)


@pytest.fixture
def _calls(record: Tell) -> None:
    """Calls with names that take more bytes, columns or room than letters."""
    for name in NAMES:
        record(agent=name, model="gpt-4o", team=name, cost="12.5")


def test_every_command_has_its_line() -> None:
    """A command that is added is tried out here too."""
    assert {*LINES, "demo"} == set(command.list_commands(None))  # type: ignore[arg-type]  # the list does not depend on a context


@pytest.mark.usefixtures("_calls")
@pytest.mark.parametrize("name", LINES)
def test_a_reader_that_goes_away_is_no_error(name: str, environ: dict[str, str]) -> None:
    """A pipe that is closed before the first byte: as with other tools, no word of it."""
    source, sink = os.pipe()
    os.close(source)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "otel_usage", *LINES[name]],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    finally:
        os.close(sink)
    assert (done.returncode, done.stderr.decode()) == (0, "")


@pytest.mark.usefixtures("_calls")
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
@pytest.mark.parametrize("name", LINES)
def test_another_encoding_is_no_error(name: str, encoding: str, start: Run) -> None:
    """What cannot be shown is replaced; numbers stay."""
    done = start(*LINES[name], env={"PYTHONIOENCODING": encoding, "LC_ALL": "C"})
    assert (done.code, done.err.replace("\0", "").lstrip("\ufeff\ufffd")) == (0, "")


@pytest.mark.usefixtures("_calls")
@pytest.mark.parametrize("columns", ["20", "62", "300"])
@pytest.mark.parametrize("name", ["report", "budget"])
def test_no_number_is_cut_whatever_the_width(name: str, columns: str, start: Run) -> None:
    """A table that is too wide breaks between its cells."""
    out = start(*LINES[name], env={"COLUMNS": columns}).out
    assert re.search(r"\$50\.00", out)


@pytest.mark.usefixtures("_calls")
@pytest.mark.parametrize("name", READERS)
def test_a_damaged_ledger_is_one_sentence(name: str, run: Run, home: Path) -> None:
    """Exit 1, and what to do; what is recorded meanwhile is not lost."""
    (home / "usage.db").write_bytes(b"this is no database " * 500)
    done = run(*LINES[name])
    assert (done.code, done.out) == (1, "")
    assert done.sentence.endswith("run 'otel-usage rebuild'")
    assert run(*LINES["record"]).code == 0
    assert run("rebuild").code == 0
    assert f"Calls: {len(NAMES) + 1} " in run("query").out


@pytest.fixture
def _locked(home: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another process writes the ledger all the while."""
    run("query")
    monkeypatch.setattr(reading, "_WAIT", 0.05)
    with closing(sqlite3.connect(home / "usage.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.usefixtures("_calls", "_locked")
@pytest.mark.parametrize("name", READERS)
def test_a_locked_ledger_answers_with_what_it_has_and_says_so(name: str, run: Run) -> None:
    """The calls that came since are in the journal; the answer may lack them, and is not silent about it."""
    assert run(*LINES["record"]).code == 0
    done = run(*LINES[name])
    assert done.code == 0
    assert "another process is still reading the journal; the newest calls may be missing" in done.err


def test_the_shell_ends_a_pipe_early(record: Tell, environ: dict[str, str]) -> None:
    """``query | head -1`` in a real shell."""
    record()
    shell = shutil.which("sh")
    assert shell
    done = subprocess.run(
        [shell, "-c", f"{sys.executable} -m otel_usage query --format json | head -1"],
        env={**environ, "PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"{\n", b"")
