"""Blocks around what an agent does."""

from __future__ import annotations

from inspect import isroutine
from typing import Unpack

from otel_usage import runtime
from otel_usage.errors import InvalidValueError
from otel_usage.instrument.belonging import BelongsTo, from_keywords, host_from
from otel_usage.spans.agents import AgentRun, Attributed, ToolCall
from otel_usage.spans.api_call import ApiCall
from otel_usage.spans.inference import Inference

__all__ = ["agent", "api_call", "attribution", "inference", "tool"]


def inference(
    provider: str,
    model: str | None = None,
    *,
    operation: str = "chat",
    server_address: object = None,
    **who: Unpack[BelongsTo],
) -> Inference:
    """An LLM call: ``with otel_usage.inference("openai", model="gpt-4o") as call: call.record(…)``.

    ``async with`` works too.

    Args:
        provider: Short name, ``openai``, ``anthropic``, ``lmstudio``.
        model: The model that is asked for.
        operation: ``chat``, ``embeddings``, … as in the GenAI conventions.
        server_address: The server that is called: a host, or a URL on it such as ``client.base_url``; the host is kept.
        **who: See ``BelongsTo``: agent, session_id, job_id, task_type, task_description, team, project, tags.
    """
    return Inference(
        runtime.current,
        from_keywords(who),
        provider=provider,
        model=model,
        operation=operation,
        server_address=host_from(server_address),
    )


def attribution(**who: Unpack[BelongsTo]) -> Attributed:
    """Says who the calls inside belong to, across ``await`` and copied contexts; also a decorator.

    ``with otel_usage.attribution(job_id="site-launch", tags={"page": "home"}): …``. What an inner block says holds
    over what an outer one says, field by field and tag by tag. A new thread begins without it: start it with
    ``contextvars.copy_context().run``, as ``asyncio.to_thread`` does.

    Args:
        **who: See ``BelongsTo``.
    """
    return Attributed(runtime.current, from_keywords(who))


def agent(name: str | None = None, **who: Unpack[BelongsTo]) -> AgentRun:
    """An agent at work: a span ``invoke_agent``, and the attribution of every call inside; also a decorator.

    Args:
        name: Name of the agent; as a decorator, the function's name when it is not given.
        **who: See ``BelongsTo``.

    Raises:
        InvalidValueError: It decorates a function without parentheses.
    """
    _refuse_function(name, "agent")
    if name is not None:
        who["agent"] = name
    return AgentRun(runtime.current, from_keywords(who))


def tool(
    name: str | None = None,
    *,
    call_id: str | None = None,
    arguments: object = None,
    **who: Unpack[BelongsTo],
) -> ToolCall:
    """A tool that an agent calls: a span ``execute_tool``, and the attribution of every call inside; also a decorator.

    ``with otel_usage.tool("search", arguments={"words": words}) as call: call.result(search(words))`` says what it is
    given and gives, a decorated function by itself. That is on the span only where ``content`` in the configuration asks
    for it, and without secrets.

    Args:
        name: Name of the tool; as a decorator, the function's name when it is not given.
        call_id: The id that the model gave to this call of the tool.
        arguments: What the tool is given.
        **who: See ``BelongsTo``.

    Raises:
        InvalidValueError: It decorates a function without parentheses.
    """
    _refuse_function(name, "tool")
    return ToolCall(runtime.current, from_keywords(who), name=name, call_id=call_id, arguments=arguments)


def api_call(service: str, endpoint: str | None = None, **who: Unpack[BelongsTo]) -> ApiCall:
    """A call of a service that is no model: ``with otel_usage.api_call("serpapi", "/search") as call: …``.

    Inside, ``call.status_code = response.status_code`` says how it went; 400 and above is an error.

    Args:
        service: Name of the service.
        endpoint: What of it is called; redacted.
        **who: See ``BelongsTo``.
    """
    return ApiCall(runtime.current, from_keywords(who), service=service, endpoint=endpoint)


def _refuse_function(name: object, block: str) -> None:
    if isroutine(name):
        raise InvalidValueError("name", name, f"is a function; write @otel_usage.{block}() with parentheses")
