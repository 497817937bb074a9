from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from otel_usage.redaction import redact_text
from otel_usage.redaction.plan import _SOLID, _is_solid
from otel_usage.redaction.matching import Matcher
from otel_usage.redaction.rules import DEFAULT_CLASSES, OPT_IN_CLASSES, RULES

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.redaction.rule import Rule

TOKENS = [
    r
    for r in RULES
    if r.kind in {"api_key", "cloud_key"} and not r.before and r.anchors and "(?P<v>" not in r.pattern
]


def example(rule: Rule, make_match: Callable[[str, int], str], seed: int) -> str:
    """Make a token that its rule accepts as a whole: chance may fail a check, so several are tried."""
    matcher = Matcher(rule)
    for attempt in range(200):
        token = make_match(rule.pattern, seed * 1000 + attempt)
        if matcher.match(token, 0) == (0, len(token), len(token)):
            return token
    raise AssertionError(f"no text matches rule {rule.id}")


def test_rules_have_unique_ids() -> None:
    """A rule is named by its id alone."""
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))


def test_rules_know_sixty_providers() -> None:
    """The tokens of at least sixty providers have a row."""
    assert len([r for r in RULES if r.kind in {"api_key", "cloud_key"}]) >= 60


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


@pytest.mark.parametrize("rule", TOKENS, ids=lambda r: r.id)
@pytest.mark.parametrize(
    "frame", ["{}", "use `{}` now", 'x = ["{}"]', "\\n{}\\nnext", "a%3D{}", "- {}\n- old"]
)
def test_token_does_not_survive(rule: Rule, frame: str, make_match: Callable[[str, int], str]) -> None:
    """A token of every provider is replaced as a whole, whatever stands around it."""
    token = example(rule, make_match, 7)
    out = redact_text(frame.format(token))
    assert token not in out
    assert "[REDACTED:" in out


@pytest.mark.parametrize("rule", TOKENS, ids=lambda r: r.id)
def test_token_cut_to_its_prefix_is_no_token(rule: Rule) -> None:
    """The literal alone is a word like another."""
    for anchor in rule.anchors:
        text = f"keys begin with {anchor} as documented"
        assert redact_text(text) == text


@pytest.mark.parametrize("rule", [r for r in TOKENS if _is_solid(r)], ids=lambda r: r.id)
def test_solid_rules_match_long_words_only(rule: Rule, make_match: Callable[[str, int], str]) -> None:
    """What is searched for in long words alone is never shorter than one."""
    assert all(len(example(rule, make_match, seed)) >= _SOLID for seed in range(8))
