"""``otel-usage prices update``: from a file, from a server on this machine."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.pricing.index import bundled
from tests.data.serving import serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

    from tests.data.serving import Answer
    from tests.unit.cli.conftest import Done

    Run = Callable[..., Done]
    Tell = Callable[..., str]

RELEASE = bundled().version


def sent(body: bytes, *, length: int) -> Answer:
    """An answer that announces a length and sends a body."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(length))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_an_update_holds_for_calls_after_it(
    run: Run, tell: Tell, record: Callable[..., str], newer: Path, ask: Callable[..., dict[str, Any]]
) -> None:
    """1,000 in and 100 out: $0.0035 before, $0.109 after; what is booked stays."""
    record()
    done = run("prices", "update", "--from", str(newer))
    assert (done.code, done.err) == (0, "")
    assert "Other prices: 2 (openai/gpt-4, openai/gpt-4o)" in done.out
    assert "Prices that change later: " in done.out
    record()
    before, after = Decimal(1_000 * 2_500 + 100 * 10_000), Decimal(1_000 * 99_000 + 100 * 100_000)
    assert Decimal(ask("query", "--format", "json")["totalCost"]) == (before + after).scaleb(-9)
    assert f"genai-prices {RELEASE}+" in tell("explain", "last")
    assert "No price changed." in run("prices", "update", "--from", str(newer)).out


def test_an_update_leaves_the_overrides_alone(
    run: Run, newer: Path, configure: Callable[[str], Path], ask: Callable[..., dict[str, Any]]
) -> None:
    """They stand in another file, and still come first."""
    path = configure("pricing: {overrides: [{model: gpt-4o, input: 7, output: 8}]}")
    content = path.read_bytes()
    assert run("prices", "update", "--from", str(newer)).code == 0
    assert path.read_bytes() == content
    card = ask("prices", "show", "gpt-4o", "--json")["card"]
    assert (card["source"], card["usdPerMillion"]["input"]) == ("override", 7)


def test_an_update_from_the_network(run: Run, newer: Path, home: Path) -> None:
    """From a server that sends all of it; one that stops halfway leaves what was there."""
    body = newer.read_bytes()
    direct = {"NO_PROXY": "127.0.0.1"}
    with serving(sent(body[: len(body) // 2], length=len(body))) as url:
        done = run("prices", "update", "--url", url, env=direct)
    assert done.code == 1
    assert done.sentence == f"otel-usage: {url}: ends before all of it has come; try again"
    assert not (home / "prices.json").exists()
    with serving(sent(body[: len(body) // 2], length=len(body) // 2)) as url:
        done = run("prices", "update", "--url", url, env=direct)
    assert done.code == 1
    assert done.sentence.endswith(
        "is not the JSON file that genai-prices publishes, or not all of it; the prices in use stay"
    )
    assert not (home / "prices.json").exists()
    with serving(sent(body, length=len(body))) as url:
        assert run("prices", "update", "--url", url, env=direct).code == 0
    assert (home / "prices.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "code", "problem"),
    [
        (("--from", "nowhere.json"), 1, "nowhere.json: cannot be read (No such file"),
        (("--url", "http://127.0.0.1:9/x"), 1, "cannot be reached"),
        (("--url", "http://127.0.0.1:9/x", "--from", "x"), 2, "cannot be given together"),
        (("--url", "foo"), 2, "--url: is no URL: it begins with https:// or http://"),
    ],
)
def test_an_update_that_cannot_be_is_one_sentence(
    run: Run, arguments: tuple[str, ...], code: int, problem: str
) -> None:
    """No file, no server, both at once."""
    done = run("prices", "update", *arguments, env={"NO_PROXY": "127.0.0.1"})
    assert done.code == code
    assert problem in done.sentence


@pytest.mark.parametrize("content", [b"", b"no json", b"{}", b"[]", b'[{"id": "openai"'])
def test_an_update_from_another_file_leaves_the_prices_in_use(
    run: Run, home: Path, tmp_path: Path, content: bytes
) -> None:
    """Empty, torn or something else: one sentence that says what stays."""
    path = tmp_path / "data.json"
    path.write_bytes(content)
    done = run("prices", "update", "--from", str(path))
    assert (done.code, done.out) == (1, "")
    assert done.sentence.endswith("; the prices in use stay")
    assert not (home / "prices.json").exists()
