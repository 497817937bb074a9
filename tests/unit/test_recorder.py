"""Where every producer meets: fit, priced, appended, shown; and nothing raised."""

from __future__ import annotations

import logging
import math
import os
import sys
import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from otel_usage.errors import OtelUsageError
from otel_usage.journal.lines import Call, Line, RateCardLine, Stats, Unusable, decode
from otel_usage.journal.writer import Appended, JournalWriter
from otel_usage.pricing.book import PriceBook
from otel_usage.recorder import Recorder
from otel_usage.records import MAX_NANOS, Cost, CostStatus, Flag, UsageRecord
from otel_usage.redaction.redactor import MAX_TEXT, Redactor
from otel_usage.settings import RedactionSettings
from otel_usage.token_usage import MAX_TOKENS, TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Make = Callable[..., Recorder]

SECOND = 10**9
NOW = 1_795_000_000  # 2026-11-18
SECRET = "-".join(("sk", "proj", "0a1B2c3D4e5F6g7H" * 3))


def call(**fields: Any) -> UsageRecord:
    """A call of gpt-4o that began now: 1,000 tokens in, 100 out."""
    values: dict[str, Any] = {
        "id": "call:1",
        "start": NOW * SECOND,
        "source": "live",
        "provider": "openai",
        "request_model": "gpt-4o",
        "usage": TokenUsage(input=1_000, output=100),
        **fields,
    }
    return UsageRecord(**values)


PRICE = 1_000 * 2_500 + 100 * 10_000
"""$2.50 and $10.00 a million are 2,500 and 10,000 nano-dollars a token."""


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """An empty journal folder."""
    path = tmp_path / "logs"
    path.mkdir()
    return path


@pytest.fixture
def make(logs: Path) -> Iterator[Make]:
    """Makes recorders into the folder, whose clock stands at ``NOW``."""
    made: list[Recorder] = []

    def open_one(**arguments: Any) -> Recorder:
        values: dict[str, Any] = {
            "book": PriceBook(),
            "redactor": Redactor(RedactionSettings()),
            "clock": lambda: float(NOW),
            **arguments,
        }
        made.append(Recorder(JournalWriter(logs, background=False), **values))
        return made[-1]

    yield open_one
    for recorder in made:
        recorder.close()


@pytest.fixture
def lines(logs: Path) -> Callable[[], list[Line | Unusable]]:
    """Reads every line of the journal."""

    def read() -> list[Line | Unusable]:
        text = b"".join(path.read_bytes() for path in sorted(logs.iterdir()))
        return [decode(line) for line in text.split(b"\n") if line]

    return read


def test_a_call_is_priced_and_its_card_stands_before_it(
    make: Make, lines: Callable[[], list[Line | Unusable]]
) -> None:
    """The card is appended once a process, so that the arithmetic can be shown for ever."""
    recorder = make()
    assert recorder.record(call()) is Appended.WRITTEN
    assert recorder.record(call(id="call:2")) is Appended.WRITTEN
    card, first, second = lines()
    assert isinstance(card, RateCardLine)
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert (first.record.id, second.record.id) == ("call:1", "call:2")
    assert first.record.cost == Cost(
        status=CostStatus.PRICED,
        nanos=PRICE,
        components={"input_uncached": 1_000 * 2_500, "output": 100 * 10_000},
        price_source="genai-prices",
        rate_card=card.card.id,
    )


def test_without_prices_a_cost_is_left_pending(make: Make) -> None:
    """An unreadable configuration may hold prices; ingest finds them when it can be read."""
    assert make(book=None).prepare(call()).cost == Cost(status=CostStatus.PENDING)


def test_what_prepare_returns_is_what_is_appended(
    make: Make, lines: Callable[[], list[Line | Unusable]]
) -> None:
    """A span says what the journal says."""
    recorder = make()
    prepared = recorder.prepare(call(agent=f"agent {SECRET}", start=0, usage=TokenUsage(input=-1)))
    recorder.append(prepared)
    stored = [line.record for line in lines() if isinstance(line, Call)]
    assert stored == [prepared]


