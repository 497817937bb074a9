"""Agreement with genai-prices, over all its models, within a nano-dollar a component.

Each model is compared on both sides of every date and time of day at which its price changes, for each service tier
that it has, on both sides of every size at which it changes: one kind of usage at a time, then drawn mixtures.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

import genai_prices
import pytest
from genai_prices.data import providers
from genai_prices.types import StartDateConstraint, TieredPrices, TimeOfDateConstraint

from otel_usage.pricing import compute
from otel_usage.pricing.index import SOURCE, Found, bundled
from otel_usage.pricing.schedule import at, schedule
from otel_usage.token_usage import UNITS, TokenUsage
from tests.unit.pricing.agreement import CONTEXTS, EXCEPTIONS, KINDS, THEIRS, UNSEEN_PRICES, UNSEEN_VARIANTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_prices.types import ModelInfo, ModelPrice, Provider

    from otel_usage.pricing import RateCard
    from otel_usage.pricing.index import Entry

SEED: Final = 20261122
MOST: Final = 1_000_000
"""Tokens of one kind; our rates are rounded to a whole nano-dollar per million, which shows beyond."""
MIXTURES: Final = 3
"""Drawn for each model, time and tier."""
OTHER_TIERS: Final = 0.1
"""How often a tier is tried that a model has no price for: the standard price then."""


@dataclass
class Comparison:
    """What came of comparing.

    Attributes:
        amounts: How many were compared.
        models: How many models were.
        wrong: Each amount that differs without a reason, or agrees in spite of one.
        reasons: How often each exception was met.
        unpriced: Models that our index leaves out.
    """

    amounts: int = 0
    models: int = 0
    wrong: list[object] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    unpriced: list[ModelInfo] = field(default_factory=list)


@pytest.fixture(scope="module")
def compared() -> Comparison:
    """All models, compared once for the tests below."""
    assert bundled().version == genai_prices.__version__, "run: make index"
    index, random, result = bundled(), Random(SEED), Comparison()
    for provider in providers:
        section = index.section(provider.id)
        assert section is not None
        entries = {entry.model: entry for entry in section.entries}
        for model in provider.models:
            if model.id in entries:
                _compare(provider, model, entries[model.id], random, result)
            else:
                result.unpriced.append(model)
    return result


def test_every_amount_agrees_or_has_a_reason(compared: Comparison) -> None:
    """Each kind of usage alone, and mixtures; what is excepted must differ, too."""
    assert compared.wrong[:10] == [], f"{len(compared.wrong)} amounts with the seed {SEED}"
    assert compared.models > 2_300
    assert compared.amounts > 90_000


@pytest.mark.parametrize("reason", EXCEPTIONS)
def test_each_exception_is_one(reason: str, compared: Comparison) -> None:
    """A reason that no model needs any more is to be deleted."""
    assert compared.reasons[reason] > 0


def test_only_models_without_a_price_are_left_out(compared: Comparison) -> None:
    """genai-prices has some at 0 that are not free: ours are unknown."""
    assert compared.unpriced
    for model in compared.unpriced:
        assert any(not vars(price) for _, price in _standard(model))
        assert not model.id.endswith(":free")


def test_only_what_no_record_counts_is_not_compared() -> None:
    """Each price of the data belongs to a kind of usage above, to a request, or to what is listed as unseen."""
    stated = {key for model in _models() for _, price in _standard(model) for key in vars(price)}
    counts = {name for names in THEIRS.values() for name in names}
    registered = {unit["price_key"]: name for name, unit in genai_prices.data_units.unit_data.items()}
    assert {key for key in stated if registered[key] not in counts} == {*UNSEEN_PRICES, "requests_kcount"}


def test_only_variants_that_no_record_knows_are_not_compared() -> None:
    """Each variant of the data belongs to a service tier, or to what is listed as unseen."""
    known = {pair for context in CONTEXTS.values() for pair in context.items()}
    stated = {pair for model in _models() for one in model.price_variants or () for pair in one.when.items()}
    assert stated - known == UNSEEN_VARIANTS.keys()


def _compare(provider: Provider, model: ModelInfo, entry: Entry, random: Random, result: Comparison) -> None:
    """Compare one model at all its edges."""
    result.models += 1
    found = Found(provider.id, entry, genai_prices.__version__)
    windows = {tier: schedule(found, tier, SOURCE) for tier in CONTEXTS}
    stated = [variant.when.items() for variant in model.price_variants or ()]
    own = {
        tier
        for tier, context in CONTEXTS.items()
        if not tier or any(when <= context.items() for when in stated)
    }
    for time in _times(model, random):
        start = int(time.timestamp()) * 10**9
        for tier, context in CONTEXTS.items():
            if tier not in own and random.random() > OTHER_TIERS:
                continue
            card = at(windows[tier], start).card
            assert card is not None
            price = model.get_prices(time, context)
            excepted = {kind: _reason(kind, card) for kind in KINDS}
            mixtures = _mixtures([kind for kind in KINDS if not excepted[kind]], price, random)
            usages: list[tuple[dict[str, int], str | None]] = [(usage, None) for usage in mixtures]
            if tier in own:
                usages += [(usage, excepted[kind]) for kind in KINDS for usage in _alone(kind, price, random)]
            for usage, reason in usages:
                mine, components = _ours(usage, card)
                yours = price.calc_price(_their(usage))["total_price"] * 10**9
                result.amounts += 1
                result.reasons[reason or ""] += 1
                agrees = mine is not None and abs(mine - yours) <= components
                if agrees is (reason is not None):
                    result.wrong.append(
                        (provider.id, model.id, tier, str(time), usage, mine, float(yours), reason)
                    )


def _ours(usage: dict[str, int], card: RateCard) -> tuple[int | None, int]:
    """Our amount, and of how many components."""
    components = compute(TokenUsage(**{"input": 0, "output": 0} | usage), card).components
    return (None, 0) if components is None else (sum(components.values()), len(components))


def _their(usage: dict[str, int]) -> genai_prices.Usage:
    """The same usage in genai-prices' form, each count stated so that it infers none."""
    counts = Counter(dict.fromkeys((name for names in THEIRS.values() for name in names), 0))
    for count, units in usage.items():
        counts.update(dict.fromkeys(THEIRS[count], units))
    return genai_prices.Usage(**counts)


