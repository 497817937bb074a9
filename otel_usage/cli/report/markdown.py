"""A report as Markdown with the tables that GitHub renders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from otel_usage.cli.report.figures import about, comparison, head, rest
from otel_usage.cli.report.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from otel_usage.cli.report.gathering import Facts
    from otel_usage.cli.report.tables import Table
    from otel_usage.cli.report.view import View

__all__ = ["markdown", "verbatim"]

_NOT_IN_CODE = re.compile(r"[`|\\]|^ | $")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~ ]")


def markdown(facts: Facts, view: View) -> str:
    """The page.

    Args:
        facts: What it tells.
        view: Which breakdowns it shows.
    """
    figures = [*head(facts), *rest(facts), *comparison(facts)]
    common = [f"{name} {verbatim(value)}" for name, value in about(facts.selection)]
    lines = [
        f"# LLM Usage Report - {facts.asked.title}",
        "",
        *([f"Only {', '.join(common)}.", ""] if common else []),
        "| | |",
        "|---|---:|",
        *(f"| {label} | {value} |" for label, value in figures),
    ]
    for table in tables(facts, view):
        lines += ["", f"## {_heading(table.title)}", "", *_table(table)]
    return "\n".join(lines) + "\n"


def verbatim(name: str) -> str:
    """A name to the letter: nothing in it is markup, a link, or a mention of somebody."""
    if not name:
        return ""
    if _NOT_IN_CODE.search(name):
        return _PUNCTUATION.sub(lambda found: f"&#{ord(found[0])};", name)
    return f"`{name}`"


def _table(table: Table) -> Iterable[str]:
    yield f"| {' | '.join(map(_heading, table.columns))} |"
    yield f"|---|{'---:|' * (len(table.columns) - 1)}"
    for name, *cells in table.rows:
        yield f"| {' | '.join([verbatim(name), *cells])} |"
    if table.note:
        yield ""
        yield table.note


def _heading(text: str) -> str:
    """A heading; that of a tag holds its name."""
    return _PUNCTUATION.sub(lambda found: found[0] if found[0] in " ,-" else f"&#{ord(found[0])};", text)
