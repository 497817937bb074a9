"""The keys of a line, by one table: those of ``log_llm`` and ``log_api``, of ``record``'s options and of ``export``.

Case, underscores and hyphens do not matter, so that ``job_id``, ``jobId`` and ``job-id`` are one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from otel_usage.token_usage import UNITS, TokenUsage

__all__ = ["CONTENT", "COUNTS", "KNOWN_TO_EXPORT", "TEXTS", "meaning"]

TEXTS: Final = (
    *(
        "provider",
        "request_model",
        "response_model",
        "operation",
        "service_tier",
        "server_address",
        "service",
    ),
    *("endpoint", "agent", "session_id", "job_id", "task_type", "task_description", "team", "project"),
    *("error_type", "error_message", "response_id", "request_id", "host"),
)
"""Fields of a record that are texts."""
_OTHERS: Final = (
    *("id", "kind", "model", "timestamp", "status", "status_code", "cost", "cost_status", "duration_ms"),
    *("time_to_first_chunk_ms", "input_includes_cache", "tags", "cache_savings", "cache_write_extra"),
)
_FIVE_MINUTES: Final = "cache_write_5m"
COUNTS: Final = {
    key: field
    for field in TokenUsage.__struct_fields__
    for name in ((field, "cache_write") if field == _FIVE_MINUTES else (field,))
    for key in ((name,) if name in UNITS else (name, f"{name}_tokens"))
}
"""Name → count of ``TokenUsage``; each with and without ``_tokens``, as the options are."""
_ALIASES: Final = {
    "began": "timestamp",
    "record_id": "id",
    "server": "server_address",
    "session": "session_id",
    "session_key": "session_id",
}
KNOWN_TO_EXPORT: Final = (
    *("source", "attempt", "sampled", "trace_id", "span_id", "flags", "total_tokens"),
    *("cost_nanos", "price_source", "rate_card", "list_price"),
)
"""Keys that say nothing to a record of another source, or what follows from the others."""
CONTENT: Final = "content"
_OF_CONTENT: Final = (
    *(
        "prompt",
        "prompts",
        "system",
        "system_prompt",
        "instructions",
        "messages",
        "input",
        "question",
        "query",
    ),
    *(
        "response",
        "responses",
        "completion",
        "completions",
        "output",
        "answer",
        "choices",
        "content",
        "contents",
    ),
    *("text", "tools", "tool_calls", "arguments", "result", "reasoning"),
)
"""Keys under which loggers keep what was said; some of them are counts where they hold a number."""


def _squeezed(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()


_MEANINGS: Final = {
    **{_squeezed(name): name for name in (*TEXTS, *_OTHERS, *COUNTS, *KNOWN_TO_EXPORT)},
    **{_squeezed(alias): name for alias, name in _ALIASES.items()},
}
_CONTENT_KEYS: Final = frozenset(map(_squeezed, _OF_CONTENT))


@lru_cache(maxsize=1024)
def meaning(key: str, *, is_text: bool) -> str | None:
    """What a key stands for: a name of the table, ``CONTENT`` for what was said, None when nobody knows it.

    Args:
        key: As it is written.
        is_text: Whether it holds anything else than a number, or the digits of one.
    """
    squeezed = _squeezed(key)
    name = _MEANINGS.get(squeezed)
    return CONTENT if squeezed in _CONTENT_KEYS and (is_text or name is None) else name
