"""``otel-usage query``: the quoted text, stable JSON, exact money, every edge of a period."""

from __future__ import annotations

import itertools
import json
import os
import sqlite3
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    Run = Callable[..., Any]
    Tell = Callable[..., str]
    Ask = Callable[..., dict[str, Any]]

ARABIC = {ord("0") + digit: 0x660 + digit for digit in range(10)}
"""Digits that Python counts as digits, and ISO 8601 does not."""
SONNET = "claude-3-5-sonnet-20241022"
COSTLY = (
    ("anthropic", SONNET, "40", "job-123", "2026-03-01T08:00:00Z"),
    ("anthropic", SONNET, "45", None, "2026-03-02T08:00:00Z"),
    ("openai", "gpt-4o", "5", "job-123", "2026-03-02T09:00:00Z"),
    ("openai", "gpt-4o", "37.5", None, "2026-03-03T23:59:59Z"),
)
"""$85.00 of $127.50 are 67 of a hundred; $42.50 are 33."""


@pytest.fixture
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger's days are those of UTC."""
    monkeypatch.setenv("OTEL_USAGE_ZONE", "UTC")


@pytest.fixture
def _costly(record: Tell, _utc: None) -> None:
    """The calls of the quoted example."""
    for provider, model, cost, job, timestamp in COSTLY:
        record(provider=provider, model=model, cost=cost, job_id=job or "", timestamp=timestamp)


@pytest.mark.usefixtures("_costly")
def test_the_text_is_the_quoted_one_to_the_letter(tell: Tell) -> None:
    """Largest first; whole percentages, none by job; further lines after it."""
    assert tell("query") == (
        "Model Usage Summary\n"
        "====================\n"
        "Total Cost: $127.50\n"
        "\n"
        "By Model:\n"
        "  claude-3-5-sonnet-20241022: $85.00 (67%)\n"
        "  gpt-4o: $42.50 (33%)\n"
        "\n"
        "By Provider:\n"
        "  anthropic: $85.00 (67%)\n"
        "  openai: $42.50 (33%)\n"
        "\n"
        "By Job:\n"
        "  job-123: $45.00\n"
        "\n"
        "Calls: 4 (0 failed)\n"
        "Period: 2026-03-01 to 2026-03-03\n"
    )


@pytest.mark.usefixtures("_costly")
def test_the_json_has_the_stable_keys_and_exact_amounts(ask: Ask) -> None:
    """Amounts are numbers printed from integers."""
    found = ask("query", "--format", "json")
    totals = {
        "calls": 4,
        "errors": 0,
        "unpriced": 0,
        "inputTokens": 4 * 1_000,
        "outputTokens": 4 * 100,
        "cacheReadTokens": 0,
        "cacheWriteTokens": 0,
        "reasoningTokens": 0,
        "cost": "127.5",
        "cacheSavings": 0,
        "cacheWriteExtra": 0,
    }
    groups = found.pop("groups")
    assert found == {
        "totalCost": "127.5",
        "totalCostNanos": 127_500_000_000,
        "byModel": {SONNET: 85, "gpt-4o": "42.5"},
        "byProvider": {"anthropic": 85, "openai": "42.5"},
        "byJob": {"job-123": 45},
        "byService": {},
        "period": {"from": "2026-03-01", "to": "2026-03-03"},
        "totals": totals,
    }
    assert set(groups) == {"model", "provider", "job", "service"}
    assert groups["job"] == [
        {"name": "job-123", **totals, "calls": 2, "inputTokens": 2_000, "outputTokens": 200, "cost": 45}
    ]


@pytest.mark.usefixtures("_costly")
def test_one_job_has_its_own_keys_at_the_top(ask: Ask) -> None:
    """The costliest model of several, all of them beside it, the time of the last call."""
    found = ask("query", "--job-id", "job-123", "--format", "json")
    assert {name: found[name] for name in ("jobId", "model", "provider", "models", "providers")} == {
        "jobId": "job-123",
        "model": SONNET,
        "provider": "anthropic",
        "models": [SONNET, "gpt-4o"],
        "providers": ["anthropic", "openai"],
    }
    assert (found["inputTokens"], found["outputTokens"], found["cost"]) == (2 * 1_000, 2 * 100, 40 + 5)
    assert found["timestamp"] == "2026-03-02T09:00:00+00:00"
    assert found["byModel"] == {SONNET: 40, "gpt-4o": 5}
    assert (found["totalCost"], found["totals"]["calls"]) == (45, 2)


