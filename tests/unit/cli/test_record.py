"""``otel-usage record``: one call from a shell script; quick, exact, and never in the way of a job."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.records import CostStatus, Flag, Status, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Any]
    Tell = Callable[..., str]
    Ask = Callable[..., dict[str, Any]]
    Booked = Callable[[], list[UsageRecord]]

PLAIN = ("record", "--provider", "openai", "--model", "gpt-4o", "--input", "1000", "--output", "100")
PRICE = 1_000 * 2_500 + 100 * 10_000
"""gpt-4o: $2.50 and $10.00 a million are 2,500 and 10,000 nano-dollars a token."""
NOT_ON_THE_WAY = (
    "opentelemetry",
    "genai_prices",
    "pydantic",
    "yaml",
    "sqlite3",
    "zoneinfo",
    "tzlocal",
    "asyncio",
    "zstandard",
    "grafanalib",
    "prometheus_client",
    "otel_usage.ledger",
    "otel_usage.spans",
    "otel_usage.pricing.lookup",
)


def test_the_answer_is_one_line(tell: Tell) -> None:
    """$3 and $15 a million: 245,000 in and 8,500 out are $0.735 + $0.1275 = $0.8625."""
    arguments = ("--provider", "anthropic", "--model", "claude-3-5-sonnet-20241022")
    answer = tell("record", *arguments, "--input", "245000", "--output", "8500", "--job-id", "abc-123")
    assert answer == "✓ Recorded: claude-3-5-sonnet-20241022 (anthropic) - $0.86 for job abc-123\n"


def test_without_a_job_the_last_part_is_left_out(tell: Tell) -> None:
    """And under a cent two significant digits are told: 0.0025 + 0.001 dollars."""
    assert tell(*PLAIN) == "✓ Recorded: gpt-4o (openai) - $0.0035\n"


def test_json_has_everything_that_was_decided(ask: Ask, booked: Booked) -> None:
    """The amount is exact, and not a rounded one."""
    answer = ask(*PLAIN, "--job-id", "j", "--json")
    (record,) = booked()
    assert answer == {
        "id": record.id,
        "kind": "llm",
        "provider": "openai",
        "model": "gpt-4o",
        "service": None,
        "endpoint": None,
        "jobId": "j",
        "inputTokens": 1_000,
        "outputTokens": 100,
        "cost": "0.0035",
        "status": "priced",
        "priceSource": "genai-prices",
        "flags": [],
    }
    assert record.cost.nanos == PRICE


def test_every_option_arrives_in_the_record(tell: Tell, booked: Booked) -> None:
    """Under its own name."""
    tell(
        *("record", "--provider=anthropic", "--model=claude-sonnet-4-6", "--input=10000", "--output=500"),
        *("--cache-read=2000", "--cache-write=3000", "--cache-write-1h=4000", "--reasoning=64"),
        *("--job-id=j", "--agent=a", "--session=s", "--task-type=build", "--status=partial"),
        *("--tag", "env=dev", "--tag", "x=a=b", "--tag", "empty=", "--id", "mine"),
        *("--timestamp", "2026-03-01T10:00:00.123456Z", "--duration-ms", "1200.5"),
        *("--task-description", "the nightly build", "--team", "core", "--project", "site"),
        *("--error-message", "it broke off"),
    )
    (record,) = booked()
    assert record.usage == TokenUsage(
        input=10_000,
        output=500,
        cache_read=2_000,
        cache_write_5m=3_000,
        cache_write_1h=4_000,
        reasoning=64,
    )
    assert (record.id, record.source, record.job_id, record.agent) == ("mine", "cli", "j", "a")
    assert (record.session_id, record.task_type, record.status) == ("s", "build", Status.PARTIAL)
    assert record.tags == {"env": "dev", "x": "a=b", "empty": ""}
    assert record.start == 1_772_359_200_123_456_000
    assert (record.task_description, record.team, record.project) == ("the nightly build", "core", "site")
    assert (record.duration, record.error_message) == (1_200_500_000, "it broke off")


def test_the_spellings_of_calculate_work_too(tell: Tell, booked: Booked) -> None:
    """Two generations of scripts."""
    tell(
        *("record", "--provider=openai", "--model=gpt-4o", "--input-tokens=1,000", "--output-tokens=1_00"),
        *("--cache-read-tokens=5", "--cache-write-tokens=6", "--cache-write-1h-tokens=7"),
    )
    (record,) = booked()
    assert record.usage == TokenUsage(
        input=1_000, output=100, cache_read=5, cache_write_5m=6, cache_write_1h=7
    )


@pytest.mark.parametrize(("given", "stored"), [("ok", "ok"), ("success", "ok"), ("error", "error")])
def test_success_means_ok(tell: Tell, booked: Booked, given: str, stored: str) -> None:
    """As the replaced tools wrote it."""
    tell(*PLAIN, "--status", given)
    (record,) = booked()
    assert record.status == stored


def test_an_error_message_without_a_status_is_an_error(tell: Tell, booked: Booked) -> None:
    """``--error-message "$ERROR"`` tells both; what --status says stands before it."""
    tell(*PLAIN, "--error-message", "timeout")
    tell(*PLAIN, "--error-message", "timeout", "--status", "partial")
    assert [record.status for record in booked()] == [Status.ERROR, Status.PARTIAL]


def test_a_status_that_is_none_is_one_sentence(run: Run, home: Path) -> None:
    """With the words that are some."""
    done = run(*PLAIN, "--status", "broken")
    assert (done.code, done.sentence) == (
        2,
        "otel-usage: --status: must be ok (or success), error or partial",
    )
    assert not home.exists()


@pytest.mark.parametrize("duration", ["-1", "nan", "inf", "soon", "1,5", "1e99"])
def test_a_duration_that_is_none_is_one_sentence(run: Run, home: Path, duration: str) -> None:
    """A hundred million milliseconds are more than a day."""
    done = run(*PLAIN, f"--duration-ms={duration}")
    assert done.code == 2
    assert (
        done.sentence == "otel-usage: --duration-ms: must be a number of milliseconds from 0 to 100,000,000"
    )
    assert not home.exists()


def test_a_call_that_took_its_time_began_before_now(tell: Tell, booked: Booked) -> None:
    """It has ended when it is recorded: an hour ago it began."""
    before = time.time_ns()
    tell(*PLAIN, "--duration-ms", "3600000")
    (record,) = booked()
    assert before <= record.start + 3_600 * 10**9 <= time.time_ns()


def test_a_call_recorded_twice_with_one_id_counts_once(tell: Tell, ask: Ask) -> None:
    """A job that is run again after a failure."""
    for _ in range(2):
        tell(*PLAIN, "--id", "job-1/step-1")
    tell(*PLAIN)
    assert ask("query", "--format", "json")["totals"]["calls"] == 2


@pytest.mark.parametrize(
    ("cost", "nanos"),
    [
        ("0", 0),
        ("-0", 0),
        ("0.00", 0),
        ("1", 10**9),
        ("$0.5", 5 * 10**8),
        (" 0.25 ", 25 * 10**7),
        ("1e-3", 10**6),
        ("0.1", 10**8),
        ("0.000000001", 1),
        ("0.0000000005", 0),
        ("100000", 10**14),
        ("1e-999999", 0),
    ],
)
def test_a_given_cost_is_believed_zero_included(tell: Tell, booked: Booked, cost: str, nanos: int) -> None:
    """Exactly, to the nano-dollar, half to even; also for a model that nobody knows."""
    tell("record", "--provider=nobody", "--model=x", "--input=1", "--output=1", f"--cost={cost}")
    (record,) = booked()
    assert (record.cost.status, record.cost.nanos, record.cost.price_source) == (
        CostStatus.PROVIDED,
        nanos,
        "caller",
    )


@pytest.mark.parametrize(
    "cost",
    ["-1", "-0.000000001", "100000.01", "1e999", "1e999999", "1e9999999999", "nan", "sNaN", "inf", "-inf",
     "free", "1,5", "0x10", "$", "$$1"],
)  # fmt: skip
def test_a_cost_that_is_no_amount_is_one_sentence(run: Run, home: Path, cost: str) -> None:
    """Exit 2, and nothing is recorded."""
    done = run(*PLAIN, "--cost", cost)
    assert (done.code, done.out) == (2, "")
    assert done.sentence == "otel-usage: --cost: must be an amount in USD from 0 to 100,000"
    assert not home.exists()


@pytest.mark.parametrize("value", ["", " "])
@pytest.mark.parametrize(
    "option",
    ["--cost", "--job-id", "--agent", "--session", "--task-type", "--task-description", "--team", "--project",
     "--id", "--timestamp", "--duration-ms", "--status", "--error-message", "--service-tier", "--server", "--tag",
     "--service", "--endpoint", "--status-code", "--cache-read", "--reasoning"],
)  # fmt: skip
def test_an_empty_option_counts_as_not_given(run: Run, booked: Booked, option: str, value: str) -> None:
    """An unset shell variable in quotes."""
    done = run(*PLAIN, option, value)
    assert (done.code, done.err) == (0, "")
    (record,) = booked()
    assert (record.job_id, record.agent, record.session_id, record.task_type) == (None,) * 4
    assert (record.team, record.project, record.task_description, record.error_message) == (None,) * 4
    assert (record.service_tier, record.server_address, record.duration, record.tags) == (
        None,
        None,
        None,
        {},
    )
    assert (record.status, record.cost.nanos) == (Status.OK, PRICE)
    assert record.id.startswith("cli:")


@pytest.mark.parametrize(
    "arguments", [("--input", "", "--output", "100"), ("--output", "100"), ("--input", " ", "--output=100")]
)
def test_an_empty_input_is_unknown_with_a_warning(
    run: Run, booked: Booked, arguments: tuple[str, ...]
) -> None:
    """Exit 0: a job's last line must not fail the job."""
    done = run("record", "--provider", "openai", "--model", "gpt-4o", *arguments)
    assert done.code == 0
    assert done.sentence == ("otel-usage: warning: --input is empty or not given: it is unknown")
    (record,) = booked()
    assert record.usage == TokenUsage(output=100)


