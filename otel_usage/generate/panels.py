"""Panels in grafanalib's words, each from what it shows; ``modernise`` mends what the library writes.

Every panel asks the data source that the dashboard's variable names. Single values are asked for once, at the end of
the time range; only a time series asks for a range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grafanalib import core
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["DATASOURCE", "Face", "Thresholds", "gauge", "laid_out", "stat", "table", "timeseries"]

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
_COLUMNS = 24  # of Grafana's grid
_NO_VALUE = "no data"

Thresholds = tuple[tuple[float, str], ...]
"""Values in rising order and the colour from each on; the first colour also holds below."""
_NEUTRAL: Thresholds = ((0, "blue"),)


class Face(Struct, frozen=True, kw_only=True):
    """What every panel has.

    Attributes:
        title: What is shown.
        description: The formula, and what it is known to get wrong.
        unit: Grafana's name of the unit.
        queries: Name of a series (or of a table's column) → its PromQL. A name may hold labels: ``{{model}}``.
        width: In columns of 24.
        height: In units of 30 pixels.
        decimals: Places after the point; None leaves them to Grafana.
    """

    title: str
    description: str
    unit: str
    queries: Mapping[str, str]
    width: int
    height: int = 8
    decimals: int | None = None


def stat(face: Face, thresholds: Thresholds = _NEUTRAL) -> core.Stat:
    """One number."""
    return core.Stat(
        **_common(face),
        targets=_targets(face),
        format=face.unit,
        decimals=face.decimals,
        color={"mode": "thresholds"},
        thresholds=_steps(thresholds),
        graphMode="none",
        noValue=_NO_VALUE,
        reduceCalc="lastNotNull",
    )


def gauge(face: Face, thresholds: Thresholds) -> core.GaugePanel:
    """One dial a series, from 0 to 1."""
    options = {
        "orientation": "auto",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "showThresholdLabels": False,
        "showThresholdMarkers": True,
    }
    defaults = {"color": {"mode": "thresholds"}, "noValue": _NO_VALUE}
    return core.GaugePanel(
        **_common(face),
        targets=_targets(face),
        format=face.unit,
        decimals=face.decimals,
        min=0,
        max=1,
        thresholds=_steps(thresholds),
        extraJson={"fieldConfig": {"defaults": defaults, "overrides": []}, "options": options},
    )


def timeseries(face: Face) -> core.TimeSeries:
    """Series over time, stacked; no finer than five minutes, in which any usual scrape interval has samples."""
    return core.TimeSeries(
        **_common(face),
        targets=_targets(face, instant=False),
        interval="5m",
        unit=face.unit,
        valueDecimals=face.decimals,
        fillOpacity=30,
        stacking={"group": "A", "mode": "normal"},
        thresholds=_steps(_NEUTRAL),
        tooltipMode="multi",
        tooltipSort="desc",
        extraJson={"options": {"legend": {"showLegend": True}}},
    )


def table(face: Face, units: Mapping[str, str]) -> core.Table:
    """One row for each label set that the queries have in common, the first query's greatest first.

    Args:
        face: Its queries' names are the columns' titles.
        units: Column → unit, where it is not the panel's.
    """
    columns = {f"Value #{_ref(number)}": name for number, name in enumerate(face.queries)}
    return core.Table(
        **_common(face),
        targets=_targets(face, shape=core.TABLE_TARGET_FORMAT),
        unit=face.unit,
        thresholds=_steps(_NEUTRAL),
        overrides=[
            {
                "matcher": {"id": "byName", "options": column},
                "properties": [{"id": "unit", "value": unit}],
            }
            for column, unit in units.items()
        ],
        extraJson={"fieldConfig": {"defaults": {"decimals": face.decimals}}},
        sortBy=[core.TableSortByField(displayName=next(iter(face.queries)), desc=True)],
        transformations=[
            {"id": "merge", "options": {}},
            {"id": "organize", "options": {"excludeByName": {"Time": True}, "renameByName": columns}},
        ],
    )


def laid_out(panels: Sequence[core.Panel]) -> list[core.Panel]:
    """The panels with their places, from left to right and then down, and with ids in that order."""
    x = y = tallest = 0
    for number, panel in enumerate(panels, start=1):
        place = panel.gridPos
        if x + place.w > _COLUMNS:
            x, y, tallest = 0, y + tallest, 0
        place.x, place.y = x, y
        panel.id = number
        x, tallest = x + place.w, max(tallest, place.h)
    return list(panels)


def _common(face: Face) -> dict[str, Any]:
    return {
        "title": face.title,
        "description": face.description,
        "dataSource": DATASOURCE,
        "gridPos": core.GridPos(h=face.height, w=face.width, x=0, y=0),
        "maxDataPoints": None,  # the library's 100 is too coarse: it sets the resolution of every query
    }


def _targets(
    face: Face, *, instant: bool = True, shape: str = core.TIME_SERIES_TARGET_FORMAT
) -> list[core.Target]:
    return [
        core.Target(
            expr=expression,
            legendFormat=name,
            refId=_ref(number),
            instant=instant,
            format=shape,
            datasource=DATASOURCE,
        )
        for number, (name, expression) in enumerate(face.queries.items())
    ]


def _ref(number: int) -> str:
    return chr(ord("A") + number)


def _steps(thresholds: Thresholds) -> list[dict[str, object]]:
    return [{"color": colour, "value": value} for value, colour in thresholds]
