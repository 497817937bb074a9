from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from otel_usage.ledger.rows import COLUMNS, from_row, names, to_row
from otel_usage.records import Cost, CostStatus, Flag, Kind, Status, UsageRecord
from otel_usage.token_usage import TokenUsage

counts = st.none() | st.integers(0, 10**9)
texts = st.none() | st.text(st.characters(codec="utf-8"), max_size=20)
records = st.builds(
    UsageRecord,
    id=st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
    start=st.integers(0, 2**62),
    source=st.sampled_from(["live", "cli", "otlp", "codex"]),
    kind=st.sampled_from(Kind),
    usage=st.builds(TokenUsage, **dict.fromkeys(TokenUsage.__struct_fields__, counts)),
    cost=st.builds(
        Cost,
        status=st.sampled_from(CostStatus),
        nanos=counts,
        components=st.dictionaries(st.sampled_from(["output", "cache_read"]), st.integers(0, 10**12)),
        price_source=texts,
        rate_card=texts,
        list_nanos=counts,
        cache_saved=counts,
        cache_extra=counts.map(lambda count: None if count is None else -count),
    ),
    status=st.sampled_from(Status),
    sampled=st.none() | st.booleans(),
    tags=st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), st.text(st.characters(codec="utf-8"), max_size=5), max_size=3),
    flags=st.lists(st.sampled_from(Flag), unique=True).map(lambda flags: tuple(sorted(flags))),
    **dict.fromkeys(("provider", "operation", "request_model", "response_model", "response_id", "request_id", "service_tier", "service", "endpoint", "agent", "session_id", "job_id", "task_type", "task_description", "team", "project", "error_type", "error_message", "trace_id", "span_id", "host"), texts),
    **dict.fromkeys(("duration", "time_to_first_chunk", "status_code", "attempt"), counts),
)  # fmt: skip


@given(records)
def test_a_row_gives_back_its_record(record: UsageRecord) -> None:
    """Nothing of a record is lost on the way into the table."""
    row = to_row(record)
    assert len(row) == len(COLUMNS)
    assert from_row(row) == record


def test_an_api_call_goes_by_its_service_and_endpoint() -> None:
    """Roll-ups name an API call by what was called."""
    record = UsageRecord(id="a", start=1, source="live", kind=Kind.API, service="serpapi", endpoint="/search")
    assert names(record) == ("serpapi", "/search")


def test_the_model_that_answered_counts_before_the_one_that_was_asked_for() -> None:
    """The response's model is the one that is billed."""
    record = UsageRecord(
        id="a", start=1, source="live", request_model="gpt-4o", response_model="gpt-4o-2024-08-06"
    )
    assert names(record) == ("", "gpt-4o-2024-08-06")
