"""Every name that leaves this package as an attribute: strings only.

Source: OpenTelemetry semantic conventions for generative AI (``gen_ai.*``); ``gen_ai.usage.cost.*`` is the open
proposal 443 of semantic-conventions-genai. Where the conventions have no name, ours begin with ``otel_usage.``.
"""

from __future__ import annotations

from typing import Final

SCOPE: Final = "otel_usage"

OPERATION_NAME: Final = "gen_ai.operation.name"
PROVIDER_NAME: Final = "gen_ai.provider.name"
REQUEST_MODEL: Final = "gen_ai.request.model"
RESPONSE_MODEL: Final = "gen_ai.response.model"
RESPONSE_ID: Final = "gen_ai.response.id"
TIME_TO_FIRST_CHUNK: Final = "gen_ai.response.time_to_first_chunk"
AGENT_NAME: Final = "gen_ai.agent.name"
CONVERSATION_ID: Final = "gen_ai.conversation.id"
ERROR_TYPE: Final = "error.type"
EXCEPTION_EVENT: Final = "exception"
EXCEPTION_TYPE: Final = "exception.type"
EXCEPTION_MESSAGE: Final = "exception.message"

USAGE_INPUT: Final = "gen_ai.usage.input_tokens"
USAGE_OUTPUT: Final = "gen_ai.usage.output_tokens"
USAGE_CACHE_READ: Final = "gen_ai.usage.cache_read.input_tokens"
USAGE_CACHE_WRITE: Final = "gen_ai.usage.cache_write.input_tokens"
USAGE_REASONING: Final = "gen_ai.usage.reasoning.output_tokens"
USAGE_CACHE_WRITE_5M: Final = "otel_usage.usage.cache_write_5m.input_tokens"
USAGE_CACHE_WRITE_1H: Final = "otel_usage.usage.cache_write_1h.input_tokens"

COST_AMOUNT: Final = "gen_ai.usage.cost.amount"
COST_CURRENCY: Final = "gen_ai.usage.cost.currency"
COST_SOURCE: Final = "gen_ai.usage.cost.source"
COST_NANOS: Final = "otel_usage.cost.nanos"
COST_STATUS: Final = "otel_usage.cost.status"
COST_PRICE_SOURCE: Final = "otel_usage.cost.price_source"
COST_RATE_CARD: Final = "otel_usage.cost.rate_card"

RECORD_ID: Final = "otel_usage.record.id"
SERVICE_TIER: Final = "otel_usage.service_tier"
JOB_ID: Final = "otel_usage.job.id"
TEAM: Final = "otel_usage.team"
PROJECT: Final = "otel_usage.project"
TASK_TYPE: Final = "otel_usage.task.type"
TASK_DESCRIPTION: Final = "otel_usage.task.description"
TAG_PREFIX: Final = "otel_usage.tag."

PROVIDERS: Final = {
    "anthropic": "anthropic",
    "aws": "aws.bedrock",
    "azure": "azure.ai.openai",
    "azure-inference": "azure.ai.inference",
    "cohere": "cohere",
    "deepseek": "deepseek",
    "gemini": "gcp.gemini",
    "google": "gcp.gen_ai",
    "groq": "groq",
    "mistral": "mistral_ai",
    "moonshotai": "moonshot_ai",
    "openai": "openai",
    "perplexity": "perplexity",
    "vertex": "gcp.vertex_ai",
    "watsonx": "ibm.watsonx.ai",
    "x-ai": "x_ai",
}
"""Short name in records and reports → value of ``gen_ai.provider.name`` on spans; others are the same in both."""
