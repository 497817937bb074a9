"""What the chunks of a stream say, taken together."""

from __future__ import annotations

from typing import Any, Final

from otel_usage.contents import anthropic, bedrock, cohere, google, local, openai
from otel_usage.contents.draft import Draft
from otel_usage.usages.fields import fields

__all__ = ["StreamContent"]

_EVENTS: Final = {**openai.EVENTS, **anthropic.EVENTS, **cohere.EVENTS}
"""Events by the type that they say; others say nothing of the answer's content, or say it again."""


class StreamContent:
    """Collects what a model answers in a stream."""

    __slots__ = ("_draft",)

    def __init__(self) -> None:
        """Nothing was said yet."""
        self._draft = Draft()

    def read(self, chunk: object) -> None:
        """Take in one chunk or event; one that is not known says nothing."""
        event = fields(chunk)
        kind = event.get("type")
        if isinstance(kind, str):
            taken = _EVENTS.get(kind)
            if taken is not None:
                taken(event, self._draft)
        elif event.get("choices") is not None:
            openai.chat_chunk(event, self._draft)
        elif event.get("candidates") is not None:
            google.chunk(event, self._draft)
        elif (data := event.get("data")) is not None:  # Mistral's client
            self.read(data)
        elif not bedrock.chunk(event, self._draft):
            local.chunk(event, self._draft)

    def replace(self, answer: object) -> None:
        """Take a whole answer instead of what its chunks said."""
        self._draft.replace(answer)

    @property
    def messages(self) -> list[Any]:
        """What was said up to now, in the conventions' form."""
        return self._draft.messages
