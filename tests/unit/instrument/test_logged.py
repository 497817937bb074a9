"""Calls that have ended, recorded in one line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

import otel_usage
from otel_usage import TokenUsage
from otel_usage.records import CostStatus, Flag, Kind, Status
from tests.unit.spans.calling import PRICE, SECRET, one

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]
    Stats = Callable[[], Counter[str]]

MOMENT = datetime(2026, 5, 28, 20, 26, 40, 123_456, UTC)
NANOSECONDS = int(MOMENT.timestamp()) * 10**9 + 123_456_000
TOKENS: dict[str, Any] = {"input_tokens": 1_000, "output_tokens": 100}


def logged(**given: Any) -> UsageRecord:
    """A finished call of gpt-4o."""
    record = otel_usage.log_llm(**{"provider": "openai", "model": "gpt-4o", **TOKENS, **given})
    assert record is not None
    return record


def test_everything_that_is_said_is_recorded(exported: InMemorySpanExporter, booked: Booked) -> None:
    """Nothing had to be configured; what is returned is what is stored, with its cost."""
    stored = otel_usage.log_llm(
        provider="anthropic",
        model="claude-sonnet-4-6",
        agent="marcus",
        task_type="build",
        task_description="Write the page",
        prompt="What is it?",
        response="It is.",
        input_tokens=1_000,
        output_tokens=200,
        cache_read_tokens=300,
        cache_write_tokens=200,
        cache_write_1h_tokens=100,
        reasoning_tokens=50,
        input_includes_cache=True,
        duration_ms=1_500.5,
        session_id="s",
        job_id="j",
        team="core",
        project="site",
        status="ok",
        error_message=None,
        timestamp=MOMENT,
        tags={"env": "dev"},
    )
    (record,) = booked()
    assert record == stored
    assert record.usage == TokenUsage(
        input=1_000, output=200, cache_read=300, cache_write_5m=200, cache_write_1h=100, reasoning=50
    )
    # $3 and $15 a million; a cached token costs a tenth, one written for 5 minutes a quarter more, for an hour double.
    nanos = 400 * 3_000 + 300 * 300 + 200 * 3_750 + 100 * 6_000 + 200 * 15_000
    assert (record.cost.status, record.cost.nanos) == (CostStatus.PRICED, nanos)
    assert (record.provider, record.request_model, record.operation) == (
        "anthropic",
        "claude-sonnet-4-6",
        "chat",
    )
    assert (record.agent, record.session_id, record.job_id) == ("marcus", "s", "j")
    assert (record.task_type, record.task_description) == ("build", "Write the page")
    assert (record.team, record.project, record.tags) == ("core", "site", {"env": "dev"})
    assert (record.start, record.duration) == (NANOSECONDS, 1_500_500_000)
    assert (record.status, record.source, record.flags) == (Status.OK, "live", ())
    span = one(exported)
    assert (span.start_time, span.end_time) == (NANOSECONDS, NANOSECONDS + 1_500_500_000)


def test_without_the_sdk_it_is_recorded_all_the_same(booked: Booked) -> None:
    """With an id of its own."""
    assert logged().id != logged().id
    assert [record.cost.nanos for record in booked()] == [PRICE] * 2


@pytest.mark.parametrize(
    ("includes", "expected", "flags"),
    [
        (True, 1_000, ()),
        (False, 1_000 + 300 + 200, ()),
        (None, 1_000, ()),
    ],
)
def test_the_input_counts_what_was_cached_or_does_not(
    includes: bool | None,  # noqa: FBT001  # a case
    expected: int,
    flags: tuple[Flag, ...],
) -> None:
    """OpenAI's way and Anthropic's."""
    record = logged(cache_read_tokens=300, cache_write_tokens=200, input_includes_cache=includes)
    assert (record.usage.input, record.usage.cached) == (expected, 500)
    assert tuple(flag for flag in record.flags if flag is Flag.INPUT_INFERRED) == flags


def test_a_cache_larger_than_the_input_is_outside_of_it() -> None:
    """It cannot be a part; the record says that this was inferred."""
    record = logged(input_tokens=10, cache_read_tokens=90)
    assert record.usage.input == 10 + 90
    assert Flag.INPUT_INFERRED in record.flags


@pytest.mark.parametrize(
    "given", [-1, 1.5, float("nan"), float("inf"), 10**30, True, "12", object()], ids=repr
)
def test_a_count_that_cannot_be_is_left_out_and_flagged(stats: Stats, given: Any) -> None:
    """The other counts are kept; unknown is not 0."""
    record = logged(output_tokens=given)
    assert record.usage == TokenUsage(input=1_000)
    assert set(record.flags) == {Flag.USAGE_UNUSABLE, Flag.USAGE_INCOMPLETE}
    assert record.cost.nanos == 1_000 * 2_500
    assert stats()["failures.prepare"] == 0


def test_a_call_without_counts_is_flagged_and_has_no_cost(stats: Stats) -> None:
    """Unless it failed; zero is a count."""
    record = logged(input_tokens=None, output_tokens=None)
    assert Flag.USAGE_MISSING in record.flags
    assert record.cost.nanos is None
    failed = logged(input_tokens=None, output_tokens=None, status="error")
    nothing = logged(input_tokens=0, output_tokens=0)
    assert Flag.USAGE_MISSING not in {*failed.flags, *nothing.flags}
    assert nothing.cost.nanos == 0
    assert stats()["usage_missing"] == 1


def test_an_error_message_is_redacted(journal: Callable[[], str]) -> None:
    """As everything that is said of a call."""
    record = logged(status="error", error_message=f"401 for {SECRET}", task_description=f"use {SECRET}")
    assert record.error_message == "401 for [REDACTED:api_key]"
    assert SECRET not in journal()


def test_prompt_and_response_are_nowhere(
    exported: InMemorySpanExporter, journal: Callable[[], str], stats: Stats
) -> None:
    """They may be handed over; they are not looked at, however long they are."""
    words = "What of the swordfish? " * 500_000
    assert len(words) > 10_000_000
    logged(prompt=words, response=[{"role": "assistant", "content": words}])
    assert not any(name.startswith("failures") for name in stats())
    for place in (journal(), one(exported).to_json()):
        assert "swordfish" not in place
        assert len(place) < 10_000


def test_a_call_of_a_service_is_recorded(exported: InMemorySpanExporter, booked: Booked) -> None:
    """It has no tokens and lacks none."""
    stored = otel_usage.log_api(
        service="serpapi",
        endpoint=f"/search?api_key={SECRET}",
        status_code=200,
        duration_ms=250,
        agent="marcus",
        job_id="j",
        timestamp=MOMENT,
    )
    (record,) = booked()
    assert record == stored
    assert (record.kind, record.service, record.status_code, record.status) == (
        Kind.API,
        "serpapi",
        200,
        Status.OK,
    )
    assert (record.agent, record.job_id, record.flags) == ("marcus", "j", ())
    assert SECRET not in str(record.endpoint)
    span = one(exported)
    assert (span.start_time, span.end_time) == (NANOSECONDS, NANOSECONDS + 250_000_000)
    assert SECRET not in span.to_json()


@pytest.mark.parametrize(
    ("code", "given", "status"),
    [
        (None, None, Status.OK),
        (404, None, Status.ERROR),
        (404, "ok", Status.OK),
        (200, "error", Status.ERROR),
        ("404", None, Status.OK),
    ],
)
def test_a_status_that_is_said_holds_over_the_http_status(
    code: Any, given: str | None, status: Status
) -> None:
    """A 404 may be an answer."""
    record = otel_usage.log_api(service="serpapi", status_code=code, status=given)
    assert record is not None
    assert record.status is status


def test_sound_pictures_searches_tier_and_server_are_recorded(
    exported: InMemorySpanExporter, booked: Booked
) -> None:
    """What an application may know beyond the six counts."""
    stored = logged(
        input_audio_tokens=300,
        input_image_tokens=200,
        output_audio_tokens=60,
        output_image_tokens=40,
        web_searches=2,
        service_tier="flex",
        server_address="https://user:secret@gateway.example.com/v1",
    )
    assert stored.usage == TokenUsage(
        input=1_000,
        output=100,
        input_audio=300,
        input_image=200,
        output_audio=60,
        output_image=40,
        web_searches=2,
    )
    assert (stored.service_tier, stored.server_address) == ("flex", "gateway.example.com")
    assert booked() == [stored]
    assert (one(exported).attributes or {})["server.address"] == "gateway.example.com"
