"""OpenTelemetry's own variables."""

from __future__ import annotations

import pytest

from otel_usage.config_otel import destination, protocol
from otel_usage.errors import ConfigError

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}


@pytest.mark.parametrize(
    ("environ", "traces", "metrics"),
    [
        ({}, None, None),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, None, None),
        (ENDPOINT, "otlp", "otlp"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, None, None),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, "otlp", None),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://127.0.0.1:4318/v1/metrics"}, None, "otlp"),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": "none"}, None, "otlp"),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": " None "}, None, "otlp"),
        ({**ENDPOINT, "OTEL_METRICS_EXPORTER": "console"}, "otlp", "console"),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": ""}, "otlp", "otlp"),
        ({"OTEL_TRACES_EXPORTER": "console"}, "console", None),
    ],
)
def test_a_signal_goes_where_the_variables_say(
    environ: dict[str, str], traces: str | None, metrics: str | None
) -> None:
    """Without an endpoint nothing is sent anywhere."""
    assert (destination(environ, "TRACES"), destination(environ, "METRICS")) == (traces, metrics)


@pytest.mark.parametrize("asked", ["jaeger", "otlp,console", "1"])
def test_an_exporter_that_is_not_known_is_named_with_its_variable(asked: str) -> None:
    """Whether or not there is an endpoint."""
    with pytest.raises(ConfigError, match="OTEL_TRACES_EXPORTER: is none of otlp, console, none"):
        destination({"OTEL_TRACES_EXPORTER": asked}, "TRACES")


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, "http/protobuf"),
        (ENDPOINT, "http/protobuf"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4317"}, "grpc"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4317/"}, "grpc"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:14317"}, "http/protobuf"),
        ({**ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "grpc"),
        ({**ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": " GRPC "}, "grpc"),
        (
            {
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4317",
                "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            },
            "http/protobuf",
        ),
    ],
)
def test_the_protocol_is_as_asked_or_as_the_port_says(environ: dict[str, str], found: str) -> None:
    """4317 is gRPC's port."""
    assert protocol(environ) == found


@pytest.mark.parametrize("asked", ["http/json", "x"])
def test_a_protocol_that_is_not_known_is_named_with_its_variable(asked: str) -> None:
    """The SDK's exporters speak two."""
    with pytest.raises(ConfigError, match="OTEL_EXPORTER_OTLP_PROTOCOL: is none of http/protobuf, grpc"):
        protocol({"OTEL_EXPORTER_OTLP_PROTOCOL": asked})
