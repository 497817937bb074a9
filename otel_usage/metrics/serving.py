"""Serving a registry to Prometheus over HTTP, on the address that was asked for and no other."""

from __future__ import annotations

import socket
import sys
import threading
import time
from dataclasses import dataclass
from io import BufferedReader
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import make_wsgi_app

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from prometheus_client.registry import Collector

__all__ = ["Serving", "serve"]

_PATH = "/metrics"
_CONNECTION = 10.0
"""Seconds that a client may take to ask, and again to take its answer."""
_POLL = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A server at work, in threads of its own that end with the process.

    Attributes:
        host: The address that it listens on.
        port: The port.
    """

    host: str
    port: int
    _server: TCPServer
    _thread: threading.Thread

    @property
    def url(self) -> str:
        """Where the metrics are."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}{_PATH}"

    def close(self) -> None:
        """Stop listening; answers under way may be cut off."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def let_go(self) -> None:
        """In a forked child: the parent listens, and the child must not keep its port."""
        self._server.socket.close()


def serve(registry: Collector, host: str, port: int) -> Serving:
    """Serve a registry at ``/metrics``.

    Args:
        registry: What is collected for each request.
        host: An address or a name of this machine.
        port: 0 picks a free one.

    Raises:
        OSError: The address cannot be used; it is taken, or not this machine's.
    """
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    server = _Server(family, (str(address[0]), port))
    server.set_app(_only_metrics(make_wsgi_app(registry)))
    thread = threading.Thread(
        target=server.serve_forever, args=(_POLL,), name="otel-usage-metrics", daemon=True
    )
    thread.start()
    host, port, *_ = server.socket.getsockname()
    return Serving(host=host, port=port, _server=server, _thread=thread)


def _only_metrics(metrics: WSGIApplication) -> WSGIApplication:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == _PATH:
            return metrics(environ, start_response)
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [f"There is only {_PATH} here.\n".encode()]

    return app


class _Reader(socket.SocketIO):
    """What a client sends, until its time is over; a byte now and then does not lengthen it."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection, "r")
        self._connection = connection
        self._deadline = time.monotonic() + _CONNECTION

    def readinto(self, buffer: bytearray | memoryview) -> int | None:  # type: ignore[override]  # any writable buffer
        """Read what is there."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return super().readinto(buffer)


class _Handler(WSGIRequestHandler):
    """Answers one request of a client that does not take for ever."""

    def setup(self) -> None:
        """Read with a deadline; an answer is written within the same time."""
        super().setup()
        self.rfile.close()
        self.rfile = BufferedReader(_Reader(self.connection))

    def parse_request(self) -> bool:
        """Understand the request, after which the answer has its own time."""
        understood = super().parse_request()
        self.connection.settimeout(_CONNECTION)
        return understood

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's signature
        """Say nothing of requests."""


class _Server(ThreadingMixIn, WSGIServer):
    """A thread for each request, none of which keeps the process from ending."""

    daemon_threads = True

    def __init__(self, family: int, address: tuple[str, int]) -> None:
        self.address_family = family
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without asking a name server for this machine's name, as HTTPServer does."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away, or took too long, is no news."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # the base's private types
