from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.errors import PriceDataError
from otel_usage.pricing import PriceBook, lines
from otel_usage.records import Cost, CostStatus, Kind, Status
from otel_usage.settings import PriceOverride, PricingSettings
from otel_usage.token_usage import NO_USAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.records import UsageRecord


def book_of(*entries: PriceOverride) -> PriceBook:
    """A book with these entries."""
    return PriceBook(PricingSettings(overrides=entries))


def price(of: str, **fields: Any) -> PriceOverride:
    """An entry for SerpApi at so many USD a call."""
    return PriceOverride(service="serpapi", per_request=Decimal(of), **fields)


@pytest.fixture
def search(call: Callable[..., UsageRecord]) -> Callable[..., UsageRecord]:
    """Makes an API call to SerpApi's ``/search``; arguments are fields of the record."""

    def make(**fields: Any) -> UsageRecord:
        return call(None, None, **{"kind": Kind.API, "service": "serpapi", "endpoint": "/search"} | fields)

    return make


def test_a_service_s_call_is_billed_one_by_one(search: Callable[..., UsageRecord]) -> None:
    """Half a cent a search, by a card from which the arithmetic can be shown again."""
    quote = book_of(price("0.005", endpoint="/search")).quote(search())
    assert (quote.cost.status, quote.cost.components) == (CostStatus.PRICED, {"requests": 5_000_000})
    assert (quote.cost.price_source, quote.flags) == ("override", ())
    assert quote.card is not None
    (line,) = lines(NO_USAGE, quote.card)
    assert (line.component, line.units, line.nanos) == ("requests", 1, 5_000_000)


def test_a_price_of_zero_is_free(search: Callable[..., UsageRecord]) -> None:
    """Declared by the user."""
    cost = book_of(price("0")).price(search())
    assert (cost.status, cost.nanos) == (CostStatus.FREE, 0)


@pytest.mark.parametrize(
    ("endpoint", "cents"),
    [("/search", 1), ("search/", 1), ("/Search", 1), ("/search/images", 2), ("/account", 3), (None, 3)],
)
def test_an_exact_endpoint_counts_before_a_glob_and_that_before_any(
    search: Callable[..., UsageRecord], endpoint: str | None, cents: int
) -> None:
    """Whatever their order; case and outer slashes make no difference."""
    book = book_of(price("0.03"), price("0.02", endpoint="/search*"), price("0.01", endpoint="/search"))
    assert book.price(search(service=" SerpApi", endpoint=endpoint)).nanos == cents * 10**7


@pytest.mark.parametrize(
    "fields",
    [{"service": "serpapi2"}, {"service": None}, {"endpoint": "/searches"}, {"endpoint": "/x" * 10_000}],
)
def test_any_other_call_stays_unpriced(search: Callable[..., UsageRecord], fields: dict[str, Any]) -> None:
    """Unknown is never 0."""
    book = book_of(price("0.01", endpoint="/search"))
    assert book.price(search(**fields)) == Cost(status=CostStatus.UNPRICED)


def test_a_failed_call_is_not_billed(search: Callable[..., UsageRecord]) -> None:
    """Nor is it said to be free."""
    assert book_of(price("0.01")).price(search(status=Status.ERROR)).status is CostStatus.UNPRICED
    assert book_of(price("0")).price(search(status=Status.ERROR)).status is CostStatus.UNPRICED


def test_a_model_of_the_same_name_is_not_the_service(call: Callable[..., UsageRecord]) -> None:
    """And a glob for models is for no service."""
    book = book_of(price("0.01"), PriceOverride(model="*", per_request=Decimal(1)))
    assert book.price(call("serpapi", "serpapi", input=1)).components == {"requests": 10**9}
    assert book.price(call(None, None, kind=Kind.API, service="other")).status is CostStatus.UNPRICED


def test_a_service_s_price_holds_by_the_call_s_own_time(search: Callable[..., UsageRecord]) -> None:
    """Dated like any other; before the first there is none."""
    book = book_of(
        price("0.01", starts=date(1970, 1, 2), until=date(1970, 1, 3)), price("0.02", starts=date(1970, 1, 3))
    )
    day = 86_400 * 10**9
    for start, nanos in ((day - 1, None), (day, 10**7), (2 * day - 1, 10**7), (2 * day, 2 * 10**7)):
        assert book.price(search(start=start)).nanos == nanos


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"per_request": None}, "serpapi: says no price: give per_request"),
        ({"model": "m"}, "serpapi: names a service and the model 'm': give one of them"),
        ({"input": Decimal(1)}, "serpapi: input does not go with a service"),
        ({"web_search": Decimal(1)}, "serpapi: web_search does not go with a service"),
        ({"multiplier": Decimal(1)}, "serpapi: multiplier does not go with a service"),
        ({"provider": "x"}, "serpapi: provider does not go with a service"),
        ({"endpoint": "/a", "per_request": Decimal(-1)}, "serpapi/a: per_request is -1"),
        ({"starts": date(2026, 2, 1), "until": date(2026, 1, 1)}, "serpapi: until 2026-01-01 is not after"),
    ],
)
def test_an_entry_for_a_service_that_cannot_be_used_is_refused(fields: dict[str, Any], problem: str) -> None:
    """The sentence names the service and the field."""
    named: dict[str, Any] = {"service": "serpapi", "per_request": Decimal(1)}
    entry = PriceOverride(**named | fields)
    with pytest.raises(PriceDataError, match=f"^pricing.overrides: {problem}"):
        book_of(entry)


def test_two_prices_for_one_endpoint_are_refused() -> None:
    """Another endpoint's is another price."""
    book_of(price("1"), price("1", endpoint="/a"), price("1", endpoint="/b"))
    with pytest.raises(PriceDataError, match="serpapi/A: entries 2 and 3 are for the same"):
        book_of(price("1"), price("1", endpoint="/A"), price("2", endpoint="/a"))
