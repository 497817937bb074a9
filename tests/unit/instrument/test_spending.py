"""What an agent asks in its heartbeat."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import timedelta
from decimal import Decimal, localcontext
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

import otel_usage
from otel_usage.budgets.check import Verdict
from otel_usage.errors import (
    BudgetError,
    BudgetExceededError,
    BudgetUnknownError,
    ConfigError,
    InvalidValueError,
    LedgerBusyError,
    LedgerDamagedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ONE = Decimal(1_000 * 2_500 + 100 * 10_000).scaleb(-9)
"""USD of a call: $2.50 and $10.00 per million tokens."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home, in a zone in which no day ends during the test."""
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OTEL_USAGE_HOME", str(tmp_path / "home"))
    otel_usage.shutdown()
    yield tmp_path / "home"
    otel_usage.shutdown(timeout=0.2)


@pytest.fixture
def configured(home: Path) -> Callable[[str], None]:
    """Writes the home's configuration."""

    def write(text: str) -> None:
        home.mkdir(exist_ok=True)
        (home / "otel-usage.yaml").write_text(text, encoding="utf-8")

    return write


def one_call() -> None:
    """A call of 1,000 tokens in and 100 out."""
    with otel_usage.inference("openai", model="gpt-4o") as call:
        call.record(otel_usage.TokenUsage(input=1_000, output=100))


def test_it_is_the_sum_of_the_calls_that_have_ended() -> None:
    """Exact, at once, and with the share of the day's budget of $10."""
    for _ in range(3):
        one_call()
    spending = otel_usage.get_today_spending()
    assert spending.cost == 3 * ONE
    assert (spending.calls, spending.input_tokens, spending.output_tokens) == (3, 3_000, 300)
    assert spending.by_model == {"gpt-4o": 3 * ONE}
    assert spending.budget_share == pytest.approx(float(3 * ONE / 10))
    assert spending.unpriced_calls == 0


def test_calls_of_services_are_no_models() -> None:
    """They are counted as calls."""
    otel_usage.log_api(service="websearch", endpoint="/search")
    spending = otel_usage.get_today_spending()
    assert (spending.calls, dict(spending.by_model)) == (1, {})


def test_it_asks_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """An OTLP endpoint that never answers holds up no heartbeat: nothing is exported for it."""
    with import_module("tests.data.receiver").OtlpReceiver() as receiver:
        receiver.silent.set()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", f"{receiver.url}/v1/metrics")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        otel_usage.configure()
        one_call()
        for _ in range(3):
            assert otel_usage.get_today_spending().cost == ONE
        assert not receiver.asked.is_set()
        assert "otel-usage-flush" not in {thread.name for thread in threading.enumerate()}
        otel_usage.shutdown(timeout=0.2)


def test_a_configuration_that_cannot_be_used_is_an_error(home: Path) -> None:
    """It is a question, not a call; and what it would price by other prices would stay priced so."""
    home.mkdir()
    override = "pricing: {overrides: [{model: gpt-4o, input: 100, output: 400}]}\n"
    (home / "otel-usage.yaml").write_text(override + "nonsense: true")
    one_call()
    with pytest.raises(ConfigError):
        otel_usage.get_today_spending()
    (home / "otel-usage.yaml").write_text(override)
    assert otel_usage.get_today_spending().cost == Decimal(1_000 * 100_000 + 100 * 400_000).scaleb(-9)


