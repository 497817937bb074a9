"""What a call costs the agent that makes it, beside a bare span of the SDK and beside nothing."""

from __future__ import annotations

import gc
import time
from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from openai.types.chat import ChatCompletion, ChatCompletionChunk
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    MetricExporter,
    MetricExportResult,
    MetricsData,
    PeriodicExportingMetricReader,
)
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

import otel_usage
from tests.benchmarks.figures import Figure, Setup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from opentelemetry.sdk.trace import ReadableSpan

    Call = Callable[[], object]

__all__ = ["measure"]

_CALLS = 200
"""Calls in a block; the blocks of all variants take turns, so that a noisy moment hits all of them alike."""
_FEW, _MANY = 20, 220
"""Chunks of a streamed call, and of one that shows what a chunk costs."""
_USAGE = {
    "prompt_tokens": 1_200,
    "completion_tokens": 300,
    "total_tokens": 1_500,
    "prompt_tokens_details": {"cached_tokens": 1_024, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 64, "audio_tokens": 0},
}
_ATTRIBUTES: dict[str, str | int] = {f"text.{number}": f"value {number}" for number in range(10)} | {
    f"number.{number}": number for number in range(5)
}


class _Nowhere(SpanExporter):
    """Exports spans to nowhere."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:  # noqa: ARG002  # the SDK's
        return SpanExportResult.SUCCESS


class _NowhereEither(MetricExporter):
    """Exports metrics to nowhere."""

    def export(self, metrics_data: MetricsData, timeout_millis: float = 0, **_: object) -> MetricExportResult:  # noqa: ARG002  # the SDK's
        return MetricExportResult.SUCCESS

    def force_flush(self, timeout_millis: float = 0) -> bool:  # noqa: ARG002  # the SDK's
        return True

    def shutdown(self, timeout_millis: float = 0, **_: object) -> None:
        """Nothing is held."""


class _Taken(NamedTuple):
    """CPU time of a call: of the thread that makes it, and of the whole process."""

    thread: float
    process: float

    def __sub__(self, other: _Taken) -> _Taken:
        return _Taken(self.thread - other.thread, self.process - other.process)


def measure(setup: Setup) -> Iterator[Figure]:
    """Plain and streamed calls of two sizes, every variant in one run."""
    bare, ours = _tracers(), _tracers()
    meters = MeterProvider(
        [PeriodicExportingMetricReader(_NowhereEither(), export_interval_millis=1_000)],
        shutdown_on_exit=False,
    )
    trace.set_tracer_provider(ours)
    otel_usage.configure(home=setup.scratch / "calls", meter_provider=meters)
    taken = _interleaved(_variants(bare), blocks=setup.size(quick=9, full=61))
    otel_usage.shutdown()
    for provider in (bare, ours, meters):
        provider.shutdown()
    yield from _plain(taken)
    yield from _streamed(taken)


def _plain(taken: dict[str, _Taken]) -> Iterator[Figure]:
    nothing, span = taken["nothing"], taken["span"] - taken["nothing"]
    for size in ("1 KB", "50 KB"):
        added = taken[size] - nothing
        yield Figure(
            name=f"a call of {size}, added on its thread",
            value=added.thread,
            unit="µs",
            at_most=80.0,
            beside={"bare span of 15 attributes": span.thread, "nothing": nothing.thread},
        )
        yield Figure(
            name=f"a call of {size} against a bare span",
            value=added.thread / span.thread,
            unit="times",
            at_most=2.0,
        )
        yield Figure(
            name=f"a call of {size}, added in the whole process",
            value=added.process,
            unit="µs",
            at_most=150.0,
            beside={"bare span of 15 attributes": span.process},
        )


def _streamed(taken: dict[str, _Taken]) -> Iterator[Figure]:
    span = taken["span"] - taken["nothing"]
    for size in ("1 KB", "50 KB"):
        added = taken[f"{size}, {_FEW} chunks"] - taken[f"reading {_FEW} chunks"]
        yield Figure(
            name=f"a call of {size} in {_FEW} chunks, added on its thread",
            value=added.thread,
            unit="µs",
            beside={"bare span of 15 attributes": span.thread, "added in the whole process": added.process},
        )
    more = taken[f"1 KB, {_MANY} chunks"] - taken[f"1 KB, {_FEW} chunks"]
    alone = taken[f"reading {_MANY} chunks"] - taken[f"reading {_FEW} chunks"]
    yield Figure(
        name="a chunk of a stream, added on its thread",
        value=(more - alone).thread / (_MANY - _FEW),
        unit="µs",
        beside={"reading it": alone.thread / (_MANY - _FEW)},
    )


def _variants(bare: TracerProvider) -> dict[str, Call]:
    """What is measured: a call of each kind, and what it is held against."""
    tracer = bare.get_tracer("bare")

    def nothing() -> None:
        pass

    def span() -> None:
        with tracer.start_as_current_span("chat gpt-4o", attributes=_ATTRIBUTES):
            pass

    variants: dict[str, Call] = {"nothing": nothing, "span": span}
    for name, size in (("1 KB", 1024), ("50 KB", 50 * 1024)):
        variants[name] = _call(_completion(size))
        variants[f"{name}, {_FEW} chunks"] = _stream(_chunks(size, _FEW))
    variants[f"1 KB, {_MANY} chunks"] = _stream(_chunks(1024, _MANY))
    for count in (_FEW, _MANY):
        variants[f"reading {count} chunks"] = _read(_chunks(1024, count))
    return variants


def _call(response: ChatCompletion) -> Call:
    def call() -> None:
        with otel_usage.inference(
            "openai", model="gpt-4o", agent="writer", session_id="session-1", job_id="job-1", task_type="chat"
        ) as inference:
            inference.record(response)

    return call


def _stream(chunks: list[ChatCompletionChunk]) -> Call:
    def call() -> None:
        with otel_usage.inference(
            "openai", model="gpt-4o", agent="writer", session_id="session-1", job_id="job-1", task_type="chat"
        ) as inference:
            for _ in inference.stream(iter(chunks)):
                pass

    return call


def _read(chunks: list[ChatCompletionChunk]) -> Call:
    def call() -> None:
        for _ in iter(chunks):
            pass

    return call


def _completion(size: int) -> ChatCompletion:
    """A response as the client gives it, with so many bytes of text."""
    message = {"role": "assistant", "content": "word " * (size // 5)}
    return ChatCompletion.model_validate(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_772_400_000,
            "model": "gpt-4o-2024-08-06",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": _USAGE,
            "service_tier": "default",
        }
    )


def _chunks(size: int, count: int) -> list[ChatCompletionChunk]:
    """The same as a stream; the last chunk has the usage."""
    texts = [{"content": "word " * (size // 5 // count)} for _ in range(count - 1)]
    return [
        ChatCompletionChunk.model_validate(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion.chunk",
                "created": 1_772_400_000,
                "model": "gpt-4o-2024-08-06",
                "choices": [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": None}],
                "usage": _USAGE if delta is None else None,
            }
        )
        for delta in [*texts, None]
    ]


def _tracers() -> TracerProvider:
    """A provider as an application sets it up, with nothing behind it."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(_Nowhere()))
    return provider


def _interleaved(variants: dict[str, Call], *, blocks: int) -> dict[str, _Taken]:
    """Medians over blocks, in microseconds a call; a first round that fills the caches is not counted."""
    taken: defaultdict[str, list[_Taken]] = defaultdict(list)
    for block in range(blocks + 1):
        for name, call in variants.items():
            gc.collect()
            process, thread = time.process_time_ns(), time.thread_time_ns()
            for _ in range(_CALLS):
                call()
            used = _Taken(float(time.thread_time_ns() - thread), float(time.process_time_ns() - process))
            if block:
                taken[name].append(used)
    one = 1_000 * _CALLS
    return {
        name: _Taken(median(used.thread for used in each) / one, median(used.process for used in each) / one)
        for name, each in taken.items()
    }
