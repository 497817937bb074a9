"""A report written in the form that was asked for; what only one form needs is loaded for that one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.cli.report.figures import nothing
from otel_usage.cli.report.terminal import pen, utf8
from otel_usage.cli.report.text import text

if TYPE_CHECKING:
    from otel_usage.cli.report.gathering import Facts
    from otel_usage.cli.report.view import View
    from otel_usage.ledger.store import Ledger

__all__ = ["written"]


def written(facts: Facts, view: View, ledger: Ledger) -> str:
    """What to print.

    Args:
        facts: The report.
        view: Its form, and which breakdowns it shows.
        ledger: In the same snapshot.
    """
    if view.form in {"json", "csv"}:
        return _data(facts, view, ledger)
    missing = nothing(facts, ledger)
    if view.form == "markdown":
        from otel_usage.cli.report.markdown import markdown  # noqa: PLC0415  # see the module's docstring

        return missing or markdown(facts, view)
    if view.form == "html":
        from otel_usage.cli.report.html import html  # noqa: PLC0415  # see the module's docstring

        page = html(facts, view, missing)
        return page if utf8() else page.encode("ascii", "xmlcharrefreplace").decode()
    return missing or text(facts, view, pen())


def _data(facts: Facts, view: View, ledger: Ledger) -> str:
    """The answer for programs."""
    from otel_usage.cli.dividing import groups_csv  # noqa: PLC0415  # see the module's docstring
    from otel_usage.cli.output import indented  # noqa: PLC0415  # see the module's docstring
    from otel_usage.cli.report.answer import answer  # noqa: PLC0415  # see the module's docstring

    found = answer(facts, ledger)
    return indented(found) if view.form == "json" else groups_csv(found.totals, found.groups)
