"""Answers of the real clients, and what they say; shared by the tests of usages and of whole answers."""

from __future__ import annotations

from enum import StrEnum
from types import SimpleNamespace
from typing import Any

from anthropic.types import Message, Usage
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.completion_usage import CompletionTokensDetails, PromptTokensDetails
from openai.types.responses import Response

from otel_usage.spans.responses import Reported, StreamReader, read_response
from otel_usage.token_usage import TokenUsage


def used(answer: object) -> TokenUsage:
    """The tokens of a whole answer, of which nothing was unusual."""
    reported = read_response(answer)
    assert reported.flags == ()
    return reported.usage


def chat(usage: CompletionUsage | None) -> ChatCompletion:
    """A chat completion."""
    return ChatCompletion(
        id="chatcmpl-1",
        choices=[],
        created=1,
        model="gpt-4o-2024-08-06",
        object="chat.completion",
        service_tier="default",
        usage=usage,
    )


def chunk(usage: CompletionUsage | None = None) -> ChatCompletionChunk:
    """A chunk of a chat completion."""
    return ChatCompletionChunk(
        id="chatcmpl-1",
        choices=[],
        created=1,
        model="gpt-4o-2024-08-06",
        object="chat.completion.chunk",
        usage=usage,
    )


def response(status: str, usage: dict[str, Any] | None) -> Response:
    """An answer of the responses API."""
    return Response.model_validate(
        {
            "id": "resp_1",
            "created_at": 1,
            "model": "o4-mini-2025-04-16",
            "object": "response",
            "output": [],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "status": status,
            "service_tier": "flex",
            "usage": usage,
        }
    )


def message(usage: Usage) -> Message:
    """An answer of the messages API."""
    return Message(
        id="msg_1",
        content=[],
        model="claude-sonnet-4-6",
        role="assistant",
        stop_reason=None,
        stop_sequence=None,
        type="message",
        usage=usage,
    )


def gemini(**usage: Any) -> SimpleNamespace:
    """An answer of Google's Python client."""
    return SimpleNamespace(
        candidates=[],
        model_version="gemini-2.5-pro",
        response_id="resp-g",
        usage_metadata=SimpleNamespace(**usage),
    )


def read(*chunks: object) -> Reported:
    """What a stream says."""
    reader = StreamReader()
    for part in chunks:
        reader.read(part)
    return reader.reported


FULL_CHAT = CompletionUsage(
    prompt_tokens=6_000,
    completion_tokens=2_400,
    total_tokens=8_400,
    prompt_tokens_details=PromptTokensDetails(cached_tokens=4_096, audio_tokens=0),
    completion_tokens_details=CompletionTokensDetails(reasoning_tokens=1_920, audio_tokens=0),
)
CHAT_TOKENS = TokenUsage(input=6_000, output=2_400, cache_read=4_096, reasoning=1_920)
RESPONSE_USAGE = {
    "input_tokens": 900,
    "input_tokens_details": {"cached_tokens": 512, "cache_write_tokens": 0},
    "output_tokens": 2_400,
    "output_tokens_details": {"reasoning_tokens": 1_920},
    "total_tokens": 3_300,
}
RESPONSE_TOKENS = TokenUsage(input=900, output=2_400, cache_read=512, cache_write_5m=0, reasoning=1_920)
GEMINI = {
    "candidates": [
        {"content": {"parts": [{"text": "The answer."}], "role": "model"}, "finishReason": "STOP"}
    ],
    "modelVersion": "gemini-2.5-pro",
    "responseId": "resp-g",
    "usageMetadata": {
        "promptTokenCount": 9_000,
        "cachedContentTokenCount": 6_000,
        "toolUsePromptTokenCount": 70,
        "candidatesTokenCount": 150,
        "thoughtsTokenCount": 90,
        "totalTokenCount": 9_000 + 70 + 150 + 90,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 9_000}],
        "trafficType": "ON_DEMAND",
    },
}
GEMINI_TOKENS = TokenUsage(input=9_000 + 70, output=150 + 90, cache_read=6_000, reasoning=90)


class TrafficType(StrEnum):
    """As Google's client has it."""

    ON_DEMAND = "ON_DEMAND"
    ON_DEMAND_FLEX = "ON_DEMAND_FLEX"
    ON_DEMAND_PRIORITY = "ON_DEMAND_PRIORITY"
    PROVISIONED_THROUGHPUT = "PROVISIONED_THROUGHPUT"
    TRAFFIC_TYPE_UNSPECIFIED = "TRAFFIC_TYPE_UNSPECIFIED"
