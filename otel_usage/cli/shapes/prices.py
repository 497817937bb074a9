"""What ``prices`` answers."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import field

from otel_usage.cli.shapes import Shape, Usd
from otel_usage.records import CostStatus, Flag

__all__ = [
    "CheckAnswer",
    "DiffAnswer",
    "Finding",
    "Level",
    "ListedPrice",
    "PriceCard",
    "RateDifference",
    "RateStep",
    "Rates",
    "ShowAnswer",
]

Level = Literal["fine", "attention", "broken"]
"""How much a finding matters."""


class RateStep(Shape, frozen=True, kw_only=True):
    """The rate of calls of some size.

    Attributes:
        above: It holds for calls with more tokens of input than this, up to the next step.
        usd_per_million: USD per million.
    """

    above: int
    usd_per_million: Usd


Rates = Usd | list[RateStep]
"""USD per million: one number, or a step for each size of call."""


class ListedPrice(Shape, frozen=True, kw_only=True):
    """A model of the price data and its rates of now: USD per million tokens, or a list of steps by size of call.

    Attributes:
        provider: Who sells it.
        model: As the price data calls it.
        input: Input that no cache had; null where the data has no such rate, as below.
        output: Output.
        cache_read: Input read from a cache.
        cache_write_5m: Input written to a cache for five minutes.
        cache_write_1h: Input written to a cache for an hour.
        since: First day of these rates; null where the data knows no other ones.
    """

    provider: str
    model: str
    input: Rates | None
    output: Rates | None
    cache_read: Rates | None
    cache_write_5m: Rates | None = field(name="cacheWrite5m")
    cache_write_1h: Rates | None = field(name="cacheWrite1h")
    since: date | None


class PriceCard(Shape, frozen=True, kw_only=True):
    """The rates of a model, and when they hold.

    Attributes:
        provider: Who sells the model.
        model: As the price data calls it.
        tier: The service tier whose own price this is; null for the standard price.
        source: Who knew the price: genai-prices, override, …
        version: Of the price data.
        rate_card: Id of the card.
        from_: First day of the rates.
        until: First day on which they do not hold any more.
        hours_utc: The hours of the day at which they hold, such as 00:30 and 16:30.
        based_on: Of an override: the model whose rates it took.
        multiplier: Of an override: the factor on them, a decimal number.
        usd_per_million: USD per million units of what is billed: one number, or a step for each size of call.
    """

    provider: str
    model: str
    tier: str | None
    source: str
    version: str
    rate_card: str
    from_: date | None = field(name="from")
    until: date | None
    hours_utc: tuple[str, str] | None
    based_on: str | None
    multiplier: str | None
    usd_per_million: dict[str, Rates]


class ShowAnswer(Shape, frozen=True, kw_only=True):
    """What a call of one model, or of a service, would be billed.

    Attributes:
        status: priced, or free where the provider is declared so or each rate is 0.
        flags: What one should know about the choice of this price.
        card: The price at the time that was asked for; null where the provider is declared free.
        tiers: Service tiers with a price of their own.
        windows: The prices of all times, this one among them.
    """

    status: CostStatus
    flags: tuple[Flag, ...]
    card: PriceCard | None
    tiers: dict[str, PriceCard]
    windows: list[PriceCard]


class RateDifference(Shape, frozen=True, kw_only=True):
    """A rate on which the two price data disagree.

    Attributes:
        provider: As the calls name it, empty where they do not.
        model: As the calls name it.
        component: What is billed.
        tier: The service tier; null for the standard price.
        above_input_tokens: It is the rate of calls with more tokens of input than this.
        usd_per_million: What is billed here; null where there is no rate for it.
        their_usd_per_million: What the other one says.
        ratio: Ours to theirs, to four decimals.
        assumed: Ours is no rate of its own but the nearest one known.
    """

    provider: str
    model: str
    component: str
    tier: str | None
    above_input_tokens: int
    usd_per_million: Usd | None
    their_usd_per_million: Usd
    ratio: float | None
    assumed: bool


class DiffAnswer(Shape, frozen=True, kw_only=True):
    """A second opinion on the prices.

    Attributes:
        against: The file that was read.
        compared: Models that both know.
        agreed: Those of them without a difference.
        differences: The rates that differ by more than 1 %.
        unknown_here: Models without a price here.
        unknown_there: Models without a price there.
    """

    against: str
    compared: int
    agreed: int
    differences: list[RateDifference]
    unknown_here: list[str]
    unknown_there: list[str]


class Finding(Shape, frozen=True, kw_only=True):
    """Something that there is to say about the prices.

    Attributes:
        level: How much it matters.
        text: A sentence or two.
    """

    level: Level
    text: str


class CheckAnswer(Shape, frozen=True, kw_only=True):
    """The state of the prices in use.

    Attributes:
        state: The worst of the findings.
        findings: What there is to say.
    """

    state: Level
    findings: list[Finding]
