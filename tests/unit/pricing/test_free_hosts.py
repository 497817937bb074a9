from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from otel_usage.errors import PriceDataError
from otel_usage.pricing import PriceBook
from otel_usage.records import CostStatus
from otel_usage.settings import PriceOverride, PricingSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.records import UsageRecord

HOSTS = ("localhost", "GPU-box.lan", "*.home.arpa", "10.0.0.*", "[::1]")


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LocalHost",
        "gpu-box.lan",
        "gpu-box.lan.",
        "a.home.arpa",
        "a.b.home.arpa",
        "10.0.0.7",
        "::1",
        "[::1]",
    ],
)
def test_a_declared_host_is_free(call: Callable[..., UsageRecord], host: str) -> None:
    """Whoever the provider seems to be, usage known or not."""
    book = PriceBook(PricingSettings(free_hosts=HOSTS))
    for record in (
        call("openai", "gpt-4o", input=1, server_address=host),
        call(None, None, server_address=host),
    ):
        cost = book.price(record)
        assert (cost.status, cost.nanos, cost.price_source) == (CostStatus.FREE, 0, "local")


@pytest.mark.parametrize(
    "host",
    [None, "", "api.openai.com", "localhost.evil.com", "home.arpa", "10.0.1.7", "x" * 10_000 + ".home.arpa"],
)
def test_any_other_host_is_not(call: Callable[..., UsageRecord], host: str | None) -> None:
    """The same model there has its price, before and after."""
    book = PriceBook(PricingSettings(free_hosts=HOSTS))
    for server, status in (
        (host, CostStatus.PRICED),
        ("localhost", CostStatus.FREE),
        (host, CostStatus.PRICED),
    ):
        assert book.price(call("openai", "gpt-4o", input=1, server_address=server)).status is status


def test_no_host_is_free_by_default(call: Callable[..., UsageRecord]) -> None:
    """A gateway on one's own machine passes calls on to somebody who bills."""
    book = PriceBook()
    assert (
        book.price(call("openai", "gpt-4o", input=1_000, server_address="localhost")).nanos == 1_000 * 2_500
    )
    unknown = call("openai", "house-model", input=1, server_address="localhost")
    assert book.price(unknown).status is CostStatus.PENDING


def test_an_own_price_comes_before_a_free_host(call: Callable[..., UsageRecord]) -> None:
    """Electricity has a price here too."""
    entry = PriceOverride(model="big", input=Decimal("0.1"), output=Decimal("0.1"))
    book = PriceBook(PricingSettings(free_hosts=("*",), overrides=(entry,)))
    assert book.price(call("openai", "big", input=1_000, server_address="gpu")).nanos == 1_000 * 100
    assert book.price(call("openai", "small", server_address="gpu")).status is CostStatus.FREE


@pytest.mark.parametrize(
    "host", ["http://localhost", "localhost:1234", "[::1]:1234", "localhost/v1", "", " "]
)
def test_what_no_host_would_match_is_refused(host: str) -> None:
    """It would be silently without effect."""
    with pytest.raises(PriceDataError, match=r"pricing\.free_hosts: .* is no host"):
        PriceBook(PricingSettings(free_hosts=(host,)))