@pytest.mark.parametrize(("option", "shown"), [("--model", "None (openai)"), ("--provider", "gpt-4o (None)")])
def test_an_empty_model_or_provider_is_unknown_with_a_warning(
    run: Run, booked: Booked, option: str, shown: str
) -> None:
    """The tokens were used all the same."""
    done = run(*PLAIN, option, "")
    assert done.code == 0
    assert done.sentence == f"otel-usage: warning: {option} is empty or not given: it is unknown"
    (record,) = booked()
    assert None in {record.provider, record.request_model}
    assert record.usage == TokenUsage(input=1_000, output=100)
    assert shown not in done.out


def test_disabled_nothing_is_recorded_and_that_is_said(run: Run, home: Path) -> None:
    """Exit 0: whoever switched it off wants the job to go on."""
    done = run(*PLAIN, env={"OTEL_USAGE_DISABLED": "1"})
    assert (done.code, done.out) == (0, "")
    assert done.sentence == "otel-usage: warning: OTEL_USAGE_DISABLED is set: nothing is recorded"
    assert not home.exists()


COUNTS = (
    *("--input", "--output", "--cache-read", "--cache-write", "--cache-write-1h", "--reasoning"),
    *("--input-audio", "--output-image", "--web-searches"),
)


@pytest.mark.parametrize("option", COUNTS)
def test_a_negative_count_is_one_sentence(run: Run, home: Path, option: str) -> None:
    """Whichever option it stands in."""
    done = run(*PLAIN, option, "-5")
    assert (done.code, done.out) == (2, "")
    assert done.sentence == f"otel-usage: {option}: must be a whole number from 0 to 1,000,000,000"
    assert not home.exists()


