"""The generated rules and queries, in the words of Prometheus' own promtool."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from otel_usage.generate.files import generated_files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parents[2]
RULES = sorted((ROOT / "deploy/prometheus/rules").glob("*.yaml"))
TESTS = sorted((ROOT / "deploy/prometheus/tests").glob("*.yaml"))
BY_CALL = 'provider="p", agent="x", task_type="chat"'

pytestmark = pytest.mark.servers


@pytest.fixture(scope="session")
def promtool(program: Callable[[str], str]) -> Callable[..., None]:
    """Runs promtool and fails with what it printed."""
    path = program("promtool")

    def run(*arguments: object) -> None:
        done = subprocess.run(
            [path, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr

    return run


@pytest.fixture(scope="session")
def queries() -> dict[str, str]:
    """Title of each of the overview's panels (and its letter, after the first) → query, for all of one hour."""
    overview = json.loads(generated_files()["dashboards/overview.json"])
    return {
        f"{panel['title']} {target['refId']}".removesuffix(" A"): re.sub(
            r"\$(\w+)",
            lambda word: {"__range": "1h", "__rate_interval": "5m"}.get(word[1], ".*"),
            target["expr"],
        )
        for panel in overview["panels"]
        for target in panel["targets"]
    }


def test_promtool_accepts_the_rules(promtool: Callable[..., None]) -> None:
    """Every lint that it knows is an error."""
    assert RULES
    promtool("check", "rules", "--lint=all", "--lint-fatal", *RULES)


def test_the_alerts_fire_and_do_not_fire_as_their_tests_say(promtool: Callable[..., None]) -> None:
    """Thresholds, replicas, several ledgers, a period's end, an exporter that is gone."""
    assert TESTS
    promtool("test", "rules", *TESTS)


def test_every_query_of_a_dashboard_is_promql(
    promtool: Callable[..., None], queries: Mapping[str, str], tmp_path: Path
) -> None:
    """Each passes as a recording rule, its variables filled in."""
    rules = [
        {"record": f"panel:query{number}:value", "expr": query}
        for number, query in enumerate(queries.values())
    ]
    file = tmp_path / "queries.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")
    promtool("check", "rules", "--lint=all", "--lint-fatal", file)


def counter(family: str, labels: str, booked: str, corrected: str = "0x60") -> dict[str, str]:
    """A counter's two series as the exporter gives them: sample by sample, a minute apart."""
    return {
        f"otel_usage_{family}_total{{{labels}}}": booked,
        f"otel_usage_{family}_corrected_total{{{labels}}}": corrected,
    }


def replicas(series: Mapping[str, str]) -> dict[str, str]:
    """The same series from two exporters of one ledger; the second was started half an hour later."""
    late = {name.replace("}", ', instance="two"}'): f"_x29 {values}" for name, values in series.items()}
    return {name.replace("}", ', instance="one"}'): values for name, values in series.items()} | late


CALLS = {
    **replicas(counter("calls", f'ledger="a", model="m", {BY_CALL}', "0+1x60", "0x30 3x29")),
    **counter("calls", f'ledger="b", model="m", {BY_CALL}', "7+2x60"),
}
CALLED = 60 - 3 + 2 * 60
BEATING = {'otel_usage_ledger_heartbeat_timestamp_seconds{ledger="a"}': "0+60x60"}
SPENT = "otel_usage_budget_spent_usd"
LIMIT = "otel_usage_budget_limit_usd"
DAILY = 'budget="daily", scope="global", period="day"'


