"""The tools that a model is offered, in the conventions' form.

Sources: API references of OpenAI, Anthropic, Google and Amazon Bedrock.
"""

from __future__ import annotations

from typing import Any, Final

from otel_usage.contents.plain import plain
from otel_usage.usages.fields import field, fields, first, text

__all__ = ["tool_definitions"]

_LISTED: Final = ("tools", "function_declarations", "functionDeclarations")
"""Where an object has a list of them: Bedrock's ``toolConfig``, a tool of Google's."""
_INSIDE: Final = ("function", "custom", "toolSpec")
_PARAMETERS: Final = (
    "parameters",
    "input_schema",
    "inputSchema",
    "parameters_json_schema",
    "parametersJsonSchema",
)


def tool_definitions(tools: object) -> list[Any]:
    """The definitions of tools: objects, dicts or functions, one or a list of them."""
    found: list[Any] = []
    for tool in tools if isinstance(tools, list | tuple) else (tools,):
        listed = None if callable(tool) else first(fields(tool), _LISTED)
        found += [_definition(tool)] if listed is None else tool_definitions(listed)
    return found


def _definition(tool: object) -> dict[str, Any]:
    if callable(tool):
        return {"type": "function", "name": text(getattr(tool, "__name__", None)) or type(tool).__name__}
    outer = fields(tool)
    known = fields(first(outer, _INSIDE) or tool)
    name = text(known.get("name"))
    if name is None:
        return {"type": text(outer.get("type")) or "json", "content": plain(tool)}
    found: dict[str, Any] = {"type": text(outer.get("type")) or "function", "name": name}
    if (description := known.get("description")) is not None:
        found["description"] = plain(description)
    if (parameters := first(known, _PARAMETERS)) is not None:
        inner = field(parameters, "json")
        found["parameters"] = plain(parameters if inner is None or callable(inner) else inner)
    return found
