"""What OpenTelemetry's own variables say of where spans and metrics go; they keep their meaning.

Source: OpenTelemetry specification, environment variables of the SDK and of the OTLP exporter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["destination", "protocol"]

_ENDPOINT: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
_PROTOCOL: Final = "OTEL_EXPORTER_OTLP_PROTOCOL"
_PROTOCOLS: Final = ("http/protobuf", "grpc")
_GRPC_PORT: Final = ":4317"


def destination(environ: Mapping[str, str], signal: str) -> str | None:
    """Where a signal goes: ``otlp``, ``console``, or None.

    OTLP needs an endpoint, of the signal or of all: without one nothing is sent anywhere.

    Args:
        environ: The environment.
        signal: ``TRACES`` or ``METRICS``.

    Raises:
        ConfigError: An exporter is asked for that is not known here.
    """
    variable = f"OTEL_{signal}_EXPORTER"
    asked = environ.get(variable, "").strip().lower()
    if asked not in {"", "otlp", "console", "none"}:
        raise ConfigError("is none of otlp, console, none; set such a provider up yourself", file=variable)
    if asked in {"console", "none"}:
        return asked if asked == "console" else None
    endpoint = environ.get(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") or environ.get(_ENDPOINT)
    return "otlp" if endpoint else None


def protocol(environ: Mapping[str, str]) -> str:
    """The protocol of OTLP: as the variable says, else gRPC to its own port and HTTP to any other.

    Raises:
        ConfigError: It is not known here.
    """
    asked = environ.get(_PROTOCOL, "").strip().lower()
    if not asked:
        return "grpc" if environ.get(_ENDPOINT, "").rstrip("/").endswith(_GRPC_PORT) else "http/protobuf"
    if asked not in _PROTOCOLS:
        raise ConfigError(f"is none of {', '.join(_PROTOCOLS)}", file=_PROTOCOL)
    return asked
