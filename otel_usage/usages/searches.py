"""Searches that a provider ran for an answer, counted in the answer where its usage does not tell them.

Sources: OpenAI API reference (responses) and its guide to web search: a search is billed, opening a page that was found
and looking for text in it are not. Google's pricing of grounding with Google Search: since Gemini 3 each query is billed,
before it each answer that was grounded, however many queries it took.
"""

from __future__ import annotations

from typing import Final

from otel_usage.usages.fields import field, fields, first

__all__ = ["GROUNDING", "TOOLS", "grounding", "searches"]

GROUNDING: Final = "grounding_searches"
"""The name under which the searches of Google's answers are counted."""
_METADATA: Final = ("groundingMetadata", "grounding_metadata")
_QUERIES: Final = ("webSearchQueries", "web_search_queries")
_BY_ANSWER: Final = ("gemini-1", "gemini-2")
TOOLS: Final = frozenset({"code_interpreter_call", "image_generation_call"})
"""Calls of other tools that OpenAI bills, by the container or the picture, which no price data knows."""
_CALLS: Final = TOOLS | {"web_search_call", "file_search_call"}


def searches(output: object) -> dict[str, object]:
    """How many calls of each kind there are among the items of an output; kinds without one are left out."""
    found: dict[str, int] = {}
    for item in output if type(output) is list else ():
        known = fields(item)
        kind = known.get("type")
        if isinstance(kind, str) and kind in _CALLS and _is_search(known.get("action")):
            found[kind] = found.get(kind, 0) + 1
    return {**found}


def grounding(candidates: object, model: object) -> dict[str, object]:
    """How many searches are billed for what Google put out; nothing without one.

    Args:
        candidates: What was put out.
        model: The model that answered.
    """
    queries = 0
    for candidate in candidates if isinstance(candidates, list | tuple) else ():
        asked = first(fields(first(fields(candidate), _METADATA)), _QUERIES)
        queries += len(asked) if isinstance(asked, list | tuple) else 0
    if not queries:
        return {}
    by_answer = isinstance(model, str) and model.rpartition("/")[2].startswith(_BY_ANSWER)
    return {GROUNDING: 1 if by_answer else queries}


def _is_search(action: object) -> bool:
    """Whether what a call did was a search; older ones, and those of files, do not say it."""
    return action is None or field(action, "type") in (None, "search")
