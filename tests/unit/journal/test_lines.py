from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from otel_usage.journal.lines import (
    MAX_LINE,
    Adjustment,
    Call,
    Label,
    Labels,
    Line,
    Link,
    RateCardLine,
    Setting,
    Stats,
    Unusable,
    decode,
    encode,
    encode_call,
)
from otel_usage.pricing.cards import NANOS, RateCard
from otel_usage.records import Cost, CostStatus, Flag, Kind, Status, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable

ANY_TEXT = st.text(st.characters(codec=None), max_size=40)
"""Text as Python holds it, lone surrogates included."""
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
COUNTS = st.none() | st.integers(0, 10**9)
NANOSECONDS = st.integers(0, 2**62)
DURATIONS = st.integers(0, 10**14)


def records(text: st.SearchStrategy[str]) -> st.SearchStrategy[UsageRecord]:
    """Records whose every text is drawn from one strategy."""
    maybe = st.none() | text
    names = UsageRecord.__struct_fields__
    fixed: dict[str, st.SearchStrategy[object]] = {
        "id": text,
        "start": NANOSECONDS,
        "source": text,
        "kind": st.sampled_from(Kind),
        "usage": st.builds(TokenUsage, **dict.fromkeys(TokenUsage.__struct_fields__, COUNTS)),
        "status_code": st.none() | st.integers(100, 599),
        "tags": st.dictionaries(text, text, max_size=4),
        "duration": st.none() | DURATIONS,
        "time_to_first_chunk": st.none() | DURATIONS,
        "status": st.sampled_from(Status),
        "attempt": st.none() | st.integers(1, 9),
        "sampled": st.none() | st.booleans(),
        "cost": st.builds(
            Cost,
            status=st.sampled_from(CostStatus),
            nanos=st.none() | st.integers(0, 10**14),
            components=st.dictionaries(text, st.integers(0, 10**14), max_size=3),
            price_source=maybe,
            rate_card=maybe,
        ),
        "flags": st.lists(st.sampled_from(Flag), unique=True).map(lambda flags: tuple(sorted(flags))),
    }
    return st.builds(UsageRecord, **{name: fixed.get(name, maybe) for name in names})


def lines(text: st.SearchStrategy[str]) -> st.SearchStrategy[Line]:
    """Every type of line."""
    maybe = st.none() | text
    known: dict[str, st.SearchStrategy[object]] = {"id": text, "at": NANOSECONDS, "record": text}
    return st.one_of(
        st.builds(Call, record=records(text)),
        st.builds(
            Adjustment, **known, cost=st.builds(Cost, nanos=st.none() | st.integers(0, 10**14)), reason=text
        ),
        st.builds(
            Label,
            **known,
            labels=st.builds(Labels, agent=maybe, job_id=maybe, tags=st.none() | st.dictionaries(text, text)),
        ),
        st.builds(Link, id=text, at=NANOSECONDS, records=st.tuples(text, text)),
        st.builds(Setting, id=text, at=NANOSECONDS, name=text, value=text),
        st.builds(
            Stats,
            id=text,
            at=NANOSECONDS,
            host=text,
            pid=st.integers(1, 2**22),
            counts=st.dictionaries(text, st.integers(0, 10**12)),
        ),
    )


def body(frame: bytes) -> bytes:
    """What stands between a frame's two newlines."""
    assert frame[:1] == frame[-1:] == b"\n"
    return frame[1:-1]


@given(lines(TEXT))
def test_a_line_comes_back_as_it_was(line: Line) -> None:
    """Every type of line survives encoding and decoding."""
    assert decode(body(encode(line))) == line


@given(lines(ANY_TEXT))
@example(Setting(id="\udcff", at=1, name="\ud800", value="\udfff"))
def test_a_frame_is_one_line_of_utf8_whatever_the_text(line: Line) -> None:
    """Text that UTF-8 cannot carry neither raises nor loses the line, and no text breaks the framing."""
    inside = body(encode(line))
    assert b"\n" not in inside
    inside.decode("utf-8")
    assert type(decode(inside)) is type(line)


