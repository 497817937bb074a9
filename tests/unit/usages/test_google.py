"""Google's usage, to the token: thoughts stand beside the candidates, the results of tools beside the prompt."""

from __future__ import annotations

from enum import StrEnum
from types import SimpleNamespace
from typing import Any

import pytest

from otel_usage.records import Flag
from otel_usage.spans.responses import Reported, read_response
from otel_usage.token_usage import TokenUsage
from tests.unit.usages.objects import GEMINI, GEMINI_TOKENS, TrafficType, gemini, read, used


def test_an_answer_of_google_adds_tools_to_the_input_and_thoughts_to_the_output() -> None:
    """Neither is in promptTokenCount or candidatesTokenCount; what was cached is in the prompt."""
    assert read_response(GEMINI) == Reported(
        usage=GEMINI_TOKENS, model="gemini-2.5-pro", response_id="resp-g", service_tier="on_demand"
    )


def test_an_object_of_googles_client_says_the_same() -> None:
    """It spells the names otherwise, and what is not there is None."""
    answer = gemini(
        prompt_token_count=9_000,
        cached_content_token_count=6_000,
        tool_use_prompt_token_count=70,
        candidates_token_count=150,
        thoughts_token_count=90,
        total_token_count=9_310,
        traffic_type=TrafficType.ON_DEMAND,
    )
    assert read_response(answer) == read_response(GEMINI)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"prompt_token_count": 10, "candidates_token_count": None}, TokenUsage(input=10)),
        (
            {"prompt_token_count": 10, "thoughts_token_count": 90},
            TokenUsage(input=10, output=90, reasoning=90),
        ),
        ({"prompt_token_count": 10, "candidates_token_count": 5}, TokenUsage(input=10, output=5)),
    ],
    ids=repr,
)
def test_what_google_leaves_out_is_not_made_up(said: dict[str, Any], expected: TokenUsage) -> None:
    """A model that spent everything on thoughts has no candidates, and was still paid."""
    assert read_response(gemini(**said)).usage == expected


@pytest.mark.parametrize("part", ["candidates_token_count", "thoughts_token_count"])
def test_a_part_of_googles_output_that_cannot_be_is_flagged(part: str) -> None:
    """A sum with it would be a guess."""
    usage = {"prompt_token_count": 10, "candidates_token_count": 5, "thoughts_token_count": 5, part: -1}
    reported = read_response(gemini(**usage))
    assert (reported.usage.input, reported.usage.output) == (10, None)
    assert reported.flags == (Flag.USAGE_UNUSABLE,)


@pytest.mark.parametrize(
    ("traffic", "tier"),
    [
        (TrafficType.ON_DEMAND, "on_demand"),
        (TrafficType.ON_DEMAND_FLEX, "flex"),
        (TrafficType.ON_DEMAND_PRIORITY, "priority"),
        (TrafficType.PROVISIONED_THROUGHPUT, "provisioned_throughput"),
        (TrafficType.TRAFFIC_TYPE_UNSPECIFIED, None),
    ],
)
def test_googles_kind_of_traffic_is_the_tier(traffic: TrafficType, tier: str | None) -> None:
    """In the words that prices are listed under, as plain text."""
    said = read_response(gemini(prompt_token_count=1, traffic_type=traffic)).service_tier
    assert said == tier
    assert type(said) is not TrafficType


def test_googles_tier_of_the_developer_api() -> None:
    """It says the tier itself."""
    assert read_response(gemini(prompt_token_count=1, service_tier="PRIORITY")).service_tier == "priority"


def test_a_stream_of_google_says_running_totals() -> None:
    """5, then 60, then 150 candidates are 150; the thoughts are said once and stay."""
    last = {"promptTokenCount": 100, "candidatesTokenCount": 150}
    reported = read(
        {"usageMetadata": {"promptTokenCount": 100, "thoughtsTokenCount": 40, "candidatesTokenCount": 5}},
        {"usageMetadata": {"promptTokenCount": 100, "thoughtsTokenCount": 40, "candidatesTokenCount": 60}},
        {"usageMetadata": last, "modelVersion": "gemini-2.5-flash", "responseId": "r"},
    )
    assert reported == Reported(
        usage=TokenUsage(input=100, output=150 + 40, reasoning=40), model="gemini-2.5-flash", response_id="r"
    )


