"""What genai-prices publishes, made from the installed package: the same providers in the form of its JSON."""

from __future__ import annotations

import dataclasses
from datetime import date, time
from decimal import Decimal
from typing import Any

from genai_prices import types
from genai_prices.data import providers

__all__ = ["price", "published"]


def published() -> list[dict[str, Any]]:
    """The list of providers, to be changed at will; what extracts usages is left out."""
    return [_raw(provider) for provider in providers]


def price(data: list[dict[str, Any]], provider: str, model: str, prices: object) -> None:
    """Set the prices of one model, and take away those of its service tiers."""
    (seller,) = (one for one in data if one["id"] == provider)
    (entry,) = (one for one in seller["models"] if one["id"] == model)
    entry["prices"] = prices
    entry.pop("price_variants", None)


def _raw(value: Any) -> Any:  # noqa: PLR0911  # one a kind of value
    match value:
        case types.ModelPrice():
            return {name: _raw(part) for name, part in vars(value).items() if part is not None}
        case types.ClauseOr() | types.ClauseAnd():
            ((name, parts),) = vars(value).items()
            return {name.rstrip("_"): _raw(parts)}
        case _ if dataclasses.is_dataclass(value):
            found = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            return {
                name: _raw(part)
                for name, part in found.items()
                if part is not None and name != "extractors" and not name.startswith("_")
            }
        case dict():
            return {name: _raw(part) for name, part in value.items()}
        case list() | tuple():
            return [_raw(part) for part in value]
        case Decimal():
            return float(value)
        case date() | time():
            return value.isoformat()
        case _:
            return value
