"""The box of ``otel-usage report``: any width, any encoding, colour where there is a terminal for it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from otel_usage import config
from otel_usage.cli.report.box import Pen, drawn
from otel_usage.cli.report.gathering import gather
from otel_usage.cli.report.layout import Note, Pair, Row, Rows, wrapped
from otel_usage.cli.report.names import model_names
from otel_usage.cli.report.periods import Asked
from otel_usage.cli.report.text import text
from otel_usage.cli.report.view import View
from otel_usage.cli.widths import cut, width
from otel_usage.config import colour_wanted
from otel_usage.home import Home
from otel_usage.ledger.dimensions import Dimension
from otel_usage.ledger.selection import Period, Selection
from otel_usage.ledger.store import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from otel_usage.cli.report.gathering import Facts

    Run = Callable[..., Any]
    Tell = Callable[..., str]

CODES = re.compile(r"\x1b\[[0-9;]*m")
WIDTHS = range(20, 301)
NAMES = ("日本語のエージェント名前長い", "a" * 90, "Zoë 🦊", "écrivain é́", "short")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nobody_says_how_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger's days are those of UTC."""
    monkeypatch.setenv("OTEL_USAGE_ZONE", "UTC")
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def _reached(configure: Callable[[str], Path]) -> None:
    """One budget is spent, one nearly."""
    configure(
        "budgets:\n"
        "  - {name: small, period: day, limit_usd: 1}\n"
        "  - {name: half, period: month, limit_usd: 100}\n"
        "  - {name: large, period: month, limit_usd: 100000}\n"
    )


@pytest.fixture
def facts(record: Tell, home: Path, _reached: None) -> Facts:
    """A report with long names, with names of wide letters, and with large numbers."""
    for place, name in enumerate(NAMES):
        record(
            agent=name, cost=str(12.5 * place), input=10**9, output=10**8 + place, timestamp=NOW.isoformat()
        )
    record(provider="house", model="m" * 70, timestamp=NOW.isoformat())
    settings = config.load(home)
    with Ledger(Home(home), zone="UTC") as ledger:
        ledger.ingest()
        day = NOW.date()
        asked = Asked(
            title="From 2026-11-22T00:00:00+00:00",
            period=Period(first=day, last=day),
            before=Period(first=day, last=day),
            running=True,
            begin=None,
            end=None,
        )
        view = (Dimension.MODEL, Dimension.AGENT)
        return gather(ledger, asked, Selection(period=asked.period), view, settings.budgets, NOW.timestamp())


def lines_of(box: str, columns: int | None = None) -> list[str]:
    """The lines of a box, each as wide as the others and not wider than the terminal."""
    lines = box.splitlines()
    (wide,) = {wcswidth(line) for line in lines}
    assert columns is None or wide <= columns
    return lines


@pytest.mark.parametrize("unicode", [True, False])
def test_a_box_fits_every_terminal_and_cuts_no_number(facts: Facts, *, unicode: bool) -> None:
    """From 20 to 300 columns every figure of the widest box stands in it, in its order."""
    view = View(form="text", asked=(Dimension.MODEL, Dimension.AGENT), top_models=None)
    wanted = None
    for columns in [*reversed(WIDTHS)]:
        box = text(facts, view, Pen(columns=columns, unicode=unicode))
        lines = lines_of(box, columns)
        told = "".join("".join(line[1:-1].split()) for line in lines[1:-1])
        numbers = re.findall(r"\$[\d,.]+|[\d,]+%|\d{4}-\d\d-\d\d|\d[\d,]{3,}", told)
        wanted = wanted or numbers
        assert numbers == wanted, columns
        assert box.isascii() or unicode
    assert wanted
    for figure in ("$125.00", "5,000,001,000", "500,000,110", "$50.00", "40%", "12,500%", "2026-11-22"):
        assert figure in " ".join(wanted)


def test_a_box_is_wider_only_where_a_name_needs_it(facts: Facts) -> None:
    """With all the columns in the world it has what the longest name takes; numbers alone make none wider."""
    view = View(form="text", asked=(Dimension.PROVIDER,), top_models=None)
    wide = View(form="text", asked=(Dimension.AGENT,), top_models=None)
    box = text(facts, wide, Pen())
    assert "a" * 90 in box
    assert len(lines_of(text(facts, wide, Pen(columns=300)))[0]) == len(lines_of(box)[0])
    budgets: list[list[Any]] = [
        [Rows([Row("daily", ("$12,345,678.90 of $12,345,678.90", "(100%)", "$99,999,999.99 expected"))])]
    ]
    assert {len(line) for line in lines_of(drawn(["A Title"], budgets, Pen()))} == {62}
    assert view.shown == (Dimension.PROVIDER,)