@pytest.mark.usefixtures("_costly")
def test_an_unknown_job_is_zero_calls(run: Run, ask: Ask) -> None:
    """Exit 0: a job that made no call is no error."""
    found = ask("query", "--job-id", "nobody's", "--format", "json")
    assert (found["totals"]["calls"], found["totals"]["cost"], found["model"], found["timestamp"]) == (
        0,
        0,
        None,
        None,
    )
    done = run("query", "--job-id", "nobody's")
    assert (done.code, done.err) == (0, "")
    assert "Calls: 0 (0 failed)" in done.out


@pytest.mark.usefixtures("_costly")
@pytest.mark.parametrize(
    ("begin", "end", "calls"),
    [
        ("2026-03-01", None, 4),
        ("2026-03-02", None, 3),
        (None, "2026-03-01", 1),
        (None, "2026-03-03", 4),
        ("2026-03-02", "2026-03-02", 2),
        ("2026-03-02T08:00:00Z", None, 3),
        ("2026-03-02T08:00:00.000001Z", None, 2),
        (None, "2026-03-02T08:00:00Z", 1),
        ("2026-03-02T10:00:00+02:00", "2026-03-02T09:00:01Z", 2),
        ("2026-03-02", "2026-03-02T08:30:00", 1),
        ("2026-03-02T08:30:00", "2026-03-02", 1),
        ("2025-01-01", "2025-12-31", 0),
        ("1970-01-01", "2200-01-01", 4),
        ("0001-01-01", "9999-12-31", 4),
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 4),
        ("9999-12-31", None, 0),
        ("9999-12-31T23:59:59Z", None, 0),
        (None, "0001-01-01", 0),
        ("99999999999", None, 0),
    ],
)
def test_a_date_is_its_whole_day_and_a_time_is_a_moment(
    ask: Ask, begin: str | None, end: str | None, calls: int
) -> None:
    """The begin is in, the end of a day is in, the moment of an end is out."""
    given = (("--from", begin), ("--to", end))
    options = itertools.chain(*((name, value) for name, value in given if value is not None))
    found = ask("query", *options, "--format", "json")
    assert found["totals"]["calls"] == calls
    first, last = ("2026-03-01", "2026-03-03") if calls else (None, None)
    assert found["period"]["from"] == (begin or first)
    assert found["period"]["to"] == (end or last)


@pytest.mark.usefixtures("_costly")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--from", "2026-02-30"), "--from: there is no such day"),
        (
            ("--to", "yesterday"),
            "--to: give a date such as 2026-11-21, or a time such as 2026-11-21T10:30:00+01:00",
        ),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "--from: must be before --to"),
        (("--from", "2026-03-02T10:00:00", "--to", "2026-03-02T10:00:00"), "--from: must be before --to"),
        (("--from", "2026-03-01".translate(ARABIC)), "--from: there is no such day"),
        (
            ("--from", "0001-01-01T00:00:00+23:00"),
            "--from: give a date such as 2026-11-21, or a time such as 2026-11-21T10:30:00+01:00",
        ),
    ],
)
def test_a_period_that_is_none_is_one_sentence(run: Run, arguments: tuple[str, ...], told: str) -> None:
    """Exit 2."""
    done = run("query", *arguments, env={"OTEL_USAGE_ZONE": "UTC"})
    assert (done.code, done.out, done.sentence) == (2, "", f"otel-usage: {told}")


def test_an_unknown_dimension_is_named_with_the_known_ones(run: Run) -> None:
    """Exit 2."""
    done = run("query", "--by", "colour")
    assert done.code == 2
    assert "'colour' is not one of 'model', 'provider', 'job'" in done.err


def test_an_empty_ledger_is_zeros(run: Run, ask: Ask) -> None:
    """JSON keeps its shape; there is no period."""
    found = ask("query", "--format", "json")
    assert (found["totalCost"], found["byModel"], found["period"]) == (0, {}, {"from": None, "to": None})
    done = run("query")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Model Usage Summary\n====================\nTotal Cost: $0.00\n")


def test_every_call_unpriced_is_no_amount(record: Tell, tell: Tell, ask: Ask) -> None:
    """Unknown is not 0, in the sum as in the group."""
    record(provider="house", model="m")
    found = ask("query", "--by", "agent", "--format", "json")
    assert (found["totalCost"], found["totalCostNanos"], found["byModel"]) == (None, None, {"m": None})
    assert found["totals"]["unpriced"] == 1
    text = tell("query")
    assert "Total Cost: unpriced\n" in text
    assert "  m: unpriced\n" in text
    assert "Unpriced: 1 call, not in the total\n" in text


