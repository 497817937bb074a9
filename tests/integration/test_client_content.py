"""What the real clients are answered, as it is kept: the same as what the application reads."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import anthropic
import openai
import pytest

import otel_usage
from otel_usage.demo.server import ModelServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from otel_usage.spans.inference import Inference

    Ways = dict[str, Callable[[Inference], str]]

ASKED: list[Any] = [{"role": "user", "content": "scenario: reasoning"}]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of the test's own, which keeps content."""
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "otel-usage.yaml").write_text("content: {capture: redacted}\n")
    otel_usage.configure(home=tmp_path / "home")
    yield tmp_path / "home"
    otel_usage.shutdown()


@pytest.fixture
def ways() -> Iterator[Ways]:
    """Ways to ask; each gives what the application reads of the answer."""
    with (
        ModelServer() as server,
        openai.OpenAI(
            api_key="none",
            base_url=server.openai_url,
            max_retries=0,
            http_client=openai.DefaultHttpxClient(trust_env=False),
        ) as oai,
        anthropic.Anthropic(
            api_key="none",
            base_url=server.anthropic_url,
            max_retries=0,
            http_client=anthropic.DefaultHttpxClient(trust_env=False),
        ) as claude,
    ):

        def chat(call: Inference) -> str:
            made = oai.chat.completions.create(model="m", messages=ASKED)
            call.record(made)
            return made.choices[0].message.content or ""

        def raw_chat(call: Inference) -> str:
            made = oai.chat.completions.with_raw_response.create(model="m", messages=ASKED)
            call.record(made)
            return made.parse().choices[0].message.content or ""

        def chat_stream(call: Inference) -> str:
            chunks = call.stream(oai.chat.completions.create(model="m", messages=ASKED, stream=True))
            return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)

        def chat_accumulating(call: Inference) -> str:
            manager: Any = oai.chat.completions.stream(model="m", messages=ASKED)
            with call.stream(manager) as stream:
                return str(stream.get_final_completion().choices[0].message.content)

        def responses(call: Inference) -> str:
            made = oai.responses.create(model="m", input=ASKED)
            call.record(made)
            return made.output_text

        def responses_stream(call: Inference) -> str:
            events = call.stream(oai.responses.create(model="m", input=ASKED, stream=True))
            return "".join(event.delta for event in events if event.type == "response.output_text.delta")

        def messages(call: Inference) -> str:
            made = claude.messages.create(model="m", max_tokens=9, messages=ASKED)
            call.record(made)
            return "".join(block.text for block in made.content if block.type == "text")

        def messages_stream(call: Inference) -> str:
            events = call.stream(claude.messages.create(model="m", max_tokens=9, messages=ASKED, stream=True))
            deltas = [event.delta for event in events if event.type == "content_block_delta"]
            return "".join(delta.text for delta in deltas if delta.type == "text_delta")

        def messages_accumulating(call: Inference) -> str:
            manager: Any = claude.messages.stream(model="m", max_tokens=9, messages=ASKED)
            with call.stream(manager) as stream:
                return "".join(stream.text_stream)

        yield {
            way.__name__: way
            for way in (
                chat,
                raw_chat,
                chat_stream,
                chat_accumulating,
                responses,
                responses_stream,
                messages,
                messages_stream,
                messages_accumulating,
            )
        }


def test_what_is_kept_is_what_the_application_reads(ways: Ways, home: Path) -> None:
    """At once, streamed, raw, and through the clients' own accumulating streams."""
    read: dict[str, str] = {}
    for name, way in ways.items():
        with otel_usage.inference("openai", model=name) as call:
            call.prompt(ASKED)
            read[name] = way(call)
    otel_usage.shutdown()
    lines = [
        json.loads(line)
        for path in (home / "content").glob("*")
        for line in path.read_text().split("\n")
        if line
    ]
    said = [
        "".join(part["content"] for part in line["output_messages"][0]["parts"] if part["type"] == "text")
        for line in lines
    ]
    assert dict(zip(ways, said, strict=True)) == read
    assert all(said)
    asked = {"role": "user", "parts": [{"type": "text", "content": ASKED[0]["content"]}]}
    assert all(line["input_messages"] == [asked] for line in lines)
    assert all("finish_reason" in line["output_messages"][0] for line in lines)