@pytest.mark.parametrize(
    "count",
    [
        "100000.01",
        "9" * 5_000,
        "NaN",
        "inf",
        "many",
        "1.5",
        "1e3",
        "0x10",
        "+5",
        "½",
        "٣",
        "1 000",
        "1,5",
        "12,34,567",
        "--",
    ],
    ids=lambda count: count[:12],
)
def test_a_count_that_is_none_is_the_same_sentence(run: Run, home: Path, count: str) -> None:
    """Huge, no number, text; it is not echoed."""
    done = run("record", "--provider", "openai", "--model", "gpt-4o", f"--input={count}", "--output", "1")
    assert (done.code, done.out) == (2, "")
    assert done.sentence == "otel-usage: --input: must be a whole number from 0 to 1,000,000,000"
    assert not home.exists()


def test_the_largest_believable_count_is_believed(tell: Tell, booked: Booked) -> None:
    """A billion tokens at $2.50 a million are $2,500."""
    answer = tell("record", "--provider=openai", "--model=gpt-4o", "--input=1000000000", "--output=0")
    assert answer == "✓ Recorded: gpt-4o (openai) - $2,500.00\n"
    (record,) = booked()
    assert record.cost.nanos == 10**9 * 2_500


def test_a_cache_larger_than_the_input_was_not_in_it(ask: Ask, booked: Booked) -> None:
    """1,000 fresh beside 9,000 read at half the price of input; the flag says that it was inferred."""
    answer = ask(*PLAIN, "--cache-read", "9000", "--json")
    (record,) = booked()
    assert record.usage.input == 1_000 + 9_000
    assert record.cost.nanos == 1_000 * 2_500 + 9_000 * 1_250 + 100 * 10_000
    assert answer["flags"] == ["input_convention_inferred"]


