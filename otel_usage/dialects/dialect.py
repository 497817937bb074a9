"""A dialect as a table, and the one reader of such tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from otel_usage import semconv
from otel_usage.counts import canonical_usage, whole
from otel_usage.records import MAX_NANOSECONDS, UsageRecord
from otel_usage.token_usage import MAX_TOKENS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CACHE_WRITE", "Dialect"]

CACHE_WRITE = "cache_write"
"""In ``Dialect.counts``: everything written to a cache, for whatever time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one family of instrumentations names what it knows of a call.

    Where a thing has several names, the newest stands first: the first that is there is taken.

    Attributes:
        scopes: Beginnings of the names of its instrumentation scopes.
        prefix: Beginning of the names of its attributes, by which a span of an unknown scope is told.
        operation: The attribute that says what kind of call it was, by the conventions' values.
        provider: Attributes that say the provider.
        providers: The short name of a provider for each value; another value is the short name itself.
        texts: Fields of a record that are texts, and their attributes.
        counts: Fields of ``TokenUsage``, and ``CACHE_WRITE``, and their attributes.
        first_chunk: The attribute with the seconds to the first chunk.
        input_includes_cache: See ``counts.canonical_usage``.
    """

    scopes: tuple[str, ...]
    prefix: str
    operation: str
    provider: tuple[str, ...]
    providers: Mapping[str, str]
    texts: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, tuple[str, ...]]
    first_chunk: str
    input_includes_cache: bool | None = None

    def read(self, attributes: Mapping[str, object]) -> UsageRecord | None:
        """The call that attributes tell of, without id and start; None for what is no inference."""
        operation = attributes.get(self.operation)
        if not isinstance(operation, str) or operation not in semconv.INFERENCE_OPERATIONS:
            return None
        fields: dict[str, Any] = {
            field: value
            for field, names in self.texts.items()
            if (value := _text(attributes, names)) is not None
        }
        provider = _text(attributes, self.provider)
        if provider is not None:
            fields["provider"] = self.providers.get(provider.lower(), provider)
        usage, flags = canonical_usage(
            self._counts(attributes), input_includes_cache=self.input_includes_cache
        )
        return UsageRecord(
            id="",
            start=0,
            source="live",
            operation=operation,
            usage=usage,
            flags=flags,
            time_to_first_chunk=_nanoseconds(attributes.get(self.first_chunk)),
            **fields,
        )

    def _counts(self, attributes: Mapping[str, object]) -> dict[str, object]:
        """Counts by the names of ``TokenUsage``; what was written to a cache for no known time is taken as 5 minutes."""
        counts = {field: _given(attributes, names) for field, names in self.counts.items()}
        written = counts.pop(CACHE_WRITE, None)
        if written is not None and counts.get("cache_write_5m") is None:
            total, hour = whole(written, MAX_TOKENS), whole(counts.get("cache_write_1h"), MAX_TOKENS)
            counts["cache_write_5m"] = written if total is None else max(total - (hour or 0), 0)
        return counts


def _given(attributes: Mapping[str, object], names: tuple[str, ...]) -> object:
    """The first of some attributes that is there, None without one."""
    for name in names:
        value = attributes.get(name)
        if value is not None:
            return value
    return None


def _text(attributes: Mapping[str, object], names: tuple[str, ...]) -> str | None:
    """The first of some attributes that is a text."""
    for name in names:
        value = attributes.get(name)
        if isinstance(value, str) and value:
            return value
    return None


def _nanoseconds(seconds: object) -> int | None:
    """A believable time, None for another."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    nanoseconds = seconds * 10**9
    return int(nanoseconds) if 0 <= nanoseconds <= MAX_NANOSECONDS else None
