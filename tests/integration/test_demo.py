"""``otel-usage demo`` as a person runs it."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from otel_usage.demo.scenarios import RESPONSE_MODELS, SCENARIOS
from otel_usage.demo.server import ModelServer
from otel_usage.journal.lines import Call, decode
from otel_usage.records import Status, UsageRecord

SECRETS = ("jane.doe@example.com", "0a1B2c3D4e5F6g7H")
GPT_4O, GPT_4O_MINI, O4_MINI = (2_500, 1_250, 10_000), (150, 75, 600), (1_100, 275, 4_400)
"""Nano-dollars a token: uncached input, cached input, output."""


def nanos(scenario: str, rates: tuple[int, int, int]) -> int:
    """What a scenario costs at a model of OpenAI's."""
    usage = SCENARIOS[scenario].usage
    uncached, read, output = rates
    return (
        ((usage.input or 0) - usage.cached) * uncached
        + (usage.cache_read or 0) * read
        + (usage.output or 0) * output
    )


def sonnet(scenario: str) -> int:
    """What a scenario costs at claude-sonnet-4-6: $3, $0.30, $3.75, $6 and $15 a million."""
    usage = SCENARIOS[scenario].usage
    return (
        ((usage.input or 0) - usage.cached) * 3_000
        + (usage.cache_read or 0) * 300
        + (usage.cache_write_5m or 0) * 3_750
        + (usage.cache_write_1h or 0) * 6_000
        + (usage.output or 0) * 15_000
    )