@given(
    st.lists(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=60), min_size=1),
    st.integers(20, 300),
)
def test_any_names_make_a_box_that_fits(names: list[str], columns: int) -> None:
    """Whatever letters they have."""
    rows = Rows([Row(name, ("$1,234.56", "(12%)")) for name in names])
    for pen in (Pen(columns=columns), Pen()):
        box = drawn(
            ["LLM Usage Report - Last 7 Days"], [[Note("By Agent:"), rows, Pair("Calls", "12,345,678")]], pen
        )
        lines_of(box, pen.columns)
        assert box.count("$1,234.56") == len(names)


@given(st.text(st.characters(categories=["L", "M", "N", "So"])), st.integers(1, 40))
def test_a_cut_name_fits_and_keeps_its_ends(name: str, columns: int) -> None:
    """One that fits stays as it is."""
    found = cut(name, columns)
    assert width(found) <= columns
    if width(name) <= columns:
        assert found == name
    else:
        begin, dots, end = found.partition("…")
        assert dots or columns == 1
        assert name.startswith(begin)
        assert name.endswith(end)


def test_a_cut_name_tells_names_apart_that_end_otherwise() -> None:
    """Two thirds of the room are the begin's."""
    assert cut("nightly-build-2026-11-21", 16) == "nightly-bu…11-21"
    assert cut("nightly-build-2026-11-21", 16, "...") == "nightly-b...1-21"
    assert cut("abcdef", 3, "...") == "abc"
    assert cut("日本語のエージェント", 9) == "日本語…ト"


@given(st.text(st.sampled_from("ab 1日é"), max_size=80), st.integers(2, 30))
def test_wrapping_loses_no_letter(words: str, room: int) -> None:
    """A word that is longer than a line goes on in the next one."""
    lines = wrapped(words, room)
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert all(width(line) <= room for line in lines)


@given(st.lists(st.text(st.sampled_from("a-@20240101"), max_size=24), unique=True))
def test_no_two_models_get_one_name(models: list[str]) -> None:
    """Whatever dates they end with."""
    assert len(set(model_names(models).values())) == len(models)


def test_a_model_that_is_called_by_a_date_keeps_it() -> None:
    """There would be nothing left."""
    assert model_names(["-20241022", "@2024-10-22"]) == {
        "-20241022": "-20241022",
        "@2024-10-22": "@2024-10-22",
    }


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "utf-16", "PYTHONUTF8": "0"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "en_US.ISO-8859-1", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=str,
)
def test_ascii_where_the_encoding_is_not_utf8(start: Run, record: Tell, env: dict[str, str]) -> None:
    """Lines and names of plain characters, each line as wide as the others."""
    record(cost="1", agent="Zoë 日本", model="modèle…")
    done = start("report", "--today", "--breakdown=agent", "--breakdown=model", env=env)
    assert (done.code, done.err) == (0, "")
    out = done.out.replace("\0", "").lstrip("\ufffd") if env.get("PYTHONIOENCODING") == "utf-16" else done.out
    assert out.isascii()
    lines = out.splitlines()
    assert {line[0] for line in lines} == {"+", "|"}
    assert lines[0] == "+" + "=" * 60 + "+"
    assert {len(line) for line in lines} == {62}
    assert "Zo? ??" in out
    assert "mod?le?" in out
    assert "$1.00" in out


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "utf_8"])
def test_utf8_is_utf8_however_it_is_spelt(start: Run, record: Tell, encoding: str) -> None:
    """Double lines."""
    record(cost="1")
    assert start("report", env={"PYTHONIOENCODING": encoding}).out.startswith("╔")


def test_there_is_no_colour_in_a_pipe(run: Run, record: Tell) -> None:
    """Nor any other control character: names come from anywhere, and must not write to somebody's terminal."""
    record(cost="1", agent="\x1b[31mred\x07\nline", job_id="\x1b]0;title\x07", model="\x9b31m")
    shown = ("report", "--today", "--breakdown=agent", "--breakdown=job", "--breakdown=model")
    for arguments in (shown, ("query", "--by", "agent", "--by", "job"), ("explain", "last")):
        out = run(*arguments).out
        assert "$1" in out
        assert not [char for char in out if unicodedata.category(char) == "Cc" and char != "\n"]
        assert "\nline" not in out
    lines_of(run(*shown).out)


