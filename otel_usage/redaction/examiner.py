"""A prepared search: texts and nested values examined, and told what was found in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.redaction.encoding import encodable
from otel_usage.redaction.findings import Tally
from otel_usage.redaction.plan import plan_of
from otel_usage.redaction.structure import redact_structured
from otel_usage.redaction.values import Visit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from otel_usage.settings import RedactionSettings

__all__ = ["Examiner"]


class Examiner:
    """Examines as settings say."""

    def __init__(self, settings: RedactionSettings, key: bytes | None) -> None:
        """Prepare the search; the arguments and errors are those of ``plan_of``."""
        self._plan = plan_of(settings, key)

    def text(self, value: str) -> tuple[str, Mapping[str, int]]:
        """The text without what was found, which may be an equal one, and how many values of each class that was."""
        tally = Tally()
        # Before the search, as a replaced letter is a neighbour like another; after it, as JSON may have held more as escapes.
        new = redact_structured(encodable(value), self._plan, tally)
        return encodable(new), tally.counts

    def value(self, value: object, text: Callable[[str], str], tally: Callable[[str], None]) -> object:
        """A value of any shape; the arguments are those of ``Visit``."""
        return Visit(text, tally, self._plan).redacted(value)
