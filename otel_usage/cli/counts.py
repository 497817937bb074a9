"""Options that take token counts, under the names that two generations of tools gave them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from otel_usage.errors import InvalidValueError
from otel_usage.records import MAX_TOKENS

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["count", "token_options"]

_Decorated = TypeVar("_Decorated", bound="Callable[..., Any]")
_OPTIONS = {
    "cache_write_1h": "input written to a cache for an hour",
    "cache_write": "input written to a cache for five minutes",
    "cache_read": "input read from a cache",
    "output": "output tokens, reasoning included",
    "input": "input tokens, cached ones included",
}


def token_options(decorated: _Decorated) -> _Decorated:
    """``--input``, ``--output``, ``--cache-read``, ``--cache-write``, ``--cache-write-1h``, each also with ``-tokens``."""
    for name, meaning in _OPTIONS.items():
        option = f"--{name.replace('_', '-')}"
        decorated = click.option(option, f"{option}-tokens", name, metavar="N", help=f"Number of {meaning}.")(
            decorated
        )
    return decorated


def count(option: str, text: str | None) -> int | None:
    """A token count; an empty text (an unset shell variable) is unknown.

    Raises:
        InvalidValueError: It is not a believable count.
    """
    if not text or not text.strip():
        return None
    digits = text.strip().replace(",", "").replace("_", "")
    believable = digits.isascii() and digits.isdigit() and len(digits.lstrip("0")) <= len(str(MAX_TOKENS))
    if not believable or int(digits) > MAX_TOKENS:
        raise InvalidValueError(option, text, f"must be a whole number from 0 to {MAX_TOKENS:,}")
    return int(digits)
