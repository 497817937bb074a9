"""One session of an agent: its calls, with a growing context, caches, streams, failures and second attempts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec.structs import replace

from otel_usage.records import Cost, CostStatus, Kind, Status, UsageRecord
from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tests.data.agents import Agent, Model

__all__ = ["session"]

_SECOND = 10**9
_ERRORS = (
    ("RateLimitError", "rate limit reached, try again in 7 seconds"),
    ("APITimeoutError", "the request timed out"),
    ("InternalServerError", "the server had an error"),
    ("BadRequestError", "the prompt is too long"),
)
_RESPONSE_ID = {"openai": "resp_", "anthropic": "msg_"}


def session(rng: Random, agent: Agent, start: int) -> Iterator[UsageRecord]:
    """The calls of one session: the context grows from turn to turn, failures are tried again."""
    trace = f"{rng.getrandbits(128):032x}"
    model, at, context, attempt = rng.choice(agent.models), start, 0, 1
    base = UsageRecord(
        id="",
        start=start,
        source=agent.source,
        agent=agent.name,
        session_id=None if agent.turns == (1, 1) else f"{agent.name}-{trace[:12]}",
        job_id=f"job-{trace[-8:]}" if agent.jobs else None,
        task_type=rng.choice(agent.tasks),
        team=agent.team,
        project=agent.project,
        tags={"env": "prod" if rng.random() < agent.prod else "dev"},
        trace_id=trace,
        sampled=True,
        host=f"{agent.team}-1",
        cost=Cost(status=CostStatus.INCLUDED) if rng.random() < agent.plan else Cost(),
    )
    for _ in range(rng.randint(*agent.turns)):
        if agent.api is not None and rng.random() < 0.4:
            call = _api_call(rng, replace(base, start=at), agent.api)
            yield call
            at += (call.duration or 0) + rng.randrange(_SECOND)
        call = _llm_call(rng, replace(base, start=at, attempt=attempt), model, agent, context)
        yield call
        at += (call.duration or 0) + int(rng.expovariate(1 / 20) * _SECOND)
        failed = call.status is not Status.OK
        attempt = 2 if failed else 1
        if not failed:
            context = min(call.usage.total, 150_000)


def _llm_call(rng: Random, record: UsageRecord, model: Model, agent: Agent, context: int) -> UsageRecord:
    response = _RESPONSE_ID.get(model.provider)
    stream = rng.random() < agent.streams and model.operation == "chat"
    first = int(rng.lognormvariate(math.log(0.6), 0.5) * _SECOND)
    span = f"{rng.getrandbits(64):016x}"
    called = replace(
        record,
        id=f"span:{record.trace_id}:{span}:{record.start}",
        span_id=span,
        provider=model.provider,
        operation=model.operation,
        request_model=model.name,
        service_tier=model.tier,
    )
    if rng.random() < 0.025:
        kind, message = rng.choice(_ERRORS)
        return replace(called, status=Status.ERROR, error_type=kind, error_message=message, duration=first)
    usage = _usage(rng, model, context)
    answered = replace(
        called,
        response_model=model.answers_as or model.name,
        response_id=response and f"{response}{rng.getrandbits(96):024x}",
        usage=usage,
        duration=first + (usage.output or 0) * _SECOND // model.per_second,
        time_to_first_chunk=first if stream else None,
    )
    if stream and rng.random() < 0.02:
        cut = replace(usage, output=(usage.output or 0) // 3, reasoning=None)
        return replace(answered, status=Status.PARTIAL, error_type="APIConnectionError", usage=cut)
    return answered


def _usage(rng: Random, model: Model, context: int) -> TokenUsage:
    new = _about(rng, model.input // 6 if context else model.input)
    output = _about(rng, model.output)
    if model.operation == "embeddings":
        return TokenUsage(input=new)
    usage = TokenUsage(input=context + new, output=output)
    if model.reasoning:
        usage = replace(usage, reasoning=int(output * model.reasoning * rng.random()))
    if model.cache == "read" and context:
        usage = replace(usage, cache_read=context // 128 * 128)
    elif model.cache in {"5m", "1h"}:
        usage = replace(usage, cache_read=context, **{f"cache_write_{model.cache}": new * 9 // 10})
    return usage


def _about(rng: Random, median: int) -> int:
    return int(rng.lognormvariate(math.log(median), 0.45)) if median else 0


def _api_call(rng: Random, record: UsageRecord, api: tuple[str, str, int | None]) -> UsageRecord:
    service, endpoint, nanos = api
    span = f"{rng.getrandbits(64):016x}"
    limited = rng.random() < 0.03
    return replace(
        record,
        id=f"span:{record.trace_id}:{span}:{record.start}",
        kind=Kind.API,
        span_id=span,
        service=service,
        endpoint=endpoint,
        status_code=429 if limited else 200,
        status=Status.ERROR if limited else Status.OK,
        error_type="429" if limited else None,
        duration=int(rng.lognormvariate(math.log(0.3), 0.6) * _SECOND),
        cost=Cost()
        if nanos is None or limited
        else Cost(status=CostStatus.PROVIDED, nanos=nanos, price_source="caller"),
    )