def test_two_counts_that_are_too_large_together_are_no_traceback(run: Run, booked: Booked) -> None:
    """Each is believable, their sum is not: it is left out and said."""
    done = run(*PLAIN[:6], "1000000000", "--output", "1", "--cache-read", "1000000000", "--cache-write", "5")
    assert done.code == 0
    (record,) = booked()
    assert record.usage.input is None
    assert Flag.USAGE_UNUSABLE in record.flags


@pytest.mark.parametrize(
    ("timestamp", "start"),
    [
        ("2026-03-01T10:00:00Z", 1_772_359_200 * 10**9),
        ("2026-03-01T11:00:00+01:00", 1_772_359_200 * 10**9),
        ("2026-03-01 15:45+05:45", 1_772_359_200 * 10**9),
        ("20260301T100000Z", 1_772_359_200 * 10**9),
        ("1772359200", 1_772_359_200 * 10**9),
        ("1772359200.123456789", 1_772_359_200 * 10**9 + 123_456_789),
        ("2026-03-01", 1_772_323_200 * 10**9),
    ],
)
def test_a_timestamp_is_iso_or_seconds(
    tell: Tell, booked: Booked, monkeypatch: pytest.MonkeyPatch, timestamp: str, start: int
) -> None:
    """To the nanosecond, where it says them."""
    monkeypatch.setenv("OTEL_USAGE_ZONE", "UTC")
    tell(*PLAIN, "--timestamp", timestamp)
    (record,) = booked()
    assert (record.start, record.flags) == (start, ())


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("Asia/Kathmandu", -5.75), ("Pacific/Marquesas", 9.5), ("UTC", 0.0), ("Europe/Berlin", -1.0)],
)
def test_a_naive_timestamp_is_of_the_configured_zone(
    run: Run, booked: Booked, zone: str, hours: float
) -> None:
    """10:00 in Kathmandu is 04:15 UTC."""
    assert run(*PLAIN, "--timestamp", "2026-03-01T10:00:00", env={"OTEL_USAGE_ZONE": zone}).code == 0
    (record,) = booked()
    assert record.start == (1_772_359_200 + int(hours * 3600)) * 10**9


def test_a_naive_timestamp_is_of_the_machines_zone_otherwise(start: Run, booked: Booked) -> None:
    """As ``date`` on this machine prints it."""
    assert start(*PLAIN, "--timestamp", "2026-03-01T10:00:00", env={"TZ": "Asia/Kathmandu"}).code == 0
    (record,) = booked()
    assert record.start == (1_772_359_200 - 5 * 3600 - 45 * 60) * 10**9


