"""What the chunks of a stream say, taken together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from anthropic.types import RawMessageStreamEvent
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat import ChatCompletionChunk
from openai.types.responses import ResponseStreamEvent
from pydantic import TypeAdapter

from otel_usage.contents import draft
from otel_usage.contents.streams import StreamContent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SEARCH = {"words": ["prices"]}
ARGUMENTS = json.dumps(SEARCH)
Pieces = list[str]


def collected(chunks: Iterable[object]) -> list[Any]:
    """What was said in a stream."""
    content = StreamContent()
    for chunk in chunks:
        content.read(chunk)
    return content.messages


def chat(**delta: Any) -> dict[str, Any]:
    """A chunk of a chat completion."""
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}


def chat_stream(thought: Pieces, said: Pieces, asked: Pieces) -> list[Any]:
    """OpenAI's chat completions, and the servers that think in them."""
    call = {
        "index": 0,
        "id": "call_1",
        "type": "function",
        "function": {"name": "search", "arguments": ""},
    }
    last = {**chat(), "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    return [
        chat(role="assistant", content=""),
        *[chat(reasoning_content=piece) for piece in thought],
        *[chat(content=piece) for piece in said],
        chat(tool_calls=[call]),
        *[chat(tool_calls=[{"index": 0, "function": {"arguments": piece}}]) for piece in asked],
        last,
        {
            "id": "c",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "m",
            "choices": [],
            "usage": None,
        },
    ]


def block(index: int, block: dict[str, Any], *deltas: dict[str, Any]) -> list[Any]:
    """A block of Anthropic's."""
    return [
        {"type": "content_block_start", "index": index, "content_block": block},
        *[{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas],
        {"type": "content_block_stop", "index": index},
    ]


def anthropic_stream(thought: Pieces, said: Pieces, asked: Pieces) -> list[Any]:
    """Anthropic's messages."""
    delta = {"stop_reason": "tool_use", "stop_sequence": None, "container": None, "stop_details": None}
    return [
        *block(
            0,
            {"type": "thinking", "thinking": "", "signature": ""},
            *[{"type": "thinking_delta", "thinking": piece} for piece in thought],
            {"type": "signature_delta", "signature": "c2ln"},
        ),
        *block(1, {"type": "text", "text": ""}, *[{"type": "text_delta", "text": piece} for piece in said]),
        *block(
            2,
            {"type": "tool_use", "id": "call_1", "name": "search", "input": {}},
            *[{"type": "input_json_delta", "partial_json": piece} for piece in asked],
        ),
        {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 1}},
        {"type": "message_stop"},
    ]


def responses_stream(thought: Pieces, said: Pieces, asked: Pieces) -> list[Any]:
    """OpenAI's responses, broken off before the last event, which says it all again."""
    place = {"item_id": "i", "sequence_number": 1}
    call = {
        "type": "function_call",
        "id": "i",
        "call_id": "call_1",
        "name": "search",
        "arguments": "",
        "status": "in_progress",
    }
    return [
        *[
            {
                "type": "response.reasoning_summary_text.delta",
                "output_index": 0,
                "summary_index": 0,
                "delta": piece,
                **place,
            }
            for piece in thought
        ],
        *[
            {
                "type": "response.output_text.delta",
                "output_index": 1,
                "content_index": 0,
                "delta": piece,
                "logprobs": [],
                **place,
            }
            for piece in said
        ],
        {"type": "response.output_item.added", "output_index": 2, "sequence_number": 1, "item": call},
        *[
            {
                "type": "response.function_call_arguments.delta",
                "output_index": 2,
                "delta": piece,
                **place,
            }
            for piece in asked
        ],
    ]


def google_stream(thought: Pieces, said: Pieces, asked: Pieces) -> list[Any]:
    """Google's, where a call of a tool comes whole."""
    call = {"functionCall": {"id": "call_1", "name": "search", "args": json.loads("".join(asked))}}
    parts = [
        *[{"text": piece, "thought": True} for piece in thought],
        *[{"text": piece} for piece in said],
        call,
    ]
    return [
        *[{"candidates": [{"content": {"role": "model", "parts": [part]}}]} for part in parts],
        {"candidates": [{"finishReason": "stop"}]},
    ]


def bedrock_stream(thought: Pieces, said: Pieces, asked: Pieces) -> list[Any]:
    """Bedrock's Converse."""
    deltas = [
        *[(0, {"reasoningContent": {"text": piece}}) for piece in thought],
        *[(1, {"text": piece}) for piece in said],
        *[(2, {"toolUse": {"input": piece}}) for piece in asked],
    ]
    begun = {"contentBlockIndex": 2, "start": {"toolUse": {"toolUseId": "call_1", "name": "search"}}}
    return [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockStart": begun},
        *[{"contentBlockDelta": {"contentBlockIndex": index, "delta": delta}} for index, delta in deltas],
        {"messageStop": {"stopReason": "stop"}},
        {"metadata": {"usage": {"inputTokens": 1}}},
    ]


def cohere_stream(thought: Pieces, said: Pieces, asked: Pieces) -> list[Any]:
    """Cohere's second generation."""

    def event(kind: str, **message: Any) -> dict[str, Any]:
        return {"type": kind, "index": 0, "delta": {"message": message}}

    call = {"id": "call_1", "type": "function", "function": {"name": "search", "arguments": ""}}
    return [
        event("message-start", role="assistant"),
        *[event("tool-plan-delta", tool_plan=piece) for piece in thought],
        event("content-start", content={"type": "text", "text": ""}),
        *[event("content-delta", content={"text": piece}) for piece in said],
        event("tool-call-start", tool_calls=call),
        *[event("tool-call-delta", tool_calls={"function": {"arguments": piece}}) for piece in asked],
        {"type": "message-end", "delta": {"finish_reason": "stop"}},
    ]


