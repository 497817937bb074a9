"""The rows of the table: each takes the formats that are written down for it, whatever stands around, and leaves the rest."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from otel_usage.redaction import redact_text
from otel_usage.redaction.anchors import SOLID, is_solid
from otel_usage.redaction.classes import DEFAULT_CLASSES, OPT_IN_CLASSES
from otel_usage.redaction.matching import Matcher
from otel_usage.redaction.rules import RULES
from tests.unit.redaction.formats import Sample, filled, read_formats, sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.redaction.rule import Rule
    from tests.unit.redaction.formats import Format

FORMATS = read_formats()
BY_ID = {rule.id: rule for rule in RULES}
TOKENS = {"api_key", "cloud_key"}
CREDENTIALS = {*TOKENS, "jwt", "private_key", "auth_header", "url_credentials"}
SEEDS = range(3)
PIECE = 9

# A token is put in the place of the braces; a longer form is put into the frames of whole texts only.
TOKEN_FRAMES = {
    "quoted": 'client = Client("{}")',
    "back-ticks": "please rotate `{}` today",
    "list item": "- {}\n- (old one removed)",
    "prose": "I pasted my key {} into the config and still get 401, why?",
    "end of a sentence": "Error: wrong key provided: {}. You can find yours in the settings.",
    "shell": "export ACME_VALUE={} && run",
    "yaml": "value: {}\nother: 1",
    "header": 'curl -H "X-Thing: {}" https://api.example.com/v1',
    "query": "https://api.example.com/v1?a=1&id={}&page=2",
    "between commas": "a,{},b",
    "escaped line breaks": "one\\n{}\\ntwo",
    "call": "set({}",
}
TEXT_FRAMES: dict[str, Callable[[str], str]] = {
    "raw": lambda text: text,
    "json": lambda text: json.dumps([{"role": "user", "content": text}]),
    "json in json": lambda text: json.dumps({"arguments": json.dumps({"input": text})}),
    "cut json": lambda text: json.dumps({"arguments": json.dumps({"input": text + " more"})})[:-5],
    "repr": lambda text: repr({"content": text}),
    "traceback": lambda text: (
        f'Traceback (most recent call last):\n  File "a.py", line 1\nValueError: {text}'
    ),
}


def survivors(text: str, secret: str) -> set[str]:
    """Give the pieces of a secret, as it is written inside JSON, that a redaction leaves."""
    out = redact_text(text)
    written = json.dumps(secret)[1:-1]
    pieces = {written[i : i + PIECE] for i in range(max(1, len(written) - PIECE + 1))}
    return {piece for piece in pieces if piece in out}


def samples(kinds: set[str]) -> list[tuple[str, Sample]]:
    """Fill every positive template of the rules of some classes."""
    return [
        (listed.rule, sample(template, 1))
        for listed in FORMATS
        if BY_ID[listed.rule].kind in kinds
        for template in listed.positives
    ]


def takes(rule: Rule, text: Sample) -> bool:
    """Tell a rule that alone takes the whole secret of a text."""
    matcher = Matcher(rule)
    haystack = text.text.lower() if rule.fold else text.text
    start, end = len(text.before), len(text.before) + len(text.secret)
    for anchor in rule.anchors:
        for place in re.finditer(re.escape(anchor), haystack):
            found = matcher.match(text.text, place.start())
            if found and found[0] <= start and found[1] >= end:
                return True
    return False


def test_rules_have_unique_ids() -> None:
    """A rule is named by its id alone."""
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))


def test_rules_know_sixty_providers() -> None:
    """The tokens of at least sixty providers have a row."""
    assert len([r for r in RULES if r.kind in TOKENS]) >= 60


def test_rules_of_credentials_have_formats() -> None:
    """Each has at least one positive and two negatives, and no format is left of a rule that is gone."""
    ids = {listed.rule for listed in FORMATS}
    assert {rule.id for rule in RULES if rule.kind in CREDENTIALS} <= ids <= set(BY_ID)
    assert [f.rule for f in FORMATS if not f.positives or len(f.negatives) < 2] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_rule_is_well_formed(rule: Rule) -> None:
    """A rule has a known class, a source, patterns that compile, and anchors written as it searches for them."""
    assert rule.kind in {*DEFAULT_CLASSES, *OPT_IN_CLASSES}
    assert rule.source
    assert re.compile(rule.pattern).groups >= 0
    assert re.compile(rule.before).groups >= 0
    assert not rule.fold or all(anchor == anchor.lower() for anchor in rule.anchors)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.id)
def test_rule_bounds_every_quantifier(rule: Rule) -> None:
    """A quantifier without an upper bound is possessive, so that nothing is tried twice."""
    for pattern in (rule.pattern, rule.before):
        bare = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "x", pattern)
        assert not re.search(
            r"(?:\*|(?<!\()\+|\{\d+,\})(?!\+)(?<!\*\+)(?<!\}\+)", bare.replace("*+", "").replace("}+", "")
        ), pattern


@pytest.mark.parametrize("listed", FORMATS, ids=lambda f: f.rule)
def test_rule_takes_its_formats_alone(listed: Format) -> None:
    """The rule finds the whole value without the help of another rule."""
    rule = BY_ID[listed.rule]
    missed = [
        text.text
        for template in listed.positives
        for text in (sample(template, seed) for seed in SEEDS)
        if not takes(rule, text)
    ]
    assert missed == []


@pytest.mark.parametrize("listed", FORMATS, ids=lambda f: f.rule)
def test_near_misses_come_through(listed: Format) -> None:
    """Words, identifiers and values that are too short are left by all default classes."""
    texts = [filled(template, seed) for template in listed.negatives for seed in SEEDS]
    assert [text for text in texts if redact_text(text) != text] == []


@pytest.mark.parametrize("frame", TOKEN_FRAMES)
def test_token_does_not_survive(frame: str) -> None:
    """A token of every provider is gone to the last piece, whatever stands around it."""
    around = TOKEN_FRAMES[frame]
    left = [
        (rule, text.text)
        for rule, text in samples(TOKENS)
        if survivors(around.replace("{}", text.text), text.secret)
    ]
    assert left == []


@pytest.mark.parametrize("frame", TEXT_FRAMES)
def test_credential_does_not_survive(frame: str) -> None:
    """Neither do keys of many lines, headers, cookies and addresses with passwords, raw, in JSON, in a traceback."""
    around = TEXT_FRAMES[frame]
    left = [
        (rule, text.text) for rule, text in samples(CREDENTIALS) if survivors(around(text.text), text.secret)
    ]
    assert left == []


@pytest.mark.parametrize("rule", [r for r in RULES if r.kind in TOKENS and not r.before], ids=lambda r: r.id)
def test_token_cut_to_its_prefix_is_no_token(rule: Rule) -> None:
    """The literal alone is a word like another."""
    for anchor in rule.anchors:
        text = f"keys begin with {anchor} as documented"
        assert redact_text(text) == text


def test_solid_rules_match_long_words_only() -> None:
    """What is searched for in long words alone is never shorter than one."""
    assert [
        (rule, text.text)
        for rule, text in samples(TOKENS)
        if is_solid(BY_ID[rule]) and len(text.secret) < SOLID
    ] == []
