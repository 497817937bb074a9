"""Google's answers, billed as on the Gemini API's pricing page of December 2025, and Vertex AI's where it is named."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from otel_usage.records import Flag
from tests.unit.pricing.golden.cases import BEFORE_TIERS, WITH_TIERS, bill
from tests.unit.pricing.invoices.invoice import Invoice, Stream
from tests.unit.pricing.invoices.openai_answers import chat

__all__ = ["INVOICES"]

PRO, FLASH, THREE = "gemini-2.5-pro", "gemini-2.5-flash", "gemini-3-flash-preview"


def _answer(
    model: str, sent: int, came: int, *, queries: tuple[str, ...] | None = None, **usage: Any
) -> dict[str, Any]:
    """The body of an answer; grounded where there are queries."""
    candidate: dict[str, Any] = {"content": {"parts": [{"text": "Yes."}], "role": "model"}}
    if queries is not None:
        candidate["groundingMetadata"] = {
            "webSearchQueries": list(queries),
            "searchEntryPoint": {"renderedContent": "<div></div>"},
            "groundingChunks": [{"web": {"uri": "https://example.com/", "title": "example.com"}}],
        }
    return {
        "candidates": [candidate],
        "modelVersion": model,
        "responseId": "resp-g",
        "usageMetadata": {
            "promptTokenCount": sent,
            "candidatesTokenCount": came,
            "totalTokenCount": sent + came,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": sent}],
            **usage,
        },
    }


def _counted(**counts: int) -> list[dict[str, Any]]:
    """Counts by modality."""
    return [{"modality": word.upper(), "tokenCount": count} for word, count in counts.items()]


def _gemini(what: str, answer: object, money: dict[str, int], *, at: str = BEFORE_TIERS) -> Invoice:
    return Invoice(what=what, provider="gcp.gemini", answer=answer, money=money, at=at)


def _vertex(what: str, answer: object, money: dict[str, int], *flags: Flag) -> Invoice:
    return Invoice(
        what=what, provider="gcp.vertex_ai", answer=answer, money=money, flags=flags, at=WITH_TIERS
    )


THOUGHT = _answer(
    PRO, 9_000, 150, cachedContentTokenCount=6_000, toolUsePromptTokenCount=70, thoughtsTokenCount=90
)
# Tools' results stand beside the prompt, thoughts beside the candidates; the cached is in the prompt.
THOUGHT_MONEY = bill(
    input_uncached=(9_000 - 6_000 + 70, "1.25"), cache_read=(6_000, "0.125"), output=(150 + 90, "10")
)
THREE_QUERIES = ("rates", "rates today", "rates of the ECB")
GROUNDED_OLD = bill(input_uncached=(1_000, "0.30"), output=(400, "2.50"), web_searches=(1, "35"))
GROUNDED_NEW = bill(input_uncached=(1_000, "0.50"), output=(400, "3"), web_searches=(3, "14"))


def _as_client(model: str, queries: tuple[str, ...]) -> SimpleNamespace:
    """A grounded answer as Google's Python client has it."""
    grounding = SimpleNamespace(web_search_queries=list(queries), grounding_chunks=None)
    return SimpleNamespace(
        candidates=[SimpleNamespace(content=None, grounding_metadata=grounding)],
        model_version=model,
        response_id="resp-g",
        usage_metadata=SimpleNamespace(
            prompt_token_count=1_000,
            candidates_token_count=400,
            cached_content_token_count=None,
            thoughts_token_count=None,
            total_token_count=1_400,
        ),
    )


