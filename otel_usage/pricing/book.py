"""The price book: a record in, its cost out; the first source that knows a price counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from otel_usage.pricing.arithmetic import bill
from otel_usage.pricing.providers import provider_id
from otel_usage.pricing.resolver import LOCAL_WINDOW, UNPRICED_WINDOW, NameTooLongError, Resolver
from otel_usage.pricing.schedule import at
from otel_usage.records import MAX_NANOS, Cost, CostStatus, Flag, Kind, Status
from otel_usage.settings import PricingSettings

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.pricing.cards import RateCard
    from otel_usage.pricing.free_hosts import FreeHosts
    from otel_usage.pricing.schedule import Window
    from otel_usage.records import UsageRecord

__all__ = ["PriceBook", "Quote"]

_CALLER: Final = "caller"
_LOCAL: Final = "local"
_PROVIDER: Final = "provider"

# A member of an enumeration is slow to reach through its class.
_FREE: Final = CostStatus.FREE
_INCLUDED: Final = CostStatus.INCLUDED
_PENDING: Final = CostStatus.PENDING
_PRICED: Final = CostStatus.PRICED
_UNPRICED: Final = CostStatus.UNPRICED
_API: Final = Kind.API
_ERROR: Final = Status.ERROR

_NO_WINDOWS: Final = (UNPRICED_WINDOW,)

_WITHOUT_CARD: Final = {
    _FREE: Cost(status=_FREE, nanos=0, price_source=_LOCAL),
    _PENDING: Cost(status=_PENDING),
    _UNPRICED: Cost(status=_UNPRICED),
}


class Quote(Struct, frozen=True, gc=False):
    """A cost and how it came about.

    Attributes:
        cost: What the call cost.
        card: The rate card that was applied, to be journalled; None when none was.
        flags: What a reader should know beyond the record's own flags.
    """

    cost: Cost
    card: RateCard | None = None
    flags: tuple[Flag, ...] = ()


class PriceBook:
    """Prices records; what it once resolved it keeps, up to a bound."""

    def __init__(
        self,
        settings: PricingSettings | None = None,
        *,
        allow_lookup: bool = False,
        index: Path | None = None,
    ) -> None:
        """Check the settings; the price data is read when it is first needed.

        Args:
            settings: How prices are found.
            allow_lookup: On a miss ask the installed genai-prices too, which takes a quarter of a second the first
                time: at ingest, never on a caller's thread. Without it a miss is ``PENDING``.
            index: The file that ``otel-usage prices update`` writes; without it, or where it is not there, the
                prices that come with the package hold.

        Raises:
            PriceDataError: An override, a preset or a free host cannot be used.
        """
        settings = settings or PricingSettings()
        self._resolver = Resolver(settings, allow_lookup=allow_lookup, index=index)
        self._resolved = self._resolver.windows
        self._services = self._resolver.services
        self._free_hosts: FreeHosts | None = None
        if settings.free_hosts:
            from otel_usage.pricing.free_hosts import FreeHosts  # noqa: PLC0415  # most people have none

            self._free_hosts = FreeHosts(settings.free_hosts)
        self._trusted = frozenset(map(provider_id, settings.trusted_providers))

    def price(self, record: UsageRecord) -> Cost:
        """The cost of a record; whatever it holds, nothing is raised."""
        return self.quote(record).cost

    def quote(self, record: UsageRecord) -> Quote:
        """The cost of a record, the rate card and flags; whatever the record holds, nothing is raised.

        An amount that stands on the record is kept: it was given, or computed before.
        """
        flags: tuple[Flag, ...] = ()
        given = record.cost
        status = given.status
        if status is not _PENDING and status is not _UNPRICED:
            if status is _INCLUDED:
                return self._included(record, given)
            if (kept := self._kept(record, given)) is not None:
                return Quote(kept)
            flags = () if given.price_source == _PROVIDER else (Flag.COST_UNUSABLE,)
        return self._priced(record, flags)

    def card(
        self, provider: str | None, model: str, *, start: int, tier: str | None = None
    ) -> RateCard | None:
        """The rate card for a call that begins at a time (nanoseconds since the epoch, UTC), None without one."""
        return at(self.windows(provider, model, tier), start).card

    def known(self, provider: str | None, model: str) -> bool:
        """Whether any source has a price for a model."""
        return any(window.card or window is LOCAL_WINDOW for window in self.windows(provider, model, None))

    def target(self, name: str, provider: str | None = None) -> tuple[str | None, str]:
        """The provider and the model that a person means by ``model`` or ``provider/model``.

        A model alone is its maker's, so that a price that is bound to the maker holds for it too.

        Args:
            name: As it was asked for.
            provider: Where the person said it; then the name is the model.

        Returns:
            The provider, None where no price tells it, and the model, as ``known`` and ``windows`` take them.
        """
        from otel_usage.pricing.names import hinted_provider  # noqa: PLC0415  # only for a person who asks

        if provider is not None:
            return provider, name
        hint = hinted_provider(name)
        if hint is not None and self._resolver.index.exact(hint, name.strip().lower()) is not None:
            # ``perplexity/sonar`` is what Perplexity itself calls a model.
            return hint, name
        head, _, tail = name.partition("/")
        if head and tail and self.known(head, tail):
            return head, tail
        cards = (window.card for window in self.windows(None, name, None))
        seller = hint or next((card.provider for card in cards if card is not None), None)
        return (seller, name) if seller and self.known(seller, name) else (None, name)

    def nearest(self, provider: str | None, model: str) -> list[str]:
        """Up to three known names like this one, the likeliest first: ``did you mean``."""
        return self._resolver.nearest(provider, model)

    def windows(self, provider: str | None, model: str, tier: str | None) -> tuple[Window, ...]:
        """The prices of a model over all time, the first that holds at a time counts."""
        try:
            return self._resolved(provider, model, None, tier, False)  # noqa: FBT003  # see the resolver
        except NameTooLongError:
            return _NO_WINDOWS

    def service_windows(self, service: str | None, endpoint: str | None) -> tuple[Window, ...]:
        """The prices of a call to another service over all time: only the user's own, the first that holds counts."""
        own = () if self._services is None else self._services.windows(service, endpoint)
        return (*own, UNPRICED_WINDOW)

    def _included(self, record: UsageRecord, given: Cost) -> Quote:
        """A call of a subscription's plan costs nothing; what it would have cost at the list price stands beside."""
        if given.list_nanos is not None:
            return Quote(given)
        quote = self._priced(record, ())
        listed = quote.cost
        cost = Cost(
            status=_INCLUDED,
            nanos=0,
            list_nanos=listed.nanos,
            price_source=listed.price_source,
            rate_card=listed.rate_card,
        )
        return Quote(cost, quote.card, quote.flags)

    def _priced(self, record: UsageRecord, flags: tuple[Flag, ...]) -> Quote:
        try:
            windows = (
                self._service_windows(record)
                if record.kind is _API
                else self._resolved(
                    record.provider,
                    record.response_model,
                    record.request_model,
                    record.service_tier,
                    self._free_hosts is not None and record.server_address in self._free_hosts,
                )
            )
        except NameTooLongError:
            windows = _NO_WINDOWS
        window = windows[0] if len(windows) == 1 else at(windows, record.start)
        card = window.card
        if card is None:
            return Quote(_WITHOUT_CARD[window.status], None, flags)
        if window.status is _FREE:
            free = Cost(status=_FREE, nanos=0, price_source=card.source, rate_card=card.id)
            return Quote(free, card, flags + window.flags)
        billed = bill(record.usage, window.sizes)
        components = billed.components
        if billed.flags or window.flags:
            flags = flags + window.flags + billed.flags
        if components is None:
            return Quote(_WITHOUT_CARD[_UNPRICED], None, flags)
        if record.usage.input is None or (record.usage.output is None and "output" in card.rates):
            if not window.sizes[-1].per_call:
                flags += (Flag.USAGE_INCOMPLETE,)
            elif record.status is _ERROR:
                # Nothing says that a call that failed was billed.
                return Quote(_WITHOUT_CARD[_UNPRICED], None, flags)
        nanos = sum(components.values())
        if nanos > MAX_NANOS:
            return Quote(_WITHOUT_CARD[_UNPRICED], None, (*flags, Flag.USAGE_UNUSABLE))
        cost = Cost(
            status=_PRICED,
            nanos=nanos,
            components=components,
            price_source=card.source,
            rate_card=card.id,
            cache_saved=billed.cache_saved,
            cache_extra=billed.cache_extra,
        )
        return Quote(cost, card, flags)

    def _service_windows(self, record: UsageRecord) -> tuple[Window, ...]:
        """The windows of an API call; one that failed is not billed."""
        return (
            _NO_WINDOWS if record.status is _ERROR else self.service_windows(record.service, record.endpoint)
        )

    def _kept(self, record: UsageRecord, given: Cost) -> Cost | None:
        """The cost that stands on the record, None when it cannot be used: a provider's 0 is no statement."""
        nanos = given.nanos
        if type(nanos) is not int or not 0 <= nanos <= MAX_NANOS:
            return None
        if given.price_source == _PROVIDER and (
            not nanos or provider_id(record.provider) not in self._trusted
        ):
            return None
        if given.status is CostStatus.PROVIDED and given.price_source is None:
            return Cost(status=given.status, nanos=nanos, components=given.components, price_source=_CALLER)
        return given
