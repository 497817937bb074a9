"""``otel-usage prices diff``: a second opinion on the prices of the models that are used."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct

from otel_usage import config
from otel_usage.asking import full_book
from otel_usage.cli.money import number, rate
from otel_usage.cli.output import print_json, shown
from otel_usage.cli.prices.rates import index_in_use
from otel_usage.cli.prices.sentences import some, wrapped
from otel_usage.cli.prices.used import largest, used_models
from otel_usage.cli.reading import current_ledger
from otel_usage.cli.shapes.prices import DiffAnswer, RateDifference
from otel_usage.pricing.litellm_map import find, read_map
from otel_usage.pricing.second_opinion import compared, free, priced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from otel_usage.cli.prices.used import Name
    from otel_usage.pricing.book import PriceBook
    from otel_usage.pricing.index import PriceIndex
    from otel_usage.pricing.litellm_map import Listed
    from otel_usage.pricing.second_opinion import Difference

__all__ = ["command"]

_DIFFERENT: Final = 3


class _Outcome(Struct, frozen=True):
    compared: int
    agreed: int
    differences: list[Difference]
    unknown_here: list[str]
    unknown_there: list[str]


@click.command("diff")
@click.option(
    "--against",
    required=True,
    type=click.Path(path_type=Path),
    help="LiteLLM's model_prices_and_context_window.json, or the wheel of its package.",
)
@click.option("--all", "everything", is_flag=True, help="Every model that one of both knows.")
@click.option(
    "--all-tiers", is_flag=True, help="Also service tiers and sizes of calls that the ledger has no call of."
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def command(home: Path | None, against: Path, everything: bool, all_tiers: bool, as_json: bool) -> None:
    """Where LiteLLM's price map disagrees by more than 1 %; nothing is changed. Exit code 3 when it does."""
    entries = read_map(against)
    sizes = None
    if everything:
        settings = config.load(home)
        names = _all(entries, index_in_use(settings))
    else:
        with current_ledger(home) as (ledger, settings):
            used = sorted(used_models(ledger), key=lambda one: -one.nanos)
            sizes = None if all_tiers else largest(ledger)
        names = [(one.provider, one.model) for one in used]
        index_in_use(settings)
    outcome = _outcome(full_book(settings), entries, names, sizes)
    if as_json:
        print_json(_answer(outcome, against))
    elif not names:
        click.echo("The ledger has no call of a model; --all compares every model that is known.")
    else:
        click.echo("\n".join(map(wrapped, _text(outcome))))
    if outcome.differences:
        sys.exit(_DIFFERENT)


def _all(entries: Mapping[tuple[str, str], Listed], index: PriceIndex) -> list[Name]:
    """What they know, then what only we know."""
    ours = [
        (provider, entry.model)
        for provider in sorted(index.providers)
        if (section := index.section(provider)) is not None
        for entry in section.entries
    ]
    return [*entries, *(name for name in ours if find(entries, *name) is None)]


def _outcome(
    book: PriceBook,
    entries: Mapping[tuple[str, str], Listed],
    names: list[Name],
    sizes: Mapping[Name, Mapping[str, int]] | None,
) -> _Outcome:
    both, agreed, now = 0, 0, time.time_ns()
    differences: list[Difference] = []
    unknown_here: list[str] = []
    unknown_there: list[str] = []
    for provider, model in names:
        theirs = find(entries, provider or None, model)
        if theirs is None or not priced(book, provider, model, now):
            unknown = unknown_there if theirs is None else unknown_here
            if not free(book, provider, model, now):
                unknown.append(_name(provider, model))
        else:
            both += 1
            used = None if sizes is None else sizes.get((provider, model), {})
            found = list(compared(book, provider, model, theirs, now, used))
            agreed += not found
            differences += found
    return _Outcome(both, agreed, differences, unknown_here, unknown_there)


def _text(outcome: _Outcome) -> list[str]:
    told = [
        f"{shown(_name(one.provider, one.model))}: {one.component}{_when(one)} is "
        f"{'without a rate' if one.ours is None else rate(one.ours)} here{' (assumed)' if one.assumed else ''}, "
        f"{rate(one.theirs)} there{_direction(one.ratio)}"
        for one in outcome.differences
    ]
    told.append(f"{outcome.agreed:,} of {outcome.compared:,} models that both know agree.")
    for where, names in (("here", outcome.unknown_here), ("there", outcome.unknown_there)):
        if names:
            told.append(f"Without a price {where}: {len(names):,} ({shown(some(names))})")
    if outcome.differences:
        told.append(
            "USD per million. Look at the provider's invoice; where this side is wrong, settle it by an entry under"
            " 'pricing: overrides:' in otel-usage.yaml."
        )
    return told


def _name(provider: str, model: str) -> str:
    return f"{provider}/{model}" if provider else model


def _when(one: Difference) -> str:
    tier = f" in tier {one.tier}" if one.tier else ""
    return f"{tier} above {one.above:,} tokens of input" if one.above else tier


def _direction(ratio: float | None) -> str:
    if ratio is None:
        return ""
    return f" (ours is {ratio:.2f} {'of' if ratio < 1 else 'times'} theirs)"


def _answer(outcome: _Outcome, against: Path) -> DiffAnswer:
    return DiffAnswer(
        against=str(against),
        compared=outcome.compared,
        agreed=outcome.agreed,
        differences=[
            RateDifference(
                provider=one.provider,
                model=one.model,
                component=one.component,
                tier=one.tier or None,
                above_input_tokens=one.above,
                usd_per_million=number(one.ours),
                their_usd_per_million=number(one.theirs),
                ratio=None if one.ratio is None else round(one.ratio, 4),
                assumed=one.assumed,
            )
            for one in outcome.differences
        ],
        unknown_here=outcome.unknown_here,
        unknown_there=outcome.unknown_there,
    )
