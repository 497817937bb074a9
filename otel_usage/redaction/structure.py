"""Structure before patterns: JSON inside strings is walked, and a sensitive name takes its whole value with it.

Only the literals that change are written anew, so that spacing, the order of keys and the form of numbers stay. JSON
that was cut off is walked up to its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.redaction.engine import redact
from otel_usage.redaction.jsontext import leaves_of
from otel_usage.redaction.patterns import lazy, words
from otel_usage.redaction.stand_ins import ERROR
from otel_usage.redaction.validators import is_placeholder, looks_secret

if TYPE_CHECKING:
    from otel_usage.redaction.findings import Tally
    from otel_usage.redaction.jsontext import Leaf
    from otel_usage.redaction.names import Sensitivity
    from otel_usage.redaction.plan import Plan
    from otel_usage.redaction.stand_ins import StandIns

__all__ = ["MAX_DEPTH", "SENSITIVE_NAME", "drops", "redact_structured"]

MAX_DEPTH = 6
"""How many times JSON in a string in JSON is opened; deeper it is text."""

SENSITIVE_NAME = "sensitive-name"
"""The rule of a value that goes because its key in JSON, or the name beside it, announces a secret."""
_KEY_BEGINS = lazy(r"-----BEGIN [A-Z ]{0,32}PRIVATE KEY(?: BLOCK)?-----\s*\Z")
_KEY_LINE = lazy(
    r"\s{0,8}(?:[A-Za-z0-9+/]{8,128}={0,2}|[A-Z][A-Za-z-]{2,24}: [^\n]{0,200}|)\s{0,8}(?:,\s{0,8})?\Z"
)
_ROUNDS = 4
_NUMBER_CLASSES = words("credit_card phone ssn iban")
_NUMBER_SIZE = 9


def redact_structured(text: str, plan: Plan, tally: Tally, depth: int = 0) -> str:
    """Redact free text that may be JSON, whole or cut off.

    Args:
        text: The text.
        plan: What to look for.
        tally: Is told what was found.
        depth: How many times a string has been opened to get here.

    Returns:
        The same object when nothing was found.
    """
    if depth >= MAX_DEPTH or not _may_be_json(text):
        return redact(text, plan, tally)
    for _ in range(_ROUNDS):  # a replacement can turn what was no JSON into JSON
        leaves = leaves_of(text, named=plan.named)
        if leaves is not None:
            return _rewritten(text, leaves, plan, tally, depth)
        flat = redact(text, plan, tally)
        if flat is text:
            return text
        text = flat
    tally.found("error", "no-end", 0, len(text))
    return ERROR


def drops(value: str, why: Sensitivity, stand_ins: StandIns) -> bool:
    """Tell whether a value goes because of its name; stand-ins such as ``${TOKEN}`` stay."""
    if not value.strip() or stand_ins.is_mark(value):
        return False
    return not is_placeholder(value) if why.sure else looks_secret(value)


def _may_be_json(text: str) -> bool:
    return text[:64].lstrip()[:1] in {"{", "[", '"'} and '"' in text


class _KeyLines:
    """Follows a private key whose lines stand in a list, one string each, as notebooks and configurations have them."""

    def __init__(self) -> None:
        """No key has begun."""
        self._inside = False

    def takes(self, value: str | None) -> bool:
        """Tell a string that is a line of the key; it is shown every string in turn."""
        value = value or ""
        if _KEY_BEGINS().search(value):
            self._inside = True
            return False
        was, self._inside = self._inside, self._inside and _KEY_LINE().match(value) is not None
        return was and self._inside


def _is_opened(leaf: Leaf) -> bool:
    """Tell a string that is searched for JSON of its own."""
    return not leaf.key and leaf.value is not None and _may_be_json(leaf.value)


def _rewritten(text: str, leaves: list[Leaf], plan: Plan, tally: Tally, depth: int) -> str:
    """Redact each literal and put the changed ones in their places."""
    flat = [leaf.value for leaf in leaves if leaf.value and not _is_opened(leaf)]
    narrow = plan.narrowed("\n".join(flat))
    pieces: list[str] = []
    done = 0
    key = _KeyLines()
    for leaf in leaves:
        literal = text[leaf.start : leaf.end]
        kind = _announced(leaf, literal, plan) or (
            key.takes(leaf.value) and "private_key" in plan.classes and "private_key"
        )
        if kind:
            tally.found(kind, SENSITIVE_NAME, leaf.start, leaf.end)
            new: str | None = plan.stand_ins.mark(kind, literal if leaf.value is None else leaf.value)
        elif leaf.value is None:
            new = None
        elif literal[0] != '"':
            new = _number(leaf.value, plan, tally.inside(leaf.start, leaf.end, exact=True))
        else:
            exact = literal[1 : 1 + len(leaf.value)] == leaf.value
            within = tally.inside(leaf.start + exact, leaf.end - exact, exact=exact)
            if _is_opened(leaf):
                new = redact_structured(leaf.value, plan, within, depth + 1)
            else:
                new = redact(leaf.value, narrow, within)
        if new is not None and new != leaf.value:
            import json  # noqa: PLC0415  # only a JSON literal that changed is written again

            written = json.dumps(new, ensure_ascii=literal.isascii())
            pieces += (text[done : leaf.start], written[:-1] if leaf.cut else written)
            done = leaf.end
    return "".join((*pieces, text[done:])) if pieces else text


def _announced(leaf: Leaf, literal: str, plan: Plan) -> str | None:
    """Give the class under which a literal goes because of its name."""
    why = leaf.why
    if why is None or not plan.named or why.kind not in plan.classes:
        return None
    if leaf.value is None or (literal[0] == '"' and drops(leaf.value, why, plan.stand_ins)):
        return why.kind
    return None


def _number(digits: str, plan: Plan, tally: Tally) -> str | None:
    """Look for numbers of cards and persons that are written as JSON numbers."""
    if len(digits) < _NUMBER_SIZE or not plan.classes & _NUMBER_CLASSES:
        return None
    return redact(digits, plan, tally)
