"""Who a call belongs to, in keywords."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

import otel_usage
from otel_usage.instrument.belonging import BelongsTo, from_keywords
from otel_usage.settings import Attribution

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from otel_usage.records import UsageRecord

    Booked = Callable[[], list[UsageRecord]]
    Stats = Callable[[], Counter[str]]


class Unspeakable:
    """A value without a text."""

    def __str__(self) -> str:
        raise RuntimeError

    def __bool__(self) -> bool:
        raise RuntimeError


def test_every_field_of_an_attribution_is_a_keyword() -> None:
    """And no other word."""
    assert set(BelongsTo.__annotations__) == set(Attribution.__struct_fields__)


def test_what_is_said_is_an_attribution() -> None:
    """None says nothing; what is no text is taken as its text."""
    job = UUID(int=7)
    assert from_keywords({"agent": "a", "team": None, "job_id": job, "tags": {"x": "1"}}) == Attribution(  # type: ignore[typeddict-item]  # what applications give
        agent="a", job_id=str(job), tags={"x": "1"}
    )
    assert from_keywords({"tags": None}) == from_keywords({}) == Attribution()


def test_tags_are_those_of_the_moment(booked: Booked) -> None:
    """A dict that is changed afterwards changes no call."""
    tags = {"x": "1"}
    call = otel_usage.inference("openai", tags=tags)
    tags["x"] = "2"
    with call:
        pass
    assert booked()[0].tags == {"x": "1"}


def test_an_unknown_keyword_is_counted_and_told_once_and_the_call_is_booked(
    booked: Booked, stats: Stats, caplog: pytest.LogCaptureFixture
) -> None:
    """A misspelt word must not cost a call."""
    with caplog.at_level(logging.WARNING, "otel_usage"):
        for _ in range(2):
            with otel_usage.inference("openai", modle="gpt-4o", agent="a"):  # type: ignore[call-arg]  # what it is about
                pass
        otel_usage.log_llm(provider="openai", input_tokens=1, output_tokens=1, costs=1)  # type: ignore[call-arg]  # as above
        otel_usage.log_api(service="serpapi", sesion="s")  # type: ignore[call-arg]  # as above
        with otel_usage.agent("x", agnet="y"), otel_usage.attribution(jobid="j"):  # type: ignore[call-arg]  # as above
            pass
        with otel_usage.tool("x", agnet="y"):  # type: ignore[call-arg]  # as above
            pass
    assert [record.agent for record in booked()] == ["a", "a", None, None]
    told = [line for line in caplog.messages if "keyword" in line]
    assert told == [
        f"otel-usage does not know the keyword {word}, and leaves it out; further ones are counted only"
        for word in ("modle", "costs", "sesion", "agnet", "jobid")
    ]
    assert stats()["unknown_keyword"] == 7


@pytest.mark.parametrize("field", sorted(BelongsTo.__annotations__))
def test_a_value_that_cannot_be_used_is_left_out_and_counted(
    booked: Booked, stats: Stats, field: str
) -> None:
    """The call is booked with the rest, whichever way it is recorded."""
    who: Any = {"agent": "a", "team": "t", field: Unspeakable()}
    with otel_usage.attribution(**who), otel_usage.inference("openai", **who):
        pass
    with otel_usage.api_call("serpapi", **who):
        pass
    otel_usage.log_llm(provider="openai", **who)
    rest = "team" if field == "agent" else "agent"
    assert [getattr(record, rest) for record in booked()] == [who[rest]] * 3
    assert stats()[f"unusable_{field}"] == 4
