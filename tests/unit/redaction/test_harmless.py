"""What is passed without the rules: never a text in which the rules find something."""

from __future__ import annotations

import random
import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_usage.pricing.index import bundled
from otel_usage.redaction import redact_text
from otel_usage.redaction.classes import DEFAULT_CLASSES, OPT_IN_CLASSES
from otel_usage.redaction.harmless import are_harmless, is_harmless
from otel_usage.redaction.literals import LITERALS
from otel_usage.redaction.names import NAME_ANCHORS
from otel_usage.redaction.redactor import Redactor
from otel_usage.redaction.rules import RULES
from otel_usage.settings import RedactionPattern, RedactionSettings
from tests.data.matching import matching
from tests.data.planting import planted
from tests.unit.redaction.formats import read_formats, sample

if TYPE_CHECKING:
    from otel_usage.redaction.rule import Rule

DEFAULT_RULES = [rule for rule in RULES if rule.kind in DEFAULT_CLASSES]
ANCHORS = sorted({anchor for rule in DEFAULT_RULES for anchor in rule.anchors})
WHOLE = Redactor(RedactionSettings())

bodies = st.text(string.ascii_letters + string.digits + "-_.:/=@ $'\\%~", max_size=40)
pieces = st.one_of(
    bodies, st.sampled_from(ANCHORS), st.sampled_from((*NAME_ANCHORS, "password", "--token", "x-api-key"))
)
texts = st.lists(pieces, min_size=1, max_size=5).map("".join)


@pytest.mark.parametrize("rule", DEFAULT_RULES, ids=lambda rule: rule.id)
def test_what_a_rule_may_match_is_never_passed(rule: Rule) -> None:
    """Texts read off the pattern itself, alone and among words."""
    for seed in range(40):
        match = matching(rule.before, seed)[::-1] + matching(rule.pattern, seed)
        for text in (match, f"run {match} now", f"a\\n{match}", f"job-{match}"):
            assert not is_harmless(text) or redact_text(text) == text


def test_no_secret_of_the_formats_is_passed() -> None:
    """Whatever stands around it."""
    samples = [
        sample(template, 1).text
        for listed in read_formats()
        if listed.rule in {rule.id for rule in DEFAULT_RULES}
        for template in listed.positives
    ]
    assert [text for text in samples if is_harmless(text)] == []


def test_no_planted_line_is_passed() -> None:
    """A secret of every default class, in the lines that redaction is measured with."""
    lines = [planted(random.Random(seed)).line for seed in range(500)]
    assert [line for line in lines if is_harmless(line)] == []


@given(texts)
def test_what_is_passed_holds_nothing(text: str) -> None:
    """Literals, names and characters of all kinds in any order."""
    assert not is_harmless(text) or redact_text(text) == text


@given(
    st.text(string.ascii_letters + string.digits + "-_.", max_size=60),
    st.sampled_from(NAME_ANCHORS),
    st.text(string.ascii_letters + string.digits + "-_.", max_size=60),
)
def test_a_name_without_a_value_announces_nothing(before: str, anchor: str, behind: str) -> None:
    """Where nothing but letters, digits and three signs stands, all of it is the name."""
    text = before + anchor + behind
    assert not is_harmless(text) or redact_text(text) == text


@given(st.dictionaries(texts, texts, max_size=3))
def test_pairs_that_are_passed_hold_nothing(pairs: dict[str, str]) -> None:
    """Neither by themselves, nor because a name announces a value."""
    assert not are_harmless(pairs) or WHOLE.value(pairs) is pairs


@pytest.mark.parametrize(
    "pairs", [{"password": "correct horse"}, {"name": "password", "value": "correct horse"}, ["a"], {1: "a"}]
)
def test_pairs_that_need_a_look_are_not_passed(pairs: object) -> None:
    """A name that announces a secret, on either side, and what is no text by name."""
    assert not are_harmless(pairs)


@pytest.mark.parametrize(
    "text", ["gpt-4o", "claude-sonnet-4-5", "nightly-2026-11-22", "monkey-job", "my-pipeline", "chat", ""]
)
def test_plain_words_are_passed(text: str) -> None:
    """Names of models, jobs and agents: for these a command need not load the rules."""
    assert is_harmless(text)


@pytest.mark.parametrize(
    "text", ["é", "a" * 201, '{"a": "\\u0062"}', "password=Tr0ub4dor", "10.0.0.1", "a@b.io"]
)
def test_the_rest_is_left_to_the_rules(text: str) -> None:
    """What is long, is not ASCII, may be JSON, or holds what a rule looks for."""
    assert not is_harmless(text)


def test_most_models_are_passed() -> None:
    """Of the names in the price index at most a tenth needs the rules."""
    index = bundled()
    sections = [section for provider in index.providers if (section := index.section(provider))]
    names = [name for section in sections for name in section.names]
    assert sum(map(is_harmless, names)) > 0.9 * len(names)


def test_literals_are_those_of_every_default_rule() -> None:
    """Those that are not ASCII stand in no text that could be passed."""
    listed = {literal for *_, literals in LITERALS for literal in literals}
    assert listed == set(filter(str.isascii, ANCHORS))


@pytest.mark.parametrize(
    "settings",
    [
        RedactionSettings(classes=("all",)),
        RedactionSettings(modes={OPT_IN_CLASSES[0]: "hash"}),
        RedactionSettings(patterns=(RedactionPattern(name="job", pattern="nightly"),)),
        RedactionSettings(blind=True),
    ],
)
def test_what_is_not_default_is_never_deferred(settings: RedactionSettings) -> None:
    """Classes that must be asked for and own patterns find what no default class does."""
    at_once, deferred = Redactor(settings), Redactor(settings, deferred=True)
    for text in ("nightly", "4111 1111 1111 1111", "gpt-4o"):
        assert deferred.text(text) == at_once.text(text)
        assert deferred.value({"job": text}) == at_once.value({"job": text})


@given(st.lists(texts, max_size=3))
def test_deferred_or_not_the_same_is_found(several: list[str]) -> None:
    """In texts one after the other, and in pairs; counted alike."""
    at_once, deferred = Redactor(RedactionSettings()), Redactor(RedactionSettings(), deferred=True)
    for text in several:
        assert deferred.text(text) == at_once.text(text)
        assert deferred.value({"note": text}) == at_once.value({"note": text})
    assert deferred.counts == at_once.counts
