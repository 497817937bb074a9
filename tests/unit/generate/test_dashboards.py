"""Rules that every generated dashboard keeps: what Grafana's own linters ask for, and what ours adds."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage import semconv
from otel_usage.generate.alerts import BUDGET_ALERTS
from otel_usage.generate.queries import FILTERS

if TYPE_CHECKING:
    from collections.abc import Iterator

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
COUNTERS = {value for name, value in vars(semconv).items() if name.startswith("LEDGER_")} - {
    semconv.LEDGER_UNPRICED_CALLS,
    semconv.LEDGER_HEARTBEAT,
}
GAUGES = {value for name, value in vars(semconv).items() if name.startswith("BUDGET_")} | {
    semconv.LEDGER_UNPRICED_CALLS,
    semconv.LEDGER_HEARTBEAT,
}
SAMPLES = GAUGES | {f"{family}{suffix}" for family in COUNTERS for suffix in ("_total", "_corrected_total")}
UNITS = {"currencyUSD", "percentunit", "short", "s"}
# Keys of Grafana's current types, by where they stand.
OF_DASHBOARD = {
    *(
        "annotations",
        "description",
        "editable",
        "graphTooltip",
        "links",
        "panels",
        "refresh",
        "schemaVersion",
    ),
    *("tags", "templating", "time", "timepicker", "timezone", "title", "uid", "version"),
}
OF_PANEL = {
    *("datasource", "description", "fieldConfig", "gridPos", "id", "interval", "links", "options"),
    *("pluginVersion", "targets", "title", "transformations", "transparent", "type"),
}
OF_DEFAULTS = {
    *("color", "custom", "decimals", "links", "mappings", "max", "min", "noValue", "thresholds", "unit"),
}
OF_TARGET = {
    *("datasource", "editorMode", "expr", "format", "hide", "instant", "interval", "legendFormat", "range"),
    "refId",
}
OF_VARIABLE = {
    *("allValue", "current", "datasource", "definition", "hide", "includeAll", "label", "multi", "name"),
    *("options", "query", "refresh", "sort", "type"),
}
OF_OPTIONS = {
    "stat": {"colorMode", "graphMode", "justifyMode", "orientation", "reduceOptions", "textMode"},
    "gauge": {"orientation", "reduceOptions", "showThresholdLabels", "showThresholdMarkers"},
    "timeseries": {"legend", "tooltip"},
    "table": {"showHeader", "sortBy"},
}

Dashboards = dict[str, dict[str, Any]]


@pytest.fixture
def panels(dashboards: Dashboards) -> list[dict[str, Any]]:
    """The panels of every dashboard."""
    return [panel for dashboard in dashboards.values() for panel in dashboard["panels"]]


@pytest.fixture
def expressions(panels: list[dict[str, Any]]) -> list[str]:
    """The queries of every panel."""
    return [target["expr"] for panel in panels for target in panel["targets"]]


def parts(value: object) -> Iterator[object]:
    """A JSON value and all that is in it."""
    yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(part)


def test_a_dashboard_has_a_stable_uid_and_our_tag(dashboards: Dashboards) -> None:
    """Links and provisioning find it again; Grafana allows 40 characters."""
    assert set(dashboards) == {"dashboards/overview.json"}
    for name, dashboard in dashboards.items():
        assert dashboard["uid"] == f"otel-usage-{name.removeprefix('dashboards/').removesuffix('.json')}"
        assert len(dashboard["uid"]) <= 40
        assert dashboard["tags"] == [semconv.SCOPE]


def test_no_key_is_one_of_old(dashboards: Dashboards, panels: list[dict[str, Any]]) -> None:
    """What Grafana does not know, it migrates or drops."""
    for dashboard in dashboards.values():
        assert 39 <= dashboard["schemaVersion"] <= 42
        assert set(dashboard) <= OF_DASHBOARD
        assert all(set(variable) <= OF_VARIABLE for variable in dashboard["templating"]["list"])
    for panel in panels:
        assert set(panel) <= OF_PANEL
        assert set(panel["fieldConfig"]) == {"defaults", "overrides"}
        assert set(panel["fieldConfig"]["defaults"]) <= OF_DEFAULTS
        assert set(panel["options"]) == OF_OPTIONS[panel["type"]]
        assert all(set(target) == OF_TARGET for target in panel["targets"])


def test_nothing_is_null(dashboards: Dashboards) -> None:
    """A null is a value that nobody chose."""
    assert None not in list(parts(list(dashboards.values())))


def test_the_variables_are_these(dashboards: Dashboards) -> None:
    """The data source is chosen; what narrows may be several, all by default, and follows the time range."""
    for dashboard in dashboards.values():
        source, *others = dashboard["templating"]["list"]
        assert (source["name"], source["type"], source["query"]) == ("datasource", "datasource", "prometheus")
        assert [variable["name"] for variable in others] == list(FILTERS)
        for variable in others:
            assert variable["multi"]
            assert variable["includeAll"]
            assert variable["allValue"] == ".*"
            assert variable["current"] == {"text": ["All"], "value": ["$__all"]}
            assert variable["refresh"] == 2
            assert variable["datasource"] == DATASOURCE
            assert variable["query"]["query"] == variable["definition"]


def test_everything_asks_the_chosen_data_source(panels: list[dict[str, Any]]) -> None:
    """No panel is bound to the data source of one installation."""
    for panel in panels:
        assert panel["datasource"] == DATASOURCE
        assert all(target["datasource"] == DATASOURCE for target in panel["targets"])


def test_every_panel_says_what_it_shows_and_what_it_gets_wrong(panels: list[dict[str, Any]]) -> None:
    """A title, a unit, and a description; an estimate calls itself one, and what is exact says so."""
    for panel in panels:
        assert panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
        counted = any("_corrected_total" in target["expr"] for target in panel["targets"])
        assert ("first sample of a new series" in panel["description"]) is counted, panel["title"]
        assert (
            counted or "xact but for one scrape" in panel["description"] or "clocks" in panel["description"]
        )


def test_panels_have_unique_ids_and_titles(dashboards: Dashboards) -> None:
    """Within one dashboard."""
    for dashboard in dashboards.values():
        for key in ("id", "title"):
            values = [panel[key] for panel in dashboard["panels"]]
            assert len(set(values)) == len(values)


def test_panels_lie_in_the_grid_and_do_not_overlap(dashboards: Dashboards) -> None:
    """The grid is 24 columns wide."""
    for dashboard in dashboards.values():
        places = [panel["gridPos"] for panel in dashboard["panels"]]
        for place in places:
            assert place["x"] >= 0
            assert place["x"] + place["w"] <= 24
        for one, other in combinations(places, 2):
            apart = (
                one["x"] + one["w"] <= other["x"]
                or other["x"] + other["w"] <= one["x"]
                or one["y"] + one["h"] <= other["y"]
                or other["y"] + other["h"] <= one["y"]
            )
            assert apart


def test_every_metric_is_a_family_of_the_ledger_exporter(expressions: list[str]) -> None:
    """No family of the agents' own processes stands beside them: the same money would be shown twice."""
    for expression in expressions:
        names = set(re.findall(r"\b(?:otel_usage|gen_ai)_\w+", expression))
        assert names
        assert names <= SAMPLES


