"""``otel-usage record --stdin``: many calls as JSON lines, each counted once however often they come."""

from __future__ import annotations

import json
import os
import pty
import resource
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otel_usage.cli import command
from otel_usage.cli.record.stdin.lines import MAX_LINE
from otel_usage.cli.record.stdin.names import COUNTS, KNOWN_TO_EXPORT, TEXTS
from otel_usage.cli.record.stdin.rows import Rows
from otel_usage.errors import InvalidValueError
from otel_usage.fitting import Texts, fit
from otel_usage.home import Home
from otel_usage.journal.lines import Call, decode, encode_call
from otel_usage.ledger.store import Ledger
from otel_usage.records import CostStatus, Flag, Kind, Status, UsageRecord
from otel_usage.settings import Settings
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Run = Callable[..., Any]
    Tell = Callable[..., str]
    Ask = Callable[..., dict[str, Any]]
    Booked = Callable[[], list[UsageRecord]]

WHEN = "2026-03-01T10:00:00Z"
START = 1_772_359_200 * 10**9
PLAIN = {
    "provider": "openai",
    "model": "gpt-4o",
    "input_tokens": 1_000,
    "output_tokens": 100,
    "timestamp": WHEN,
}
PRICE = 1_000 * 2_500 + 100 * 10_000
"""gpt-4o: $2.50 and $10.00 a million are 2,500 and 10,000 nano-dollars a token."""


class Fed(NamedTuple):
    """What a command did with its input."""

    code: int
    out: str
    err: str


