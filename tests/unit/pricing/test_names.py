from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_usage import semconv
from otel_usage.pricing.index import bundled
from otel_usage.pricing.names import candidates, hinted_provider
from otel_usage.pricing.providers import provider_id
from otel_usage.records import CostStatus, Flag

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.pricing import PriceBook
    from otel_usage.records import UsageRecord


@pytest.mark.parametrize(
    ("provider", "model", "priced_as"),
    [
        ("openai", "gpt-4o-2024-08-06", "openai/gpt-4o"),
        ("openai", "gpt-4o-2024-05-13", "openai/gpt-4o-2024-05-13"),
        ("openai", "gpt-4o-20240513", "openai/gpt-4o-2024-05-13"),
        ("openai", "gpt-5.2-20251211", "openai/gpt-5.2"),
        ("openai", "GPT-4o", "openai/gpt-4o"),
        ("openai", "openai/gpt-5", "openai/gpt-5"),
        ("openai", "text-embedding-3-small", "openai/text-embedding-3-small"),
        ("openai", "ft:gpt-4o-mini-2024-07-18:acme::x1", "openai/ft:gpt-4o-mini"),
        ("anthropic", "claude-3-5-sonnet-20241022", "anthropic/claude-3-5-sonnet"),
        ("anthropic", "claude-3-5-sonnet-latest", "anthropic/claude-3-5-sonnet"),
        ("anthropic", "claude-3.5-sonnet", "anthropic/claude-3-5-sonnet"),
        ("anthropic", "claude-sonnet-4-20250514", "anthropic/claude-sonnet-4-0"),
        ("gemini", "models/gemini-2.5-flash", "google/gemini-2.5-flash"),
        ("gemini", "gemini-2.5-pro-preview-05-06", "google/gemini-2.5-pro"),
        ("vertex", "claude-3-5-sonnet@20240620", "google/claude-3-5-sonnet"),
        ("vertex", "claude-3-5-sonnet-v2@20241022", "google/claude-3-5-sonnet"),
        (
            "gcp.vertex_ai",
            "projects/p/locations/us-central1/publishers/google/models/gemini-2.5-flash",
            "google/gemini-2.5-flash",
        ),
        ("azure", "azure/gpt-4o", "openai/gpt-4o"),
        ("azure.ai.openai", "gpt-35-turbo", "openai/gpt-3.5-turbo"),
        (
            "bedrock",
            "us.anthropic.claude-3-5-sonnet-20241022-v2:0",
            "aws/regional.anthropic.claude-3-5-sonnet-20241022-v2:0",
        ),
        (
            "aws",
            "arn:aws:bedrock:us-east-1:123456789012:inference-profile/"
            "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "aws/global.anthropic.claude-sonnet-4-5-20250929-v1:0",
        ),
        ("google", "publishers/google/models/gemini-2.5-flash", "google/gemini-2.5-flash"),
        ("aws", "us.anthropic.claude-opus-4-6-v1", "aws/regional.anthropic.claude-opus-4-6-v1:0"),
        ("openrouter", "anthropic/claude-sonnet-4.5", "openrouter/anthropic/claude-sonnet-4.5"),
        ("mistral", "mistral-medium-latest", "mistral/mistral-medium-latest"),
        ("litellm", "azure/gpt-4o", "openai/gpt-4o"),
        ("openai", "anthropic/claude-sonnet-4.5", "anthropic/claude-sonnet-4-5"),
        (None, "gpt-4o", "openai/gpt-4o"),
        (None, "claude-3-5-sonnet-20241022", "anthropic/claude-3-5-sonnet"),
        (None, "openrouter/openai/gpt-4o", "openrouter/openai/gpt-4o"),
        (None, "vertex_ai/gemini-2.5-pro", "google/gemini-2.5-pro"),
        (None, "bedrock/amazon.nova-lite-v1:0", "aws/amazon.nova-lite-v1:0"),
        (
            None,
            "anthropic.claude-sonnet-4-5-20250929-v1:0",
            "aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0",
        ),
    ],
)
def test_a_decorated_name_is_priced_as_the_model_that_it_names(
    book: PriceBook, call: Callable[..., UsageRecord], provider: str | None, model: str, priced_as: str
) -> None:
    """Gateways, regions, versions and dates are taken off, the exact name first."""
    card = book.quote(call(provider, model, input=1_000)).card
    assert card is not None
    assert f"{card.provider}/{card.model}" == priced_as


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("anthropic", "claude-3-sonnet-fake"),
        ("openai", "gpt-4.1:3"),
        ("anthropic", "claude-3-5-sonnet-20241099"),
        ("anthropic", "my-claude-3-5-sonnet"),
        ("openai", "gpt-4o-mini-foo"),
        ("openai", "gpt-4o-"),
        ("openai", "gpt-4o:1"),
        ("anthropic", "my.anthropic.claude-3-opus-20240229"),
        ("openai", "gpt-4o 2024"),
        ("openai", "evil/gpt-4o"),
        ("google", "gemini-2.5-pro-junk"),
        ("aws", "xx.yy.claude-nothing"),
        ("groq", "openai/gpt-4o"),
        ("an-unknown-host", "gpt-4o"),
        (None, "gpt-4o-mini-foo"),
        (None, ""),
        (None, "/"),
        (None, "ft:"),
    ],
)
def test_a_name_with_anything_else_attached_is_not_priced(
    book: PriceBook, call: Callable[..., UsageRecord], provider: str | None, model: str
) -> None:
    """A junk suffix or prefix is not the model that it contains; another host's price is not the maker's."""
    cost = book.price(call(provider, model, input=1_000, output=1_000))
    assert cost.status in {CostStatus.PENDING, CostStatus.UNPRICED}
    assert cost.nanos is None


