"""``otel-usage budget``: what is spent, and a check that never takes what it cannot tell for nothing spent."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from wcwidth import wcswidth

from otel_usage.cli.shapes.budgets import Budget, BudgetAnswer, BudgetCheckAnswer, CheckedBudget
from otel_usage.runtime import configure as configure_process
from otel_usage.runtime import shutdown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., Any]
    Tell = Callable[..., str]
    Book = Callable[..., None]
    Configure = Callable[[str], Path]

SCOPED = """budgets:
  - {name: all, period: week, limit_usd: 20}
  - {name: anna, scope: agent:anna, period: day, limit_usd: 2, thresholds: [0.25]}
  - {name: envs, scope: tag:env, period: month, limit_usd: 1000}
  - {name: teams, scope: team, period: day, limit_usd: 1}
"""
CANNOT = "otel-usage: whether budgets are spent cannot be told: "


@pytest.fixture
def book(home: Path) -> Iterator[Book]:
    """Books a call of some dollars; None for a model without a price."""

    def call(usd: float | None, **who: Any) -> None:
        import otel_usage  # noqa: PLC0415  # its names are loaded when they are asked for

        configure_process(home=home)
        model = "unheard-of" if usd is None else "gpt-4o"
        with otel_usage.attribution(**who):
            otel_usage.log_llm(provider="openai", model=model, input_tokens=1, output_tokens=0, cost=usd)
        shutdown()

    yield call
    shutdown()


def test_every_budget_is_listed_with_the_time_of_the_answer(
    tell: Tell, book: Book, configure: Configure
) -> None:
    """One row for each subject, the costliest first; who has spent nothing of a limit for each is told of below."""
    configure(SCOPED)
    book(4, agent="anna", tags={"env": "dev"})
    book(1, agent="marcus", tags={"env": "prod"})
    book(None, agent="anna")
    head, *rows, teams, _, last = tell("budget").splitlines()
    assert head.split() == ["Budget", "Scope", "Period", "Spent", "Limit", "Share", "Forecast", "Unpriced"]
    # What comes before and after the forecast, which depends on the time of day.
    assert [(row.split()[:6], row.split()[7:]) for row in rows] == [
        (["all", "global", "week", "$5.00", "$20.00", "25%"], ["1"]),
        (["anna", "agent:anna", "day", "$4.00", "$2.00", "200%"], ["1"]),
        (["envs", "tag:env=dev", "month", "$4.00", "$1,000.00", "0%"], ["0"]),
        (["envs", "tag:env=prod", "month", "$1.00", "$1,000.00", "0%"], ["0"]),
    ]
    assert len({len(row) for row in (head, *rows)}) == 1
    assert teams == "teams: no call of this day says its team"
    assert re.fullmatch(
        r"As of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\. Advisory: calls in flight are not in it\.", last
    )


def test_the_json_is_exact_and_in_local_time(ask: Run, book: Book, configure: Configure) -> None:
    """Amounts are printed from integers; moments have the offset of the ledger's zone."""
    configure("zone: Pacific/Marquesas\n" + SCOPED)
    book(0.1, agent="anna")
    book(0.2, agent="anna")
    book(0.300000001, agent="anna")
    found = ask("budget", "--json")
    assert [budget["name"] for budget in found["budgets"]] == ["all", "anna"]
    anna = found["budgets"][1]
    assert (anna["scope"], anna["subject"], anna["period"]) == ("agent", "anna", "day")
    assert (anna["spent"], anna["limit"], anna["share"]) == ("0.600000001", 2, "0.3000000005")
    assert (anna["thresholds"], anna["reached"], anna["unpricedCalls"]) == (["0.25"], "0.25", 0)
    begin, end = (datetime.fromisoformat(anna[name]) for name in ("begin", "end"))
    assert (end - begin).total_seconds() == 24 * 3600
    for text in (anna["begin"], anna["end"], found["asOf"]):
        assert text.endswith("-09:30")
    assert abs((datetime.now(UTC) - datetime.fromisoformat(found["asOf"])).total_seconds()) < 600


