"""Servers for local models that have words of their own beside OpenAI's. They tell no cache.

Sources: Ollama API reference (``/api/chat``, ``/api/generate``), LM Studio REST API reference (``/api/v1/chat``) and its
Python client (``LlmPredictionStats``).
"""

from __future__ import annotations

from typing import Final

from otel_usage.usages.table import Table

__all__ = ["LM_STUDIO", "OLLAMA"]

OLLAMA: Final = Table(
    marks=frozenset({"prompt_eval_count", "eval_count"}),
    shape={"prompt_eval_count": "input", "eval_count": "output"},
    input_includes_cache=True,
)
LM_STUDIO: Final = Table(
    marks=frozenset({"total_output_tokens", "predicted_tokens_count", "predictedTokensCount"}),
    shape={
        "input_tokens": "input",
        "total_output_tokens": "output",
        "reasoning_output_tokens": "reasoning",
        "prompt_tokens_count": "input",
        "predicted_tokens_count": "output",
        "promptTokensCount": "input",
        "predictedTokensCount": "output",
    },
    input_includes_cache=True,
)
