from __future__ import annotations

import ipaddress
import re
from typing import Any

import yaml

# Names that collector 0.159.0 still reads and warns of.
DEPRECATED = {"exporters": {"otlp", "otlphttp", "logging"}, "processors": {"batch"}, "receivers": set[str]()}


def configuration(files: dict[str, str]) -> dict[str, Any]:
    """The file as the collector reads it."""
    found: dict[str, Any] = yaml.safe_load(files["collector-config.yaml"])
    return found


def test_what_a_pipeline_uses_is_defined_and_what_is_defined_is_used(files: dict[str, str]) -> None:
    """The collector refuses the one and silently ignores the other."""
    found = configuration(files)
    pipelines = found["service"]["pipelines"].values()
    for kind, deprecated in DEPRECATED.items():
        used = {name for pipeline in pipelines for name in pipeline[kind]}
        assert used == set(found[kind])
        assert not {name.partition("/")[0] for name in used} & deprecated
    assert set(found) == {"receivers", "processors", "exporters", "service"}


def test_spans_and_metrics_come_in_by_otlp_and_the_memory_limiter_is_first(files: dict[str, str]) -> None:
    """What does not fit in memory is refused before any work is done on it."""
    pipelines = configuration(files)["service"]["pipelines"]
    assert set(pipelines) == {"traces", "metrics"}
    for pipeline in pipelines.values():
        assert pipeline["receivers"] == ["otlp"]
        assert pipeline["processors"][0] == "memory_limiter"


def test_the_memory_limiter_checks(files: dict[str, str]) -> None:
    """Its interval is 0 by default, which the collector refuses; the spike lies within the limit."""
    limiter = configuration(files)["processors"]["memory_limiter"]
    assert limiter["check_interval"] == "1s"
    assert limiter["spike_limit_mib"] < limiter["limit_mib"]


def test_everything_listens_on_loopback(files: dict[str, str]) -> None:
    """Usage and cost are not for the network, unless somebody decides so."""
    found = configuration(files)
    protocols = found["receivers"]["otlp"]["protocols"].values()
    listening = [*(each["endpoint"] for each in protocols), found["exporters"]["prometheus"]["endpoint"]]
    assert len(set(listening)) == 3
    for endpoint in listening:
        host, _, port = endpoint.rpartition(":")
        assert ipaddress.ip_address(host).is_loopback
        assert port.isdigit()


def test_the_one_variable_is_explained_and_is_not_the_agents_own(files: dict[str, str]) -> None:
    """An agent's OTEL_EXPORTER_OTLP_ENDPOINT leads here; a collector that followed it would send to itself."""
    text = files["collector-config.yaml"]
    (variable,) = re.findall(r"\$\{env:(\w+)\}", text)
    assert variable != "OTEL_EXPORTER_OTLP_ENDPOINT"
    assert variable in text.partition("receivers:")[0]


def test_the_queue_holds_what_a_batch_waits_for(files: dict[str, str]) -> None:
    """The collector refuses a batch that the queue cannot hold."""
    queue = configuration(files)["exporters"]["otlp_http"]["sending_queue"]
    assert 0 < queue["batch"]["min_size"] <= queue["batch"]["max_size"] <= queue["queue_size"]
