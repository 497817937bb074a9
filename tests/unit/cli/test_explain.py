"""``otel-usage explain``: the arithmetic of one call, to be checked by hand."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Any]
    Tell = Callable[..., str]

ROW = re.compile(r"(\w+) +([\d,]+) x +\$([\d.,]+) / 1M = +\$([\d.]+)")


def test_the_rows_are_tokens_times_rates_and_sum_to_the_total(record: Tell, tell: Tell) -> None:
    """claude-sonnet-4-6: $3, $0.30, $3.75, $6 and $15 a million."""
    record(
        provider="anthropic",
        model="claude-sonnet-4-6",
        input=10_007,
        output=503,
        cache_read=2_001,
        cache_write=3_001,
        cache_write_1h=4_001,
        id="mine",
    )
    text = tell("explain", "mine")
    rows = {
        name: tuple(Decimal(part.replace(",", "")) for part in parts) for name, *parts in ROW.findall(text)
    }
    million = Decimal(10**6)
    expected = {
        "input_uncached": (Decimal(10_007 - 2_001 - 3_001 - 4_001), Decimal(3)),
        "cache_read": (Decimal(2_001), Decimal("0.30")),
        "cache_write_5m": (Decimal(3_001), Decimal("3.75")),
        "cache_write_1h": (Decimal(4_001), Decimal(6)),
        "output": (Decimal(503), Decimal(15)),
    }
    assert rows == {
        name: (tokens, rate, tokens * rate / million) for name, (tokens, rate) in expected.items()
    }
    total = re.search(r"total +\$([\d.]+)", text)
    assert total is not None
    assert Decimal(total[1]) == sum(cost for _, _, cost in rows.values())
    assert "Price of anthropic/claude-sonnet-4-6 from genai-prices" in text


def test_the_facts_of_the_call_come_first(record: Tell, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the ledger's zone; what is unknown has no line."""
    monkeypatch.setenv("OTEL_USAGE_ZONE", "Asia/Kathmandu")
    record(id="mine", agent="a", job_id="j", status="error", timestamp="2026-03-01T10:00:00.5Z")
    assert tell("explain", "mine").splitlines()[:6] == [
        "Call:     mine",
        "Began:    2026-03-01T15:45:00.500+05:45",
        "Model:    gpt-4o (openai)",
        "Agent:    a",
        "Job:      j",
        "Status:   error",
    ]


def test_last_is_the_call_that_began_last(record: Tell, tell: Tell) -> None:
    """Not the one that was recorded last."""
    record(id="later", timestamp="2026-03-02T10:00:00Z")
    record(id="earlier", timestamp="2026-03-01T10:00:00Z")
    assert tell("explain", "last").startswith("Call:     later\n")


@pytest.mark.parametrize("call", ["last", "nobody", "", "x" * 5_000, "%", "' OR 1=1 --"])
def test_a_call_that_is_not_recorded_is_one_sentence(run: Run, call: str) -> None:
    """Exit 2; also in an empty ledger."""
    done = run("explain", call)
    assert (done.code, done.out) == (2, "")
    assert done.sentence == "otel-usage: CALL: no such call is recorded"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"cost": "1.25"}, "The cost was given by the caller."),
        (
            {"provider": "lmstudio", "model": "m"},
            "The provider or the model is declared free.",
        ),
        ({"provider": "house", "model": "m"}, "No source knows a price of house/m."),
    ],
)
def test_a_cost_without_arithmetic_says_where_it_is_from(
    record: Tell, tell: Tell, options: dict[str, str], told: str
) -> None:
    """Given, free or unknown."""
    record(**options, id="mine")
    assert tell("explain", "mine").splitlines()[-1] == told


def test_a_price_of_the_users_own_is_explained_after_it_was_taken_away(
    record: Tell, tell: Tell, home: Path
) -> None:
    """The card is in the journal: 1,000 in at $1 and 100 out at $2 a million."""
    home.mkdir()
    file = home / "otel-usage.yaml"
    file.write_text("pricing: {overrides: [{model: gpt-4o, input: 1, output: 2}]}")
    record(id="mine")
    file.unlink()
    tell("rebuild")
    text = tell("explain", "mine")
    assert re.search(rf"total +\${Decimal(1_000 * 1 + 100 * 2) / 10**6}\n", text)
    assert "from override" in text


def test_a_rate_with_more_decimals_than_cents_is_shown_whole(record: Tell, tell: Tell) -> None:
    """gpt-4o-mini: $0.15, and half of that for what the cache had; what is shown multiplies out."""
    record(provider="openai", model="gpt-4o-mini", input=1_000_000, output=0, cache_read=1_000_000, id="mine")
    assert re.search(r"1,000,000 x +\$0\.075 / 1M = +\$0\.075\n", tell("explain", "mine"))
