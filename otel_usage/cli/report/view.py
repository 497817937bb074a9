"""How a report is looked at: its form, and which breakdowns it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from otel_usage.cli.answers import ALWAYS
from otel_usage.ledger.dimensions import Dimension

if TYPE_CHECKING:
    from collections.abc import Iterator

    from otel_usage.cli.report.periods import Asked
    from otel_usage.ledger.days import Days
    from otel_usage.ledger.dimensions import Tag

__all__ = ["FORMS", "View"]

FORMS = ("text", "json", "csv", "markdown", "html")
_SHORT = 36 * 3600 * 10**9
"""Nanoseconds; a day has up to 25 hours."""
_SHOWN = (Dimension.MODEL, Dimension.PROVIDER, Dimension.SERVICE)


class View(Struct, frozen=True, kw_only=True):
    """What is looked at.

    Attributes:
        form: One of ``FORMS``.
        asked: The breakdowns that were asked for; without any it is model, provider and service.
        top_models: How many models are named; None for all.
    """

    form: str
    asked: tuple[Dimension | Tag, ...]
    top_models: int | None

    @property
    def shown(self) -> tuple[Dimension | Tag, ...]:
        """The breakdowns to show, in their order; those without values are left out."""
        models = (Dimension.MODEL,) if self.top_models is not None else ()
        return tuple(dict.fromkeys((*models, *self.asked))) if self.asked else _SHOWN

    def most(self, dimension: Dimension | Tag) -> int | None:
        """How many values of a breakdown are named; None for all."""
        return self.top_models if dimension is Dimension.MODEL else None

    def divisions(self, asked: Asked, days: Days) -> Iterator[Dimension | Tag]:
        """The breakdowns that the form is made from; each names the models without a price.

        Args:
            asked: The period; a page draws a short one by hours.
            days: The ledger's.
        """
        if self.form in {"json", "csv"}:
            yield from (*ALWAYS, *self.asked)
            return
        yield from (Dimension.MODEL, *self.shown)
        if self.form == "html":
            yield Dimension.DAY
            begin, end = asked.period.moments(days)
            if begin is not None and end is not None and end - begin <= _SHORT:
                yield Dimension.HOUR
