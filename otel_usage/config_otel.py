"""What OpenTelemetry's own variables say of where spans, metrics and content go; they keep their meaning.

They are meant for every part of an application, so what is not known here is no error: another part may know it.
Source: OpenTelemetry specification, environment variables of the SDK and of the OTLP exporter; for content the
README of opentelemetry-util-genai.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SIGNALS", "content_wanted", "destination", "unknown"]

SIGNALS: Final = ("TRACES", "METRICS")
_EXPORTERS: Final = frozenset({"otlp", "console", "none"})
_PROTOCOLS: Final = frozenset({"http/protobuf", "grpc"})
_GRPC_PORT: Final = ":4317"
_CONTENT: Final = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_CONTENT_WANTED: Final = {
    "true": (True, False),
    "span_only": (True, False),
    "event_only": (False, True),
    "span_and_event": (True, True),
    "false": (False, False),
    "no_content": (False, False),
}
"""What the variable may say → whether content goes on spans, and as events."""


def destination(environ: Mapping[str, str], signal: str) -> str | None:
    """Where a signal goes: ``http/protobuf`` or ``grpc`` for OTLP, ``console``, or None.

    OTLP needs an endpoint, of the signal or of all: without one nothing is sent anywhere. Of several exporters the first
    that can be used is taken.

    Args:
        environ: The environment.
        signal: One of ``SIGNALS``.
    """
    for asked in _exporters(environ, signal) or ["otlp"]:
        if asked == "none":
            return None
        if asked == "console":
            return asked
        if asked == "otlp" and _endpoint(environ, signal):
            return _protocol(environ, signal)
    return None


def content_wanted(environ: Mapping[str, str]) -> tuple[bool, bool] | None:
    """Whether what was said goes on spans, and as events; None where the variable does not say.

    What is not known here asks for neither: content is no matter to guess about.
    """
    asked = environ.get(_CONTENT, "").strip().lower()
    return _CONTENT_WANTED.get(asked, (False, False)) if asked else None


def unknown(environ: Mapping[str, str]) -> tuple[str, ...]:
    """What the variables ask for that is not known here, in sentences."""
    exporters = [
        f"OTEL_{signal}_EXPORTER: {asked!r} is not known here, only otlp, console and none are"
        for signal in SIGNALS
        for asked in _exporters(environ, signal)
        if asked not in _EXPORTERS
    ]
    asked_protocols = dict.fromkeys(_asked_protocol(environ, signal) for signal in SIGNALS)
    protocols = [
        f"{name}: {asked!r} is not known here, only http/protobuf and grpc are"
        for name, asked in asked_protocols
        if asked and asked not in _PROTOCOLS
    ]
    asked_content = environ.get(_CONTENT, "").strip()
    contents = (
        [f"{_CONTENT}: {asked_content!r} is not known here, only {', '.join(_CONTENT_WANTED)} are"]
        if asked_content and asked_content.lower() not in _CONTENT_WANTED
        else []
    )
    return (*exporters, *protocols, *contents)


def _exporters(environ: Mapping[str, str], signal: str) -> list[str]:
    """The exporters that are asked for; none where the variable is not set."""
    given = environ.get(f"OTEL_{signal}_EXPORTER", "").lower().split(",")
    return [name for part in given if (name := part.strip())]


def _endpoint(environ: Mapping[str, str], signal: str) -> str:
    return (
        environ.get(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") or environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    ).strip()


def _asked_protocol(environ: Mapping[str, str], signal: str) -> tuple[str, str]:
    """The variable that holds for a signal, and what it says."""
    own, general = f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"
    name = own if environ.get(own, "").strip() else general
    return name, environ.get(name, "").strip().lower()


def _protocol(environ: Mapping[str, str], signal: str) -> str:
    """The protocol of OTLP: as the variable says, else gRPC to its own port and HTTP to any other."""
    _, asked = _asked_protocol(environ, signal)
    if asked in _PROTOCOLS:
        return asked
    return "grpc" if _endpoint(environ, signal).rstrip("/").endswith(_GRPC_PORT) else "http/protobuf"
