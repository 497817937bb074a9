"""What the clients of the APIs take as a prompt, as the conventions' messages."""

from __future__ import annotations

import base64
from types import SimpleNamespace
from typing import Any

import pytest

from otel_usage.contents.messages import messages
from otel_usage.contents.tools import tool_definitions

PICTURE = b"\x89PNG" * 1_000
ENCODED = base64.b64encode(PICTURE).decode()
BLOB = {"type": "blob", "modality": "image", "mime_type": "image/png", "size": len(PICTURE)}
ARGUMENTS = {"words": ["prices"]}
CALL = {"type": "tool_call", "id": "call_1", "name": "search", "arguments": ARGUMENTS}


def text(content: str) -> dict[str, Any]:
    """A part of text."""
    return {"type": "text", "content": content}


def message(role: str, *parts: dict[str, Any]) -> dict[str, Any]:
    """A message."""
    return {"role": role, "parts": list(parts)}


def outcome(response: object, identity: str = "call_1") -> dict[str, Any]:
    """What a tool gave back."""
    return {"type": "tool_call_response", "id": identity, "response": response}


def test_a_text_is_what_the_user_says() -> None:
    """As one message."""
    assert messages("What is it?") == [message("user", text("What is it?"))]


def test_messages_of_openais_chat() -> None:
    """Texts, pictures by their address or size, sound, files, calls of tools and what these gave."""
    address = "https://example.com/a.png"
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{ENCODED}"}}
    sound = {"type": "input_audio", "input_audio": {"data": ENCODED, "format": "wav"}}
    content = [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": address}},
        picture,
        sound,
        {"type": "file", "file": {"file_id": "file_1"}},
    ]
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "search", "arguments": '{"words":["prices"]}'},
    }
    prompt = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": content, "name": "jane"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "found"},
    ]
    system, user, assistant, tool = messages(prompt)
    assert system == message("system", text("Be brief."))
    assert user["name"] == "jane"
    assert user["parts"] == [
        text("What is it?"),
        {"type": "uri", "uri": address, "modality": "image"},
        BLOB,
        {"type": "blob", "modality": "audio", "mime_type": "wav", "size": len(PICTURE)},
        {"type": "file", "file_id": "file_1", "modality": "document"},
    ]
    assert assistant == message("assistant", CALL)
    assert tool == message("tool", outcome("found"))


def test_the_input_of_openais_responses() -> None:
    """Items that are no messages say by what they are who says them."""
    prompt = [
        {"role": "user", "content": [{"type": "input_text", "text": "What is it?"}]},
        {
            "type": "message",
            "role": "assistant",
            "content": [{"type": "output_text", "text": "Let me see."}],
        },
        {
            "type": "function_call",
            "call_id": "call_1",
            "name": "search",
            "arguments": '{"words": ["prices"]}',
        },
        {"type": "function_call_output", "call_id": "call_1", "output": "found"},
        {"type": "input_image", "image_url": f"data:image/png;base64,{ENCODED}"},
    ]
    assert messages(prompt) == [
        message("user", text("What is it?")),
        message("assistant", text("Let me see.")),
        message("assistant", CALL),
        message("tool", outcome("found")),
        message("user", BLOB),
    ]


def test_messages_of_anthropics() -> None:
    """What a tool gave may hold pictures too."""
    picture = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": ENCODED},
    }
    result = {
        "type": "tool_result",
        "tool_use_id": "call_1",
        "content": [{"type": "text", "text": "found"}, picture],
    }
    document = {"type": "document", "source": {"type": "url", "url": "https://example.com/a.pdf"}}
    prompt = [
        {"role": "user", "content": [document, {"type": "text", "text": "What is it?"}]},
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "call_1", "name": "search", "input": ARGUMENTS}],
        },
        {"role": "user", "content": [result]},
    ]
    assert messages(prompt) == [
        message(
            "user",
            {"type": "uri", "uri": "https://example.com/a.pdf", "modality": "document"},
            text("What is it?"),
        ),
        message("assistant", CALL),
        message("user", outcome([text("found"), BLOB])),
    ]


