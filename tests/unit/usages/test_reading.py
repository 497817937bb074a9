"""What holds for every API's usage: nothing raises, nothing is made up, and others read the same."""

from __future__ import annotations

from typing import Any

import genai_prices
import pytest
from genai_prices.data import providers
from hypothesis import given
from hypothesis import strategies as st

from otel_usage.counts import sound
from otel_usage.records import MAX_NANOS, Flag
from otel_usage.spans.responses import Reported, read_response
from otel_usage.token_usage import MAX_TOKENS, TokenUsage
from otel_usage.usages import reading
from tests.unit.usages.objects import FULL_CHAT, GEMINI, RESPONSE_USAGE, read


@pytest.mark.parametrize("count", [-1, float("nan"), "1200", 10**12, True, {}], ids=repr)
def test_a_count_that_cannot_be_is_left_out_and_flagged(count: object) -> None:
    """Gateways and test servers answer all sorts of things."""
    reported = read_response({"usage": {"prompt_tokens": count, "completion_tokens": 5}})
    assert reported.usage == TokenUsage(output=5)
    assert reported.flags == (Flag.USAGE_UNUSABLE,)


class Slotted:
    """A usage without a dict of attributes."""

    __slots__ = ("completion_tokens", "prompt_tokens")

    def __init__(self) -> None:
        self.prompt_tokens, self.completion_tokens = 3, 4


def test_a_usage_of_any_class_is_read_from_a_chunk() -> None:
    """Clients make their objects as they like."""
    assert read({"usage": Slotted()}).usage == TokenUsage(input=3, output=4)


def test_renamed_counts_are_unknown_and_the_rest_is_read() -> None:
    """Tokens are None, never 0, and the model and id are still known."""
    renamed = {"model": "m", "id": "i", "usage": {"tokens_in": 5, "tokens_out": 6}}
    assert read_response(renamed) == Reported(model="m", response_id="i")


ANTHROPIC_USAGE = {
    "input_tokens": 100,
    "output_tokens": 220,
    "cache_read_input_tokens": 2_000,
    "cache_creation_input_tokens": 7_000,
    "cache_creation": {"ephemeral_5m_input_tokens": 3_000, "ephemeral_1h_input_tokens": 4_000},
    "output_tokens_details": {"thinking_tokens": 64},
    "server_tool_use": {"web_search_requests": 3},
}
PLAIN = {"prompt_tokens": 30, "completion_tokens": 10, "total_tokens": 40}
COHERE = {"billed_units": {"input_tokens": 17, "output_tokens": 12}, "tokens": {"input_tokens": 215}}
REALTIME = {
    "input_tokens": 900,
    "output_tokens": 200,
    "input_token_details": {
        "audio_tokens": 500,
        "image_tokens": 100,
        "cached_tokens": 384,
        "cached_tokens_details": {"audio_tokens": 192, "image_tokens": 64},
    },
    "output_token_details": {"audio_tokens": 160},
}
WHOLE: list[tuple[str, str, dict[str, Any]]] = [
    ("openai", "chat", {"usage": FULL_CHAT.model_dump()}),
    ("openai", "chat", {"usage": PLAIN | {"prompt_tokens_details": {"cached_tokens": 9, "audio_tokens": 4}}}),
    ("openai", "responses", {"usage": RESPONSE_USAGE}),
    ("openai", "embeddings", {"usage": {"prompt_tokens": 48}}),
    ("openai", "realtime", {"response": {"usage": REALTIME}}),
    (
        "openai",
        "images",
        {
            "usage": {
                "input_tokens": 244,
                "input_tokens_details": {"text_tokens": 50, "image_tokens": 194},
                "output_tokens": 1_056,
                "output_tokens_details": {"image_tokens": 1_056},
            }
        },
    ),
    ("anthropic", "default", {"usage": ANTHROPIC_USAGE}),
    ("anthropic", "chat", {"usage": PLAIN | {"cached_tokens": 20}}),
    ("google", "default", GEMINI),
    (
        "google",
        "default",
        {
            "usageMetadata": {
                "promptTokenCount": 900,
                "candidatesTokenCount": 50,
                "cachedContentTokenCount": 300,
                "promptTokensDetails": [
                    {"modality": "AUDIO", "tokenCount": 400},
                    {"modality": "DOCUMENT", "tokenCount": 258},
                    {"modality": "VIDEO", "tokenCount": 200},
                ],
                "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 300}],
                "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 50}],
            }
        },
    ),
    (
        "aws",
        "default",
        {
            "usage": {
                "inputTokens": 100,
                "outputTokens": 220,
                "cacheReadInputTokens": 2_000,
                "cacheWriteInputTokens": 7_000,
                "cacheDetails": [{"ttl": "1h", "inputTokens": 4_000}, {"ttl": "5m", "inputTokens": 3_000}],
            }
        },
    ),
    (
        "aws",
        "anthropic",
        {"usage": ANTHROPIC_USAGE | {"output_tokens_details": None, "server_tool_use": None}},
    ),
    ("cohere", "default", {"usage": COHERE}),
    (
        "cohere",
        "tokens",
        {"usage": {"tokens": {"input_tokens": 215, "output_tokens": 12}, "cached_tokens": 9}},
    ),
    ("cohere", "embeddings", {"meta": {"billed_units": {"input_tokens": 48}}}),
    ("databricks", "default", {"usage": PLAIN | {"cache_read_input_tokens": 9, "reasoning_tokens": 3}}),
    ("deepseek", "chat", {"usage": PLAIN | {"prompt_tokens_details": {"cached_tokens": 9}}}),
    ("groq", "default", {"usage": PLAIN}),
    ("mistral", "default", {"usage": PLAIN | {"prompt_tokens_details": {"cached_tokens": 9}}}),
    ("moonshotai", "chat", {"usage": PLAIN | {"prompt_tokens_details": {"cached_tokens": 9}}}),
    ("openrouter", "chat", {"usage": FULL_CHAT.model_dump()}),
    (
        "perplexity",
        "default",
        {"usage": PLAIN | {"reasoning_tokens": 50, "citation_tokens": 7, "num_search_queries": 3}},
    ),
    ("perplexity", "responses", {"usage": RESPONSE_USAGE | {"input_tokens_details": None}}),
    (
        "x-ai",
        "chat",
        {"usage": PLAIN | {"total_tokens": 240, "completion_tokens_details": {"reasoning_tokens": 200}}},
    ),
    ("x-ai", "responses", {"usage": RESPONSE_USAGE}),
]
THEIRS = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cache_read": "cache_read_tokens",
    "cache_write": "cache_write_tokens",
    "cache_write_1h": "cache_write_1h_tokens",
    "reasoning": "output_reasoning_tokens",
    "input_audio": "input_audio_tokens",
    "input_image": "input_image_tokens",
    "input_video": "input_video_tokens",
    "cache_read_audio": "cache_audio_read_tokens",
    "cache_read_image": "cache_image_read_tokens",
    "output_audio": "output_audio_tokens",
    "output_image": "output_image_tokens",
    "output_video": "output_video_tokens",
    "web_searches": "web_searches",
}


