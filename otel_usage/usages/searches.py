"""Searches that a provider ran for an answer, counted in what OpenAI's responses API put out.

Source: OpenAI API reference (responses) and its guide to web search: a search is billed, opening a page that was found
and looking for text in it are not.
"""

from __future__ import annotations

from typing import Final

from otel_usage.usages.fields import field, fields

__all__ = ["searches"]

_CALLS: Final = frozenset({"web_search_call", "file_search_call"})


def searches(output: object) -> dict[str, object]:
    """How many calls of each kind there are among the items of an output; kinds without one are left out."""
    found: dict[str, int] = {}
    for item in output if type(output) is list else ():
        known = fields(item)
        kind = known.get("type")
        if isinstance(kind, str) and kind in _CALLS and _is_search(known.get("action")):
            found[kind] = found.get(kind, 0) + 1
    return {**found}


def _is_search(action: object) -> bool:
    """Whether what a call did was a search; older ones, and those of files, do not say it."""
    return action is None or field(action, "type") in (None, "search")