@pytest.mark.parametrize(
    ("given", "word", "flag"),
    [
        (("--cache-read", "9000"), "cache is larger than --input", Flag.INPUT_INFERRED),
        (("--service-tier", "warp"), "--service-tier", Flag.VARIANT_UNPRICED),
        (("--input-audio", "50"), "nearest known rate", Flag.RATE_ASSUMED),
        (("--input-audio", "5000"), "more than what it is a part of", Flag.USAGE_UNUSABLE),
    ],
)
def test_what_does_not_fit_the_price_is_a_warning_and_never_a_failure(
    run: Run,
    booked: Booked,
    caplog: pytest.LogCaptureFixture,
    given: tuple[str, ...],
    word: str,
    flag: Flag,
) -> None:
    """The call is priced, flagged, and the person told."""
    done = run(*PLAIN, *given)
    assert done.code == 0
    assert word in done.err + caplog.text
    (record,) = booked()
    assert record.flags == (flag,)
    assert record.cost.nanos


@pytest.mark.parametrize(
    "timestamp",
    ["2019-12-31T23:59:59Z", "2999-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z",
     "99999999999", "1000000000"],
)  # fmt: skip
def test_a_timestamp_before_2020_or_of_the_future_is_booked_now_with_a_warning(
    run: Run, booked: Booked, timestamp: str
) -> None:
    """The call is not lost, and the person is told."""
    before = time.time_ns()
    done = run(*PLAIN, "--timestamp", timestamp)
    assert done.code == 0
    assert done.sentence == (
        "otel-usage: warning: --timestamp lies in the future or before 2020; the call is booked now"
    )
    (record,) = booked()
    assert before <= record.start <= time.time_ns()
    assert record.flags == (Flag.TIME_REPLACED,)


@pytest.mark.parametrize(
    "timestamp",
    ["yesterday", "2026-02-30", "2026-13-01T00:00:00", "25:00", "0001-01-01T00:00:00+23:00", "-1", "nan",
     "12", "1e9"],
)  # fmt: skip
def test_a_timestamp_that_is_none_is_one_sentence(run: Run, home: Path, timestamp: str) -> None:
    """With an example of one that is."""
    done = run(*PLAIN, f"--timestamp={timestamp}")
    assert done.code == 2
    assert (
        done.sentence
        == "otel-usage: --timestamp: give a date such as 2026-11-21, or a time such as 2026-11-21T10:30:00+01:00"
    )
    assert not home.exists()


def test_a_zone_that_does_not_exist_is_one_sentence(run: Run, ask: Ask, home: Path) -> None:
    """And does not get into the ledger, which would then refuse every command."""
    for arguments in ((*PLAIN, "--timestamp", "2026-03-01T10:00:00"), ("query",), ("report",), ("rebuild",)):
        done = run(*arguments, env={"OTEL_USAGE_ZONE": "Mars/Olympus"})
        assert done.code == 2
        assert "no time zone is called 'Mars/Olympus'" in done.sentence
    assert run(*PLAIN).code == 0
    assert ask("query", "--format", "json")["totals"]["calls"] == 1
    assert b"Mars" not in b"".join(path.read_bytes() for path in (home / "logs").iterdir())


@pytest.mark.parametrize("tag", ["env", "=dev", "="])
def test_a_tag_that_is_no_pair_is_one_sentence(run: Run, tag: str) -> None:
    """It is not echoed."""
    done = run(*PLAIN, "--tag", tag)
    assert (done.code, done.sentence) == (2, "otel-usage: --tag: must be of the form NAME=VALUE")


def test_a_model_that_nobody_knows_is_recorded_without_an_amount(run: Run, ask: Ask, booked: Booked) -> None:
    """Unknown is unknown: the next report looks further, and then says so."""
    done = run("record", "--provider=openai", "--model=gpt-experimental-x", "--input=10", "--output=1")
    assert done.code == 0
    assert done.out == "✓ Recorded: gpt-experimental-x (openai) - price looked up at the next report\n"
    (record,) = booked()
    assert (record.cost.status, record.cost.nanos) == (CostStatus.PENDING, None)
    found = ask("query", "--format", "json")
    assert (found["totalCost"], found["totals"]["unpriced"]) == (None, 1)