def test_tokens_and_errors_add_up(record: Tell, ask: Ask) -> None:
    """InputTokens include the cache; both lifetimes of a cache write are one number."""
    record(input=10_000, cache_read=2_000, cache_write=3_000, cache_write_1h=4_000, reasoning=50)
    record(status="error")
    record(status="partial")
    totals = ask("query", "--format", "json")["totals"]
    assert totals == {
        "calls": 3,
        "errors": 1,
        "unpriced": 0,
        "inputTokens": 10_000 + 2 * 1_000,
        "outputTokens": 3 * 100,
        "cacheReadTokens": 2_000,
        "cacheWriteTokens": 3_000 + 4_000,
        "reasoningTokens": 50,
        "cost": totals["cost"],
        # gpt-4o reads its cache at $1.25 instead of $2.50 a million; it has no rate for writes, which are taken as input.
        "cacheSavings": "0.0025",
        "cacheWriteExtra": 0,
    }


def test_an_amount_is_never_rounded(record: Tell, ask: Ask) -> None:
    """A third of a cent a thousand times, and one nano-dollar."""
    record(cost="0.000000001")
    record(cost="98765.789012345")
    assert ask("query", "--format", "json")["totalCost"] == "98765.789012346"


@pytest.mark.parametrize(
    ("dimension", "key", "expected"),
    [
        ("agent", "byAgent", {"a": "0.5", "": "0.25"}),
        ("task-type", "byTaskType", {"build": "0.5", "": "0.25"}),
        ("session", "bySession", {"s": "0.5"}),
        ("source", "bySource", {"cli": "0.75"}),
        ("day", "byDay", {"2026-03-01": "0.5", "2026-03-02": "0.25"}),
        ("job", "byJob", {"j": "0.5"}),
        ("model", "byModel", {"gpt-4o": "0.75"}),
    ],
)
@pytest.mark.parametrize("period", [(), ("--from", "2026-03-01"), ("--from", "2026-03-01T00:00:00Z")])
@pytest.mark.usefixtures("_utc")
def test_each_dimension_divides_the_same_whatever_answers(
    record: Tell, ask: Ask, dimension: str, key: str, expected: dict[str, str], period: tuple[str, ...]
) -> None:
    """All time, whole days and moments are answered from different tables."""
    record(
        cost="0.5", agent="a", task_type="build", session="s", job_id="j", timestamp="2026-03-01T10:00:00Z"
    )
    record(cost="0.25", timestamp="2026-03-02T10:00:00Z")
    assert ask("query", "--by", dimension, *period, "--format", "json")[key] == expected


def test_by_shows_what_one_asks_for_alone(record: Tell, tell: Tell) -> None:
    """In text; calls without a value are shown as such."""
    record(cost="3", agent="a")
    record(cost="1")
    text = tell("query", "--by", "agent", "--by", "task-type")
    assert "By Agent:\n  a: $3.00 (75%)\n  (none): $1.00 (25%)\n" in text
    assert "By Task Type:\n  (none): $4.00 (100%)\n" in text
    assert "By Model" not in text


def test_a_job_is_found_by_what_it_was_called_although_it_is_stored_redacted(record: Tell, ask: Ask) -> None:
    """Ids are stored as redacted, and looked for as redacted."""
    record(job_id="mail jane.doe@example.com")
    found = ask("query", "--job-id", "mail jane.doe@example.com", "--format", "json")
    assert (found["jobId"], found["totals"]["calls"]) == ("mail [REDACTED:email]", 1)


def test_jobs_that_are_stored_as_hashes_stay_apart(
    record: Tell, ask: Ask, configure: Callable[[str], Path]
) -> None:
    """Two addresses are two jobs, each found by what it was called."""
    configure("redaction: {mode: hash}")
    record(job_id="jane.doe@example.com")
    record(job_id="john.roe@example.com")
    for name in ("jane.doe@example.com", "john.roe@example.com"):
        found = ask("query", "--job-id", name, "--format", "json")
        assert found["totals"]["calls"] == 1
        assert found["jobId"].startswith("[REDACTED:email:k")


