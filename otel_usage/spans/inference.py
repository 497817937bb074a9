"""One LLM call as a block: a span with usage and cost, and a record in the journal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from msgspec import structs
from opentelemetry.trace import SpanKind

from otel_usage import semconv
from otel_usage.content import NO_CONTENT, Content
from otel_usage.current import record_fields
from otel_usage.records import Cost, CostStatus, Flag, Status, UsageRecord, flag_missing_usage
from otel_usage.spans.answers import Answer, answers
from otel_usage.spans.block import Block
from otel_usage.spans.content import answered, asked, collecting, keep, tell
from otel_usage.spans.responses import SILENT, Reported, StreamReader, read_response
from otel_usage.spans.span import words
from otel_usage.spans.streams import ObservedStream
from otel_usage.token_usage import NO_USAGE, TokenUsage

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable, Iterable

    from otel_usage.recorder import Recorder
    from otel_usage.settings import Attribution
    from otel_usage.spans.block import Surroundings

__all__ = ["Inference"]

_Chunk = TypeVar("_Chunk")
_MISSING: Final = (
    "saw a call end without usage: give its response to call.record(), and ask OpenAI's chat streams for it "
    'with stream_options={"include_usage": True}'
)
_SECOND: Final = "saw a second response in one inference block; each is booked, but use a block for each call"
_LATE: Final = (
    "was given a prompt, a response or a stream outside of its inference block, and does not book it: call prompt(), "
    "record() and stream() inside the with statement, on what its as gives"
)
_UNREAD: Final = (
    "saw an inference block end before its stream was read: what the stream says later is not booked; read it inside "
    "the with statement"
)
_UNKNOWN_COST: Final = Cost()
_READABLE: Final = (
    "give call.record() a client's response, a dict of one or a TokenUsage, and call.stream() a stream"
)


class Inference(Block):
    """An LLM call that is being made.

    On exit the call is priced, its span gets usage and cost and ends, and a record is appended to the journal,
    whether or not a span is recorded.
    """

    _IN_CALL: ClassVar[bool | None] = True

    def __init__(
        self,
        surroundings: Callable[[], Surroundings],
        given: Attribution,
        *,
        provider: str,
        model: str | None,
        operation: str,
        server_address: str | None = None,
    ) -> None:
        """Take what is known beforehand.

        Args:
            surroundings: See ``Block``.
            given: See ``Block``.
            provider: Short name.
            model: The model that is asked for.
            operation: As in the conventions.
            server_address: The host that is called.
        """
        super().__init__(surroundings, given)
        self._provider = provider
        self._model = model
        self._operation = operation
        self._server_address = server_address
        self._start_over()

    def _start_over(self) -> None:
        """Know nothing of a call: the state of a new object, and of one that is used for another call."""
        self._said = self._given
        self._asked = self._model
        self._host = self._server_address
        self._taken: list[Answer | ObservedStream[Any]] = []
        self._last: object = None
        self._prompted = NO_CONTENT

    def prompt(self, messages: object = None, *, system: object = None, tools: object = None) -> None:
        """Say what the model is asked, for those who capture content (``content`` in the configuration).

        It is read now, and only where it is wanted; nothing that can be read only once is. Said again, it replaces
        what was said before. What the model answers is taken from ``record`` and ``stream``.

        Args:
            messages: What the client is given: a text, or messages as OpenAI, Anthropic, Google, Bedrock, Cohere and
                Ollama have them.
            system: Instructions that the API takes beside the messages: a text or parts.
            tools: The tools that the model is offered.
        """
        recorder = self._recorder
        if not self._is_late() and recorder is not None:
            self._prompted = asked(recorder, messages, system=system, tools=tools)

    def record(self, response: object) -> None:
        """Take usage, model and id from a response of a client (or a dict of one).

        Of several responses each is booked: the last as this call, the ones before as calls of their own. One is what
        has one id, what is recorded again, and a stream that says no usage with what is recorded after it.

        Args:
            response: The response, or a ``TokenUsage`` with the counts in canonical form, which stand over those of
                the response before it.
        """
        if self._is_late():
            return
        if isinstance(response, TokenUsage):
            self._taken.append(Answer(reported=Reported(usage=response), more=True))
            return
        try:
            reported = read_response(response)
        except Exception as error:  # noqa: BLE001  # nothing of ours reaches the agent
            self._failed_to_read(error)
            return
        if reported == SILENT and self._recorder is not None:
            kind = type(response).__qualname__
            self._recorder.noticed("unknown_response", f"cannot read a response of type {kind}: {_READABLE}")
        output = None if self._recorder is None else answered(self._recorder, response)
        again = response is self._last or reported == SILENT
        self._taken.append(Answer(reported=reported, more=again, output=output))
        self._last = response

    def stream(self, chunks: Iterable[_Chunk] | AsyncIterable[_Chunk]) -> ObservedStream[_Chunk]:
        """A client's stream, to be read in its place with ``for`` or ``async for``; the last usage that it says is booked.

        A stream that is left before its end makes the call ``partial``. Of several streams each is booked.
        """
        observed = ObservedStream(
            chunks,
            reader=StreamReader(),
            began=self._began or time.perf_counter_ns(),
            failed=self._failed_to_read,
            content=collecting(self._recorder),
        )
        if not self._is_late():
            self._taken.append(observed)
        return observed

    def _is_late(self) -> bool:
        """Whether the block is not open, so that nothing of it can be booked; that is counted, and told once."""
        if self._around is not None:
            return False
        recorder = self._surroundings().recorder
        if recorder is not None:
            recorder.noticed("late_record", _LATE)
        return True

    def _failed_to_read(self, error: Exception) -> None:
        if self._recorder is not None:
            self._recorder.failed("read", error)

    def _open(self, recorder: Recorder, said: Attribution) -> None:
        self._start_over()
        self._said = said
        provider, name = str(self._provider or ""), recorder.model(str(self._operation))
        known = {
            semconv.OPERATION_NAME: name,
            semconv.PROVIDER_NAME: semconv.PROVIDERS.get(provider) or recorder.model(provider),
        }
        if self._model:
            # Redacted here, as samplers see it, and counted once.
            self._asked = recorder.model(str(self._model))
            known[semconv.REQUEST_MODEL] = self._asked
            name = f"{name} {self._asked}"
        if self._server_address is not None:
            known[semconv.SERVER_ADDRESS] = self._host = recorder.model(self._server_address)
        self._span.start(name, SpanKind.CLIENT, known)
        self._span.attach()

    def _close(self, recorder: Recorder, duration: int, error: BaseException | None) -> None:
        *before, last = self._answers()
        if isinstance(error, GeneratorExit) and last.complete:
            # Who reads what a generator passes on went away after the whole answer: nothing failed.
            error = None
        if error is None and last.partial and last.reported == SILENT:
            recorder.noticed("unread_stream", _UNREAD)
        elif error is not None and not isinstance(error, Exception) and last.reported.usage == NO_USAGE:
            # Interrupted from outside (a cancelled task, Ctrl-C): the provider may go on, and bill it.
            last = structs.replace(last, partial=True)
        for answer in before:
            recorder.noticed("second_response", _SECOND)
            trace_id = self._span.identity().get("trace_id")
            # Without an id of its own it gets a random one.
            earlier = recorder.prepare(self._booked(recorder, answer, id="", trace_id=trace_id))
            recorder.append(earlier)
            keep(recorder, earlier, Content(output_messages=answer.output))
        failure: dict[str, Any] = {}
        if error is not None:
            failure = {"error_type": type(error).__qualname__, "error_message": words(error)}
        record = recorder.prepare(
            self._booked(recorder, last, duration=duration, **failure, **self._span.identity())
        )
        recorder.append(record)
        self._span.describe(record)
        if self._prompted is not NO_CONTENT or last.output is not None:
            content = structs.replace(self._prompted, output_messages=last.output)
            tell(recorder, record, content, self._span, self._surroundings().logger_provider)

    def _answers(self) -> list[Answer]:
        """What the provider answered; nothing where that cannot be told. The client's objects are let go."""
        taken, self._taken, self._last = self._taken, [], None
        try:
            return answers(taken)
        except Exception as error:  # noqa: BLE001  # nothing of ours reaches the agent
            self._failed_to_read(error)
            return [Answer()]

    def _booked(
        self,
        recorder: Recorder,
        answer: Answer,
        **known: Any,  # noqa: ANN401  # fields of a record
    ) -> UsageRecord:
        """The record of an answer to this call."""
        reported, status = answer.reported, Status.OK
        known = {"error_type": reported.error, **known}
        if answer.partial:
            status = Status.PARTIAL
        elif known["error_type"] is not None:
            status = Status.ERROR
        record = UsageRecord(
            start=self._span.started,
            source="live",
            provider=self._provider,
            operation=self._operation,
            request_model=self._asked,
            response_model=reported.model,
            response_id=reported.response_id,
            request_id=reported.request_id,
            service_tier=reported.service_tier,
            server_address=self._host,
            usage=reported.usage,
            time_to_first_chunk=answer.first_chunk,
            status=status,
            cost=_UNKNOWN_COST if reported.cost is None else _provided(reported.cost),
            flags=reported.flags,
            **record_fields(self._said),
            **known,
        )
        record = flag_missing_usage(record)
        if Flag.USAGE_MISSING in record.flags:
            recorder.tell(Flag.USAGE_MISSING.value, _MISSING)
        return record


def _provided(nanos: int) -> Cost:
    """What the provider says; whether it is believed is the price book's to say."""
    return Cost(status=CostStatus.PROVIDED, nanos=nanos, price_source="provider")
