"""The user's own patterns. They are run by RE2, whose time is linear in the text whatever the pattern is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from otel_usage.errors import InvalidValueError, MissingExtraError
from otel_usage.redaction.encoding import encodable
from otel_usage.redaction.findings import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from otel_usage.settings import RedactionPattern

__all__ = ["EVERYTHING", "OwnPattern", "own_patterns"]

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")


class OwnPattern(NamedTuple):
    """A pattern at work.

    Attributes:
        kind: Its name, which is a class of redaction.
        pattern: Compiled.
    """

    kind: str
    pattern: Any

    def spans(self, text: str) -> Iterator[Span]:
        """Find what it matches; RE2 takes no lone half of a surrogate pair, for which another character stands."""
        for found in self.pattern.finditer(encodable(text)):
            start, end = found.span()
            if start < end:
                yield Span(start, end, self.kind, f"own-{self.kind}")


EVERYTHING: Final = OwnPattern("error", re.compile(r"(?s).+"))
"""Takes every text, where patterns cannot be used."""


def own_patterns(patterns: Iterable[RedactionPattern], taken: Collection[str]) -> tuple[OwnPattern, ...]:
    """Compile patterns.

    Args:
        patterns: The patterns.
        taken: Names that none of them may have.

    Raises:
        InvalidValueError: A name or a pattern cannot be used; what stands in the pattern is not echoed.
        MissingExtraError: RE2 is not installed.
    """
    try:
        import re2  # noqa: PLC0415  # only who has patterns of their own needs it
    except ImportError as error:
        raise MissingExtraError("patterns", "redaction.patterns") from error

    options = re2.Options()
    options.log_errors = False
    made: dict[str, OwnPattern] = {}
    for given in patterns:
        if not _NAME.fullmatch(given.name):
            problem = "a name has lower-case letters, digits and underscores, and at most 32 of them"
            raise InvalidValueError("redaction.patterns", given.name, problem)
        if given.name in {*taken, *made, "default", "all", "error", "oversize"}:
            raise InvalidValueError("redaction.patterns", given.name, f"the name {given.name} is taken")
        try:
            compiled = re2.compile(given.pattern, options)
        except re2.error as error:
            problem = (
                f"RE2 cannot read the pattern of {given.name} (it has no look-around and no back-references)"
            )
            raise InvalidValueError("redaction.patterns", given.pattern, problem) from error
        if compiled.match(""):
            problem = f"the pattern of {given.name} matches the empty text"
            raise InvalidValueError("redaction.patterns", given.pattern, problem)
        made[given.name] = OwnPattern(given.name, compiled)
    return tuple(made.values())
