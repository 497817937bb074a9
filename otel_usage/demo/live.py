"""One tiny real call with each provider for whom the environment has a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anthropic
import openai

import otel_usage
from otel_usage.errors import InvalidValueError

if TYPE_CHECKING:
    from otel_usage.spans.inference import Inference

__all__ = ["call_live"]

_WORDS = "Answer with the word yes."
_MAX_TOKENS = 16


def call_live() -> None:
    """Make the calls, under the agent ``live``; what a provider answers is not shown.

    Raises:
        InvalidValueError: There is no key.
        OpenAIError: A call failed; its kind says how.
        AnthropicError: The same.
    """
    made = 0
    for client, provider, model in (
        (_openai, "openai", "gpt-4o-mini"),
        (_anthropic, "anthropic", "claude-haiku-4-5"),
    ):
        call = otel_usage.inference(provider, model=model, agent="live", task_type="chat")
        made += client(call, model)
    if not made:
        raise InvalidValueError("--live", None, "set OPENAI_API_KEY or ANTHROPIC_API_KEY")


def _openai(call: Inference, model: str) -> bool:
    try:
        client = openai.OpenAI()
    except openai.OpenAIError:
        return False
    with client, call:
        call.record(
            client.chat.completions.create(
                model=model,
                max_completion_tokens=_MAX_TOKENS,
                messages=[{"role": "user", "content": _WORDS}],
            )
        )
    return True


def _anthropic(call: Inference, model: str) -> bool:
    with anthropic.Anthropic() as client:
        if client.api_key is None and client.auth_token is None:
            return False
        with call:
            call.record(
                client.messages.create(
                    model=model, max_tokens=_MAX_TOKENS, messages=[{"role": "user", "content": _WORDS}]
                )
            )
    return True
