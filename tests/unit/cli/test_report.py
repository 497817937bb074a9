"""``otel-usage report``: a period in a box."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.cli import reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Any]
    Tell = Callable[..., str]

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
SONNET = "claude-3-5-sonnet-20241022"


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger's days are those of UTC, and nobody says how wide a line may be."""
    monkeypatch.setenv("OTEL_USAGE_ZONE", "UTC")
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def _no_budgets(configure: Callable[[str], Path]) -> None:
    """Nothing is held against a limit."""
    configure("budgets: []")


def ago(days: int, **more: int) -> str:
    """A time of the day so many days ago; today's is its first moment."""
    return (TODAY - timedelta(days=days) + timedelta(**more)).isoformat()


def day(days: int) -> str:
    """The day so many days ago."""
    return ago(days)[:10]


@pytest.mark.usefixtures("_no_budgets")
def test_the_box_is_the_quoted_one_to_the_letter(record: Tell, tell: Tell) -> None:
    """62 columns; 85 of 127.50 dollars are 67 %, 127.50 are 28 % more than 100, and 1 call of 4 is 25 %."""
    common = {"provider": "anthropic", "model": SONNET}
    record(**common, input=1_000_000, output=30_000, cost="80", cache_read=9_000, duration_ms=1_000)
    record(**common, input=0, output=0, cost="5", duration_ms=1_000, status="error")
    record(input=250_000, output=15_000, cost="42.5", timestamp=ago(6), duration_ms=2_500)
    record(input=0, output=0, cost="0", timestamp=ago(6), duration_ms=2_500)
    record(cost="100", timestamp=ago(7))
    assert tell("report", "--last", "7d") == (
        "╔════════════════════════════════════════════════════════════╗\n"
        "║           LLM Usage Report - Last 7 Days                   ║\n"
        "╠════════════════════════════════════════════════════════════╣\n"
        "║  Total Cost:      $127.50                                  ║\n"
        "║  Total Input:     1,250,000 tokens                         ║\n"
        "║  Total Output:    45,000 tokens                            ║\n"
        "╠════════════════════════════════════════════════════════════╣\n"
        "║  By Model:                                                 ║\n"
        "║    claude-3-5-sonnet    $85.00   (67%)                     ║\n"
        "║    gpt-4o               $42.50   (33%)                     ║\n"
        "╠════════════════════════════════════════════════════════════╣\n"
        "║  By Provider:                                              ║\n"
        "║    anthropic    $85.00   (67%)                             ║\n"
        "║    openai       $42.50   (33%)                             ║\n"
        "╠════════════════════════════════════════════════════════════╣\n"
        "║  Cache:           9,000 read, 0 written                    ║\n"
        "║  Calls:           4 (1 failed)                             ║\n"
        "║  Error Rate:      25.0%                                    ║\n"
        "║  Mean Duration:   1.8 s                                    ║\n"
        "║  P95 Duration:    about 2.4 s                              ║\n"
        "╠════════════════════════════════════════════════════════════╣\n"
        f"║  Before:          $100.00 ({day(13)} to {day(7)})       ║\n"
        "║  Change:          +28% so far                              ║\n"
        "╚════════════════════════════════════════════════════════════╝\n"
    )


