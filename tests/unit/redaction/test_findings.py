from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_usage.redaction.findings import Findings, Span
from otel_usage.redaction.plan import plan_for
from otel_usage.redaction.structure import redact_structured

ADDRESS = "bob.miller@mail.example.org"


def places(text: str) -> list[tuple[str, str]]:
    """List what stands at each finding, and its class."""
    findings = Findings()
    redact_structured(text, plan_for("default"), findings)
    return [(text[found.start : found.end], found.kind) for found in findings.listed]


@pytest.mark.parametrize(
    "text", [f"to {ADDRESS} today", json.dumps({"to": f"write {ADDRESS}"}), f'{{"cut": "to {ADDRESS}']
)
def test_finding_stands_at_the_value(text: str) -> None:
    """In plain text and in JSON without escapes a place is exact."""
    assert places(text) == [(ADDRESS, "email")]


def test_finding_in_escaped_json_stands_at_the_whole_string() -> None:
    """Where letters are written as escapes no position inside is that of a letter."""
    text = json.dumps({"to": f'"{ADDRESS}" wrote'})
    assert places(text) == [(json.dumps(f'"{ADDRESS}" wrote'), "email")]


def test_finding_of_a_name_stands_at_its_value() -> None:
    """A value that goes because of its name is placed with its quotation marks, a container whole."""
    assert places('{"password": "hunter2hunter2"}') == [('"hunter2hunter2"', "keyword_secret")]
    assert places('{"password": {"a": 1}}') == [('{"a": 1}', "keyword_secret")]


def test_finding_names_its_rule() -> None:
    """A reader can look the rule up."""
    findings = Findings()
    redact_structured(f"DB_PASSWORD=k7Qx9Rt2LmW {ADDRESS}", plan_for("default"), findings)
    assert [found.rule for found in findings.listed] == ["named-value", "email"]
    assert findings.counts == {"keyword_secret": 1, "email": 1}


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9)), max_size=5), st.data())
def test_positions_after_a_replacement_are_told_in_the_text_before_it(
    parts: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    """A part that no mark touches keeps its letters; one that touches a mark covers what the mark stands for."""
    before = after = ""
    spans, marks = [], []
    for gap, size, mark in parts:
        before += "x" * gap
        spans.append(Span(len(before), len(before) + size, "email", "email"))
        before += "s" * size
        after += "x" * gap + "m" * mark
        marks.append("m" * mark)
    before += "x"
    after += "x"
    start = data.draw(st.integers(0, len(after) - 1))
    end = data.draw(st.integers(start + 1, len(after)))
    findings = Findings()
    findings.after(spans, marks).found("money", "any", start, end)
    found = findings.listed[0]
    assert 0 <= found.start < found.end <= len(before)
    assert ("m" in after[start:end]) == ("s" in before[found.start : found.end])
    assert after[start:end].count("x") == before[found.start : found.end].count("x")
