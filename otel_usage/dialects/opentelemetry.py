"""OpenTelemetry's own GenAI conventions, both generations of names, and clients that follow them by themselves.

Input includes what was cached, output includes reasoning. Source: OpenTelemetry semantic conventions for generative
AI, ``gen_ai.*``, v1.28 and later; the anthropic client's own spans for what was cached for how long.
"""

from __future__ import annotations

from typing import Final

from otel_usage import semconv
from otel_usage.dialects.dialect import CACHE_WRITE, Dialect

__all__ = ["OPENTELEMETRY"]

_PROVIDERS: Final = {
    **{convention: short for short, convention in semconv.PROVIDERS.items()},
    "az.ai.inference": "azure-inference",
    "az.ai.openai": "azure",
    "gemini": "gemini",
    "mistralai": "mistral",
    "vertex_ai": "vertex",
    "xai": "x-ai",
}
"""Values of ``gen_ai.provider.name`` and those of the older ``gen_ai.system``."""

OPENTELEMETRY: Final = Dialect(
    scopes=(
        "opentelemetry.util.genai",
        "opentelemetry.instrumentation.genai",
        "opentelemetry.instrumentation.google_genai",
        "opentelemetry.instrumentation.openai_v2",
        "opentelemetry.instrumentation.vertexai",
        "com.anthropic.sdk",
    ),
    prefix=semconv.GEN_AI_PREFIX,
    operation=semconv.OPERATION_NAME,
    provider=(semconv.PROVIDER_NAME, semconv.SYSTEM),
    providers=_PROVIDERS,
    texts={
        "request_model": (semconv.REQUEST_MODEL,),
        "response_model": (semconv.RESPONSE_MODEL,),
        "response_id": (semconv.RESPONSE_ID,),
        "request_id": (semconv.ANTHROPIC_REQUEST_ID,),
        "service_tier": (
            semconv.SERVICE_TIER,
            semconv.OPENAI_SERVICE_TIER,
            semconv.OPENAI_SERVICE_TIER_OLD,
            semconv.ANTHROPIC_SERVICE_TIER,
        ),
        "server_address": (semconv.SERVER_ADDRESS,),
        "error_type": (semconv.ERROR_TYPE,),
        "agent": (semconv.AGENT_NAME,),
        "session_id": (semconv.CONVERSATION_ID,),
        "job_id": (semconv.JOB_ID,),
        "team": (semconv.TEAM,),
        "project": (semconv.PROJECT,),
        "task_type": (semconv.TASK_TYPE,),
        "task_description": (semconv.TASK_DESCRIPTION,),
    },
    counts={
        "input": (semconv.USAGE_INPUT, semconv.USAGE_PROMPT),
        "output": (semconv.USAGE_OUTPUT, semconv.USAGE_COMPLETION),
        "cache_read": (semconv.USAGE_CACHE_READ, semconv.USAGE_CACHE_READ_FLAT),
        CACHE_WRITE: (
            semconv.USAGE_CACHE_WRITE,
            semconv.USAGE_CACHE_CREATION,
            semconv.USAGE_CACHE_CREATION_FLAT,
        ),
        "cache_write_5m": (semconv.USAGE_CACHE_WRITE_5M, semconv.ANTHROPIC_CACHE_WRITE_5M),
        "cache_write_1h": (semconv.USAGE_CACHE_WRITE_1H, semconv.ANTHROPIC_CACHE_WRITE_1H),
        "reasoning": (semconv.USAGE_REASONING, semconv.USAGE_REASONING_FLAT),
    },
    first_chunk=semconv.TIME_TO_FIRST_CHUNK,
)