def keys(shape: type[msgspec.Struct]) -> list[str]:
    """The names that a shape has in JSON."""
    return [field.encode_name for field in msgspec.structs.fields(shape)]


def test_the_json_has_its_shape(ask: Run, book: Book, configure: Configure) -> None:
    """Also without a budget, without a call, and of a check."""
    configure("budgets: []")
    assert ask("budget", "--json").keys() == set(keys(BudgetAnswer))
    configure(SCOPED)
    assert len(ask("budget", "--json")["budgets"]) == 2
    book(0.5, agent="anna", tags={"env": "dev"})
    budgets = ask("budget", "--json")["budgets"]
    assert [list(budget) for budget in budgets] == [keys(Budget)] * 3
    found = ask("budget", "check", "--json")
    assert list(found) == keys(BudgetCheckAnswer)
    assert (found["verdict"], found["reason"], found["failAt"]) == ("under", None, "1.0")
    assert [list(one) for one in found["budgets"]] == [keys(CheckedBudget)] * 3
    assert [(one["name"], one["verdict"], one["compared"], one["limit"]) for one in found["budgets"]] == [
        ("all", "under", "0.5", 20),
        ("anna", "under", "0.5", 2),
        ("envs", "under", "0.5", 1000),
    ]


def test_a_name_that_no_call_has_is_told_of(tell: Tell, book: Book, configure: Configure) -> None:
    """A budget of a name that is spelt otherwise in the calls would never be reached."""
    configure("budgets: [{name: p, scope: 'provider:OpenAI', period: day, limit_usd: 1}]")
    book(0.5)
    told = "p: no call of this day is of provider:OpenAI, to the letter"
    assert told in tell("budget").splitlines()
    configure("budgets: [{name: p, scope: 'provider:openai', period: day, limit_usd: 1}]")
    assert "to the letter" not in tell("budget")


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 200])
def test_wide_letters_take_two_columns(start: Run, book: Book, configure: Configure, columns: int) -> None:
    """A table stands in columns, a block fits the terminal."""
    name = "\u65e5\u672c\u8a9e" * 6
    configure(
        f"budgets:\n  - {{name: {name}, period: day, limit_usd: 1}}\n  - {{name: b, period: day, limit_usd: 2}}"
    )
    book(0.5)
    done = start("budget", env={"COLUMNS": str(columns)})
    lines = done.out.splitlines()[:-2]
    assert max(map(wcswidth, lines)) <= columns
    if columns == 200:
        assert len({wcswidth(line) for line in lines}) == 1


def test_a_check_cannot_tell_while_recording_is_switched_off(
    start: Run, book: Book, configure: Configure
) -> None:
    """Exit 5, in JSON for each budget too; what is reached is reached all the same."""
    configure("budgets: [{name: d, period: day, limit_usd: 1}]")
    book(0.5)
    done = start("budget", "check", "--json", env={"OTEL_USAGE_DISABLED": "1"})
    found = json.loads(done.out)
    assert (done.code, found["verdict"], found["budgets"][0]["verdict"]) == (5, "unknown", "unknown")
    assert "OTEL_USAGE_DISABLED is set" in done.sentence
    book(0.5)
    assert start("budget", "check", env={"OTEL_USAGE_DISABLED": "1"}).code == 3


def test_prometheus_sees_whose_budget_it_is(tell: Tell, book: Book, configure: Configure) -> None:
    """Scope and subject are labels; the name of a budget of each is that of all of them."""
    configure(SCOPED)
    book(0.5, agent="anna", tags={"env": "dev"})
    spent = [
        re.sub(r'ledger="[^"]*",', "", line)
        for line in tell("metrics", "--once").splitlines()
        if line.startswith("otel_usage_budget_spent_usd{")
    ]
    assert spent == [
        'otel_usage_budget_spent_usd{budget="all",period="week",scope="global",subject=""} 0.5',
        'otel_usage_budget_spent_usd{budget="anna",period="day",scope="agent",subject="anna"} 0.5',
        'otel_usage_budget_spent_usd{budget="envs",period="month",scope="tag:env",subject="dev"} 0.5',
    ]


