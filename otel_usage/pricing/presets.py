"""Tables of prices that systems before this one published, to go on reporting by them: ``pricing: {preset: …}``.

A rate that a table does not give (a cache's) keeps its ratio to the input rate of the price data. A service's
provider is not named: the tables are by model, whoever sells it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from otel_usage.errors import PriceDataError
from otel_usage.settings import PriceOverride

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PRESETS", "preset"]


def _table(rates: Mapping[str, tuple[str, str]]) -> tuple[PriceOverride, ...]:
    return tuple(
        PriceOverride(model=model, input=Decimal(given), output=Decimal(taken))
        for model, (given, taken) in rates.items()
    )


PRESETS: Final = {
    "legacy-2025": _table(
        {
            "claude-3-5-sonnet": ("3", "15"),
            "claude-3-opus": ("15", "75"),
            "claude-3-sonnet": ("3", "15"),
            "claude-3-haiku": ("0.25", "1.25"),
            "gpt-4o": ("2.50", "10"),
            "gpt-4o-mini": ("0.15", "0.60"),
            "gpt-4-turbo": ("10", "30"),
            "gpt-3.5-turbo": ("0.50", "1.50"),
            "gemini-1.5-pro": ("1.25", "5"),
            "gemini-1.5-flash": ("0.075", "0.30"),
        }
    ),
    "agents-2026": (
        *_table(
            {
                "claude-opus-4-6": ("15", "75"),
                "claude-sonnet-4-5": ("3", "15"),
                "gpt-4-turbo": ("10", "30"),
                "gpt-4o": ("5", "15"),
                "gemini-2.5-pro": ("1.25", "10"),
            }
        ),
        PriceOverride(provider="lmstudio", model="*", input=Decimal(0), output=Decimal(0)),
    ),
}
"""Name → entries; USD per million tokens, in and out."""


def preset(name: str) -> tuple[PriceOverride, ...]:
    """The entries of a preset.

    Raises:
        PriceDataError: There is none of this name.
    """
    entries = PRESETS.get(name)
    if entries is None:
        raise PriceDataError(f"{name!r} is none: there are {' and '.join(PRESETS)}", source="pricing.preset")
    return entries