def test_a_provider_that_nobody_knows_is_recorded(run: Run, booked: Booked) -> None:
    """In the words it was given."""
    assert run("record", "--provider=house", "--model=m", "--input=10", "--output=1").code == 0
    (record,) = booked()
    assert (record.provider, record.cost.nanos) == ("house", None)


def test_a_local_model_costs_a_true_nothing(tell: Tell) -> None:
    """$0.00 is an amount."""
    answer = tell("record", "--provider=lmstudio", "--model=qwen2.5-7b-instruct", "--input=1", "--output=1")
    assert answer == "✓ Recorded: qwen2.5-7b-instruct (lmstudio) - $0.00\n"


def test_secrets_are_neither_printed_nor_stored(run: Run, home: Path) -> None:
    """What is answered is what was stored."""
    secret = "-".join(("sk", "proj", "0a1B2c3D4e5F6g7H" * 3))
    done = run(*PLAIN, "--job-id", f"job {secret}", "--agent", "jane.doe@example.com", "--tag", f"k={secret}")
    assert "[REDACTED:api_key]" in done.out
    written = b"".join(path.read_bytes() for path in (home / "logs").iterdir()).decode()
    for text in (done.out, done.err, written):
        assert secret not in text
        assert "jane.doe" not in text


def test_arguments_that_are_not_utf8_are_recorded(run: Run, ask: Ask) -> None:
    """Replaced as the journal replaces them, so that the same bytes find the call again."""
    latin = "Zoë".encode("latin-1")
    fields = (b"--job-id", latin, b"--agent", latin, b"--session", latin, b"--tag", latin + b"=" + latin)
    done = run(*PLAIN, *fields, b"--id", latin, b"--json")
    assert (done.code, done.err) == (0, "")
    assert '"jobId": "Zo?"' in done.out
    for arguments in ((b"query", b"--job-id", latin), (b"explain", latin)):
        found = run(*arguments)
        assert (found.code, found.err) == (0, "")
        assert "$0.0035" in found.out
    assert ask("query", "--by", "agent", "--format", "json")["byAgent"] == {"Zo?": "0.0035"}
    odd = run(b"record", b"--provider", latin, b"--model", latin, b"--input", b"1", b"--output", b"1")
    assert odd.code == 0


@pytest.mark.parametrize("option", ["--input", "--cost", "--timestamp", "--tag", "--status"])
def test_a_value_that_is_not_utf8_is_one_sentence(run: Run, option: str) -> None:
    """In an option that cannot take it."""
    done = run(*PLAIN, option, b"\xff\xfe")
    assert done.code == 2
    assert done.err


def test_a_missing_option_is_said_by_its_name(run: Run) -> None:
    """Exit 2, as for all usage."""
    done = run("record", "--model", "x")
    assert done.code == 2
    assert "Missing option '--provider'" in done.err


def test_a_file_where_the_home_should_be_is_one_sentence(run: Run, home: Path) -> None:
    """Exit 1: the call could not be recorded, and that is not hidden."""
    home.write_text("not a directory")
    done = run(*PLAIN)
    assert (done.code, done.out) == (1, "")
    assert done.sentence == (
        f"otel-usage: {home}: cannot be created (File exists); "
        "set OTEL_USAGE_HOME or --home to a directory that you can write"
    )
    assert run("--home", str(home), *PLAIN).code == 1
    assert home.read_text() == "not a directory"


def test_a_journal_that_is_a_directory_is_one_sentence(run: Run, home: Path) -> None:
    """Today's file cannot be opened."""
    for day in (time.time(), time.time() + 60):
        (home / "logs" / time.strftime("%Y-%m-%d.jsonl", time.gmtime(day))).mkdir(parents=True, exist_ok=True)
    done = run(*PLAIN)
    assert (done.code, done.out) == (1, "")
    assert "the record could not be written" in done.sentence


