"""``otel-usage report``: a period in a box."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from otel_usage.cli.money import cache_effect, calls, share, usd
from otel_usage.cli.output import shown
from otel_usage.cli.reading import current_ledger
from otel_usage.cli.times import last_days
from otel_usage.cli.wording import without_price
from otel_usage.errors import InvalidValueError
from otel_usage.ledger.dimensions import Dimension
from otel_usage.ledger.queries import breakdown, extent, totals
from otel_usage.ledger.selection import Period, Selection

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.ledger.queries import Totals

__all__ = ["command"]

_WIDTH = 60
_DEFAULT_DAYS = "30d"
_EMPTY = """Nothing is recorded yet. To begin:
  otel-usage record --provider openai --model gpt-4o --input 1200 --output 50
  or, in an agent:  with otel_usage.inference("openai", model="gpt-4o") as call: call.record(response)"""
_ASCII = str.maketrans("╔═╗║╠╣╚╝", "+=+|++++")


@click.command("report")
@click.option("--today", is_flag=True, help="Only today.")
@click.option("--last", metavar="DAYS", help="Today and the days before: 7d is today and six more.")
@click.pass_obj
def command(home: Path | None, today: bool, last: str | None) -> None:
    """Cost and tokens of a period; the last 30 days when none is given."""
    if today and last:
        raise InvalidValueError("--last", last, "cannot be given together with --today")
    with current_ledger(home) as (ledger, _), ledger.snapshot():
        now = ledger.days.today(time.time())
        if today:
            title, wanted = f"Today, {now.isoformat()}", Period(first=now, last=now)
        else:
            wanted = last_days(last or _DEFAULT_DAYS, now)
            title = f"Last {(last or _DEFAULT_DAYS).removesuffix('d')} Days"
        if extent(ledger, Selection()) is None:
            click.echo(_EMPTY)
            return
        groups = {
            name: breakdown(ledger, name, Selection(period=wanted))
            for name in (Dimension.MODEL, Dimension.PROVIDER, Dimension.AGENT)
        }
        box = _box(title, totals(ledger, Selection(period=wanted)), groups)
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    click.echo(box if utf8 else box.translate(_ASCII))


def _box(title: str, whole: Totals, groups: dict[Dimension, dict[str, Totals]]) -> str:
    facts = [
        f"Total Cost:      {usd(whole.cost)}",
        f"Total Input:     {whole.input:,} tokens",
        f"Total Output:    {whole.output:,} tokens",
        f"Cache:           {whole.cache_read:,} read, {whole.cache_write_5m + whole.cache_write_1h:,} written",
        f"Calls:           {whole.calls:,} ({whole.errors:,} failed)",
    ]
    if effect := cache_effect(whole.cache_saved, whole.cache_extra):
        facts.insert(4, f"Cache Effect:    {effect}")
    if whole.unpriced:
        facts.append(f"Unpriced:        {calls(whole.unpriced)}, not in the total")
    sections = [facts]
    for dimension, values in groups.items():
        if values:
            names = {name: shown(name) or "(none)" for name in values}
            wide = max(len(name) for name in names.values())
            wide_cost = max(len(usd(sums.cost)) for sums in values.values())
            sections.append(
                [f"By {dimension.title()}:"]
                + [
                    f"  {names[name]:<{wide}}    {usd(sums.cost):>{wide_cost}}   {_part(sums, whole)}".rstrip()
                    for name, sums in values.items()
                ]
            )
    width = max(_WIDTH, 4 + max(len(line) for section in sections for line in section))
    rule = "═" * width
    lines = [f"╔{rule}╗", f"║{' ' * 11}{f'LLM Usage Report - {title}':<{width - 11}}║"]
    for section in sections:
        lines.append(f"╠{rule}╣")
        lines += [f"║  {line:<{width - 2}}║" for line in section]
    return "\n".join([*lines, f"╚{rule}╝"])


def _part(sums: Totals, whole: Totals) -> str:
    return "" if sums.cost is None else f"({share(sums.nanos, whole.nanos)}){without_price(sums)}"
