"""What a person should know of a recorded call: what of it did not fit, and why it has no amount."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.records import CostStatus, Flag, Kind, Status

if TYPE_CHECKING:
    from otel_usage.records import UsageRecord

__all__ = ["unusual", "without_amount"]

_NO_TOKENS: Final = "no token counts were given"
_NO_PRICE: Final = "give --cost, or an override under 'pricing' in otel-usage.yaml"
_NO_FEE: Final = (
    "give --cost, or an override with 'service' and 'per_request' under 'pricing' in otel-usage.yaml"
)
_NOT_BILLED: Final = "it failed; give --cost if it was billed"
_WARNINGS: Final = {
    Flag.TIME_REPLACED: "--timestamp lies in the future or before 2020; the call is booked now",
    Flag.INPUT_INFERRED: "the cache is larger than --input, which is taken to leave cached tokens out",
    Flag.VARIANT_UNPRICED: "no price is known for this model in this --service-tier; the standard price was taken",
    Flag.RATE_ASSUMED: "no rate is known for one kind of these tokens; the nearest known rate was taken",
    Flag.UNITS_UNPRICED: "no rate is known for this model's searches; the amount leaves them out",
}


def unusual(record: UsageRecord) -> list[str]:
    """A sentence for each flag that the options brought about."""
    return [_WARNINGS[flag] for flag in record.flags if flag in _WARNINGS]


def without_amount(record: UsageRecord) -> str:
    """Why there is no amount, and what to do."""
    if record.cost.status is CostStatus.PENDING:
        return "price looked up at the next report"
    if record.kind is Kind.API:
        return f"unpriced: {_NOT_BILLED if record.status is Status.ERROR else _NO_FEE}"
    # The price may well be known where the counts are not.
    return f"unpriced: {_NO_PRICE if record.usage.total else _NO_TOKENS}"
