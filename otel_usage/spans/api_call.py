"""One call of a service that is no model, as a block: a search, a scraper, a data source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from opentelemetry.trace import SpanKind

from otel_usage import semconv
from otel_usage.amounts import given_cost
from otel_usage.counts import whole
from otel_usage.current import record_fields
from otel_usage.records import MAX_NANOSECONDS, Kind, Status, UsageRecord
from otel_usage.spans.block import Block
from otel_usage.spans.span import words

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from otel_usage.recorder import Recorder
    from otel_usage.settings import Attribution
    from otel_usage.spans.block import Surroundings

__all__ = ["ApiCall", "status_of"]

_FAILED: Final = 400


class ApiCall(Block):
    """An API call that is being made.

    Attributes:
        status_code: The HTTP status that was answered; to be set inside, 400 and above is an error.
        cost: What the call cost in USD, where that is known; to be set inside, and believed, 0 included.
    """

    def __init__(
        self,
        surroundings: Callable[[], Surroundings],
        given: Attribution,
        *,
        service: str,
        endpoint: str | None,
    ) -> None:
        """Take what is known beforehand.

        Args:
            surroundings: See ``Block``.
            given: See ``Block``.
            service: Name of the service.
            endpoint: What of it is called.
        """
        super().__init__(surroundings, given)
        self._service = service
        self._endpoint = endpoint
        self._said = given
        self.status_code: int | None = None
        self.cost: float | Decimal | str | None = None

    def _open(self, recorder: Recorder, said: Attribution) -> None:
        self._said = said
        self.status_code = self.cost = None
        known = {semconv.SERVICE: recorder.text(str(self._service))}
        if self._endpoint:
            known[semconv.ENDPOINT] = recorder.text(str(self._endpoint))
        self._span.start(" ".join(known.values()), SpanKind.CLIENT, known)
        self._span.attach()

    def _close(self, recorder: Recorder, duration: int, error: BaseException | None) -> None:
        cost, flags = given_cost(self.cost)
        record = recorder.prepare(
            UsageRecord(
                start=self._span.started,
                source="live",
                kind=Kind.API,
                service=self._service,
                endpoint=self._endpoint,
                status_code=self.status_code,
                cost=cost,
                flags=flags,
                duration=duration,
                status=Status.ERROR if error is not None else status_of(self.status_code),
                error_type=None if error is None else type(error).__qualname__,
                error_message=None if error is None else words(error),
                **record_fields(self._said),
                **self._span.identity(),
            )
        )
        recorder.append(record)
        self._span.describe(record)


def status_of(status_code: object) -> Status:
    """How a call went by its HTTP status; without one it went well."""
    code = whole(status_code, MAX_NANOSECONDS)
    return Status.ERROR if code is not None and code >= _FAILED else Status.OK
