"""OpenAI's answers, billed as on its pricing page of December 2025 (tables: text, tiers, audio, images, tools)."""

from __future__ import annotations

from typing import Any

from openai.types import CreateEmbeddingResponse, ImagesResponse
from openai.types.audio import Transcription
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseCompletedEvent, ResponseCreatedEvent

from otel_usage.records import CostStatus, Flag
from tests.unit.pricing.golden.cases import WITH_TIERS, bill
from tests.unit.pricing.invoices.invoice import Invoice, Stream

__all__ = ["INVOICES", "chat"]


def chat(model: str, usage: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The body of a chat completion."""
    message = {"role": "assistant", "content": "Yes.", "refusal": None}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_795_219_200,
        "model": model,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": usage,
        **more,
    }


def _chunk(usage: dict[str, Any] | None) -> ChatCompletionChunk:
    """A chunk of a chat stream with ``include_usage``: only the last says anything, and has no choice."""
    choice = {"index": 0, "delta": {"content": "Yes."}, "finish_reason": None}
    return ChatCompletionChunk.model_validate(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1_795_219_200,
            "model": "gpt-4o-2024-08-06",
            "choices": [choice] if usage is None else [],
            "usage": usage,
        }
    )


def _usage(
    sent: int, cached: int, came: int, reasoning: int, *, heard: int = 0, spoken: int = 0
) -> dict[str, Any]:
    """The usage of a chat completion as OpenAI says it: every detail, most of them 0."""
    return {
        "prompt_tokens": sent,
        "completion_tokens": came,
        "total_tokens": sent + came,
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": heard},
        "completion_tokens_details": {
            "reasoning_tokens": reasoning,
            "audio_tokens": spoken,
        },
    }


def _response(model: str, output: list[dict[str, Any]], status: str = "completed") -> dict[str, Any]:
    """The body of an answer of the responses API."""
    usage = {
        "input_tokens": 20_000,
        "input_tokens_details": {"cached_tokens": 8_000, "cache_write_tokens": 0},
        "output_tokens": 900,
        "output_tokens_details": {"reasoning_tokens": 512},
        "total_tokens": 20_900,
    }
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_795_219_200,
        "status": status,
        "model": model,
        "output": output,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "service_tier": "default" if status == "completed" else "auto",
        "usage": usage if status == "completed" else None,
    }


def _searched(number: int, action: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"ws_{number}", "type": "web_search_call", "status": "completed", "action": action}


CACHED = chat("gpt-4o-2024-08-06", _usage(6_000, 4_096, 700, 0), service_tier="default")
CACHED_MONEY = bill(input_uncached=(6_000 - 4_096, "2.50"), cache_read=(4_096, "1.25"), output=(700, "10"))
SEARCHED = _response(
    "gpt-5-2025-08-07",
    [
        _searched(1, {"type": "search", "query": "exchange rates"}),
        _searched(2, {"type": "open_page", "url": "https://example.com/rates"}),
        _searched(3, {"type": "find_in_page", "url": "https://example.com/rates", "pattern": "EUR"}),
        _searched(4, {"type": "search", "query": "exchange rates of today"}),
        {"id": "fs_1", "type": "file_search_call", "status": "completed", "queries": ["rates"]},
    ],
)
SEARCHED_MONEY = bill(
    input_uncached=(20_000 - 8_000, "1.25"),
    cache_read=(8_000, "0.125"),
    output=(900, "10"),
    web_searches=(2, "10"),  # opening a page and looking for text in it are no searches
    file_searches=(1, "2.50"),
)
EMBEDDING = {
    "object": "list",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.1]}],
    "model": "text-embedding-3-small",
    "usage": {"prompt_tokens": 8_000, "total_tokens": 8_000},
}
IMAGE = {
    "created": 1_795_219_200,
    "data": [{"b64_json": "aGk="}],
    "usage": {
        "input_tokens": 400,
        "input_tokens_details": {"image_tokens": 300, "text_tokens": 100},
        "output_tokens": 4_160,
        "total_tokens": 4_560,
    },
}
TRANSCRIPTION = {
    "text": "Yes.",
    "usage": {
        "type": "tokens",
        "input_tokens": 1_500,
        "input_token_details": {"text_tokens": 100, "audio_tokens": 1_400},
        "output_tokens": 300,
        "total_tokens": 1_800,
    },
}

TURN = {
    "object": "realtime.response",
    "usage": {
        "total_tokens": 10_000,
        "input_tokens": 9_000,
        "output_tokens": 1_000,
        "input_token_details": {
            "text_tokens": 3_000,
            "audio_tokens": 6_000,
            "image_tokens": 0,
            "cached_tokens": 3_000,
            "cached_tokens_details": {"text_tokens": 1_000, "audio_tokens": 2_000, "image_tokens": 0},
        },
        "output_token_details": {"text_tokens": 200, "audio_tokens": 800},
    },
}

# What is special, the model asked for, the body, the client's object of it, money.
_BOTH_FORMS = [
    ("chat, cached", None, CACHED, ChatCompletion.model_validate(CACHED), CACHED_MONEY),
    ("responses, searches", None, SEARCHED, Response.model_validate(SEARCHED), SEARCHED_MONEY),
    (
        "embedding",
        None,
        EMBEDDING,
        CreateEmbeddingResponse.model_validate(EMBEDDING),
        bill(input_uncached=(8_000, "0.02")),
    ),
    (
        "image",
        "gpt-image-1",
        IMAGE,
        ImagesResponse.model_validate(IMAGE),
        bill(input_uncached=(100, "5"), input_image=(300, "10"), output=(4_160, "40")),
    ),
    (
        "transcription",
        "gpt-4o-transcribe",
        TRANSCRIPTION,
        Transcription.model_validate(TRANSCRIPTION),
        bill(input_uncached=(100, "2.50"), input_audio=(1_400, "6"), output=(300, "10")),
    ),
]

INVOICES = [
    *(
        Invoice(what=f"{what}, {form}", provider="openai", asked=asked, answer=answer, money=money)
        for what, asked, body, client, money in _BOTH_FORMS
        for form, answer in (("body", body), ("object", client))
    ),
    Invoice(
        what="chat stream, the usage on the chunk without a choice",
        provider="openai",
        asked="gpt-4o",
        answer=Stream((_chunk(None), _chunk(None), _chunk(_usage(6_000, 4_096, 700, 0)))),
        money=CACHED_MONEY,
    ),
    Invoice(
        what="responses stream, the items at the end are those that were announced",
        provider="openai",
        answer=Stream(
            (
                ResponseCreatedEvent(
                    response=Response.model_validate(_response("gpt-5", [], "in_progress")),
                    sequence_number=0,
                    type="response.created",
                ),
                {"type": "response.output_item.done", "output_index": 0, "item": SEARCHED["output"][0]},
                ResponseCompletedEvent(
                    response=Response.model_validate(SEARCHED), sequence_number=9, type="response.completed"
                ),
            )
        ),
        money=SEARCHED_MONEY,
    ),
    Invoice(
        what="reasoning, which is in the output",
        provider="openai",
        answer=chat("gpt-5-2025-08-07", _usage(2_000, 0, 3_000, 2_560)),
        money=bill(input_uncached=(2_000, "1.25"), output=(3_000, "10")),
    ),
    Invoice(
        what="more reasoning than output: billed as output, and it is said",
        provider="openai",
        answer=chat("o3-2025-04-16", _usage(1_000, 0, 500, 600)),
        money=bill(input_uncached=(1_000, "2"), output=(500, "8")),
        flags=(Flag.USAGE_UNUSABLE,),
    ),
    Invoice(
        what="sound in and out",
        provider="openai",
        answer=chat("gpt-audio-2025-08-28", _usage(5_000, 0, 1_000, 0, heard=4_000, spoken=900)),
        money=bill(
            input_uncached=(1_000, "2.50"),
            input_audio=(4_000, "32"),
            output=(100, "10"),
            output_audio=(900, "64"),
        ),
    ),
    *(
        Invoice(
            what=f"{tier} tier",
            provider="openai",
            answer=chat(model, _usage(10_000, cached, 700, 0), service_tier=tier),
            money=money,
            at=WITH_TIERS,
        )
        for tier, model, cached, money in (
            (
                "flex",
                "gpt-5-mini-2025-08-07",
                4_000,
                bill(input_uncached=(6_000, "0.125"), cache_read=(4_000, "0.0125"), output=(700, "1")),
            ),
            (
                "priority",
                "gpt-4.1-2025-04-14",
                4_000,
                bill(input_uncached=(6_000, "3.50"), cache_read=(4_000, "0.875"), output=(700, "14")),
            ),
            (
                "batch",
                "gpt-4o-mini-2024-07-18",
                0,
                bill(input_uncached=(10_000, "0.075"), output=(700, "0.30")),
            ),
        )
    ),
    # Whisper is billed by the minute, and says seconds, which are no tokens: no amount is known.
    Invoice(
        what="a transcription by the minute",
        provider="openai",
        asked="whisper-1",
        answer={"text": "Yes.", "usage": {"type": "duration", "seconds": 60}},
        money={},
        status=CostStatus.UNPRICED,
        flags=(Flag.USAGE_MISSING,),
    ),
    # The page's table of realtime audio. A turn of a conversation names no model.
    Invoice(
        what="a turn of a realtime conversation",
        provider="openai",
        asked="gpt-realtime",
        answer=Stream(({"type": "response.done", "event_id": "event_1", "response": TURN},)),
        money=bill(
            input_uncached=(2_000, "4"),
            input_audio=(4_000, "32"),
            cache_read=(1_000, "0.40"),
            cache_read_audio=(2_000, "0.40"),
            output=(200, "16"),
            output_audio=(800, "64"),
        ),
    ),
    # Azure sells OpenAI's models at OpenAI's prices; its pricing page of December 2025.
    Invoice(
        what="chat with the results of filters",
        provider="azure.ai.openai",
        asked="my-deployment",
        answer=CACHED | {"prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {}}]},
        money=CACHED_MONEY,
    ),
]