def test_the_response_s_model_comes_before_the_request_s(
    book: PriceBook, call: Callable[..., UsageRecord]
) -> None:
    """An Azure deployment was asked, gpt-4o answered; an unknown answer leaves the request's model."""
    answered = book.quote(call("azure", "my-deployment", response_model="gpt-4o-2024-08-06", input=1))
    asked = book.quote(call("openai", "gpt-4o", response_model="something-new", input=1))
    assert answered.card is not None
    assert asked.card is not None
    assert answered.card.model == asked.card.model == "gpt-4o"


def test_a_fine_tuned_model_without_a_price_is_a_flagged_variant_of_its_base(
    book: PriceBook, call: Callable[..., UsageRecord]
) -> None:
    """The source has no price for a fine-tuned gpt-4.1: $2 of its base, and it is said."""
    quote = book.quote(call("openai", "ft:gpt-4.1-2025-04-14:acme::x1", input=1_000, output=0))
    assert (quote.cost.nanos, quote.flags) == (1_000 * 2_000, (Flag.VARIANT_UNPRICED,))


def test_every_convention_value_is_a_provider_of_the_price_data() -> None:
    """What spans say in ``gen_ai.provider.name`` leads to a section of the index."""
    known = bundled().providers
    ids = {provider_id(value) for value in semconv.PROVIDERS.values()} - known
    assert ids == {"watsonx"}  # genai-prices has no prices of IBM's


def test_provider_ids_are_stable() -> None:
    """The id of an id is itself, so that a name can be normalised anywhere on its way."""
    for name in (*semconv.PROVIDERS, *semconv.PROVIDERS.values(), *bundled().providers):
        once = provider_id(name)
        assert provider_id(once) == once


@given(st.text(max_size=80))
def test_any_text_has_candidates_that_begin_with_itself(text: str) -> None:
    """The exact name is always the first candidate, whatever it holds."""
    assert candidates(text)[0] == text.strip().lower()
    hinted_provider(text)
