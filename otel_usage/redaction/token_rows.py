"""How the row of a token is made, and the alphabets of tokens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from otel_usage.redaction import validators as v
from otel_usage.redaction.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from otel_usage.redaction.validators import Check

__all__ = ["ALNUM", "BASE64", "END", "HEX", "URLSAFE", "UUID", "either", "token"]

ALNUM: Final = "[A-Za-z0-9]"
URLSAFE: Final = "[A-Za-z0-9_-]"
BASE64: Final = "[A-Za-z0-9+/_-]"
HEX: Final = "[0-9a-f]"
UUID: Final = "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
END: Final = "(?![A-Za-z0-9])"


def either(literals: Iterable[str]) -> str:
    """Give the pattern of one of some literals."""
    return "(?:" + "|".join(map(re.escape, literals)) + ")"


def token(
    name: str, prefixes: str, body: str, source: str, check: Check = v.two_kinds, kind: str = "api_key"
) -> Rule:
    """Make the row of a token that is one of some prefixes and a body."""
    anchors = tuple(prefixes.split())
    return Rule(name, kind, anchors, either(anchors) + body, source, check)