def test_the_state_of_each_budget_is_told(configured: Callable[[str], None]) -> None:
    """Exact, at once, in USD and in the ledger's zone."""
    configured(
        "zone: Asia/Kathmandu\nbudgets:\n"
        "  - {name: week, period: week, limit_usd: 0.01, thresholds: [0.25, 0.3]}\n"
        "  - {name: agents, scope: agent, period: month, limit_usd: 2}\n"
    )
    for agent in ("anna", "marcus", "anna"):
        with otel_usage.attribution(agent=agent):
            one_call()
    otel_usage.log_llm(provider="openai", model="unheard-of", input_tokens=1)
    week, anna, marcus = otel_usage.budget_status()
    assert (week.name, week.scope, week.subject, week.period) == ("week", "global", "", "week")
    assert (week.spent, week.limit, week.unpriced_calls) == (3 * ONE, Decimal("0.01"), 1)
    assert week.share == 3 * 0.0035 / 0.01
    assert (week.thresholds, week.reached) == ((0.25, 0.3), 0.3)
    assert week.begin.utcoffset() == timedelta(hours=5, minutes=45)
    assert week.end - week.begin == timedelta(days=7)
    assert (week.begin.isoweekday(), week.begin.hour, week.begin.minute) == (1, 0, 0)
    assert (anna.name, anna.scope, anna.subject, anna.spent) == ("agents", "agent", "anna", 2 * ONE)
    assert (marcus.subject, marcus.spent, marcus.reached) == ("marcus", ONE, None)
    assert marcus.forecast is None or marcus.forecast >= ONE
    with pytest.raises(AttributeError):
        week.spent = Decimal(0)  # type: ignore[misc]  # what is tested


def test_a_person_whose_name_is_taken_out_has_a_budget_all_the_same(
    configured: Callable[[str], None],
) -> None:
    """The configuration says the name, the ledger what redaction left of it."""
    configured("budgets: [{name: a, scope: 'agent:anna.smith@mail.test', period: day, limit_usd: 1}]")
    with otel_usage.attribution(agent="anna.smith@mail.test"):
        one_call()
    (found,) = otel_usage.budget_status()
    assert (found.subject, found.spent) == ("[REDACTED:email]", ONE)


