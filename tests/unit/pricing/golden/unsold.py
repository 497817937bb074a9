"""What costs nothing, and names that nobody sells: unknown, never 0 and never the price of what they begin with."""

from __future__ import annotations

from tests.unit.pricing.golden.cases import free, unpriced

FREE = [
    # On one's own machine, by the provider's name.
    free("ollama", "llama3.2"),
    free("lmstudio", "qwen2.5-7b-instruct"),
    free("LM Studio", "gpt-4o"),
    free("vllm", "meta-llama/Llama-3.1-8B-Instruct"),
    free(None, "ollama/llama3.2"),
    # OpenRouter's free models.
    free("openrouter", "deepseek/deepseek-r1:free"),
    free("openrouter", "meta-llama/llama-3.3-70b-instruct:free"),
    free(None, "openrouter/qwen/qwen3-coder:free"),
]

UNPRICED = [
    unpriced("openai", "gpt-4o-acme"),
    unpriced("openai", "gpt-4o-mini-fake"),
    unpriced("openai", "xgpt-4o"),
    unpriced("openai", "gpt-4o 2"),
    unpriced("openai", "o3x"),
    unpriced("anthropic", "claude-3-sonnet-fake"),
    unpriced("anthropic", "claude-sonnet-4-5-turbo"),
    unpriced("anthropic", "my-claude-3-opus"),
    unpriced("google", "gemini-2.5-pro-ultra"),
    unpriced("aws.bedrock", "us.anthropic.claude-99-v1:0"),
    unpriced("azure.ai.openai", "my-deployment"),
    unpriced("azure.ai.openai", "prod-gpt-4o-eastus"),
    unpriced("mistral_ai", "mistral-large-9999"),
    unpriced("no-such-provider", "gpt-4o"),
    unpriced("no-such-provider", "no-such-model"),
    unpriced(None, "no-such-model"),
    unpriced("openai", "ft:no-such-base:acme::1"),
    unpriced("openrouter", "no-such-maker/no-such-model:free"),
]

CASES = [*FREE, *UNPRICED]
