"""The models that a ledger has calls of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from otel_usage.ledger.placing import call_id

if TYPE_CHECKING:
    from otel_usage.ledger.store import Ledger

__all__ = ["Used", "flagged", "used_models"]


class Used(Struct, frozen=True):
    """A model with calls.

    Attributes:
        provider: As the calls name it, empty where none does.
        model: The same.
        calls: How many there are.
        unpriced: How many of them have no amount.
    """

    provider: str
    model: str
    calls: int
    unpriced: int

    @property
    def name(self) -> str:
        """``provider/model``."""
        return f"{self.provider}/{self.model}" if self.provider else self.model


def used_models(ledger: Ledger) -> list[Used]:
    """All models of LLM calls, the most used first."""
    rows = ledger.ask(
        "SELECT provider, model, sum(calls), sum(unpriced) FROM usage_day WHERE kind = 'llm' AND model != ''"
        " GROUP BY provider, model ORDER BY sum(calls) DESC, provider, model"
    )
    return [Used(*row) for row in rows]


def flagged(ledger: Ledger, flag: str, since: int) -> list[tuple[str, int]]:
    """``provider/model`` and the number of calls that have a flag and began at or after a time."""
    rows = ledger.ask(
        "SELECT iif(provider = '', model, provider || '/' || model), count(*) FROM call WHERE id >= ? AND start >= ? AND kind = 'llm' AND EXISTS"
        " (SELECT 1 FROM json_each(CAST(rest AS TEXT), '$.flags') WHERE value = ?) GROUP BY 1 ORDER BY 2 DESC, 1",
        (call_id(since), since, flag),
    )
    return [(name, count) for name, count in rows]
