"""The Anthropic API as its client sees it: messages, plain and streamed, and errors.

Source: Anthropic's API reference. ``input_tokens`` excludes what was read from or written to a cache; in a
stream ``message_start`` carries the input and ``message_delta`` the cumulative counts, without the split of
cache writes by lifetime.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from otel_usage.demo.exchange import Answer, Api
from otel_usage.demo.scenarios import RESPONSE_MODELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from otel_usage.demo.exchange import Json, Question
    from otel_usage.token_usage import TokenUsage

__all__ = ["MESSAGES"]

_WORDS: Final = ("The figures ", "agree to ", "the token.")
_FIRST_OUTPUT: Final = 2
"""``output_tokens`` of ``message_start``: what was written before the first event went out."""
_ERRORS: Final = {
    400: "invalid_request_error",
    429: "rate_limit_error",
    500: "api_error",
}


def _usage(usage: TokenUsage) -> Json:
    """Write usage as a message does."""
    return {
        "input_tokens": (usage.input or 0) - usage.cached,
        "cache_creation_input_tokens": usage.cache_write or 0,
        "cache_read_input_tokens": usage.cache_read or 0,
        "cache_creation": {
            "ephemeral_5m_input_tokens": usage.cache_write_5m or 0,
            "ephemeral_1h_input_tokens": usage.cache_write_1h or 0,
        },
        "output_tokens": usage.output or 0,
        "service_tier": "standard",
    }


def _messages(question: Question) -> Answer:
    """Answer POST /v1/messages."""
    response_id = f"msg_{question.serial}"
    usage = _usage(question.scenario.usage)
    message: Json = {
        "id": response_id,
        "type": "message",
        "role": "assistant",
        "model": RESPONSE_MODELS.get(question.model, question.model),
        "content": [{"type": "text", "text": "".join(_WORDS)}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": usage,
    }
    if question.streamed:
        return _stream(question, message, usage)
    return Answer(body=message, response_id=response_id, usage=usage)


def _stream(question: Question, message: Json, usage: Json) -> Answer:
    """Answer as events, from ``message_start`` to ``message_stop``."""
    at_start: Json = {**usage, "output_tokens": _FIRST_OUTPUT}
    at_end: Json = {
        name: usage[name]
        for name in (
            "input_tokens",
            "cache_creation_input_tokens",
            "cache_read_input_tokens",
            "output_tokens",
        )
    }
    start = {**message, "content": [], "stop_reason": None, "usage": at_start}
    steps: list[Json] = [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        *(
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word}}
            for word in _WORDS
        ),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": at_end,
        },
        {"type": "message_stop"},
    ]
    sent = steps[: question.scenario.broken_after]
    finished = any(step["type"] == "message_delta" for step in sent)
    return Answer(
        events=tuple(f"event: {step['type']}\ndata: {json.dumps(step)}\n\n".encode() for step in sent),
        broken=len(sent) < len(steps),
        response_id=f"msg_{question.serial}",
        usage=usage if finished else at_start,
    )


def _error(status: int, message: str, request_id: str) -> Answer:
    """Write an error; a client that retries is told to wait 20 ms."""
    headers: Mapping[str, str] = {"retry-after-ms": "20", "retry-after": "1"} if status in {429, 500} else {}
    body: Json = {
        "type": "error",
        "error": {"type": _ERRORS[status], "message": message},
        "request_id": request_id,
    }
    return Answer(body=body, status=status, headers=headers)


MESSAGES: Final = Api(name="messages", request_id_header="request-id", answer=_messages, error=_error)
