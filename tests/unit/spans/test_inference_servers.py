"""Which server a call went to, and what the provider itself says that it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openai
import pytest
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult

import otel_usage
from otel_usage.records import Cost, CostStatus
from tests.unit.spans.calling import PRICE, USAGE, one

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]
    Stats = Callable[[], Counter[str]]
    Sdk = Callable[..., InMemorySpanExporter]


def call(server: object) -> None:
    """A call of gpt-4o on a server."""
    with otel_usage.inference("openai", "gpt-4o", server_address=server) as made:
        made.record(USAGE)


def test_the_host_is_on_the_span_and_the_record(exported: InMemorySpanExporter, booked: Booked) -> None:
    """Of a client's base URL, without the credentials in it."""
    client = openai.OpenAI(api_key="none", base_url="https://user:secret@gateway.example.com:8443/v1")
    call(client.base_url)
    client.close()
    (record,) = booked()
    assert record.server_address == "gateway.example.com"
    assert (one(exported).attributes or {})["server.address"] == "gateway.example.com"


def test_a_sampler_sees_the_host(sdk: Sdk, booked: Booked) -> None:
    """The conventions want it there when a span is made."""
    seen: list[Any] = []

    class Looking(Sampler):
        def should_sample(self, *args: Any, **known: Any) -> SamplingResult:
            seen.append(dict(known.get("attributes") or args[4]))
            return SamplingResult(Decision.DROP)

        def get_description(self) -> str:
            return "looking"

    sdk(Looking())
    call("localhost:11434")
    assert seen[0]["server.address"] == "localhost"
    assert booked()[0].server_address == "localhost"


def test_without_a_server_nothing_is_said(exported: InMemorySpanExporter, booked: Booked) -> None:
    """And nothing is guessed."""
    call(None)
    assert booked()[0].server_address is None
    assert "server.address" not in (one(exported).attributes or {})


def test_an_address_that_cannot_be_read_is_counted(booked: Booked, stats: Stats) -> None:
    """The call is booked all the same."""

    class Unreadable:
        def __str__(self) -> str:
            raise RuntimeError("no text")

    call(Unreadable())
    (record,) = booked()
    assert (record.server_address, record.cost.nanos) == (None, PRICE)
    assert stats()["unusable_server_address"] == 1


def answer(model: str = "openai/gpt-4o", **usage: Any) -> dict[str, Any]:
    """An answer of a gateway that speaks like OpenAI."""
    told = {"prompt_tokens": 1_000, "completion_tokens": 100, "total_tokens": 1_100, **usage}
    return {"id": "gen-1", "model": model, "choices": [{}], "usage": told}


def test_what_openrouter_says_that_it_cost_is_what_it_cost(booked: Booked) -> None:
    """It bills that, whatever the prices say."""
    with otel_usage.inference("openrouter", "openai/gpt-4o") as made:
        made.record(answer(cost=0.00417))
    assert booked()[0].cost == Cost(status=CostStatus.PROVIDED, nanos=4_170_000, price_source="provider")


@pytest.mark.parametrize(
    ("provider", "model", "cost"),
    [
        ("openrouter", "openai/gpt-4o", 0),
        ("openrouter", "openai/gpt-4o", "free"),
        ("openai", "gpt-4o", 0.5),
    ],
)
def test_a_cost_that_is_not_believed_is_computed(
    booked: Booked, provider: str, model: str, cost: object
) -> None:
    """A 0 is no statement, and not everybody is asked."""
    with otel_usage.inference(provider, model) as made:
        made.record(answer(model, cost=cost))
    (record,) = booked()
    assert record.cost.status is CostStatus.PRICED
    assert record.cost.price_source != "provider"
    assert record.flags == ()


def test_the_cost_at_the_end_of_a_stream_is_the_calls(booked: Booked) -> None:
    """Also where the application then records its counts itself."""
    with otel_usage.inference("openrouter", "openai/gpt-4o") as made:
        for _ in made.stream([answer(cost=0.001), answer(cost=0.002)]):
            pass
        made.record(USAGE)
    (record,) = booked()
    assert (record.usage, record.cost.nanos) == (USAGE, 2_000_000)