HAIKU = (1_000, 100, 5_000)
BY_MODEL = {
    "gpt-4o-2024-08-06": 4 * nanos("plain", GPT_4O) + 2 * nanos("long", GPT_4O) + 5 * nanos("cached", GPT_4O),
    "o4-mini-2025-04-16": 4 * nanos("reasoning", O4_MINI),
    "text-embedding-3-small": 4 * 18_400 * 20,
    "claude-sonnet-4-6": 4 * sonnet("plain")
    + sum(map(sonnet, ("cache_write_5m", "cache_write_1h", "long")))
    + 7 * sonnet("cache_read"),
    "claude-haiku-4-5-20251001": 5 * nanos("plain", HAIKU),
    "gpt-4o-mini-2024-07-18": 8 * nanos("brief", GPT_4O_MINI) + nanos("rate_limited_once", GPT_4O_MINI),
    "qwen2.5-7b-instruct": 0,
}
USED = {
    "plain": 4 + 4 + 5 + 1,
    "long": 2 + 1,
    "cached": 5,
    "reasoning": 4,
    "cache_write_5m": 1,
    "cache_write_1h": 1,
    "cache_read": 7,
    "brief": 8 + 4,
    "rate_limited_once": 1,
}
"""Scenario → how many calls it answered, embeddings apart."""
LLM_CALLS = sum(USED.values()) + 4 + 2
"""With the embeddings and the two that failed."""
SEARCHES = 5
CALLS = LLM_CALLS + SEARCHES


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scratch home."""
    return tmp_path_factory.mktemp("demo") / "home"


@pytest.fixture(scope="module")
def environ(home: Path) -> dict[str, str]:
    """A person's environment, with the command on the path."""
    path = f"{Path(sys.executable).parent}:{os.defpath}"
    return {"PATH": path, "HOME": str(home.parent), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@pytest.fixture(scope="module")
def printed(home: Path, environ: dict[str, str]) -> str:
    """What the demonstration prints; it ends with exit 0, and leaves no process of its group."""
    with subprocess.Popen(
        [sys.executable, "-m", "otel_usage", "--home", str(home), "demo"],
        env=environ,
        cwd=home.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, "")
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
    return out


@pytest.fixture(scope="module")
def records(home: Path, printed: str) -> list[UsageRecord]:
    """The calls of its journal."""
    assert printed
    data = b"".join(path.read_bytes() for path in sorted((home / "logs").iterdir()))
    lines = [decode(line) for line in data.split(b"\n") if line]
    return [line.record for line in lines if isinstance(line, Call)]


@pytest.fixture(scope="module")
def answer(home: Path, printed: str, environ: dict[str, str]) -> dict[str, Any]:
    """What ``query --format json`` says of it."""
    assert printed
    done = subprocess.run(
        ["otel-usage", "--home", str(home), "query", "--format", "json"],
        env=environ,
        capture_output=True,
        check=True,
    )
    found = json.loads(done.stdout, parse_float=Decimal, parse_int=Decimal)
    assert isinstance(found, dict)
    return found


def test_it_prints_a_span_with_its_description_redacted(printed: str) -> None:
    """As an exporter received it, with usage and cost."""
    span = json.loads(re.findall(r"(?ms)^\{$.*?^\}$", printed)[0])
    attributes = span["attributes"]
    assert attributes["otel_usage.task.description"] == (
        "Mail the digest to [REDACTED:email] with the key [REDACTED:api_key]"
    )
    assert attributes["gen_ai.usage.input_tokens"] == 20_320
    assert attributes["otel_usage.cost.nanos"] == sonnet("cache_read")
    assert attributes["gen_ai.usage.cost.amount"] == sonnet("cache_read") / 10**9


def test_no_secret_is_printed_or_stored(home: Path, printed: str, records: list[UsageRecord]) -> None:
    """Anywhere in the home."""
    assert records
    files = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert files
    for secret in SECRETS:
        assert secret not in printed
        assert not any(secret.encode() in data for data in files)


def test_it_prints_the_report_of_its_calls(printed: str) -> None:
    """The total is the sum of what the models cost; the unknown one is not in it."""
    total = Decimal(sum(BY_MODEL.values())) / 10**9
    assert f"Total Cost:      ${total.quantize(Decimal('0.01'))} " in printed
    assert f"Calls:           {CALLS} (3 failed)" in printed
    assert "Unpriced:        1 call" in printed


def test_the_picture_in_the_readme_is_this_report(printed: str) -> None:
    """Every line of it but the title, which names the day."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    picture = [
        line for line in readme.splitlines() if line.startswith(("╔", "║", "╠")) and "Report" not in line
    ]
    assert len(picture) > 10
    assert set(picture) <= set(printed.splitlines())


def test_the_journal_has_every_call(records: list[UsageRecord]) -> None:
    """Under ids of their own, one of them refused."""
    assert len({record.id for record in records}) == len(records) == CALLS
    failed = [record for record in records if record.status is Status.ERROR]
    assert [
        (record.model or record.service, record.error_type or record.status_code) for record in failed
    ] == [
        ("gpt-4o", "InternalServerError"),
        ("gpt-4o-mini", "RateLimitError"),
        ("websearch", 429),
    ]
    assert {(record.agent, record.task_type) for record in records} == {
        ("writer", "build"),
        ("reviewer", "review"),
        ("librarian", "synthesis"),
        ("watcher", "heartbeat"),
        ("scout", "chat"),
    }


def test_the_sums_are_what_arithmetic_says(answer: dict[str, Any]) -> None:
    """By model, in all, and in tokens."""
    told = {model: None if cost is None else cost * 10**9 for model, cost in answer["byModel"].items()}
    assert told.pop("gpt-4o") == told.pop("gpt-4o-mini") == 0  # failed: nothing was used
    assert told.pop("gpt-experimental-x") is None
    assert told == BY_MODEL
    assert answer["totalCostNanos"] == sum(BY_MODEL.values())

    def added(name: str) -> int:
        return sum(count * (getattr(SCENARIOS[used].usage, name) or 0) for used, count in USED.items())

    totals = answer["totals"]
    assert totals["inputTokens"] == added("input") + 4 * 18_400
    assert totals["outputTokens"] == added("output")
    assert totals["cacheReadTokens"] == added("cache_read")
    assert totals["cacheWriteTokens"] == added("cache_write")
    assert totals["reasoningTokens"] == added("reasoning")


def test_it_prints_the_budgets_and_what_the_alerts_make_of_them(
    home: Path, environ: dict[str, str], printed: str
) -> None:
    """Spent is the sum of the calls; in a home of the user's own the default budgets hold."""
    spent = sum(BY_MODEL.values()) / 10**9
    gauges = re.findall(r'(?m)^otel_usage_budget_(\w+)_usd\{budget="(\w+)".* (\S+)$', printed)
    assert {(name, budget): float(value) for name, budget, value in gauges} == {
        ("spent", "daily"): spent,
        ("limit", "daily"): 10.0,
        ("spent", "monthly"): spent,
        ("limit", "monthly"): 150.0,
    }
    states = re.findall(r"(?m)^(Budget\w+) +(\w+) .*: (\w+)$", printed)
    assert states == [
        ("BudgetNearlySpent", "daily", "quiet"),
        ("BudgetExceeded", "daily", "quiet"),
        ("BudgetNearlySpent", "monthly", "quiet"),
        ("BudgetExceeded", "monthly", "quiet"),
    ]
    assert list(home.glob("*.yaml")) == []
    assert environ


def test_a_scratch_home_has_a_budget_that_is_nearly_spent(tmp_path: Path, environ: dict[str, str]) -> None:
    """So that one of the alerts is seen firing."""
    done = subprocess.run(
        ["otel-usage", "demo"],
        env={**environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert re.search(r"(?m)^BudgetNearlySpent +daily .*: firing$", done.stdout)
    assert re.search(r"(?m)^BudgetExceeded +daily .*: quiet$", done.stdout)


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_live_call_goes_where_the_clients_environment_points(
    provider: str, tmp_path: Path, environ: dict[str, str]
) -> None:
    """It is booked and explained; here the address is that of the model server."""
    with ModelServer() as server:
        done = subprocess.run(
            ["otel-usage", "--home", str(tmp_path), "demo", "--live"],
            env={
                **environ,
                f"{provider.upper()}_API_KEY": "none",
                "OPENAI_BASE_URL": server.openai_url,
                "ANTHROPIC_BASE_URL": server.anthropic_url,
                "NO_PROXY": "127.0.0.1",
            },
            capture_output=True,
            text=True,
            check=True,
            cwd=tmp_path,
        )
        (served,) = server.served
    assert f"Model:    {RESPONSE_MODELS[served.model]} ({provider})" in done.stdout
    assert "Agent:    live" in done.stdout


def test_a_live_call_needs_a_key(tmp_path: Path, environ: dict[str, str]) -> None:
    """One sentence, exit 2."""
    done = subprocess.run(
        ["otel-usage", "--home", str(tmp_path), "demo", "--live"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr) == (
        2,
        "otel-usage: --live: set OPENAI_API_KEY or ANTHROPIC_API_KEY\n",
    )


def test_the_commands_that_it_says_to_paste_work(printed: str, home: Path, environ: dict[str, str]) -> None:
    """Each as it is printed, in a shell."""
    pasted = [line.strip() for line in printed.partition("To go on, paste:")[2].splitlines() if line.strip()]
    assert len(pasted) >= 3
    for line in pasted:
        assert shlex.split(line)[:3] == ["otel-usage", "--home", str(home)]
        done = subprocess.run(
            ["/bin/sh", "-c", line], env=environ, capture_output=True, text=True, check=True, cwd=home.parent
        )
        assert done.stderr == ""
        assert "cost" in done.stdout.lower() or "total" in done.stdout