def test_replicas_are_folded_before_anything_is_added_up(expressions: list[str]) -> None:
    """Inside every sum stands the greatest by ledger."""
    for expression in expressions:
        assert not re.search(r"\b(sum|min|avg|count)\b( by \([^)]*\))? ?\((?!max by \(ledger)", expression)
        assert "max by (ledger" in expression


def test_what_was_corrected_is_taken_off_with_the_same_labels_and_window(expressions: list[str]) -> None:
    """Booked less corrected is the truth; a range is Grafana's, never a fixed one."""
    for expression in expressions:
        booked = re.findall(r"(?<!_corrected)_total(\{[^}]*\})?\[(\S+)\]", expression)
        assert booked == re.findall(r"_corrected_total(\{[^}]*\})?\[(\S+)\]", expression)
        assert {window for _, window in booked} <= {"$__range", "$__rate_interval"}


def test_a_range_is_asked_for_only_where_a_course_is_drawn(panels: list[dict[str, Any]]) -> None:
    """Totals are one value at the end of the range; a query over the whole range at every step is slow and wrong."""
    for panel in panels:
        for target in panel["targets"]:
            assert target["range"] is (panel["type"] == "timeseries")
            assert target["instant"] is not target["range"]
            assert ("$__rate_interval" in target["expr"]) is target["range"]


def test_thresholds_rise(panels: list[dict[str, Any]]) -> None:
    """Grafana takes the steps in order."""
    for panel in panels:
        values = [step["value"] for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]]
        assert values == sorted(set(values))


def test_the_dials_change_colour_where_the_alerts_fire(panels: list[dict[str, Any]]) -> None:
    """Half of a budget, then the shares of the alerts."""
    (dial,) = [panel for panel in panels if panel["type"] == "gauge"]
    steps = dial["fieldConfig"]["defaults"]["thresholds"]["steps"]
    assert [step["value"] for step in steps] == [0, 0.5, *(alert.at for alert in BUDGET_ALERTS)]


def test_a_tables_columns_carry_the_names_it_sorts_and_formats_by(panels: list[dict[str, Any]]) -> None:
    """The names that transformations give, and no others."""
    (table,) = [panel for panel in panels if panel["type"] == "table"]
    renamed = table["transformations"][1]["options"]["renameByName"]
    assert list(renamed) == [f"Value #{target['refId']}" for target in table["targets"]]
    assert table["options"]["sortBy"] == [{"displayName": "Cost", "desc": True}]
    assert [override["matcher"]["options"] for override in table["fieldConfig"]["overrides"]] == ["Cost"]
    assert set(renamed.values()) == {"Cost", "Calls"}