@pytest.mark.parametrize(
    ("arguments", "title", "cost"),
    [
        (("--today",), f"Today, {day(0)}", 1),
        (("--yesterday",), f"Yesterday, {day(1)}", 2),
        (("--last", "1d"), "Last 1 Day", 1),
        (("--last", "2d"), "Last 2 Days", 1 + 2),
        (("--last", "7d"), "Last 7 Days", 1 + 2 + 4),
        (("--period", "7d"), "Last 7 Days", 1 + 2 + 4),
        ((), "Last 30 Days", 1 + 2 + 4 + 8),
        (("--last", "30d"), "Last 30 Days", 1 + 2 + 4 + 8),
        (("--last", "9999d"), "Last 9999 Days", 1 + 2 + 4 + 8 + 16),
        (("--from", day(6), "--to", day(1)), f"{day(6)} to {day(1)}", 2 + 4),
        (("--from", day(6), "--to", day(6)), day(6), 4),
        (("--from", ago(1)), f"From {ago(1)}", 1 + 2),
        (("--to", day(29)), f"Until {day(29)}", 8 + 16),
    ],
)
def test_a_period_holds_its_days_and_no_other(
    record: Tell, tell: Tell, arguments: tuple[str, ...], title: str, cost: int
) -> None:
    """7d is today and six more; each amount is a bit, so that every sum tells which days are in it."""
    record(cost="1", timestamp=ago(0))
    record(cost="2", timestamp=ago(1, hours=23))
    record(cost="4", timestamp=ago(6))
    record(cost="8", timestamp=ago(29))
    record(cost="16", timestamp=ago(30, hours=23, minutes=59))
    text = tell("report", *arguments)
    assert f"LLM Usage Report - {title} " in text
    assert f"Total Cost:      ${cost}.00 " in text


def test_a_month_is_that_of_the_calendar(record: Tell, tell: Tell) -> None:
    """The current one unless another is named; the month before it is compared with, however many days it has."""
    record(cost="1", timestamp="2024-01-31T23:59:59Z")
    record(cost="2", timestamp="2024-02-01T00:00:00Z")
    record(cost="4", timestamp="2024-02-29T23:59:59Z")
    record(cost="8", timestamp="2024-03-01T00:00:00Z")
    record(cost="16")
    text = tell("report", "--month", "2024-02")
    assert "LLM Usage Report - February 2024 " in text
    assert "Total Cost:      $6.00 " in text
    assert "Before:          $1.00 (2024-01-01 to 2024-01-31) " in text
    assert "Change:          +500% " in text
    assert f"LLM Usage Report - {TODAY:%B %Y} " in (text := tell("report", "--month"))
    assert "Total Cost:      $16.00 " in text
    assert "Before:          no calls (2023-12-01 to 2023-12-31) " in tell("report", "--month", "2024-01")


@pytest.mark.parametrize(
    ("arguments", "before"),
    [
        (("--today",), f"$2.00 ({day(1)})"),
        (("--yesterday",), f"$4.00 ({day(2)})"),
        (("--last", "2d"), f"$4.00 ({day(3)} to {day(2)})"),
        (("--from", day(1)), f"$4.00 ({day(3)} to {day(2)})"),
        (("--from", day(1), "--to", day(1)), f"$4.00 ({day(2)})"),
        (
            ("--from", ago(1, hours=12), "--to", ago(1, hours=18)),
            f"$2.00 ({ago(1, hours=6)} to {ago(1, hours=12)})",
        ),
    ],
)
def test_the_period_before_has_the_same_length(
    record: Tell, tell: Tell, arguments: tuple[str, ...], before: str
) -> None:
    """And ends where the period begins."""
    record(cost="1", timestamp=ago(0))
    record(cost="2", timestamp=ago(1, hours=6))
    record(cost="8", timestamp=ago(1, hours=12))
    record(cost="4", timestamp=ago(2, hours=23))
    if arguments[-1] != ago(1, hours=18):
        before = before.replace("$2.00", "$10.00")
    words = " ".join(line.strip("║ ") for line in tell("report", *arguments).splitlines())
    assert f"Before: {before}" in " ".join(words.split())


def test_a_period_without_begin_has_none_before_it(record: Tell, tell: Tell) -> None:
    """Nor has one whose own would begin before there were calls at all."""
    record(timestamp=ago(9), cost="1")
    for arguments in (("--to", day(0)), ("--from", "1980-01-01")):
        assert "Before:" not in tell("report", *arguments)


def test_an_empty_ledger_says_what_to_do_next(run: Run) -> None:
    """Not zeros; exit 0."""
    for arguments in ((), ("--today",), ("--last", "7d"), ("--agent", "x"), ("--format", "markdown")):
        done = run("report", *arguments)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("Nothing is recorded yet.")
        assert "otel-usage record --provider" in done.out
        assert "$" not in done.out


