"""OpenTelemetry's own variables."""

from __future__ import annotations

import pytest

from otel_usage.config_otel import destination, unknown

HTTP, GRPC = "http/protobuf", "grpc"
ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}
GRPC_ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4317"}


@pytest.mark.parametrize(
    ("environ", "traces", "metrics"),
    [
        ({}, None, None),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, None, None),
        (ENDPOINT, HTTP, HTTP),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, None, None),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, HTTP, None),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://127.0.0.1:4318/v1/metrics"}, None, HTTP),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": "none"}, None, HTTP),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": " None "}, None, HTTP),
        ({**ENDPOINT, "OTEL_METRICS_EXPORTER": "console"}, HTTP, "console"),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": ""}, HTTP, HTTP),
        ({"OTEL_TRACES_EXPORTER": "console"}, "console", None),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": "otlp,console"}, HTTP, HTTP),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": "console, otlp"}, "console", HTTP),
        ({"OTEL_TRACES_EXPORTER": "otlp,console"}, "console", None),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": "zipkin,otlp,"}, HTTP, HTTP),
        ({**ENDPOINT, "OTEL_TRACES_EXPORTER": "zipkin"}, None, HTTP),
        ({**ENDPOINT, "OTEL_METRICS_EXPORTER": "prometheus"}, HTTP, None),
    ],
)
def test_a_signal_goes_where_the_variables_say(
    environ: dict[str, str], traces: str | None, metrics: str | None
) -> None:
    """Without an endpoint nothing is sent anywhere; of several exporters the first that can be used is taken."""
    assert (destination(environ, "TRACES"), destination(environ, "METRICS")) == (traces, metrics)


@pytest.mark.parametrize(
    ("environ", "traces", "metrics"),
    [
        (GRPC_ENDPOINT, GRPC, GRPC),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4317/"}, GRPC, GRPC),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:14317"}, HTTP, HTTP),
        ({**ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, GRPC, GRPC),
        ({**ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": " GRPC "}, GRPC, GRPC),
        ({**GRPC_ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": HTTP}, HTTP, HTTP),
        ({**ENDPOINT, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "grpc"}, GRPC, HTTP),
        ({**ENDPOINT, "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": "grpc"}, HTTP, GRPC),
        (
            {
                **ENDPOINT,
                "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
                "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": HTTP,
            },
            GRPC,
            HTTP,
        ),
        ({**ENDPOINT, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4317"}, GRPC, HTTP),
        ({**GRPC_ENDPOINT, "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://127.0.0.1:4318/m"}, GRPC, HTTP),
        ({**ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"}, HTTP, HTTP),
        ({**GRPC_ENDPOINT, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"}, GRPC, GRPC),
    ],
)
def test_the_protocol_is_as_asked_for_a_signal_or_as_its_port_says(
    environ: dict[str, str], traces: str, metrics: str
) -> None:
    """4317 is gRPC's port; a protocol that is not known here says nothing."""
    assert (destination(environ, "TRACES"), destination(environ, "METRICS")) == (traces, metrics)


@pytest.mark.parametrize(
    ("environ", "sentences"),
    [
        ({}, ()),
        ({"OTEL_TRACES_EXPORTER": "otlp,console", "OTEL_METRICS_EXPORTER": "none"}, ()),
        (
            {"OTEL_TRACES_EXPORTER": "otlp,zipkin"},
            ("OTEL_TRACES_EXPORTER: 'zipkin' is not known here, only otlp, console and none are",),
        ),
        (
            {"OTEL_METRICS_EXPORTER": "prometheus", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"},
            (
                "OTEL_METRICS_EXPORTER: 'prometheus' is not known here, only otlp, console and none are",
                "OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' is not known here, only http/protobuf and grpc are",
            ),
        ),
        (
            {"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "x"},
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'x' is not known here, only http/protobuf and grpc are",),
        ),
    ],
)
def test_what_is_not_known_is_named_with_its_variable(
    environ: dict[str, str], sentences: tuple[str, ...]
) -> None:
    """It is no error: the variables are meant for other parts of an application too."""
    assert unknown(environ) == sentences
