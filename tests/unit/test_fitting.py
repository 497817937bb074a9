"""Whatever a record holds, the line that is written of it can be read."""

from __future__ import annotations

import math
from enum import IntEnum
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_usage.fitting import Texts, bare, fit
from otel_usage.journal.lines import Call, decode, encode_call
from otel_usage.records import MAX_NANOS, MAX_NANOSECONDS, Cost, CostStatus, Flag, Kind, Status, UsageRecord
from otel_usage.redaction.redactor import MAX_TEXT
from otel_usage.token_usage import MAX_TOKENS, TokenUsage

NOW = 1_795_000_000 * 10**9  # 2026-11-18


class Text(str):
    """A text of an application's own class."""

    __slots__ = ()


class Number(IntEnum):
    """A number of an application's own class."""

    FIVE = 5


class Mute:
    """An object that cannot be compared and has no text."""

    __hash__ = None  # type: ignore[assignment]  # it cannot be hashed either

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = object.__repr__


def call(**fields: Any) -> UsageRecord:
    """A sound call."""
    values: dict[str, Any] = {
        "id": "call:1",
        "start": NOW,
        "source": "live",
        "provider": "openai",
        "request_model": "gpt-4o",
        "usage": TokenUsage(input=5, output=6),
        **fields,
    }
    return UsageRecord(**values)


def same(value: str, *, limit: int) -> str:
    """What a redaction of texts without secrets gives."""
    return value if len(value) <= limit else "too long"


def fitted(record: UsageRecord) -> UsageRecord:
    """The record made fit, with nothing to redact."""
    return fit(record, texts=Texts(redact=same, redact_name=same), now=NOW, host="here")


def stored(record: UsageRecord) -> UsageRecord:
    """The record as a reader of the journal has it, which must be the one that was made fit."""
    made = fitted(record)
    line = decode(encode_call(made).strip())
    assert isinstance(line, Call)
    assert line.record == made
    return line.record


def test_a_sound_record_stays_as_it_is() -> None:
    """But for the machine that it was made on."""
    record = call(
        kind=Kind.API,
        status=Status.PARTIAL,
        sampled=False,
        tags={"a": "b"},
        duration=MAX_NANOSECONDS,
        trace_id="0" * 32,
        flags=(Flag.CUT,),
        cost=Cost(
            status=CostStatus.PROVIDED,
            nanos=MAX_NANOS,
            components={"output": MAX_NANOS},
            list_nanos=0,
            cache_extra=-1,
        ),
    )
    assert stored(record) == msgspec.structs.replace(record, host="here")


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("start", float(NOW), NOW),
        ("id", 5, "5"),
        ("id", Text("x"), "x"),
        ("source", None, "unknown"),
        ("source", 7, "7"),
        ("kind", "api", Kind.API),
        ("kind", "robot", Kind.LLM),
        ("kind", [], Kind.LLM),
        ("status", "error", Status.ERROR),
        ("status", "weird", Status.OK),
        ("status", None, Status.OK),
        ("status", Mute(), Status.OK),
        ("sampled", "yes", None),
        ("sampled", 1, None),
        ("trace_id", 4, None),
        ("span_id", b"x", None),
        ("host", 4, "here"),
        ("host", "there", "there"),
        ("tags", None, {}),
        ("tags", ["a=b"], {}),
        ("tags", MappingProxyType({"a": "b"}), {"a": "b"}),
        ("tags", {3: None}, {"3": "None"}),
        ("tags", {"a": Mute()}, {"a": "Mute"}),
        ("usage", None, TokenUsage()),
        ("usage", {"input": 3, "output": "x"}, TokenUsage(input=3)),
        ("usage", "many", TokenUsage()),
        ("usage", TokenUsage(input=MAX_TOKENS, cache_read=MAX_TOKENS, cache_write_5m=1), None),
        ("cost", None, Cost()),
        ("cost", 5, Cost()),
        ("flags", ["cut", "nonsense", 4], (Flag.CUT,)),
        ("flags", None, ()),
        ("flags", "cut", ()),
        ("duration", 1.5, None),
        ("duration", 2.0, 2),
        ("attempt", Number.FIVE, 5),
        ("status_code", HTTPStatus.TOO_MANY_REQUESTS, 429),
        ("status_code", "429", None),
        ("request_model", b"x", "b'x'"),
        ("provider", ["a"], "['a']"),
        ("operation", Text("chat"), "chat"),
        ("agent", Mute(), "Mute"),
        ("agent", "", None),
    ],
    ids=repr,
)
def test_a_field_is_repaired_by_itself(field: str, value: object, kept: object) -> None:
    """The rest of the call stays, and a reader takes the line."""
    record = stored(call(**{field: value}))
    if kept is not None or field != "usage":
        assert getattr(record, field) == kept
    others = {name for name in record.__struct_fields__ if name not in {field, "host", "flags"}}
    assert all(getattr(record, name) == getattr(call(), name) for name in others)


