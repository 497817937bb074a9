"""Calls for the large ledger: twelve agents over 30 days, four of them at work in any hour, evenly spaced."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from otel_usage.records import Cost, CostStatus, Status, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["workload"]

_SPAN = 30 * 86_400 * 10**9
_HOUR = 3600 * 10**9
_AGENTS = tuple(f"agent-{number:02}" for number in range(12))
_MODELS = (("openai", "gpt-4o"), ("anthropic", "claude-sonnet-4-6"), ("google", "gemini-2.5-pro"))
_TASKS = ("build", "review", "chat", "heartbeat", "cron", "synthesis")
_JOBS = 10_000
_STATUSES = (*(Status.OK,) * 48, Status.ERROR, Status.PARTIAL)
_SOURCES = ("live", "otlp")


def workload(calls: int, *, end: int, seed: int = 11) -> Iterator[UsageRecord]:
    """Calls in the order of time, three models and two kinds of task an agent, ten thousand jobs.

    Args:
        calls: How many.
        end: The last begins just before this, nanoseconds since the epoch.
        seed: Another seed, other calls.
    """
    rng = Random(seed)
    step = _SPAN // calls
    for place in range(calls):
        start = end - _SPAN + place * step
        number = (start // _HOUR * 4 + rng.randrange(4)) * 5 % len(_AGENTS)
        provider, model = _MODELS[rng.randrange(3)]
        trace, span = f"{rng.getrandbits(128):032x}", f"{rng.getrandbits(64):016x}"
        tokens, output, cached = rng.randrange(200, 20_000), rng.randrange(20, 2_000), rng.randrange(200)
        yield UsageRecord(
            id=f"span:{trace}:{span}:{start}",
            start=start,
            source=_SOURCES[number % 2],
            provider=provider,
            operation="chat",
            request_model=model,
            response_model=model,
            response_id=f"resp_{rng.getrandbits(96):024x}",
            usage=TokenUsage(input=tokens, output=output, cache_read=cached),
            agent=_AGENTS[number],
            session_id=f"{_AGENTS[number]}-{place // 100}",
            job_id=f"job-{place * _JOBS // calls}",
            task_type=_TASKS[(number + rng.randrange(2)) % len(_TASKS)],
            team="core",
            project="site",
            tags={"env": "prod"},
            duration=rng.randrange(5 * 10**7, 2 * 10**10),
            status=_STATUSES[rng.randrange(50)],
            attempt=1,
            trace_id=trace,
            span_id=span,
            sampled=True,
            host="machine-1",
            cost=Cost(
                status=CostStatus.PRICED,
                nanos=(tokens - cached) * 2500 + cached * 1250 + output * 10_000,
                components={
                    "input_uncached": (tokens - cached) * 2500,
                    "cache_read": cached * 1250,
                    "output": output * 10_000,
                },
                price_source="genai-prices",
                rate_card="743ca2695cd972ff",
            ),
        )
