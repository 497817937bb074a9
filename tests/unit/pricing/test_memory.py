"""Names that nobody ever heard of: 20,000 of them, as a mistaken agent sends them."""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING

from genai_prices import data_snapshot

from otel_usage.pricing import PriceBook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

    from otel_usage.records import UsageRecord


def junk(first: int, last: int) -> Iterator[tuple[str | None, str]]:
    """Unknown models, known ones with a suffix, unknown providers, and no provider at all."""
    for number in range(first, last):
        yield (
            ("openai", f"model-{number}"),
            ("anthropic", f"claude-3-sonnet-{number:06x}"),
            (f"provider-{number}", "gpt-4o"),
            (None, f"gpt-4o-{number}-x"),
        )[number % 4]


def test_junk_names_leave_memory_flat(
    call: Callable[..., UsageRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the first 5,000, another 15,000 add less than a megabyte, in the book and in genai-prices' own caches.

    The installed data counts as another than the index's here, so that it is asked about every name.
    """
    monkeypatch.setattr("importlib.metadata.version", lambda _: "0.0.1")
    snapshot = data_snapshot.get_snapshot()
    before = len(snapshot._lookup_cache), len(snapshot._provider_misses), len(snapshot._provider_cache)
    book = PriceBook(allow_lookup=True)

    def quote(first: int, last: int) -> int:
        for provider, model in junk(first, last):
            assert book.price(call(provider, model, input=1_000, output=10)).nanos is None
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        full = quote(0, 5_000)
        assert quote(5_000, 20_000) - full < 1_000_000
    finally:
        tracemalloc.stop()
    assert before == (
        len(snapshot._lookup_cache),
        len(snapshot._provider_misses),
        len(snapshot._provider_cache),
    )
    assert data_snapshot._custom_snapshot is None
