from __future__ import annotations

import copy
import json
from typing import Any

from grafanalib import core

from otel_usage.generate.modernise import modernised


def written(*panels: core.Panel) -> dict[str, Any]:
    """What grafanalib itself writes of a dashboard."""
    variables = [
        core.Template(name="datasource", type="datasource", query="prometheus"),
        core.Template(name="model", query="label_values(up, model)", includeAll=True),
    ]
    dashboard = core.Dashboard(title="t", panels=list(panels), templating=core.Templating(list=variables))
    text = json.dumps(dashboard, default=lambda part: part.to_json_data())
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_second_pass_finds_the_panels_as_they_should_be() -> None:
    """What is modern stays as it is."""
    once = modernised(written(core.Stat(title="s"), core.Table(title="t")))
    assert [panel["title"] for panel in once["panels"]] == ["s", "t"]
    again = modernised(once | {"templating": {"list": []}})
    assert again["panels"] == once["panels"]


def test_what_is_given_is_not_changed() -> None:
    """The pass is pure."""
    given = written(core.GaugePanel(title="g"), core.Table(title="t"))
    before = copy.deepcopy(given)
    modernised(given)
    assert given == before


def test_a_table_names_its_cells_type_as_grafana_9_and_later_do() -> None:
    """The key was ``displayMode``."""
    (panel,) = modernised(written(core.Table(displayMode="color-text")))["panels"]
    custom = panel["fieldConfig"]["defaults"]["custom"]
    assert custom["cellOptions"] == {"type": "color-text"}
    assert "displayMode" not in custom


def test_an_instant_query_is_no_range_query() -> None:
    """The library writes no ``range``, and Grafana would ask for one beside the instant."""
    targets = [core.Target(expr="a", refId="A", instant=True), core.Target(expr="b", refId="B")]
    (panel,) = modernised(written(core.Stat(targets=targets)))["panels"]
    assert [(target["instant"], target["range"]) for target in panel["targets"]] == [
        (True, False),
        (False, True),
    ]


def test_a_query_variable_holds_its_query_as_grafanas_editor_writes_it() -> None:
    """The text stands in the query and as its definition; the data source's variable keeps its plain text."""
    source, model = modernised(written())["templating"]["list"]
    assert source["query"] == "prometheus"
    assert source["current"] == {}
    assert model["definition"] == model["query"]["query"] == "label_values(up, model)"
    assert model["current"] == {"text": ["All"], "value": ["$__all"]}
