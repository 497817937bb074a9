"""Cohere's chat and embeddings, of both generations.

Source: Cohere API reference (``Usage``, ``ApiMeta``). It says what it bills and what was processed, which is more; the
cached tokens are a part of the latter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.usages.table import Table

if TYPE_CHECKING:
    from otel_usage.usages.table import Place

__all__ = ["COHERE_BILLED", "COHERE_PROCESSED"]

_TOKENS: Final[dict[str, Place]] = {"input_tokens": "input", "output_tokens": "output"}

COHERE_BILLED: Final = Table(
    marks=frozenset({"billed_units"}), shape={"billed_units": _TOKENS}, input_includes_cache=True
)
COHERE_PROCESSED: Final = Table(
    marks=frozenset({"tokens"}),
    shape={"tokens": _TOKENS, "cached_tokens": "cache_read"},
    input_includes_cache=True,
)
"""Where nothing is said of what is billed."""
