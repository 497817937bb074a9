"""What the tests of the blocks make calls of, and how they look at what became of one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from opentelemetry import context, trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

SECRET = "-".join(("sk", "proj", "0a1B2c3D4e5F6g7H" * 3))
USAGE = TokenUsage(input=1_000, output=100)
PRICE = 1_000 * 2_500 + 100 * 10_000
"""gpt-4o: $2.50 and $10.00 a million are 2,500 and 10,000 nano-dollars a token."""
PARENT = SpanContext(
    trace_id=0xABCDEF0123456789ABCDEF0123456789,
    span_id=0xABCDEF0123456789,
    is_remote=True,
    trace_flags=TraceFlags(TraceFlags.SAMPLED),
)


def answer(**usage: Any) -> dict[str, Any]:
    """A chat completion as a dict."""
    counts = {"prompt_tokens": 1_000, "completion_tokens": 100, **usage}
    return {"id": "chatcmpl-1", "model": "gpt-4o-2024-08-06", "usage": counts}


def one(exported: InMemorySpanExporter) -> ReadableSpan:
    """The only exported span."""
    (span,) = exported.get_finished_spans()
    return span


def by_name(exported: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    """The exported spans."""
    return {span.name: span for span in exported.get_finished_spans()}


def is_child(child: ReadableSpan, parent: ReadableSpan) -> bool:
    """Whether one span stands directly below another."""
    assert parent.context is not None
    return child.parent is not None and child.parent.span_id == parent.context.span_id


@contextmanager
def remote_parent() -> Iterator[None]:
    """A caller on another machine, as a propagator leaves it."""
    token = context.attach(trace.set_span_in_context(NonRecordingSpan(PARENT)))
    try:
        yield
    finally:
        context.detach(token)


class Hostile:
    """A response whose every attribute fails."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(name)
