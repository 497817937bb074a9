"""Options that take token counts, under the names that two generations of tools gave them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

import click

from otel_usage.counts import canonical_usage
from otel_usage.errors import InvalidValueError
from otel_usage.token_usage import MAX_TOKENS

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.records import Flag
    from otel_usage.token_usage import TokenUsage

__all__ = ["COUNTS", "count", "count_options", "counted"]

_Decorated = TypeVar("_Decorated", bound="Callable[..., Any]")
_OPTIONS = {
    "input": "input tokens, cached ones included",
    "output": "output tokens, reasoning included",
    "cache_read": "input tokens read from a cache",
    "cache_write": "input tokens written to a cache for five minutes",
    "cache_write_1h": "input tokens written to a cache for an hour",
    "reasoning": "output tokens that were reasoning",
    "input_audio": "input tokens that were sound",
    "input_image": "input tokens that were pictures",
    "output_audio": "output tokens that were sound",
    "output_image": "output tokens that were pictures",
    "web_searches": "searches of the web that the provider ran",
}
"""Each is an option, and a count of ``TokenUsage`` by that name but one."""
COUNTS = tuple(_OPTIONS)
"""The options by their names."""
_COUNTS = {"cache_write": "cache_write_5m"}
_WHOLE = r"[0-9][0-9_]*|[0-9]{1,3}(?:,[0-9]{3})+"
"""Commas part thousands; elsewhere ("1,5") they are another language's decimal point."""


def count_options(decorated: _Decorated) -> _Decorated:
    """An option for each count (``--input``, tokens also as ``--input-tokens``), and for what the input includes."""
    decorated = click.option(
        "--input-includes-cache/--input-excludes-cache",
        default=None,
        help="Whether --input counts cached tokens. Taken to, unless they are more.",
    )(decorated)
    for name, meaning in reversed(_OPTIONS.items()):
        option = _option(name)
        names = (option,) if name == "web_searches" else (option, f"{option}-tokens")
        decorated = click.option(*names, name, metavar="N", help=f"Number of {meaning}.")(decorated)
    return decorated


def counted(options: dict[str, Any], *, suffix: str = "") -> tuple[TokenUsage, tuple[Flag, ...]]:
    """What the options say in canonical form, and what a reader should know about it.

    Args:
        options: The values of ``count_options``, by their names.
        suffix: Ends the names of the options of tokens in messages.

    Raises:
        InvalidValueError: One is not a believable count.
    """
    counts: dict[str, object] = {}
    for name in _OPTIONS:
        option = _option(name) + ("" if name == "web_searches" else suffix)
        counts[_COUNTS.get(name, name)] = count(option, options[name])
    return canonical_usage(counts, input_includes_cache=options["input_includes_cache"])


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def count(option: str, text: str | None) -> int | None:
    """A token count; an empty text (an unset shell variable) is unknown.

    Args:
        option: How it is called in a message.
        text: As it was given.

    Raises:
        InvalidValueError: It is not a believable count.
    """
    given = text.strip() if text else ""
    if not given:
        return None
    # Plain digits need no pattern, which takes long to compile.
    if (given.isascii() and given.isdecimal()) or re.fullmatch(_WHOLE, given):
        digits = given.replace(",", "").replace("_", "").lstrip("0")
        if len(digits) <= len(str(MAX_TOKENS)) and int(digits or 0) <= MAX_TOKENS:
            return int(digits or 0)
    raise InvalidValueError(option, text, f"must be a whole number from 0 to {MAX_TOKENS:,}")
