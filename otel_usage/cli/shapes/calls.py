"""What ``explain`` answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec import UNSET, UnsetType, field

from otel_usage.cli.shapes import Shape, Usd
from otel_usage.records import CostStatus, Flag, Status

__all__ = ["AppliedPrice", "BillLine", "CallCost", "CostChange", "ExplainAnswer", "OwnPrice"]


class CallCost(Shape, frozen=True, kw_only=True):
    """What a call cost.

    Attributes:
        cost: USD; null where no amount is known.
        cost_nanos: The same in nano-dollars.
        status: Where the amount stands.
        price_source: Who knew the price: the caller, an override, genai-prices, …; null where nobody did.
        rate_card: Id of the rate card that was applied.
        list_price: Of a call that a plan covers: USD that it would have cost.
        cache_savings: USD by which reading from a cache was cheaper than the same tokens as uncached input.
        cache_write_extra: USD by which writing to one was dearer.
    """

    cost: Usd | None
    cost_nanos: int | None
    status: CostStatus
    price_source: str | None
    rate_card: str | None
    list_price: Usd | None
    cache_savings: Usd | None
    cache_write_extra: Usd | None


class BillLine(Shape, frozen=True, kw_only=True):
    """Units times a rate.

    Attributes:
        component: What is billed.
        units: How many: tokens, searches, requests.
        usd_per_million: USD per million of them.
        cost: What they come to, in USD.
        assumed: Whether the nearest known rate was taken, as the source has none for this.
    """

    component: str
    units: int
    usd_per_million: Usd
    cost: Usd
    assumed: bool


class AppliedPrice(Shape, frozen=True, kw_only=True):
    """The rate card behind an amount.

    Attributes:
        provider: Who sells the model.
        model: As the price data calls it.
        from_: Who knew the rates, in words.
        source: The same as an identifier.
        version: Of the price data.
        based_on: Of an override: the model whose rates it took.
        multiplier: Of an override: the factor on them, a decimal number.
        service_tier: The tier that the rates are for.
        long_context_above: The rates are those of calls with more tokens of input than this.
        valid_from: First day of the rates.
        valid_until: First day on which they do not hold any more.
        hours_utc: The hours of the day at which they hold, such as 00:30 and 16:30.
        rate_card: Its id.
    """

    provider: str
    model: str
    from_: str = field(name="from")
    source: str
    version: str
    based_on: str | None
    multiplier: str | None
    service_tier: str | None
    long_context_above: int | None
    valid_from: date | None
    valid_until: date | None
    hours_utc: tuple[str, str] | None
    rate_card: str


class CostChange(Shape, frozen=True, kw_only=True):
    """A change of a stored cost.

    Attributes:
        at: When, in local time.
        reason: Why: settled (looked up when the ledger was read), repriced (by a person), or in words.
        before: What stood there.
        after: What stands there since.
    """

    at: str
    reason: str
    before: CallCost
    after: CallCost


class OwnPrice(CallCost, frozen=True, kw_only=True):
    """What our own prices say of a call whose cost was given; for information.

    Attributes:
        price: The rate card.
    """

    price: AppliedPrice


class ExplainAnswer(CallCost, frozen=True, kw_only=True):
    """How the cost of one call came about.

    Attributes:
        id: The record id.
        began: In local time.
        provider: Of an API call the service.
        model: Of an API call the endpoint.
        service_tier: As the provider reported it.
        server_address: The server that was called.
        agent: Name of the agent.
        job_id: The job that the call belongs to.
        call_status: How the call ended.
        error_type: Class of its error.
        lines: Units times rates, which sum exactly to the amount; empty where there is no such arithmetic.
        components: USD by what was billed.
        reason: Why there is no arithmetic, or why it was not billed; null where it speaks for itself.
        price: The rate card that was applied.
        changes: How the cost was changed since the call was recorded, the first change first.
        flags: What one should know about how the record came to its values.
        notes: The same in sentences.
        own_price: Of a cost that was given: what our own prices would have made of the call.
        content: With ``--content``: what was said, by the keys of the conventions' attributes; null where none is kept.
        content_note: With ``--content``: why there is none.
    """

    id: str
    began: str
    provider: str | None
    model: str | None
    service_tier: str | None
    server_address: str | None
    agent: str | None
    job_id: str | None
    call_status: Status
    error_type: str | None
    lines: list[BillLine]
    components: dict[str, Usd]
    reason: str | None
    price: AppliedPrice | None
    changes: list[CostChange]
    flags: tuple[Flag, ...]
    notes: list[str]
    own_price: OwnPrice | None
    content: dict[str, Any] | UnsetType | None = UNSET
    content_note: str | UnsetType | None = UNSET
