"""The compact price index: for each provider, names to entries, entries to dated rates.

``index.json`` beside this module is made by ``build_index`` and committed; it holds all that genai-prices knows, in
a form that a short shell command can afford to read. ``prices update`` writes a newer one of the same form into the
data directory. A provider's section is decoded when it is first asked for.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003  # msgspec reads the annotations when it decodes the file
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Raw, Struct
from msgspec.json import decode

from otel_usage.pricing.cards import Rate  # noqa: TC001  # the same
from otel_usage.pricing.providers import FIRST_PARTY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "INDEX_PATH",
    "Dated",
    "Entry",
    "Found",
    "Head",
    "IndexFile",
    "PriceIndex",
    "Section",
    "Variant",
    "bundled",
    "current",
    "opened",
]

SOURCE: Final = "genai-prices"
"""The distribution that the prices come from."""

INDEX_PATH: Final = Path(__file__).with_name("index.json")


class Dated(Struct, frozen=True, array_like=True, omit_defaults=True):
    """Rates and when they hold; of several that hold the last one counts.

    Attributes:
        rates: Nano-dollars per million units by component.
        since: First day (UTC), None for always.
        hours: Part of the day (UTC) in minutes, None for all of it.
    """

    rates: dict[str, Rate]
    since: date | None = None
    hours: tuple[int, int] | None = None


class Variant(Struct, frozen=True, array_like=True, omit_defaults=True):
    """Rates of a service tier, laid over the standard ones; of several for one component the first counts.

    Attributes:
        tier: ``batch``, ``flex``, ``priority``, ``fast``.
        rates: Only the components that differ.
        since: First day (UTC), None for always.
    """

    tier: str
    rates: dict[str, Rate]
    since: date | None = None


class Entry(Struct, frozen=True, array_like=True, omit_defaults=True):
    """All that is known of one model's price; the first of the prices holds always."""

    model: str
    prices: tuple[Dated, ...]
    variants: tuple[Variant, ...] = ()


class Section(Struct, frozen=True, omit_defaults=True):
    """One provider.

    Attributes:
        names: Each name of a model, in lower case, and the place of its entry.
        entries: The models.
        fallback: Providers whose models it sells too, at their prices.
    """

    names: dict[str, int]
    entries: tuple[Entry, ...]
    fallback: tuple[str, ...] = ()


class Head(Struct, frozen=True, kw_only=True):
    """What a file says of itself.

    Attributes:
        source: Where the prices came from: ``genai-prices``.
        version: The release that the bundled index is made from; in a fetched file, of the bundled index that it was
            checked against.
        fetched: When it was fetched (UTC), None for the bundled one.
        providers: How many there are.
        models: How many there are, of all providers together.
        newest: The latest day on which a price in it begins; it may lie in the future.
        digest: Hash of everything that follows.
    """

    source: str
    version: str
    fetched: datetime | None
    providers: int
    models: int
    newest: date | None
    digest: str

    @property
    def label(self) -> str:
        """The version that rate cards name: a fetched one has its day beside the release."""
        return self.version if self.fetched is None else f"{self.version}+{self.fetched:%Y-%m-%d}"


class IndexFile(Struct, frozen=True, array_like=True):
    """The file: a first line about itself, then a section for each provider."""

    head: Head
    providers: dict[str, Raw]


class Found(Struct, frozen=True):
    """An entry and where it stands.

    Attributes:
        provider: Whose price it is.
        entry: The entry.
        version: The version of the data.
        fine_tuned: What was looked for is fine-tuned from this model and has no price of its own.
    """

    provider: str
    entry: Entry
    version: str
    fine_tuned: bool = False


class PriceIndex:
    """Finds entries by provider and name."""

    def __init__(
        self,
        version: str,
        providers: Iterable[str],
        load: Callable[[str], Section],
        *,
        head: Head | None = None,
    ) -> None:
        """Take the version of the data, the ids of its providers, and what loads the section of one of them.

        Args:
            version: What rate cards name.
            providers: The ids.
            load: Reads a section.
            head: What the file says of itself, where it was read from one.
        """
        self.version = version
        self.head = head
        self.providers = frozenset(providers)
        self._load = load
        self._sections: dict[str, Section] = {}

    def section(self, provider: str) -> Section | None:
        """The section of a provider, None when there is none."""
        section = self._sections.get(provider)
        if section is None and provider in self.providers:
            section = self._sections[provider] = self._load(provider)
        return section

    def exact(self, provider: str, name: str) -> Found | None:
        """The entry that a provider has under exactly this name; what ``find`` would find first."""
        section = self.section(provider)
        entry = None if section is None else _lookup(section, (name,))
        return None if entry is None else Found(provider, entry, self.version)

    def find(self, provider: str, names: tuple[str, ...]) -> Found | None:
        """The entry under the first of the names that the provider, or one whose models it resells, has."""
        section = self.section(provider)
        if section is None:
            return None
        if (entry := _lookup(section, names)) is not None:
            return Found(provider, entry, self.version)
        for other in section.fallback:
            resold = self.section(other)
            if resold is not None and (entry := _lookup(resold, names)) is not None:
                # A maker's batch or priority price is not the reseller's.
                return Found(other, Entry(entry.model, entry.prices), self.version)
        return None

    def find_anywhere(self, names: tuple[str, ...]) -> Found | None:
        """The entry of the only provider of its own models that has one of the names; None when several have.

        Who resells another's models (Google has Anthropic's) gives way to it.
        """
        found = {
            provider: Found(provider, entry, self.version)
            for provider in FIRST_PARTY
            if (section := self.section(provider)) is not None
            and (entry := _lookup(section, names)) is not None
        }
        makers = [
            hit
            for provider, hit in found.items()
            if (section := self.section(provider)) is not None and found.keys().isdisjoint(section.fallback)
        ]
        return makers[0] if len(makers) == 1 else None


def current(path: Path | None) -> PriceIndex:
    """The index in use: the fetched one where there is a sound one, else the one that comes with this package.

    A fetched file that is damaged or older is passed over in silence, as this is called while agents work;
    ``otel_usage.pricing.fetched`` says why.
    """
    try:
        there = path is not None and path.stat()
    except OSError:
        there = False
    if path is None or not there:
        return bundled()
    from otel_usage.pricing.fetched import chosen  # noqa: PLC0415  # most people have none

    return chosen(path)[0]


def bundled() -> PriceIndex:
    """The index that comes with this package."""
    return opened(decode(INDEX_PATH.read_bytes(), type=IndexFile))


def opened(file: IndexFile) -> PriceIndex:
    """The index in a decoded file."""
    head, sections = file.head, file.providers
    return PriceIndex(
        head.label, sections, lambda provider: decode(sections[provider], type=Section), head=head
    )


def _lookup(section: Section, names: tuple[str, ...]) -> Entry | None:
    for name in names:
        place = section.names.get(name)
        if place is not None:
            return section.entries[place]
    return None