class Feed:
    """Gives ``record --stdin`` its input, in this process."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *lines: Mapping[str, object] | str | bytes, options: tuple[str, ...] = ()) -> Fed:
        """Give lines."""
        return self.raw(b"".join(self.line(line) + b"\n" for line in lines), *options)

    def raw(self, data: bytes, *options: str) -> Fed:
        """Give bytes."""
        arguments = ["--home", str(self.home), "record", "--stdin", *options]
        done = CliRunner().invoke(command, arguments, input=data, catch_exceptions=False)
        return Fed(done.exit_code, done.stdout, done.stderr)

    @staticmethod
    def line(line: Mapping[str, object] | str | bytes) -> bytes:
        """A line as bytes."""
        if isinstance(line, bytes):
            return line
        return line.encode() if isinstance(line, str) else json.dumps(line).encode()


@pytest.fixture
def feed(home: Path) -> Feed:
    """Gives the command its input."""
    return Feed(home)


def sums(home: Path) -> tuple[int, int | None]:
    """Calls in the ledger, and nano-dollars."""
    with Ledger(Home(home)) as ledger:
        ledger.ingest(wait=10.0)
        (row,) = ledger.connection.execute("SELECT count(*), sum(nanos) FROM call").fetchall()
    return int(row[0]), row[1]


def test_the_keywords_of_log_llm_are_understood(feed: Feed, booked: Booked) -> None:
    """Each under its own name."""
    line = {
        "provider": "anthropic", "model": "claude-sonnet-4-6", "input_tokens": 10_000, "output_tokens": 500,
        "cache_read_tokens": 2_000, "cache_write_tokens": 3_000, "cache_write_1h_tokens": 4_000,
        "reasoning_tokens": 64, "input_includes_cache": True, "service_tier": "batch", "duration_ms": 1_200.5,
        "status": "partial", "error_message": "it broke off", "timestamp": "2026-03-01T10:00:00.123456Z",
        "agent": "a", "session_id": "s", "job_id": "j", "task_type": "build", "task_description": "nightly",
        "team": "core", "project": "site", "tags": {"env": "dev", "n": 5, "on": True}, "operation": "chat",
        "web_searches": 2, "server_address": "https://gateway.example.com/v1",
    }  # fmt: skip
    assert feed(line).code == 0
    (record,) = booked()
    assert record.usage == TokenUsage(
        input=10_000,
        output=500,
        cache_read=2_000,
        cache_write_5m=3_000,
        cache_write_1h=4_000,
        reasoning=64,
        web_searches=2,
    )
    assert (record.provider, record.model, record.service_tier) == ("anthropic", "claude-sonnet-4-6", "batch")
    assert (record.duration, record.status, record.error_message) == (
        1_200_500_000,
        Status.PARTIAL,
        "it broke off",
    )
    assert (record.agent, record.session_id, record.job_id, record.task_type) == ("a", "s", "j", "build")
    assert (record.task_description, record.team, record.project) == ("nightly", "core", "site")
    assert record.tags == {"env": "dev", "n": "5", "on": "true"}
    assert (record.start, record.source, record.kind) == (START + 123_456_000, "cli", Kind.LLM)
    assert (record.operation, record.server_address) == ("chat", "gateway.example.com")


def test_the_lines_of_older_tools_are_understood(feed: Feed, ask: Ask, booked: Booked) -> None:
    """Their documented example said $7.88 where $3 and $15 a million make $0.8625; what a line says is believed."""
    line = {
        "jobId": "job-123", "sessionKey": "agent:main", "model": "claude-3-5-sonnet-20241022", "provider": "anthropic",
        "inputTokens": 245_000, "outputTokens": 8_500, "cacheReadTokens": 0, "taskType": "build", "durationMs": 1234,
        "cost": 7.88, "timestamp": WHEN,
    }  # fmt: skip
    assert feed(line).out.splitlines()[0] == "✓ Recorded: 1 call - $7.88"
    (record,) = booked()
    assert (record.job_id, record.session_id, record.task_type) == ("job-123", "agent:main", "build")
    assert record.usage == TokenUsage(input=245_000, output=8_500, cache_read=0)
    assert (record.duration, record.cost.status) == (1_234 * 10**6, CostStatus.PROVIDED)
    assert ask("query", "--format", "json")["totalCost"] == "7.88"


def test_the_costs_of_the_lines_can_be_left_out(feed: Feed, booked: Booked) -> None:
    """The right figure is computed; what a service cost only the line knows."""
    model = {"model": "claude-3-5-sonnet-20241022", "provider": "anthropic", "inputTokens": 245_000,
             "outputTokens": 8_500, "cost": 7.88, "timestamp": WHEN}  # fmt: skip
    done = feed(
        model, {"service": "serpapi", "cost": 0.01, "timestamp": WHEN}, options=("--ignore-costs", "--json")
    )
    llm, api = booked()
    assert llm.cost.nanos == 245_000 * 3_000 + 8_500 * 15_000
    assert api.cost.nanos == 10**7
    assert json.loads(done.out, parse_float=Decimal) == {
        "recorded": 2,
        "repeated": 0,
        "skipped": 0,
        "undated": 0,
        "unpriced": 0,
        "pending": 0,
        "cost": Decimal(245_000 * 3 + 8_500 * 15) / 10**6 + Decimal("0.01"),
    }


@pytest.mark.parametrize(
    "keys",
    [("job_id", "input_tokens"), ("jobId", "inputTokens"), ("job-id", "input-tokens"), ("JobID", "INPUT_TOKENS"),
     ("jobId", "input")],
)  # fmt: skip
def test_how_a_key_is_written_does_not_matter(feed: Feed, booked: Booked, keys: tuple[str, str]) -> None:
    """One table, one rule."""
    assert feed({"model": "gpt-4o", keys[0]: "j", keys[1]: 7, "timestamp": WHEN}) == (
        0,
        "✓ Recorded: 1 call - $0.000018\nCalls that were recorded before count once.\n",
        "otel-usage: warning: 1 line: Only input or only output is known; the amount is that of what is known.\n",
    )
    (record,) = booked()
    assert (record.job_id, record.usage.input) == ("j", 7)


def test_calls_of_services_are_understood(feed: Feed, booked: Booked) -> None:
    """The keywords of ``log_api``; a service without a model is one."""
    feed(
        {"service": "serpapi", "endpoint": "/search", "status_code": 503, "cost": "0.01", "timestamp": WHEN},
        {"service": "serpapi", "statusCode": "200", "durationMs": 5, "timestamp": WHEN},
        {"service": "serpapi", "status": 404, "timestamp": WHEN},
        {"kind": "api", "service": "x", "model": "y", "timestamp": WHEN},
    )
    records = booked()
    assert {record.kind for record in records} == {Kind.API}
    assert [record.status_code for record in records] == [503, 200, 404, None]
    assert [record.status.value for record in records] == ["error", "ok", "error", "ok"]
    assert [record.model for record in records] == [None] * 4
    assert (records[0].endpoint, records[0].cost.nanos) == ("/search", 10**7)


def test_options_are_what_a_line_does_not_say(feed: Feed, booked: Booked) -> None:
    """And what a line says stands before them."""
    options = (
        "--agent=importer",
        "--job-id=x",
        "--provider=openai",
        "--tag=a=b",
        "--tag=c=d",
        "--session",
        "",
    )
    feed(
        {"model": "gpt-4o", "input_tokens": 1, "output_tokens": 1, "timestamp": WHEN},
        {**PLAIN, "agent": "own", "jobId": "", "tags": {"a": "own"}},
        options=options,
    )
    first, second = booked()
    assert (first.agent, first.job_id, first.provider, first.session_id) == ("importer", "x", "openai", None)
    assert first.tags == {"a": "b", "c": "d"}
    assert (second.agent, second.job_id, second.tags) == ("own", "x", {"a": "own", "c": "d"})


@pytest.mark.parametrize(
    "option", ["--input", "--cache-read-tokens", "--cost", "--timestamp", "--id", "--status", "--duration-ms"]
)
def test_options_of_one_call_are_refused(feed: Feed, option: str) -> None:
    """An empty one is none."""
    done = feed(PLAIN, options=(option, "5"))
    assert done.code == 2
    assert "belongs to one call, and cannot be given with --stdin" in done.err
    assert feed(PLAIN, options=(option, "")).code == 0


@pytest.mark.parametrize(
    ("timestamp", "start"),
    [
        (WHEN, START),
        (1_772_359_200, START),
        (1_772_359_200.5, START + 5 * 10**8),
        (1_772_359_200_123, START + 123 * 10**6),
        ("1772359200123", START + 123 * 10**6),
        (1_772_359_200_123_456, START + 123_456_000),
        (START + 5, START + 5),
        ("2026-03-01T15:45:00+05:45", START),
    ],
)
def test_a_time_is_iso_or_a_number_since_the_epoch(
    feed: Feed, booked: Booked, timestamp: object, start: int
) -> None:
    """In seconds, or as other languages count."""
    assert feed({**PLAIN, "timestamp": timestamp}).err == ""
    (record,) = booked()
    assert (record.start, record.flags) == (start, ())


def test_digits_of_a_date_are_a_date(feed: Feed, booked: Booked) -> None:
    """As ``--timestamp`` takes them, and not as seconds of 1970."""
    assert feed({**PLAIN, "timestamp": "20260301"}, options=("--agent=a",)).err == ""
    (record,) = booked()
    assert abs(record.start - START) < 24 * 3600 * 10**9
    assert record.flags == ()


@pytest.mark.parametrize(
    "line",
    [
        {"input": "1000", "output": "100"},
        {"input": " 1000 ", "output_tokens": 100},
        {"input": "5", "inputTokens": 1_000, "outputTokens": "100", "output": "7"},
        {"inputTokens": 1_000, "outputTokens": 100, "input": "123456789012345", "output": "8"},
    ],
    ids=str,
)
def test_digits_are_a_count_and_a_prompt_of_digits_is_none(
    feed: Feed, booked: Booked, line: dict[str, object]
) -> None:
    """``jq --arg`` makes texts of numbers; what is called tokens goes first."""
    feed({"provider": "openai", "model": "gpt-4o", "timestamp": WHEN, **line})
    (record,) = booked()
    assert (record.usage.input, record.usage.output, record.cost.nanos) == (1_000, 100, PRICE)


def test_a_prompt_of_digits_is_a_prompt(feed: Feed) -> None:
    """It is named as one."""
    assert "1 line had prompts or answers" in feed({**PLAIN, "prompt": "5"}).err


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("duration_ms", "soon"),
        ("time_to_first_chunk_ms", -1),
        ("status_code", "OK"),
        ("input_includes_cache", "perhaps"),
        ("kind", "model"),
        ("id", []),
    ],
)
def test_a_value_that_cannot_be_used_is_said(feed: Feed, booked: Booked, key: str, value: object) -> None:
    """The call is recorded without it."""
    done = feed({**PLAIN, key: value})
    assert (done.code, f"values cannot be used, were left out: {key}\n" in done.err) == (0, True)
    (record,) = booked()
    assert record.cost.nanos == PRICE


def test_whether_input_holds_the_cache_may_be_a_word(feed: Feed, booked: Booked) -> None:
    """As a shell has it."""
    feed({**PLAIN, "cache_read_tokens": 400, "input_includes_cache": "False"})
    (record,) = booked()
    assert record.usage.input == 1_400


def test_blanks_are_nothing(feed: Feed, booked: Booked) -> None:
    """As an empty text is."""
    assert feed({**PLAIN, "cost": " ", "id": " ", "duration_ms": "\t"}).err == ""
    (record,) = booked()
    assert record.cost.nanos == PRICE


def test_a_time_that_cannot_be_is_replaced_and_said(feed: Feed, booked: Booked) -> None:
    """Booked now; the call is not lost."""
    before = time.time_ns()
    done = feed({**PLAIN, "timestamp": "2999-01-01"})
    assert "1 line: Its start lay in the future or before 2020" in done.err
    (record,) = booked()
    assert record.flags == (Flag.TIME_REPLACED,)
    assert record.start >= before


def test_lines_without_a_time_or_an_id_are_booked_now_and_said(feed: Feed, home: Path) -> None:
    """Sent again they count once, which a script that sends the same line each night must know."""
    line = {"model": "gpt-4o", "provider": "openai", "input_tokens": 5, "output_tokens": 5}
    for _ in range(2):
        done = feed(line, {**line, "id": "own"}, {**line, "timestamp": WHEN})
        assert done.err == (
            "otel-usage: warning: 1 line had neither a timestamp nor an id: booked now, and an equal line that is"
            " sent again counts once\n"
        )
    assert sums(home)[0] == 3


def test_a_cost_of_nothing_is_believed_and_said(feed: Feed, booked: Booked) -> None:
    """Older loggers wrote 0 for what they did not know."""
    done = feed({**PLAIN, "cost": 0})
    assert (
        "said that their tokens cost 0, which is believed; with --ignore-costs costs are computed" in done.err
    )
    (record,) = booked()
    assert (record.cost.status, record.cost.nanos) == (CostStatus.PROVIDED, 0)


@pytest.mark.parametrize("cost", [-1, "free", {"total": 1}, 1e9])
def test_a_cost_that_is_no_amount_is_computed_and_said(feed: Feed, booked: Booked, cost: object) -> None:
    """As ``log_llm`` does."""
    assert "1 line: The cost that was given was not believable" in feed({**PLAIN, "cost": cost}).err
    (record,) = booked()
    assert record.cost.nanos == PRICE


def test_what_was_said_is_not_recorded(feed: Feed, home: Path, booked: Booked) -> None:
    """Once for all lines; neither is what nobody knows."""
    said = {"prompt": "our secret plan", "response": "is good", "messages": [{"content": "our secret plan"}]}
    done = feed({**PLAIN, **said, "mood": "fine"}, {**PLAIN, **said, "our secret plan": 1, "input": "secret"})
    assert done.code == 0
    assert done.err.splitlines() == [
        "otel-usage: warning: 2 lines had prompts or answers, which are not recorded",
        "otel-usage: warning: keys that are not known, or whose values cannot be used, were left out: mood, others",
    ]
    assert len(booked()) == 2
    assert b"secret" not in b"".join(path.read_bytes() for path in (home / "logs").iterdir())


def test_secrets_are_taken_out(feed: Feed, home: Path) -> None:
    """As of every record."""
    secret = "-".join(("sk", "proj", "0a1B2c3D4e5F6g7H" * 3))
    feed({**PLAIN, "agent": secret, "task_description": f"use {secret}", "tags": {"k": secret}})
    written = b"".join(path.read_bytes() for path in (home / "logs").iterdir()).decode()
    assert secret not in written
    assert "[REDACTED:api_key]" in written


BAD = [
    ("garbage", "is not JSON"),
    ('{"model": "x"', "is not JSON"),
    ("[" * 100_000, "is not JSON"),
    ("[1]", "is a list: give each call an object on a line of its own"),
    ("5", "is no object"),
    ("{}", "tells of no call"),
    ('{"level": "info", "msg": "started"}', "tells of no call"),
    ({**PLAIN, "input_tokens": -1}, "input_tokens: must be a whole number from 0 to 1,000,000,000"),
    ({**PLAIN, "input_tokens": 1.5}, "input_tokens: must be a whole number"),
    ({**PLAIN, "output_tokens": "many"}, "output_tokens: must be a whole number"),
    ({**PLAIN, "output_tokens": 10**30}, "output_tokens: must be a whole number"),
    ({**PLAIN, "output_tokens": True}, "output_tokens: must be a whole number"),
    ({**PLAIN, "output_tokens": float("nan")}, "output_tokens: must be a whole number"),
    ({**PLAIN, "timestamp": "yesterday"}, "timestamp: give a date"),
    ({**PLAIN, "timestamp": -5}, "timestamp: is neither"),
    ({**PLAIN, "timestamp": float("inf")}, "timestamp: is neither"),
    ({**PLAIN, "timestamp": [2026]}, "timestamp: is neither"),
]


@pytest.mark.parametrize(("line", "problem"), BAD, ids=[str(line)[:40] for line, _ in BAD])
def test_a_line_that_cannot_be_used_is_left_out_and_said(
    feed: Feed, booked: Booked, line: str | dict[str, object], problem: str
) -> None:
    """With its number; the others are recorded."""
    done = feed(PLAIN, "", line, {**PLAIN, "id": "last"})
    assert done.code == 4
    (sentence,) = done.err.splitlines()
    assert sentence.startswith(f"otel-usage: warning: line 3: {problem}")
    assert done.out.splitlines()[0] == "✓ Recorded: 2 calls - $0.0070"
    assert len(booked()) == 2


def test_where_no_line_can_be_used_it_has_failed(feed: Feed) -> None:
    """Exit 1; twenty lines are named, and the rest is counted."""
    done = feed(*["garbage"] * 25)
    assert (done.code, done.out) == (1, "✓ Recorded: 0 calls\n")
    assert len(done.err.splitlines()) == 21
    assert done.err.splitlines()[-1] == (
        "otel-usage: warning: 25 lines were left out, of which the first 20 are named above"
    )


@pytest.mark.parametrize("data", [b"", b"\n\r\n  \n", b"\0\0\0", b"\xef\xbb\xbf"])
def test_nothing_is_nothing(feed: Feed, data: bytes) -> None:
    """An empty log of a quiet day."""
    assert feed.raw(data) == (0, "✓ Recorded: 0 calls\n", "")


def test_bytes_around_and_in_lines_do_no_harm(feed: Feed, booked: Booked) -> None:
    """A mark of Windows, its line ends, what a crash left, bytes of another encoding, no end of line."""
    lines = [json.dumps({**PLAIN, "id": str(place)}).encode() for place in range(5)]
    data = b"\xef\xbb\xbf" + lines[0] + b"\r\n\0\0\0\0" + lines[1] + b"\n\n" + lines[2] + b"\r\n"
    data += b'{"model": "Zo\xeb", "input_tokens": 1, "timestamp": "2026-03-01T10:00:00Z"}\n'
    data += (
        b'{"model": "x", "input_tokens": 1, "prompt": "cut \\ud83d", "timestamp": "2026-03-01T10:00:00Z"}\n'
    )
    assert feed.raw(data + lines[3]).code == 0
    assert [record.model for record in booked()] == ["gpt-4o"] * 3 + ["Zo�", "x", "gpt-4o"]


def test_a_line_of_many_megabytes_is_read_and_an_endless_one_is_not(feed: Feed, booked: Booked) -> None:
    """Loggers of whole prompts write some megabytes a line."""
    prompt = {**PLAIN, "id": "long", "prompt": "x" * 10 * 1024 * 1024}
    done = feed(prompt, b"x" * (MAX_LINE + 5), {**PLAIN, "id": "after"})
    assert done.code == 4
    assert "line 2: has more than 32 MB; it is left out" in done.err
    assert [record.id for record in booked()] == ["long", "after"]


def test_tags_of_other_forms_are_kept_where_they_are_pairs(feed: Feed, booked: Booked) -> None:
    """What is none is said."""
    done = feed(
        {**PLAIN, "tags": ["a=b", "c=d=e"]}, {**PLAIN, "tags": ["a=b", "word"]}, {**PLAIN, "tags": "x"}
    )
    assert "left out: tags" in done.err
    assert [record.tags for record in booked()] == [{"a": "b", "c": "d=e"}, {"a": "b"}, {}]


def test_an_unknown_status_is_taken_by_its_error(feed: Feed, booked: Booked) -> None:
    """As ``log_llm`` does; it is said."""
    done = feed(
        {**PLAIN, "status": "done"},
        {**PLAIN, "status": "done", "error_message": "x"},
        {**PLAIN, "status": "Success"},
    )
    assert "2 lines had a status that is neither ok (or success) nor error nor partial" in done.err
    assert [record.status for record in booked()] == [Status.OK, Status.ERROR, Status.OK]


@pytest.mark.parametrize(
    ("status", "expected"), [("500", Status.ERROR), ("429 ", Status.ERROR), ("200", Status.OK)]
)
def test_a_status_of_digits_is_that_of_http(
    feed: Feed, booked: Booked, status: str, expected: Status
) -> None:
    """A failed call that is taken to have gone well would be missing among the errors."""
    assert feed({**PLAIN, "status": status}).err == ""
    (record,) = booked()
    assert (record.status, record.status_code) == (expected, int(status))


def test_equal_lines_are_each_a_call(feed: Feed, home: Path) -> None:
    """Two equal calls within a second; the order of keys and how they are written make no other line."""
    same = json.dumps(dict(reversed(PLAIN.items())))
    for _ in range(2):
        feed(PLAIN, same, PLAIN)
        assert sums(home) == (3, 3 * PRICE)


@pytest.mark.parametrize("first", [3, 5, 7])
def test_sent_again_at_other_prices_nothing_is_priced_anew(feed: Feed, home: Path, first: int) -> None:
    """A file is imported each night, and prices change; neither does the journal grow."""
    home.mkdir()
    for price in (first, 3, 5, 7):
        (home / "otel-usage.yaml").write_text(
            f"pricing: {{overrides: [{{provider: openai, model: gpt-4o, input: {price}, output: 10}}]}}",
            encoding="utf-8",
        )
        feed(PLAIN, PLAIN)
        assert sums(home) == (2, 2 * (1_000 * first * 1_000 + 100 * 10_000))
    lines = b"".join(path.read_bytes() for path in (home / "logs").iterdir())
    assert lines.count(b'"type":"call"') == 2


def test_sent_again_with_other_options_nothing_changes(feed: Feed, booked: Booked) -> None:
    """Neither who made a call nor what it cost; it is said how many lines that were."""
    paid = {**PLAIN, "cost": 5}
    assert feed(paid, options=("--agent=a", "--ignore-costs")).code == 0
    for _ in range(2):
        done = feed(paid, options=("--agent=b",))
        assert (done.code, done.err) == (0, "")
        assert done.out.endswith("Recorded: 0 calls\nRecorded before, and left as they are: 1 line.\n")
    done = feed(paid, {**paid, "job_id": "j"}, "broken", options=("--json",))
    assert done.code == 4
    found = json.loads(done.out)
    assert (found["recorded"], found["repeated"], found["skipped"], found["cost"]) == (1, 1, 1, 5)
    assert feed(paid, "broken").code == 4
    assert [(record.agent, record.cost.nanos) for record in booked()[:1]] == [("a", PRICE)]


def test_what_is_sent_again_with_an_id_of_its_own_may_say_more(feed: Feed, home: Path) -> None:
    """A logger that writes a call when it begins and when it has ended; the fuller one holds."""
    feed({**PLAIN, "id": "own", "output_tokens": 1})
    feed({**PLAIN, "id": "own"})
    assert sums(home) == (1, PRICE)


def test_where_the_ledger_cannot_be_read_lines_are_recorded_all_the_same(feed: Feed, home: Path) -> None:
    """They are written again, and count once."""
    feed(PLAIN)
    whole = (home / "usage.db").read_bytes()
    (home / "usage.db").write_bytes(b"no database" * 1_000)
    done = feed(PLAIN, {**PLAIN, "job_id": "j"})
    assert done.code == 0
    assert "lines that were recorded before are written again, and count once" in done.err
    (home / "usage.db").write_bytes(whole)
    assert sums(home) == (2, 2 * PRICE)


def test_a_zone_that_does_not_exist_keeps_no_line_from_being_recorded(feed: Feed, home: Path) -> None:
    """As it keeps no single call."""
    home.mkdir()
    (home / "otel-usage.yaml").write_text("zone: Nowhere/Nowhere", encoding="utf-8")
    done = feed(PLAIN)
    assert (done.code, "no time zone is called" in done.err) == (0, True)
    assert sums(home) == (1, PRICE)


CALLS = st.fixed_dictionaries(
    {
        "provider": st.just("openai"),
        "model": st.just("gpt-4o"),
        "inputTokens": st.integers(min_value=0, max_value=3),
        "outputTokens": st.integers(min_value=0, max_value=3),
        "timestamp": st.sampled_from(["2026-03-01T10:00:00Z", "2026-03-01T10:00:01Z", 1_772_359_200]),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.lists(CALLS, min_size=1, max_size=8), cuts=st.lists(st.integers(0, 8), max_size=3))
def test_a_file_that_grows_adds_each_line_once(
    tmp_path_factory: pytest.TempPathFactory, calls: list[dict[str, object]], cuts: list[int]
) -> None:
    """However often it was imported before, and at whatever length: the sum of its lines by arithmetic."""
    feed = Feed(tmp_path_factory.mktemp("grown") / "home")
    for length in (*sorted(min(cut, len(calls)) for cut in cuts), len(calls), len(calls)):
        feed(*calls[:length])
    tokens = [(call["inputTokens"], call["outputTokens"]) for call in calls]
    expected = sum(2_500 * int(str(given)) + 10_000 * int(str(made)) for given, made in tokens)
    assert sums(feed.home) == (len(calls), expected)


def test_another_home_reads_what_export_writes(feed: Feed, tell: Tell, home: Path, tmp_path: Path) -> None:
    """Each call with its sums, and twice is once; also back into the home that it came from."""
    tell("record", "--provider=openai", "--model=gpt-4o", "--input=1000", "--output=100", "--cache-read=400",
         "--job-id=j", "--agent=a", "--tag=x=y", "--duration-ms=5")  # fmt: skip
    tell("record", "--provider=anthropic", "--model=claude-sonnet-4-6", "--input=9000", "--output=5",
         "--cache-write=100", "--cache-write-1h=200")  # fmt: skip
    tell("record", "--service=serpapi", "--endpoint=/search", "--status-code=503")
    tell("record", "--provider=ollama", "--model=llama3", "--input=5", "--output=5")
    exported = tell("export")
    other = Feed(tmp_path / "other")
    for _ in range(2):
        done = other.raw(exported.encode())
        assert (done.code, done.err) == (0, "")
        assert feed.raw(exported.encode()).code == 0
    assert sums(other.home) == sums(home)
    shown = ("query", "--format", "json", "--by", "job", "--by", "agent", "--by", "tag:x")
    answers = [
        json.loads(CliRunner().invoke(command, ["--home", str(place), *shown]).stdout)
        for place in (home, other.home)
    ]
    assert answers[0]["totals"]["cacheSavings"] > 0
    assert answers[0]["totals"]["cacheWriteExtra"] > 0
    assert answers[0] == answers[1]


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([WHEN, "5", "api", "ok"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(sorted({*TEXTS, *COUNTS, *KNOWN_TO_EXPORT, "id", "kind", "model", "timestamp", "status",
    "status_code", "cost", "duration_ms", "time_to_first_chunk_ms", "input_includes_cache", "tags", "prompt"}))  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(line=st.dictionaries(KEYS | st.text(max_size=8), VALUES, max_size=8))
def test_whatever_a_line_holds_it_is_a_record_or_refused(line: dict[str, Any]) -> None:
    """And a record can be made fit and encoded."""
    command_ = command.get_command(click.Context(command), "record")
    assert command_ is not None
    options = {option.name: None for option in command_.params} | {"tags": ()}
    rows = Rows(options, Settings(home=Path("unused")))
    try:
        record = rows.record(line)
    except InvalidValueError:
        return
    texts = Texts(
        redact=lambda value, *, limit: value[:limit], redact_name=lambda value, *, limit: value[:limit]
    )
    fitted = fit(record, texts=texts, now=time.time_ns(), host="here")
    assert decode(encode_call(fitted).strip(b"\n")) == Call(fitted)


def process(environ: dict[str, str], *options: str, **popen: Any) -> subprocess.CompletedProcess[bytes]:
    """A process of the command, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "otel_usage", "record", "--stdin", *options],
        env=environ,
        check=False,
        timeout=60,
        **popen,
    )


