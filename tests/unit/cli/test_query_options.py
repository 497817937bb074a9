"""``otel-usage query``: which calls, divided by what, as CSV; and the summary that it leaves."""

from __future__ import annotations

import csv
import io
import json
import stat
import threading
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

from otel_usage.cli.writing import replacing
from otel_usage.home import Home
from otel_usage.journal.lines import Call, encode
from otel_usage.journal.writer import JournalWriter
from otel_usage.records import Cost, CostStatus, Kind, Status, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., Any]
    Tell = Callable[..., str]
    Ask = Callable[..., dict[str, Any]]
    Write = Callable[..., None]

BEGIN = 1_772_355_600 * 10**9
"""2026-03-01T09:00:00Z."""
HOUR = 3600 * 10**9


@pytest.fixture
def write(home: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes calls to the journal, an hour apart, $1, $2, $4, … so that each sum is of its own calls only."""
    monkeypatch.setenv("OTEL_USAGE_ZONE", "UTC")

    def call(*calls: dict[str, Any]) -> None:
        place = Home(home)
        place.prepare()
        writer = JournalWriter(place.logs, background=False)
        for number, fields in enumerate(calls):
            known = {
                "provider": "openai",
                "request_model": "gpt-4o",
                "usage": TokenUsage(input=100, output=10),
            }
            if fields.get("kind") is Kind.API:
                known = {"service": "serpapi", "endpoint": "/search"}
            record = UsageRecord(
                **{
                    "id": f"call {number}",
                    "start": BEGIN + number * HOUR,
                    "source": "live",
                    "cost": Cost(status=CostStatus.PROVIDED, nanos=2**number * 10**9),
                    **known,
                    **fields,
                }
            )
            writer.append(encode(Call(record)))
        writer.close(timeout=0.0)

    return call


CALLS: tuple[dict[str, Any], ...] = (
    {"agent": "a", "team": "core", "project": "site", "tags": {"env": "prod"}, "job_id": "j"},
    {"agent": "a", "team": "web", "source": "cli", "session_id": "s", "task_type": "build"},
    {"provider": "anthropic", "request_model": "claude-sonnet-4-6", "tags": {"env": "dev", "x": "=1+1"}},
    {"kind": Kind.API, "team": "core", "status": Status.ERROR},
    {"request_model": "gpt-4o-mini", "start": BEGIN + 40 * 24 * HOUR},
)


@pytest.mark.parametrize(
    ("options", "cost"),
    [
        ((), 1 + 2 + 4 + 8 + 16),
        (("--agent", "a"), 1 + 2),
        (("--team", "core"), 1 + 8),
        (("--team", "core", "--kind", "llm"), 1),
        (("--project", "site"), 1),
        (("--task-type", "build"), 2),
        (("--source", "cli"), 2),
        (("--session", "s"), 2),
        (("--job-id", "j"), 1),
        (("--tag", "env=prod"), 1),
        (("--tag", "env=dev", "--tag", "x==1+1"), 4),
        (("--tag", "env=dev", "--tag", "x=2"), 0),
        (("--provider", "anthropic"), 4),
        (("--provider", "serpapi"), 8),
        (("--model", "gpt-4o"), 1 + 2),
        (("--model", "gpt-4o*"), 1 + 2 + 16),
        (("--kind", "api"), 8),
        (("--kind", "all"), 31),
        (("--kind", "llm", "--to", "2026-03-01"), 1 + 2 + 4),
        (("--agent", "nobody"), 0),
    ],
)
def test_each_option_selects(write: Write, ask: Ask, options: tuple[str, ...], cost: int) -> None:
    """Together they narrow."""
    write(*CALLS)
    assert ask("query", *options, "--format", "json")["totalCost"] == cost


@pytest.mark.parametrize(
    ("dimension", "key", "expected"),
    [
        ("team", "byTeam", {"": 4 + 16, "core": 1 + 8, "web": 2}),
        ("project", "byProject", {"": 30, "site": 1}),
        ("service", "byService", {"serpapi": 8}),
        ("endpoint", "byEndpoint", {"/search": 8}),
        ("status", "byStatus", {"ok": 23, "error": 8}),
        ("month", "byMonth", {"2026-03": 15, "2026-04": 16}),
        ("week", "byWeek", {"2026-W09": 15, "2026-W15": 16}),
        (
            "hour",
            "byHour",
            {f"2026-03-01T{9 + n:02}:00+00:00": 2**n for n in range(4)} | {"2026-04-10T09:00+00:00": 16},
        ),
        ("tag:env", "byTag", {"env": {"": 2 + 8 + 16, "dev": 4, "prod": 1}}),
    ],
)
def test_each_dimension_divides(
    write: Write, ask: Ask, dimension: str, key: str, expected: dict[str, Any]
) -> None:
    """Names in the order of their cost, times in theirs."""
    write(*CALLS)
    found = ask("query", "--by", dimension, "--format", "json")
    assert found[key] == expected
    names = list(expected["env"]) if key == "byTag" else list(expected)
    assert [group["name"] for group in found["groups"][dimension]] == names


def test_text_names_services_where_there_are_some(write: Write, tell: Tell) -> None:
    """Calls of other services are neither a model's nor a provider's."""
    write(*CALLS)
    assert "By Service:\n  serpapi: $8.00 (26%)\n" in tell("query")
    assert "By Tag env:\n  (none): $26.00 (84%)\n  dev: $4.00 (13%)\n" in tell("query", "--by", "tag:env")


def test_text_names_the_costliest_jobs_and_counts_the_others(write: Write, tell: Tell) -> None:
    """All of them are named when they are asked for; nothing is left out of the sums."""
    cost = [Cost(status=CostStatus.PROVIDED, nanos=number * 10**9) for number in range(25)]
    write(*({"job_id": f"job-{number}", "cost": cost[number]} for number in range(25)))
    text = tell("query")
    assert "  job-24: $24.00\n" in text
    assert "  job-5: $5.00\n" in text
    assert "job-4:" not in text
    assert f"  and 5 more: ${sum(range(5))}.00 (query --by job)\n" in text
    assert all(f"  job-{number}: " in tell("query", "--by", "job") for number in range(25))


@pytest.mark.parametrize(
    "option",
    [
        *("--agent", "--team", "--project", "--model", "--provider", "--task-type", "--source", "--session"),
        *("--from", "--to"),
    ],
)
def test_an_empty_choice_is_refused(run: Run, option: str) -> None:
    """An unset shell variable must not become the cost of everything."""
    done = run("query", option, "")
    assert (done.code, done.sentence) == (2, f"otel-usage: {option}: is empty")


@pytest.mark.parametrize("tag", ["env", "=prod", ""])
def test_a_tag_is_a_name_and_a_value(run: Run, tag: str) -> None:
    """Exit 2."""
    done = run("query", "--tag", tag)
    assert (done.code, done.sentence) == (2, "otel-usage: --tag: must be of the form NAME=VALUE")


@pytest.mark.parametrize("command", ["query", "report"])
def test_a_date_without_hyphens_is_its_whole_day(write: Write, ask: Ask, command: str) -> None:
    """``20260301`` is the day, like ``2026-03-01``, and not its first moment."""
    write(*CALLS)
    found = ask(command, "--from", "20260301", "--to", "20260301", "--format", "json")
    assert found["totalCost"] == 1 + 2 + 4 + 8


@pytest.mark.parametrize("week", ["2026-W09", "2026-W09-7", "2026W097"])
def test_a_week_is_no_date(run: Run, week: str) -> None:
    """It would be taken for the first moment of a day of it."""
    done = run("query", "--to", week)
    assert (done.code, done.sentence) == (
        2,
        "otel-usage: --to: give a date such as 2026-11-21 instead of a week",
    )


def test_csv_has_a_line_for_each_value(write: Write, tell: Tell) -> None:
    """Amounts are exact, names that a spreadsheet would calculate are tamed."""
    nanos = Cost(status=CostStatus.PROVIDED, nanos=1)
    write(
        {"agent": "=1+1", "cost": nanos}, {"agent": 'say "hi", you', "cost": Cost(status=CostStatus.UNPRICED)}
    )
    rows = list(csv.DictReader(io.StringIO(tell("query", "--by", "agent", "--format", "csv"))))
    whole = rows[0]
    assert (whole["dimension"], whole["name"], whole["calls"], whole["cost"]) == (
        "total",
        "",
        "2",
        "0.000000001",
    )
    assert whole["inputTokens"] == str(2 * 100)
    agents = {row["name"]: row["cost"] for row in rows if row["dimension"] == "agent"}
    assert agents == {"'=1+1": "0.000000001", 'say "hi", you': ""}
    models = [row for row in rows if row["dimension"] == "model"]
    assert [(row["name"], row["calls"], row["unpriced"]) for row in models] == [("gpt-4o", "2", "1")]


def test_the_summary_is_the_unfiltered_answer(write: Write, tell: Tell, home: Path) -> None:
    """To the letter, whatever was asked for; closed to others."""
    write(*CALLS)
    tell("query", "--agent", "a", "--by", "hour")
    summary = home / "summary.json"
    assert summary.read_text(encoding="utf-8") == tell("query", "--format", "json")
    assert stat.S_IMODE(summary.stat().st_mode) == 0o600
    assert json.loads(summary.read_text(encoding="utf-8"))["totalCost"] == 31


def test_the_summary_follows_the_journal(write: Write, tell: Tell, record: Tell, home: Path) -> None:
    """It is written when something has changed, or somebody has changed or removed it; else it is left alone."""
    write(*CALLS)
    tell("query")
    summary = home / "summary.json"
    before = summary.stat().st_mtime_ns
    tell("query")
    assert summary.stat().st_mtime_ns == before
    record(cost="64")
    tell("query")
    assert json.loads(summary.read_text(encoding="utf-8"))["totalCost"] == 31 + 64
    summary.write_text("{}", encoding="utf-8")
    tell("query", "--agent", "a")
    assert json.loads(summary.read_text(encoding="utf-8"))["totalCost"] == 31 + 64
    summary.unlink()
    tell("query")
    assert json.loads(summary.read_text(encoding="utf-8"))["totalCost"] == 31 + 64


def test_a_summary_that_cannot_be_written_is_a_warning(write: Write, run: Run, home: Path) -> None:
    """The answer is given all the same, and nothing is left behind."""
    write(*CALLS)
    (home / "summary.json").mkdir()
    done = run("query")
    assert done.code == 0
    assert "Total Cost: $31.00" in done.out
    assert done.sentence.startswith("otel-usage: warning: summary.json could not be written")
    assert [path.name for path in home.glob("summary.json*")] == ["summary.json"]


def test_an_older_summary_of_a_slower_reader_is_not_taken_for_the_newest(
    write: Write, tell: Tell, record: Tell, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is put in the place of the newer one before that is noted; the next answer is right all the same."""
    write(*CALLS)
    tell("query")
    older = (home / "summary.json").read_bytes()
    record(cost="64")

    @contextmanager
    def overtaken(path: Path) -> Iterator[BinaryIO]:
        with replacing(path) as file:
            yield file
        with replacing(path) as file:
            file.write(older)

    with monkeypatch.context() as patched:
        patched.setattr("otel_usage.cli.summary.replacing", overtaken)
        tell("query")
    assert (home / "summary.json").read_bytes() == older
    assert json.loads(tell("query", "--format", "json"))["totalCost"] == 31 + 64
    assert json.loads((home / "summary.json").read_bytes())["totalCost"] == 31 + 64


def test_the_days_of_last_are_the_period(write: Write, ask: Ask) -> None:
    """Also where no call lies in them."""
    write(*CALLS)
    before = datetime.now(UTC).date()
    found = ask("query", "--last", "2d", "--agent", "nobody", "--format", "json")
    # The day may have ended meanwhile.
    days = {before, datetime.now(UTC).date()}
    assert date.fromisoformat(found["period"]["to"]) in days
    assert date.fromisoformat(found["period"]["from"]) + timedelta(days=1) in days


@pytest.mark.parametrize(
    ("option", "line"), [("--from", "Period: from 2100-01-01\n"), ("--to", "Period: to 2020-01-01\n")]
)
def test_a_period_without_calls_is_told_as_it_was_given(
    write: Write, tell: Tell, option: str, line: str
) -> None:
    """An end that was not given is not told."""
    write(*CALLS)
    assert line in tell("query", option, line[-11:-1])


def test_a_reader_of_the_summary_never_sees_half_of_it(
    write: Write, record: Tell, start: Run, home: Path
) -> None:
    """Processes write it while another reads."""
    write(*CALLS)
    start("query")

    def ask_on() -> None:
        for number in range(3):
            record(cost=str(number))
            start("query")

    asking = threading.Thread(target=ask_on)
    asking.start()
    while asking.is_alive():
        assert json.loads((home / "summary.json").read_text(encoding="utf-8"))["totalCost"] >= 31
    asking.join()


def test_a_tag_is_looked_for_as_it_was_stored(record: Tell, ask: Ask) -> None:
    """Its name may announce a secret, which neither the ledger nor the filter holds then."""
    word = "hunter2" + "xyz"
    record(tag=f"password={word}")
    record(tag="env=prod")
    assert ask("query", "--tag", f"password={word}", "--format", "json")["totals"]["calls"] == 1
    assert ask("query", "--tag", "env=prod", "--tag", "env=dev", "--format", "json")["totals"]["calls"] == 0
