"""What a provider is called elsewhere, and its one id in the price data."""

from __future__ import annotations

from typing import Final

from otel_usage.semconv import PROVIDERS

__all__ = [
    "FIRST_PARTY",
    "GATEWAYS",
    "PREFIXES",
    "ROUTES",
    "provider_id",
    "same_provider",
    "spelled_alike",
    "squeezed",
]

FIRST_PARTY: Final = (
    "anthropic",
    "cohere",
    "deepseek",
    "google",
    "minimax",
    "mistral",
    "moonshotai",
    "openai",
    "perplexity",
    "voyageai",
    "x-ai",
    "zai",
)
"""Providers that sell their own models: a model without a provider is looked for among them."""

GATEWAYS: Final = frozenset({"helicone", "litellm", "openai-compatible", "openai_compatible", "portkey"})
"""Names given as a provider that only pass calls on; who bills is said by the model's name."""

_ALIASES: Final = {
    **{convention: short for short, convention in PROVIDERS.items()},
    "amazon": "aws",
    "amazon-bedrock": "aws",
    "azure-inference": "azure",
    "azure-openai": "azure",
    "azure.ai.inference": "azure",
    "azure_ai": "azure",
    "azure_openai": "azure",
    "bedrock": "aws",
    "bedrock_converse": "aws",
    "claude": "anthropic",
    "cohere_chat": "cohere",
    "copilot": "github-copilot",
    "fireworks-ai": "fireworks",
    "fireworks_ai": "fireworks",
    "gcp.gemini": "google",
    "gcp.gen_ai": "google",
    "gcp.vertex_ai": "google",
    "gemini": "google",
    "github_copilot": "github-copilot",
    "google-genai": "google",
    "google-gla": "google",
    "google-vertex": "google",
    "google_genai": "google",
    "google_vertexai": "google",
    "grok": "x-ai",
    "mistralai": "mistral",
    "moonshot": "moonshotai",
    "together-ai": "together",
    "together_ai": "together",
    "vertex": "google",
    "vertex_ai": "google",
    "vertex_ai_beta": "google",
    "voyage": "voyageai",
    "workers-ai": "cloudflare",
    "xai": "x-ai",
    "z-ai": "zai",
    "z.ai": "zai",
}

_SERVICES: Final = {
    **dict.fromkeys(
        ("gcp.vertex_ai", "google-vertex", "google_vertexai", "vertex", "vertex_ai", "vertex_ai_beta"),
        "vertex",
    ),
    **dict.fromkeys(("gcp.gemini", "gemini", "google-gla"), "gemini"),
}
"""Names of Google's services, which a person may have different contracts for → one name for each."""

ROUTES: Final = frozenset({"converse", "invoke", "models", "responses"})
"""First parts of a model's name that say how it is reached, not who bills."""

PREFIXES: Final = frozenset(
    {
        *_ALIASES,
        *FIRST_PARTY,
        *GATEWAYS,
        *ROUTES,
        "aws",
        "azure",
        "cerebras",
        "cloudflare",
        "databricks",
        "fireworks",
        "github-copilot",
        "groq",
        "novita",
        "openrouter",
        "together",
    }
)
"""Everything that may stand in front of a model's name, with a slash."""

_SEPARATORS: Final = dict.fromkeys(map(ord, " -._"))


def provider_id(name: str | None) -> str | None:
    """The provider's id in the price data for any of its names; unknown names in lower case as they are."""
    if name is None:
        return None
    lowered = name.strip().lower()
    known = _ALIASES.get(lowered, lowered)
    return _ALIASES.get(known, known)


def same_provider(asked: str, given: str) -> bool:
    """Whether a provider that was asked for is the one given, in whatever spelling.

    Of Google, ``google`` is any of its services, and ``vertex`` and ``gemini`` are one each.
    """
    one, other = asked.strip().lower(), given.strip().lower()
    if one == other:
        return True
    service = _SERVICES.get(one)
    return provider_id(one) == provider_id(other) and (service is None or service == _SERVICES.get(other))


def spelled_alike(name: str) -> str:
    """One spelling for all names of a provider, which keeps services of Google apart."""
    lowered = name.strip().lower()
    return _SERVICES.get(lowered) or provider_id(lowered) or ""


def squeezed(name: str) -> str:
    """A name without case and separators, so that ``lm_studio`` is ``LM Studio``."""
    return name.lower().translate(_SEPARATORS)
