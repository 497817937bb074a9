"""Answers of who hosts others' models, gateways and local servers, billed as on the pages that the groups name."""

from __future__ import annotations

from typing import Any

from otel_usage.records import CostStatus, Flag
from tests.unit.pricing.golden.cases import WITH_TIERS, bill
from tests.unit.pricing.invoices.anthropic_answers import message
from tests.unit.pricing.invoices.invoice import Invoice, Stream
from tests.unit.pricing.invoices.openai_answers import chat

__all__ = ["INVOICES"]


def _converse(**usage: Any) -> dict[str, Any]:
    """The body of an answer of Bedrock's Converse, which names no model."""
    return {
        "ResponseMetadata": {"RequestId": "req-1", "HTTPStatusCode": 200},
        "output": {"message": {"role": "assistant", "content": [{"text": "Yes."}]}},
        "stopReason": "end_turn",
        "usage": usage,
        "metrics": {"latencyMs": 1_200},
    }


def _bedrock(what: str, asked: str, answer: object, money: dict[str, int]) -> Invoice:
    return Invoice(what=what, provider="aws.bedrock", asked=asked, answer=answer, money=money, at=WITH_TIERS)


# What was cached stands beside the input.
CONVERSED: dict[str, Any] = {
    "inputTokens": 100,
    "outputTokens": 220,
    "totalTokens": 100 + 220 + 2_000 + 7_000,
    "cacheReadInputTokens": 2_000,
    "cacheWriteInputTokens": 7_000,
    "cacheDetails": [{"ttl": "1h", "inputTokens": 4_000}, {"ttl": "5m", "inputTokens": 3_000}],
}
INVOKED = message("claude-sonnet-4-5-20250929", 10_000, 700)

# Amazon Bedrock's pricing page: Claude at Anthropic's prices from a global endpoint, a tenth more from a regional one
# since Sonnet 4.5; Amazon's own models.
BEDROCK = [
    _bedrock(
        "converse, two lifetimes, a regional endpoint",
        "us.anthropic.claude-opus-4-6-v1",
        _converse(**CONVERSED),
        bill(
            input_uncached=(100, "5.50"),
            cache_read=(2_000, "0.55"),
            cache_write_5m=(3_000, "6.875"),
            cache_write_1h=(4_000, "11"),
            output=(220, "27.50"),
        ),
    ),
    *(
        _bedrock(
            f"converse, {endpoint} endpoint",
            f"{prefix}anthropic.claude-sonnet-4-5-20250929-v1:0",
            _converse(inputTokens=100, outputTokens=220, cacheReadInputTokens=2_000, cacheWriteInputTokens=0),
            bill(input_uncached=(100, full), cache_read=(2_000, read), output=(220, out)),
        )
        for endpoint, prefix, full, read, out in (
            ("a regional", "us.", "3.30", "0.33", "16.50"),
            ("the global", "global.", "3", "0.30", "15"),
        )
    ),
    *(
        _bedrock(
            f"the maker's own body, {endpoint} endpoint",
            f"{prefix}anthropic.claude-sonnet-4-5-20250929-v1:0",
            INVOKED,
            bill(input_uncached=(10_000, full), output=(700, out)),
        )
        for endpoint, prefix, full, out in (
            ("a regional", "eu.", "3.30", "16.50"),
            ("the global", "global.", "3", "15"),
        )
    ),
    _bedrock(
        "converse stream",
        "us.amazon.nova-pro-v1:0",
        Stream(
            (
                {"messageStart": {"role": "assistant"}},
                {"contentBlockDelta": {"delta": {"text": "Yes."}, "contentBlockIndex": 0}},
                {"messageStop": {"stopReason": "end_turn"}},
                {
                    "metadata": {
                        "usage": {"inputTokens": 6_000, "outputTokens": 700, "cacheReadInputTokens": 4_000},
                        "metrics": {"latencyMs": 1_200},
                    }
                },
            )
        ),
        bill(input_uncached=(6_000, "0.80"), cache_read=(4_000, "0.20"), output=(700, "3.20")),
    ),
]

CLAUDE = "claude-sonnet-4-5-20250929"