def test_a_period_without_calls_says_when_the_last_ones_were(record: Tell, tell: Tell) -> None:
    """And what to type to see them, with the same selection."""
    record(cost="5", timestamp=ago(10), agent="the writer")
    record(cost="5", timestamp=ago(5))
    assert tell("report", "--today") == (
        f"There are no calls: Today, {day(0)}. The last day that has some is {day(5)}:\n"
        f"  otel-usage report --from {day(5)} --to {day(5)}\n"
    )
    told = tell("report", "--last", "2d", "--agent", "the writer")
    assert told == (
        f"There are no calls: Last 2 Days, agent the writer. The last day that has some is {day(10)}:\n"
        f"  otel-usage report --from {day(10)} --to {day(10)} --agent 'the writer'\n"
    )
    assert "Total Cost:      $5.00" in tell(
        "report", "--from", day(10), "--to", day(10), "--agent", "the writer"
    )
    assert tell("report", "--agent", "nobody", "--tag", "a=b") == (
        "There are no calls: Last 30 Days, agent nobody, tag a=b; nor in any other period. What there is:\n"
        "  otel-usage query --by agent --by tag:a\n"
    )
    assert "otel-usage query --by job\n" in tell("report", "--job-id", "nobody's")


def test_a_selection_stands_under_the_title(record: Tell, tell: Tell) -> None:
    """Whoever is sent the report must not take it for everything."""
    record(cost="1", agent="marcus", tag="env=prod")
    record(cost="2", agent="marcus")
    lines = tell("report", "--agent", "marcus", "--tag", "env=prod").splitlines()
    assert lines[2] == f"║           {'agent marcus, tag env=prod':<49}║"
    assert "║  Total Cost:      $1.00 " in lines[4]


def test_calls_without_a_price_are_told_by_name(record: Tell, tell: Tell) -> None:
    """Which, how many, and what to do; their money is not in the total."""
    record(cost="1", status="error")
    record(provider="house", model="m")
    record(provider="house", model="n")
    record(provider="house", model="n")
    record(provider="house", model="half", cost="1")
    record(provider="house", model="half")
    lines = [line.strip("║ ") for line in tell("report", "--today").splitlines()]
    assert "Total Cost:      $2.00" in lines
    assert "Calls:           6 (1 failed)" in lines
    assert "m         unpriced" in lines
    assert "half         $1.00   (50%) + 1 unpriced" in lines
    place = lines.index("Unpriced:        4 calls, not in the total")
    assert lines[place + 1 : place + 4] == ["n       2 calls", "half     1 call", "m        1 call"]
    assert "reprice --apply" in " ".join(lines[place:])


def test_without_any_price_there_is_no_amount(record: Tell, tell: Tell) -> None:
    """Unknown is not 0."""
    record(provider="house", model="m")
    text = tell("report", "--today")
    assert "Total Cost:      unpriced " in text
    assert "Change:" not in text


def test_breakdowns_that_are_asked_for_stand_instead_of_the_usual_ones(record: Tell, tell: Tell) -> None:
    """In the order of asking; by job and by session without a share, as query has them."""
    record(cost="1", agent="writer", job_id="j-1", task_type="build", tag="env=prod")
    record(cost="3", agent="reader", session="s-1")
    text = tell(
        "report",
        *(f"--breakdown={name}" for name in ("agent", "job", "task-type", "session", "day", "tag:env")),
    )
    headings = [line.strip("║ ") for line in text.splitlines() if "║  By " in line]
    assert headings == ["By Agent:", "By Job:", "By Task Type:", "By Session:", "By Day:", "By Tag env:"]
    lines = [line.strip("║ ") for line in text.splitlines()]
    assert "writer    $1.00   (25%)" in lines
    assert "j-1    $1.00" in lines
    assert "s-1    $3.00" in lines
    assert "build     $1.00   (25%)" in lines
    assert f"{day(0)}    $4.00   (100%)" in lines
    assert "(none)    $3.00   (75%)" in lines


