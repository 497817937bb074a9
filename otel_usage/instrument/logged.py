"""Records of calls that have ended."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Unpack

from msgspec import structs

from otel_usage import runtime
from otel_usage.amounts import given_cost
from otel_usage.counts import canonical_usage
from otel_usage.current import attributed, over, record_fields
from otel_usage.instrument.belonging import BelongsTo, from_keywords, host_from
from otel_usage.records import (
    MAX_NANOSECONDS,
    STATUS_WORDS,
    Flag,
    Kind,
    Status,
    UsageRecord,
    flag_missing_usage,
)
from otel_usage.spans.api_call import status_of
from otel_usage.spans.content import answered, asked
from otel_usage.spans.finished import book

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["log_api", "log_llm"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NO_TIME: Final = -1
"""Replaced by the present, and flagged, where the record is made fit."""


def log_llm(  # noqa: PLR0913  # one keyword for each thing that is known of a finished call
    *,
    provider: str,
    model: str | None = None,
    operation: str = "chat",
    prompt: object = None,
    response: object = None,
    input_tokens: int | None = None,
    output_tokens: int | None = None,
    cache_read_tokens: int | None = None,
    cache_write_tokens: int | None = None,
    cache_write_1h_tokens: int | None = None,
    reasoning_tokens: int | None = None,
    input_audio_tokens: int | None = None,
    input_image_tokens: int | None = None,
    output_audio_tokens: int | None = None,
    output_image_tokens: int | None = None,
    web_searches: int | None = None,
    input_includes_cache: bool | None = None,
    service_tier: str | None = None,
    server_address: object = None,
    cost: float | Decimal | str | None = None,
    duration_ms: float | None = None,
    status: str = "ok",
    error_message: str | None = None,
    timestamp: datetime | float | str | None = None,
    **who: Unpack[BelongsTo],
) -> UsageRecord | None:
    """Record an LLM call that has ended; ``configure()`` need not have been called.

    Args:
        provider: Short name, ``openai``.
        model: The model that answered.
        operation: See ``inference``.
        prompt: What was sent, as ``call.prompt`` takes it. It is never part of the record. It is read only where
            ``content`` in the configuration asks for it, and kept beside the record without its secrets.
        response: What came back, a text or as ``call.record`` takes it; see prompt.
        input_tokens: Everything that was sent.
        output_tokens: Everything that came back, reasoning included.
        cache_read_tokens: Read from a cache.
        cache_write_tokens: Written to a cache for five minutes.
        cache_write_1h_tokens: Written to a cache for an hour.
        reasoning_tokens: The part of the output that was reasoning.
        input_audio_tokens: The part of the input that was sound, cached or not.
        input_image_tokens: The part of the input that was pictures, cached or not.
        output_audio_tokens: The part of the output that was sound.
        output_image_tokens: The part of the output that was pictures.
        web_searches: Searches of the web that the provider ran and bills.
        input_includes_cache: Whether the input counts what was cached; None infers it, and flags where it had to.
        service_tier: ``batch``, ``flex``, ``priority``, …, as the provider calls it.
        server_address: See ``inference``.
        cost: What it cost in USD, where that is known; believed, 0 included. Computed when not given.
        duration_ms: Milliseconds.
        status: ``ok`` (or ``success``), ``error``, ``partial``; another word is counted, and taken for an error
            where there is an ``error_message``, else for ``ok``.
        error_message: What went wrong; redacted.
        timestamp: When it began: a datetime (a naive one is of the machine's zone), seconds since the epoch, or ISO
            8601. Without it the call has ended just now.
        **who: See ``BelongsTo``.

    Returns:
        The record as it is stored, with its cost; None when everything is switched off.
    """
    counts: dict[str, object] = {
        "input": input_tokens,
        "output": output_tokens,
        "cache_read": cache_read_tokens,
        "cache_write_5m": cache_write_tokens,
        "cache_write_1h": cache_write_1h_tokens,
        "reasoning": reasoning_tokens,
        "input_audio": input_audio_tokens,
        "input_image": input_image_tokens,
        "output_audio": output_audio_tokens,
        "output_image": output_image_tokens,
        "web_searches": web_searches,
    }
    usage, flags = canonical_usage(counts, input_includes_cache=input_includes_cache)
    return _logged(
        who,
        timestamp,
        duration_ms,
        provider=provider,
        operation=operation,
        request_model=model,
        service_tier=service_tier,
        server_address=host_from(server_address),
        usage=usage,
        flags=flags,
        cost=cost,
        status=status,
        error_message=error_message,
        prompt=prompt,
        response=response,
    )


def log_api(  # noqa: PLR0913  # see log_llm
    *,
    service: str,
    endpoint: str | None = None,
    status_code: int | None = None,
    cost: float | Decimal | str | None = None,
    duration_ms: float | None = None,
    status: str | None = None,
    error_message: str | None = None,
    timestamp: datetime | float | str | None = None,
    **who: Unpack[BelongsTo],
) -> UsageRecord | None:
    """Record a call of a service that is no model, which has ended.

    Args:
        service: Name of the service.
        endpoint: What of it was called; redacted.
        status_code: HTTP status; 400 and above is an error unless ``status`` says otherwise.
        cost: See ``log_llm``; without it an override's ``per_request``.
        duration_ms: See ``log_llm``.
        status: See ``log_llm``.
        error_message: See ``log_llm``.
        timestamp: See ``log_llm``.
        **who: See ``BelongsTo``.

    Returns:
        The record as it is stored; None when everything is switched off.
    """
    return _logged(
        who,
        timestamp,
        duration_ms,
        kind=Kind.API,
        service=service,
        endpoint=endpoint,
        status_code=status_code,
        cost=cost,
        status=status_of(status_code).value if status is None else status,
        error_message=error_message,
    )


def _logged(  # noqa: PLR0913  # see log_llm
    who: BelongsTo,
    timestamp: datetime | float | str | None,
    duration_ms: float | None,
    *,
    status: object,
    cost: object,
    flags: tuple[Flag, ...] = (),
    prompt: object = None,
    response: object = None,
    **known: Any,  # noqa: ANN401  # fields of a record
) -> UsageRecord | None:
    """Book a finished call."""
    here = runtime.current()
    recorder = here.recorder
    if recorder is None:
        return None
    belongs = over(from_keywords(who), over(attributed(), here.settings.attribution))
    duration = _nanoseconds(duration_ms)
    start = time.time_ns() - (duration or 0) if timestamp is None else _moment(timestamp)
    ended = STATUS_WORDS.get(status.lower()) if isinstance(status, str) else None
    if ended is None:
        recorder.noticed("unknown_status", "was given a status that is neither ok nor error nor partial")
        ended = Status.OK if known["error_message"] is None else Status.ERROR
    believed, unusable = given_cost(cost)
    record = UsageRecord(
        id="",
        source="live",
        start=start,
        duration=duration,
        status=ended,
        cost=believed,
        flags=(*flags, *unusable),
        **record_fields(belongs),
        **known,
    )
    record = flag_missing_usage(record)
    if Flag.USAGE_MISSING in record.flags:
        recorder.tell(Flag.USAGE_MISSING.value, "was given a call without its tokens")
    content = structs.replace(asked(recorder, prompt), output_messages=answered(recorder, response))
    return book(recorder, record, here.tracer_provider, content=content, loggers=here.logger_provider)


def _nanoseconds(milliseconds: object) -> int | None:
    """A believable duration, None for another."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    nanoseconds = milliseconds * 1_000_000
    return int(nanoseconds) if 0 <= nanoseconds <= MAX_NANOSECONDS else None


def _moment(given: datetime | float | str) -> int:
    """Nanoseconds since the epoch; what is no time is replaced by the present later, and flagged."""
    try:
        if isinstance(given, int | float):
            return int(given * 1_000_000_000)
        moment = datetime.fromisoformat(given) if isinstance(given, str) else given
        return (moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1) * 1_000
    except Exception:  # noqa: BLE001  # what an application gave; nothing of ours reaches the agent
        return _NO_TIME