def many(count: int) -> bytes:
    """Different lines."""
    return b"".join(json.dumps({**PLAIN, "session": f"s{place}"}).encode() + b"\n" for place in range(count))


def test_a_closed_input_is_one_sentence(environ: dict[str, str]) -> None:
    """``<&-``."""
    done = process(environ, capture_output=True, preexec_fn=lambda: os.close(0))
    assert (done.returncode, done.stderr) == (2, b"otel-usage: --stdin: standard input is closed\n")


def test_on_a_terminal_it_says_that_it_waits(environ: dict[str, str]) -> None:
    """Until Ctrl-D."""
    main, terminal = pty.openpty()
    try:
        os.write(main, json.dumps(PLAIN).encode() + b"\n\x04")
        done = process(environ, stdin=terminal, capture_output=True)
    finally:
        os.close(main)
        os.close(terminal)
    assert done.stderr == b"otel-usage: waiting for calls, a JSON object on each line; Ctrl-D ends\n"
    assert done.stdout.decode().startswith("✓ Recorded: 1 call - $0.0035\n")


def test_when_switched_off_the_input_is_read_all_the_same(environ: dict[str, str], home: Path) -> None:
    """Whoever writes into the pipe is not to fail for it."""
    done = process({**environ, "OTEL_USAGE_DISABLED": "1"}, input=many(5_000), capture_output=True)
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr == b"otel-usage: warning: OTEL_USAGE_DISABLED is set: nothing is recorded\n"
    assert not home.exists()