def test_without_a_budget_it_says_what_to_do(tell: Tell, configure: Configure) -> None:
    """No table of nothing."""
    configure("budgets: []")
    assert tell("budget").startswith("No budget is configured: add 'budgets' to otel-usage.yaml")


@pytest.mark.parametrize("width", [20, 24, 30, 50, 79, 80, 120, 300])
def test_a_narrow_terminal_cuts_names_and_never_numbers(
    start: Run, book: Book, configure: Configure, width: int
) -> None:
    """Where the table does not fit each budget has lines of its own."""
    configure(f"budgets: [{{name: {'n' * 60}, scope: agent:{'a' * 30}, period: month, limit_usd: 800000}}]")
    book(98765.43, agent="a" * 30)
    done = start("budget", env={"COLUMNS": str(width)})
    assert (done.code, done.err) == (0, "")
    table = done.out.split("\n\n")[0].splitlines()
    assert max(map(len, table)) <= width
    for number in ("$98,765.43", "$800,000.00", "12%", "0"):
        assert number in " ".join(table).split()


def test_a_terminal_of_its_own_width_is_honoured(environ: dict[str, str], book: Book) -> None:
    """A real one, of 40 columns."""
    book(1)
    ours, theirs = pty.openpty()
    with closing(os.fdopen(ours, "rb", buffering=0)) as reader:
        subprocess.run(["stty", "cols", "40"], stdin=theirs, check=True)
        subprocess.run(
            [sys.executable, "-m", "otel_usage", "budget"], env=environ, stdout=theirs, check=True, timeout=60
        )
        os.close(theirs)
        shown = reader.read(65536).decode()
    assert "daily (global, day)\r\n  Spent     $1.00\r\n  Limit     $10.00\r\n" in shown


def test_names_cannot_speak_to_the_terminal(tell: Tell, book: Book, configure: Configure) -> None:
    """Escape codes and line ends come from who knows where."""
    configure('budgets: [{name: "a\\e[31m\\nb", scope: agent, period: day, limit_usd: 1}]')
    book(1.5, agent="x\x1b[2Jy")
    assert "a?[31m?b" in tell("budget")
    assert "x?[2Jy" in tell("budget")


@pytest.mark.parametrize(
    ("arguments", "code", "first"),
    [
        ((), 3, "daily: under, $0.60 of $1.00 (60%) this day"),
        (("daily",), 0, "daily: under, $0.60 of $1.00 (60%) this day"),
        (("weekly",), 3, "weekly: reached, $0.60 of $0.50 (120%) this week"),
        (("daily", "--fail-at", "0.6"), 3, "daily: reached, $0.60 of $1.00 (60%) this day"),
        (("daily", "--fail-at", "0.61"), 0, "daily: under, $0.60 of $1.00 (60%) this day"),
        (("--fail-at", "2"), 0, "daily: under, $0.60 of $1.00 (60%) this day"),
    ],
)
def test_a_check_exits_with_what_it_found(
    start: Run, book: Book, configure: Configure, arguments: tuple[str, ...], code: int, first: str
) -> None:
    """0 under, 3 at or over; it says as of when, and that it is advisory."""
    configure(
        "budgets: [{name: daily, period: day, limit_usd: 1}, {name: weekly, period: week, limit_usd: 0.5}]"
    )
    book(0.6)
    done = start("budget", "check", *arguments)
    assert (done.code, done.err) == (code, "")
    lines = done.out.splitlines()
    assert lines[0] == first
    assert re.fullmatch(r"As of .* UTC\. Advisory: calls in flight are not in it\.", lines[-1])
    found = start("budget", "check", *arguments, "--json")
    assert found.code == code
    assert json.loads(found.out)["verdict"] == {0: "under", 3: "reached"}[code]
    assert start("budget", "--json", "check", *arguments).out.startswith("{")


