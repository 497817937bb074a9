"""Whole answers of the APIs, as the conventions' messages."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest
from anthropic.types import Message
from openai.types import Completion, CreateEmbeddingResponse
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

from otel_usage.contents.answers import output_messages

PICTURE = b"\x89PNG" * 1_000
ENCODED = base64.b64encode(PICTURE).decode()
SEARCH = {"type": "tool_call", "id": "call_1", "name": "search", "arguments": {"words": ["prices"]}}
ARGUMENTS = json.dumps(SEARCH["arguments"])


def text(content: str, kind: str = "text") -> dict[str, Any]:
    """A part of text."""
    return {"type": kind, "content": content}


def said(*parts: dict[str, Any], reason: str | None = None, role: str = "assistant") -> list[dict[str, Any]]:
    """One message of a model."""
    message = {"role": role, "parts": list(parts)}
    return [message if reason is None else {**message, "finish_reason": reason}]


def chat(**message: Any) -> dict[str, Any]:
    """A chat completion of one message."""
    choice = {
        "index": 0,
        "finish_reason": "stop",
        "logprobs": None,
        "message": {"role": "assistant", "content": None, **message},
    }
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-4o",
        "choices": [choice],
    }


CHAT_CALL = {"id": "call_1", "type": "function", "function": {"name": "search", "arguments": ARGUMENTS}}
CHATS: list[Any] = [
    (chat(content="It is."), said(text("It is."), reason="stop")),
    (chat(refusal="No."), said(text("No.", "refusal"), reason="stop")),
    (
        chat(content="It is.", reasoning_content="Is it?", tool_calls=[CHAT_CALL]),
        said(text("Is it?", "reasoning"), text("It is."), SEARCH, reason="stop"),
    ),
    (
        chat(audio={"id": "a", "data": ENCODED, "expires_at": 1, "transcript": "It is."}),
        said(text("It is."), {"type": "blob", "modality": "audio", "size": len(PICTURE)}, reason="stop"),
    ),
]
ANTHROPIC = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-6",
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 1},
    "content": [
        {"type": "thinking", "thinking": "Is it?", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": ENCODED},
        {"type": "text", "text": "It is.", "citations": None},
        {"type": "tool_use", "id": "call_1", "name": "search", "input": SEARCH["arguments"]},
        {"type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": {"query": "q"}},
    ],
}
ANTHROPIC_PARTS = [
    text("Is it?", "reasoning"),
    {"type": "blob", "modality": "reasoning", "size": len(PICTURE)},
    text("It is."),
    SEARCH,
]
RESPONSES = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1,
    "model": "o4-mini",
    "status": "completed",
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
    "reasoning": {"effort": "high"},
    "text": {"format": {"type": "text"}},
    "output": [
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Is it?"}]},
        {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "status": "completed",
            "content": [
                {"type": "output_text", "text": "It is.", "annotations": []},
                {"type": "refusal", "refusal": "No."},
            ],
        },
        {"type": "function_call", "call_id": "call_1", "name": "search", "arguments": ARGUMENTS},
        {"type": "image_generation_call", "id": "ig_1", "status": "completed", "result": ENCODED},
    ],
}
RESPONSES_PARTS = [
    text("Is it?", "reasoning"),
    text("It is."),
    text("No.", "refusal"),
    SEARCH,
    {"type": "blob", "modality": "image", "size": len(PICTURE)},
]


@pytest.mark.parametrize(("answer", "messages"), CHATS)
def test_a_chat_completion(answer: dict[str, Any], messages: list[Any]) -> None:
    """The client's object says the same as its JSON; sound is told by its size."""
    assert output_messages(answer) == messages
    assert output_messages(ChatCompletion.model_validate(answer)) == messages


def test_several_choices_are_several_messages() -> None:
    """Each with its own reason."""
    one = chat(content="It is.")["choices"][0]
    answer = {"choices": [one, {**one, "index": 1, "finish_reason": "length"}]}
    assert output_messages(answer) == [
        *said(text("It is."), reason="stop"),
        *said(text("It is."), reason="length"),
    ]


def test_a_completion_of_the_first_generation() -> None:
    """Its text stands in the choice itself."""
    body = {"id": "c", "object": "text_completion", "created": 1, "model": "m"}
    answer = {**body, "choices": [{"index": 0, "text": "It is.", "finish_reason": "stop", "logprobs": None}]}
    for each in (answer, Completion.model_validate(answer)):
        assert output_messages(each) == said(text("It is."), reason="stop")


def test_a_message_of_anthropics() -> None:
    """Thoughts, hidden thoughts by their size, text, and calls of tools, also of the provider's own."""
    for each in (ANTHROPIC, Message.model_validate(ANTHROPIC)):
        (message,) = output_messages(each)
        *parts, server = message["parts"]
        assert (message["role"], message["finish_reason"], parts) == (
            "assistant",
            "tool_use",
            ANTHROPIC_PARTS,
        )
        assert (server["type"], server["name"], server["id"]) == ("server_tool_call", "web_search", "srv_1")
        assert server["server_tool_call"]["input"] == {"query": "q"}


def test_a_response_of_openais() -> None:
    """What was asked for under names like these is no part of the answer."""
    for each in (RESPONSES, Response.model_validate(RESPONSES)):
        assert output_messages(each) == said(*RESPONSES_PARTS, reason="completed")