def test_a_full_disk_is_one_sentence_and_a_second_run_adds_what_is_missing(
    environ: dict[str, str], home: Path
) -> None:
    """A limit on file size stands for the full disk."""

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = process(environ, input=many(1_000), capture_output=True, preexec_fn=full)
    assert (done.returncode, done.stdout) == (1, b"")
    warning, sentence = done.stderr.decode().splitlines()
    assert "lines that were recorded before are written again, and count once" in warning
    assert "could not be written (is the disk full?)" in sentence
    written, _ = sums(home)
    assert 0 < written < 1_000
    assert (
        f"{written:,} calls before it are recorded, and count once when all lines are sent again" in sentence
    )
    assert process(environ, input=many(1_000), capture_output=True).returncode == 0
    assert sums(home) == (1_000, 1_000 * PRICE)


def test_a_journal_that_cannot_be_opened_is_one_sentence(environ: dict[str, str], home: Path) -> None:
    """Its file of today is a directory."""
    for day in (time.time(), time.time() + 60):
        (home / "logs" / time.strftime("%Y-%m-%d.jsonl", time.gmtime(day))).mkdir(parents=True, exist_ok=True)
    done = process(environ, input=many(3), capture_output=True)
    assert done.returncode == 1
    assert b"line 1 could not be written" in done.stderr
    assert b"Traceback" not in done.stderr


