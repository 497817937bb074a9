"""The figures of a report as a person reads them, whatever form it takes."""

from __future__ import annotations

import shlex
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import astuple, replace

from otel_usage.cli.dividing import NO_NAME, WITHOUT_SHARE
from otel_usage.cli.money import cache_effect, calls, share, usd
from otel_usage.cli.output import shown
from otel_usage.cli.report.names import model_names
from otel_usage.cli.report.periods import ends
from otel_usage.cli.wording import without_price
from otel_usage.ledger.dimensions import Dimension
from otel_usage.ledger.durations import BOUNDS_NS
from otel_usage.ledger.queries import Totals, extent
from otel_usage.ledger.selection import Period, Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from otel_usage.cli.report.gathering import Facts
    from otel_usage.ledger.dimensions import Tag
    from otel_usage.ledger.store import Ledger

__all__ = [
    "HOW_TO_PRICE",
    "Figure",
    "Named",
    "about",
    "comparison",
    "head",
    "named",
    "nothing",
    "rest",
    "unpriced",
]

HOW_TO_PRICE = (
    "Run 'otel-usage prices update', or give them a price under 'pricing: overrides:' in otel-usage.yaml;"
    " then 'otel-usage reprice --apply'."
)
_NOTHING = """Nothing is recorded yet. To begin:
  otel-usage record --provider openai --model gpt-4o --input 1200 --output 50
  or, in an agent:  with otel_usage.inference("openai", model="gpt-4o") as call: call.record(response)"""
Figure = tuple[str, str]
"""A label, and what there is to say."""


class Named(Struct, frozen=True, kw_only=True):
    """One value of a dimension.

    Attributes:
        name: As it is shown.
        sums: Over its calls.
        cost: In dollars, or that it is not known.
        share: Of the money of the report, a whole percentage; empty where that says nothing.
        left_out: Calls whose money is missing in the cost; empty where there are none.
    """

    name: str
    sums: Totals
    cost: str
    share: str
    left_out: str


def about(selection: Selection) -> list[Figure]:
    """What the calls of a report have in common beside their period, by the names of the options."""
    fields = ("kind", "provider", "model", "agent", "team", "project", "task_type", "source", "job_id")
    found = [(name.replace("_", "-"), getattr(selection, name)) for name in fields]
    found += [("session", selection.session_id)]
    found += [("tag", f"{name}={value}") for name, value in selection.tags]
    return [(name, shown(value)) for name, value in found if value is not None]


def head(facts: Facts) -> list[Figure]:
    """Money and tokens."""
    whole = facts.whole
    return [
        ("Total Cost", usd(whole.cost)),
        ("Total Input", f"{whole.input:,} tokens"),
        ("Total Output", f"{whole.output:,} tokens"),
    ]


def rest(facts: Facts) -> list[Figure]:
    """What caches did, how many calls there were, how they ended and how long they took."""
    whole = facts.whole
    found = [("Cache", f"{whole.cache_read:,} read, {whole.cache_write_5m + whole.cache_write_1h:,} written")]
    if effect := cache_effect(whole.cache_saved, whole.cache_extra):
        found.append(("Cache Effect", effect))
    found.append(("Calls", f"{whole.calls:,} ({whole.errors:,} failed)"))
    found.append(("Error Rate", f"{Decimal(100 * whole.errors) / whole.calls:.1f}%"))
    mean, most = facts.durations.mean, facts.durations.quantile(0.95)
    if mean is not None and most is not None:
        found.append(("Mean Duration", _duration(mean)))
        found.append(("P95 Duration", f"{'about' if most < BOUNDS_NS[-1] else 'over'} {_duration(most)}"))
    return found


def comparison(facts: Facts) -> list[Figure]:
    """The period before, and by how much the cost has changed since; nothing where there is no such period."""
    earlier, period = facts.earlier, facts.asked.before
    if earlier is None or period is None:
        return []
    begin, end = ends(period, facts.days)
    told = "no calls" if not earlier.calls else f"{usd(earlier.cost)}{without_price(earlier)}"
    found = [("Before", f"{told} ({begin if begin == end else f'{begin} to {end}'})")]
    if earlier.nanos and facts.whole.cost is not None:
        change = round(Decimal(100 * (facts.whole.nanos - earlier.nanos)) / earlier.nanos)
        found.append(("Change", f"{change:+,}%{' so far' * facts.asked.running}"))
    return found


def named(facts: Facts, dimension: Dimension | Tag, most: int | None = None) -> list[Named]:
    """The values of a dimension, in their order.

    Args:
        facts: The report.
        dimension: One that it is divided by.
        most: How many are named; the others are one value more. None names all.
    """
    values = facts.by[dimension]
    names = model_names(values) if dimension is Dimension.MODEL else {}
    found = [(names.get(name) or shown(name) or NO_NAME, sums) for name, sums in values.items()]
    others = found[most:] if most is not None else []
    if others:
        found[most:] = [(f"and {len(others):,} more", _together([sums for _, sums in others]))]
    shares = dimension not in WITHOUT_SHARE
    return [_named(name, sums, facts.whole.nanos if shares else None) for name, sums in found]


def unpriced(facts: Facts) -> list[Figure]:
    """Models with calls whose amount is unknown, and how many; those with the most first."""
    found = [one for one in named(facts, Dimension.MODEL) if one.sums.unpriced]
    found.sort(key=lambda one: -one.sums.unpriced)
    return [(one.name, calls(one.sums.unpriced)) for one in found]


def nothing(facts: Facts, ledger: Ledger) -> str | None:
    """What to say and to do where there are no calls; None where there are.

    Args:
        facts: The report.
        ledger: In the same snapshot.
    """
    if facts.whole.calls:
        return None
    if extent(ledger, Selection()) is None:
        return _NOTHING
    wanted = about(facts.selection)
    title = ", ".join([facts.asked.title, *(f"{name} {value}" for name, value in wanted)])
    found = extent(ledger, replace(facts.selection, period=Period()))
    if found is not None:
        again = _typed("report", [("from", found[1]), ("to", found[1]), *wanted])
        return f"There are no calls: {title}. The last day that has some is {found[1]}:\n  {again}"
    listed = [("by", dimension) for name, value in wanted if (dimension := _divided_by(name, value))]
    return (
        f"There are no calls: {title}; nor in any other period. What there is:\n  {_typed('query', listed)}"
    )


def _divided_by(option: str, value: str) -> str | None:
    """The dimension whose values an option chooses from; None where there is none."""
    if option == "tag":
        return f"tag:{value.partition('=')[0]}"
    name = option.removesuffix("-id")
    return name if name in set(Dimension) else None


def _named(name: str, sums: Totals, whole: int | None) -> Named:
    part = "" if whole is None or sums.cost is None else share(sums.nanos, whole)
    return Named(name=name, sums=sums, cost=usd(sums.cost), share=part, left_out=without_price(sums))


def _together(values: Sequence[Totals]) -> Totals:
    """Sums of sums."""
    return Totals(*map(sum, zip(*map(astuple, values), strict=True)))


def _typed(command: str, options: Iterable[Figure]) -> str:
    """The command that asks for something."""
    words = [word for name, value in options for word in (f"--{name}", value)]
    return shlex.join(["otel-usage", command, *words])


def _duration(nanoseconds: int) -> str:
    """A duration in the unit that it is read in."""
    count, unit = (nanoseconds / 10**9, "s") if nanoseconds >= 10**9 else (nanoseconds / 10**6, "ms")
    return f"{count:,.{1 if count < 100 else 0}f} {unit}"  # noqa: PLR2004  # three digits tell enough
