"""From the names on a call to windows of prices: which source knows the model, in the order of precedence."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from otel_usage.pricing.index import SOURCE, current
from otel_usage.pricing.providers import provider_id, squeezed
from otel_usage.pricing.schedule import Window, reachable, schedule
from otel_usage.records import CostStatus

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.pricing.index import Found, PriceIndex
    from otel_usage.pricing.overrides import Overrides
    from otel_usage.settings import PricingSettings

__all__ = [
    "LOCAL_WINDOW",
    "UNPRICED_WINDOW",
    "NameTooLongError",
    "Resolver",
]

LOCAL_WINDOW: Final = Window(status=CostStatus.FREE)
_PENDING_WINDOW: Final = Window(status=CostStatus.PENDING)
UNPRICED_WINDOW: Final = Window(status=CostStatus.UNPRICED)

_MAX_NAME: Final = 200
"""No model or provider has a longer name; a longer one is never looked up nor kept."""
_MAX_KEPT: Final = 4096


class NameTooLongError(Exception):
    """A name that no model or provider has; raised instead of an answer, because answers are kept with the names."""


class Resolver:
    """Finds the prices of a call by its names; answers are kept, up to a bound."""

    def __init__(self, settings: PricingSettings, *, allow_lookup: bool, index: Path | None) -> None:
        """Check the settings; the price data is read when it is first needed.

        Raises:
            PriceDataError: An override cannot be used.
        """
        self._allow_lookup = allow_lookup
        self._index_file = index
        self._index: PriceIndex | None = None
        self._installed: PriceIndex | None = None
        self._looked = False
        self._free = frozenset(squeezed(provider) for provider in settings.free_providers)
        self._overrides: Overrides | None = None
        self._preset: Overrides | None = None
        if settings.overrides or settings.preset is not None:
            from otel_usage.pricing.overrides import Overrides  # noqa: PLC0415  # most people have none

            self._overrides = Overrides(settings.overrides, self._listed)
            if settings.preset is not None:
                from otel_usage.pricing.presets import preset  # noqa: PLC0415  # the same

                self._preset = Overrides(
                    preset(settings.preset), self._listed, source=f"preset:{settings.preset}"
                )
        self.services = None if self._overrides is None else self._overrides.services
        """Prices of calls to other services, None without any."""
        self.windows = lru_cache(_MAX_KEPT)(self._resolve)
        """Provider, response model, request model, service tier and whether the server is declared free → windows,
        the first that holds counts."""

    @property
    def index(self) -> PriceIndex:
        """The compact index."""
        if self._index is None:
            self._index = current(self._index_file)
        return self._index

    def nearest(self, provider: str | None, model: str) -> list[str]:
        """Up to three known names like this one, the likeliest first."""
        from otel_usage.pricing.search import nearest  # noqa: PLC0415  # only for a person who mistyped

        return nearest(self.index, provider, model[:_MAX_NAME])

    def _resolve(
        self,
        provider: str | None,
        response: str | None,
        request: str | None,
        tier: str | None,
        free_host: bool,  # noqa: FBT001  # a key of what is kept, which keywords would make slower
    ) -> tuple[Window, ...]:
        for name in (provider, response, request, tier):
            if name is not None and len(name) > _MAX_NAME:
                raise NameTooLongError
        # Bedrock bills by the profile that was asked for, a region's or the global one; the answer names the model alone.
        names = (request, response) if provider_id(provider) == "aws" else (response, request)
        models = [model for model in dict.fromkeys(names) if model]
        tier = (tier or "").strip().lower()
        own = () if self._overrides is None else self._overrides.windows(provider, models, tier)
        if free_host or self._is_free(provider, models):
            return reachable((*own, LOCAL_WINDOW))
        if self._preset is not None:
            # Below what is declared free: a server of one's own may answer to the name of a model that is sold.
            own += self._preset.windows(provider, models, tier)
        return reachable((*own, *self._others(provider, models, tier)))

    def _others(self, provider: str | None, models: list[str], tier: str) -> tuple[Window, ...]:
        """What holds where nobody has set a price: that of the price data, else what a miss is."""
        for model in models:
            if listed := self._listed(provider, model, tier):
                return listed
        return (_PENDING_WINDOW if models and not self._allow_lookup else UNPRICED_WINDOW,)

    def _listed(self, provider: str | None, model: str, tier: str) -> tuple[Window, ...]:
        """The windows of a model in the price data, empty when it is not there."""
        found = self._find(provider, model)
        return () if found is None else schedule(found, tier, SOURCE)

    def _find(self, provider: str | None, model: str) -> Found | None:
        given = provider_id(provider)
        if given is not None and (found := self.index.exact(given, model.strip().lower())) is not None:
            return found
        from otel_usage.pricing.search import search  # noqa: PLC0415  # not needed by a name that is exact

        found = search(self.index, provider, model)
        if found is None and (installed := self._newer()) is not None:
            found = search(installed, provider, model)
        return found

    def _newer(self) -> PriceIndex | None:
        """The installed price data, where that is allowed and it is not what the index was made from."""
        if self._allow_lookup and not self._looked:
            self._looked = True
            from importlib.metadata import version  # noqa: PLC0415  # only at ingest

            if self.index.head is None or version(SOURCE) != self.index.head.version:
                from otel_usage.pricing.lookup import installed  # noqa: PLC0415  # takes a quarter of a second

                self._installed = installed()
        return self._installed

    def _is_free(self, provider: str | None, models: list[str]) -> bool:
        if provider is not None:
            return squeezed(provider) in self._free
        return any(squeezed(model.partition("/")[0]) in self._free for model in models if "/" in model)
