"""One library's prices, measured in a process of its own: ``python -P pricers.py LIBRARY ROUNDS JUNK``, figures as JSON.

It is run by the interpreter that has the library, which may have nothing of this project: it imports nothing else.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS = tuple(
    (provider, model, 12_000 + number, 800 + number, 5_000)
    for number in range(20)
    for provider, model in (
        ("openai", "gpt-4o"),
        ("openai", "gpt-4o-mini"),
        ("google", "gemini-2.5-flash"),
        ("google", "gemini-2.5-pro"),
    )
)
"""Provider, model, input, output, and what of the input was cached: models that every library knows."""


def nothing() -> Callable[..., Callable[[], object]]:
    """The floor: a look into a dict and a product."""
    rates = {model: 2500 for _, model, *_ in CALLS}

    def ready(_: str, model: str, tokens: int, *__: int) -> Callable[[], object]:
        return lambda: tokens * rates.get(model, 0) // 10**6

    return ready


def otel_usage() -> Callable[..., Callable[[], object]]:
    """This package, as on a caller's thread."""
    from otel_usage.pricing.book import PriceBook  # noqa: PLC0415  # imports are measured
    from otel_usage.records import UsageRecord  # noqa: PLC0415  # the same
    from otel_usage.token_usage import TokenUsage  # noqa: PLC0415  # the same

    quote, now = PriceBook().quote, time.time_ns()

    def ready(provider: str, model: str, tokens: int, output: int, cached: int) -> Callable[[], object]:
        record = UsageRecord(
            id="call:1",
            start=now,
            source="live",
            provider=provider,
            request_model=model,
            usage=TokenUsage(input=tokens, output=output, cache_read=cached),
        )
        return lambda: quote(record)

    return ready


def genai_prices() -> Callable[..., Callable[[], object]]:
    """Pydantic's; the provider is given, as its documentation advises."""
    from datetime import UTC, datetime  # noqa: PLC0415  # imports are measured

    from genai_prices import Usage, calc_price  # noqa: PLC0415  # the same

    now = datetime.now(UTC)

    def ready(provider: str, model: str, tokens: int, output: int, cached: int) -> Callable[[], object]:
        usage = Usage(input_tokens=tokens, output_tokens=output, cache_read_tokens=cached)
        return lambda: calc_price(usage, model, provider_id=provider, genai_request_timestamp=now)

    return ready


def litellm() -> Callable[..., Callable[[], object]]:
    """LiteLLM's, with the price map that it ships: the network is not asked."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    from litellm import cost_per_token  # type: ignore[import-not-found]  # noqa: PLC0415  # not of this environment

    def ready(provider: str, model: str, tokens: int, output: int, cached: int) -> Callable[[], object]:
        name = {"google": "gemini"}.get(provider, provider)
        return lambda: cost_per_token(
            model=model,
            custom_llm_provider=name,
            prompt_tokens=tokens,
            completion_tokens=output,
            cache_read_input_tokens=cached,
        )

    return ready


def tokencost() -> Callable[..., Callable[[], object]]:
    """AgentOps' tokencost, which knows no cache: input and output only."""
    from tokencost import calculate_cost_by_tokens  # type: ignore[import-not-found]  # noqa: PLC0415  # not of this environment

    def ready(_: str, model: str, tokens: int, output: int, *__: int) -> Callable[[], object]:
        return lambda: (
            calculate_cost_by_tokens(tokens, model, "input"),
            calculate_cost_by_tokens(output, model, "output"),
        )

    return ready


LIBRARIES: dict[str, Callable[[], Callable[..., Callable[[], object]]]] = {
    "floor": nothing,
    "otel-usage": otel_usage,
    "genai-prices": genai_prices,
    "litellm": litellm,
    "tokencost": tokencost,
}


def measure(library: str, rounds: int, junk: int) -> dict[str, Any]:
    """Import, first price, price (CPU time), and what memory grows by after names that never were."""
    before = time.process_time_ns()
    ready = LIBRARIES[library]()
    imported = time.process_time_ns()
    ready(*CALLS[0])()
    first = time.process_time_ns()
    priced = [ready(*call) for call in CALLS]
    for price in priced:
        price()
    taken = []
    for _ in range(rounds):
        begin = time.thread_time_ns()
        for price in priced:
            price()
        taken.append((time.thread_time_ns() - begin) / len(priced))
    gc.collect()
    resident = _resident()
    for number in range(junk):
        # A library may refuse what it does not know.
        with suppress(Exception):
            ready("openai", f"gpt-4o-junk-{number}", 1, 1, 0)()
    gc.collect()
    return {
        "version": "" if library == "floor" else version(library),
        "import_ms": (imported - before) / 1e6,
        "first_ms": (first - imported) / 1e6,
        "price_us": median(taken) / 1e3,
        "grown_kib": max(_resident() - resident, 0),
    }


def _resident() -> int:
    """KiB of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


if __name__ == "__main__":
    _, name, rounds_text, junk_text = sys.argv
    # What a library prints is no figure.
    shown, sys.stdout = sys.stdout, sys.stderr
    json.dump(measure(name, int(rounds_text), int(junk_text)), shown)
