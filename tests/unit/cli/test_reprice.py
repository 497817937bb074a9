"""``otel-usage reprice``: shown first, booked when asked, once."""

from __future__ import annotations

import sqlite3
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Any]
    Tell = Callable[..., str]
    Ask = Callable[..., dict[str, Any]]

PRICE = 1_000 * Decimal("1e-6") + 100 * Decimal("2e-6")
"""A call of ``m`` by ``PRICES``."""
PRICES = "pricing: {overrides: [{model: m, input: 1, output: 2}]}"
HALF = "pricing: {overrides: [{model: gpt-4o, like: openai/gpt-4o, multiplier: 0.5}]}"


@pytest.fixture
def prices(home: Path) -> Callable[[str], None]:
    """Writes the configuration of the home."""

    def write(text: str) -> None:
        home.mkdir(exist_ok=True)
        (home / "otel-usage.yaml").write_text(text)

    return write


def contents(home: Path) -> tuple[list[str], dict[str, bytes]]:
    """Everything in the database and in the journal."""
    with sqlite3.connect(home / "usage.db") as connection:
        dumped = list(connection.iterdump())
    connection.close()
    return dumped, {path.name: path.read_bytes() for path in (home / "logs").iterdir()}


def test_nothing_changes_without_apply(
    record: Tell, tell: Tell, home: Path, prices: Callable[[str], None]
) -> None:
    """Neither the database nor the journal; what would change is told by model."""
    record(provider="house", model="m")
    record(provider="house", model="m", input=2_000, output=200)
    record()
    tell("query")
    prices(PRICES)
    before = contents(home)
    assert tell("reprice") == (
        "2 calls would get another cost: 2 unpriced before, $0.0036 after\n"
        "  m (house): 2 calls, 2 unpriced before, $0.0036 after\n"
        "Nothing was changed; add --apply.\n"
    )
    assert contents(home) == before


def test_applied_once_it_stays_whatever_prices_say_later(
    record: Tell, tell: Tell, ask: Ask, prices: Callable[[str], None]
) -> None:
    """Also after a rebuild, and with other prices in the configuration."""
    record(provider="house", model="m")
    tell("query")
    prices(PRICES)
    found = ask("reprice", "--apply", "--json")
    assert found == {
        "applied": True,
        "calls": 1,
        "unpricedBefore": 1,
        "costBefore": 0,
        "costAfter": str(PRICE.normalize()),
        "difference": str(PRICE.normalize()),
        "failed": 0,
        "byModel": [
            {
                "provider": "house",
                "model": "m",
                "calls": 1,
                "unpricedBefore": 1,
                "costBefore": 0,
                "costAfter": str(PRICE.normalize()),
                "difference": str(PRICE.normalize()),
            }
        ],
    }
    for only in ("unpriced", "all"):
        assert tell("reprice", "--only", only, "--apply") == "No call was changed.\n"
    prices(PRICES.replace("input: 1", "input: 50"))
    assert "No call" in tell("reprice")
    tell("rebuild")
    assert Decimal(ask("query", "--format", "json")["totalCost"]) == PRICE


def test_all_reprices_what_has_a_price_but_no_given_cost(
    record: Tell, tell: Tell, ask: Ask, prices: Callable[[str], None]
) -> None:
    """gpt-4o at half of $2.50 and $10 a million."""
    record(id="priced")
    record(id="given", cost="1.25")
    prices(HALF)
    assert tell("reprice") == "No call would change.\n"
    found = ask("reprice", "--only", "all", "--json")
    before = 1_000 * Decimal("2.5e-6") + 100 * Decimal("10e-6")
    assert (found["calls"], Decimal(found["costBefore"]), Decimal(found["costAfter"])) == (
        1,
        before,
        before / 2,
    )
    assert Decimal(found["difference"]) == -before / 2
    tell("reprice", "--only", "all", "--apply")
    assert Decimal(ask("query", "--format", "json")["totalCost"]) == Decimal("1.25") + before / 2


@pytest.mark.parametrize(
    ("arguments", "changed"),
    [
        ((), 4),
        (("--job-id", "j"), 2),
        (("--session", "s"), 2),
        (("--job-id", "j", "--session", "s"), 1),
        (("--model", "n"), 1),
        (("--provider", "home"), 1),
        (("--from", "2026-03-02"), 2),
        (("--to", "2026-03-01"), 2),
        (("--from", "2026-03-02", "--to", "2026-03-02"), 1),
        (("--provider", "nobody"), 0),
    ],
)
def test_only_the_selected_calls_are_meant(
    record: Tell,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
    prices: Callable[[str], None],
    arguments: tuple[str, ...],
    changed: int,
) -> None:
    """Each option cuts down what is there."""
    monkeypatch.setenv("OTEL_USAGE_ZONE", "UTC")
    record(provider="house", model="m", job_id="j", session="s", timestamp="2026-03-01T10:00:00Z")
    record(provider="house", model="m", job_id="j", session="t", timestamp="2026-03-01T11:00:00Z")
    record(provider="house", model="n", session="s", timestamp="2026-03-02T10:00:00Z")
    record(provider="home", model="m", timestamp="2026-03-03T10:00:00Z")
    ask("query", "--format", "json")
    prices("pricing: {overrides: [{model: '[mn]', input: 1, output: 2}]}")
    assert ask("reprice", "--json", *arguments)["calls"] == changed


@pytest.mark.parametrize("option", ["--job-id", "--session", "--model", "--provider"])
def test_an_empty_selection_is_refused(run: Run, option: str) -> None:
    """An unset shell variable must not reprice everything."""
    done = run("reprice", option, "", "--apply")
    assert (done.code, done.out, done.sentence) == (2, "", f"otel-usage: {option}: is empty")


def test_a_full_disk_is_told(
    record: Tell, tell: Tell, run: Run, home: Path, prices: Callable[[str], None]
) -> None:
    """Exit 4; what is booked is told, and a second time does the rest."""
    record(provider="house", model="m")
    tell("query")
    prices(PRICES)
    (today,) = (home / "logs").iterdir()
    today.rename(home / "logs" / "2099-01-01.jsonl")
    # A file that cannot be opened; the next day's too, if that begins now.
    blocked = [
        home / "logs" / time.strftime("%Y-%m-%d.jsonl", time.gmtime(time.time() + after))
        for after in (0, 86_400)
    ]
    for path in blocked:
        path.mkdir()
    done = run("reprice", "--apply")
    assert (done.code, done.out) == (4, "No call was changed.\n")
    assert done.sentence == "otel-usage: 1 call could not be written (is the disk full?); run this again"
    for path in blocked:
        path.rmdir()
    assert tell("reprice", "--apply").startswith("1 call got another cost")


def test_prices_that_cannot_be_used_are_one_sentence(
    run: Run, record: Tell, prices: Callable[[str], None]
) -> None:
    """Nothing is written by half."""
    record(provider="house", model="m")
    prices("pricing: {overrides: [{model: m, input: -1}]}")
    done = run("reprice", "--apply")
    assert done.code in {1, 2}
    assert "pricing.overrides" in done.sentence
