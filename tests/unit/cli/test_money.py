"""Money as people and programs read it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_usage.cli.money import cache_effect, exact, number, rate, usd


@given(st.integers(-(10**17), 10**17))
def test_an_amount_is_written_exactly(nanos: int) -> None:
    """Also a negative one, to the nano-dollar and without an exponent."""
    found = number(nanos)
    assert found is not None
    assert Decimal(bytes(found).decode()).scaleb(9) == nanos
    assert exact(nanos).replace("$", "") == bytes(found).decode()


@pytest.mark.parametrize(
    ("nanos", "told"),
    [
        (-1_500_000_000, "-$1.50"),
        (-12_345, "-$0.000012"),
        (0, "$0.00"),
        (12_345, "$0.000012"),
        (None, "unpriced"),
    ],
)
def test_dollars_for_a_person(nanos: int | None, told: str) -> None:
    """Cents, below a cent two digits; the sign stands before the dollar."""
    assert usd(nanos) == told


@pytest.mark.parametrize(
    ("nanos", "per", "told"),
    [
        (3 * 10**9, 10**6, "$3.00"),
        (75_000_000, 10**6, "$0.075"),
        # $10 per 1,000 searches, a cent each.
        (10**13, 1_000, "$10.00"),
        (10**13, 1, "$0.01"),
    ],
)
def test_a_price_for_some_units_is_whole(nanos: int, per: int, told: str) -> None:
    """Rates are kept per million units."""
    assert rate(nanos, per) == told


@pytest.mark.parametrize(
    ("saved", "extra", "told"),
    [
        (None, None, ""),
        (0, 0, ""),
        (2 * 10**9, None, "$2.00 saved"),
        (2 * 10**9, 10**9, "$2.00 saved, $1.00 extra for writes"),
        (-(10**9), -(10**9), "$1.00 lost on reads, $1.00 saved on writes"),
    ],
)
def test_what_a_cache_did_is_said_with_its_cost(saved: int | None, extra: int | None, told: str) -> None:
    """Neither is netted away."""
    assert cache_effect(saved, extra) == told