def test_a_disk_that_takes_only_a_part_is_one_sentence_and_tears_only_that_line(
    start: Run, tell: Tell, ask: Ask, home: Path
) -> None:
    """A limit on file size stands for the full disk: the write stops in the middle."""
    tell(*PLAIN)
    (file,) = (home / "logs").iterdir()
    limit = file.stat().st_size + 100

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    # Without room a compiled module would be cut short too, and stay so.
    done = start(*PLAIN, env={"PYTHONDONTWRITEBYTECODE": "1"}, preexec_fn=full)
    assert (done.code, done.out) == (1, "")
    assert done.sentence.startswith(
        f"otel-usage: {home}: the record could not be written (is the disk full?)"
    )
    tell(*PLAIN)
    assert ask("query", "--format", "json")["totals"]["calls"] == 2


def test_a_full_disk_is_one_sentence_for_every_command(
    start: Run, tmp_path: Path, unavailable: Callable[[str], None]
) -> None:
    """What was acknowledged before is answered again when there is room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk], check=False, capture_output=True
        ).returncode
    ):
        unavailable("only root may mount the small disk that this test fills")
    try:
        _fill_and_recover(start, disk)
    finally:
        subprocess.run(["umount", disk], check=True)


def _fill_and_recover(start: Run, disk: Path) -> None:
    env = {"OTEL_USAGE_HOME": str(disk / "home")}
    assert start(*PLAIN, env=env).code == 0
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
    long = ("--agent", "a" * 4_000, "--session", "s" * 3_000)
    results = [start(*PLAIN, *long, env=env) for _ in range(3)]
    refused = [done for done in results if done.code]
    assert refused
    assert {done.code for done in refused} == {1}
    assert all("is the disk full?" in done.sentence for done in refused)
    for arguments in (("query",), ("report",), ("rebuild",), ("explain", "last")):
        done = start(*arguments, env=env)
        assert done.code in {0, 1}
        assert bool(done.err) is bool(done.code)
    filler.unlink()
    done = start("query", env=env)
    assert f"Calls: {1 + len(results) - len(refused)} (0 failed)" in done.out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("metrics: {tags: [env]}", "metrics: there is no such key; calls are recorded without"),
        ("a: [", "is not valid YAML"),
        ("pricing: {overrides: [{model: gpt-4o, input: -1}]}", "calls are recorded without prices"),
        ("redaction: {classes: [nothing]}", "every class is taken"),
    ],
)
def test_an_unusable_configuration_does_not_fail_a_job(
    run: Run, home: Path, booked: Booked, text: str, told: str
) -> None:
    """A warning and exit 0; prices that may have been meant are not replaced by others."""
    home.mkdir()
    (home / "otel-usage.yaml").write_text(text)
    done = run(*PLAIN)
    assert done.code == 0
    assert done.sentence.startswith("otel-usage: warning: ")
    assert told in done.sentence
    (record,) = booked()
    assert record.cost.nanos == (PRICE if "classes" in text else None)


def test_a_foreign_key_in_a_file_found_upward_does_not_fail_a_job(
    run: Run, tmp_path: Path, booked: Booked
) -> None:
    """A cloned repository cannot stop the recording, nor change prices."""
    (tmp_path / "cwd" / "otel-usage.yaml").write_text("pricing: {free_providers: [openai]}")
    done = run(*PLAIN)
    assert done.code == 0
    assert "a file found in a working directory may only set attribution" in done.sentence
    (record,) = booked()
    # gpt-4o's own price of $2.50 and $10 a million, not the $0 that the file wished for.
    assert (record.cost.status, record.cost.nanos) == (CostStatus.PRICED, 1_000 * 2_500 + 100 * 10_000)


def test_the_configuration_gives_what_the_options_leave_out(run: Run, home: Path, booked: Booked) -> None:
    """And prices of the user's own are applied: $1 and $2 a million."""
    home.mkdir()
    (home / "otel-usage.yaml").write_text(
        "attribution: {agent: a, team: t, project: p, task_type: cron, tags: {env: dev}}\n"
        "pricing: {overrides: [{model: gpt-4o, input: 1, output: 2}]}"
    )
    for _ in range(2):
        assert run(*PLAIN, "--tag", "x=y").code == 0
    for record in booked():
        assert (record.agent, record.team, record.project, record.task_type) == ("a", "t", "p", "cron")
        assert record.tags == {"env": "dev", "x": "y"}
        assert record.cost.nanos == 1_000 * 1_000 + 100 * 2_000


