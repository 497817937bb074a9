"""The search for a model that does not stand under its exact name; not loaded while every name is exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from otel_usage.pricing.names import candidates, fine_tuned_base, hinted_provider
from otel_usage.pricing.providers import FIRST_PARTY, GATEWAYS, provider_id

if TYPE_CHECKING:
    from otel_usage.pricing.index import Found, PriceIndex

__all__ = ["nearest", "search"]

_SUGGESTIONS: Final = 3


def search(index: PriceIndex, provider: str | None, model: str) -> Found | None:
    """The entry of a model, or else of the base that it was fine-tuned from; None when neither is there."""
    found = _named(index, provider, model)
    if found is None and (base := fine_tuned_base(model)) is not None:
        found = _named(index, provider or "openai", base)
        return None if found is None else replace(found, fine_tuned=True)
    return found


def nearest(index: PriceIndex, provider: str | None, model: str) -> list[str]:
    """Up to three known names like this one, the likeliest first."""
    from difflib import get_close_matches  # noqa: PLC0415  # only for a person who mistyped

    given = provider_id(provider) or hinted_provider(model)
    places = (given,) if given in index.providers else FIRST_PARTY
    sections = [section for place in places if place and (section := index.section(place))]
    listed = {name for section in sections for name in section.names}
    return get_close_matches(candidates(model)[-1], sorted(listed), n=_SUGGESTIONS)


def _named(index: PriceIndex, provider: str | None, model: str) -> Found | None:
    """By the provider given; else by the one that the model's name tells; else by the name alone."""
    names = candidates(model)
    given = provider_id(provider)
    if given in GATEWAYS:
        given = None
    if given is not None and (found := index.find(given, names)) is not None:
        return found
    if given is None or given == "openai":
        # OpenAI's client is everyone's way to a gateway: ``anthropic/…`` there is not OpenAI's model.
        hint = hinted_provider(model)
        if hint is not None and hint != given:
            return index.find(hint, names)
    return index.find_anywhere(names) if given is None else None
