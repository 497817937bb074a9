"""``otel-usage calculate --response``: what a saved response of a provider's API cost."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from otel_usage.cli import command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Any]
    Ask = Callable[..., dict[str, Any]]

CHAT = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1_772_359_200,
    "model": "gpt-4o-2024-08-06",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}],
    "usage": {
        "prompt_tokens": 1_200,
        "completion_tokens": 350,
        "total_tokens": 1_550,
        "prompt_tokens_details": {"cached_tokens": 1_024},
    },
}
RESPONSES = {
    "id": "resp_1",
    "object": "response",
    "status": "completed",
    "model": "gpt-4o-2024-08-06",
    "error": None,
    "output": [{"type": "message", "content": [{"type": "output_text", "text": "Hi"}]}],
    "service_tier": "default",
    "usage": {
        "input_tokens": 1_200,
        "input_tokens_details": {"cached_tokens": 1_024},
        "output_tokens": 350,
        "output_tokens_details": {"reasoning_tokens": 0},
    },
}
MESSAGES = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-5-20250929",
    "content": [{"type": "text", "text": "Hi"}],
    "usage": {
        "input_tokens": 176,
        "cache_read_input_tokens": 1_024,
        "cache_creation_input_tokens": 300,
        "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200},
        "output_tokens": 350,
        "service_tier": "standard",
    },
}
GENERATE = {
    "candidates": [{"content": {"parts": [{"text": "Hi"}], "role": "model"}, "finishReason": "STOP"}],
    "usageMetadata": {"promptTokenCount": 1_200, "candidatesTokenCount": 300, "thoughtsTokenCount": 50},
    "modelVersion": "gemini-2.5-flash",
}
OPENAI = Decimal(176 * 250 + 1_024 * 125 + 350 * 1_000) / 10**8
"""gpt-4o: $2.50, cached $1.25, and $10.00 a million."""
ANTHROPIC = (176 * 3 + 1_024 * Decimal("0.3") + 100 * Decimal("3.75") + 200 * 6 + 350 * 15) / 10**6
GOOGLE = (1_200 * Decimal("0.3") + 350 * Decimal("2.5")) / 10**6
CASES = [
    (CHAT, "openai", "gpt-4o-2024-08-06", OPENAI, 1_200),
    (RESPONSES, "openai", "gpt-4o-2024-08-06", OPENAI, 1_200),
    (MESSAGES, "anthropic", "claude-sonnet-4-5-20250929", ANTHROPIC, 1_500),
    (GENERATE, "google", "gemini-2.5-flash", GOOGLE, 1_200),
]
NAMES = ["chat", "responses", "messages", "generateContent"]


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[object], str]:
    """Saves a response in a file; its path."""

    def save(response: object) -> str:
        path = tmp_path / "response.json"
        path.write_bytes(response if isinstance(response, bytes) else json.dumps(response, indent=2).encode())
        return str(path)

    return save


@pytest.mark.parametrize(("response", "provider", "model", "cost", "given"), CASES, ids=NAMES)
def test_a_saved_response_tells_everything(  # noqa: PLR0913  # a row of the table
    ask: Ask,
    saved: Callable[[object], str],
    *,
    response: dict[str, Any],
    provider: str,
    model: str,
    cost: Decimal,
    given: int,
) -> None:
    """Provider, model and tokens; the money is that of the arithmetic."""
    found = ask("calculate", "--response", saved(response), "--json")
    assert (found["provider"], found["model"], found["status"]) == (provider, model, "priced")
    assert (found["inputTokens"], found["outputTokens"]) == (given, 350)
    assert Decimal(found["cost"]) == cost
    assert sum(Decimal(str(line["cost"])) for line in found["components"]) == cost
    assert set(found) == {
        *("provider", "model", "inputTokens", "outputTokens", "cost", "totalCost", "status", "components"),
        *("priceSource", "rateCard", "flags"),
    }


def test_standard_input_is_a_file_too(home: Path) -> None:
    """``curl … | otel-usage calculate --response -``; no home is made, and no key is needed."""
    arguments = ["--home", str(home), "calculate", "--response", "-"]
    done = CliRunner().invoke(command, arguments, input=json.dumps(CHAT), catch_exceptions=False)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1] == f"Total Cost: ${OPENAI.normalize()}  (openai/gpt-4o-2024-08-06)"
    assert not home.exists()


def test_an_option_stands_before_what_the_response_says(ask: Ask, saved: Callable[[object], str]) -> None:
    """Another seller, another name, another tier: half the price."""
    path = saved(CHAT)
    assert ask("calculate", "--response", path, "--provider=azure", "--json")["provider"] == "azure"
    assert ask("calculate", "--response", path, "--model=gpt-4o-mini", "--json")["model"] == "gpt-4o-mini"
    half = ask("calculate", "--response", path, "--model=gpt-4o", "--service-tier=batch", "--json")
    assert Decimal(half["cost"]) == Decimal(176 * 125 + 350 * 500) / 10**8 + sum(
        Decimal(str(line["cost"])) for line in half["components"] if line["name"] == "cache_read"
    )


def test_who_speaks_like_openai_is_told_by_the_model(ask: Ask, saved: Callable[[object], str]) -> None:
    """Its maker sells it, unless an option says otherwise."""
    found = ask("calculate", "--response", saved({**CHAT, "model": "deepseek-chat"}), "--json")
    assert (found["provider"], found["status"]) == ("deepseek", "priced")


def test_a_model_that_nobody_knows_is_of_the_api_that_answered(
    run: Run, saved: Callable[[object], str]
) -> None:
    """null, exit 1, and the nearest known names."""
    done = run("calculate", "--response", saved({**CHAT, "model": "gpt-4oo"}), "--json")
    assert done.code == 1
    assert json.loads(done.out)["cost"] is None
    assert done.sentence.startswith(
        "otel-usage: no price is known for this call of openai/gpt-4oo; did you mean gpt-4o"
    )


SENT = {"promptTokenCount": 1_000}
STREAM = b"""event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","model":"claude-sonnet-4-5-20250929",\
"usage":{"input_tokens":1000,"output_tokens":1}}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":100}}

