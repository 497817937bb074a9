"""Content within its bound and without secrets, whatever an application sends."""

from __future__ import annotations

import json
from enum import Enum
from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otel_usage.content import KEYS, KINDS, Content
from otel_usage.fitting.contents import ContentFitter
from otel_usage.redaction.redactor import Redactor
from otel_usage.settings import RedactionSettings

SECRET = "-".join(("sk", "proj", "0a1B2c3D4e5F6g7H" * 3))
MARK = "[REDACTED:api_key]"
OVERHEAD = 5 * 100
"""Bytes of a mark in place of what does not fit, one for each part of the content that is taken in turn."""


def message(text: str, role: str = "user") -> dict[str, Any]:
    """One that holds a text."""
    return {"role": role, "parts": [{"type": "text", "content": text}]}


def texts(messages: list[Any] | None) -> list[str]:
    """What messages hold."""
    return [part["content"] for message in messages or [] for part in message["parts"]]


@pytest.fixture
def failures() -> list[Exception]:
    """What could not be read."""
    return []


@pytest.fixture
def fitter(failures: list[Exception]) -> ContentFitter:
    """One that redacts the default classes."""
    return ContentFitter(Redactor(RedactionSettings()), failed=failures.append)


def fit(fitter: ContentFitter, limit: int = 65_536, **fields: Any) -> Content:
    """The content of some fields, fitted, every kind wanted."""
    return fitter.fit(Content(**fields), kinds=KINDS, limit=limit)


def test_every_text_of_every_kind_loses_its_secrets(fitter: ContentFitter) -> None:
    """In messages, instructions, definitions, arguments of tools, names of keys, and JSON in a text."""
    call = {"type": "tool_call", "name": "send", "arguments": {"to": SECRET, SECRET: 1}}
    fitted = fit(
        fitter,
        system_instructions=[{"type": "text", "content": f"Use {SECRET}."}],
        input_messages=[message(f"mine is {SECRET}"), message(json.dumps({"key": SECRET}), "tool")],
        output_messages=[{"role": "assistant", "parts": [call], "finish_reason": "tool_call"}],
        tool_definitions=[{"type": "function", "name": "send", "description": f"with {SECRET}"}],
    )
    told = msgspec.json.encode(fitted).decode()
    assert SECRET not in told
    assert told.count("REDACTED:api_key") == 6
    assert fitted.system_instructions == [{"type": "text", "content": f"Use {MARK}."}]


def test_only_wanted_kinds_are_taken(fitter: ContentFitter) -> None:
    """Of the others nothing is left."""
    content = Content(input_messages=[message("asked")], output_messages=[message("said")])
    fitted = fitter.fit(content, kinds={KEYS["output_messages"]}, limit=1_024)
    assert fitted == Content(output_messages=[message("said")])


def test_the_latest_messages_stay(fitter: ContentFitter) -> None:
    """What does not fit is marked by its size; what is older than what fits, by one mark for all."""
    said = [message(f"{number:04}" + "x" * 96) for number in range(1_000)]
    fitted = fit(fitter, limit=10_000, input_messages=said)
    kept = texts(fitted.input_messages)
    assert kept[-1] == "0999" + "x" * 96
    assert kept[-60:] == texts(said)[-60:]
    assert kept[0].startswith("[REDACTED:oversize:")
    assert len(msgspec.json.encode(fitted)) <= 10_000 + OVERHEAD


def test_a_long_text_does_not_take_the_others_with_it(fitter: ContentFitter) -> None:
    """A picture as text in the middle: its size is told, the words around it stay."""
    parts = [{"type": "text", "content": text} for text in ("look", "A" * 70_000, "what is it?")]
    fitted = fit(fitter, input_messages=[{"role": "user", "parts": parts}])
    assert texts(fitted.input_messages) == ["look", "[REDACTED:oversize:70000]", "what is it?"]


def test_the_answer_and_the_question_go_first(fitter: ContentFitter) -> None:
    """Then the system's instructions, earlier messages, the tools."""
    long = "y" * 400
    fields = {
        "system_instructions": [{"type": "text", "content": long}],
        "input_messages": [message(long), message("latest " + long)],
        "output_messages": [message(long, "assistant")],
        "tool_definitions": [{"name": "send", "description": long}],
    }
    fitted = fit(fitter, limit=1_060, **fields)
    assert texts(fitted.output_messages) == [long]
    assert texts(fitted.input_messages)[-1] == "latest " + long
    assert fitted.system_instructions == [{"type": "text", "content": "[REDACTED:oversize:400]"}]
    fitted = fit(fitter, limit=1_600, **fields)
    assert fitted.system_instructions == fields["system_instructions"]
    assert texts(fitted.input_messages)[0] == "[REDACTED:oversize:400]"


