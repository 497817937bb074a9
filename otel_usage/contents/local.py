"""Ollama's own chat and completions, streamed.

Source: Ollama API reference (``/api/chat``, ``/api/generate``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.contents import openai
from otel_usage.usages.fields import text

if TYPE_CHECKING:
    from otel_usage.contents.draft import Draft
    from otel_usage.usages.fields import Fields

__all__ = ["chunk"]


def chunk(event: Fields, draft: Draft) -> None:
    """A chunk, which is an answer with what is new."""
    if (message := event.get("message")) is not None:
        openai.message(message, draft)
    else:
        draft.grow("reasoning", event.get("thinking"))
        draft.grow("text", event.get("response"))
    draft.finish(text(event.get("done_reason")))
