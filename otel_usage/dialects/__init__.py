"""What a span's attributes say of a call: one table for each family of instrumentations. Pure.

A span is read by the dialect of its instrumentation scope; where the scope is not known, by what its attributes are
called.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from otel_usage import semconv
from otel_usage.dialects.opentelemetry import OPENTELEMETRY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from otel_usage.dialects.dialect import Dialect
    from otel_usage.records import UsageRecord

__all__ = ["concerns", "generative", "read"]

_DIALECTS: Final[tuple[Dialect, ...]] = (OPENTELEMETRY,)
_PREFIXES: Final = tuple(
    dict.fromkeys((*(dialect.prefix for dialect in _DIALECTS), *semconv.FURTHER_PREFIXES))
)


def concerns(scope: str, names: Iterable[str]) -> bool:
    """Whether a span or log record is about generative AI: by its scope, ours among them, or any attribute's name."""
    return scope == semconv.SCOPE or _of_scope(scope) is not None or any(map(generative, names))


@lru_cache(maxsize=4096)
def generative(name: str) -> bool:
    """Whether an attribute or event is called as those of generative AI are; remembered, as every span is asked."""
    return name.startswith(_PREFIXES)


def read(scope: str, attributes: Mapping[str, object]) -> UsageRecord | None:
    """The call that a span's attributes tell of, None when they tell of none that is billed.

    Args:
        scope: Name of the instrumentation scope.
        attributes: Attributes of the span.

    Returns:
        A record without id and start, which the attributes do not know.
    """
    dialect = _of_scope(scope) or _of_names(attributes)
    return None if dialect is None else dialect.read(attributes)


@lru_cache(maxsize=1024)
def _of_scope(scope: str) -> Dialect | None:
    return next((dialect for dialect in _DIALECTS if scope.startswith(dialect.scopes)), None)


def _of_names(names: Iterable[str]) -> Dialect | None:
    return next((d for d in _DIALECTS if any(name.startswith(d.prefix) for name in names)), None)
