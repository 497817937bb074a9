from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from otel_usage.redaction import redact_text
from otel_usage.redaction.rules import RULES
from otel_usage.redaction.stand_ins import ERROR
from tests.data.hostile import of_names, of_rule, of_structure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from otel_usage.redaction.rule import Rule
    from tests.data.hostile import Hostile

SIZE = 40_000


def examine(hostile: Iterable[Hostile]) -> None:
    """Redact texts of a kind, one after the other in one text."""
    texts = list(hostile)
    text = "\n".join(each.text(SIZE // len(texts)) for each in texts)
    classes = max((each.classes for each in texts), key=("default", "all").index)
    out = redact_text(text, classes)
    assert out.count(ERROR) <= text.count(ERROR)
    assert redact_text(out, classes) == out


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_a_rule_begins_to_match_again_and_again_is_examined(rule: Rule) -> None:
    """The answer is a text that stays as it is, and no stand-in for what could not be examined."""
    examine(of_rule(rule))


def test_names_again_and_again_are_examined() -> None:
    """The same for what announces a secret."""
    examine(of_names())


@pytest.mark.parametrize("hostile", list(of_structure()), ids=lambda hostile: hostile.name)
def test_hostile_structure_is_examined(hostile: Hostile) -> None:
    """The same for JSON that is deep, cut off or full of escapes, each alone: structure is read from the beginning."""
    text = hostile.text(SIZE // 4)
    out = redact_text(text, hostile.classes)
    assert out.count(ERROR) <= text.count(ERROR)
    assert redact_text(out, hostile.classes) == out