INVOICES = [
    _gemini("thoughts, tools and cache, body", THOUGHT, THOUGHT_MONEY),
    _gemini(
        "thoughts, tools and cache, object",
        SimpleNamespace(
            candidates=[],
            model_version=PRO,
            response_id="resp-g",
            usage_metadata=SimpleNamespace(
                prompt_token_count=9_000,
                cached_content_token_count=6_000,
                tool_use_prompt_token_count=70,
                candidates_token_count=150,
                thoughts_token_count=90,
                prompt_tokens_details=[SimpleNamespace(modality="TEXT", token_count=9_000)],
            ),
        ),
        THOUGHT_MONEY,
    ),
    _gemini(
        "thoughts, tools and cache, stream",
        Stream(
            (
                _answer(PRO, 9_000, 20, cachedContentTokenCount=6_000, thoughtsTokenCount=90),
                _answer(PRO, 9_000, 80, cachedContentTokenCount=6_000, thoughtsTokenCount=90),
                THOUGHT,
            )
        ),
        THOUGHT_MONEY,
    ),
    _gemini(
        "cached sound",
        _answer(
            FLASH,
            10_000,
            500,
            cachedContentTokenCount=3_000,
            promptTokensDetails=_counted(text=6_000, audio=4_000),
            cacheTokensDetails=_counted(audio=3_000),
        ),
        bill(
            input_uncached=(6_000, "0.30"),
            input_audio=(1_000, "1"),
            cache_read_audio=(3_000, "0.10"),
            output=(500, "2.50"),
        ),
    ),
    # Text, pictures, pages and films have one price.
    _gemini(
        "every modality",
        _answer(
            FLASH,
            10_000,
            500,
            promptTokensDetails=_counted(text=1_000, image=2_000, document=1_500, video=3_500, audio=2_000),
        ),
        bill(input_uncached=(8_000, "0.30"), input_audio=(2_000, "1"), output=(500, "2.50")),
    ),
    _gemini(
        "above 200,000 tokens, thoughts too",
        _answer(PRO, 200_001, 1_000, cachedContentTokenCount=50_000, thoughtsTokenCount=3_000),
        bill(input_uncached=(150_001, "2.50"), cache_read=(50_000, "0.25"), output=(4_000, "15")),
    ),
    _gemini(
        "a picture in the output, 1,290 tokens at $30",
        _answer(
            "gemini-2.5-flash-image", 1_000, 1_300, candidatesTokensDetails=_counted(text=10, image=1_290)
        ),
        bill(input_uncached=(1_000, "0.30"), output=(10, "2.50"), output_image=(1_290, "30")),
    ),
    _vertex(
        "batch, half",
        _answer(FLASH, 10_000, 700, trafficType="BATCH"),
        bill(input_uncached=(10_000, "0.15"), output=(700, "1.25")),
    ),
    _vertex(
        "on demand",
        _answer(FLASH, 10_000, 700, trafficType="ON_DEMAND"),
        bill(input_uncached=(10_000, "0.30"), output=(700, "2.50")),
    ),
    _vertex(
        "priority, which has no price in the source",
        _answer(FLASH, 10_000, 700, trafficType="ON_DEMAND_PRIORITY"),
        bill(input_uncached=(10_000, "0.30"), output=(700, "2.50")),
        Flag.VARIANT_UNPRICED,
    ),
    # Before Gemini 3 a grounded answer is billed, $35 per thousand; since then each query, $14 per thousand.
    _gemini(
        "grounded by three queries, billed once",
        _answer(FLASH, 1_000, 400, queries=THREE_QUERIES),
        GROUNDED_OLD,
    ),
    _gemini("grounded by three queries, billed once, object", _as_client(FLASH, THREE_QUERIES), GROUNDED_OLD),
    _gemini(
        "grounded by three queries, each billed",
        _answer(THREE, 1_000, 400, queries=THREE_QUERIES),
        GROUNDED_NEW,
        at=WITH_TIERS,
    ),
    _gemini(
        "grounded by three queries, each billed, object",
        _as_client(THREE, THREE_QUERIES),
        GROUNDED_NEW,
        at=WITH_TIERS,
    ),
    _gemini(
        "grounded by three queries, stream",
        Stream(
            (
                _answer(THREE, 1_000, 10),
                _answer(THREE, 1_000, 200, queries=THREE_QUERIES),
                _answer(THREE, 1_000, 400),
            )
        ),
        GROUNDED_NEW,
        at=WITH_TIERS,
    ),
    # Gateways that speak like OpenAI leave the thoughts out of the completion, as Google does.
    Invoice(
        what="thoughts alone, through a gateway",
        provider="litellm",
        answer=chat(
            f"gemini/{FLASH}",
            {
                "prompt_tokens": 2_100,
                "completion_tokens": 0,
                "total_tokens": 2_100 + 600,
                "completion_tokens_details": {"reasoning_tokens": 600},
            },
        ),
        money=bill(input_uncached=(2_100, "0.30"), output=(600, "2.50")),
    ),
    _gemini(
        "a search that was offered and not made",
        _answer(FLASH, 1_000, 400, queries=()),
        bill(input_uncached=(1_000, "0.30"), output=(400, "2.50")),
    ),
]