@pytest.mark.parametrize(
    "start",
    [0, -1, 1_577_836_800 * SECOND - 1, (NOW + 300) * SECOND + 1, 2**63, 10**30],
    ids=["epoch", "before it", "2019", "future", "64 bits", "huge"],
)
def test_a_start_that_cannot_be_is_replaced_by_the_present_and_flagged(make: Make, start: int) -> None:
    """Before 2020, or further ahead than another machine's clock may be."""
    record = make().prepare(call(start=start))
    assert (record.start, record.flags) == (NOW * SECOND, (Flag.TIME_REPLACED,))


@pytest.mark.parametrize("start", [1_577_836_800 * SECOND, (NOW + 300) * SECOND])
def test_a_start_at_the_edge_is_believed(make: Make, start: int) -> None:
    """2020-01-01 and five minutes ahead."""
    record = make().prepare(call(start=start))
    assert (record.start, record.flags) == (start, ())


@pytest.mark.parametrize(
    "count", [-1, MAX_TOKENS + 1, 10**400, math.nan, math.inf, 0.5, "12", True, [1]], ids=repr
)
def test_a_count_that_cannot_be_is_left_out_and_flagged(make: Make, count: Any) -> None:
    """The rest of the call is kept, and its price is that of what is known."""
    record = make().prepare(call(usage=TokenUsage(input=count, output=100)))
    assert record.usage == TokenUsage(output=100)
    assert Flag.USAGE_UNUSABLE in record.flags
    assert record.cost.nanos == 100 * 10_000


def test_a_cache_larger_than_the_input_was_excluded_from_it(make: Make) -> None:
    """500 read beside 100 sent are 600 in all; a cached token costs half of $2.50 a million."""
    record = make().prepare(call(usage=TokenUsage(input=100, cache_read=500, output=0)))
    assert record.usage.input == 100 + 500
    assert record.flags == (Flag.INPUT_INFERRED,)
    assert record.cost.nanos == 100 * 2_500 + 500 * 1_250


@pytest.mark.parametrize("nanos", [-1, MAX_NANOS + 1, 0.5, math.nan, "1", True], ids=repr)
def test_a_given_cost_that_cannot_be_is_left_out_flagged_and_computed(make: Make, nanos: Any) -> None:
    """A believable cost is not what was given."""
    record = make().prepare(call(cost=Cost(status=CostStatus.PROVIDED, nanos=nanos)))
    assert (record.cost.status, record.cost.nanos) == (CostStatus.PRICED, PRICE)
    assert record.flags == (Flag.COST_UNUSABLE,)


@pytest.mark.parametrize("nanos", [0, 1, MAX_NANOS])
def test_a_given_cost_is_believed_zero_included(make: Make, nanos: int) -> None:
    """The caller knows what was billed."""
    record = make().prepare(call(cost=Cost(status=CostStatus.PROVIDED, nanos=nanos, price_source="caller")))
    assert (record.cost.status, record.cost.nanos) == (CostStatus.PROVIDED, nanos)


@pytest.mark.parametrize(
    "field",
    [
        "agent",
        "session_id",
        "job_id",
        "task_type",
        "task_description",
        "team",
        "project",
        "service",
        "endpoint",
        "error_message",
    ],
)
def test_a_secret_in_a_text_is_in_no_line(make: Make, logs: Path, field: str) -> None:
    """A key that an application put into a name, a description or an error."""
    make().record(call(**{field: f"uses {SECRET} for jane.doe@example.com"}))
    written = b"".join(path.read_bytes() for path in logs.iterdir()).decode()
    assert SECRET not in written
    assert "jane.doe" not in written
    assert "[REDACTED:email]" in written


def test_a_secret_in_a_tag_is_in_no_line(make: Make, logs: Path) -> None:
    """Neither as its name nor as its value."""
    make().record(call(tags={f"key {SECRET}": "x", "owner": "jane.doe@example.com"}))
    written = b"".join(path.read_bytes() for path in logs.iterdir()).decode()
    assert SECRET not in written
    assert "jane.doe" not in written


