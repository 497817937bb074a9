"""What one rule says: a format, as a row of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from otel_usage.redaction import validators as v

if TYPE_CHECKING:
    from otel_usage.redaction.validators import Check

__all__ = ["Rule"]


class Rule(NamedTuple):
    """One format.

    Attributes:
        id: Its name, unique.
        kind: The class of redaction.
        anchors: Literals, one of which every instance holds; lower case when ``fold``. None: searched for everywhere.
        pattern: What follows from the anchor on, anchor included; group ``v`` is the secret, else the whole match.
        source: Where the format is described.
        check: What the secret must hold beside the pattern.
        fold: The anchor and the pattern ignore case.
        before: A pattern over the reversed text before the anchor: what the match takes in to its left.
        reach: How many characters to the left ``before`` may see.
        word: No letter or digit may stand directly before the match.
    """

    id: str
    kind: str
    anchors: tuple[str, ...]
    pattern: str
    source: str
    check: Check = v.any_value
    fold: bool = False
    before: str = ""
    reach: int = 80
    word: bool = True