@pytest.mark.parametrize("python", [False, True])
def test_an_answer_of_googles(python: bool) -> None:  # noqa: FBT001  # a parameter of pytest
    """The JSON has one spelling, the Python client another."""
    call = {"name": "search", "args": SEARCH["arguments"], "id": "call_1"}
    picture = {"mime_type" if python else "mimeType": "image/png", "data": PICTURE if python else ENCODED}
    parts: list[dict[str, Any]] = [
        {"text": "Is it?", "thought": True},
        {"text": "It is."},
        {"function_call" if python else "functionCall": call},
        {"inline_data" if python else "inlineData": picture},
    ]
    reason = {"finish_reason" if python else "finishReason": "STOP"}
    answer: Any = {"candidates": [{"content": {"role": "model", "parts": parts}, **reason}]}
    if python:
        objects = [SimpleNamespace(**{"thought": None, "text": None, **part}) for part in parts]
        content = SimpleNamespace(role="model", parts=objects)
        answer = SimpleNamespace(candidates=[SimpleNamespace(content=content, finish_reason="STOP")])
    blob = {"type": "blob", "modality": "image", "mime_type": "image/png", "size": len(PICTURE)}
    assert output_messages(answer) == said(
        text("Is it?", "reasoning"), text("It is."), SEARCH, blob, reason="STOP", role="model"
    )


def test_an_answer_that_google_withholds() -> None:
    """There is a reason and no content."""
    assert output_messages({"candidates": [{"finishReason": "SAFETY"}]}) == said(reason="SAFETY")


def test_an_answer_of_bedrocks_converse() -> None:
    """Its blocks say by their field what they are."""
    content = [
        {"reasoningContent": {"reasoningText": {"text": "Is it?"}}},
        {"text": "It is."},
        {"toolUse": {"toolUseId": "call_1", "name": "search", "input": SEARCH["arguments"]}},
        {"image": {"format": "png", "source": {"bytes": PICTURE}}},
    ]
    answer = {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": "tool_use",
        "usage": {"inputTokens": 1, "outputTokens": 1},
    }
    assert output_messages(answer) == said(
        text("Is it?", "reasoning"),
        text("It is."),
        SEARCH,
        {"type": "blob", "modality": "image", "mime_type": "png", "size": len(PICTURE)},
        reason="tool_use",
    )


COHERE = {
    "role": "assistant",
    "tool_plan": "Is it?",
    "content": [{"type": "text", "text": "It is."}],
    "tool_calls": [CHAT_CALL],
}
OLLAMA_CALL = {"function": {"name": "search", "arguments": SEARCH["arguments"]}}
NAMELESS = {name: value for name, value in SEARCH.items() if name != "id"}


@pytest.mark.parametrize(
    ("answer", "messages"),
    [
        (
            {"id": "c", "finish_reason": "TOOL_CALL", "message": COHERE},
            said(text("Is it?", "reasoning"), text("It is."), SEARCH, reason="TOOL_CALL"),
        ),
        ({"text": "It is.", "finish_reason": "COMPLETE"}, said(text("It is."), reason="COMPLETE")),
        (
            {
                "message": {
                    "role": "assistant",
                    "content": "It is.",
                    "thinking": "Is it?",
                    "tool_calls": [OLLAMA_CALL],
                },
                "done": True,
                "done_reason": "stop",
            },
            said(text("Is it?", "reasoning"), text("It is."), NAMELESS, reason="stop"),
        ),
        (
            {"response": "It is.", "done": True, "done_reason": "stop"},
            said(text("It is."), reason="stop"),
        ),
        (
            {
                "output": [
                    {"type": "reasoning", "content": "Is it?"},
                    {"type": "message", "content": "It is."},
                ]
            },
            said(text("Is it?", "reasoning"), text("It is.")),
        ),
    ],
    ids=["cohere", "cohere v1", "ollama chat", "ollama generate", "lm studio"],
)
def test_other_apis(answer: dict[str, Any], messages: list[Any]) -> None:
    """Cohere of both generations, Ollama's own two, LM Studio's own."""
    assert output_messages(answer) == messages


def test_embeddings_have_no_content() -> None:
    """Vectors are kept nowhere."""
    answer = {
        "object": "list",
        "model": "m",
        "data": [{"object": "embedding", "index": 0, "embedding": [0.5, 0.25]}],
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    }
    for each in (
        answer,
        CreateEmbeddingResponse.model_validate(answer),
        {"embeddings": [[0.5]]},
        {"embedding": [0.5]},
    ):
        assert output_messages(each) == []


def test_an_answer_that_no_table_knows_is_one_part() -> None:
    """With the values that it holds; a picture in it by its size."""
    answer = {"verdict": "It is.", "images": [{"b64_json": ENCODED}]}
    blob = {"type": "blob", "modality": "unknown", "size": len(PICTURE)}
    part = {"type": "json", "content": {"verdict": "It is.", "images": [{"b64_json": blob}]}}
    assert output_messages(answer) == said(part)


def test_a_text_is_an_answer() -> None:
    """As it may be given to log_llm."""
    assert output_messages("It is.") == said(text("It is."))
    assert output_messages(None) == []
