"""The configuration of an OpenTelemetry collector, version 0.159.0: spans and metrics of agents in, and on.

Everything listens on loopback. The memory limiter stands first, so that it refuses what does not fit before any work
is done on it. Exporters batch in their own sending queues, which unlike the batch processor tell a sender what failed.
"""

from __future__ import annotations

from typing import Any, Final

__all__ = ["ABOUT", "collector_configuration"]

ABOUT: Final = """\
For the OpenTelemetry collector 0.159.0.
Spans go to the OTLP/HTTP base URL in TRACE_STORE_ENDPOINT, such as http://127.0.0.1:3200. That is not
OTEL_EXPORTER_OTLP_ENDPOINT, by which agents find this collector: one that inherits it would send to itself.
Metrics of the agents' processes are for Prometheus to fetch at http://127.0.0.1:8889/metrics.
"""
"""What a reader of the file has to know."""


def collector_configuration() -> dict[str, Any]:
    """OTLP in; memory limiter; spans out by OTLP, metrics out to Prometheus."""
    return {
        "receivers": {
            "otlp": {
                "protocols": {
                    "grpc": {"endpoint": "127.0.0.1:4317"},
                    "http": {"endpoint": "127.0.0.1:4318"},
                }
            }
        },
        "processors": {
            "memory_limiter": {"check_interval": "1s", "limit_mib": 256, "spike_limit_mib": 64},
        },
        "exporters": {
            "otlp_http": {
                "endpoint": "${env:TRACE_STORE_ENDPOINT}",
                "sending_queue": {
                    "sizer": "items",
                    "queue_size": 50_000,
                    "batch": {"flush_timeout": "1s", "min_size": 1_000, "max_size": 5_000},
                },
            },
            # Series of an agent that has ended stay for an hour; the default of five minutes loses short runs.
            "prometheus": {
                "endpoint": "127.0.0.1:8889",
                "enable_open_metrics": True,
                "metric_expiration": "60m",
            },
        },
        "service": {
            "pipelines": {
                "traces": {
                    "receivers": ["otlp"],
                    "processors": ["memory_limiter"],
                    "exporters": ["otlp_http"],
                },
                "metrics": {
                    "receivers": ["otlp"],
                    "processors": ["memory_limiter"],
                    "exporters": ["prometheus"],
                },
            }
        },
    }