def ollama_stream(thought: Pieces, said: Pieces, asked: Pieces) -> list[Any]:
    """Ollama's own chat, where a call of a tool comes whole."""
    call = {
        "id": "call_1",
        "function": {"name": "search", "arguments": json.loads("".join(asked))},
    }
    messages: list[dict[str, Any]] = [
        *[{"content": "", "thinking": piece} for piece in thought],
        *[{"content": piece} for piece in said],
        {"content": "", "tool_calls": [call]},
    ]
    return [
        *[{"model": "m", "message": {"role": "assistant", **message}, "done": False} for message in messages],
        {
            "model": "m",
            "message": {"role": "assistant", "content": ""},
            "done": True,
            "done_reason": "stop",
        },
    ]


STREAMS = [
    chat_stream,
    anthropic_stream,
    responses_stream,
    google_stream,
    bedrock_stream,
    cohere_stream,
    ollama_stream,
]

REASONS = {anthropic_stream: "tool_use", responses_stream: None}


@st.composite
def split(draw: st.DrawFn, whole: str | None = None) -> list[str]:
    """A text in pieces."""
    text = draw(st.text(min_size=1, max_size=30)) if whole is None else whole
    cuts = sorted(draw(st.sets(st.integers(1, len(text)))))
    return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True) if text[a:b]]


@pytest.mark.parametrize("stream", STREAMS)
@given(thought=split(), said=split(), asked=split(whole=ARGUMENTS))
def test_pieces_are_put_together(
    stream: Callable[..., list[Any]], thought: Pieces, said: Pieces, asked: Pieces
) -> None:
    """However an answer is cut into chunks, it is the same."""
    (message,) = collected(stream(thought, said, asked))
    parts = {part["type"]: part for part in message["parts"]}
    assert len(message["parts"]) == 3
    assert parts["reasoning"]["content"] == "".join(thought)
    assert parts["text"]["content"] == "".join(said)
    assert parts["tool_call"] == {
        "type": "tool_call",
        "id": "call_1",
        "name": "search",
        "arguments": SEARCH,
    }
    assert message["role"] == "assistant"
    assert message.get("finish_reason") == REASONS.get(stream, "stop")


@pytest.mark.parametrize(
    ("stream", "model"),
    [
        (chat_stream, ChatCompletionChunk),
        (anthropic_stream, RawMessageStreamEvent),
        (responses_stream, ResponseStreamEvent),
    ],
)
def test_objects_of_the_clients_say_the_same_as_their_json(
    stream: Callable[..., list[Any]], model: Any
) -> None:
    """The real types of OpenAI's and Anthropic's clients."""
    chunks = stream(["Is ", "it?"], ["It ", "is."], [ARGUMENTS[:4], ARGUMENTS[4:]])
    objects = [TypeAdapter(model).validate_python(chunk) for chunk in chunks]
    assert not isinstance(objects[0], dict)
    assert collected(objects) == collected(chunks)


def test_the_last_event_says_it_all() -> None:
    """What it holds stands instead of the pieces."""
    output = [
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "It is."}]}
    ]
    last = {"type": "response.completed", "response": {"status": "completed", "output": output}}
    assert collected([*responses_stream(["a"], ["b"], [ARGUMENTS]), last]) == [
        {
            "role": "assistant",
            "parts": [{"type": "text", "content": "It is."}],
            "finish_reason": "completed",
        }
    ]


def test_a_tool_of_the_providers_comes_whole() -> None:
    """Its call and what it found, of both who run tools by themselves."""
    search = {"type": "web_search_call", "id": "ws_1", "status": "completed"}
    done = {"type": "response.output_item.done", "output_index": 0, "item": search}
    found = {"type": "web_search_tool_result", "tool_use_id": "srv_1", "content": []}
    (message,) = collected([done, *block(0, found)])
    assert [part["type"] for part in message["parts"]] == ["server_tool_call", "server_tool_call_response"]


def test_choices_side_by_side_are_several_messages() -> None:
    """Each piece goes to its own."""
    chunks = [chat(content="a"), chat(content="b")]
    chunks[1]["choices"][0]["index"] = 1
    assert [message["parts"][0]["content"] for message in collected(chunks)] == ["a", "b"]


def test_what_says_nothing_of_content_is_passed_over() -> None:
    """Numbers, other events, embeddings."""
    assert collected([5, None, {"type": "ping"}, {"object": "list"}, object(), "text"]) == []


def test_a_stream_that_is_too_long_is_held_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The text that no longer fits is replaced as a whole, by its size; what came before it stays."""
    monkeypatch.setattr(draft, "_MOST", 100)
    chunks = [chat(reasoning_content="a" * 90), *[chat(content="b" * 20) for _ in range(50)]]
    (message,) = collected(chunks)
    assert message["parts"] == [
        {"type": "reasoning", "content": "a" * 90},
        {"type": "text", "content": "[REDACTED:oversize:1000]"},
    ]


def test_arguments_that_are_too_long_are_replaced_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the tool is still named."""
    monkeypatch.setattr(draft, "_MOST", 10)
    (message,) = collected(chat_stream([], [], [ARGUMENTS]))
    assert message["parts"] == [
        {
            "type": "tool_call",
            "id": "call_1",
            "name": "search",
            "arguments": f"[REDACTED:oversize:{len(ARGUMENTS)}]",
        }
    ]


def test_parts_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that begins parts for ever fills nothing."""
    monkeypatch.setattr(draft, "_MOST_PARTS", 3)
    chunks = [
        {"contentBlockDelta": {"contentBlockIndex": index, "delta": {"text": "a"}}} for index in range(9)
    ]
    (message,) = collected(chunks)
    assert len(message["parts"]) == 3
