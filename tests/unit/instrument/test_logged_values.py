"""Times, durations and statuses of calls that have ended, as applications give them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

import otel_usage
from otel_usage.records import CostStatus, Flag, Status
from tests.unit.spans.calling import one

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


@pytest.mark.parametrize(
    "given",
    [
        MOMENT,
        MOMENT.astimezone(timezone(timedelta(hours=-7))),
        MOMENT.astimezone().replace(tzinfo=None),
        MOMENT.isoformat(),
        "2026-05-28T20:26:40.123456Z",
        MOMENT.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat(),
    ],
    ids=str,
)
def test_a_time_is_read_to_the_microsecond(given: Any) -> None:
    """Aware, naive (of the machine's zone), or as ISO 8601."""
    record = logged(timestamp=given)
    assert (record.start, record.flags) == (NANOSECONDS, ())


@pytest.mark.parametrize("given", [1_780_000_000, 1_780_000_000.25])
def test_a_number_is_seconds_since_the_epoch(given: float) -> None:
    """As ``time.time()`` gives them."""
    assert logged(timestamp=given).start == round(given * 10**9)


def test_without_a_time_the_call_has_ended_just_now(exported: InMemorySpanExporter) -> None:
    """It began as long ago as it took."""
    before = time.time_ns()
    record = logged(duration_ms=2_000)
    after = time.time_ns()
    assert before <= record.start + 2 * 10**9 <= after
    assert one(exported).end_time == record.start + 2 * 10**9


@pytest.mark.parametrize(
    "given",
    [
        "yesterday",
        "",
        float("nan"),
        float("inf"),
        -1,
        0,
        True,
        10**30,
        object(),
        MOMENT.date(),
        datetime(1999, 1, 1, tzinfo=UTC),
        datetime.max,  # noqa: DTZ901  # what an application may give
        datetime.now(UTC) + timedelta(days=1),
    ],
    ids=str,
)
def test_a_time_that_cannot_be_is_replaced_by_the_present_and_flagged(
    exported: InMemorySpanExporter, given: Any
) -> None:
    """In the record and in the span."""
    before = time.time_ns()
    record = logged(timestamp=given)
    # The clock of records is a float of seconds.
    assert before - 1_000 <= record.start <= time.time_ns() + 1_000
    assert record.flags == (Flag.TIME_REPLACED,)
    assert one(exported).start_time == record.start


@pytest.mark.parametrize(
    ("given", "nanoseconds"),
    [
        (0, 0),
        (0.5, 500_000),
        (86_400_000, 86_400 * 10**9),
        (-1, None),
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
        (True, None),
        ("12", None),
        (Decimal(12), None),
        (None, None),
    ],
    ids=repr,
)
def test_a_duration_is_milliseconds_and_one_that_cannot_be_is_left_out(
    exported: InMemorySpanExporter, given: Any, nanoseconds: int | None
) -> None:
    """The span is then of no length."""
    record = logged(duration_ms=given, timestamp=MOMENT)
    assert record.duration == nanoseconds
    assert one(exported).end_time == NANOSECONDS + (nanoseconds or 0)


@pytest.mark.parametrize(
    ("given", "message", "status"),
    [
        ("ok", None, Status.OK),
        ("success", None, Status.OK),
        ("SUCCESS", None, Status.OK),
        (Status.ERROR, "no", Status.ERROR),
        ("error", None, Status.ERROR),
        ("partial", None, Status.PARTIAL),
    ],
)
def test_a_status_is_one_of_four_words(stats: Stats, given: str, message: str | None, status: Status) -> None:
    """Two of them mean the same."""
    assert logged(status=given, error_message=message).status is status
    assert stats()["unknown_status"] == 0


@pytest.mark.parametrize("given", ["timeout", "", None, 7, object()], ids=repr)
def test_another_status_is_counted_and_an_error_where_there_is_a_message(stats: Stats, given: Any) -> None:
    """The call is booked either way."""
    assert logged(status=given).status is Status.OK
    assert logged(status=given, error_message="no answer").status is Status.ERROR
    assert stats()["unknown_status"] == 2


@pytest.mark.parametrize("given", [0.005, "0.005", Decimal("0.005")], ids=repr)
def test_a_cost_that_is_given_is_believed(given: Any) -> None:
    """Half a cent, whatever the prices say."""
    cost = logged(cost=given).cost
    assert (cost.status, cost.nanos, cost.price_source) == (CostStatus.PROVIDED, 5 * 10**6, "caller")


def test_a_cost_that_is_none_is_flagged_and_the_call_priced() -> None:
    """Nothing is raised."""
    record = logged(cost="a lot", input_tokens=1_000, output_tokens=0)
    assert (record.cost.status, record.cost.nanos) == (CostStatus.PRICED, 1_000 * 2_500)
    assert record.flags == (Flag.COST_UNUSABLE,)
