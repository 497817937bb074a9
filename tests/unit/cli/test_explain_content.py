"""``otel-usage explain --content``: what was said in a call, where it is kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage import config
from otel_usage.content import Content
from otel_usage.opening import open_recorder
from otel_usage.records import UsageRecord

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Tell = Callable[..., str]
    Ask = Callable[..., dict[str, Any]]
    Configure = Callable[[str], Path]

SECRET = "-".join(("sk", "proj", "0a1B2c3D4e5F6g7H" * 3))
SAID = Content(
    system_instructions=[{"type": "text", "content": "Be brief.\nBe kind."}],
    input_messages=[
        {"role": "user", "parts": [{"type": "text", "content": f"Weather? My key is {SECRET}."}]},
        {
            "role": "assistant",
            "parts": [
                {"type": "reasoning", "content": "Look it up."},
                {"type": "tool_call", "id": "c1", "name": "weather", "arguments": {"in": "Ulm"}},
            ],
        },
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": {"celsius": 7}}]},
        {"role": "user", "parts": [{"type": "blob", "modality": "image", "size": 3}]},
    ],
    output_messages=[
        {"role": "assistant", "parts": [{"type": "text", "content": "7 \x1b[31m°C"}], "finish_reason": "stop"}
    ],
    tool_definitions=[{"type": "function", "name": "weather", "description": "Of a place."}],
)
READABLE = """
System:
    Be brief.
    Be kind.

Tools:
    weather: Of a place.

user:
    Weather? My key is [REDACTED:api_key].

assistant:
    (reasoning)
    Look it up.
    calls weather({"in":"Ulm"}) [c1]

tool:
    result [c1]:
    {"celsius":7}

user:
    {"type":"blob","modality":"image","size":3}

Answer (stop):
    7 ?[31m°C
"""


@pytest.fixture
def called(home: Path) -> Callable[..., UsageRecord]:
    """Makes a call through a recorder of the home, and says something in it."""

    def call(content: Content = SAID, **fields: Any) -> UsageRecord:
        recorder = open_recorder(config.load(home), background=False)
        values: dict[str, Any] = {"id": "mine", "start": time.time_ns(), "source": "live", **fields}
        record = recorder.prepare(UsageRecord(**values))
        recorder.append(record)
        recorder.keep_content(record, recorder.fit_content(content))
        assert recorder.close()
        return record

    return call


def test_a_conversation_is_shown_in_its_order(
    configure: Configure, called: Callable[..., UsageRecord], tell: Tell
) -> None:
    """Behind the arithmetic of the call; without secrets and without codes that a terminal would obey."""
    configure("content: {capture: redacted}")
    called()
    shown = tell("explain", "mine", "--content")
    assert shown.startswith("Call:     mine\n")
    assert shown.endswith(READABLE)


def test_json_has_the_keys_of_the_conventions(
    configure: Configure, called: Callable[..., UsageRecord], ask: Ask
) -> None:
    """Each kind as its attribute is called; what is not known is left out."""
    configure("content: {capture: redacted}")
    called(Content(output_messages=SAID.output_messages, tool_definitions=SAID.tool_definitions))
    found = ask("explain", "last", "--content", "--json")
    assert found["content"] == {
        "gen_ai.output.messages": SAID.output_messages,
        "gen_ai.tool.definitions": SAID.tool_definitions,
    }
    assert found["contentNote"] is None


def test_only_the_flag_shows_content(
    configure: Configure, called: Callable[..., UsageRecord], tell: Tell, ask: Ask
) -> None:
    """No other answer of any command holds what was said."""
    configure("content: {capture: redacted}")
    called()
    for arguments in (["explain", "mine"], ["query"], ["report"], ["rebuild"], ["metrics", "--once"]):
        assert "brief" not in tell(*arguments)
    assert ask("explain", "mine", "--json").keys().isdisjoint({"content", "contentNote"})


@pytest.mark.parametrize(
    ("section", "started", "sentence"),
    [
        ("", 0, "What was said is not kept: 'content.capture' in otel-usage.yaml is off."),
        (
            "content: {capture: redacted}",
            0,
            "What was said is not kept: content was off when the call was made",
        ),
        (
            "content: {capture: redacted, retention_days: 3}",
            5 * 86_400,
            "What was said is not kept any more: content is deleted after 3 days.",
        ),
    ],
)
def test_where_nothing_is_kept_it_says_why(  # noqa: PLR0913, PLR0917  # fixtures and one row
    configure: Configure,
    called: Callable[..., UsageRecord],
    tell: Tell,
    ask: Ask,
    section: str,
    started: int,
    sentence: str,
) -> None:
    """In a sentence, and in JSON beside null."""
    called(start=time.time_ns() - started * 10**9)
    configure(section)
    assert tell("explain", "mine", "--content").splitlines()[-1].startswith(sentence)
    found = ask("explain", "mine", "--content", "--json")
    assert found["content"] is None
    assert found["contentNote"].startswith(sentence)


def test_what_was_kept_is_shown_after_it_was_switched_off(
    configure: Configure, called: Callable[..., UsageRecord], tell: Tell, home: Path
) -> None:
    """Until its file is deleted, by age or by hand."""
    configure("content: {capture: redacted}")
    called()
    configure("content: {capture: off}")
    assert "Be kind." in tell("explain", "mine", "--content")
    for file in (home / "content").iterdir():
        file.unlink()
    assert "is off" in tell("explain", "mine", "--content")


def test_every_command_sees_to_the_age_of_content(configure: Configure, tell: Tell, home: Path) -> None:
    """Whoever reads the ledger deletes what is too old, also where nothing is captured any more."""
    configure("content: {retention_days: 1}")
    folder = home / "content"
    folder.mkdir()
    (folder / "2020-01-01.jsonl").write_text("\n")
    tell("query")
    assert list(folder.iterdir()) == []


def test_messages_of_any_shape_are_shown(
    configure: Configure, called: Callable[..., UsageRecord], tell: Tell
) -> None:
    """Whatever a producer, or a newer version of the conventions, put there."""
    configure("content: {capture: redacted}")
    odd = [7, "bare text", {"role": "user"}, {"parts": [{"type": "tool_call", "name": "f"}, 1, None]}]
    called(
        Content(
            system_instructions=["plain"],
            input_messages=odd,
            output_messages=[None],
            tool_definitions=[{"name": "bare"}, {"type": "web_search"}, 5],
        )
    )
    shown = tell("explain", "mine", "--content")
    for line in (
        "Sent:",
        "    7",
        "    bare text",
        '    {"role":"user"}',
        "None:",
        "    calls f()",
        "    null",
    ):
        assert f"\n{line}\n" in shown
