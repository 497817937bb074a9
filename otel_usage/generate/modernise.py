"""What grafanalib 0.7.1 writes, in the shapes of today's Grafana, so that Grafana has nothing to migrate: pure."""

from __future__ import annotations

from typing import Any, cast

__all__ = ["modernised"]

_SCHEMA_VERSION = 42
_PLUGIN_VERSION = "12.1.0"
"""Of the panels, which come with Grafana: those that name none are taken for very old ones and migrated."""

# Keys of old, by where they stand.
_OF_DASHBOARD = {"__inputs", "gnetId", "hideControls", "rows", "sharedCrosshair", "style", "timepicker"}
_OF_PANEL = {
    *("cacheTimeout", "editable", "error", "height", "hideTimeOverride", "minSpan", "span"),
    *("color", "columns", "fontSize", "mappings"),  # of tables before Grafana 7
}
_OF_FIELDS = {"showThresholdLabels", "showThresholdMarkers"}
_OF_FIELD = {"calcs", "limit", "override", "title", "values"}
_OF_TARGET = {"intervalFactor", "metric", "query", "step", "target"}
_OF_VARIABLE = {"auto", "auto_count", "auto_min", "tagsQuery", "tagValuesQuery", "useTags"}

_Object = dict[str, Any]


def modernised(dashboard: _Object) -> _Object:
    """A dashboard's JSON without nulls and keys of old, with those of today."""
    found = _without(cast("_Object", _without_nulls(dashboard)), _OF_DASHBOARD)
    return found | {
        "panels": [_panel(panel) for panel in found["panels"]],
        "schemaVersion": _SCHEMA_VERSION,
        "templating": {"list": [_variable(variable) for variable in found["templating"]["list"]]},
        "timepicker": {},
    }


def _panel(panel: _Object) -> _Object:
    fields = _without(panel["fieldConfig"], _OF_FIELDS)
    return _without(panel, _OF_PANEL) | {
        "fieldConfig": fields | {"defaults": _field(fields["defaults"])},
        "pluginVersion": _PLUGIN_VERSION,
        "targets": [_target(target) for target in panel["targets"]],
    }


def _field(defaults: _Object) -> _Object:
    custom = dict(defaults.get("custom", {}))
    if "displayMode" in custom:
        custom["cellOptions"] = {"type": custom.pop("displayMode")}
    return _without(defaults, _OF_FIELD) | {"custom": custom}


def _target(target: _Object) -> _Object:
    return _without(target, _OF_TARGET) | {"editorMode": "code", "range": not target["instant"]}


def _variable(variable: _Object) -> _Object:
    kept = _without(variable, _OF_VARIABLE) | {"current": {}}
    if variable["type"] != "query":
        return kept
    text = variable["query"]
    # What Grafana's own editor writes for ``label_values``.
    query = {"qryType": 1, "query": text, "refId": "PrometheusVariableQueryEditor-VariableQuery"}
    everything = {"text": ["All"], "value": ["$__all"]} if variable["includeAll"] else {}
    return kept | {"current": everything, "definition": text, "query": query}


def _without(found: _Object, names: set[str]) -> _Object:
    return {key: value for key, value in found.items() if key not in names}


def _without_nulls(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_nulls(part) for key, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_without_nulls(part) for part in value]
    return value
