"""Anthropic's answers, billed as on its pricing page (model pricing, prompt caching, batch, long context, tools)."""

from __future__ import annotations

from typing import Any

from anthropic.types import (
    Message,
    MessageDeltaUsage,
    RawMessageDeltaEvent,
    RawMessageStartEvent,
    RawMessageStopEvent,
)
from anthropic.types.raw_message_delta_event import Delta

from otel_usage.records import Flag
from tests.unit.pricing.golden.cases import WITH_TIERS, bill
from tests.unit.pricing.invoices.invoice import Invoice, Stream

__all__ = ["INVOICES", "message"]

OPUS, SONNET, HAIKU = "claude-opus-4-6", "claude-sonnet-4-5-20250929", "claude-haiku-4-5-20251001"


def message(model: str, sent: int, came: int, **more: Any) -> dict[str, Any]:
    """The body of a message; what is given replaces the usage's."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [{"type": "text", "text": "Yes."}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {
            "input_tokens": sent,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
            "output_tokens": came,
            "service_tier": "standard",
            "inference_geo": "not_available",
            **more,
        },
    }


def _pass(kind: str, sent: int, came: int, **more: Any) -> dict[str, Any]:
    """One of the iterations of a usage."""
    return {
        "type": kind,
        "input_tokens": sent,
        "output_tokens": came,
        "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        **more,
    }


def _written(short: int, long: int) -> dict[str, Any]:
    return {
        "cache_creation_input_tokens": short + long,
        "cache_creation": {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long},
    }


TWO_LIFETIMES = message(SONNET, 100, 220, cache_read_input_tokens=2_000, **_written(3_000, 4_000))
TWO_LIFETIMES_MONEY = bill(
    input_uncached=(100, "3"),
    cache_read=(2_000, "0.30"),
    cache_write_5m=(3_000, "3.75"),
    cache_write_1h=(4_000, "6"),
    output=(220, "15"),
)
COMPACTED = [_pass("compaction", 180_000, 3_500), _pass("message", 23_000, 1_000)]
COMPACTED_MONEY = bill(input_uncached=(180_000 + 23_000, "5"), output=(3_500 + 1_000, "25"))
SEARCHED = message(SONNET, 9_000, 800, server_tool_use={"web_search_requests": 3, "web_fetch_requests": 2})


def _begin(body: dict[str, Any]) -> RawMessageStartEvent:
    return RawMessageStartEvent(message=Message.model_validate(body), type="message_start")


def _change(**usage: Any) -> RawMessageDeltaEvent:
    return RawMessageDeltaEvent(delta=Delta(), type="message_delta", usage=MessageDeltaUsage(**usage))


def _billed(what: str, answer: object, money: dict[str, int], *flags: Flag) -> Invoice:
    return Invoice(what=what, provider="anthropic", answer=answer, money=money, flags=flags, at=WITH_TIERS)


_PLAIN_MONEY = bill(input_uncached=(9_000, "5"), output=(800, "25"))

INVOICES = [
    *(
        Invoice(
            what=f"two lifetimes of the cache, {form}",
            provider="anthropic",
            answer=answer,
            money=TWO_LIFETIMES_MONEY,
        )
        for form, answer in (
            ("body", TWO_LIFETIMES),
            ("object", Message.model_validate(TWO_LIFETIMES)),
            (
                "stream",
                Stream(
                    (
                        _begin(TWO_LIFETIMES | {"usage": TWO_LIFETIMES["usage"] | {"output_tokens": 2}}),
                        {
                            "type": "content_block_delta",
                            "index": 0,
                            "delta": {"type": "text_delta", "text": "Y"},
                        },
                        _change(output_tokens=90),
                        _change(output_tokens=220),
                        RawMessageStopEvent(type="message_stop"),
                    )
                ),
            ),
            (
                "stream that repeats the input and the cache as 0",
                Stream(
                    (
                        _begin(TWO_LIFETIMES | {"usage": TWO_LIFETIMES["usage"] | {"output_tokens": 0}}),
                        _change(
                            input_tokens=0,
                            cache_read_input_tokens=0,
                            cache_creation_input_tokens=0,
                            output_tokens=220,
                        ),
                    )
                ),
            ),
        )
    ),
    Invoice(
        what="written to the cache, without a lifetime: five minutes",
        provider="anthropic",
        answer={
            "model": HAIKU,
            "usage": {"input_tokens": 300, "cache_creation_input_tokens": 8_000, "output_tokens": 40},
        },
        money=bill(input_uncached=(300, "1"), cache_write_5m=(8_000, "1.25"), output=(40, "5")),
    ),
    # A fetched page is its tokens alone.
    Invoice(
        what="searches of the web",
        provider="anthropic",
        answer=Message.model_validate(SEARCHED),
        money=bill(input_uncached=(9_000, "3"), output=(800, "15"), web_searches=(3, "10")),
    ),
    Invoice(
        what="batch, half of everything",
        provider="anthropic",
        answer=message(SONNET, 5_000, 600, service_tier="batch", **_written(8_000, 12_000)),
        money=bill(
            input_uncached=(5_000, "1.50"),
            cache_write_5m=(8_000, "1.875"),
            cache_write_1h=(12_000, "3"),
            output=(600, "7.50"),
        ),
        at=WITH_TIERS,
    ),
    Invoice(
        what="above 200,000 tokens, the cached ones counted",
        provider="anthropic",
        answer=message(SONNET, 30_001, 600, cache_read_input_tokens=150_000, **_written(20_000, 0)),
        money=bill(
            input_uncached=(30_001, "6"),
            cache_read=(150_000, "0.60"),
            cache_write_5m=(20_000, "7.50"),
            output=(600, "22.50"),
        ),
    ),
    # Opus 4.6: $5 in and $25 out, whatever the size since March 2026; its fast mode is $30 and $150, which the source
    # does not have.
    _billed(
        "above 200,000 tokens where size does not matter",
        message(OPUS, 300_000, 800),
        bill(input_uncached=(300_000, "5"), output=(800, "25")),
    ),
    _billed(
        "fast mode, which has no price in the source",
        message(OPUS, 9_000, 800, speed="fast"),
        _PLAIN_MONEY,
        Flag.VARIANT_UNPRICED,
    ),
    _billed(
        "in the United States alone, a tenth more, which the source does not have",
        message(OPUS, 9_000, 800, inference_geo="us"),
        _PLAIN_MONEY,
        Flag.MORE_BILLED,
    ),
    _billed(
        "batch in the United States alone: half is known, the tenth is not",
        message(SONNET, 9_000, 800, inference_geo="us", service_tier="batch"),
        bill(input_uncached=(9_000, "1.50"), output=(800, "7.50")),
        Flag.MORE_BILLED,
    ),
    _billed(
        "anywhere",
        message(OPUS, 9_000, 800, inference_geo="global", speed="standard"),
        _PLAIN_MONEY,
    ),
    # The guide to compaction: the counts above leave its pass out, the sum over the iterations is billed.
    _billed("compaction", message(OPUS, 23_000, 1_000, iterations=COMPACTED), COMPACTED_MONEY),
    _billed(
        "compaction, as the guide shows it",
        {
            "model": OPUS,
            "usage": {
                "input_tokens": 23_000,
                "output_tokens": 1_000,
                "iterations": [
                    {"type": "compaction", "input_tokens": 180_000, "output_tokens": 3_500},
                    {"type": "message", "input_tokens": 23_000, "output_tokens": 1_000},
                ],
            },
        },
        COMPACTED_MONEY,
    ),
    _billed(
        "compaction, stream",
        Stream(
            (
                _begin(message(OPUS, 23_000, 1)),
                {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 400}},
                {
                    "type": "message_delta",
                    "delta": {"stop_reason": "end_turn"},
                    "usage": {"input_tokens": 23_000, "output_tokens": 1_000, "iterations": COMPACTED},
                },
            )
        ),
        COMPACTED_MONEY,
    ),
    _billed(
        "compaction that read from the cache",
        message(
            OPUS,
            23_000,
            1_000,
            iterations=[
                _pass("compaction", 30_000, 3_500, cache_read_input_tokens=150_000),
                _pass("message", 23_000, 1_000),
            ],
        ),
        bill(input_uncached=(30_000 + 23_000, "5"), cache_read=(150_000, "0.50"), output=(4_500, "25")),
    ),
    _billed(
        "iterations that are in the counts above",
        message(OPUS, 9_000, 800, iterations=[_pass("message", 4_000, 300), _pass("message", 5_000, 500)]),
        _PLAIN_MONEY,
    ),
    _billed(
        "advice of another model, which is billed beside",
        message(
            OPUS,
            9_000,
            800,
            iterations=[
                _pass("message", 4_000, 300),
                _pass("advisor_message", 1_500, 1_600, model="claude-opus-4-7"),
                _pass("message", 5_000, 500),
            ],
        ),
        _PLAIN_MONEY,
        Flag.MORE_BILLED,
    ),
]
