"""What all dashboards share: the variables, the tag, and how grafanalib's objects become JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from grafanalib import core

from otel_usage.generate.modernise import modernised
from otel_usage.generate.panels import DATASOURCE, laid_out
from otel_usage.generate.queries import FILTERS, matching, samples
from otel_usage.semconv import LEDGER_CALLS, SCOPE

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["dashboard"]

_ON_TIME_RANGE_CHANGE = 2


def dashboard(name: str, description: str, panels: Sequence[core.Panel]) -> dict[str, Any]:
    """A dashboard's JSON.

    Args:
        name: One word; it makes the title and the stable uid.
        description: What it is for.
        panels: In reading order.
    """
    found = core.Dashboard(
        title=f"otel-usage {name}",
        uid=f"otel-usage-{name}",
        description=description,
        tags=[SCOPE],
        panels=laid_out(panels),
        templating=core.Templating(list=_variables()),
        time=core.Time("now-24h", "now"),
        timezone="browser",
        refresh="1m",
        graphTooltip=core.GRAPH_TOOLTIP_MODE_SHARED_CROSSHAIR,
        version=1,
    )
    text = json.dumps(found, default=lambda part: part.to_json_data())
    return modernised(json.loads(text))


def _variables() -> list[core.Template]:
    variables = [core.Template(name="datasource", label="Data source", type="datasource", query="prometheus")]
    for number, name in enumerate(FILTERS):
        where = matching(FILTERS[:number])
        variables.append(
            core.Template(
                name=name,
                label=name.capitalize(),
                query=f"label_values({samples(LEDGER_CALLS)}{where}, {name})",
                dataSource=DATASOURCE,
                includeAll=True,
                allValue=".*",
                multi=True,
                refresh=_ON_TIME_RANGE_CHANGE,
            )
        )
    return variables
