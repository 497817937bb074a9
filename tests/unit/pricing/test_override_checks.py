from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from otel_usage.errors import PriceDataError
from tests.unit.pricing.books import book_of


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ({"model": "m"}, "no price"),
        ({"model": "m", "provider": "openai"}, "no price"),
        ({"model": "m", "input": "-1"}, "input"),
        ({"model": "m", "input": "1000000.01"}, "input is 1000000.01: more than 1,000,000"),
        ({"model": "m", "input": "1E+999999"}, "input"),
        ({"model": "m", "output_audio": "-1"}, "output_audio"),
        ({"model": "m", "per_request": "1000.01"}, "per_request"),
        ({"model": "m", "web_search": "sNaN"}, "web_search"),
        ({"model": "m", "output": "1e-10"}, "output is 1E-10: too little"),
        ({"model": "m", "output": "1E-999999999"}, "too little"),
        ({"model": "m", "multiplier": "1e-7"}, "multiplier is 1E-7: too little"),
        ({"model": "m", "multiplier": "1001"}, "multiplier"),
        ({"model": "m", "input": "1", "endpoint": "/a"}, "endpoint goes with a service"),
        ({"model": "m", "multiplier": "-0.1"}, "multiplier"),
        ({"model": "m", "output": "NaN"}, "output"),
        ({"model": "m", "cache_read": "Infinity"}, "cache_read"),
        ({"model": "m", "like": "openai/gpt-99"}, "like"),
        ({"model": "m", "like": "no-such-model"}, "like"),
        ({"model": "m", "input": "1", "starts": date(2026, 2, 1), "until": date(2026, 2, 1)}, "until"),
    ],
)
def test_an_override_that_cannot_be_used_is_refused_with_its_place(entry: dict[str, Any], word: str) -> None:
    """The book is not made; the sentence names the entry and the field."""
    with pytest.raises(PriceDataError, match=word) as refused:
        book_of(entry)
    assert "pricing.overrides: m" in str(refused.value)


@pytest.mark.parametrize(
    "entry", [{"input": "1"}, {"model": " ", "input": "1"}, {"service": "", "per_request": "1"}]
)
def test_an_entry_for_nothing_is_refused_by_its_number(entry: dict[str, Any]) -> None:
    """It has no other name."""
    with pytest.raises(
        PriceDataError, match=r"^pricing\.overrides: entry 2 names neither a model nor a service$"
    ):
        book_of({"model": "a", "input": "1"}, entry)


@pytest.mark.parametrize(
    "days",
    [
        ({}, {}),
        ({"until": date(2026, 5, 1)}, {"starts": date(2026, 4, 30)}),
        ({"starts": date(2026, 4, 1)}, {"until": date(2026, 4, 2)}),
        ({"starts": date(2026, 4, 1), "until": date(2026, 4, 9)}, {}),
    ],
)
def test_two_entries_for_the_same_on_the_same_days_are_refused(days: tuple[dict[str, date], ...]) -> None:
    """Nobody could tell which of them is meant; case makes no difference."""
    one = {"model": "GPT-4o", "provider": "OpenAI", "input": "1"}
    other = {"model": "gpt-4o", "provider": "openai", "input": "2"}
    with pytest.raises(PriceDataError, match=r"(?i)overrides: gpt-4o: entries 1 and 3 are for the same"):
        book_of(one | days[0], {"model": "gpt-4o", "input": "3"}, other | days[1])


@pytest.mark.parametrize("names", [("bedrock", "aws.bedrock"), ("xai", "x_ai"), ("vertex", "gcp.vertex_ai")])
def test_two_spellings_of_a_provider_are_the_same_in_two_entries(names: tuple[str, str]) -> None:
    """Their days overlap, so nobody could tell which of them is meant; a service of Google's and Google do not."""
    with pytest.raises(PriceDataError, match="same days"):
        book_of(*({"provider": name, "model": "house", "input": "7"} for name in names))
    book_of(*({"provider": name, "model": "house", "input": "7"} for name in ("google", "vertex")))
