"""``otel-usage report``: a period in a box."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., Any]
    Tell = Callable[..., str]

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger's days are those of UTC."""
    monkeypatch.setenv("OTEL_USAGE_ZONE", "UTC")


def ago(days: int, **more: int) -> str:
    """A time of the day so many days ago; today's is its first moment."""
    return (TODAY - timedelta(days=days) + timedelta(**more)).isoformat()


def test_the_box_is_drawn_as_quoted(record: Tell, tell: Tell) -> None:
    """62 columns, money of the week, shares of the whole; 85 of 127.50 dollars are 67 %."""
    record(provider="anthropic", model="claude-3-5-sonnet", input=1_000_000, output=30_000, cost="85")
    record(input=250_000, output=15_000, cost="42.5", agent="marcus", timestamp=ago(6))
    text = tell("report", "--last", "7d")
    lines = text.splitlines()
    assert lines[:7] == [
        "╔════════════════════════════════════════════════════════════╗",
        "║           LLM Usage Report - Last 7 Days                   ║",
        "╠════════════════════════════════════════════════════════════╣",
        "║  Total Cost:      $127.50                                  ║",
        "║  Total Input:     1,250,000 tokens                         ║",
        "║  Total Output:    45,000 tokens                            ║",
        "║  Cache:           0 read, 0 written                        ║",
    ]
    assert "║  By Model:                                                 ║" in lines
    assert "║    claude-3-5-sonnet    $85.00   (67%)                     ║" in lines
    assert any(line.split() == ["║", "gpt-4o", "$42.50", "(33%)", "║"] for line in lines)
    assert any(line.split() == ["║", "(none)", "$85.00", "(67%)", "║"] for line in lines)
    assert {len(line) for line in lines} == {62}
    assert lines[-1] == "╚════════════════════════════════════════════════════════════╝"


@pytest.mark.parametrize(
    ("arguments", "cost"),
    [
        (("--today",), "$1.00"),
        (("--last", "1d"), "$1.00"),
        (("--last", "2d"), "$3.00"),
        (("--last", "7d"), "$7.00"),
        ((), "$15.00"),
        (("--last", "30d"), "$15.00"),
        (("--last", "9999d"), "$31.00"),
    ],
)
def test_a_period_is_today_and_the_days_before(
    record: Tell, tell: Tell, arguments: tuple[str, ...], cost: str
) -> None:
    """7d is today and six more; each amount is a bit, so that every sum tells which days are in it."""
    record(cost="1", timestamp=ago(0))
    record(cost="2", timestamp=ago(1, hours=23))
    record(cost="4", timestamp=ago(6))
    record(cost="8", timestamp=ago(29))
    record(cost="16", timestamp=ago(30, hours=23, minutes=59))
    assert f"Total Cost:      {cost} " in tell("report", *arguments)


def test_an_empty_ledger_says_what_to_do_next(run: Run) -> None:
    """Not zeros; exit 0."""
    for arguments in ((), ("--today",), ("--last", "7d")):
        done = run("report", *arguments)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("Nothing is recorded yet.")
        assert "otel-usage record --provider" in done.out
        assert "$" not in done.out


def test_a_period_without_calls_is_a_box_of_zeros(record: Tell, tell: Tell) -> None:
    """Something is recorded, only not then."""
    record(cost="5", timestamp=ago(10))
    text = tell("report", "--today")
    assert "Total Cost:      $0.00 " in text
    assert "Calls:           0 (0 failed)" in text
    assert "By Model" not in text


def test_unpriced_and_failed_calls_are_told(record: Tell, tell: Tell) -> None:
    """And not in the total."""
    record(cost="1", status="error")
    record(provider="house", model="m")
    text = tell("report", "--today")
    assert "Total Cost:      $1.00 " in text
    assert "Calls:           2 (1 failed)" in text
    assert "Unpriced:        1 call" in text
    assert any(line.split() == ["║", "m", "unpriced", "║"] for line in text.splitlines())


def test_a_long_name_makes_the_box_wider_and_not_ragged(record: Tell, tell: Tell) -> None:
    """Every line ends with its border, in the same column."""
    record(model="m" * 90, cost="1")
    lines = tell("report", "--today").splitlines()
    assert len({len(line) for line in lines}) == 1
    assert len(lines[0]) > 62
    assert {line[-1] for line in lines} <= set("╗║╣╝")


def test_ascii_where_the_encoding_is_not_utf8(start: Run, record: Tell) -> None:
    """Lines of plain characters."""
    record(cost="1")
    done = start("report", "--today", env={"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"})
    assert done.code == 0
    lines = done.out.splitlines()
    assert done.out.isascii()
    assert {line[0] for line in lines} == {"+", "|"}
    assert lines[0] == "+" + "=" * 60 + "+"


def test_there_is_no_colour_in_a_pipe(run: Run, record: Tell) -> None:
    """Nor any other control character: names come from anywhere, and must not write to somebody's terminal."""
    record(cost="1", agent="\x1b[31mred\x07\nline", job_id="\x1b]0;title\x07", model="\x9b31m")
    for arguments in (("report", "--today"), ("query", "--by", "agent", "--by", "job"), ("explain", "last")):
        out = run(*arguments).out
        assert "$1" in out
        assert not [char for char in out if unicodedata.category(char) == "Cc" and char != "\n"]
        assert "\nline" not in out
    assert len({len(line) for line in run("report", "--today").out.splitlines()}) == 1


@pytest.mark.parametrize("last", ["7", "d", "-7d", "0d", "00d", "7w", "99999d", "7.5d", "7d "])
def test_a_number_of_days_that_is_none_is_one_sentence(run: Run, last: str) -> None:
    """With an example of one that is."""
    done = run("report", f"--last={last}")
    assert (done.code, done.out) == (2, "")
    assert done.sentence == "otel-usage: --last: give a number of days such as 7d"


def test_an_empty_number_of_days_is_not_given(run: Run, record: Tell) -> None:
    """As an unset shell variable leaves it."""
    record(cost="1")
    assert "Last 30 Days" in run("report", "--last", "").out


def test_two_periods_at_once_are_one_sentence(run: Run) -> None:
    """Exit 2."""
    done = run("report", "--today", "--last", "7d")
    assert (done.code, done.sentence) == (
        2,
        "otel-usage: --last: cannot be given together with --today",
    )


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