@pytest.mark.parametrize("start", [None, True, "now", math.nan, math.inf, [], Mute()], ids=repr)
def test_a_start_that_is_no_time_is_the_present(start: Any) -> None:
    """And flagged, as a start in the future is."""
    record = stored(call(start=start))
    assert (record.start, record.flags) == (NOW, (Flag.TIME_REPLACED,))


@pytest.mark.parametrize(
    "usage", ["many", {"input": -1}, TokenUsage(input=MAX_TOKENS, cache_read=1 + MAX_TOKENS)]
)
def test_a_usage_that_is_none_is_flagged(usage: Any) -> None:
    """Absent is not the same as unusable."""
    assert stored(call(usage=usage)).flags == (Flag.USAGE_UNUSABLE,)
    assert stored(call(usage=None)).flags == ()


PROVIDED = Cost(status=CostStatus.PROVIDED, nanos=5)


@pytest.mark.parametrize(
    ("changes", "kept", "usable"),
    [
        ({"components": {"a": 1.5}}, PROVIDED, True),
        ({"components": {"a": None}}, PROVIDED, True),
        ({"components": {3: 5}}, PROVIDED, True),
        ({"components": {"a": -1}}, PROVIDED, True),
        ({"components": {"a" * 100_000: 1}}, PROVIDED, True),
        ({"components": {str(number): 1 for number in range(10_000)}}, PROVIDED, True),
        ({"components": None}, PROVIDED, True),
        ({"list_nanos": -5}, PROVIDED, False),
        ({"list_nanos": "5"}, PROVIDED, False),
        ({"cache_saved": -5, "list_nanos": -5}, msgspec.structs.replace(PROVIDED, cache_saved=-5), False),
        ({"cache_saved": "5", "cache_extra": 10**30}, PROVIDED, True),
        ({"nanos": 5.0}, PROVIDED, True),
        ({"status": "provided"}, PROVIDED, True),
        ({"status": "gratis"}, Cost(), False),
        ({"nanos": MAX_NANOS + 1}, Cost(), False),
        ({"price_source": 3}, msgspec.structs.replace(PROVIDED, price_source="3"), True),
        ({"rate_card": Text("x")}, msgspec.structs.replace(PROVIDED, rate_card="x"), True),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_believable_of_a_cost_is_kept(changes: dict[str, Any], kept: Cost, *, usable: bool) -> None:
    """An amount that was given stands, whatever stands beside it; money that is lost is flagged."""
    record = stored(call(cost=msgspec.structs.replace(PROVIDED, **changes)))
    assert record.cost == kept
    assert record.flags == (() if usable else (Flag.COST_UNUSABLE,))


@pytest.mark.parametrize("given_id", [None, ""])
def test_calls_without_an_id_are_not_one_call(given_id: Any) -> None:
    """Seen twice with one id is one call, so each gets its own."""
    assert stored(call(id=given_id)).id != stored(call(id=given_id)).id


def test_a_long_id_keeps_its_identity() -> None:
    """Beginning and hash; the same each time."""
    one, other = (stored(call(id="x" * 10_000 + end)).id for end in "ab")
    assert one != other
    assert one == stored(call(id="x" * 10_000 + "a")).id
    assert len(one) <= 256


def test_names_are_redacted_by_their_own_redactor_and_ids_not_at_all() -> None:
    """It knows that they are names; other texts have theirs."""
    record = fit(
        call(
            response_model="m",
            operation="chat",
            service_tier="flex",
            error_type="TimeoutError",
            response_id="msg_1",
            request_id="req_1",
            agent="a",
            tags={"k": "v"},
        ),
        texts=Texts(
            redact=lambda value, *, limit: f"text {value}" if limit else "",
            redact_name=lambda value, *, limit: f"name {value}" if limit else "",
        ),
        now=NOW,
        host="here",
    )
    assert (record.request_model, record.response_model) == ("name gpt-4o", "name m")
    assert (record.provider, record.operation) == ("name openai", "name chat")
    assert (record.service_tier, record.error_type) == ("name flex", "name TimeoutError")
    assert (record.agent, record.tags) == ("text a", {"text k": "text v"})
    assert (record.response_id, record.request_id) == ("msg_1", "req_1")


def test_what_held_no_secret_once_is_known_by_its_type_too() -> None:
    """An equal text of an application's own class is still taken as a text, which JSON knows."""
    texts = Texts(redact=same, redact_name=same)
    for agent in ("writer", Text("writer")):
        record = fit(call(agent=agent), texts=texts, now=NOW, host="here")
        assert type(record.agent) is str


def test_a_secret_is_taken_out_each_time() -> None:
    """Only what held none is remembered."""
    texts = Texts(redact=lambda value, *, limit: value.replace("secret", "")[:limit], redact_name=same)
    agents = [fit(call(agent="a secret"), texts=texts, now=NOW, host="here").agent for _ in range(3)]
    assert agents == ["a "] * 3


def test_the_memory_of_clean_texts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that never come again do not fill it for good, nor do long ones."""
    monkeypatch.setattr("otel_usage.fitting.texts._REMEMBERED", 10)
    texts = Texts(redact=same, redact_name=same)
    for number in range(30):
        fit(call(job_id=f"job-{number}"), texts=texts, now=NOW, host="here")
        fit(call(job_id=f"job-{number}" * 1_000), texts=texts, now=NOW, host="here")
    assert 0 < len(texts._clean) <= 10
    assert max(len(text or "") for values in texts._clean for text in values) < 1_000


def test_texts_have_one_bound_together_and_short_ones_come_first() -> None:
    """What does not fit is replaced as a whole, and what comes after it still is examined."""
    record = fitted(
        call(
            task_description="d" * (MAX_TEXT // 2),
            error_message="e" * (MAX_TEXT // 2),
            project="web",
            tags={"env": "dev"},
        )
    )
    assert (record.error_message, record.project, record.tags) == ("too long", "web", {"env": "dev"})
    assert record.task_description == "d" * (MAX_TEXT // 2)


@pytest.mark.parametrize(("count", "flags"), [(64, ()), (65, (Flag.CUT,)), (100_000, (Flag.CUT,))])
def test_a_record_has_a_bounded_number_of_tags(count: int, flags: tuple[Flag, ...]) -> None:
    """The first are kept, and it is said that there were more."""
    record = fitted(call(tags={str(number): "x" for number in range(count)}))
    assert (list(record.tags), record.flags) == ([str(number) for number in range(64)], flags)


@pytest.mark.parametrize("field", ["response_id", "request_id", "server_address"])
def test_an_id_that_is_none_is_examined(field: str) -> None:
    """No id has hundreds of characters: a prompt may have got there by mistake."""
    texts = Texts(redact=lambda value, *, limit: f"clean {len(value) <= limit}", redact_name=same)
    record = fit(call(**{field: "word " * 100}), texts=texts, now=NOW, host="here")
    assert getattr(record, field) == "clean True"


@pytest.mark.parametrize("field", ["id", "source", "trace_id", "span_id"])
def test_what_utf_8_cannot_carry_is_in_no_id(field: str) -> None:
    """One such text makes an exporter fail for everything that it sends with it."""
    value = getattr(fitted(call(**{field: "a\udc80"})), field)
    assert (value or "").isascii()


def test_ids_that_differ_in_what_utf_8_cannot_carry_stay_two() -> None:
    """By their hashes."""
    assert fitted(call(id="a\udc80")).id != fitted(call(id="a\udc81")).id


def test_what_utf_8_cannot_carry_is_in_no_cost() -> None:
    """Its source and its card stand on spans too."""
    cost = fitted(
        call(cost=msgspec.structs.replace(PROVIDED, price_source="a\udc80", rate_card="ü\udc80"))
    ).cost
    assert (cost.price_source, cost.rate_card, cost.nanos) == ("a?", "ü?", PROVIDED.nanos)


def test_the_bare_record_is_one_that_can_be_read() -> None:
    """The last resort, when making fit failed."""
    for record in (call(), call(id=None, source=Mute(), usage=None), call(id="x" * 9_999)):
        line = decode(encode_call(bare(record, now=NOW)).strip())
        assert isinstance(line, Call)
        assert (line.record.start, line.record.cost.status) == (NOW, CostStatus.UNPRICED)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(0, 2**31),
    st.floats(),
    st.text(max_size=20),
    st.text(min_size=200, max_size=300),
    st.binary(max_size=5),
    st.complex_numbers(),
    st.builds(Mute),
    st.builds(Text, st.text(max_size=5)),
    st.sampled_from([*Status, *CostStatus, *Kind, *Flag, Number.FIVE, "error", "api", "cut"]),
)
ANYTHING = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=3),
    st.lists(SCALARS, max_size=3).map(tuple),
    st.dictionaries(st.one_of(st.text(max_size=5), st.integers(), st.none()), SCALARS, max_size=3),
    st.dictionaries(st.text(max_size=80), st.integers(0, MAX_NANOS), max_size=50),
)
COSTS = st.fixed_dictionaries({}, optional=dict.fromkeys(Cost.__struct_fields__, ANYTHING)).map(
    lambda fields: Cost(**fields)
)
USAGES = st.fixed_dictionaries({}, optional=dict.fromkeys(TokenUsage.__struct_fields__, ANYTHING)).map(
    lambda fields: TokenUsage(**fields)
)
FIELDS = st.fixed_dictionaries(
    {"id": SCALARS, "start": ANYTHING, "source": ANYTHING},
    optional={
        name: COSTS | ANYTHING if name == "cost" else USAGES | ANYTHING if name == "usage" else ANYTHING
        for name in UsageRecord.__struct_fields__
        if name not in {"id", "start", "source"}
    },
)


@given(FIELDS)
def test_whatever_the_fields_hold_the_line_is_a_call_with_its_id(fields: dict[str, Any]) -> None:
    """Nothing that is acknowledged as written may be set aside when it is read."""
    made = fitted(UsageRecord(**fields))
    line = decode(encode_call(made).strip())
    assert isinstance(line, Call)
    assert line.record.id == made.id
    if type(fields["id"]) is str and 0 < len(fields["id"]) <= 256:
        assert line.record.id == fields["id"]
