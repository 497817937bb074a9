"""Metrics over a real socket."""

from __future__ import annotations

import gzip
import socket
import threading
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.parser import text_string_to_metric_families

from otel_usage.metrics import serving as module
from otel_usage.metrics.serving import Serving, serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def registry() -> CollectorRegistry:
    """One gauge."""
    made = CollectorRegistry()
    Gauge("answer", "The answer.", registry=made).set(42)
    return made


@pytest.fixture
def server(registry: CollectorRegistry) -> Iterator[Serving]:
    """A server on a free port."""
    made = serve(registry, "127.0.0.1", 0)
    yield made
    made.close()


def get(server: Serving, path: str = "/metrics", **headers: str) -> tuple[int, str, bytes]:
    """Status, content type and body of an answer."""
    client = HTTPConnection(server.host, server.port, timeout=30)
    client.request("GET", path, headers=headers)
    answer = client.getresponse()
    body = answer.read()
    client.close()
    return answer.status, answer.headers["Content-Type"], body


def test_the_registry_is_served_at_metrics(server: Serving) -> None:
    """In a form that Prometheus' own parser reads, compressed where that is asked for."""
    assert server.url == f"http://127.0.0.1:{server.port}/metrics"
    status, kind, body = get(server)
    assert (status, kind.partition(";")[0]) == (200, "text/plain")
    (family,) = text_string_to_metric_families(body.decode())
    assert [(sample.name, sample.value) for sample in family.samples] == [("answer", 42)]
    assert b"answer 42.0" in gzip.decompress(get(server, **{"Accept-Encoding": "gzip"})[2])


@pytest.mark.parametrize("path", ["/", "/metric", "/metrics/", "/favicon.ico"])
def test_there_is_nothing_else(server: Serving, path: str) -> None:
    """Every other path is not found."""
    assert get(server, path)[0] == 404


def test_a_taken_port_is_an_error(server: Serving, registry: CollectorRegistry) -> None:
    """The caller decides what that means."""
    with pytest.raises(OSError, match="in use"):
        serve(registry, "127.0.0.1", server.port)


def test_after_the_end_the_port_is_free_and_no_thread_is_left(registry: CollectorRegistry) -> None:
    """It can be served again at once."""
    first = serve(registry, "127.0.0.1", 0)
    get(first)
    first.close()
    assert "otel-usage-metrics" not in {thread.name for thread in threading.enumerate()}
    serve(registry, "127.0.0.1", first.port).close()


def test_slow_and_vanished_clients_hold_up_nobody(
    server: Serving, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither a silent one, nor one that sends a byte now and then, and nothing is said of them."""
    monkeypatch.setattr(module, "_CONNECTION", 0.4)
    address = ("127.0.0.1", server.port)
    with socket.create_connection(address, timeout=30) as silent, socket.create_connection(address) as slow:
        with socket.create_connection(address) as vanished:
            vanished.sendall(b"GET /met")
        assert get(server)[0] == 200
        assert silent.recv(1) == b""
        slow.settimeout(0.05)
        while True:
            try:
                slow.sendall(b"G")
                if slow.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break
    assert capfd.readouterr() == ("", "")


def test_bytes_that_are_no_request_are_answered(server: Serving) -> None:
    """With an error of HTTP, and without a word on standard error."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        client.sendall(b"\x16\x03\x01\x02\x00\r\n\r\n")
        assert b"400" in client.makefile("rb").read()


def test_an_ipv6_address_is_served(registry: CollectorRegistry) -> None:
    """In brackets, as an address of the web has it."""
    try:
        server = serve(registry, "::1", 0)
    except OSError:
        pytest.skip("this machine has no IPv6")
    assert server.url.startswith("http://[::1]:")
    assert get(server)[0] == 200
    server.close()
