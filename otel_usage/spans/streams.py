"""A client's stream, read in its place: what passes through is looked at and handed on unchanged."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar, cast

import msgspec

from otel_usage.spans.raw import request_id
from otel_usage.spans.responses import Reported
from otel_usage.usages.fields import field, fields, first

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
    from types import TracebackType

    from otel_usage.contents.streams import StreamContent
    from otel_usage.spans.responses import StreamReader

__all__ = ["ObservedStream"]

_Chunk = TypeVar("_Chunk")
_SNAPSHOTS: Final = ("current_message_snapshot", "current_completion_snapshot")
"""Where the clients' own accumulating streams keep the answer as it stands."""


class ObservedStream(Generic[_Chunk]):
    """Stands for a client's stream: iterated, entered, closed and asked for attributes like it.

    Chunks, exceptions and the end pass unchanged, at the client's own pace. What the application reads around it
    (``text_stream``, ``get_final_message()`` and the like of the clients' accumulating streams) is forwarded and not
    seen as it passes; it is taken from the client's snapshot of the answer where there is one. Of OpenAI's
    ``responses.stream`` there is none: iterate its events, or record what ``get_final_response()`` gives.

    Attributes:
        first_chunk: Nanoseconds from the begin of the call to the first chunk; None until there was one.
    """

    __slots__ = (
        "_async_iterator",
        "_began",
        "_chunks",
        "_content",
        "_failed",
        "_finished",
        "_iterator",
        "_opened",
        "_reader",
        "first_chunk",
    )

    def __init__(
        self,
        chunks: Iterable[_Chunk] | AsyncIterable[_Chunk],
        *,
        reader: StreamReader,
        began: int,
        failed: Callable[[Exception], None],
        content: StreamContent | None = None,
    ) -> None:
        """Take the client's stream; nothing of it is read yet.

        Args:
            chunks: The stream, or a context manager of the client that gives it on entry.
            reader: Takes the chunks in.
            began: When the call began, of ``time.perf_counter_ns``.
            failed: Told of a chunk that could not be read.
            content: Collects what the chunks say; None when that is not wanted.
        """
        self.first_chunk: int | None = None
        self._opened: Any = chunks
        self._chunks: Any = chunks
        self._reader = reader
        self._content = content
        self._began = began
        self._failed = failed
        self._iterator: Iterator[_Chunk] | None = None
        self._async_iterator: AsyncIterator[_Chunk] | None = None
        self._finished: bool | None = None  # False when reading it failed

    @property
    def broken(self) -> bool:
        """Whether the answer did not come to its end: an error, a stream that was left, or one never read."""
        if self._finished or self._reader.ended:
            return False
        return self._finished is False or not self._ended_around()

    @property
    def reported(self) -> Reported:
        """What the stream said up to now; of a chunk whose parts cannot be read, nothing."""
        try:
            if not self._finished and (answer := self._snapshot()) is not None:
                self._reader.take(fields(answer))
            asked = request_id(field(self._chunks, "response"))
            return msgspec.structs.replace(self._reader.reported, request_id=asked)
        except Exception as error:  # noqa: BLE001  # nothing of ours reaches the agent
            self._failed(error)
            return Reported()

    @property
    def output(self) -> list[Any] | None:
        """The messages that came up to now; None when there are none, or they are not wanted or cannot be read."""
        if self._content is None:
            return None
        try:
            if not self._finished and (answer := self._snapshot()) is not None:
                self._content.replace(answer)
            messages = self._content.messages
        except Exception as error:  # noqa: BLE001  # nothing of ours reaches the agent
            self._failed(error)
            return None
        return messages or None

    def __iter__(self) -> Self:
        """Begin, or go on where the client's stream goes on."""
        self._iterator = iter(self._chunks)
        return self

    def __next__(self) -> _Chunk:
        """The client's next chunk."""
        if self._iterator is None:
            self._iterator = iter(self._chunks)
        try:
            chunk = next(self._iterator)
        except StopIteration:
            self._finished = True
            raise
        except BaseException:
            self._finished = False
            raise
        self._look(chunk)
        return chunk

    def __aiter__(self) -> Self:
        """Begin, or go on where the client's stream goes on."""
        self._async_iterator = aiter(self._chunks)
        return self

    async def __anext__(self) -> _Chunk:
        """The client's next chunk."""
        if self._async_iterator is None:
            self._async_iterator = aiter(self._chunks)
        try:
            chunk = await anext(self._async_iterator)
        except StopAsyncIteration:
            self._finished = True
            raise
        except BaseException:
            self._finished = False
            raise
        self._look(chunk)
        return chunk

    def __enter__(self) -> Self:
        """Enter the client's context."""
        self._chunks = self._opened.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        """Leave the client's context, which closes its stream."""
        return cast("bool | None", self._opened.__exit__(kind, error, trace))

    async def __aenter__(self) -> Self:
        """Enter the client's context."""
        self._chunks = await self._opened.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        """Leave the client's context, which closes its stream."""
        return cast("bool | None", await self._opened.__aexit__(kind, error, trace))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever the client's stream has
        """Everything else is the client's: ``close``, ``response``, ``get_final_message``."""
        if name.startswith("__"):  # copying asks for them before there is a stream
            raise AttributeError(name)
        return getattr(self._chunks, name)

    def _look(self, chunk: _Chunk) -> None:
        """Read a chunk on its way through."""
        if self.first_chunk is None:
            self.first_chunk = time.perf_counter_ns() - self._began
        try:
            self._reader.read(chunk)
            if self._content is not None:
                self._content.read(chunk)
        except Exception as error:  # noqa: BLE001  # nothing of ours reaches the agent
            self._failed(error)

    def _snapshot(self) -> object:
        """The client's own account of the answer as it stands, None where it keeps none or nothing came yet."""
        try:
            return first(fields(self._chunks), _SNAPSHOTS)
        except Exception:  # noqa: BLE001  # by an assertion the clients say that nothing came
            return None

    def _ended_around(self) -> bool:
        """Whether the answer came to its end while the application read it without us."""
        answer = self._snapshot()
        choices = field(answer, "choices")
        reasons = [field(choice, "finish_reason") for choice in choices] if isinstance(choices, list) else []
        return any(isinstance(reason, str) for reason in (field(answer, "stop_reason"), *reasons))
