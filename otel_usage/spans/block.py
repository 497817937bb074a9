"""What the blocks of this package share: a span and what holds inside, entered and left without raising."""

from __future__ import annotations

import functools
import inspect
import time
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, Protocol, Self, TypeVar

from msgspec import structs

from otel_usage.current import attributed, enter, is_innermost, leave, over
from otel_usage.errors import InvalidValueError
from otel_usage.spans.span import CallSpan

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from opentelemetry._logs import LoggerProvider
    from opentelemetry.trace import TracerProvider

    from otel_usage.current import Around
    from otel_usage.recorder import Recorder
    from otel_usage.settings import Attribution, Settings

__all__ = ["Block", "Decorating", "Surroundings", "redacted"]

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


class Surroundings(Protocol):
    """What a block finds when it is entered."""

    @property
    def recorder(self) -> Recorder | None:
        """Where records go; None when everything is switched off."""

    @property
    def settings(self) -> Settings:
        """The configuration in force."""

    @property
    def tracer_provider(self) -> TracerProvider | None:
        """Makes the spans; None for the global one."""

    @property
    def logger_provider(self) -> LoggerProvider | None:
        """Makes the events; None for the global one."""


class Block:
    """A ``with`` or ``async with`` statement of ours.

    An exception of the application passes through unchanged, and nothing of ours is raised: what fails is counted.
    One object may be entered again, also before it was left, by another task or by a function that calls itself: what
    ``as`` gives is the block that was entered. It is not made for several threads, nor for generators that others
    close: which of its entries is meant would be a guess. Make an object for each, as a decorated function does.
    """

    _IN_CALL: ClassVar[bool | None] = None
    """What is said inside of whether a call is being made; None leaves it as it is."""
    _HANDS_ON: ClassVar[bool] = False
    """Whether who it belongs to holds for the calls inside too."""

    def __init__(self, surroundings: Callable[[], Surroundings], given: Attribution) -> None:
        """Take where to look when the block is entered, and what the block itself says of who it belongs to."""
        self._surroundings = surroundings
        self._given = given
        self._recorder: Recorder | None = None
        self._span: CallSpan
        self._began = 0
        self._around: Around | None = None
        self._twins: list[Self] = []

    def __enter__(self) -> Self:
        """Enter: what it opens is current inside."""
        if self._around is not None:
            twin = self._again()
            self._twins.append(twin)
            return twin.__enter__()
        here = self._surroundings()
        self._recorder = recorder = here.recorder
        self._span = CallSpan(here.tracer_provider)
        if recorder is not None:
            try:
                said = over(self._given, over(attributed(), here.settings.attribution))
                # Before what may fail: a call that has no span is booked here all the same, and here only.
                self._around = enter(said if self._HANDS_ON else None, in_call=self._IN_CALL)
                self._open(recorder, said)
            except Exception as error:  # noqa: BLE001  # nothing of ours reaches the agent
                recorder.failed("start", error)
        self._began = time.perf_counter_ns()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace_back: TracebackType | None
    ) -> None:
        """Leave: what became of it is booked, and its span ends."""
        if self._twins and (twin := next((each for each in self._twins if each._is_innermost()), None)):  # noqa: SLF001  # of this class
            self._twins.remove(twin)
            twin.__exit__(kind, error, trace_back)
            return
        duration = time.perf_counter_ns() - self._began
        recorder = self._recorder
        if recorder is None:
            return
        try:
            self._close(recorder, duration, error)
        except Exception as failure:  # noqa: BLE001  # nothing of ours reaches the agent
            recorder.failed("end", failure)
        finally:
            self._span.end(recorder)
            if self._around is not None:
                leave(self._around)
                self._around = None

    async def __aenter__(self) -> Self:
        """As ``__enter__``; nothing here waits."""
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace_back: TracebackType | None
    ) -> None:
        """As ``__exit__``; nothing here waits."""
        self.__exit__(kind, error, trace_back)

    def _open(self, recorder: Recorder, said: Attribution) -> None:
        """Open what the block is about.

        Args:
            recorder: Where records go.
            said: Who calls belong to: what this block says, those around it, and the configuration.
        """
        raise NotImplementedError

    def _close(self, recorder: Recorder, duration: int, error: BaseException | None) -> None:
        """Book what became of it.

        Args:
            recorder: Where records go.
            duration: Nanoseconds.
            error: What was raised inside.
        """
        raise NotImplementedError

    def _again(self, **changes: object) -> Self:
        """A block like this one, not entered."""
        block = copy(self)
        vars(block).update(_around=None, _twins=[], **changes)
        return block

    def _is_innermost(self) -> bool:
        return self._around is not None and is_innermost(self._around)


class Decorating(Block):
    """A block that may also stand as a decorator over a function or a coroutine function."""

    def __call__(self, function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
        """Run every call of a function inside a block of its own.

        Raises:
            InvalidValueError: A generator function: its block would have to be open while others run.
        """
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise InvalidValueError(
                "function", function, "a generator cannot be decorated; use the block inside of it"
            )
        whole = self._named(getattr(function, "__name__", type(function).__name__))
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def awaited(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> Any:  # noqa: ANN401  # what the coroutine returns
                async with whole._for(function, args, kwargs) as block:  # noqa: SLF001  # of this class
                    return block._gave(await function(*args, **kwargs))  # noqa: SLF001  # of this class

            return awaited  # type: ignore[return-value]  # a coroutine function, as the one that it stands for

        @functools.wraps(function)
        def called(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
            with whole._for(function, args, kwargs) as block:  # noqa: SLF001  # of this class
                return block._gave(function(*args, **kwargs))  # noqa: SLF001  # of this class

        return called

    def _named(self, name: str) -> Self:  # noqa: ARG002  # for those that take a function's name
        """The block for a function of this name."""
        return self

    def _for(self, function: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Self:  # noqa: ARG002  # for those that tell what a function is given
        """The block for one call of a function."""
        return self._again()

    def _gave(self, result: _Result) -> _Result:
        """What the function gave, unchanged."""
        return result


def redacted(recorder: Recorder, attribution: Attribution) -> Attribution:
    """An attribution as it may stand on a span."""
    changes: dict[str, Any] = {
        name: recorder.text(str(value))
        for name, value in structs.asdict(attribution).items()
        if name != "tags" and value is not None
    }
    if attribution.tags:
        changes["tags"] = {
            recorder.text(str(name)): recorder.text(str(value)) for name, value in attribution.tags.items()
        }
    return structs.replace(attribution, **changes)