event: message_stop
data: {"type":"message_stop"}
""".replace(b"\\\n", b"")
CHUNKS = (
    b'data: {"object":"chat.completion.chunk","model":"gpt-4o","choices":[{"delta":{"content":"Hi"}}]}\r\n\r\n'
    b'data: {"object":"chat.completion.chunk","model":"gpt-4o","choices":[],'
    b'"usage":{"prompt_tokens":1000,"completion_tokens":100}}\r\n\r\ndata: [DONE]\r\n'
)


PARTS = json.dumps(
    [
        {"candidates": [], "modelVersion": "gemini-2.5-pro", "usageMetadata": {**SENT, **made}}
        for made in ({}, {"candidatesTokenCount": 60}, {"candidatesTokenCount": 60, "thoughtsTokenCount": 40})
    ]
).encode()


@pytest.mark.parametrize(
    ("stream", "provider", "cost"),
    [
        (STREAM, "anthropic", Decimal(1_000 * 3 + 100 * 15) / 10**6),
        (CHUNKS, "openai", (1_000 * Decimal("2.5") + 100 * 10) / 10**6),
        (b"id: 1\nretry: 500\n" + STREAM, "anthropic", Decimal(1_000 * 3 + 100 * 15) / 10**6),
        (PARTS, "google", (1_000 * Decimal("1.25") + 100 * 10) / 10**6),
    ],
    ids=["anthropic", "openai", "numbered", "google"],
)
def test_the_events_of_a_stream_are_a_response(
    ask: Ask, saved: Callable[[object], str], stream: bytes, provider: str, cost: Decimal
) -> None:
    """As ``curl`` saves them; Google sends a list unless it is asked for events."""
    found = ask("calculate", "--response", saved(stream), "--json")
    assert (found["provider"], Decimal(found["cost"])) == (provider, cost)


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (
            {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}},
            "--response: is an error of the provider (overloaded_error)",
        ),
        (
            {"error": {"message": "Rate limit", "type": "requests", "code": "rate_limit_exceeded"}},
            "--response: is an error of the provider (rate_limit_exceeded)",
        ),
        ([CHAT, CHAT], "--response: is a list of responses: give one of them"),
        (b"not JSON", "--response: is not JSON"),
        (b"", "--response: is not JSON"),
        (b"[" * 100_000, "--response: is not JSON"),
        (b"5", "--response: is no response"),
        ({}, "--response: says nothing of tokens"),
        ({**CHAT, "usage": None}, "--response: says nothing of tokens"),
        (CHUNKS.partition(b"\r\n")[0], "--response: says nothing of tokens"),
        (b"data: {broken", "--response: is not JSON"),
    ],
    ids=str,
)
def test_what_is_no_response_is_one_sentence(
    run: Run, saved: Callable[[object], str], response: object, problem: str
) -> None:
    """Exit 2, and nothing on standard output."""
    done = run("calculate", "--response", saved(response), "--json")
    assert (done.code, done.out) == (2, "")
    assert done.sentence.startswith(f"otel-usage: {problem}")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (("--input=5",), "--response has the counts already"),
        (("--cache-read-tokens=5",), "--response has the counts already"),
        (("--input-excludes-cache",), "--response has the counts already"),
    ],
)
def test_counts_beside_a_response_are_refused(
    run: Run, saved: Callable[[object], str], given: tuple[str, ...], problem: str
) -> None:
    """Nobody can tell which is meant."""
    done = run("calculate", "--response", saved(CHAT), *given)
    assert done.code == 2
    assert problem in done.err


def test_a_response_that_names_no_model_needs_one(run: Run, ask: Ask, saved: Callable[[object], str]) -> None:
    """With one it is priced."""
    path = saved({name: value for name, value in CHAT.items() if name != "model"})
    done = run("calculate", "--response", path)
    assert done.code == 2
    assert "the response names no model: give --model" in done.err
    assert Decimal(ask("calculate", "--response", path, "--model=gpt-4o", "--json")["cost"]) == OPENAI


@pytest.mark.parametrize("path", ["missing.json", "."])
def test_a_file_that_cannot_be_read_is_said(run: Run, path: str) -> None:
    """Exit 2, as for every path."""
    done = run("calculate", "--response", path)
    assert done.code == 2
    assert "Invalid value for '--response'" in done.err


def test_a_name_from_a_response_cannot_move_the_terminal(run: Run, saved: Callable[[object], str]) -> None:
    """Control characters are replaced."""
    done = run("calculate", "--response", saved({**CHAT, "model": "x\x1b[2J\n"}))
    assert done.code == 1
    assert "\x1b" not in done.out + done.err