def test_a_removed_working_directory_is_no_error(start: Run, tmp_path: Path) -> None:
    """The last line of a job that has cleaned up."""
    gone = tmp_path / "gone"
    gone.mkdir()

    def enter_and_remove() -> None:
        os.chdir(gone)
        gone.rmdir()

    done = start(*PLAIN, preexec_fn=enter_and_remove)
    assert (done.code, done.err) == (0, "")


def test_a_home_whose_name_is_not_utf8_is_a_home(run: Run, tmp_path: Path) -> None:
    """File names are bytes."""
    place = os.fsencode(tmp_path) + b"/home-\xff"
    for arguments in (("init",), PLAIN, ("report",)):
        assert run(b"--home", place, *arguments).code == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_cannot_show_a_character_gets_a_replacement(start: Run, encoding: str) -> None:
    """A C locale without UTF-8 is no reason to fail a job."""
    env = {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": encoding,
    }
    done = start(*PLAIN, "--job-id", "Zoë", env=env)
    assert (done.code, done.err) == (0, "")
    assert " Recorded: gpt-4o (openai) - $0.0035 for job Zo" in done.out


def test_an_output_that_cannot_be_written_is_one_sentence(start: Run, booked: Booked) -> None:
    """The call is recorded: a script that took this for a failure would record it twice."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123  # a device
        done = start(*PLAIN, stdout=full)
    assert done.code == 0
    assert done.sentence.endswith(
        "the call is recorded, but the answer could not be written (No space left on device)"
    )
    assert len(booked()) == 1


@pytest.mark.parametrize("closed", [1, 2])
def test_a_closed_output_is_no_error(start: Run, booked: Booked, closed: int) -> None:
    """Daemons start their jobs so."""
    done = start(
        "record", "--provider=openai", "--model=gpt-4o", "--output=5", preexec_fn=lambda: os.close(closed)
    )
    assert done.code == 0
    assert len(booked()) == 1


def test_a_model_seen_before_needs_nothing_heavy(environ: dict[str, str], home: Path) -> None:
    """Start-up is the price of every call from a shell."""
    home.mkdir()
    (home / "otel-usage.yaml").write_text("zone: Europe/Berlin\nattribution: {agent: a}")
    program = (
        "import sys; from otel_usage import cli\n"
        f"sys.argv = ['otel-usage', *{PLAIN!r}]\n"
        "try: cli.main()\n"
        "finally: print(*sys.modules)"
    )
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True
        )
    modules = done.stdout.split()
    assert "otel_usage.cli.record" in modules
    heavy = [name for name in modules if name.startswith(NOT_ON_THE_WAY)]
    assert heavy == []


def test_sound_pictures_searches_tier_and_server_arrive_in_the_record(tell: Tell, booked: Booked) -> None:
    """Of a URL the host alone."""
    tell(
        *(*PLAIN, "--input-audio=300", "--input-image-tokens=200", "--output-audio=60", "--output-image=40"),
        *(
            "--web-searches=2",
            "--service-tier=flex",
            "--server=https://user:secret@gateway.example.com:8443/v1",
        ),
    )
    (record,) = booked()
    assert record.usage == TokenUsage(
        input=1_000,
        output=100,
        input_audio=300,
        input_image=200,
        output_audio=60,
        output_image=40,
        web_searches=2,
    )
    assert (record.service_tier, record.server_address) == ("flex", "gateway.example.com")


@pytest.mark.parametrize(
    ("said", "given", "flags"),
    [
        ("--input-excludes-cache", 1_000 + 400, ()),
        ("--input-includes-cache", 1_000, ()),
        ("--cache-read=1400", 1_000 + 1_400, (Flag.INPUT_INFERRED,)),
    ],
)
def test_whether_the_input_holds_the_cache_can_be_said(
    tell: Tell, booked: Booked, said: str, given: int, flags: tuple[Flag, ...]
) -> None:
    """Where it is not, only a cache larger than the input tells it."""
    tell(*PLAIN, "--cache-read=400", said)
    (record,) = booked()
    assert (record.usage.input, record.flags) == (given, flags)