@pytest.mark.parametrize("columns", ["20", "50", "62", "63", "300"])
def test_columns_hold_in_a_pipe_too(start: Run, record: Tell, columns: str) -> None:
    """As a person asks who sends the report to a narrow place."""
    record(cost="1", model="m" * 100)
    done = start("report", env={"COLUMNS": columns})
    assert len(lines_of(done.out)[0]) == min(int(columns), 2 + 4 + 2 + 100 + 4 + len("$1.00   (100%)"))


@pytest.mark.parametrize("columns", ["", "0", "-5", "many"])
def test_columns_that_say_nothing_are_not_given(start: Run, record: Tell, columns: str) -> None:
    """As wide as the name needs."""
    record(cost="1", model="m" * 100)
    assert "m" * 100 in start("report", env={"COLUMNS": columns}).out


def test_fewer_than_twenty_columns_are_twenty(start: Run, record: Tell) -> None:
    """Nothing can be read in less."""
    record(cost="1")
    assert len(start("report", env={"COLUMNS": "3"}).out.splitlines()[0]) == 20


def on_a_terminal(environ: dict[str, str], columns: int, *arguments: str) -> str:
    """What a command writes to a real terminal of so many columns."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-m", "otel_usage", *arguments],
        env=environ, stdin=terminal, stdout=terminal, stderr=terminal,
    ) as process:  # fmt: skip
        os.close(terminal)
        told = b""
        # Linux answers with an error when the last process that had the terminal has ended.
        with suppress(OSError):
            while data := os.read(controller, 65536):
                told += data
        os.close(controller)
        assert process.wait(60) == 0
    return told.decode().replace("\r\n", "\n")


@pytest.mark.usefixtures("_reached")
def test_a_terminal_has_colour_and_says_how_wide_it_is(
    environ: dict[str, str], record: Tell, tell: Tell
) -> None:
    """The title is bold, a budget that is spent red, one that is nearly spent yellow; widths do not change by it."""
    record(cost="60", model="m" * 100)
    tell("query")  # reading the journal would be told on a terminal, too
    environ = {**environ, "TERM": "xterm-256color"}
    told = on_a_terminal(environ, 70, "report", "--today")
    plain = CODES.sub("", told)
    assert {len(line) for line in plain.splitlines()} == {70}
    assert re.search(r"\x1b\[1mLLM Usage Report - Today, [\d-]+\x1b\[0m", told.replace(" " * 9, ""))
    assert re.search(r"\x1b\[31m!! small", told)
    assert re.search(r"\x1b\[33m! {2}half", told)
    assert not re.search(r"\x1b\[3.m +large", told)
    for more in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        uncoloured = on_a_terminal({**environ, **more}, 70, "report", "--today")
        assert "\x1b" not in uncoloured
        assert len(uncoloured.splitlines()) == len(plain.splitlines())
    assert "\x1b" in on_a_terminal({**environ, "NO_COLOR": ""}, 70, "report", "--today")
    assert len(on_a_terminal({**environ, "NO_COLOR": "1"}, 20, "report", "--today").splitlines()[0]) == 20


def test_colour_is_not_wanted_where_somebody_says_so() -> None:
    """An empty NO_COLOR says nothing (https://no-color.org)."""
    assert colour_wanted({})
    assert colour_wanted({"NO_COLOR": "", "TERM": "xterm"})
    assert not colour_wanted({"NO_COLOR": "0"})
    assert not colour_wanted({"TERM": "dumb"})


@pytest.mark.parametrize("form", ["text", "json", "csv", "markdown", "html"])
def test_a_reader_that_goes_away_is_no_error(environ: dict[str, str], record: Tell, form: str) -> None:
    """``otel-usage report | head -1``."""
    for place in range(60):
        record(cost="1", model=f"model-{place}")
    command = f"{sys.executable} -m otel_usage report --format {form} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], env=environ, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 1


def test_an_output_that_is_full_is_one_sentence(start: Run, record: Tell) -> None:
    """Exit 1."""
    record()
    with open("/dev/full", "wb") as full:  # noqa: PTH123  # a device
        done = start("report", stdout=full)
    assert (done.code, done.sentence) == (1, "otel-usage: No space left on device")
