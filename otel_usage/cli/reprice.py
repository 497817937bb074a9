"""``otel-usage reprice``: calls priced anew by the prices of now, first shown, then booked."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from otel_usage.asking import full_book
from otel_usage.cli.dividing import NO_NAME
from otel_usage.cli.money import calls, exact, number
from otel_usage.cli.output import print_json, shown
from otel_usage.cli.reading import bring_up_to_date, current_ledger
from otel_usage.cli.selecting import selection, selection_options
from otel_usage.cli.shapes.repricing import RepriceAnswer, RepricedModel
from otel_usage.home import Home
from otel_usage.ledger.repricing import Repricer, reprices
from otel_usage.ledger.rows import names

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.ledger.repricing import Repriced
    from otel_usage.ledger.selection import Selection
    from otel_usage.ledger.store import Ledger
    from otel_usage.settings import Settings

__all__ = ["command"]

_PARTLY = 4


@dataclass(slots=True)
class _Sums:
    """What some calls cost before and after, in nano-dollars."""

    calls: int = 0
    unpriced: int = 0
    before: int = 0
    after: int = 0

    def add(self, found: Repriced) -> None:
        """Count a call in."""
        before = found.record.cost.nanos
        self.calls += 1
        self.unpriced += before is None
        self.before += before or 0
        self.after += found.quote.cost.nanos or 0


_ByModel = dict[tuple[str, str], _Sums]


@click.command("reprice")
@selection_options()
@click.option(
    "--only",
    type=click.Choice(["unpriced", "all"]),
    default="unpriced",
    help="Calls without an amount, or also those whose amount would be another now.",
)
@click.option("--apply", is_flag=True, help="Book it; without this nothing is changed.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def command(home: Path | None, /, only: str, apply: bool, as_json: bool, **options: Any) -> None:  # noqa: ANN401  # click passes every option
    """What calls would cost by the prices of now, each at its own time; given costs and plans are left alone."""
    with current_ledger(home) as (ledger, settings):
        wanted = selection(options, ledger.days, settings)
        found, failed = _reprice(ledger, settings, wanted, priced=only == "all", apply=apply)
        if apply:
            bring_up_to_date(ledger)
    whole = _whole(found)
    if as_json:
        print_json(_answer(whole, found, failed, applied=apply))
    else:
        click.echo("\n".join(_text(whole, found, applied=apply)))
    if failed:
        click.echo(
            f"otel-usage: {calls(failed)} could not be written (is the disk full?); run this again", err=True
        )
        sys.exit(_PARTLY)


def _reprice(
    ledger: Ledger, settings: Settings, wanted: Selection, *, priced: bool, apply: bool
) -> tuple[_ByModel, int]:
    """The sums by provider and model, and how many calls could not be written."""
    found: _ByModel = defaultdict(_Sums)
    failed = 0
    with ExitStack() as stack:
        repricer = None
        if apply:
            now = time.time_ns()
            repricer = stack.enter_context(Repricer(ledger, Home(settings.home).logs, now=now))
        stack.enter_context(ledger.snapshot())
        for one in reprices(ledger, full_book(settings), wanted, priced=priced):
            if repricer is None or repricer.write(one):
                found[names(one.record)].add(one)
            else:
                failed += 1
    return dict(sorted(found.items(), key=lambda item: -abs(item[1].after - item[1].before))), failed


def _whole(found: _ByModel) -> _Sums:
    sums = found.values()
    return _Sums(
        calls=sum(one.calls for one in sums),
        unpriced=sum(one.unpriced for one in sums),
        before=sum(one.before for one in sums),
        after=sum(one.after for one in sums),
    )


def _answer(whole: _Sums, found: _ByModel, failed: int, *, applied: bool) -> RepriceAnswer:
    return RepriceAnswer(
        applied=applied,
        **_amounts(whole),
        failed=failed,
        by_model=[
            RepricedModel(provider=provider, model=model, **_amounts(sums))
            for (provider, model), sums in found.items()
        ],
    )


def _amounts(sums: _Sums) -> dict[str, Any]:
    """The fields of ``Repriced``."""
    return {
        "calls": sums.calls,
        "unpriced_before": sums.unpriced,
        "cost_before": number(sums.before),
        "cost_after": number(sums.after),
        "difference": number(sums.after - sums.before),
    }


def _text(whole: _Sums, found: _ByModel, *, applied: bool) -> list[str]:
    if not whole.calls:
        return ["No call was changed." if applied else "No call would change."]
    lines = [f"{calls(whole.calls)} {'got' if applied else 'would get'} another cost: {_told(whole)}"]
    lines += [
        f"  {shown(model) or NO_NAME} ({shown(provider) or 'unknown'}): {calls(sums.calls)}, {_told(sums)}"
        for (provider, model), sums in found.items()
    ]
    return lines if applied else [*lines, "Nothing was changed; add --apply."]


def _told(sums: _Sums) -> str:
    before = exact(sums.before) if sums.calls > sums.unpriced else ""
    unpriced = f"{sums.unpriced:,} unpriced" if sums.unpriced else ""
    return f"{' and '.join(filter(None, (before, unpriced)))} before, {exact(sums.after)} after"