def test_calls_of_other_services_have_their_own_breakdown(record: Tell, tell: Tell) -> None:
    """They are of no model and no provider, and in the total."""
    tell("record", "--api", "--service=serpapi", "--endpoint=/search", "--status-code=200", "--cost=2")
    record(cost="2")
    lines = [line.strip("║ ") for line in tell("report").splitlines()]
    assert "Total Cost:      $4.00" in lines
    assert lines[lines.index("By Service:") + 1] == "serpapi    $2.00   (50%)"
    assert lines[lines.index("By Model:") + 1] == "gpt-4o    $2.00   (50%)"


def test_the_costliest_models_are_named_and_the_others_summed(record: Tell, tell: Tell) -> None:
    """Five, or as many as asked for; nothing is lost from the sum."""
    for place in range(1, 9):
        record(model=f"model-{place}", cost=str(place))
    record(provider="house", model="unknown")

    def models(*arguments: str) -> list[str]:
        lines = [line.strip("║ ") for line in tell("report", *arguments).splitlines()]
        found = lines[lines.index("By Model:") + 1 :]
        return found[: next(place for place, line in enumerate(found) if line.startswith("╠"))]

    assert len(models()) == 9
    five = models("--top-models")
    assert [line.split()[0] for line in five] == [*(f"model-{place}" for place in range(8, 3, -1)), "and"]
    assert five[-1] == "and 4 more    $6.00   (17%) + 1 unpriced"
    assert models("--top-models", "8")[-1] == "and 1 more    unpriced"
    assert len(models("--top-models", "9", "--breakdown", "agent")) == 9
    assert models("--breakdown", "agent", "--top-models", "1")[0].split() == ["model-8", "$8.00", "(22%)"]


def test_a_date_is_left_out_where_that_makes_no_two_models_one(record: Tell, tell: Tell, ask: Any) -> None:
    """JSON keeps every id."""
    kept = {
        "gpt-4o": "gpt-4o",
        "gpt-4o-2024-08-06": "gpt-4o-2024-08-06",
        SONNET: "claude-3-5-sonnet",
        "claude-sonnet-4@20250514": "claude-sonnet-4",
        "o4-mini-2025-04-16": "o4-mini",
        "twice-20240101": "twice-20240101",
        "twice-20250101": "twice-20250101",
        "nested-20240101": "nested",
        "nested-20240101-20250101": "nested-20240101-20250101",
        "no-date-20241399": "no-date-20241399",
        "no-date-1234-56-78": "no-date-1234-56-78",
        "mixed-2024-0806": "mixed-2024-0806",
    }
    for model in kept:
        record(model=model, cost="1")
    words = tell("report").split()
    for model, name in kept.items():
        assert name in words
        assert model == name or model not in words
    assert set(ask("report", "--json")["byModel"]) == set(kept)


@pytest.mark.parametrize(
    ("milliseconds", "told"),
    [("0.4", "0.4 ms"), ("99.9", "99.9 ms"), ("999.9", "1,000 ms"), ("1000", "1.0 s"), ("99900", "99.9 s")],
)
def test_a_duration_is_told_in_its_unit(record: Tell, tell: Tell, milliseconds: str, told: str) -> None:
    """Three digits or so; one longer than the last bucket knows is only known to be over that."""
    record(cost="1", duration_ms=milliseconds)
    assert f"Mean Duration:   {told} " in tell("report")


def test_a_duration_beyond_the_buckets_is_over_the_last_of_them(record: Tell, tell: Tell) -> None:
    """The buckets of the conventions end at 81.92 seconds."""
    record(cost="1", duration_ms=7_200_000)
    text = tell("report")
    assert "Mean Duration:   7,200 s " in text
    assert "P95 Duration:    over 81.9 s " in text