def _alone(kind: str, price: ModelPrice, random: Random) -> Iterator[dict[str, int]]:
    """Calls that used one kind: of any size, and on both sides of each step."""
    units = random.randrange(1, 20 if kind in UNITS else MOST)
    yield dict.fromkeys(KINDS[kind], units)
    for whole in _edges(price):
        yield {"input": whole} | dict.fromkeys(KINDS[kind], whole if "input" in KINDS[kind] else units)


def _mixtures(kinds: list[str], price: ModelPrice, random: Random) -> Iterator[dict[str, int]]:
    """Calls that used several kinds at once, some of them just below or above a step."""
    for _ in range(MIXTURES):
        usage: Counter[str] = Counter()
        for kind in random.sample(kinds, random.randint(0, len(kinds))):
            units = random.randrange(1, 20 if kind in UNITS else random.choice([100, 10_000, MOST // 8]))
            usage.update(dict.fromkeys(KINDS[kind], units))
        if "input" in kinds and (above := [whole for whole in _edges(price) if whole > usage["input"]]):
            usage["input"] = random.choice([usage["input"], *above])
        yield usage


def _edges(price: ModelPrice) -> list[int]:
    """Sizes of a call's input on both sides of each step of a price."""
    stepped = [value for value in vars(price).values() if isinstance(value, TieredPrices)]
    starts = sorted({tier.start for value in stepped for tier in value.tiers})
    return [whole for start in starts for whole in (start, start + 1)]


def _times(model: ModelInfo, random: Random) -> list[datetime]:
    """Any time, and both sides of each date and time of day at which the price changes."""
    day = datetime(2023, 1, 1, tzinfo=UTC) + timedelta(days=random.randrange(5 * 365))
    changes = [
        *(when for when, _ in _standard(model)),
        *(one.constraint for one in model.price_variants or ()),
    ]
    days = [
        datetime.combine(change.start_date, datetime.min.time(), UTC)
        for change in changes
        if isinstance(change, StartDateConstraint)
    ]
    clocks = [
        datetime.combine(on, clock.replace(tzinfo=UTC))
        for change in changes
        if isinstance(change, TimeOfDateConstraint)
        for clock in (change.start_time, change.end_time)
        for on in (day, *days)
    ]
    edges = (*days, *clocks)
    sides = {edge + side for edge in edges for side in (timedelta(0), timedelta(seconds=-1))}
    return [day + timedelta(seconds=random.randrange(86_400)), *sorted(sides)]


def _standard(
    model: ModelInfo,
) -> list[tuple[StartDateConstraint | TimeOfDateConstraint | None, ModelPrice]]:
    """The standard prices of a model, and when they hold."""
    if isinstance(model.prices, list):
        return [(price.constraint, price.prices) for price in model.prices]
    return [(None, model.prices)]


def _models() -> Iterator[ModelInfo]:
    return (model for provider in providers for model in provider.models)


def _reason(kind: str, card: RateCard) -> str | None:
    return next((reason for reason, holds in EXCEPTIONS.items() if holds(kind, card)), None)