@pytest.mark.parametrize(
    ("provider", "flavor", "answer"), WHOLE, ids=[f"{provider} {flavor}" for provider, flavor, _ in WHOLE]
)
def test_the_tables_agree_with_genai_prices(provider: str, flavor: str, answer: dict[str, Any]) -> None:
    """Where it reads a whole answer, it reads the same."""
    reads = next(each.extract_usage for each in providers if each.id == provider)
    _, theirs = reads({"model": "m", "modelVersion": "m", **answer}, api_flavor=flavor)
    ours = read({"type": "response.done", **answer}) if flavor == "realtime" else read_response(answer)
    assert ours.flags == ()
    assert {name: getattr(ours.usage, name) or 0 for name in THEIRS} == {
        name: vars(theirs).get(other) or 0 for name, other in THEIRS.items()
    }


def test_what_genai_prices_refuses_is_read_as_far_as_it_goes() -> None:
    """A count that is missing takes nothing from the others."""
    answer = {"model": "gpt-4o", "usage": {"completion_tokens": 7}}
    with pytest.raises(ValueError, match="prompt_tokens"):
        genai_prices.extract_usage(answer, provider_id="openai", api_flavor="chat")
    assert read_response(answer).usage == TokenUsage(output=7)


NAMES = st.sampled_from(sorted(reading._READ))
"""Every name that is looked for."""
NUMBERS = st.none() | st.booleans() | st.integers() | st.integers(0, 100) | st.floats() | st.text(max_size=3)
NESTED = st.sampled_from(
    [
        *("cached_tokens", "reasoning_tokens", "audio_tokens", "cached_tokens_details", "input_tokens"),
        *("ephemeral_1h_input_tokens", "modality", "tokenCount", "ttl", "inputTokens", "total_cost"),
    ]
)
WORDS = st.sampled_from(["AUDIO", "IMAGE", "DOCUMENT", "1h", "5m", 7])
VALUES = st.recursive(
    NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NESTED, inner, max_size=4),
    max_leaves=6,
)


@given(
    st.dictionaries(NAMES, VALUES, max_size=10), st.sampled_from(["usage", "usageMetadata", "stats", "meta"])
)
def test_whatever_a_usage_holds_is_read_without_an_error(usage: dict[str, Any], place: str) -> None:
    """Counts and costs are believable or absent, and at once says the same as in a stream."""
    whole = read_response({place: usage})
    assert read({place: usage}) == whole
    for name in TokenUsage.__struct_fields__:
        assert (count := getattr(whole.usage, name)) is None or 0 <= count <= MAX_TOKENS
    assert whole.cost is None or 0 <= whole.cost <= MAX_NANOS
    assert sound(whole.usage)


@given(
    st.dictionaries(st.sampled_from([*reading._READ, "output", "data", "metadata", "type", "delta"]), VALUES)
)
def test_whatever_an_event_holds_is_read_without_an_error(event: dict[str, Any]) -> None:
    """Also what is no answer of any provider."""
    read(event, {"type": "message-end", "delta": event}, {"data": event}, {"metadata": event, "done": True})
    read_response({**event, "done": True})
