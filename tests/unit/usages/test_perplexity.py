"""Perplexity's usage: what it bills stands side by side."""

from __future__ import annotations

from otel_usage.token_usage import TokenUsage
from tests.unit.usages.objects import used


def test_citations_and_reasoning_stand_beside_the_completion() -> None:
    """As sonar-deep-research answers: its total is prompt and completion alone."""
    usage = {
        "prompt_tokens": 33,
        "completion_tokens": 7_163,
        "total_tokens": 33 + 7_163,
        "citation_tokens": 20_016,
        "num_search_queries": 18,
        "reasoning_tokens": 73_997,
        "search_context_size": "low",
    }
    assert used({"model": "sonar-deep-research", "choices": [{}], "usage": usage}) == TokenUsage(
        input=33, output=7_163 + 20_016 + 73_997, reasoning=73_997, output_citation=20_016, web_searches=18
    )


def test_a_plain_answer_has_neither() -> None:
    """The size of its search is the mark."""
    usage = {"prompt_tokens": 8, "completion_tokens": 439, "total_tokens": 447, "search_context_size": "low"}
    assert used({"usage": usage}) == TokenUsage(input=8, output=439)


def test_an_agents_answer_counts_the_calls_of_its_search() -> None:
    """It has OpenAI's newer names and one of Anthropic's."""
    usage = {
        "input_tokens": 4_000,
        "input_tokens_details": {"cache_read_input_tokens": 1_500},
        "output_tokens": 600,
        "total_tokens": 4_600,
        "tool_calls_details": {"search_web": {"invocation": 3}, "fetch_url": {"invocation": 2}},
    }
    assert used({"usage": usage}) == TokenUsage(input=4_000, output=600, cache_read=1_500, web_searches=3)