MIXED = {
    "promptTokenCount": 4_000,
    "cachedContentTokenCount": 900,
    "toolUsePromptTokenCount": 258,
    "candidatesTokenCount": 1_300,
    "promptTokensDetails": [
        {"modality": "TEXT", "tokenCount": 1_000},
        {"modality": "AUDIO", "tokenCount": 1_500},
        {"modality": "IMAGE", "tokenCount": 516},
        {"modality": "DOCUMENT", "tokenCount": 258},
        {"modality": "VIDEO", "tokenCount": 726},
    ],
    "toolUsePromptTokensDetails": [{"modality": "IMAGE", "tokenCount": 258}],
    "cacheTokensDetails": [
        {"modality": "TEXT", "tokenCount": 400},
        {"modality": "AUDIO", "tokenCount": 300},
        {"modality": "DOCUMENT", "tokenCount": 200},
    ],
    "candidatesTokensDetails": [
        {"modality": "TEXT", "tokenCount": 10},
        {"modality": "IMAGE", "tokenCount": 1_290},
    ],
}
MIXED_TOKENS = TokenUsage(
    input=4_000 + 258,
    output=1_300,
    cache_read=900,
    input_audio=1_500,
    input_image=516 + 258 + 258,
    input_video=726,
    cache_read_audio=300,
    cache_read_image=200,
    output_image=1_290,
)


def test_what_was_sent_and_came_is_told_by_its_kind() -> None:
    """The pages of a document count as pictures, and so do those that a tool gave."""
    assert used({"usageMetadata": MIXED}) == MIXED_TOKENS


class Modality(StrEnum):
    """As Google's client has it."""

    TEXT = "TEXT"
    AUDIO = "AUDIO"
    IMAGE = "IMAGE"
    DOCUMENT = "DOCUMENT"
    VIDEO = "VIDEO"


def test_the_clients_lists_say_the_same() -> None:
    """In its own spelling, with the kind as an enumeration."""
    names = {
        "prompt_token_count": "promptTokenCount",
        "cached_content_token_count": "cachedContentTokenCount",
        "tool_use_prompt_token_count": "toolUsePromptTokenCount",
        "candidates_token_count": "candidatesTokenCount",
    }
    lists = {
        "prompt_tokens_details": "promptTokensDetails",
        "tool_use_prompt_tokens_details": "toolUsePromptTokensDetails",
        "cache_tokens_details": "cacheTokensDetails",
        "candidates_tokens_details": "candidatesTokensDetails",
    }
    told: dict[str, Any] = MIXED
    usage = {name: told[other] for name, other in names.items()} | {
        name: [
            SimpleNamespace(modality=Modality(item["modality"]), token_count=item["tokenCount"])
            for item in told[other]
        ]
        for name, other in lists.items()
    }
    assert used(gemini(**usage)) == MIXED_TOKENS


@pytest.mark.parametrize(
    "items",
    [None, "AUDIO", [None], [{"modality": 5, "tokenCount": 1}], [{"modality": "AUDIO"}], [["AUDIO", 1]]],
)
def test_a_list_that_is_none_says_nothing(items: object) -> None:
    """What the counts beside it say is kept."""
    usage = {"promptTokenCount": 10, "promptTokensDetails": items}
    assert used({"usageMetadata": usage}) == TokenUsage(input=10)


def test_more_sound_than_was_sent_is_left_out_and_flagged() -> None:
    """It cannot be a part of it."""
    usage = {"promptTokenCount": 10, "promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 11}]}
    reported = read_response({"usageMetadata": usage})
    assert (reported.usage, reported.flags) == (TokenUsage(input=10), (Flag.USAGE_UNUSABLE,))
