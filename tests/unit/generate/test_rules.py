"""Rules that every alert keeps; what they do is shown by ``tests/integration/test_rules.py``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from otel_usage.generate.alerts import BUDGET_ALERTS
from otel_usage.generate.rules import BUDGET_RATIO, budget_rules

ROOT = Path(__file__).parents[3]
RULES = [rule for group in budget_rules()["groups"] for rule in group["rules"]]
ALERTS = [rule for rule in RULES if "alert" in rule]


def test_the_alerts_are_those_of_the_table() -> None:
    """Rules, and whoever evaluates without Prometheus, have their thresholds from one place."""
    assert [(rule["alert"], rule["expr"], rule["labels"]) for rule in ALERTS] == [
        (
            alert.name,
            f"{BUDGET_RATIO} >= {alert.at:g}",
            {"severity": alert.severity, "threshold": f"{alert.at:g}"},
        )
        for alert in BUDGET_ALERTS
    ]
    assert [alert.at for alert in BUDGET_ALERTS] == [0.8, 1.0]


def test_what_is_recorded_stands_before_what_reads_it_in_the_same_group() -> None:
    """A group is evaluated in order; across groups an alert could read the value of a minute ago."""
    (group,) = budget_rules()["groups"]
    assert [rule.get("record") for rule in group["rules"]] == [BUDGET_RATIO, *[None] * len(ALERTS)]


@pytest.mark.parametrize("rule", ALERTS, ids=[rule["alert"] for rule in ALERTS])
class TestEveryAlert:
    """What is asked of each."""

    def test_compares(self, rule: dict[str, Any]) -> None:
        """Without a comparison it would always fire."""
        assert re.search(r" (>=|>|<=|<|==) [\d.]+$", rule["expr"])

    def test_has_no_value_in_a_label(self, rule: dict[str, Any]) -> None:
        """A label that changes makes another alert of it."""
        assert not any("{{" in value for value in rule["labels"].values())

    def test_tells_its_value(self, rule: dict[str, Any]) -> None:
        """In its summary and description."""
        annotations = rule["annotations"]
        assert set(annotations) == {"summary", "description", "runbook"}
        assert "$value" in annotations["summary"]
        assert "$value" in annotations["description"]

    def test_has_a_runbook(self, rule: dict[str, Any]) -> None:
        """The page is there and is about this alert."""
        assert rule["annotations"]["runbook"] == f"docs/runbooks/{rule['alert']}.md"
        page = (ROOT / rule["annotations"]["runbook"]).read_text(encoding="utf-8")
        assert page.startswith(f"# {rule['alert']}\n")

    def test_is_shown_firing_and_not_firing(self, rule: dict[str, Any]) -> None:
        """The tests for promtool hold both."""
        text = (ROOT / "deploy/prometheus/tests/budgets.yaml").read_text(encoding="utf-8")
        cases = [case for test in yaml.safe_load(text)["tests"] for case in test["alert_rule_test"]]
        expected = [case["exp_alerts"] for case in cases if case["alertname"] == rule["alert"]]
        assert any(expected)
        assert not all(expected)


def test_every_runbook_is_of_an_alert() -> None:
    """A page stays only as long as its alert."""
    pages = {page.stem for page in (ROOT / "docs/runbooks").iterdir()}
    assert pages == {rule["alert"] for rule in ALERTS}