def test_calls_without_a_price_do_what_the_budget_says(start: Run, book: Book, configure: Configure) -> None:
    """Ignored, estimated by the others, or taken for reached; without others to estimate by nobody can tell."""
    plain = "period: day, limit_usd: 1"
    configure(
        f"budgets: [{{name: a, {plain}}}, {{name: b, {plain}, unpriced: estimate}}, {{name: c, {plain}, unpriced: block}}]"
    )
    book(None)
    assert start("budget", "check", "a").code == 0
    done = start("budget", "check", "b")
    assert done.code == 5
    assert done.out.startswith("b: unknown, an unknown amount of $1.00 this day, 1 call without a price\n")
    assert done.sentence == f"{CANNOT}no call has a price that the unpriced ones could be estimated by: b"
    assert start("budget", "check", "c").code == 3
    book(0.4)
    assert start("budget", "check", "b").out.startswith("b: under, $0.80 of $1.00 (80%) this day, 1 call")
    book(None)
    assert start("budget", "check", "b").code == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ("dayly",),
        ("",),
        ("--fail-at", "80"),
        ("--fail-at", "0"),
        ("--fail-at", "-1"),
        ("--fail-at", "nan"),
        ("--fail-at", "inf"),
        ("--fail-at", "much"),
        ("--fail-at", ""),
        ("--fail-at",),
        ("daily", "monthly"),
        ("--loud",),
    ],
)
def test_what_cannot_be_asked_is_a_mistake_of_usage(start: Run, arguments: tuple[str, ...]) -> None:
    """Exit 2: an unset shell variable, or 80 for 0.8, must not become a check that always passes."""
    done = start("budget", "check", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err


def test_an_unknown_name_is_answered_with_the_known_ones(run: Run) -> None:
    """A person sees what there is."""
    assert "there is no such budget; there are: daily, monthly" in run("budget", "check", "dayly").err


def _garbage(home: Path) -> None:
    for file in home.glob("usage.db*"):
        file.unlink()
    (home / "usage.db").write_bytes(os.urandom(50_000))


def _file_for_a_home(home: Path) -> None:
    shutil.rmtree(home)
    home.write_text("no directory")


def _file_for_the_journal(home: Path) -> None:
    shutil.rmtree(home / "logs")
    (home / "logs").write_text("no directory")


def _directory_for_the_database(home: Path) -> None:
    for file in home.glob("usage.db*"):
        file.unlink()
    (home / "usage.db").mkdir()


def _newer(home: Path) -> None:
    with closing(sqlite3.connect(home / "usage.db")) as connection:
        connection.execute("PRAGMA user_version = 999")


def _configuration(text: str) -> Callable[[Path], None]:
    def write(home: Path) -> None:
        (home / "otel-usage.yaml").write_text(text, encoding="utf-8")

    return write


@pytest.mark.parametrize(
    "breaks",
    [
        pytest.param(_garbage, id="garbage for a database"),
        pytest.param(_newer, id="a database of a newer version"),
        pytest.param(_directory_for_the_database, id="a directory for a database"),
        pytest.param(_file_for_a_home, id="a file for a home"),
        pytest.param(_file_for_the_journal, id="a file for the journal"),
        pytest.param(_configuration("budgets: [{name: a"), id="no YAML"),
        pytest.param(_configuration("budgets: [{name: a, period: day}]"), id="a budget without a limit"),
        pytest.param(_configuration("zone: Middle/Earth"), id="no zone"),
        pytest.param(_configuration("budgets: []"), id="no budget"),
        pytest.param(
            _configuration(
                "redaction: {classes: [nonsense]}\nbudgets: [{name: a, scope: agent:b, period: day, limit_usd: 1}]"
            ),
            id="nobody knows how names are stored",
        ),
    ],
)
def test_what_cannot_be_told_is_exit_5_and_a_sentence(
    start: Run, book: Book, home: Path, breaks: Callable[[Path], None]
) -> None:
    """A real process, whatever is broken: never 0, and never a traceback."""
    book(1)
    assert start("budget", "check").code == 0
    breaks(home)
    done = start("budget", "check")
    assert done.code == 5
    assert done.sentence.startswith(CANNOT)
    done = start("budget", "check", "--json")
    assert done.code == 5
    found = json.loads(done.out)
    assert list(found) == keys(BudgetCheckAnswer)
    assert (found["verdict"], found["budgets"]) == ("unknown", [])
    assert done.sentence == CANNOT + found["reason"]


def test_a_directory_that_cannot_be_reached_is_exit_5(start: Run, home: Path) -> None:
    """Nobody knows what lies in it."""
    home.symlink_to(home)
    assert start("budget", "check").code == 5


_KEEPS = (
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute(sys.argv[2]);"
    "print('kept', flush=True); sys.stdin.read()"
)


def test_a_process_that_keeps_the_ledger_locked_is_exit_5(start: Run, book: Book, home: Path) -> None:
    """The newest calls may be missing then; what is spent for sure is spent all the same."""
    book(1)
    assert start("budget", "check").code == 0
    with subprocess.Popen(
        [sys.executable, "-c", _KEEPS, home / "usage.db", "BEGIN IMMEDIATE"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == b"kept\n"
        done = start("budget", "check")
        assert done.code == 5
        assert done.sentence.startswith(f"{CANNOT}the newest calls may be missing")
        assert "daily: unknown, $1.00 of $10.00 (10%) this day" in done.out
        assert start("budget", "check", "--fail-at", "0.1").code == 3
        other.stdin.close()
        assert other.wait() == 0
    assert start("budget", "check").code == 0


def test_a_ledger_that_nobody_may_open_is_exit_5(
    run: Run, book: Book, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process is a real one; this one waits less long for it than it would."""
    book(1)
    assert run("budget", "check").code == 0
    monkeypatch.setattr("otel_usage.ledger.database._PATIENCE", 0.1)
    with closing(sqlite3.connect(home / "usage.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        done = run("budget", "check")
        assert (done.code, done.out) == (5, "")
        assert done.sentence.endswith("is locked by another process; try again in a moment")
        assert run("budget").code == 75
    assert run("budget", "check").code == 0


def test_a_mistake_of_our_own_is_exit_5(run: Run, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kind of the error is told, never its text, which may hold anything."""
    book(1)

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("what nobody should see")

    monkeypatch.setattr("otel_usage.cli.budget.check", broken)
    done = run("budget", "check")
    assert (done.code, done.out, done.sentence) == (5, "", f"{CANNOT}ZeroDivisionError")


@pytest.mark.parametrize(("spent", "code"), [(1, 0), (11, 3)])
def test_a_reader_that_goes_away_has_the_exit_code(
    environ: dict[str, str], book: Book, spent: int, code: int
) -> None:
    """``otel-usage budget check | true`` in a shell that looks at every part of a pipe."""
    book(spent)
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "otel_usage", "budget", "check"],
            env=environ, check=False, timeout=60, stdout=theirs, stderr=subprocess.PIPE,
        )  # fmt: skip
    finally:
        os.close(theirs)
    assert (done.returncode, done.stderr) == (code, b"")


def test_a_full_disk_behind_the_answer_is_exit_5(
    start: Run, book: Book, unavailable: Callable[[str], None]
) -> None:
    """Who reads the answer from a file must not find half of it beside a 0."""
    if not os.path.exists("/dev/full"):  # noqa: PTH110  # a device
        unavailable("there is no /dev/full")
    book(1)
    with open("/dev/full", "wb", buffering=0) as full:  # noqa: PTH123  # a device
        done = start("budget", "check", stdout=full)
        assert (done.code, done.sentence) == (5, f"{CANNOT}No space left on device")
        assert start("budget", "check", stdout=full, stderr=full).code == 5


def test_a_person_whose_name_is_taken_out_is_checked_all_the_same(
    start: Run, book: Book, configure: Configure
) -> None:
    """The configuration says the name, the ledger what redaction left of it."""
    configure("budgets: [{name: a, scope: 'agent:anna.smith@mail.test', period: day, limit_usd: 1}]")
    book(2, agent="anna.smith@mail.test")
    done = start("budget", "check")
    assert done.code == 3
    assert done.out.startswith("a (agent:[REDACTED:email]): reached, $2.00 of $1.00 (200%) this day\n")
