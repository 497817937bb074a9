"""Answers of further makers of models, billed as on the pages that the groups name, or as they say themselves."""

from __future__ import annotations

from typing import Any

from otel_usage.records import CostStatus, Flag
from tests.unit.pricing.golden.cases import bill
from tests.unit.pricing.invoices.invoice import Invoice
from tests.unit.pricing.invoices.openai_answers import chat

__all__ = ["INVOICES"]


def _counted(sent: int, came: int, **more: Any) -> dict[str, Any]:
    return {"prompt_tokens": sent, "completion_tokens": came, "total_tokens": sent + came, **more}


def _said(what: str, provider: str, answer: object, nanos: int) -> Invoice:
    """Who is believed says itself what the call cost."""
    return Invoice(
        what=what, provider=provider, answer=answer, money={}, said=nanos, status=CostStatus.PROVIDED
    )


# xAI's page of models, December 2025. Reasoning stands beside the completion.
THOUGHT = {
    "prompt_tokens": 3_000,
    "completion_tokens": 100,
    "total_tokens": 3_000 + 100 + 2_000,
    "prompt_tokens_details": {
        "text_tokens": 3_000,
        "audio_tokens": 0,
        "image_tokens": 0,
        "cached_tokens": 1_000,
    },
    "completion_tokens_details": {"reasoning_tokens": 2_000, "audio_tokens": 0},
    "num_sources_used": 0,
}
XAI = [
    Invoice(
        what="reasoning beside the completion",
        provider="x_ai",
        answer=chat("grok-4-0709", THOUGHT),
        money=bill(input_uncached=(2_000, "3"), cache_read=(1_000, "0.75"), output=(100 + 2_000, "15")),
    ),
    # 10**10 ticks are a dollar, ten a nano-dollar.
    _said(
        "its own cost",
        "x_ai",
        chat("grok-4-0709", THOUGHT | {"cost_in_usd_ticks": 382_500_000}),
        382_500_000 // 10,
    ),
]

# OpenRouter's usage accounting; it passes the makers' prices on, those of Anthropic's page here.
ROUTED = {**_counted(1_000, 200), "prompt_tokens_details": {"cached_tokens": 400}}
ROUTED_MONEY = bill(input_uncached=(600, "3"), cache_read=(400, "0.30"), output=(200, "15"))


def _routed(**more: Any) -> dict[str, Any]:
    return chat("anthropic/claude-sonnet-4", ROUTED | more, provider="Anthropic")


OPENROUTER = [
    _said("its own cost", "openrouter", _routed(cost=0.00492, is_byok=False), 4_920_000),
    # The fee, and what the maker bills its own customer.
    _said(
        "with a key of the caller's own",
        "openrouter",
        _routed(cost=0.000246, is_byok=True, cost_details={"upstream_inference_cost": 0.00492}),
        246_000 + 4_920_000,
    ),
    Invoice(what="a cost of 0 is none", provider="openrouter", answer=_routed(cost=0), money=ROUTED_MONEY),
    Invoice(
        what="with a key of the caller's own, and not what its maker bills",
        provider="openrouter",
        answer=_routed(cost=0.000246, is_byok=True, cost_details={"upstream_inference_cost": None}),
        money=ROUTED_MONEY,
    ),
    # Who is not known for it is not believed.
    Invoice(
        what="a cost from who is not believed",
        provider="openai",
        answer=chat("gpt-4o-2024-08-06", _counted(1_000, 200, cost=0.5)),
        money=bill(input_uncached=(1_000, "2.50"), output=(200, "10")),
    ),
]

# Perplexity's pricing page: sonar-deep-research is $2 in, $8 out, $2 citations, $3 reasoning, $5 per thousand searches.
RESEARCHED = _counted(
    33,
    7_163,
    citation_tokens=20_016,
    num_search_queries=18,
    reasoning_tokens=73_997,
    search_context_size="low",
)
PERPLEXITY = [
    Invoice(
        what="deep research, five prices",
        provider="perplexity",
        answer=chat("sonar-deep-research", RESEARCHED),
        money=bill(
            input_uncached=(33, "2"),
            output=(7_163, "8"),
            output_citation=(20_016, "2"),
            reasoning=(73_997, "3"),
            web_searches=(18, "5"),
        ),
    ),
    _said(
        "its own cost",
        "perplexity",
        chat("sonar-deep-research", RESEARCHED | {"cost": {"request_cost": 0.006, "total_cost": 0.409}}),
        409_000_000,
    ),
]

COHERE = {
    "id": "c1",
    "finish_reason": "COMPLETE",
    "message": {"role": "assistant", "content": [{"type": "text", "text": "Yes."}]},
    "usage": {
        "billed_units": {"input_tokens": 1_000, "output_tokens": 200},
        "tokens": {"input_tokens": 1_496, "output_tokens": 214},
        "cached_tokens": 80,
    },
}

INVOICES = [
    *XAI,
    *OPENROUTER,
    *PERPLEXITY,
    # DeepSeek's pricing page, February to September 2025, by day.
    Invoice(
        what="hits and misses of the cache",
        provider="deepseek",
        answer=chat(
            "deepseek-chat",
            _counted(
                10_000,
                700,
                prompt_cache_hit_tokens=4_000,
                prompt_cache_miss_tokens=6_000,
                prompt_tokens_details={"cached_tokens": 4_000},
            ),
        ),
        money=bill(input_uncached=(6_000, "0.27"), cache_read=(4_000, "0.07"), output=(700, "1.10")),
        at="2025-03-01T12:00",
    ),
    # Mistral's pricing page, June 2025.
    Invoice(
        what="chat",
        provider="mistral_ai",
        answer=chat("mistral-medium-2505", _counted(10_000, 700)),
        money=bill(input_uncached=(10_000, "0.40"), output=(700, "2")),
    ),
    Invoice(
        what="embedding, whose completion is 0",
        provider="mistral_ai",
        answer={"object": "list", "model": "mistral-embed", "data": [], "usage": _counted(8_000, 0)},
        money=bill(input_uncached=(8_000, "0.10")),
    ),
    # Cohere's pricing page, June 2025: what it bills is less than what it processed.
    Invoice(
        what="billed and processed",
        provider="cohere",
        asked="command-a-03-2025",
        answer=COHERE,
        money=bill(input_uncached=(1_000, "2.50"), output=(200, "10")),
    ),
    Invoice(
        what="embedding",
        provider="cohere",
        asked="embed-v4.0",
        answer={"id": "e1", "embeddings": {}, "meta": {"billed_units": {"input_tokens": 8_000}}},
        money=bill(input_uncached=(8_000, "0.12")),
    ),
    # Searches through a list are billed one by one, and have no price in the source.
    Invoice(
        what="a ranking",
        provider="cohere",
        asked="rerank-v3.5",
        answer={"id": "r1", "results": [], "meta": {"billed_units": {"search_units": 1}}},
        money={},
        status=CostStatus.PENDING,
        flags=(Flag.USAGE_MISSING,),
    ),
    # Moonshot's page of prices, December 2025.
    Invoice(
        what="the cache beside the usual place",
        provider="moonshot_ai",
        answer=chat("kimi-k2-0905-preview", _counted(10_000, 700, cached_tokens=4_000)),
        money=bill(input_uncached=(6_000, "0.60"), cache_read=(4_000, "0.15"), output=(700, "2.50")),
    ),
]