def test_what_another_form_needs_is_not_loaded(record: Tell, environ: dict[str, str]) -> None:
    """Nor what measures letters that are not there."""
    record(cost="1")
    script = "import atexit, sys; atexit.register(lambda: print(*sys.modules)); from otel_usage.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "report"], env=environ, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.rpartition("╝")[2].split())
    assert "otel_usage.cli.report.text" in loaded
    unwanted = ("html", "markdown", "chart", "tables", "answer")
    assert not loaded & {
        "wcwidth",
        "yaml",
        "genai_prices",
        *(f"otel_usage.cli.report.{one}" for one in unwanted),
    }
    assert not [name for name in loaded if name.startswith("opentelemetry")]


def test_budgets_tell_what_is_spent_and_reached(
    record: Tell, tell: Tell, configure: Callable[[str], Path]
) -> None:
    """Each as it stands now, whatever the period; a mark says what is reached."""
    configure(
        "budgets:\n"
        "  - {name: small, period: day, limit_usd: 4}\n"
        "  - {name: half, period: day, limit_usd: 10}\n"
        "  - {name: large, period: month, limit_usd: 1000}\n"
        "  - {name: each, scope: agent, period: day, limit_usd: 100}\n"
    )
    record(cost="5", agent="marcus")
    record(provider="house", model="m", agent="marcus")
    text = tell("report", "--last", "7d")
    lines = [line.strip("║ ") for line in text.splitlines()]
    words = " ".join(lines[lines.index("Budgets:") :])
    assert "!! small" in words
    assert "$5.00 of $4.00" in words
    assert "(125%) + 1 unpriced" in words
    assert "!  half" in words
    assert "$5.00 of $10.00" in words
    assert "(50%)" in words
    assert "$5.00 of $1,000.00" in words
    assert "each (agent:marcus)" in words
    assert "! a threshold is reached, !! the limit" in words


def test_reached_budgets_are_no_secret_of_colour(
    record: Tell, tell: Tell, configure: Callable[[str], Path]
) -> None:
    """Without a reached one there is nothing to explain."""
    configure("budgets: {daily_usd: 10}")
    record(cost="1")
    text = tell("report", "--today")
    assert "daily    $1.00 of $10.00   (10%)" in text
    assert "threshold" not in text


@pytest.mark.parametrize("last", ["7", "d", "-7d", "0d", "00d", "7w", "99999d", "7.5d", "7d ", "week"])
@pytest.mark.parametrize("option", ["--last", "--period"])
def test_a_number_of_days_that_is_none_is_one_sentence(run: Run, option: str, last: str) -> None:
    """With an example of one that is."""
    done = run("report", f"{option}={last}")
    assert (done.code, done.out) == (2, "")
    assert done.sentence == f"otel-usage: {option}: give a number of days such as 7d"


@pytest.mark.parametrize(
    "month", ["2026", "2026-13", "2026-1", "2026-10-01", "1969-12", "9999-12", "October", "2026-00"]
)
def test_a_month_that_is_none_is_one_sentence(run: Run, month: str) -> None:
    """With an example of one that is."""
    done = run("report", f"--month={month}")
    assert (done.code, done.out) == (2, "")
    assert done.sentence == "otel-usage: --month: give a month such as 2026-10"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--today", "--last", "7d"), "--last: cannot be given together with --today"),
        (("--yesterday", "--today"), "--yesterday: cannot be given together with --today"),
        (("--last", "7d", "--period", "7d"), "--period: cannot be given together with --last"),
        (("--month", "--to", "2026-01-01"), "--to: cannot be given together with --month"),
        (("--from", "2026-01-01", "--today"), "--from: cannot be given together with --today"),
        (("--json", "--format", "csv"), "--format: cannot be given together with --json"),
        (("--from", "2026-01-02", "--to", "2026-01-01"), "--from: must be before --to"),
        (("--from", "2026-02-30"), "--from: there is no such day"),
        (("--agent", ""), "--agent: is empty"),
        (("--last", ""), "--last: is empty"),
        (("--period", " "), "--period: is empty"),
        (("--month=",), "--month: is empty"),
        (("--from", "2026-01-01", "--to", ""), "--to: is empty"),
        (("--tag", "env"), "--tag: must be of the form NAME=VALUE"),
    ],
)
def test_what_cannot_be_is_one_sentence(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    """Exit 2, and nothing is printed."""
    done = run("report", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.sentence == f"otel-usage: {sentence}"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--breakdown", "colour"), "'colour' is not one of 'model'"),
        (("--breakdown", "tag:"), "'tag:' is not one of"),
        (("--format", "yaml"), "'yaml' is not one of 'text'"),
        (("--top-models", "0"), "0 is not in the range"),
        (("--top-models", "many"), "'many' is not a valid integer"),
        (("--from", "yesterday"), "give a date such as 2026-11-21"),
        (("--kind", "x"), "'x' is not one of 'llm'"),
        (("--frm", "x"), "No such option"),
    ],
)
def test_an_unknown_word_is_told_with_the_known_ones(run: Run, arguments: tuple[str, ...], told: str) -> None:
    """Exit 2."""
    done = run("report", *arguments)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert "Traceback" not in done.err


