from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_usage.amounts import UNKNOWN, dollars, given_cost, nanos
from otel_usage.records import MAX_NANOS, CostStatus, Flag


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (0, 0),
        (1, 10**9),
        (0.1, 10**8),
        ("$0.005", 5 * 10**6),
        (" 12 ", 12 * 10**9),
        (Decimal("0.0000000015"), 2),
        (MAX_NANOS // 10**9, MAX_NANOS),
        (MAX_NANOS // 10**9 + 1, None),
        (-0.01, None),
        (float("nan"), None),
        (float("inf"), None),
        ("3 USD", None),
        ("", None),
        (True, None),
        (None, None),
        ([1], None),
        pytest.param(10**5_000, None, id="more digits than Python prints"),
        ("1e999999", None),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_an_amount_is_whole_nano_dollars_or_none(amount: object, expected: int | None) -> None:
    """A float is what it prints as; halves round to even; what is no amount is none."""
    assert nanos(amount) == expected


@given(st.integers(0, MAX_NANOS))
def test_every_amount_survives_its_text(amount: int) -> None:
    """Whatever the application's decimal context is."""
    with localcontext(prec=2):
        assert nanos(f"{amount // 10**9}.{amount % 10**9:09}") == amount
        assert nanos(amount, in_a_dollar=10**9) == amount


def test_a_cost_that_is_given_is_believed_or_flagged() -> None:
    """0 included; nothing given is the wish to have it computed."""
    assert given_cost(None) == (UNKNOWN, ())
    assert given_cost("much") == (UNKNOWN, (Flag.COST_UNUSABLE,))
    cost, flags = given_cost(0)
    assert (cost.status, cost.nanos, cost.price_source, flags) == (CostStatus.PROVIDED, 0, "caller", ())


@given(st.integers(-(10**20), 10**20), st.integers(1, 5))
def test_nano_dollars_are_exact_dollars_in_any_context(amount: int, digits: int) -> None:
    """An application may have set its thread's to two digits."""
    with localcontext() as context:
        context.prec = digits
        found = dollars(amount)
    assert int(found.scaleb(9)) == amount
    assert found.as_tuple().exponent == -9
