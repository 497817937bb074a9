"""An agent that tells a secret of each class in each place that it has, to every exporter there is.

Standard input: JSON, class → text that holds the secret. The environment names home, endpoint and page.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import urllib.request
from contextlib import suppress

from opentelemetry import metrics, trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import ConsoleLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
from opentelemetry.trace import Link, SpanContext, Status, StatusCode

import otel_usage


def main(page: int) -> None:
    """Set everything up, tell, and read the process's own page."""
    logging.basicConfig(stream=sys.stderr)
    tracers, loggers = TracerProvider(), LoggerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
    loggers.add_log_record_processor(SimpleLogRecordProcessor(OTLPLogExporter()))
    readers = [PeriodicExportingMetricReader(to) for to in (OTLPMetricExporter(), ConsoleMetricExporter())]
    trace.set_tracer_provider(tracers)
    set_logger_provider(loggers)
    metrics.set_meter_provider(MeterProvider(readers))
    otel_usage.configure(prometheus_port=page, strict=True)
    for exporter in (ConsoleSpanExporter(), OTLPSpanExporter()):
        tracers.add_span_processor(SimpleSpanProcessor(exporter))
    for to in (ConsoleLogRecordExporter(), OTLPLogExporter()):
        loggers.add_log_record_processor(SimpleLogRecordProcessor(to))
    for text in json.load(sys.stdin).values():
        own(text)
        finished(text)
        foreign(text, tracers, loggers)
    with urllib.request.urlopen(f"http://127.0.0.1:{page}/metrics") as answer:  # loopback
        sys.stdout.write(answer.read().decode())
    for provider in (metrics.get_meter_provider(), tracers, loggers):
        provider.shutdown()  # type: ignore[union-attr]  # the SDK's own
    otel_usage.shutdown()


def own(text: str) -> None:
    """Blocks of ours, with all that they take."""
    call: dict[str, object] = {"id": "call_1", "type": "function"}
    call["function"] = {"name": "run", "arguments": json.dumps({"input": f"unheard {text}"})}
    message = {"role": "assistant", "content": f"unheard {text}", "tool_calls": [call]}
    response = {
        "object": "chat.completion", "id": "chatcmpl-1", "model": "gpt-4o",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 2},
    }  # fmt: skip
    tools = [{"type": "function", "function": {"name": "run", "description": f"unheard {text}"}}]
    who = {"session_id": text, "job_id": text, "task_description": text, "tags": {"note": text}}
    with otel_usage.agent(text, **who):  # type: ignore[arg-type]  # keywords of attribution
        with otel_usage.inference(provider="openai", model="gpt-4o") as made:
            made.prompt(f"unheard {text}", system=f"unheard {text}", tools=tools)
            made.record(response)
        with suppress(RuntimeError), otel_usage.inference(provider="openai", model=text) as failed:
            failed.prompt([{"role": "user", "content": f"unheard {text}"}])
            raise RuntimeError(text)
        with otel_usage.tool(text, arguments={"input": f"unheard {text}"}) as tool:
            tool.result(f"unheard {text}")
        with suppress(OSError), otel_usage.tool("search"), otel_usage.api_call(text, text):
            raise OSError(text)


def finished(text: str) -> None:
    """Calls that have ended, and words that are none of ours."""
    otel_usage.log_llm(
        provider=text, model=text, operation=text, prompt=f"unheard {text}", response=f"unheard {text}",
        input_tokens=10, output_tokens=2, service_tier=text, status=text, error_message=text,
        agent=text, session_id=text, job_id=text, team=text, project=text, task_type=text,
        task_description=text, tags={text: text},
    )  # fmt: skip
    otel_usage.log_api(service=text, endpoint=f"/search?q={text}", error_message=text, status=text)


def foreign(text: str, tracers: TracerProvider, loggers: LoggerProvider) -> None:
    """What another instrumentation makes of a call, content included."""
    scope = "opentelemetry.instrumentation.openai_v2"
    elsewhere = Link(SpanContext(1, 1, is_remote=True), {"note": text})
    messages = json.dumps([{"role": "user", "parts": [{"type": "text", "content": text}]}])
    known = {
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o",
        "gen_ai.input.messages": messages, "gen_ai.output.messages": messages, "gen_ai.system_instructions": text,
        "gen_ai.tool.call.arguments": json.dumps({"a": json.dumps({"b": text})}), "anything.else": [text, text],
        "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 2, "url.full": f"https://x.example.com/?q={text}",
    }  # fmt: skip
    tracer = tracers.get_tracer(scope)
    with tracer.start_as_current_span(f"chat {text}", attributes=known, links=[elsewhere]) as span:  # type: ignore[arg-type]  # a list is a sequence
        span.add_event("gen_ai.user.message", {"content": text})
        span.add_event(text, {text: text})
        span.record_exception(ValueError(text))
        span.set_status(Status(StatusCode.ERROR, text))
    loggers.get_logger(scope).emit(
        timestamp=time.time_ns(), event_name="gen_ai.user.message",
        body={"content": [text, {"text": text}]}, attributes={"gen_ai.prompt": text, "note": text},
    )  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]))
