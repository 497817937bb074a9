"""What an invoice is: an answer as a provider sent it, and what it bills for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from otel_usage.records import CostStatus
from tests.unit.pricing.golden.cases import BEFORE_TIERS

if TYPE_CHECKING:
    from otel_usage.records import Flag

__all__ = ["Invoice", "Stream"]


class Stream(tuple[object, ...]):
    """The chunks of an answer that came as a stream."""

    __slots__ = ()


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """One answer and its price.

    Attributes:
        what: What is special about it.
        provider: Who was called.
        answer: The body of the answer, an object of the provider's client, or a ``Stream``.
        money: Nano-dollars by component.
        asked: The model that was asked for; many answers name none.
        said: Nano-dollars that the provider itself says it cost, where that is believed.
        status: What the cost is; ``PENDING`` and ``UNPRICED`` have no amount.
        flags: What a reader should know.
        at: When the call began, UTC.
    """

    what: str
    provider: str
    answer: object
    money: dict[str, int]
    asked: str | None = None
    said: int | None = None
    status: CostStatus = CostStatus.PRICED
    flags: tuple[Flag, ...] = ()
    at: str = BEFORE_TIERS

    def __str__(self) -> str:
        """The name of the invoice in a test's report."""
        return f"{self.provider} {self.what}"

    @property
    def total(self) -> int | None:
        """Nano-dollars altogether."""
        if self.status in {CostStatus.PENDING, CostStatus.UNPRICED}:
            return None
        return sum(self.money.values()) if self.said is None else self.said