def test_a_tag_whose_name_announces_a_secret_keeps_none(make: Make, logs: Path) -> None:
    """The value alone looks like any word."""
    make().record(call(tags={"password": "hunter2", "page": "home"}))
    written = b"".join(path.read_bytes() for path in logs.iterdir()).decode()
    assert "hunter2" not in written
    assert '"page":"home"' in written


def test_each_sentence_is_told_once_and_every_case_counted(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """One misspelt keyword must not hide the next."""
    recorder = make()
    with caplog.at_level(logging.WARNING, "otel_usage"):
        for sentence in ("does not know a", "does not know b", "does not know a"):
            recorder.noticed("unknown_keyword", sentence)
    assert recorder.counts["unknown_keyword"] == 3
    assert len(caplog.records) == 2


def test_a_count_that_cannot_be_is_told_of(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    """Once; its record is flagged."""
    recorder = make()
    with caplog.at_level(logging.WARNING, "otel_usage"):
        for _ in range(2):
            record = recorder.prepare(call(usage={"input": "12", "output": 1}))
    assert Flag.USAGE_UNUSABLE in record.flags
    assert [line.getMessage() for line in caplog.records] == [
        "otel-usage left out a token count that is no whole number from 0 to a billion, or more than what it is a part of; further ones are counted only"
    ]


def test_a_text_too_large_to_be_searched_is_not_kept(make: Make) -> None:
    """An error that quotes its whole request must not cost the caller seconds."""
    text = "word " * (2 * MAX_TEXT // 5)
    record = make().prepare(call(error_message=text * 100))
    assert record.error_message == f"[REDACTED:oversize:{100 * len(text)}]"


def test_many_long_tags_do_not_cost_the_caller_seconds(make: Make) -> None:
    """A record's texts have one bound together: 64 KB are examined, the rest is replaced unseen."""
    long = "word " * 12_000
    record = make().prepare(call(tags={f"tag-{number}": f"{number} {long}" for number in range(200)}))
    assert len(record.tags) == 64
    assert record.tags["tag-63"] == f"[REDACTED:oversize:{len(long) + 3}]"
    assert record.flags == (Flag.CUT,)


@pytest.mark.parametrize("field", ["provider", "operation", "service_tier", "error_type"])
def test_a_secret_under_the_name_of_an_enumeration_is_in_no_line(make: Make, logs: Path, field: str) -> None:
    """What a caller or a provider puts there may be anything."""
    record = call(**{field: f"AuthError: {SECRET}"})
    assert getattr(make().prepare(record), field) == "AuthError: [REDACTED:api_key]"
    make().record(record)
    assert SECRET not in b"".join(path.read_bytes() for path in logs.iterdir()).decode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (42, "42"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (1.5, "1.5"),
        (b"x", "b'x'"),
    ],
    ids=repr,
)
def test_a_name_of_another_type_is_taken_as_its_text(make: Make, value: Any, text: str) -> None:
    """All jobs of an application that numbers them must not fall together."""
    record = make().prepare(call(job_id=value, tags={"n": value}))
    assert (record.job_id, record.tags) == (text, {"n": text})


def test_text_that_is_not_unicode_is_recorded(make: Make, lines: Callable[[], list[Line | Unusable]]) -> None:
    """Bytes of another encoding come as lone surrogates, which no exporter could carry; they are replaced."""
    assert make().prepare(call(agent="a\udcff", request_model="ü\udcff")).agent == "a?"
    assert make().record(call(agent="a\udcff", tags={"\udcff": "\udcfe"})) is Appended.WRITTEN
    (stored,) = (line.record for line in lines() if isinstance(line, Call))
    assert (stored.agent, stored.tags) == ("a?", {"?": "?"})


@pytest.mark.parametrize(
    "record",
    [
        call(provider="nobody", request_model="never-heard-of"),
        call(provider=None, request_model=None),
        call(provider="", request_model=""),
        call(request_model="x" * 100_000),
    ],
    ids=["unknown", "none", "empty", "long"],
)
def test_a_model_or_provider_that_nobody_knows_has_no_amount(make: Make, record: UsageRecord) -> None:
    """Unknown is unknown, never 0."""
    prepared = make().prepare(record)
    assert prepared.cost.nanos is None
    assert prepared.cost.status in {CostStatus.PENDING, CostStatus.UNPRICED}


def test_a_record_that_cannot_be_encoded_is_counted_and_not_raised(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """The agent goes on; the first of a kind is logged, without its text, and the rest is counted."""
    recorder = make()
    with caplog.at_level(logging.WARNING, "otel_usage"):
        for _ in range(3):
            assert recorder.append(call(trace_id=object())) is Appended.DROPPED
    assert recorder.counts["failures.append"] == 3
    (logged,) = caplog.records
    assert "otel-usage could not" in logged.getMessage()


def test_a_call_of_which_nothing_can_be_understood_is_still_a_call(
    make: Make, lines: Callable[[], list[Line | Unusable]]
) -> None:
    """Nothing is known of it but that it was."""

    class Unsearchable(Redactor):
        def text(self, value: str, *, limit: int | None = None) -> str:
            raise RuntimeError(value, limit)

    recorder = make(redactor=Unsearchable(RedactionSettings()))
    assert recorder.record(call()) is Appended.WRITTEN
    recorder.close()
    (stored,) = (line.record for line in lines() if isinstance(line, Call))
    assert (stored.id, stored.source, stored.cost.status) == ("call:1", "live", CostStatus.UNPRICED)
    assert [line.counts for line in lines() if isinstance(line, Stats)] == [{"failures.prepare": 1}]


def test_a_failure_is_logged_by_its_class_and_not_by_its_text(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """The text may hold what was to be redacted."""
    make().failed("read", ValueError(SECRET))
    assert SECRET not in caplog.text
    assert "ValueError" in caplog.text


def test_a_strict_recorder_raises(make: Make) -> None:
    """Tests see what agents do not."""
    with pytest.raises(ValueError, match="as it was"):
        make(strict=True).failed("read", ValueError("as it was"))


class Seen:
    """An observer that keeps what it is shown, and may fail."""

    def __init__(self, error: Exception | None = None) -> None:
        self.records: list[UsageRecord] = []
        self._error = error

    def recorded(self, record: UsageRecord) -> None:
        """Keep it."""
        self.records.append(record)
        if self._error is not None:
            raise self._error


def test_an_observer_sees_the_record_as_it_was_stored(make: Make) -> None:
    """Priced and redacted."""
    seen = Seen()
    make(observers=[seen]).record(call(agent="jane.doe@example.com"))
    (record,) = seen.records
    assert (record.agent, record.cost.nanos) == ("[REDACTED:email]", PRICE)


def test_an_observer_is_not_shown_what_others_count(make: Make) -> None:
    """The record is written all the same."""
    seen = Seen()
    recorder = make(observers=[seen])
    assert recorder.append(recorder.prepare(call()), observed=False) is Appended.WRITTEN
    assert seen.records == []


def test_an_observer_that_fails_harms_no_call(make: Make, lines: Callable[[], list[Line | Unusable]]) -> None:
    """The record is in the journal before anyone is shown it."""
    recorder = make(observers=[Seen(RuntimeError("broken"))])
    recorder.record(call())
    assert [line.record.id for line in lines() if isinstance(line, Call)] == ["call:1"]
    assert recorder.counts["failures.append"] == 1


def test_what_was_counted_is_appended_at_the_end(
    make: Make, lines: Callable[[], list[Line | Unusable]]
) -> None:
    """Flags, redactions and unpriced calls, each as often as it happened and only once."""
    recorder = make()
    recorder.record(call())
    for number in range(3):
        recorder.record(call(id=f"x:{number}", usage=TokenUsage(input=-1), agent="jane.doe@example.com"))
    recorder.close()
    recorder.close()
    counts = [line.counts for line in lines() if isinstance(line, Stats)]
    assert len(counts) == 1
    assert counts[0] == {"usage_unusable": 3, "redactions.email": 3, "unpriced": 3}


def test_counts_are_appended_at_most_once_a_minute(
    make: Make, lines: Callable[[], list[Line | Unusable]]
) -> None:
    """And add up to everything that happened."""
    now = float(NOW)
    recorder = make(clock=lambda: now)
    for number in range(120):
        now += 1.0
        recorder.record(call(id=f"x:{number}", start=0))
    recorder.close()
    stats = [line for line in lines() if isinstance(line, Stats)]
    assert len(stats) <= 4
    assert sum(line.counts["time_replaced"] for line in stats) == 120
    assert len({line.id for line in stats}) == len(stats)


def test_nothing_counted_is_no_line(make: Make, lines: Callable[[], list[Line | Unusable]]) -> None:
    """A shell script that records one sound call appends its card and the call."""
    recorder = make()
    recorder.record(call())
    recorder.close()
    assert [type(line) for line in lines()] == [RateCardLine, Call]


def test_a_forked_child_does_not_append_its_parents_counts(
    make: Make, lines: Callable[[], list[Line | Unusable]]
) -> None:
    """Else every child would add them again."""
    recorder = make()
    recorder.record(call())
    recorder.record(call(id="x", start=0, agent="jane.doe@example.com"))
    child = os.fork()
    if child == 0:
        recorder.start_over()
        recorder.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    recorder.close()
    stats = [line for line in lines() if isinstance(line, Stats)]
    assert [line.counts for line in stats] == [{"time_replaced": 1, "redactions.email": 1}]


def test_an_observer_that_fails_does_not_unwrite_a_call(make: Make) -> None:
    """What became of the line is what the caller is told."""
    assert make(observers=[Seen(RuntimeError("broken"))]).record(call()) is Appended.WRITTEN


def blocked(logs: Path, **arguments: Any) -> JournalWriter:
    """A writer whose folder cannot be written: a file lies in its place."""
    logs.rmdir()
    logs.touch()
    return JournalWriter(logs, background=False, **arguments)


def unblock(logs: Path) -> None:
    """Make room for the folder."""
    logs.unlink()
    logs.mkdir()


def test_every_record_dropped_from_a_full_queue_is_counted_once(
    logs: Path, lines: Callable[[], list[Line | Unusable]]
) -> None:
    """Also when the line that should have told of them found no place; that line itself is no loss."""
    writer = blocked(logs, queue_bytes=2_000)
    now = float(NOW)
    recorder = Recorder(writer, book=None, redactor=Redactor(RedactionSettings()), clock=lambda: now)
    results = []
    for number in range(50):
        now += 61.0
        results.append(recorder.record(call(id=f"call:{number}", agent="jane.doe@example.com")))
    assert results[0] is Appended.QUEUED
    assert results[-1] is Appended.DROPPED
    unblock(logs)
    assert recorder.flush()
    assert recorder.close()
    stats = [line.counts for line in lines() if isinstance(line, Stats)]
    assert sum(counts.get("dropped", 0) for counts in stats) == results.count(Appended.DROPPED)
    assert sum(counts.get("redactions.email", 0) for counts in stats) == 50
    assert sum(isinstance(line, Call) for line in lines()) == results.count(Appended.QUEUED)


def test_a_card_that_found_no_place_is_no_lost_record(
    logs: Path, lines: Callable[[], list[Line | Unusable]]
) -> None:
    """It comes again with the next call."""
    recorder = Recorder(
        blocked(logs, queue_bytes=1),
        book=PriceBook(),
        redactor=Redactor(RedactionSettings()),
        clock=time.time,
    )
    assert recorder.record(call()) is Appended.DROPPED
    unblock(logs)
    recorder.record(call())
    recorder.close()
    assert [type(line) for line in lines()][:2] == [RateCardLine, Call]
    (stats,) = [line.counts for line in lines() if isinstance(line, Stats)]
    assert stats["dropped"] == 1


def test_what_is_lost_at_the_end_is_logged_once_and_counted_in_the_next_line(
    logs: Path, lines: Callable[[], list[Line | Unusable]], caplog: pytest.LogCaptureFixture
) -> None:
    """The process may record on after a shutdown; otherwise the log is all there is."""
    recorder = Recorder(
        blocked(logs), book=None, redactor=Redactor(RedactionSettings()), clock=lambda: float(NOW)
    )
    for number in range(3):
        assert recorder.record(call(id=f"call:{number}")) is Appended.QUEUED
    with caplog.at_level(logging.WARNING, "otel_usage"):
        assert not recorder.close(timeout=0.01)
        assert not recorder.close(timeout=0.01)
    assert [record.getMessage() for record in caplog.records] == [
        "otel-usage lost 3 lines at the end, which could not be written in time"
    ]
    unblock(logs)
    recorder.close()
    assert sum(line.counts["dropped"] for line in lines() if isinstance(line, Stats)) == 3


class Unready(PriceBook):
    """A book whose price data cannot be opened."""

    def quote(self, record: UsageRecord) -> Any:
        """As in a process that has too many files open."""
        raise OSError(24, "Too many open files", record.id)


def test_a_failure_of_pricing_costs_the_price_alone(
    make: Make, lines: Callable[[], list[Line | Unusable]]
) -> None:
    """The call keeps its tokens and names; ingest prices it."""
    recorder = make(book=Unready())
    assert recorder.record(call(job_id="j")) is Appended.WRITTEN
    assert recorder.counts["failures.price"] == 0, "the first line of stats took it"
    (stored,) = (line.record for line in lines() if isinstance(line, Call))
    assert (stored.job_id, stored.request_model, stored.usage) == ("j", "gpt-4o", call().usage)
    assert stored.cost == Cost(status=CostStatus.PENDING)
    assert [line.counts for line in lines() if isinstance(line, Stats)] == [{"failures.price": 1}]


def test_a_failure_of_pricing_keeps_the_cost_that_was_given(make: Make) -> None:
    """It is known."""
    given = Cost(status=CostStatus.PROVIDED, nanos=5, price_source="caller")
    assert make(book=Unready()).prepare(call(cost=given)).cost == given


def test_a_failure_that_cannot_be_logged_is_not_raised(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a free file descriptor even the import of logging fails; it is told when it can be."""
    recorder = make()
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "logging", None)  # makes the import fail
        recorder.failed("read", ValueError())
    assert recorder.counts["failures.read"] == 1


def test_a_failure_is_logged_when_it_can_be(
    make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A log that was not there the first time must not silence it for ever."""
    recorder = make()
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "logging", None)  # makes the import fail
        recorder.failed("read", ValueError())
    with caplog.at_level(logging.WARNING, "otel_usage"):
        recorder.failed("read", ValueError())
        recorder.failed("read", ValueError())
    assert len(caplog.records) == 1


def test_a_model_that_is_a_path_names_no_user(make: Make, logs: Path) -> None:
    """Usual for llama.cpp; a model that holds a key is redacted too."""
    recorder = make()
    recorder.record(call(request_model="/home/alice/models/x.gguf", response_model=f"m-{SECRET}"))
    written = b"".join(path.read_bytes() for path in logs.iterdir()).decode()
    assert "alice" not in written
    assert SECRET not in written
    assert "/models/x.gguf" in written


def test_our_errors_are_not_special_to_the_guard(make: Make) -> None:
    """A book that raises one of our own errors raises nothing into an agent either."""

    class Broken(PriceBook):
        def quote(self, record: UsageRecord) -> Any:
            raise OtelUsageError(record.id)

    record = make(book=Broken()).prepare(call())
    assert (record.id, record.cost) == ("call:1", Cost())
