"""What was said in one call, as values of JSON in the form of the conventions. Pure; held apart from records."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from otel_usage import semconv

__all__ = ["KEYS", "KINDS", "MAX_BYTES", "NO_CONTENT", "Content"]


class Content(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was said in one call; None is what is not known, or not wanted.

    Source: OpenTelemetry semantic conventions for generative AI, JSON schemas of the messages.

    Attributes:
        system_instructions: Parts: ``[{"type": "text", "content": "…"}]``.
        input_messages: What was sent, the latest last: ``[{"role": "user", "parts": [{"type": "text", "content":
            "…"}]}]``.
        output_messages: What came back, the same with ``finish_reason`` beside the parts.
        tool_definitions: The tools that the model was offered.
    """

    system_instructions: list[Any] | None = None
    input_messages: list[Any] | None = None
    output_messages: list[Any] | None = None
    tool_definitions: list[Any] | None = None


MAX_BYTES: Final = 1_048_576
"""The most that may be kept of one call, in bytes of JSON before redaction; marks may make it longer."""
NO_CONTENT: Final = Content()
"""Nothing is known of what was said, or nobody wants it."""
KEYS: Final = {
    "system_instructions": semconv.SYSTEM_INSTRUCTIONS,
    "input_messages": semconv.INPUT_MESSAGES,
    "output_messages": semconv.OUTPUT_MESSAGES,
    "tool_definitions": semconv.TOOL_DEFINITIONS,
}
"""Field of ``Content`` → key of the attribute that holds the same."""
KINDS: Final = frozenset({*KEYS.values(), semconv.TOOL_CALL_ARGUMENTS, semconv.TOOL_CALL_RESULT})
"""Every kind of content by the key of its attribute; the last two stand on the span of a tool."""