def test_a_check_cannot_tell_while_recording_is_switched_off(
    configured: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What this process spends meanwhile is in no ledger."""
    configured("budgets: {daily_usd: 1}")
    monkeypatch.setenv("OTEL_USAGE_DISABLED", "1")
    found = otel_usage.check_budget()
    assert (found.verdict, found.budgets[0].verdict) == (Verdict.UNKNOWN, Verdict.UNKNOWN)
    with pytest.raises(BudgetUnknownError, match="OTEL_USAGE_DISABLED"):
        otel_usage.check_budget(raises=True)


def test_a_check_answers_or_raises_as_it_is_asked(configured: Callable[[str], None]) -> None:
    """Names and amounts are in the error, whose base is that of what cannot be told too."""
    configured("budgets: {daily_usd: 0.01, monthly_usd: 1}")
    assert otel_usage.check_budget(raises=True).verdict is Verdict.UNDER
    for _ in range(3):
        one_call()
    found = otel_usage.check_budget()
    assert found.verdict is Verdict.REACHED
    assert [one.verdict for one in found.budgets] == [Verdict.REACHED, Verdict.UNDER]
    assert otel_usage.check_budget("monthly", raises=True).verdict is Verdict.UNDER
    with pytest.raises(BudgetExceededError) as raised:
        otel_usage.check_budget("monthly", fail_at=0.01, raises=True)
    assert str(raised.value) == "budgets have reached the share of 0.01: monthly ($0.0105 of $1)"
    with pytest.raises(BudgetError) as raised_too:
        otel_usage.check_budget(raises=True)
    error = raised_too.value
    assert isinstance(error, BudgetExceededError)
    assert (error.names, error.spent, error.limits) == (
        ("daily",),
        {"daily": 3 * ONE},
        {"daily": Decimal("0.01")},
    )


def test_an_application_that_counts_in_two_digits_is_told_all_of_them(
    configured: Callable[[str], None],
) -> None:
    """Its context of decimals rounds no limit and no amount."""
    configured("budgets: {daily_usd: 0.0123456}")
    for _ in range(3):
        one_call()
    with localcontext() as context:
        context.prec = 2
        (daily,) = otel_usage.budget_status()
        spending = otel_usage.get_today_spending()
        with pytest.raises(BudgetExceededError, match=r"daily \(\$0\.0105 of \$0\.0123456\)"):
            otel_usage.check_budget(fail_at=0.5, raises=True)
    assert (daily.limit, daily.spent, spending.cost) == (Decimal("0.0123456"), 3 * ONE, 3 * ONE)
    assert spending.budget_share == daily.share == 10_500_000 / 12_345_600


def test_a_budget_that_is_not_there_is_named(configured: Callable[[str], None]) -> None:
    """A misspelt name must not pass for a budget that holds."""
    with pytest.raises(InvalidValueError, match="no such budget; there are: daily, monthly"):
        otel_usage.check_budget("dayly")
    configured("budgets: []")
    with pytest.raises(InvalidValueError, match="there are: none"):
        otel_usage.check_budget("daily")


def test_what_nobody_can_tell_is_an_answer_and_an_error_of_its_own(configured: Callable[[str], None]) -> None:
    """No budget, or nothing to estimate by: never under."""
    configured("budgets: []")
    assert otel_usage.check_budget().verdict is Verdict.UNKNOWN
    with pytest.raises(BudgetUnknownError, match="no budget is configured") as raised:
        otel_usage.check_budget(raises=True)
    assert raised.value.names == ()
    configured("budgets: [{name: a, scope: agent, period: day, limit_usd: 1, unpriced: estimate}]")
    with otel_usage.attribution(agent="anna"):
        otel_usage.log_llm(provider="openai", model="unheard-of", input_tokens=1)
    assert otel_usage.check_budget().verdict is Verdict.UNKNOWN
    with pytest.raises(BudgetUnknownError, match="could be estimated by: a") as raised:
        otel_usage.check_budget(raises=True)
    assert raised.value.names == ("a/anna",)


def test_a_check_that_would_miss_the_newest_calls_cannot_tell(home: Path) -> None:
    """Another process that ingests keeps them out; once it has ended, they count."""
    one_call()
    assert otel_usage.check_budget().verdict is Verdict.UNDER
    with closing(sqlite3.connect(home / "usage.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        found = otel_usage.check_budget()
        assert found.verdict is Verdict.UNKNOWN
        assert str(found.reason).startswith("the newest calls may be missing")
    assert otel_usage.check_budget().verdict is Verdict.UNDER


def test_records_that_wait_for_the_disk_are_missed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process has not written is in no ledger."""
    one_call()
    recorder = otel_usage.configure().recorder
    assert recorder is not None
    monkeypatch.setattr(recorder, "flush", lambda _timeout: False)
    assert otel_usage.check_budget().verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("question", ["get_today_spending", "budget_status", "check_budget"])
def test_a_ledger_that_cannot_be_read_is_an_error(home: Path, question: str) -> None:
    """It is never read as nothing spent, whether one asked for errors or not."""
    one_call()
    otel_usage.get_today_spending()
    for file in home.glob("usage.db*"):
        file.unlink()
    (home / "usage.db").write_bytes(b"no database" * 1000)
    with pytest.raises(LedgerDamagedError):
        getattr(otel_usage, question)()


def test_a_ledger_that_another_process_keeps_is_an_error(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process is a real one; this one waits less long for it than it would."""
    one_call()
    assert otel_usage.check_budget().verdict is Verdict.UNDER
    monkeypatch.setattr("otel_usage.ledger.database._PATIENCE", 0.1)
    keeps = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('PRAGMA locking_mode = EXCLUSIVE'); c.execute('BEGIN EXCLUSIVE');"
        "print('kept', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", keeps, home / "usage.db"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"kept\n"
        for raises in (False, True):
            with pytest.raises(LedgerBusyError) as raised:
                otel_usage.check_budget(raises=raises)
            assert not isinstance(raised.value, BudgetError)
        assert other.stdin is not None
        other.stdin.close()
        assert other.wait() == 0
    assert otel_usage.check_budget().verdict is Verdict.UNDER


def test_a_configuration_that_cannot_be_used_is_no_budget_that_holds(
    configured: Callable[[str], None],
) -> None:
    """Other limits in its place would be a guess."""
    configured("budgets: [{name: a, period: day, limit_usd: much}]")
    for question in (otel_usage.check_budget, otel_usage.budget_status):
        with pytest.raises(ConfigError):
            question()
