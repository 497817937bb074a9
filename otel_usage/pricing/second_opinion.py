"""What a call would be billed here against what LiteLLM's price map says, rate by rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from otel_usage.pricing.index import SOURCE
from otel_usage.pricing.schedule import at
from otel_usage.records import CostStatus, Flag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from otel_usage.pricing.book import PriceBook
    from otel_usage.pricing.litellm_map import Listed
    from otel_usage.pricing.schedule import Window

__all__ = ["Difference", "compared", "free", "priced"]

_PERCENT: Final = 1
"""Rates that differ by no more agree."""


class Difference(Struct, frozen=True, kw_only=True):
    """One rate on which the two disagree, in nano-dollars per million units.

    Attributes:
        provider: As the call names it, empty where it does not.
        model: As the call names it.
        component: What is billed.
        tier: The service tier, empty for the standard price.
        above: For calls with more tokens of input than this.
        ours: What is billed here, None where there is no rate for it.
        theirs: What LiteLLM's map says.
        assumed: Ours is no rate of its own but the nearest one known.
    """

    provider: str
    model: str
    component: str
    tier: str
    above: int
    ours: int | None
    theirs: int
    assumed: bool

    @property
    def ratio(self) -> float | None:
        """Ours to theirs."""
        return None if self.ours is None else self.ours / self.theirs


def priced(book: PriceBook, provider: str, model: str, start: int) -> bool:
    """Whether a call that begins at a time would be billed here by a rate card."""
    return _card(book, provider, model, "", start) is not None


def free(book: PriceBook, provider: str, model: str, start: int) -> bool:
    """Whether a call that begins at a time costs nothing because a person declared so, not by the price data."""
    window = at(book.windows(provider or None, model, None), start)
    return window.status is CostStatus.FREE and (window.card is None or window.card.source != SOURCE)


def compared(
    book: PriceBook,
    provider: str,
    model: str,
    theirs: Listed,
    start: int,
    used: Mapping[str, int] | None = None,
) -> Iterator[Difference]:
    """Every rate on which a model's price at a time differs from an entry's.

    Args:
        book: Our prices.
        provider: As the call names it, empty where it does not.
        model: The same.
        theirs: The entry.
        start: The time, in nanoseconds since the epoch.
        used: By service tier the most input that a call has: only the standard price, these tiers and sizes of calls
            up to these are compared; None compares all.
    """
    for (tier, component), steps in theirs.rates.items():
        window = _card(book, provider, model, tier, start)
        if window is None or (used is not None and tier and tier not in used):
            continue
        for size in _sizes(window, tier, steps, theirs.max_input):
            if used is not None and size and size >= used.get(tier, 0):
                continue
            listed = [rate for above, rate in steps if above <= size]
            tariff = next(tariff for tariff in window.sizes if size + 1 > tariff.above)
            ours, _, assumed = tariff.rates.get(component, (None, None, False))
            if listed and not _close(ours, listed[-1]):
                yield Difference(
                    provider=provider,
                    model=model,
                    component=component,
                    tier=tier,
                    above=size,
                    ours=ours,
                    theirs=listed[-1],
                    assumed=assumed or Flag.VARIANT_UNPRICED in window.flags,
                )


def _card(book: PriceBook, provider: str, model: str, tier: str, start: int) -> Window | None:
    window = at(book.windows(provider or None, model, tier), start)
    return None if window.card is None else window


def _sizes(window: Window, tier: str, steps: tuple[tuple[int, int], ...], max_input: int | None) -> list[int]:
    """Sizes of calls at which to compare: each step of theirs, and of ours where their calls can be that large.

    Of a service tier they state some steps only, which says nothing of the others.
    """
    sizes = {above for above, _ in steps}
    if not tier:
        ours = {tariff.above for tariff in window.sizes if tariff.above > 0}
        sizes |= {above for above in ours if max_input is None or above < max_input}
    return sorted(sizes)


def _close(ours: int | None, theirs: int) -> bool:
    return ours is not None and abs(ours - theirs) * 100 <= theirs * _PERCENT
