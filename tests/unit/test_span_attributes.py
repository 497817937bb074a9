"""A record as attributes: exact names, exact types."""

from __future__ import annotations

import pytest

from otel_usage.records import Cost, CostStatus, UsageRecord
from otel_usage.span_attributes import attributes
from otel_usage.token_usage import TokenUsage

FULL = UsageRecord(
    id="span:1",
    start=0,
    source="live",
    provider="anthropic",
    operation="chat",
    request_model="claude-sonnet-4-6",
    response_model="claude-sonnet-4-6",
    response_id="msg_1",
    service_tier="standard",
    usage=TokenUsage(
        input=9_100,
        output=220,
        cache_read=2_000,
        cache_write_5m=3_000,
        cache_write_1h=4_000,
        reasoning=64,
    ),
    agent="librarian",
    session_id="s-1",
    job_id="j-1",
    task_type="synthesis",
    task_description="Digest",
    team="core",
    project="site",
    tags={"env": "dev", "page": "home"},
    time_to_first_chunk=250_000_000,
    error_type="TimeoutError",
    cost=Cost(
        status=CostStatus.PRICED, nanos=39_450_000, price_source="genai-prices", rate_card="d745278fb7995f4f"
    ),
)


def test_every_attribute_has_its_name_and_type() -> None:
    """Counts and nano-dollars are integers; only seconds and the proposal's dollars are floats."""
    found = attributes(FULL)
    assert found == {
        "otel_usage.record.id": "span:1",
        "gen_ai.response.model": "claude-sonnet-4-6",
        "gen_ai.response.id": "msg_1",
        "otel_usage.service_tier": "standard",
        "gen_ai.agent.name": "librarian",
        "gen_ai.conversation.id": "s-1",
        "otel_usage.job.id": "j-1",
        "otel_usage.team": "core",
        "otel_usage.project": "site",
        "otel_usage.task.type": "synthesis",
        "otel_usage.task.description": "Digest",
        "error.type": "TimeoutError",
        "gen_ai.usage.input_tokens": 9_100,
        "gen_ai.usage.output_tokens": 220,
        "gen_ai.usage.cache_read.input_tokens": 2_000,
        "gen_ai.usage.cache_write.input_tokens": 3_000 + 4_000,
        "otel_usage.usage.cache_write_5m.input_tokens": 3_000,
        "otel_usage.usage.cache_write_1h.input_tokens": 4_000,
        "gen_ai.usage.reasoning.output_tokens": 64,
        "otel_usage.cost.status": "priced",
        "otel_usage.cost.nanos": 39_450_000,
        "otel_usage.cost.price_source": "genai-prices",
        "otel_usage.cost.rate_card": "d745278fb7995f4f",
        "gen_ai.response.time_to_first_chunk": 0.25,
        "gen_ai.usage.cost.amount": 0.03945,
        "gen_ai.usage.cost.currency": "USD",
        "gen_ai.usage.cost.source": "local",
        "otel_usage.tag.env": "dev",
        "otel_usage.tag.page": "home",
    }
    types = {name: type(value) for name, value in found.items()}
    floats = {"gen_ai.response.time_to_first_chunk", "gen_ai.usage.cost.amount"}
    assert {name for name, kind in types.items() if kind is float} == floats
    assert {name for name, kind in types.items() if kind is int} == {
        "otel_usage.cost.nanos",
        *(name for name in types if name.endswith("_tokens")),
    }
    assert all(kind in {int, float, str} for kind in types.values())


def test_what_is_unknown_has_no_attribute() -> None:
    """Neither None nor 0 nor an empty text."""
    bare = UsageRecord(id="call:1", start=0, source="live")
    assert attributes(bare) == {"otel_usage.record.id": "call:1", "otel_usage.cost.status": "pending"}


@pytest.mark.parametrize("status", [CostStatus.PENDING, CostStatus.UNPRICED])
def test_an_unknown_cost_has_a_status_and_no_amount(status: CostStatus) -> None:
    """Unknown is never 0."""
    record = UsageRecord(id="call:1", start=0, source="live", cost=Cost(status=status))
    assert {name for name in attributes(record) if "cost" in name} == {"otel_usage.cost.status"}


def test_a_true_zero_is_an_amount() -> None:
    """A local model costs $0, and says so as a double."""
    cost = Cost(status=CostStatus.FREE, nanos=0, price_source="local")
    found = attributes(UsageRecord(id="call:1", start=0, source="live", cost=cost))
    assert (found["gen_ai.usage.cost.amount"], type(found["gen_ai.usage.cost.amount"])) == (0.0, float)
    assert (found["otel_usage.cost.nanos"], found["otel_usage.cost.status"]) == (0, "free")


def test_zero_tokens_are_said() -> None:
    """They were counted."""
    record = UsageRecord(id="call:1", start=0, source="live", usage=TokenUsage(output=0))
    assert attributes(record)["gen_ai.usage.output_tokens"] == 0


@pytest.mark.parametrize(("source", "said"), [("provider", "provider"), ("caller", "local"), (None, "local")])
def test_who_knew_the_cost_is_said_in_the_proposals_two_words(source: str | None, said: str) -> None:
    """Only a provider's own statement is the provider's."""
    cost = Cost(status=CostStatus.PROVIDED, nanos=1, price_source=source)
    found = attributes(UsageRecord(id="call:1", start=0, source="live", cost=cost))
    assert found["gen_ai.usage.cost.source"] == said
