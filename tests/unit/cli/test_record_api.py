"""``otel-usage record --api``: a call of a service that is no model."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.records import CostStatus, Kind, Status, UsageRecord

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Any]
    Tell = Callable[..., str]
    Ask = Callable[..., dict[str, Any]]
    Booked = Callable[[], list[UsageRecord]]

SEARCH = ("record", "--api", "--service", "serpapi", "--endpoint", "/search")
NO_FEE = "unpriced: give --cost, or an override with 'service' and 'per_request' under 'pricing' in otel-usage.yaml"


def test_a_call_of_a_service_is_recorded(tell: Tell, booked: Booked) -> None:
    """With everything that is known of it; it needs neither a model nor tokens."""
    told = tell(
        *(*SEARCH, "--status-code", "200", "--duration-ms", "1200", "--cost", "0.01", "--job-id", "abc"),
        *("--agent", "a", "--team", "t", "--tag", "x=y", "--timestamp", "2026-03-01T10:00:00Z"),
    )
    assert told == "✓ Recorded: /search (serpapi) - $0.01 for job abc\n"
    (record,) = booked()
    assert (record.kind, record.service, record.endpoint) == (Kind.API, "serpapi", "/search")
    assert (record.status_code, record.status, record.duration) == (200, Status.OK, 1_200 * 10**6)
    assert (record.provider, record.model, record.usage.total) == (None, None, 0)
    assert (record.agent, record.team, record.tags) == ("a", "t", {"x": "y"})
    assert (record.cost.status, record.cost.nanos) == (CostStatus.PROVIDED, 10**7)
    assert record.start == 1_772_359_200 * 10**9


def test_json_tells_the_service(ask: Ask, booked: Booked) -> None:
    """Where the model stands for other calls."""
    found = ask(*SEARCH, "--cost=0.01", "--json")
    (record,) = booked()
    assert found == {
        "id": record.id,
        "kind": "api",
        "provider": None,
        "model": None,
        "service": "serpapi",
        "endpoint": "/search",
        "jobId": None,
        "inputTokens": None,
        "outputTokens": None,
        "cost": "0.01",
        "status": "provided",
        "priceSource": "caller",
        "flags": [],
    }


def test_a_service_alone_says_what_kind_of_call_it_is(tell: Tell, booked: Booked) -> None:
    """Nobody has to say it twice."""
    assert tell("record", "--service", "serpapi", "--cost", "0.01") == "✓ Recorded: serpapi - $0.01\n"
    (record,) = booked()
    assert record.kind is Kind.API


def test_without_a_price_it_says_what_to_do(run: Run) -> None:
    """Only the user's own prices know services."""
    done = run(*SEARCH)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"✓ Recorded: /search (serpapi) - {NO_FEE}\n"


def test_a_price_of_the_users_own_is_applied(tell: Tell, configure: Callable[[str], Path]) -> None:
    """A cent and a half for each request."""
    configure("pricing: {overrides: [{service: serpapi, endpoint: /search, per_request: 0.015}]}")
    assert tell(*SEARCH) == "✓ Recorded: /search (serpapi) - $0.02\n"
    assert "unpriced: it failed; give --cost if it was billed" in tell(*SEARCH, "--status-code", "503")


@pytest.mark.parametrize(
    ("code", "said", "status", "kept"),
    [
        ("200", (), Status.OK, 200),
        ("399", (), Status.OK, 399),
        ("400", (), Status.ERROR, 400),
        ("503", (), Status.ERROR, 503),
        ("404", ("--status", "ok"), Status.OK, 404),
        ("200", ("--status", "partial"), Status.PARTIAL, 200),
        ("200", ("--error-message", "quota"), Status.ERROR, 200),
        ("000", (), Status.ERROR, None),
        ("", (), Status.OK, None),
    ],
)
def test_a_status_code_of_400_and_above_is_an_error(
    tell: Tell, booked: Booked, code: str, said: tuple[str, ...], status: Status, kept: int | None
) -> None:
    """Unless something else is said; with 000 curl says that no answer came."""
    tell(*SEARCH, "--status-code", code, *said)
    (record,) = booked()
    assert (record.status, record.status_code) == (status, kept)


