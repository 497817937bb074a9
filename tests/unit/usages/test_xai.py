"""xAI's usage: reasoning beside the completion, searches by their number."""

from __future__ import annotations

from otel_usage.spans.responses import read_response
from otel_usage.token_usage import TokenUsage
from tests.unit.usages.objects import FULL_CHAT, chat, used


def test_reasoning_that_is_counted_beside_the_completion_is_added_to_it() -> None:
    """As xAI counts: its total shows that they do not overlap, OpenAI's that they do."""
    usage = {
        "prompt_tokens": 30,
        "completion_tokens": 10,
        "completion_tokens_details": {"reasoning_tokens": 200},
        "total_tokens": 30 + 10 + 200,
    }
    assert read_response({"usage": usage}).usage == TokenUsage(input=30, output=10 + 200, reasoning=200)
    assert read_response(chat(FULL_CHAT)).usage.output == 2_400


def test_an_answer_of_xais_responses_counts_its_searches() -> None:
    """The number that it says stands over what can be counted in the output; reasoning is inside here."""
    usage = {
        "input_tokens": 7_583,
        "input_tokens_details": {"cached_tokens": 3_072},
        "output_tokens": 3_192,
        "output_tokens_details": {"reasoning_tokens": 192},
        "total_tokens": 7_583 + 3_192,
        "num_sources_used": 0,
        "num_server_side_tools_used": 5,
        "server_side_tool_usage_details": {
            "web_search_calls": 3,
            "x_search_calls": 1,
            "file_search_calls": 1,
        },
    }
    output = [{"type": "web_search_call", "action": {"type": "search"}}]
    assert used({"output": output, "usage": usage}) == TokenUsage(
        input=7_583, output=3_192, cache_read=3_072, reasoning=192, web_searches=3, file_searches=1
    )
