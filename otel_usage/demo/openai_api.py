"""The OpenAI API as its clients see it: chat completions, responses, embeddings, errors.

Source: OpenAI's API reference. Its input counts include what was read from a cache, its output counts include
reasoning, and a stream carries usage only when ``stream_options.include_usage`` asks for it.
"""

from __future__ import annotations

import base64
import json
import struct
from typing import TYPE_CHECKING, Final

from otel_usage.demo.exchange import Answer, Api
from otel_usage.demo.scenarios import RESPONSE_MODELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from otel_usage.demo.exchange import Json, Question
    from otel_usage.token_usage import TokenUsage

__all__ = ["CHAT", "EMBEDDINGS", "RESPONSES"]

_WORDS: Final = ("The figures ", "agree to ", "the token.")
_VECTOR: Final = (0.25, -0.5, 0.125, 1.0)
_ERRORS: Final = {
    400: ("invalid_request_error", None),
    429: ("requests", "rate_limit_exceeded"),
    500: ("server_error", None),
}


def _chat_usage(usage: TokenUsage) -> Json:
    """Write usage as a chat completion does."""
    prompt, completion = usage.input or 0, usage.output or 0
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": usage.cache_read or 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning or 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _chat(question: Question) -> Answer:
    """Answer POST /v1/chat/completions."""
    response_id = f"chatcmpl-{question.serial}"
    head: Json = {
        "id": response_id,
        "created": question.created,
        "model": RESPONSE_MODELS.get(question.model, question.model),
        "service_tier": "default",
        "system_fingerprint": "fp_demonstration",
    }
    usage = _chat_usage(question.scenario.usage)
    if question.streamed:
        return _chat_stream(question, {**head, "object": "chat.completion.chunk"}, response_id, usage)
    message: Json = {"role": "assistant", "content": "".join(_WORDS), "refusal": None, "annotations": []}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    body: Json = {**head, "object": "chat.completion", "choices": [choice], "usage": usage}
    return Answer(body=body, response_id=response_id, usage=usage)


def _chat_stream(question: Question, head: Json, response_id: str, usage: Json) -> Answer:
    """Answer as chunks: the role, the words, the end, and, when asked for, the usage in a chunk without choices."""
    options = question.body.get("stream_options")
    include_usage = isinstance(options, dict) and options.get("include_usage") is True
    if include_usage:
        head = {**head, "usage": None}
    deltas: list[tuple[Json, str | None]] = [({"role": "assistant", "content": ""}, None)]
    deltas += [({"content": word}, None) for word in _WORDS]
    deltas += [({}, "stop")]
    chunks: list[Json] = [
        {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}]}
        for delta, reason in deltas
    ]
    if include_usage:
        chunks.append({**head, "choices": [], "usage": usage})
    events = [f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks] + [b"data: [DONE]\n\n"]
    sent = tuple(events[: question.scenario.broken_after])
    usage_sent = include_usage and len(sent) >= len(chunks)
    return Answer(
        events=sent,
        broken=len(sent) < len(events),
        response_id=response_id,
        usage=usage if usage_sent else None,
    )


def _responses(question: Question) -> Answer:
    """Answer POST /v1/responses."""
    response_id = f"resp_{question.serial}"
    used = question.scenario.usage
    prompt, completion = used.input or 0, used.output or 0
    usage: Json = {
        "input_tokens": prompt,
        "input_tokens_details": {"cached_tokens": used.cache_read or 0, "cache_write_tokens": 0},
        "output_tokens": completion,
        "output_tokens_details": {"reasoning_tokens": used.reasoning or 0},
        "total_tokens": prompt + completion,
    }
    message: Json = {
        "type": "message",
        "id": f"msg_{question.serial}",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": "".join(_WORDS), "annotations": [], "logprobs": []}],
    }
    body: Json = {
        "id": response_id,
        "object": "response",
        "created_at": question.created,
        "status": "completed",
        "model": RESPONSE_MODELS.get(question.model, question.model),
        "output": [message],
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "parallel_tool_calls": True,
        "service_tier": "default",
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": usage,
    }
    if question.streamed:
        return _responses_stream(question, body, message, usage)
    return Answer(body=body, response_id=response_id, usage=usage)


def _responses_stream(question: Question, body: Json, message: Json, usage: Json) -> Answer:
    """Answer as events, from ``response.created`` to ``response.completed``, which alone carries the usage."""
    begun: Json = {**body, "status": "in_progress", "output": [], "usage": None}
    empty: Json = {"type": "output_text", "text": "", "annotations": [], "logprobs": []}
    whole: Json = {**empty, "text": "".join(_WORDS)}
    item: Json = {"output_index": 0}
    part: Json = {**item, "item_id": message["id"], "content_index": 0}
    steps: list[Json] = [
        {"type": "response.created", "response": begun},
        {"type": "response.in_progress", "response": begun},
        {
            "type": "response.output_item.added",
            **item,
            "item": {**message, "status": "in_progress", "content": []},
        },
        {"type": "response.content_part.added", **part, "part": empty},
        *({"type": "response.output_text.delta", **part, "delta": word, "logprobs": []} for word in _WORDS),
        {"type": "response.output_text.done", **part, "text": whole["text"], "logprobs": []},
        {"type": "response.content_part.done", **part, "part": whole},
        {"type": "response.output_item.done", **item, "item": message},
        {"type": "response.completed", "response": body},
    ]
    events = [
        f"event: {step['type']}\ndata: {json.dumps({**step, 'sequence_number': number})}\n\n".encode()
        for number, step in enumerate(steps)
    ]
    sent = tuple(events[: question.scenario.broken_after])
    broken = len(sent) < len(events)
    return Answer(
        events=sent, broken=broken, response_id=f"resp_{question.serial}", usage=None if broken else usage
    )


def _embeddings(question: Question) -> Answer:
    """Answer POST /v1/embeddings: one vector for each input, base64 of 32-bit floats when asked for."""
    asked = question.body.get("input")
    inputs = asked if isinstance(asked, list) else [asked]
    vector: object = list(_VECTOR)
    if question.body.get("encoding_format") == "base64":
        vector = base64.b64encode(struct.pack(f"<{len(_VECTOR)}f", *_VECTOR)).decode()
    prompt = question.scenario.usage.input or 0
    usage: Json = {"prompt_tokens": prompt, "total_tokens": prompt}
    body: Json = {
        "object": "list",
        "data": [
            {"object": "embedding", "index": index, "embedding": vector} for index in range(len(inputs))
        ],
        "model": question.model,
        "usage": usage,
    }
    return Answer(body=body, usage=usage)


def _error(status: int, message: str, request_id: str) -> Answer:
    """Write an error; a client that retries is told to wait 20 ms."""
    del request_id  # it stands in a header only
    kind, code = _ERRORS[status]
    headers: Mapping[str, str] = {"retry-after-ms": "20"} if status in {429, 500} else {}
    body: Json = {"error": {"message": message, "type": kind, "param": None, "code": code}}
    return Answer(body=body, status=status, headers=headers)


CHAT: Final = Api(name="chat.completions", request_id_header="x-request-id", answer=_chat, error=_error)
RESPONSES: Final = Api(name="responses", request_id_header="x-request-id", answer=_responses, error=_error)
EMBEDDINGS: Final = Api(name="embeddings", request_id_header="x-request-id", answer=_embeddings, error=_error)
