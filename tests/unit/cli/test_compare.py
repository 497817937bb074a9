"""``otel-usage compare``: the same calls on other models."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., Any]
    Tell = Callable[..., str]
    Ask = Callable[..., dict[str, Any]]

FULL = 1_000 * Decimal("2.5e-6") + 100 * Decimal("10e-6")
"""A call of gpt-4o: $2.50 and $10 a million."""
MINI = 1_000 * Decimal("0.15e-6") + 100 * Decimal("0.6e-6")
"""The same on gpt-4o-mini: $0.15 and $0.60."""


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger's days are those of UTC."""
    monkeypatch.setenv("OTEL_USAGE_ZONE", "UTC")


def test_both_sums_are_of_the_same_calls(record: Tell, ask: Ask, tell: Tell) -> None:
    """What has no amount is in neither, and is told."""
    for _ in range(2):
        record()
    record(provider="house", model="m")
    found = ask("compare", "--to", "gpt-4o-mini,openai/gpt-4o", "--json")
    mini, same = found["comparisons"]
    assert (mini["model"], mini["calls"], mini["leftOut"], mini["flags"]) == ("gpt-4o-mini", 2, 0, {})
    assert (Decimal(mini["cost"]), Decimal(mini["otherCost"])) == (2 * FULL, 2 * MINI)
    assert Decimal(mini["difference"]) == 2 * (MINI - FULL)
    assert Decimal(mini["ratio"]) == (MINI / FULL).quantize(Decimal("0.001"))
    assert (same["cost"], same["difference"], same["ratio"]) == (same["otherCost"], 0, "1.000")
    assert (found["unpricedCalls"], found["freeCalls"], len(found["caveats"])) == (1, 0, 4)
    text = tell("compare", "--to", "gpt-4o-mini")
    assert text.splitlines()[1].split() == ["gpt-4o-mini", "2", "$0.0070", "$0.00042", "-$0.0066", "0.060"]
    assert "1 call without an amount, in no sum.\n" in text
    assert all(caveat in text for caveat in found["caveats"])


def test_what_is_free_or_assumed_is_told(record: Tell, tell: Tell) -> None:
    """OpenAI sells no cache writes; a call on one's own machine costs nothing."""
    record(provider="anthropic", model="claude-sonnet-4-6", input=1_000, cache_write=500)
    record(provider="lmstudio", model="m")
    text = tell("compare", "--to", "gpt-4o")
    assert "gpt-4o: for 1 call a rate was assumed.\n" in text
    assert "1 call cost nothing, free or by a plan, and count with $0.00.\n" in text


def test_a_call_that_cannot_be_priced_there_is_left_out(record: Tell, ask: Ask, tell: Tell) -> None:
    """A given cost without tokens has nothing to be priced by."""
    record(cost="5", input="", output="")
    record()
    (found,) = ask("compare", "--to", "gpt-4o-mini", "--json")["comparisons"]
    assert (found["calls"], found["leftOut"], Decimal(found["cost"])) == (1, 1, FULL)
    assert "gpt-4o-mini: 1 call could not be priced there, or not all of it, in neither sum.\n" in tell(
        "compare", "--to", "gpt-4o-mini"
    )


def test_a_call_with_a_search_that_has_no_price_there_is_left_out(record: Tell, ask: Ask) -> None:
    """An amount that leaves the search out is none to hold against one that has it."""
    record(web_searches="3")
    record()
    (found,) = ask("compare", "--to", "mistral/mistral-small-latest", "--json")["comparisons"]
    assert (found["calls"], found["leftOut"]) == (1, 1)


def test_models_may_be_named_one_by_one(record: Tell, ask: Ask) -> None:
    """With commas or with the option again."""
    record()
    found = ask("compare", "--to", "gpt-4o-mini,o3", "--to", "gpt-4o", "--json")["comparisons"]
    assert [one["model"] for one in found] == ["gpt-4o-mini", "o3", "gpt-4o"]


@pytest.mark.parametrize(
    ("arguments", "calls"),
    [
        ((), 3),
        (("--job-id", "j"), 2),
        (("--session", "s"), 1),
        (("--from", "2026-03-02"), 2),
        (("--until", "2026-03-01"), 1),
        (("--from", "2026-03-01", "--until", "2026-03-02"), 2),
        (("--last", "2d"), 1),
        (("--job-id", "nothing"), 0),
    ],
)
def test_only_the_selected_calls_count(
    record: Tell, ask: Ask, arguments: tuple[str, ...], calls: int
) -> None:
    """A period, a job, a session."""
    record(job_id="j", timestamp="2026-03-01T10:00:00Z")
    record(job_id="j", session="s", timestamp="2026-03-02T10:00:00Z")
    record(timestamp=(datetime.now(UTC) - timedelta(hours=1)).isoformat())
    (found,) = ask("compare", "--to", "gpt-4o", "--json", *arguments)["comparisons"]
    assert found["calls"] == calls
    assert found["ratio"] == ("1.000" if calls else None)


def test_an_unknown_model_names_near_ones(run: Run) -> None:
    """Exit 1, nothing printed."""
    done = run("compare", "--to", "gpt-4o,openai/gpt-4o-minni")
    assert (done.code, done.out) == (1, "")
    assert done.sentence.startswith(
        "otel-usage: no price of openai/gpt-4o-minni is known; did you mean gpt-4o-mini"
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--to", " , "), "--to: names no model"),
        (("--to", "gpt-4o", "--job-id", ""), "--job-id: is empty"),
        (("--to", "gpt-4o", "--last", "x"), "--last: give a number of days such as 7d"),
        (
            ("--to", "gpt-4o", "--last", "7d", "--until", "2026-03-01"),
            "--last: cannot be given together with --from or --until",
        ),
        (
            ("--to", "gpt-4o", "--from", "2026-03-02", "--until", "2026-03-01"),
            "--from: must be before --until",
        ),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    """Exit 2."""
    done = run("compare", *arguments)
    assert (done.code, done.out, done.sentence) == (2, "", f"otel-usage: {sentence}")
