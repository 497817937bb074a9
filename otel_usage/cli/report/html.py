"""A report as one page of HTML that needs nothing beside itself: no script, no reference, charts drawn inline."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from otel_usage import __version__
from otel_usage.cli.report.chart import Bar, columns, lines
from otel_usage.cli.report.figures import about, comparison, head, named, rest
from otel_usage.cli.report.over_time import over_time
from otel_usage.cli.report.tables import tables
from otel_usage.ledger.dimensions import Dimension

if TYPE_CHECKING:
    from collections.abc import Iterator

    from otel_usage.cli.report.figures import Figure
    from otel_usage.cli.report.gathering import Facts
    from otel_usage.cli.report.tables import Table
    from otel_usage.cli.report.view import View

__all__ = ["html"]

_DRAWN = 12
"""Models that are drawn; the others are one bar."""
_STYLE: Final = """\
:root { color-scheme: light dark; --ink: #1d2530; --soft: #5b6675; --line: #d8dde4; --paper: #fff; --card: #f5f7fa;
  --bar: #2f6db5; --mark: #9a3412 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf0; --soft: #9aa6b5; --line: #38414d; --paper: #14181e; --card: #1d232b; --bar: #6aa5e8;
    --mark: #fdba74 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 56rem; margin: 0 auto; padding: 2rem 1.25rem }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2 }
h2 { margin: 2.25rem 0 .75rem; font-size: 1.15rem }
p { margin: .5rem 0 }
.soft, footer, th, dt { color: var(--soft) }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .75rem; font-size: .85rem }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .75rem; margin: 1.5rem 0 0 }
dl div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .9rem }
dt { font-size: .85rem }
dd { margin: 0; font-size: 1.05rem; font-weight: 600; overflow-wrap: anywhere }
dl div:first-child dd { font-size: 1.6rem; line-height: 1.3 }
.wide { overflow-x: auto }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap }
th:first-child, td:first-child { text-align: left; white-space: normal; overflow-wrap: anywhere; font-weight: 400 }
thead th { font-size: .85rem; font-weight: 600 }
tbody th { color: inherit }
.marked td:last-child { color: var(--mark); font-weight: 600 }
svg { width: 100%; height: auto; font: 13px system-ui, sans-serif; fill: var(--ink) }
.bar { fill: var(--bar) }
.axis { stroke: var(--line) }
pre { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem }
@media print { main { max-width: none; padding: 0 } section { break-inside: avoid } }
"""


def html(facts: Facts, view: View, missing: str | None) -> str:
    """The page.

    Args:
        facts: What it tells.
        view: Which breakdowns it shows.
        missing: What to say instead, where there are no calls.
    """
    title = f"LLM Usage Report - {facts.asked.title}"
    parts = [f"<pre>{escape(missing)}</pre>"] if missing else list(_body(facts, view))
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(title)}</title>",
            f"<style>\n{_STYLE}</style>",
            "</head>",
            "<body>",
            "<main>",
            "<header>",
            "<h1>LLM Usage Report</h1>",
            f'<p class="soft">{escape(_subtitle(facts))}</p>',
            "</header>",
            *parts,
            f"<footer>{escape(_footer(facts))}</footer>",
            "</main>",
            "</body>",
            "</html>",
        ]
    )


def _subtitle(facts: Facts) -> str:
    asked = facts.asked
    told = [asked.title]
    if asked.begin and asked.end and asked.begin != asked.end and asked.begin not in asked.title:
        told.append(f"{asked.begin} to {asked.end}")
    told += [f"{name} {value}" for name, value in about(facts.selection)]
    return ", ".join(told)


def _footer(facts: Facts) -> str:
    told = (
        f"Written by otel-usage {__version__} on {facts.days.local(int(facts.now * 1e9)):%Y-%m-%d at %H:%M}."
    )
    told += f" Days are those of {facts.days.zone}; amounts are US dollars."
    if facts.durations.mean is not None:
        told += " P95: 95 of 100 calls took less, an estimate."
    return told


def _body(facts: Facts, view: View) -> Iterator[str]:
    yield from _figures([*head(facts), *rest(facts), *comparison(facts)])
    if facts.whole.nanos:
        part, bars = over_time(facts)
        yield from _section(f"Cost by {part}", columns(f"Cost by {part.lower()}", bars))
        models = [
            Bar(name=one.name, value=one.sums.nanos, told=one.cost)
            for one in named(facts, Dimension.MODEL, _DRAWN)
        ]
        if models:
            yield from _section("Cost by Model", lines("Cost by model", models))
    for table in tables(facts, view):
        yield from _section(table.title, *_table(table))


def _section(title: str, *parts: str) -> Iterator[str]:
    yield from ("<section>", f"<h2>{escape(title)}</h2>", *parts, "</section>")


def _figures(figures: list[Figure]) -> Iterator[str]:
    yield "<dl>"
    for label, value in figures:
        yield f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>"
    yield "</dl>"


def _table(table: Table) -> Iterator[str]:
    yield '<div class="wide"><table>'
    headings = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    yield f"<thead><tr>{headings}</tr></thead>"
    yield "<tbody>"
    for place, (name, *cells) in enumerate(table.rows):
        told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        marked = ' class="marked"' if place in table.marked else ""
        yield f'<tr{marked}><th scope="row">{escape(name)}</th>{told}</tr>'
    yield "</tbody></table></div>"
    if table.note:
        yield f'<p class="soft">{escape(table.note)}</p>'