class Role(str, Enum):  # noqa: UP042  # clients have it, and str() says its name
    """As a client's enumeration."""

    USER = "user"


class Broken:
    """An object whose text cannot be had, and which is none of JSON's values."""

    def __str__(self) -> str:
        raise RuntimeError(SECRET)


class BrokenMap(dict[str, object]):
    """A mapping that cannot be read."""

    def items(self) -> Any:
        """Raise."""
        raise RuntimeError(SECRET)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Role.USER, "user"),
        (SECRET.encode(), MARK),
        (b"\xff\x00", "\ufffd\x00"),
        (("a", {"b"}), ["a", ["b"]]),
        (MappingProxyType({1: 2.5, None: True}), {"1": 2.5, "None": True}),
        (float("nan"), "nan"),
        (2**70, str(2**70)),
        (complex(1, 2), "(1+2j)"),
        ("\ud800", "?"),
        (Broken(), "Broken"),
    ],
)
def test_anything_becomes_a_value_of_json(fitter: ContentFitter, given: object, expected: object) -> None:
    """Without an error, whatever a client's objects hold."""
    fitted = fit(fitter, input_messages=[{"content": given}])
    assert fitted.input_messages == [{"content": expected}]
    assert json.loads(msgspec.json.encode(fitted)) == {"input_messages": [{"content": expected}]}


def test_what_cannot_be_read_takes_only_itself_away(fitter: ContentFitter, failures: list[Exception]) -> None:
    """It is marked and told of; the messages around it stay."""
    fitted = fit(fitter, input_messages=[message("before"), BrokenMap(role="user"), message("after")])
    assert texts(fitted.input_messages) == ["before", "[REDACTED:error]", "after"]
    assert [type(failure) for failure in failures] == [RuntimeError]


def test_a_value_that_holds_itself_ends(fitter: ContentFitter) -> None:
    """At a depth that no message has."""
    endless: list[object] = []
    endless.append(endless)
    fitted = fit(fitter, output_messages=[endless], input_messages=endless)
    assert b"[REDACTED:" in msgspec.json.encode(fitted)


def test_a_field_that_is_no_list_is_taken_as_one_item(fitter: ContentFitter) -> None:
    """A producer's mistake costs no text, and lets none out."""
    content = msgspec.structs.replace(Content(), input_messages=f"is {SECRET}")
    assert fitter.fit(content, kinds=KINDS, limit=1_024).input_messages == [f"is {MARK}"]


def test_one_value_is_bounded_alike(fitter: ContentFitter, failures: list[Exception]) -> None:
    """As it is given to a tool: plain, without secrets, a mark where it is too large or cannot be read."""
    assert fitter.value({"to": SECRET, "n": 1}, limit=1_024) == {"to": MARK, "n": 1}
    assert fitter.value("x" * 2_000, limit=1_024) == "[REDACTED:oversize:2000]"
    assert fitter.value([0] * 2_000, limit=1_024) == "[REDACTED:oversize:2001]"
    assert fitter.value(BrokenMap(), limit=1_024) == "[REDACTED:error]"
    assert len(failures) == 1


REDACTOR = Redactor(RedactionSettings())
SECRETS = st.sampled_from([SECRET, f"key={SECRET}", json.dumps({"token": SECRET})])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | SECRETS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text() | SECRETS, inner), max_leaves=15
)


@settings(max_examples=60)
@given(
    fields=st.dictionaries(st.sampled_from(sorted(KEYS)), st.lists(VALUES, max_size=8)),
    limit=st.integers(1_024, 4_096),
)
def test_no_secret_and_no_excess_whatever_the_shape(fields: dict[str, Any], limit: int) -> None:
    """Bounded before redaction, and JSON after it."""
    failures: list[Exception] = []
    fitter = ContentFitter(REDACTOR, failed=failures.append)
    bounded = fitter.bound(Content(**fields), kinds=KINDS, limit=limit)
    assert len(msgspec.json.encode(bounded)) <= limit + OVERHEAD
    told = msgspec.json.encode(fit(fitter, limit, **fields))
    assert SECRET.encode() not in told
    assert json.loads(told).keys() == fields.keys()
    assert failures == []
