"""The demonstration's five agents, written as an application would write them.

The texts name the scenario that the model server answers with; a real prompt would stand in their place.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

import openai

import otel_usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.demo.clients import Clients

__all__ = ["AGENTS"]

_LAUNCH: Final = "site-launch"
_DIGEST: Final = "weekly-digest"
_SONNET: Final = "claude-sonnet-4-6"
_HAIKU: Final = "claude-haiku-4-5"


@otel_usage.agent("writer", job_id=_LAUNCH, task_type="build")
def write(clients: Clients) -> None:
    """Pages with gpt-4o: plain, streamed, most of the prompt from the cache, and one that fails."""
    for page in ("home", "about", "prices", "contact"):
        _chat(clients, "gpt-4o", "plain", tags={"page": page})
    for page in ("blog", "docs"):
        _streamed_chat(clients, "gpt-4o", "long", tags={"page": page})
    for _ in range(5):
        _chat(clients, "gpt-4o", "cached")
    with suppress(openai.InternalServerError):  # the error reaches the application unchanged
        _chat(clients, "gpt-4o", "server_error")


@otel_usage.agent("reviewer", job_id=_LAUNCH, task_type="review")
def review(clients: Clients) -> None:
    """Reviews: o4-mini through the responses API, output that is mostly reasoning; claude-sonnet-4-6."""
    for _ in range(4):
        with otel_usage.inference("openai", model="o4-mini") as call:
            call.record(clients.openai.responses.create(model="o4-mini", input="scenario: reasoning"))
    for _ in range(4):
        _message(clients, _SONNET, "plain")


@otel_usage.agent("librarian", job_id=_DIGEST, task_type="synthesis", session_id="digest-47")
def digest(clients: Clients) -> None:
    """A digest: embeddings, prompts written to the cache for 5 minutes and 1 hour, read from it, streamed."""
    for _ in range(4):
        with otel_usage.inference("openai", model="text-embedding-3-small", operation="embeddings") as call:
            call.record(
                clients.openai.embeddings.create(model="text-embedding-3-small", input="scenario: long")
            )
    _message(clients, _SONNET, "cache_write_5m")
    _message(clients, _SONNET, "cache_write_1h")
    for _ in range(6):
        _message(clients, _SONNET, "cache_read")
    with otel_usage.inference("anthropic", model=_SONNET) as call:
        events = clients.anthropic.messages.create(
            model=_SONNET,
            max_tokens=4_000,
            messages=[{"role": "user", "content": "scenario: long"}],
            stream=True,
        )
        for _ in call.stream(events):
            pass
    made_up_key = "-".join(("sk", "proj", "0a1B2c3D4e5F6g7H" * 3))
    description = f"Mail the digest to jane.doe@example.com with the key {made_up_key}"
    with otel_usage.attribution(task_description=description):
        _message(clients, _SONNET, "cache_read")


@otel_usage.agent("watcher", job_id=_LAUNCH, task_type="heartbeat")
def watch(clients: Clients) -> None:
    """Heartbeats: gpt-4o-mini, refused once and retried by the client, and a model on this machine at $0."""
    for _ in range(8):
        _chat(clients, "gpt-4o-mini", "brief")
    with suppress(openai.RateLimitError):
        _chat(clients, "gpt-4o-mini", "rate_limited")
    _chat(clients, "gpt-4o-mini", "rate_limited_once", retries=1)
    for _ in range(4):
        _chat(clients, "qwen2.5-7b-instruct", "brief", provider="lmstudio")


@otel_usage.agent("scout", job_id=_DIGEST, task_type="chat")
def scout(clients: Clients) -> None:
    """News: calls of a search service, claude-haiku-4-5, and a model that no price list knows."""
    for query in ("agents", "budgets", "caches", "tokens", "refused"):
        with otel_usage.tool("search"):
            search(clients, query)
        _message(clients, _HAIKU, "plain")
    _chat(clients, "gpt-experimental-x", "plain")


def search(clients: Clients, query: str) -> None:
    """One call of the search service, which is no model."""
    with otel_usage.api_call("websearch", "/search") as call:
        call.status_code = clients.search.get("/search", params={"q": query}).status_code


def _chat(
    clients: Clients,
    model: str,
    scenario: str,
    *,
    provider: str = "openai",
    retries: int = 0,
    tags: dict[str, str] | None = None,
) -> None:
    with otel_usage.inference(provider, model=model, tags=tags) as call:
        client = clients.openai.with_options(max_retries=retries)
        call.record(
            client.chat.completions.create(
                model=model, messages=[{"role": "user", "content": f"scenario: {scenario}"}]
            )
        )


def _streamed_chat(clients: Clients, model: str, scenario: str, *, tags: dict[str, str]) -> None:
    with otel_usage.inference("openai", model=model, tags=tags) as call:
        chunks = clients.openai.chat.completions.create(
            model=model,
            messages=[{"role": "user", "content": f"scenario: {scenario}"}],
            stream=True,
            stream_options={"include_usage": True},
        )
        for _ in call.stream(chunks):
            pass


def _message(clients: Clients, model: str, scenario: str) -> None:
    with otel_usage.inference("anthropic", model=model) as call:
        call.record(
            clients.anthropic.messages.create(
                model=model,
                max_tokens=2_000,
                messages=[{"role": "user", "content": f"scenario: {scenario}"}],
            )
        )


AGENTS: Final[dict[str, Callable[[Clients], None]]] = {
    "writer": write,
    "reviewer": review,
    "librarian": digest,
    "watcher": watch,
    "scout": scout,
}
"""Name → what it does, in the order in which they work."""