def test_what_was_read_before_a_kill_stays_and_is_not_doubled(environ: dict[str, str], home: Path) -> None:
    """Killed while it waits for the next line; then the whole file."""
    lines = many(50)
    with subprocess.Popen(
        [sys.executable, "-m", "otel_usage", "record", "--stdin"], env=environ, stdin=subprocess.PIPE
    ) as child:
        assert child.stdin is not None
        child.stdin.write(b"".join(lines.splitlines(keepends=True)[:20]))
        child.stdin.flush()
        journal = home / "logs"
        deadline = time.monotonic() + 60
        while b'"s19"' not in b"".join(path.read_bytes() for path in journal.glob("*")):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        child.kill()
    assert sums(home) == (20, 20 * PRICE)
    assert process(environ, input=lines, capture_output=True).returncode == 0
    assert sums(home) == (50, 50 * PRICE)


def test_an_answer_that_nobody_reads_is_no_error(environ: dict[str, str], home: Path) -> None:
    """``| true``, and a full disk behind standard output."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = process(environ, input=many(2), stdout=writer, stderr=subprocess.PIPE)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")
    with open("/dev/full", "wb") as full:  # noqa: PTH123  # a device
        done = process(environ, input=many(3), stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 0
    assert b"1 call is recorded, but the answer could not be written" in done.stderr
    assert sums(home)[0] == 3


def test_memory_does_not_grow_with_the_lines(environ: dict[str, str]) -> None:
    """Ten thousand lines take no more than a thousand and a few bytes a line."""
    program = (
        "import resource, sys; from otel_usage.cli import main\n"
        "try: main()\n"
        "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    taken = []
    for count in (1_000, 10_000):
        done = subprocess.run(
            [sys.executable, "-c", program, "record", "--stdin"],
            env=environ,
            input=many(count),
            capture_output=True,
            check=True,
            timeout=120,
        )
        taken.append(int(done.stderr))
    assert taken[1] - taken[0] < 8 * 1024