@pytest.mark.parametrize("code", ["2xx", "-1", "1000", "20.5", "OK"])
def test_a_status_code_that_is_none_is_one_sentence(run: Run, home: Path, code: str) -> None:
    """Exit 2, as for counts."""
    done = run(*SEARCH, f"--status-code={code}")
    assert (done.code, done.sentence) == (2, "otel-usage: --status-code: must be an HTTP status such as 200")
    assert not home.exists()


def test_an_empty_service_is_unknown_with_a_warning(run: Run, booked: Booked) -> None:
    """A job's last line must not fail the job."""
    done = run("record", "--api", "--service", "", "--cost", "0.01")
    assert (done.code, done.out) == (0, "✓ Recorded: unknown service - $0.01\n")
    assert done.sentence == "otel-usage: warning: --service is empty or not given: it is unknown"
    assert len(booked()) == 1


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((*SEARCH, "--model", "gpt-4o"), "--model belongs to a call of a model, and cannot be given with --api"),
        ((*SEARCH, "--input", "5"), "--input belongs to a call of a model"),
        ((*SEARCH, "--cache-write-1h-tokens", "5"), "--cache-write-1h belongs to a call of a model"),
        (("record", "--model=m", "--provider=p", "--service=s"), "--service belongs to a call of another service"),
        (("record", "--model=m", "--provider=p", "--status-code=200"), "--status-code belongs to a call of another"),
        (("record", "--api"), "Missing option '--service'"),
        (("record", "--ignore-costs", *SEARCH[1:]), "--ignore-costs goes with --stdin"),
        (("record", "--model=m"), "Missing option '--provider'"),
        (("record",), "Missing option '--provider'"),
    ],
)  # fmt: skip
def test_options_that_contradict_each_other_are_refused(
    run: Run, home: Path, arguments: tuple[str, ...], problem: str
) -> None:
    """By name, and nothing is recorded."""
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert problem in done.err
    assert not home.exists()


SCRIPT = """
set -eu
unset JOB_ID AGENT COST TIER INPUT OUTPUT DURATION STATUS ERROR TEAM TAG CODE WHEN || true
otel-usage record --provider "${PROVIDER:-}" --model gpt-4o --input "${INPUT:-}" --output "${OUTPUT:-}" \\
    --job-id "${JOB_ID:-}" --agent "${AGENT:-}" --cost "${COST:-}" --service-tier "${TIER:-}" --team "${TEAM:-}" \\
    --duration-ms "${DURATION:-}" --status "${STATUS:-}" --error-message "${ERROR:-}" --tag "${TAG:-}" \\
    --timestamp "${WHEN:-}" --session "${SESSION:-}" --project "${PROJECT:-}" --id "${ID:-}"
otel-usage record --api --service serpapi --endpoint "${ENDPOINT:-}" --status-code "${CODE:-}" --cost "${COST:-}" \\
    --duration-ms "${DURATION:-}"
otel-usage record --provider openai --model gpt-4o --input 5 --output 5 | true
echo reached the end
"""


def test_a_script_with_unset_variables_goes_on(environ: dict[str, str], booked: Booked) -> None:
    """Under ``set -eu``, and with a pipe that is closed early: three calls are recorded."""
    path = f"{sys.prefix}/bin:{environ['PATH']}"
    done = subprocess.run(
        ["/bin/sh", "-c", SCRIPT],
        env={**environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "reached the end")
    assert [line for line in done.stderr.splitlines() if "warning: --" not in line] == []
    assert len(booked()) == 3


def test_where_a_check_mark_cannot_be_shown_the_answer_says_ok(start: Run) -> None:
    """A question mark would ask whether it was recorded."""
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    assert start(*SEARCH, "--cost=0.01", env=env).out == "OK Recorded: /search (serpapi) - $0.01\n"


def test_a_service_of_which_no_cost_is_known_cost_no_zero(tell: Tell, ask: Ask) -> None:
    """Unknown is unknown, in its line as in the total."""
    tell("record", "--api", "--service", "serpapi", "--endpoint", "/search")
    found = ask("query", "--format", "json")
    assert (found["totalCost"], found["byService"]) == (None, {"serpapi": None})
    assert "  serpapi: unpriced\n" in tell("query")
    tell("record", "--api", "--service", "serpapi", "--cost", "0.25")
    assert ask("query", "--format", "json")["byService"] == {"serpapi": "0.25"}
