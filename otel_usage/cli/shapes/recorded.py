"""What ``record`` answers."""

from __future__ import annotations

from otel_usage.cli.shapes import Shape, Usd
from otel_usage.records import CostStatus, Flag, Kind

__all__ = ["RecordedCall", "RecordedLines"]


class RecordedCall(Shape, frozen=True, kw_only=True):
    """One call as it was recorded.

    Attributes:
        id: Identifies the call; recorded again with it, the call counts once.
        kind: Whether a model was called, or another service.
        provider: Who was asked; null where it is not known, and of an API call.
        model: The model, likewise.
        service: Of an API call: the service.
        endpoint: Of an API call: what was called.
        job_id: The job that the call belongs to.
        input_tokens: Everything that was sent, what a cache had included.
        output_tokens: Everything that came back, reasoning included.
        cost: USD; null where no amount is known.
        status: Where the amount stands: ``pending`` is looked up when the ledger is read next.
        price_source: Who knew the price: the caller, an override, genai-prices, …; null where nobody did.
        flags: What one should know about how the record came to its values.
    """

    id: str
    kind: Kind
    provider: str | None
    model: str | None
    service: str | None
    endpoint: str | None
    job_id: str | None
    input_tokens: int | None
    output_tokens: int | None
    cost: Usd | None
    status: CostStatus
    price_source: str | None
    flags: tuple[Flag, ...]


class RecordedLines(Shape, frozen=True, kw_only=True):
    """What became of the lines of ``record --stdin``.

    Attributes:
        recorded: Lines that were written to the journal; of those with ids of their own, calls that were recorded before
            count once in reports.
        repeated: Lines without such an id that were recorded before, and left as they are.
        skipped: Lines that could not be used.
        undated: Recorded lines with neither a time nor an id, booked at the present.
        unpriced: Recorded lines whose amount is not known.
        pending: Those of them whose price is looked up when the ledger is read next.
        cost: USD of the recorded lines; null where there are some and none has an amount.
    """

    recorded: int
    repeated: int
    skipped: int
    undated: int
    unpriced: int
    pending: int
    cost: Usd | None