def test_a_seeded_ledger_agrees_with_an_independent_sum(seeded: ModuleType, home: Path, ask: Ask) -> None:
    """1,500 calls of three months: money and tokens by model, provider and job, added up here."""
    from otel_usage.home import Home  # noqa: PLC0415  # only here
    from otel_usage.records import Kind  # noqa: PLC0415  # only here

    records = list(seeded.build(seed=11, calls=1_500, months=3))
    seeded.write(Home(home), records)
    found = ask("query", "--format", "json")
    assert found["totals"]["calls"] == len(records)
    assert found["totalCostNanos"] == sum(record.cost.nanos or 0 for record in records)
    assert Decimal(str(found["totalCost"])) == Decimal(found["totalCostNanos"]) / 10**9
    assert found["totals"]["inputTokens"] == sum(record.usage.input or 0 for record in records)
    assert found["totals"]["outputTokens"] == sum(record.usage.output or 0 for record in records)
    for key, name in (("byModel", "model"), ("byProvider", "provider")):
        sums: dict[str, int] = {}
        for record in records:
            if record.kind is Kind.LLM:
                value = str(getattr(record, name))
                sums[value] = sums.get(value, 0) + (record.cost.nanos or 0)
        told = {model: Decimal(str(amount or 0)) * 10**9 for model, amount in found[key].items()}
        assert {model: told[model] for model in sums} == sums
    jobs: dict[str, int] = {}
    for record in records:
        if record.job_id:
            jobs[record.job_id] = jobs.get(record.job_id, 0) + (record.cost.nanos or 0)
    assert {job: Decimal(str(amount or 0)) * 10**9 for job, amount in found["byJob"].items()} == jobs


def test_the_answer_is_the_same_twice(record: Tell, tell: Tell) -> None:
    """To the byte."""
    record()
    assert tell("query", "--format", "json") == tell("query", "--format", "json")


def test_a_missing_database_is_made_again(record: Tell, tell: Tell, home: Path) -> None:
    """It is an index of the journal."""
    record()
    before = tell("query", "--format", "json")
    for file in home.glob("usage.db*"):
        file.unlink()
    assert tell("query", "--format", "json") == before


def test_the_database_is_private(record: Tell, tell: Tell, home: Path) -> None:
    """Mode 0600, whatever the umask."""
    before = os.umask(0)
    try:
        record()
        tell("query")
    finally:
        os.umask(before)
    modes = {file.name: file.stat().st_mode & 0o777 for file in home.iterdir() if file.is_file()}
    assert set(modes.values()) == {0o600}
    assert "usage.db" in modes


READERS = (("query",), ("query", "--format", "json"), ("report",), ("explain", "last"))


@pytest.mark.parametrize("arguments", READERS)
def test_a_database_that_is_none_is_one_sentence(run: Run, home: Path, arguments: tuple[str, ...]) -> None:
    """Exit 1, and what to do; recording goes on."""
    assert run("record", "--provider=openai", "--model=gpt-4o", "--input=1", "--output=1").code == 0
    (home / "usage.db").write_bytes(b"this is no database " * 500)
    done = run(*arguments)
    assert (done.code, done.out) == (1, "")
    assert done.sentence == (
        f"otel-usage: {home / 'usage.db'}: is damaged; nothing is lost, it is an index of the journal: "
        "run 'otel-usage rebuild'"
    )
    assert run("record", "--provider=openai", "--model=gpt-4o", "--input=1", "--output=1").code == 0