def test_contents_of_googles() -> None:
    """Texts and parts that stand by themselves are one message of the user."""
    file = SimpleNamespace(file_uri="gs://bucket/a.mp4", mime_type="video/mp4")
    assert messages(["Look.", SimpleNamespace(file_data=file), "What is it?"]) == [
        message(
            "user",
            text("Look."),
            {"type": "uri", "uri": "gs://bucket/a.mp4", "modality": "video", "mime_type": "video/mp4"},
            text("What is it?"),
        )
    ]
    answer = {"functionResponse": {"id": "call_1", "name": "search", "response": {"found": 3}}}
    prompt = [
        {"role": "user", "parts": [{"text": "What is it?"}]},
        {
            "role": "model",
            "parts": [{"functionCall": {"id": "call_1", "name": "search", "args": ARGUMENTS}}],
        },
        {"role": "user", "parts": [answer]},
    ]
    assert messages(prompt) == [
        message("user", text("What is it?")),
        message("model", CALL),
        message("user", {**outcome({"found": 3}), "name": "search"}),
    ]


def test_messages_of_bedrocks() -> None:
    """Blocks without a type."""
    use = {"toolUse": {"toolUseId": "call_1", "name": "search", "input": ARGUMENTS}}
    result = {"toolResult": {"toolUseId": "call_1", "content": [{"text": "found"}]}}
    prompt = [
        {"role": "user", "content": [{"text": "What is it?"}]},
        {"role": "assistant", "content": [use]},
        {"role": "user", "content": [result]},
    ]
    assert messages(prompt) == [
        message("user", text("What is it?")),
        message("assistant", CALL),
        message("user", outcome([text("found")])),
    ]


def test_messages_in_the_form_of_the_conventions_stay_as_they_are() -> None:
    """Who has them already may give them."""
    prompt = [
        message("user", text("What is it?")),
        message("assistant", {"type": "reasoning", "content": "Is it?"}, CALL),
        message("tool", outcome("found")),
    ]
    assert messages(prompt) == prompt


@pytest.mark.parametrize(
    "prompt", [{"role": "user", "content": "What?"}, ({"role": "user", "content": "What?"},)]
)
def test_one_message_and_a_tuple_are_taken(prompt: object) -> None:
    """As well as a list."""
    assert messages(prompt) == [message("user", text("What?"))]


def test_what_no_table_knows_is_a_part_with_its_values() -> None:
    """Under its own type, where it says one."""
    strange = {"type": "hologram", "layers": 3}
    assert messages([{"role": "user", "content": [strange, 5, {"a": 1}, b"bytes"]}]) == [
        message(
            "user",
            {"type": "hologram", "content": strange},
            {"type": "json", "content": 5},
            {"type": "json", "content": {"a": 1}},
            {"type": "blob", "modality": "unknown", "size": 5},
        )
    ]


def test_of_very_many_messages_the_last_are_taken() -> None:
    """In the place of the others stands how many they were."""
    found = messages([{"role": "user", "content": str(number)} for number in range(1_200)])
    assert len(found) == 1 + 1_000
    assert found[0] == message("user", text("[200 earlier messages]"))
    assert (found[1], found[-1]) == (message("user", text("200")), message("user", text("1199")))


SCHEMA = {"type": "object", "properties": {"words": {"type": "array"}}}
DEFINITION = {"type": "function", "name": "search", "description": "Finds.", "parameters": SCHEMA}


@pytest.mark.parametrize(
    "tools",
    [
        [
            {
                "type": "function",
                "function": {"name": "search", "description": "Finds.", "parameters": SCHEMA},
            }
        ],
        [DEFINITION],
        [{"name": "search", "description": "Finds.", "input_schema": SCHEMA}],
        [{"functionDeclarations": [{"name": "search", "description": "Finds.", "parameters": SCHEMA}]}],
        {
            "tools": [
                {"toolSpec": {"name": "search", "description": "Finds.", "inputSchema": {"json": SCHEMA}}}
            ]
        },
        SimpleNamespace(
            function_declarations=[
                SimpleNamespace(name="search", description="Finds.", parameters_json_schema=SCHEMA)
            ]
        ),
    ],
    ids=["chat", "responses", "anthropic", "google", "bedrock", "google's client"],
)
def test_tools_of_each_api_are_defined_alike(tools: object) -> None:
    """Name, description and the schema of the arguments."""
    assert tool_definitions(tools) == [DEFINITION]


def test_tools_that_are_functions_or_the_providers() -> None:
    """A function has its name; what has no name is told as it is."""

    def search() -> None:
        pass

    assert tool_definitions([search, {"type": "web_search"}]) == [
        {"type": "function", "name": "search"},
        {"type": "web_search", "content": {"type": "web_search"}},
    ]