@pytest.mark.parametrize("text", ["\ud800", "a\udcffb", "\udfff\ud800"])
def test_a_lone_surrogate_is_replaced_and_the_rest_kept(
    text: str, record: Callable[..., UsageRecord]
) -> None:
    """Only what UTF-8 cannot carry is replaced, one mark for each."""
    line = decode(body(encode_call(record(agent=text, tags={text: "value"}))))
    assert isinstance(line, Call)
    wanted = "".join("?" if "\ud800" <= letter <= "\udfff" else letter for letter in text)
    assert (line.record.agent, line.record.tags) == (wanted, {wanted: "value"})


def test_a_rate_card_line_comes_back_as_it_was() -> None:
    """A card is a line like any other, its stepped rates included."""
    card = RateCard(
        id="card",
        provider="google",
        model="gemini-2.5-pro",
        rates={"input": ((0, 5 * NANOS // 4), (200_000, 5 * NANOS // 2)), "output": 10 * NANOS},
        source="genai-prices",
        valid_from=date(2026, 1, 1),
    )
    assert decode(body(encode(RateCardLine(card)))) == RateCardLine(card)


@given(records(TEXT), st.data())
def test_a_torn_line_is_never_taken_for_another(record: UsageRecord, data: st.DataObject) -> None:
    """Whatever a killed process left of a line is torn: neither a line nor a line of a newer version."""
    whole = body(encode_call(record))
    cut = data.draw(st.integers(0, len(whole) - 1))
    assert decode(whole[:cut]) is Unusable.TORN


@given(records(TEXT), records(TEXT), st.data())
def test_a_fragment_before_a_frame_harms_only_itself(
    torn: UsageRecord, whole: UsageRecord, data: st.DataObject
) -> None:
    """The newline in front of a frame ends whatever stood before it."""
    frame = encode_call(torn)
    held = frame[: data.draw(st.integers(0, len(frame) - 2))] + encode_call(whole)
    found = [decode(part) for part in held.split(b"\n") if part]
    assert found[-1] == Call(whole)
    assert set(found[:-1]) <= {Unusable.TORN}


@pytest.mark.parametrize(
    "raw",
    [
        b'{"type":"call","v":2,"record":{"id":"a","start":1,"source":"live"}}',
        b'{"type":"call","v":99,"wholly":["different"]}',
        b'{"type":"forecast","v":1,"id":"a"}',
        b'{"v":7,"type":"forecast"}',
    ],
)
def test_a_newer_version_s_line_is_told_from_a_torn_one(raw: bytes) -> None:
    """An unknown type or version in a whole line was written by a newer version."""
    assert decode(raw) is Unusable.NEWER


@pytest.mark.parametrize(
    "raw",
    [
        b'{"type":"call","v":1,"record":{"id":"a","start":1,"source":"live","status":"queued"}}',
        b'{"type":"call","v":1,"record":{"id":"a","start":-1,"source":"live"}}',
        b'{"type":"call","v":1,"record":{"id":"a\xff","start":1,"source":"live"}}',
        b'{"type":"setting","v":1,"id":"a","at":99999999999999999999,"name":"zone","value":"UTC"}',
    ],
)
def test_a_whole_line_that_holds_what_cannot_be_is_unsound(raw: bytes) -> None:
    """A known type and version with a flipped byte or an impossible value is neither torn nor of a newer version."""
    assert decode(raw) is Unusable.UNSOUND


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"{}",
        b"null",
        b"[]",
        b"17",
        b'"text"',
        b"\x00" * 64,
        b"\xff\xfe",
        b'{"type":1,"v":1}',
        b'{"type":"call"}',
    ],
)
def test_what_is_no_line_is_torn(raw: bytes) -> None:
    """Rubbish is set aside, not raised."""
    assert decode(raw) is Unusable.TORN


@given(st.binary(max_size=200))
def test_decoding_never_raises(raw: bytes) -> None:
    """Any bytes are a line or set aside."""
    assert isinstance(decode(raw), Line | Unusable)


@pytest.mark.parametrize(
    "raw", [b'{"x":' + b"[" * 100_000, b'{"type":"call","v":1,"x":' + b'{"a":' * 100_000]
)
def test_deeply_nested_rubbish_is_set_aside(raw: bytes) -> None:
    """Nesting deeper than the interpreter's stack is no reason to stop reading the journal."""
    assert isinstance(decode(raw), Unusable)


TEXT_FIELDS = (
    "agent",
    "endpoint",
    "error_message",
    "error_type",
    "host",
    "job_id",
    "operation",
    "project",
    "provider",
    "request_id",
    "request_model",
    "response_id",
    "response_model",
    "service",
    "service_tier",
    "session_id",
    "source",
    "span_id",
    "task_description",
    "task_type",
    "team",
    "trace_id",
)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["x", "é", "\U0001f600", "\x01", '"', "\\", "\udc80"]),
    st.integers(0, 4_000),
    st.sets(st.sampled_from(TEXT_FIELDS)),
    st.integers(0, 40),
)
@example("\x01", 2_000, set(TEXT_FIELDS), 300)
@example("x", 8_000, {"task_description"}, 0)
def test_a_call_keeps_to_the_bound_and_keeps_its_id(
    letter: str, length: int, fields: set[str], tags: int
) -> None:
    """However long its texts, a call's frame is at most ``MAX_LINE`` bytes and names the whole id."""
    whole_id = "span:" + "a" * 32 + ":" + "b" * 16 + ":1772400000000000000"
    values: dict[str, str] = dict.fromkeys(fields, letter * length)
    values.setdefault("source", "live")
    long = UsageRecord(
        id=whole_id,
        start=1,
        tags={f"{tag}{letter * 40}": letter * length for tag in range(tags)},
        **values,  # type: ignore[arg-type]  # all of them are text fields
    )
    plain = len(encode(Call(long)))
    frame = encode_call(long)
    assert len(frame) <= MAX_LINE
    line = decode(body(frame))
    assert isinstance(line, Call)
    assert line.record.id == whole_id
    assert (Flag.CUT in line.record.flags) is (plain > MAX_LINE)


