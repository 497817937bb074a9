"""Blocks around calls: who they belong to, an agent's run, a tool's call. None of them is money."""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from msgspec import structs
from opentelemetry.trace import SpanKind

from otel_usage import semconv
from otel_usage.span_attributes import belonging
from otel_usage.spans.block import Decorating, redacted
from otel_usage.spans.content import tool_attributes
from otel_usage.spans.span import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.recorder import Recorder
    from otel_usage.settings import Attribution
    from otel_usage.spans.block import Surroundings

__all__ = ["AgentRun", "Attributed", "ToolCall"]

_Result = TypeVar("_Result")
_RECEIVERS = ("self", "cls")


class Attributed(Decorating):
    """Says who the calls inside belong to; there is no span of it."""

    _HANDS_ON: ClassVar[bool] = True

    def _open(self, recorder: Recorder, said: Attribution) -> None:
        """Nothing more is opened."""

    def _close(self, recorder: Recorder, duration: int, error: BaseException | None) -> None:
        """Nothing is booked."""


class _Operation(Decorating):
    """A block with a span of an operation inside the process."""

    # Whatever is called inside is not the call of an inference() around it.
    _IN_CALL: ClassVar[bool | None] = False
    _HANDS_ON: ClassVar[bool] = True

    def _start(self, name: str, said: Attribution, more: dict[str, str]) -> None:
        attributes = {**belonging(said), **more}
        operation = more[semconv.OPERATION_NAME]
        self._span.start(f"{operation} {name}".rstrip(), SpanKind.INTERNAL, attributes)
        self._span.attach()

    def _close(self, recorder: Recorder, duration: int, error: BaseException | None) -> None:  # noqa: ARG002  # see Block
        if error is not None:
            self._span.fail(type(error).__qualname__, recorder.text(words(error)))


class AgentRun(_Operation):
    """An agent at work: a span ``invoke_agent``, and the attribution of every call inside."""

    def _open(self, recorder: Recorder, said: Attribution) -> None:
        fit = redacted(recorder, said)
        self._start(fit.agent or "", fit, {semconv.OPERATION_NAME: semconv.OPERATION_AGENT})

    def _named(self, name: str) -> Self:
        if self._given.agent is not None:
            return self
        return self._again(_given=structs.replace(self._given, agent=name))


class ToolCall(_Operation):
    """A tool that an agent calls: a span ``execute_tool``.

    What it is given and gives is on the span, without secrets, where that is asked for (``content`` in the
    configuration); of a decorated function these are its arguments and what it returns.
    """

    def __init__(
        self,
        surroundings: Callable[[], Surroundings],
        given: Attribution,
        *,
        name: str | None,
        call_id: str | None,
        arguments: object = None,
    ) -> None:
        """Take what is known of the tool.

        Args:
            surroundings: See ``Block``.
            given: See ``Block``.
            name: The tool; None for the decorated function's name.
            call_id: The id that the model gave to this call of the tool.
            arguments: What the tool is given.
        """
        super().__init__(surroundings, given)
        self._name = name
        self._call_id = call_id
        self._arguments: Callable[[], object] | None = None if arguments is None else lambda: arguments

    def result(self, value: object) -> None:
        """Say what the tool gave; it is read only where it is asked for."""
        recorder = self._recorder
        if recorder is not None and self._around is not None and value is not None:
            self._span.add(tool_attributes(recorder, semconv.TOOL_CALL_RESULT, lambda: value))

    def _open(self, recorder: Recorder, said: Attribution) -> None:
        name = recorder.text(str(self._name or ""))
        more = {semconv.OPERATION_NAME: semconv.OPERATION_TOOL, semconv.TOOL_NAME: name}
        if self._call_id is not None:
            more[semconv.TOOL_CALL_ID] = recorder.text(str(self._call_id))
        if self._arguments is not None:
            more |= tool_attributes(recorder, semconv.TOOL_CALL_ARGUMENTS, self._arguments)
        self._start(name, redacted(recorder, said), more)

    def _for(self, function: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Self:
        return self._again(_arguments=partial(_by_name, function, args, kwargs))

    def _gave(self, result: _Result) -> _Result:
        self.result(result)
        return result

    def _named(self, name: str) -> Self:
        if self._name is not None:
            return self
        return self._again(_name=name)


def _by_name(
    function: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, object]:
    """A function's arguments by their names, without the object that it belongs to."""
    try:
        given = inspect.signature(function).bind(*args, **kwargs).arguments
    except (TypeError, ValueError):  # it has no such signature, or none that can be read
        return {"args": args, "kwargs": kwargs}
    return {name: value for name, value in given.items() if name not in _RECEIVERS}