def test_a_period_that_lies_ahead_has_no_calls(record: Tell, tell: Tell) -> None:
    """It has no period before it either, where it has no end."""
    record(cost="1")
    assert tell("report", "--from", "2199-01-01").startswith("There are no calls: From 2199-01-01.")
    assert tell("report", "--from", "2199-01-01", "--to", "2199-12-31", "--json")


@pytest.mark.parametrize("form", ["text", "json", "csv", "markdown", "html"])
def test_a_damaged_database_is_one_sentence_in_every_form(
    run: Run, record: Tell, home: Path, form: str
) -> None:
    """Exit 1, and what to do."""
    record()
    (home / "usage.db").write_bytes(b"this is no database " * 500)
    done = run("report", "--format", form)
    assert (done.code, done.out) == (1, "")
    assert done.sentence.endswith(
        "is damaged; nothing is lost, it is an index of the journal: run 'otel-usage rebuild'"
    )


@pytest.mark.parametrize("locked", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_locked_database_is_answered_from_what_is_there(
    run: Run, record: Tell, home: Path, monkeypatch: pytest.MonkeyPatch, locked: str
) -> None:
    """With a word on standard error that the newest calls may be missing."""
    record(cost="1")
    assert "Total Cost:      $1.00 " in run("report").out
    record(cost="2")
    monkeypatch.setattr(reading, "_WAIT", 0.05)
    connection = sqlite3.connect(home / "usage.db", isolation_level=None)
    connection.execute(f"BEGIN {locked}")
    try:
        done = run("report")
    finally:
        connection.execute("ROLLBACK")
        connection.close()
    assert done.code == 0
    assert "Total Cost:      $1.00 " in done.out
    assert "the newest calls may be missing" in done.sentence
    assert "Total Cost:      $3.00 " in run("report").out


def test_the_summary_is_brought_up_to_date(record: Tell, tell: Tell, home: Path) -> None:
    """As query does it: it is the answer to everything, whatever was selected."""
    record(cost="1", agent="a")
    record(cost="2", timestamp=ago(90))
    tell("report", "--today", "--agent", "a")
    assert (home / "summary.json").read_text() == tell("query", "--format", "json")


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Pacific/Marquesas", "Pacific/Kiritimati"])
def test_today_is_the_day_of_the_ledgers_zone(start: Run, zone: str) -> None:
    """Whatever the machine's zone is."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415  # only here

    env = {"OTEL_USAGE_ZONE": zone, "TZ": "America/New_York"}
    assert (
        start(
            "record", "--provider=openai", "--model=gpt-4o", "--input=1", "--output=1", "--cost=2", env=env
        ).code
        == 0
    )
    out = start("report", "--today", env=env).out
    assert "Total Cost:      $2.00 " in out
    assert f"Today, {datetime.now(ZoneInfo(zone)).date()}" in out