@pytest.mark.parametrize("arguments", READERS)
def test_a_database_of_a_newer_version_is_one_sentence(
    run: Run, record: Tell, tell: Tell, home: Path, arguments: tuple[str, ...]
) -> None:
    """It is left as it is, also by rebuild."""
    record()
    tell("query")
    with sqlite3.connect(home / "usage.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    for command in (arguments, ("rebuild",)):
        done = run(*command)
        assert (done.code, done.out) == (1, "")
        assert "was written by a newer otel-usage (schema 99, this version knows" in done.sentence
    with sqlite3.connect(home / "usage.db") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (99,)
    connection.close()


def test_a_directory_in_the_place_of_the_database_is_one_sentence(run: Run, home: Path) -> None:
    """Whatever SQLite says of it."""
    (home / "usage.db").mkdir(parents=True)
    done = run("query")
    assert (done.code, done.out) == (1, "")
    assert done.sentence.startswith(f"otel-usage: {home / 'usage.db'}: ")


@pytest.mark.parametrize("arguments", [("query",), ("report",), ("explain", "x"), ("rebuild",), ("init",)])
def test_a_file_where_the_home_should_be_is_one_sentence(
    run: Run, home: Path, arguments: tuple[str, ...]
) -> None:
    """Exit 1; the file is kept."""
    home.write_text("mine")
    done = run(*arguments)
    assert (done.code, done.out) == (1, "")
    assert done.sentence.startswith(
        f"otel-usage: {home}: cannot be created (File exists); set OTEL_USAGE_HOME"
    )
    assert home.read_text() == "mine"


@pytest.mark.parametrize("arguments", [("query",), ("report",), ("rebuild",), ("explain", "last")])
def test_an_unknown_key_of_the_configuration_is_one_sentence(
    run: Run, home: Path, arguments: tuple[str, ...]
) -> None:
    """Exit 2; it names the file and the key."""
    home.mkdir()
    (home / "otel-usage.yaml").write_text("metrics: {tags: [env]}")
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.sentence == f"otel-usage: {home / 'otel-usage.yaml'}: metrics: there is no such key"


def test_a_foreign_key_in_a_file_found_upward_is_one_sentence(run: Run, tmp_path: Path) -> None:
    """Exit 2; it says what such a file may do."""
    found = tmp_path / "cwd" / "otel-usage.yaml"
    found.write_text("redaction: {classes: []}")
    done = run("query")
    assert done.code == 2
    assert done.sentence == (
        f"otel-usage: {found}: redaction: a file found in a working directory may only set attribution"
    )


def test_a_torn_and_a_newer_line_harm_only_themselves(record: Tell, ask: Ask, tell: Tell, home: Path) -> None:
    """They are set aside and told by rebuild."""
    record()
    (file,) = (home / "logs").iterdir()
    with file.open("ab") as journal:
        journal.write(b'\n{"type":"call","record":{"id":"to\n{"type":"call","v":9,"record":{}}\n\xff\xfe\n')
    record()
    assert ask("query", "--format", "json")["totals"]["calls"] == 2
    told = tell("rebuild")
    assert ": 2 calls." in told
    assert "2 torn lines" in told
    assert "1 line" in told


def test_a_locked_database_is_answered_from_what_is_there(
    run: Run, record: Tell, tell: Tell, home: Path
) -> None:
    """Another process that ingests is waited for; rebuild is refused with exit 75."""
    record()
    tell("query")
    connection = sqlite3.connect(home / "usage.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        done = run("rebuild")
        assert (done.code, done.out) == (75, "")
        assert "is being written by another process; try again in a moment" in done.sentence
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def test_a_closed_pipe_is_no_error(environ: dict[str, str], record: Tell) -> None:
    """``otel-usage query | head -1``: the reader has all that it wanted."""
    record()
    for arguments in (("query",), ("query", "--format", "json"), ("report",), ("explain", "last")):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            [sys.executable, "-m", "otel_usage", *arguments],
            env=environ,
            stdout=writer,
            stderr=subprocess.PIPE,
            check=False,
        )
        os.close(writer)
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("closed", [1, 2])
def test_a_closed_output_is_no_error(start: Run, record: Tell, closed: int) -> None:
    """Daemons start their jobs so."""
    record()
    for arguments in (("query",), ("report",)):
        done = start(*arguments, preexec_fn=lambda: os.close(closed))
        assert done.code == 0


def test_an_output_that_cannot_be_written_is_one_sentence(start: Run, record: Tell) -> None:
    """A full disk behind a redirection."""
    record()
    with open("/dev/full", "wb") as full:  # noqa: PTH123  # a device
        done = start("query", stdout=full)
    assert (done.code, done.sentence) == (1, "otel-usage: No space left on device")


@pytest.mark.parametrize("arguments", [("query",), ("report",), ("explain", "last")])
def test_a_c_locale_without_utf8_is_answered(start: Run, record: Tell, arguments: tuple[str, ...]) -> None:
    """Exit 0 and every figure."""
    record(agent="Zoë 🦊", job_id="日本")
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    done = start(*arguments, env=env)
    assert (done.code, done.err) == (0, "")
    assert "$0.0035" in done.out


def test_json_is_utf8_and_valid(run: Run, record: Tell) -> None:
    """Names of any script."""
    record(job_id="日本 🦊", agent='quote " backslash \\')
    found = json.loads(run("query", "--by", "agent", "--format", "json").out)
    assert list(found["byJob"]) == ["日本 🦊"]
    assert list(found["byAgent"]) == ['quote " backslash \\']


def test_help_and_version_need_no_home(run: Run, home: Path) -> None:
    """And list every command."""
    for name in ("calculate", "demo", "explain", "init", "query", "rebuild", "record", "report"):
        assert name in run("--help").out
    assert run("--version").out == "otel-usage, version 0.1.0\n"
    assert run("nonsense").code == 2
    assert not home.exists()
