"""An OTLP/HTTP receiver on loopback that keeps what it was sent, as OpenTelemetry's own messages.

with OtlpReceiver() as receiver:
    ...  # OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url
receiver.spans()
receiver.total("otel_usage.client.calls")
"""

from __future__ import annotations

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.proto.metrics.v1.metrics_pb2 import NumberDataPoint
    from opentelemetry.proto.trace.v1.trace_pb2 import Span

__all__ = ["OtlpReceiver"]

_DELTA = 1
"""AGGREGATION_TEMPORALITY_DELTA"""


class OtlpReceiver:
    """Keeps every request.

    Attributes:
        bodies: What was sent, uncompressed, by path.
        silent: While it is set, requests are taken and not answered.
        asked: Set when a request has come.
    """

    def __init__(self) -> None:
        """Take a free port."""
        self.bodies: list[tuple[str, bytes]] = []
        self.silent = threading.Event()
        self.asked = threading.Event()
        self._ended = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.asked.set()
                while receiver.silent.is_set() and not receiver._ended.wait(0.02):
                    pass
                if receiver.silent.is_set():
                    return
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                receiver.bodies.append((self.path, body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """For OTEL_EXPORTER_OTLP_ENDPOINT."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def spans(self) -> list[Span]:
        """Every span that came."""
        found: list[Span] = []
        for path, body in self.bodies:
            if path == "/v1/traces":
                for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                    for scope in resource.scope_spans:
                        found.extend(scope.spans)
        return found

    def total(self, name: str) -> float:
        """What a counter or a histogram's count has come to, over all processes, in either temporality."""
        latest: dict[tuple[str, str], float] = {}
        for instance, temporality, key, value in self._points(name):
            before = latest.get((instance, key), 0.0) if temporality == _DELTA else 0.0
            latest[instance, key] = before + value
        return sum(latest.values())

    def _points(self, name: str) -> Iterator[tuple[str, int, str, float]]:
        for path, body in self.bodies:
            if path != "/v1/metrics":
                continue
            for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                instance = str(sorted(map(str, resource.resource.attributes)))
                for scope in resource.scope_metrics:
                    for metric in scope.metrics:
                        if metric.name != name:
                            continue
                        kind = metric.histogram if metric.HasField("histogram") else metric.sum
                        for point in kind.data_points:
                            key = str(sorted(map(str, point.attributes)))
                            yield instance, kind.aggregation_temporality, key, _value(point)


def _value(point: NumberDataPoint) -> float:
    if hasattr(point, "bucket_counts"):
        return float(point.count)
    return point.as_double if point.HasField("as_double") else float(point.as_int)
