"""The demonstration's calls: five agents on two jobs, each call as an application would write it.

The texts name the scenario that the model server answers with; a real prompt would stand in their place.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import openai

import otel_usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.demo.clients import Clients

__all__ = ["CALLS", "DemoCall"]

_LAUNCH: Final = "site-launch"
_DIGEST: Final = "weekly-digest"
_SONNET: Final = "claude-sonnet-4-6"


@dataclass(frozen=True, slots=True)
class DemoCall:
    """One call of the demonstration.

    Attributes:
        title: What it shows.
        make: Makes it.
    """

    title: str
    make: Callable[[Clients], None]


def _plain(clients: Clients) -> None:
    with otel_usage.inference(
        "openai", model="gpt-4o", agent="writer", job_id=_LAUNCH, task_type="build", tags={"page": "home"}
    ) as call:
        call.record(
            clients.openai.chat.completions.create(
                model="gpt-4o", messages=[{"role": "user", "content": "scenario: plain"}]
            )
        )


def _streamed(clients: Clients) -> None:
    with otel_usage.inference(
        "openai", model="gpt-4o", agent="writer", job_id=_LAUNCH, task_type="build"
    ) as call:
        chunks = clients.openai.chat.completions.create(
            model="gpt-4o",
            messages=[{"role": "user", "content": "scenario: long"}],
            stream=True,
            stream_options={"include_usage": True},
        )
        for _ in call.stream(chunks):
            pass


def _cached(clients: Clients) -> None:
    with otel_usage.inference(
        "openai", model="gpt-4o", agent="writer", job_id=_LAUNCH, task_type="build"
    ) as call:
        call.record(
            clients.openai.chat.completions.create(
                model="gpt-4o", messages=[{"role": "user", "content": "scenario: cached"}]
            )
        )


def _reasoning(clients: Clients) -> None:
    with otel_usage.inference(
        "openai", model="o4-mini", agent="reviewer", job_id=_LAUNCH, task_type="review"
    ) as call:
        call.record(clients.openai.responses.create(model="o4-mini", input="scenario: reasoning"))


def _embeddings(clients: Clients) -> None:
    with otel_usage.inference(
        "openai", model="text-embedding-3-small", agent="librarian", job_id=_DIGEST, task_type="cron"
    ) as call:
        call.record(clients.openai.embeddings.create(model="text-embedding-3-small", input="scenario: long"))


def _message(clients: Clients) -> None:
    with otel_usage.inference(
        "anthropic", model=_SONNET, agent="reviewer", job_id=_LAUNCH, task_type="review"
    ) as call:
        call.record(
            clients.anthropic.messages.create(
                model=_SONNET, max_tokens=2_000, messages=[{"role": "user", "content": "scenario: plain"}]
            )
        )


def _message_streamed(clients: Clients) -> None:
    with otel_usage.inference(
        "anthropic", model=_SONNET, agent="librarian", job_id=_DIGEST, task_type="synthesis"
    ) as call:
        events = clients.anthropic.messages.create(
            model=_SONNET,
            max_tokens=4_000,
            messages=[{"role": "user", "content": "scenario: long"}],
            stream=True,
        )
        for _ in call.stream(events):
            pass


def _cache_write(clients: Clients) -> None:
    with otel_usage.inference(
        "anthropic", model=_SONNET, agent="librarian", job_id=_DIGEST, task_type="synthesis"
    ) as call:
        call.record(
            clients.anthropic.messages.create(
                model=_SONNET,
                max_tokens=2_000,
                cache_control={"type": "ephemeral"},
                messages=[{"role": "user", "content": "scenario: cache_write_5m"}],
            )
        )


def _cache_write_1h(clients: Clients) -> None:
    with otel_usage.inference(
        "anthropic", model=_SONNET, agent="librarian", job_id=_DIGEST, task_type="synthesis"
    ) as call:
        call.record(
            clients.anthropic.messages.create(
                model=_SONNET,
                max_tokens=2_000,
                cache_control={"type": "ephemeral", "ttl": "1h"},
                messages=[{"role": "user", "content": "scenario: cache_write_1h"}],
            )
        )


def _cache_read_with_secrets(clients: Clients) -> None:
    made_up_key = "-".join(("sk", "proj", "0a1B2c3D4e5F6g7H" * 3))
    with otel_usage.inference(
        "anthropic",
        model=_SONNET,
        agent="librarian",
        session_id="digest-47",
        job_id=_DIGEST,
        task_type="synthesis",
        task_description=f"Mail the digest to jane.doe@example.com with the key {made_up_key}",
    ) as call:
        call.record(
            clients.anthropic.messages.create(
                model=_SONNET,
                max_tokens=2_000,
                messages=[{"role": "user", "content": "scenario: cache_read"}],
            )
        )


def _rate_limited(clients: Clients) -> None:
    with (
        suppress(openai.RateLimitError),  # the error reaches the application unchanged
        otel_usage.inference(
            "openai", model="gpt-4o-mini", agent="watcher", job_id=_LAUNCH, task_type="heartbeat"
        ) as call,
    ):
        call.record(
            clients.openai.chat.completions.create(
                model="gpt-4o-mini", messages=[{"role": "user", "content": "scenario: rate_limited"}]
            )
        )


def _retried_by_hand(clients: Clients) -> None:
    with otel_usage.inference(
        "openai", model="gpt-4o-mini", agent="watcher", job_id=_LAUNCH, task_type="heartbeat"
    ) as call:
        call.record(
            clients.openai.chat.completions.create(
                model="gpt-4o-mini", messages=[{"role": "user", "content": "scenario: brief"}]
            )
        )


def _local(clients: Clients) -> None:
    with otel_usage.inference(
        "lmstudio", model="qwen2.5-7b-instruct", agent="watcher", job_id=_LAUNCH, task_type="heartbeat"
    ) as call:
        call.record(
            clients.openai.chat.completions.create(
                model="qwen2.5-7b-instruct", messages=[{"role": "user", "content": "scenario: brief"}]
            )
        )


def _unknown_model(clients: Clients) -> None:
    with otel_usage.inference(
        "openai", model="gpt-experimental-x", agent="scout", job_id=_DIGEST, task_type="chat"
    ) as call:
        call.record(
            clients.openai.chat.completions.create(
                model="gpt-experimental-x", messages=[{"role": "user", "content": "scenario: plain"}]
            )
        )


CALLS: Final = (
    DemoCall("gpt-4o", _plain),
    DemoCall("gpt-4o, streamed, usage in the last chunk", _streamed),
    DemoCall("gpt-4o, most of the prompt from the cache", _cached),
    DemoCall("o4-mini, output that is mostly reasoning", _reasoning),
    DemoCall("text-embedding-3-small", _embeddings),
    DemoCall(_SONNET, _message),
    DemoCall(f"{_SONNET}, streamed", _message_streamed),
    DemoCall(f"{_SONNET}, prompt written to the cache for 5 minutes", _cache_write),
    DemoCall(f"{_SONNET}, prompt written to the cache for 1 hour", _cache_write_1h),
    DemoCall(f"{_SONNET}, prompt read from the cache; secrets in the description", _cache_read_with_secrets),
    DemoCall("gpt-experimental-x, which no price list knows", _unknown_model),
    DemoCall("qwen2.5-7b-instruct on this machine, $0", _local),
    DemoCall("gpt-4o-mini, refused with 429", _rate_limited),
    DemoCall("gpt-4o-mini, the same again, answered", _retried_by_hand),
)
"""In the order in which they are made."""
