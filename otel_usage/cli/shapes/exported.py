"""What ``export`` writes."""

from __future__ import annotations

from msgspec import field

from otel_usage.cli.shapes import Shape, Usd
from otel_usage.records import CostStatus, Flag, Kind, Status

__all__ = ["ExportedCall"]


class ExportedCall(Shape, frozen=True, kw_only=True, omit_defaults=True):
    """One call. What is not known of it is left out, but the cost, which is null then.

    The keys are those that ``record --stdin`` reads, where it has any for a value.

    Attributes:
        id: Identifies the call.
        kind: Whether a model was called, or another service.
        timestamp: When it began, in local time with its offset.
        source: Where it was recorded: live, cli, otlp, or an importer's name.
        provider: Who was asked.
        model: The model that is billed: the one that answered, else the one that was asked for.
        request_model: The model that was asked for.
        response_model: The model that answered.
        operation: chat, embeddings, … as in the conventions.
        service: Of an API call: the service.
        endpoint: Of an API call: the path.
        status_code: Of an API call: the HTTP status.
        agent: Name of the agent.
        session_id: The conversation.
        job_id: The job that the call belongs to.
        task_type: build, review, chat, … or another word.
        task_description: What the task was, redacted.
        team: The team.
        project: The project.
        tags: Further names and values.
        status: How the call ended.
        error_type: Class of its error.
        error_message: Text of its error, redacted.
        attempt: Which try it was.
        input_tokens: Everything that was sent, what a cache had included.
        output_tokens: Everything that came back, reasoning included.
        cache_read_tokens: The part of the input that was read from a cache.
        cache_write_5m_tokens: The part of the input that was written to a cache for five minutes.
        cache_write_1h_tokens: The part of the input that was written to one for an hour.
        reasoning_tokens: The part of the output that was reasoning.
        input_audio_tokens: The part of the input that was sound.
        input_image_tokens: The part of the input that was pictures.
        input_video_tokens: The part of the input that was moving pictures.
        cache_read_audio_tokens: What was read from a cache and was sound.
        cache_read_image_tokens: What was read from a cache and was pictures.
        output_audio_tokens: The part of the output that was sound.
        output_image_tokens: The part of the output that was pictures.
        output_video_tokens: The part of the output that was moving pictures.
        output_citation_tokens: The part of the output that was text of cited sources.
        web_searches: Searches of the web that the provider ran.
        file_searches: Searches of files that lie with the provider.
        cost: USD; null where no amount is known.
        cost_nanos: The same in nano-dollars.
        cost_status: Where the amount stands.
        price_source: Who knew the price: the caller, an override, genai-prices, …
        rate_card: Id of the rate card that was applied.
        list_price: Of a call that a plan covers: USD that it would have cost.
        cache_savings: USD by which reading from a cache was cheaper than the same tokens as uncached input.
        cache_write_extra: USD by which writing to one was dearer.
        duration_ms: How long it took, in milliseconds.
        time_to_first_chunk_ms: Of a stream: milliseconds to its first part.
        service_tier: As the provider reported it.
        server_address: The server that was called.
        response_id: The provider's id of the response.
        request_id: The provider's id of the request.
        trace_id: The trace of its span.
        span_id: Its span.
        sampled: Whether the span was sampled.
        host: The machine that made it.
        flags: What one should know about how the record came to its values.
    """

    id: str
    kind: Kind
    timestamp: str
    source: str
    provider: str | None = None
    model: str | None = None
    request_model: str | None = None
    response_model: str | None = None
    operation: str | None = None
    service: str | None = None
    endpoint: str | None = None
    status_code: int | None = None
    agent: str | None = None
    session_id: str | None = None
    job_id: str | None = None
    task_type: str | None = None
    task_description: str | None = None
    team: str | None = None
    project: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    status: Status
    error_type: str | None = None
    error_message: str | None = None
    attempt: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_5m_tokens: int | None = field(default=None, name="cacheWrite5mTokens")
    cache_write_1h_tokens: int | None = field(default=None, name="cacheWrite1hTokens")
    reasoning_tokens: int | None = None
    input_audio_tokens: int | None = None
    input_image_tokens: int | None = None
    input_video_tokens: int | None = None
    cache_read_audio_tokens: int | None = None
    cache_read_image_tokens: int | None = None
    output_audio_tokens: int | None = None
    output_image_tokens: int | None = None
    output_video_tokens: int | None = None
    output_citation_tokens: int | None = None
    web_searches: int | None = None
    file_searches: int | None = None
    cost: Usd | None
    cost_nanos: int | None
    cost_status: CostStatus
    price_source: str | None = None
    rate_card: str | None = None
    list_price: Usd | None = None
    cache_savings: Usd | None = None
    cache_write_extra: Usd | None = None
    duration_ms: float | None = None
    time_to_first_chunk_ms: float | None = None
    service_tier: str | None = None
    server_address: str | None = None
    response_id: str | None = None
    request_id: str | None = None
    trace_id: str | None = None
    span_id: str | None = None
    sampled: bool | None = None
    host: str | None = None
    flags: tuple[Flag, ...] = ()