@pytest.mark.parametrize(
    ("panel", "series", "expected"),
    [
        pytest.param("Calls", CALLS, {"{}": CALLED}, id="calls of two ledgers, one with a replica"),
        pytest.param("Calls", {}, {}, id="no calls without an exporter"),
        pytest.param(
            "Agents by cost B",
            CALLS | counter("calls", 'ledger="b", model="m", provider="p"', "0+4x60"),
            {'{agent="x"}': CALLED, "{}": 4 * 60},
            id="calls by agent, and those without one",
        ),
        pytest.param(
            "Agents by cost",
            counter("cost_usd", f'ledger="a", model="m", {BY_CALL}', "900+0.5x60", "2x30 4x29"),
            {'{agent="x"}': 0.5 * 60 - 2},
            id="a durable counter's past is not the range's",
        ),
        pytest.param(
            "Cost per hour by model",
            counter("cost_usd", f'ledger="a", model="m", {BY_CALL}', "0+0.25x60")
            | counter("cost_usd", f'ledger="b", model="m", {BY_CALL}', "0+0.25x60"),
            {'{model="m"}': 2 * 0.25 * 60},
            id="cost per hour is sixty minutes' worth",
        ),
        pytest.param(
            "Tokens per hour by type",
            counter("tokens", 'ledger="a", model="m", provider="p", token_type="reasoning"', "0+30x60"),
            {'{token_type="reasoning"}': 30 * 60},
            id="tokens per hour",
        ),
        pytest.param(
            "Error ratio",
            CALLS | counter("errors", f'ledger="a", model="m", {BY_CALL}', "0x30 6x29"),
            {"{}": 6 / CALLED},
            id="failed through all",
        ),
        pytest.param("Error ratio", CALLS, {"{}": 0}, id="nothing failed yet: 0, not nothing"),
        pytest.param(
            "Error ratio",
            counter("calls", f'ledger="a", model="m", {BY_CALL}', "9x60"),
            {},
            id="no ratio without a call in the range",
        ),
        pytest.param(
            "Unpriced calls today", BEATING, {"{}": 0}, id="nothing unpriced, and the exporter says so"
        ),
        pytest.param("Unpriced calls today", {}, {}, id="unknown without an exporter"),
        pytest.param(
            "Unpriced calls today",
            BEATING | replicas({'otel_usage_unpriced_calls{ledger="a", provider="p", model="m"}': "2x60"}),
            {"{}": 2},
            id="unpriced calls, seen by two replicas",
        ),
        pytest.param(
            "Age of the figures",
            {
                'otel_usage_ledger_heartbeat_timestamp_seconds{ledger="a"}': "0+60x60",
                'otel_usage_ledger_heartbeat_timestamp_seconds{ledger="b"}': "0+60x40 stale",
            },
            {"{}": 60 * (60 - 40)},
            id="the age of a ledger whose exporter is gone",
        ),
        pytest.param(
            "Spent today",
            replicas(
                {
                    f'{SPENT}{{ledger="a", {DAILY}}}': "4.5x60",
                    f'{SPENT}{{ledger="a", budget="strict", scope="global", period="day"}}': "4.5x60",
                    f'{SPENT}{{ledger="a", budget="monthly", scope="global", period="month"}}': "90x60",
                    f'{SPENT}{{ledger="a", budget="one", scope="agent", subject="x", period="day"}}': "3x60",
                    f'{SPENT}{{ledger="b", {DAILY}}}': "2.25x60",
                }
            ),
            {"{}": 4.5 + 2.25},
            id="spent today, once a ledger, whatever budgets there are",
        ),
        pytest.param(
            "Budgets",
            replicas({f'{SPENT}{{ledger="a", {DAILY}}}': "5x60", f'{LIMIT}{{ledger="a", {DAILY}}}': "8x60"}),
            {f'{{ledger="a", {DAILY}}}': 5 / 8},
            id="the share of a budget",
        ),
    ],
)
def test_a_panel_shows_what_was_recorded(
    promtool: Callable[..., None],
    queries: Mapping[str, str],
    tmp_path: Path,
    panel: str,
    series: Mapping[str, str],
    expected: Mapping[str, float],
) -> None:
    """Prometheus evaluates a panel's query over an hour of one sample a minute."""
    test = {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {
                "expr": queries[panel],
                "eval_time": "60m",
                "exp_samples": samples(expected),
            }
        ],
    }
    file = tmp_path / "panel.yaml"
    file.write_text(yaml.safe_dump({"rule_files": [], "tests": [test]}), encoding="utf-8")
    promtool("test", "rules", file)


def samples(expected: Mapping[str, float]) -> Sequence[Mapping[str, object]]:
    """What promtool is to find."""
    return [{"labels": labels, "value": value} for labels, value in expected.items()]
