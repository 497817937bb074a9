from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from otel_usage.home import Home
from otel_usage.journal.lines import Call, encode
from otel_usage.ledger.calls import find_call, selected
from otel_usage.ledger.queries import totals
from otel_usage.ledger.repricing import Repricer, reprices
from otel_usage.ledger.selection import Selection
from otel_usage.ledger.store import Ledger
from otel_usage.ledger.verify import verify
from otel_usage.pricing import PriceBook
from otel_usage.records import Cost, CostStatus, Flag, Kind, UsageRecord
from otel_usage.settings import PriceOverride, PricingSettings
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Make = Callable[..., UsageRecord]
    Write = Callable[..., None]

NOON = 1_790_000_000 * 10**9
EVER = Selection()
USAGE = TokenUsage(input=100, output=10)
OTHER = Cost(status=CostStatus.PRICED, nanos=1, rate_card="of another time", price_source="genai-prices")


def book_of(input_rate: int, output_rate: int) -> PriceBook:
    """A book in which the model ``house-model`` has a price, USD per million tokens."""
    entry = PriceOverride(model="house-model", input=Decimal(input_rate), output=Decimal(output_rate))
    return PriceBook(PricingSettings(overrides=(entry,)), allow_lookup=True)


def reprice(ledger: Ledger, home: Home, book: PriceBook, *, priced: bool = False, now: int = NOON) -> int:
    """Book what the prices of now make of every call; how many were changed."""
    with Repricer(ledger, home.logs, now=now) as repricer, ledger.snapshot():
        written = sum(repricer.write(found) for found in reprices(ledger, book, EVER, priced=priced))
    ledger.ingest()
    return written


def costs(ledger: Ledger) -> dict[str, int | None]:
    """Nano-dollars by id."""
    return {record.id: record.cost.nanos for record in selected(ledger, EVER)}


def test_only_what_has_no_amount_is_priced_unless_all_is_asked_for(
    home: Home, write: Write, record: Make
) -> None:
    """Given costs and plans are never touched; a price that nobody knows now does not take an amount away."""
    house = {"request_model": "house-model", "usage": USAGE}
    write(
        Call(record(name, **house | {"cost": cost}))
        for name, cost in {
            "unpriced": Cost(status=CostStatus.UNPRICED),
            "other": OTHER,
            "given": Cost(status=CostStatus.PROVIDED, nanos=5, price_source="caller"),
            "told": Cost(status=CostStatus.PROVIDED, nanos=6, price_source="provider"),
            "plan": Cost(status=CostStatus.INCLUDED, nanos=0, list_nanos=9),
            "free": Cost(status=CostStatus.FREE, nanos=0, price_source="local"),
        }.items()
    )
    write([Call(record("nobody's", request_model="no-such-model", cost=OTHER))])
    write(
        [
            Call(
                record(
                    "api", kind=Kind.API, service="s", endpoint="/e", cost=Cost(status=CostStatus.UNPRICED)
                )
            )
        ]
    )
    before = {
        "unpriced": None,
        "other": 1,
        "given": 5,
        "told": 6,
        "plan": 0,
        "free": 0,
        "nobody's": 1,
        "api": None,
    }
    # $1 a million in, $2 out.
    price = 100 * 1_000 + 10 * 2_000
    with Ledger(home) as ledger:
        ledger.ingest()
        assert costs(ledger) == before
        assert reprice(ledger, home, book_of(1, 2)) == 1
        assert costs(ledger) == before | {"unpriced": price}
        assert reprice(ledger, home, book_of(1, 2), priced=True) == 2
        assert costs(ledger) == before | {"unpriced": price, "other": price, "free": price}
        assert reprice(ledger, home, book_of(1, 2), priced=True) == 0
        assert verify(ledger) == []
    Ledger.rebuild(home)
    with Ledger(home) as ledger:
        assert costs(ledger) == before | {"unpriced": price, "other": price, "free": price}


def test_each_reprice_builds_on_the_one_before_whatever_the_clock_says(
    home: Home, write: Write, record: Make
) -> None:
    """The second was made while the clock stood earlier."""
    write([Call(record("a", request_model="house-model", usage=USAGE, cost=OTHER))])
    with Ledger(home) as ledger:
        ledger.ingest()
        reprice(ledger, home, book_of(1, 2), priced=True, now=NOON)
        reprice(ledger, home, book_of(3, 4), priced=True, now=NOON - 10**12)
        assert costs(ledger) == {"a": 100 * 3_000 + 10 * 4_000}
        assert reprice(ledger, home, book_of(3, 4), priced=True) == 0


def test_a_cost_that_comes_later_holds_against_a_new_price(home: Home, write: Write, record: Make) -> None:
    """The caller's word, also on other tokens."""
    call = record("a", request_model="house-model", usage=USAGE, cost=Cost(status=CostStatus.UNPRICED))
    given_later = Cost(status=CostStatus.PROVIDED, nanos=77, price_source="caller")
    write([Call(call)])
    with Ledger(home) as ledger:
        ledger.ingest()
        reprice(ledger, home, book_of(1, 2))
        write([Call(msgspec.structs.replace(call, cost=given_later))])
        ledger.ingest()
        assert costs(ledger) == {"a": 77}
        assert verify(ledger) == []


def test_what_the_first_price_assumed_is_not_said_of_the_second(
    home: Home, write: Write, record: Make
) -> None:
    """The card and the flags are those of the new price; what the answer told of the call stays."""
    flags = (Flag.INPUT_INFERRED, Flag.MORE_BILLED, Flag.RATE_ASSUMED)
    write([Call(record("a", request_model="house-model", usage=USAGE, cost=OTHER, flags=flags))])
    with Ledger(home) as ledger:
        ledger.ingest()
        reprice(ledger, home, book_of(1, 2), priced=True)
        found = find_call(ledger, "a")
        assert found is not None
        assert found.flags == (Flag.INPUT_INFERRED, Flag.MORE_BILLED)
        assert ledger.ask("SELECT 1 FROM rate_card WHERE id = ?", (found.cost.rate_card,))


@settings(max_examples=15, deadline=None)
@given(
    counts=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**5)), min_size=1, max_size=8),
    rates=st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=1, max_size=3),
)
def test_sums_agree_after_any_reprices(
    tmp_path_factory: pytest.TempPathFactory,
    counts: list[tuple[int, int]],
    rates: list[tuple[int, int]],
) -> None:
    """The ledger holds what the last prices make of the tokens, and every roll-up agrees."""
    home = Home(tmp_path_factory.mktemp("home"))
    home.prepare()
    with (home.logs / "2099-01-01.jsonl").open("wb") as file:
        for number, (sent, got) in enumerate(counts):
            usage = TokenUsage(input=sent, output=got)
            cost = Cost(status=CostStatus.UNPRICED)
            call = UsageRecord(
                id=str(number), start=NOON, source="live", request_model="house-model", usage=usage, cost=cost
            )
            file.write(encode(Call(call)))
    with Ledger(home, clock=lambda: NOON / 1e9) as ledger:
        ledger.ingest()
        for input_rate, output_rate in rates:
            reprice(ledger, home, book_of(input_rate, output_rate), priced=True)
            expected = sum(sent * input_rate * 1_000 + got * output_rate * 1_000 for sent, got in counts)
            assert totals(ledger, Selection()).nanos == expected
            assert verify(ledger) == []
