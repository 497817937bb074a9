from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from otel_usage.pricing.override_rates import changed

if TYPE_CHECKING:
    from otel_usage.pricing.cards import Rate


@pytest.mark.parametrize(
    ("base", "given", "expected"),
    [
        # A tenth below 1,000 and a fifth above it.
        (
            {"input": ((0, 100), (1_000, 200)), "cache_read": ((0, 10), (1_000, 40))},
            {"input": 50},
            {"input": 50, "cache_read": ((0, 5), (1_000, 10))},
        ),
        # Steps at other sizes: 10 of 100, then 10 of 200, then 30 of 200.
        (
            {"input": ((0, 100), (1_000, 200)), "cache_read": ((0, 10), (2_000, 30))},
            {"input": 400},
            {"input": 400, "cache_read": ((0, 40), (1_000, 20), (2_000, 60))},
        ),
        # Half to even.
        ({"input": 2, "cache_read": 1}, {"input": 5}, {"input": 5, "cache_read": 2}),
        # What is given keeps its own rate.
        ({"input": 10, "cache_read": 1}, {"input": 20, "cache_read": 9}, {"input": 20, "cache_read": 9}),
        # Cached sound follows sound, else what is cached, else input.
        (
            {"input": 10, "input_audio": 40, "cache_read": 4, "cache_read_audio": 8},
            {"input_audio": 20},
            {"input": 10, "input_audio": 20, "cache_read": 4, "cache_read_audio": 4},
        ),
        (
            {"input": 10, "cache_read": 4, "cache_read_image": 8},
            {"input": 20, "cache_read": 2},
            {"input": 20, "cache_read": 2, "cache_read_image": 4},
        ),
        # Reasoning and sound follow output.
        (
            {"output": 10, "reasoning": 3, "output_audio": 20},
            {"output": 20},
            {"output": 20, "reasoning": 6, "output_audio": 40},
        ),
        # 0 of 0 is no ratio: left out, and so assumed by the tariff; a price beside a 0 stays.
        ({"input": 0, "cache_read": 0, "input_audio": 5}, {"input": 7}, {"input": 7, "input_audio": 5}),
        # Given as 0, it is all 0.
        ({"input": 10, "cache_read": 1}, {"input": 0}, {"input": 0, "cache_read": 0}),
    ],
)
def test_what_is_not_given_keeps_its_ratio(
    base: dict[str, Rate], given: dict[str, int], expected: dict[str, Rate]
) -> None:
    """To the rate that it depends on, at each size of call."""
    assert changed(base, given, None) == expected


def test_a_multiplier_is_on_every_rate() -> None:
    """After what is given, at each step, rounded half to even."""
    rates = changed({"input": ((0, 10), (5, 21)), "requests": 7}, {"output": 3}, Decimal("0.5"))
    assert rates == {"input": ((0, 5), (5, 10)), "requests": 4, "output": 2}


def test_no_rate_is_larger_than_a_card_can_hold() -> None:
    """A card is JSON, whose readers know no larger integers than these."""
    assert changed({"input": 1, "input_audio": 10**9}, {"input": 10**15}, Decimal(1_000)) == {
        "input": 10**18,
        "input_audio": 2**63 - 1,
    }
