from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.journal.lines import REPRICED, SETTLED, Adjustment, Call, Label, Labels
from otel_usage.ledger.amendments import amend, history
from otel_usage.ledger.calls import find_call
from otel_usage.ledger.store import Ledger
from otel_usage.records import Cost, CostStatus, Flag, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.home import Home

    Make = Callable[..., UsageRecord]

USAGE = TokenUsage(input=100, output=10)
UNPRICED, PENDING = Cost(status=CostStatus.UNPRICED), Cost()
GIVEN = Cost(status=CostStatus.PROVIDED, nanos=5, price_source="caller")
ONE = Cost(status=CostStatus.PRICED, nanos=1, rate_card="one")
TWO = Cost(status=CostStatus.PRICED, nanos=2, rate_card="two")
THREE = Cost(status=CostStatus.PRICED, nanos=3, rate_card="three")


def adjustment(at: int, cost: Cost, reason: str = REPRICED, **fields: Any) -> Adjustment:
    """An adjustment of the call ``a``, for its own tokens unless others are given."""
    values: dict[str, Any] = {"usage": USAGE, **fields}
    return Adjustment(id=f"adjustment {at}", at=at, record="a", cost=cost, reason=reason, **values)


def test_the_latest_label_holds_for_each_field_and_an_adjustment_for_the_cost(record: Make) -> None:
    """What was said later replaces what was said before, and nothing else."""
    lines: list[Adjustment | Label] = [
        Label(id="1", at=1, record="a", labels=Labels(agent="x", job_id="j")),
        adjustment(2, THREE, replaces=ONE),
        Label(id="3", at=3, record="a", labels=Labels(agent="y")),
    ]
    amended = amend(record("a", team="core", cost=ONE), lines)
    assert (amended.agent, amended.job_id, amended.team, amended.cost) == ("y", "j", "core", THREE)


@pytest.mark.parametrize(
    ("cost", "lines", "holds"),
    [
        (PENDING, [adjustment(1, ONE, SETTLED)], ONE),
        (UNPRICED, [adjustment(1, ONE, SETTLED)], UNPRICED),
        (PENDING, [adjustment(1, UNPRICED, SETTLED), adjustment(2, ONE)], ONE),
        (UNPRICED, [adjustment(1, ONE)], ONE),
        (UNPRICED, [adjustment(1, ONE, usage=TokenUsage(input=1))], UNPRICED),
        # A later sighting brought an amount.
        (GIVEN, [adjustment(1, ONE)], GIVEN),
        (GIVEN, [adjustment(1, ONE), adjustment(2, TWO, replaces=ONE)], GIVEN),
        (THREE, [adjustment(1, TWO, replaces=ONE)], THREE),
        # Each builds on the one before.
        (UNPRICED, [adjustment(1, ONE), adjustment(2, TWO, replaces=ONE)], TWO),
        (ONE, [adjustment(1, TWO, replaces=ONE), adjustment(2, THREE, replaces=TWO)], THREE),
        # The same, said twice.
        (UNPRICED, [adjustment(1, ONE), adjustment(2, ONE)], ONE),
    ],
)
def test_a_price_found_later_holds_for_the_cost_and_the_tokens_that_it_was_found_for(
    record: Make, cost: Cost, lines: list[Adjustment], holds: Cost
) -> None:
    """What another sighting has brought since is never undone."""
    assert amend(record("a", usage=USAGE, cost=cost), lines).cost == holds


def test_flags_of_the_price_before_go_with_it(record: Make) -> None:
    """What was said of the tokens stays."""
    before = record("a", cost=ONE, flags=(Flag.INPUT_INFERRED, Flag.RATE_ASSUMED, Flag.VARIANT_UNPRICED))
    line = adjustment(1, TWO, replaces=ONE, flags=(Flag.USAGE_INCOMPLETE,))
    assert amend(before, [line]).flags == (Flag.INPUT_INFERRED, Flag.USAGE_INCOMPLETE)


def test_the_history_tells_each_change_that_holds(
    home: Home, write: Callable[..., None], record: Make
) -> None:
    """With what stood before; an adjustment that does not hold changed nothing."""
    first, idle, second = (
        adjustment(1, ONE, SETTLED),
        adjustment(2, THREE, replaces=TWO),
        adjustment(3, TWO, replaces=ONE),
    )
    write([Call(record("a", usage=USAGE, cost=PENDING)), Call(record("b")), second, idle, first])
    with Ledger(home) as ledger:
        ledger.ingest()
        one, other = find_call(ledger, "a"), find_call(ledger, "b")
        assert one is not None
        assert other is not None
        assert one.cost == TWO
        assert history(ledger, one) == [(first, PENDING), (second, ONE)]
        assert history(ledger, other) == []