def test_an_uncut_call_is_not_changed(record: Callable[..., UsageRecord]) -> None:
    """A frame of exactly ``MAX_LINE`` bytes is kept as it is; one more byte and it is cut."""
    room = MAX_LINE - len(encode_call(record(error_message="")))
    # An empty text is a value: it is written, so the room is what its quotes leave.
    fits = record(error_message="x" * room)
    assert len(encode_call(fits)) == MAX_LINE
    assert decode(body(encode_call(fits))) == Call(fits)
    over = decode(body(encode_call(record(error_message="x" * (room + 1)))))
    assert isinstance(over, Call)
    assert over.record.flags == (Flag.CUT,)


def test_flags_stay_sorted_and_unique_when_a_call_is_cut(record: Callable[..., UsageRecord]) -> None:
    """Cutting adds one flag to those that are there."""
    flags = (Flag.COST_UNUSABLE, Flag.VARIANT_UNPRICED)
    line = decode(body(encode_call(record(error_message="x" * 9000, flags=flags))))
    assert isinstance(line, Call)
    assert line.record.flags == (Flag.COST_UNUSABLE, Flag.CUT, Flag.VARIANT_UNPRICED)


@pytest.mark.parametrize(
    "changes",
    [
        {"cost": Cost(price_source="x" * 9000)},
        {"cost": Cost(rate_card="x" * 9000)},
    ],
    ids=["price source", "rate card"],
)
def test_a_cost_s_texts_do_not_pass_the_bound(
    changes: dict[str, object], record: Callable[..., UsageRecord]
) -> None:
    """The bound holds for every text of a record, also for those inside its cost."""
    assert len(encode_call(record(**changes))) <= MAX_LINE


def test_the_header_of_every_line_is_plain(record: Callable[..., UsageRecord]) -> None:
    """Every line names its type and version, which is how a later version tells them apart."""
    every: list[Line] = [
        Call(record()),
        Adjustment(id="a", at=1, record="r", cost=Cost(), reason="settled"),
        Label(id="a", at=1, record="r", labels=Labels(agent="x")),
        Link(id="a", at=1, records=("r", "s")),
        Setting(id="a", at=1, name="zone", value="UTC"),
        Stats(id="a", at=1, host="h", pid=1, counts={}),
    ]
    headers = [json.loads(body(encode(line))) for line in every]
    assert [(header["type"], header["v"]) for header in headers] == [
        ("call", 1),
        ("adjustment", 1),
        ("label", 1),
        ("link", 1),
        ("setting", 1),
        ("stats", 1),
    ]
