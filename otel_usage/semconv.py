"""Every name that leaves this package as an attribute or a metric, and the buckets that belong to one.

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
AGENT_ID: Final = "gen_ai.agent.id"
TOOL_NAME: Final = "gen_ai.tool.name"
TOOL_CALL_ID: Final = "gen_ai.tool.call.id"
TOOL_CALL_ARGUMENTS: Final = "gen_ai.tool.call.arguments"
TOOL_CALL_RESULT: Final = "gen_ai.tool.call.result"
TOOL_DEFINITIONS: Final = "gen_ai.tool.definitions"
SYSTEM_INSTRUCTIONS: Final = "gen_ai.system_instructions"
INPUT_MESSAGES: Final = "gen_ai.input.messages"
OUTPUT_MESSAGES: Final = "gen_ai.output.messages"
TOKEN_TYPE: Final = "gen_ai.token.type"
SERVER_ADDRESS: Final = "server.address"
ERROR_TYPE: Final = "error.type"
HTTP_STATUS_CODE: Final = "http.response.status_code"
INFERENCE_DETAILS_EVENT: Final = "gen_ai.client.inference.operation.details"
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
SERVICE: Final = "otel_usage.api.service"
ENDPOINT: Final = "otel_usage.api.endpoint"

OPERATION_AGENT: Final = "invoke_agent"
OPERATION_TOOL: Final = "execute_tool"
INFERENCE_OPERATIONS: Final = frozenset({"chat", "text_completion", "generate_content", "embeddings"})
"""Operations whose spans are money; spans of agents and workflows carry totals of these."""

# What other instrumentations write, in this and in older generations of names; read here, never written.
GEN_AI_PREFIX: Final = "gen_ai."
SYSTEM: Final = "gen_ai.system"
USAGE_PROMPT: Final = "gen_ai.usage.prompt_tokens"
USAGE_COMPLETION: Final = "gen_ai.usage.completion_tokens"
USAGE_CACHE_CREATION: Final = "gen_ai.usage.cache_creation.input_tokens"
USAGE_CACHE_CREATION_FLAT: Final = "gen_ai.usage.cache_creation_input_tokens"
USAGE_CACHE_READ_FLAT: Final = "gen_ai.usage.cache_read_input_tokens"
USAGE_REASONING_FLAT: Final = "gen_ai.usage.reasoning_tokens"
ANTHROPIC_CACHE_WRITE_5M: Final = "anthropic.usage.cache_creation.ephemeral_5m_input_tokens"
ANTHROPIC_CACHE_WRITE_1H: Final = "anthropic.usage.cache_creation.ephemeral_1h_input_tokens"
ANTHROPIC_SERVICE_TIER: Final = "anthropic.response.service_tier"
ANTHROPIC_REQUEST_ID: Final = "anthropic.request.id"
OPENAI_SERVICE_TIER: Final = "openai.response.service_tier"
OPENAI_SERVICE_TIER_OLD: Final = "gen_ai.openai.response.service_tier"
OUTPUT_TYPE: Final = "gen_ai.output.type"
FINISH_REASONS: Final = "gen_ai.response.finish_reasons"
TOOL_TYPE: Final = "gen_ai.tool.type"
SERVER_PREFIX: Final = "server."
NETWORK_PREFIX: Final = "network."
URL_SCHEME: Final = "url.scheme"
HTTP_METHOD: Final = "http.request.method"
OPENINFERENCE_KIND: Final = "openinference.span.kind"
OPENINFERENCE_LLM: Final = "LLM"
OPENINFERENCE_MODEL: Final = "llm.model_name"
FURTHER_PREFIXES: Final = ("llm.", "openinference.", "traceloop.")
"""Beginnings of names that other families of GenAI instrumentations give their attributes."""

# Instruments of one process, for calls through our own context managers. The conventions' names are those that
# instrumentations record today (v1.41).
CLIENT_OPERATION_DURATION: Final = "gen_ai.client.operation.duration"
CLIENT_TIME_TO_FIRST_CHUNK: Final = "gen_ai.client.operation.time_to_first_chunk"
CLIENT_TOKEN_USAGE: Final = "gen_ai.client.token.usage"
DURATION_BOUNDS: Final = (
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
)  # fmt: skip
"""Upper bounds in seconds of the buckets of durations; a last bucket holds the rest."""
TOKEN_BOUNDS: Final = tuple(4**power for power in range(14))
"""Upper bounds of the buckets of token counts."""
CLIENT_COST: Final = "otel_usage.client.cost_usd"
CLIENT_CALLS: Final = "otel_usage.client.calls"
CLIENT_ERRORS: Final = "otel_usage.client.errors"
CLIENT_TOKENS: Final = "otel_usage.client.tokens"

# Families of the ledger exporter as Prometheus sees them; a counter's sample ends in ``_total``, and what was taken
# back of it stands in ``…_corrected_total``: booked minus corrected is the truth.
LEDGER_COST: Final = "otel_usage_cost_usd"
LEDGER_CALLS: Final = "otel_usage_calls"
LEDGER_ERRORS: Final = "otel_usage_errors"
LEDGER_TOKENS: Final = "otel_usage_tokens"
LEDGER_API_CALLS: Final = "otel_usage_api_calls"
LEDGER_API_ERRORS: Final = "otel_usage_api_errors"
LEDGER_REDACTIONS: Final = "otel_usage_redactions"
LEDGER_REDACTION_FAILURES: Final = "otel_usage_redaction_failures"
LEDGER_RECORDS_DROPPED: Final = "otel_usage_records_dropped"
LEDGER_COLLECT_ERRORS: Final = "otel_usage_collect_errors"
LEDGER_UNPRICED_CALLS: Final = "otel_usage_unpriced_calls"
LEDGER_HEARTBEAT: Final = "otel_usage_ledger_heartbeat_timestamp_seconds"
BUDGET_LIMIT: Final = "otel_usage_budget_limit_usd"
BUDGET_SPENT: Final = "otel_usage_budget_spent_usd"
BUDGET_ELAPSED: Final = "otel_usage_budget_elapsed_ratio"
BUDGET_PERIOD_START: Final = "otel_usage_budget_period_start_timestamp_seconds"
BUDGET_PERIOD_END: Final = "otel_usage_budget_period_end_timestamp_seconds"
BUILD_INFO: Final = "otel_usage_build_info"
LABEL_LEDGER: Final = "ledger"
"""On every family of the ledger exporter: the random id of the home; replicas of one home share it."""

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
