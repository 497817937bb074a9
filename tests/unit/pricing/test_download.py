"""Fetching published prices, from real servers on this machine that behave well or badly."""

from __future__ import annotations

import gzip
import threading
import time
from typing import TYPE_CHECKING

import pytest

from otel_usage.errors import PriceDataError
from otel_usage.pricing import download as module
from otel_usage.pricing.download import download, place
from tests.data.serving import serving

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler

    from tests.data.serving import Answer

BODY = b'[{"id": "x"}]' * 1_000


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of this machine stands before its own loopback."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def send(
    handler: BaseHTTPRequestHandler,
    body: bytes,
    *,
    status: int = 200,
    length: int | None = None,
    **headers: str,
) -> None:
    """Answer with a body; its announced length may be another."""
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def test_a_file_is_fetched() -> None:
    """Every byte, whatever way the server sends it: plain, compressed, behind a redirect."""

    def redirected(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/data.json":
            send(handler, b"", status=302, Location="/there")
        else:
            send(handler, gzip.compress(BODY), Content_Encoding="gzip")

    with serving(lambda handler: send(handler, BODY)) as url:
        assert download(url) == BODY
    with serving(redirected) as url:
        assert download(url) == BODY


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (lambda handler: send(handler, b"gone", status=404), "answers 404 Not Found"),
        (lambda handler: send(handler, b"", status=503), "answers 503"),
        (lambda handler: send(handler, BODY[:5_000], length=len(BODY)), "ends before all of it has come"),
        (lambda handler: handler.wfile.write(b"what?\r\n\r\n"), "ends before"),
        (lambda handler: send(handler, b"", status=302, Location="/data.json"), "cannot be reached"),
        (lambda handler: send(handler, b"no gzip", Content_Encoding="gzip"), "cannot be reached"),
    ],
    ids=["missing", "broken", "truncated", "no-http", "circle", "not-compressed"],
)
def test_an_answer_that_is_no_file_is_one_sentence(answer: Answer, problem: str) -> None:
    """The URL and what is wrong with its answer."""
    with serving(answer) as url, pytest.raises(PriceDataError, match=problem) as raised:
        download(url)
    assert str(raised.value).startswith(f"{url}: ")
    assert "\n" not in str(raised.value)


def test_a_file_that_is_too_large_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what arrives, not by what is announced: a compressed megabyte of nothing is small."""
    monkeypatch.setattr(module, "MAX_BYTES", 100_000)
    body = gzip.compress(bytes(2**20))
    with (
        serving(lambda handler: send(handler, body, Content_Encoding="gzip")) as url,
        pytest.raises(PriceDataError, match="is larger than"),
    ):
        download(url)


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_server_that_drips_is_given_up(part: str) -> None:
    """A byte now and then keeps a connection alive, and the whole has its time all the same."""
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"" if part == "headers" else b"\r\n"))
        while not over.wait(0.02):
            handler.wfile.write(b"x")

    with serving(drip) as url:
        begin = time.monotonic()
        with pytest.raises(PriceDataError, match="takes too long"):
            download(url, whole=0.3)
        assert time.monotonic() - begin < 30
        over.set()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/data.json",
        "ftp://example.invalid/x",
        "nonsense",
        "http://[::1",
        "",
        "file:///etc/hosts",
    ],
)
def test_what_cannot_be_reached_says_what_to_do(url: str) -> None:
    """Nobody listens, or it is no URL of the web: give the file instead."""
    with pytest.raises(PriceDataError, match=r"cannot be reached .* give --from FILE"):
        download(url)


def test_a_password_in_a_url_is_not_shown() -> None:
    """Nor what follows the path, which may be a token."""
    assert (
        place("https://user:secret@host.example:8443/a/b.json?token=t#f")
        == "https://host.example:8443/a/b.json"
    )
    with pytest.raises(PriceDataError) as raised:
        download("http://user:secret@127.0.0.1:9/data.json?token=hidden")
    assert "secret" not in str(raised.value)
    assert "hidden" not in str(raised.value)