def _through_litellm(what: str, money: dict[str, int], *flags: Flag, **usage: Any) -> Invoice:
    answer = chat(CLAUDE, {"prompt_tokens": 1_000, "completion_tokens": 9, **usage})
    return Invoice(what=what, provider="litellm", answer=answer, money=money, flags=flags)


# LiteLLM passes Anthropic's count of the cache on beside OpenAI's words; whether the prompt has it, the total tells.
LITELLM = [
    _through_litellm(
        "the total counts the cache beside the prompt",
        bill(input_uncached=(1_000, "3"), cache_read=(800, "0.30"), output=(9, "15")),
        Flag.INPUT_INFERRED,
        total_tokens=1_000 + 9 + 800,
        cache_read_input_tokens=800,
    ),
    _through_litellm(
        "the total counts the cache in the prompt",
        bill(input_uncached=(1_000 - 800, "3"), cache_read=(800, "0.30"), output=(9, "15")),
        total_tokens=1_000 + 9,
        cache_read_input_tokens=800,
    ),
    _through_litellm(
        "the total counts what was read and written beside the prompt",
        bill(
            input_uncached=(1_000, "3"),
            cache_read=(300, "0.30"),
            cache_write_5m=(200, "3.75"),
            output=(9, "15"),
        ),
        Flag.INPUT_INFERRED,
        total_tokens=1_000 + 9 + 300 + 200,
        cache_read_input_tokens=300,
        cache_creation_input_tokens=200,
    ),
    _through_litellm(
        "more was cached than sent",
        bill(input_uncached=(1_000, "3"), cache_read=(1_500, "0.30"), output=(9, "15")),
        Flag.INPUT_INFERRED,
        total_tokens=1_000 + 9,
        cache_read_input_tokens=1_500,
    ),
    _through_litellm(
        "the cache in OpenAI's words and in Anthropic's",
        bill(input_uncached=(200, "3"), cache_read=(800, "0.30"), output=(9, "15")),
        total_tokens=1_000 + 9,
        cache_read_input_tokens=800,
        cache_creation_input_tokens=0,
        prompt_tokens_details={"cached_tokens": 800},
    ),
]

LOCAL = [
    Invoice(
        what="its own words",
        provider="ollama",
        answer={
            "model": "llama3.2",
            "created_at": "2026-11-20T10:00:00Z",
            "message": {"role": "assistant", "content": "Yes."},
            "done": True,
            "done_reason": "stop",
            "prompt_eval_count": 26,
            "eval_count": 282,
        },
        money={},
        status=CostStatus.FREE,
    ),
    Invoice(
        what="a model of the name of one that is sold",
        provider="lmstudio",
        answer=chat(
            "openai/gpt-oss-20b", {"prompt_tokens": 26, "completion_tokens": 282, "total_tokens": 308}
        ),
        money={},
        status=CostStatus.FREE,
    ),
    Invoice(
        what="its own words",
        provider="lmstudio",
        answer={
            "model_instance_id": "qwen/qwen3-4b",
            "output": [{"type": "message", "content": "Yes."}],
            "stats": {"input_tokens": 419, "total_output_tokens": 362, "reasoning_output_tokens": 195},
        },
        money={},
        status=CostStatus.FREE,
    ),
]

INVOICES = [
    *BEDROCK,
    *LITELLM,
    *LOCAL,
    # Vertex AI's pricing page: Claude at Anthropic's prices from the global endpoint.
    Invoice(
        what="the maker's own body",
        provider="gcp.vertex_ai",
        asked="claude-sonnet-4-5@20250929",
        answer=INVOKED,
        money=bill(input_uncached=(10_000, "3"), output=(700, "15")),
    ),
    # Groq's pricing page, December 2025; its streams have the usage in a place of their own.
    Invoice(
        what="stream, the usage in a place of its own",
        provider="groq",
        answer=Stream(
            (
                {
                    "id": "chatcmpl-1",
                    "model": "llama-3.3-70b-versatile",
                    "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
                    "x_groq": {
                        "id": "req_1",
                        "usage": {"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1_000},
                    },
                },
            )
        ),
        money=bill(input_uncached=(900, "0.59"), output=(100, "0.79")),
    ),
]
