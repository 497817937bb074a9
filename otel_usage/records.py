"""The one currency between all parts: what was called, what it used, what it cost.

Times and durations are integer nanoseconds, money is integer nano-dollars (10⁻⁹ USD), counts are tokens.
Absent is ``None``, never 0. Everything is frozen; ``msgspec.structs.replace`` makes a changed copy.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct, structs

from otel_usage.token_usage import NO_USAGE, TokenUsage

__all__ = [
    "MAX_NANOS",
    "MAX_NANOSECONDS",
    "STATUS_WORDS",
    "Cost",
    "CostStatus",
    "Flag",
    "Kind",
    "Status",
    "UsageRecord",
    "flag_missing_usage",
]

MAX_NANOS = 10**14
"""The largest believable cost of one call: a hundred thousand dollars (sums must fit in 64 bits)."""
MAX_NANOSECONDS = 10**14
"""The largest believable duration of one call: a day."""
# Checked when a line is read: what no producer of ours can have written must not reach the sums.
_Nanos = Annotated[int, Meta(ge=0, le=MAX_NANOS)]
_Difference = Annotated[int, Meta(ge=-MAX_NANOS, le=MAX_NANOS)]
_Nanoseconds = Annotated[int, Meta(ge=0, le=MAX_NANOSECONDS)]
_Moment = Annotated[int, Meta(ge=0, le=2**62)]


class Kind(StrEnum):
    """What was called."""

    LLM = "llm"
    API = "api"


class Status(StrEnum):
    """How the call ended."""

    OK = "ok"
    ERROR = "error"
    PARTIAL = "partial"
    """A stream that broke: what was used up to then may be incomplete."""


STATUS_WORDS = {"success": Status.OK, **{status.value: status for status in Status}}
"""How a call ended as it is written by people and tools, in lower case."""


class CostStatus(StrEnum):
    """Where a cost stands; ``PENDING`` and ``UNPRICED`` have no amount."""

    PRICED = "priced"
    PROVIDED = "provided"
    """The amount was given by the caller or by an allow-listed provider."""
    FREE = "free"
    """Declared free by configuration or known as free: a true $0."""
    INCLUDED = "included"
    """Covered by a subscription's plan: nothing was billed for this call."""
    PENDING = "pending"
    """Not known to the compact price index; looked up in the full price data when the ledger ingests it."""
    UNPRICED = "unpriced"
    """No source knows a price. Unknown is never 0."""


class Flag(StrEnum):
    """What a reader should know about how a record came to its values."""

    INPUT_INFERRED = "input_convention_inferred"
    """The cache was larger than the input, so the input was taken to exclude it."""
    USAGE_UNUSABLE = "usage_unusable"
    """At least one token count was not a believable count and was left out."""
    USAGE_MISSING = "usage_missing"
    """The call ended well, and nothing was said of its tokens."""
    USAGE_INCOMPLETE = "usage_incomplete"
    """Input or output is unknown and billed by this model; the amount is that of what is known."""
    COST_UNUSABLE = "cost_unusable"
    """The given cost was not a believable amount and was left out."""
    TIME_REPLACED = "time_replaced"
    """The start lay in the future or before 2020; the call is booked at the time it was received."""
    CUT = "cut"
    """Text was cut so that the journal line keeps to its bound."""
    VARIANT_UNPRICED = "variant_unpriced"
    """The service tier has no price of its own in the source; the standard price was taken."""
    RATE_ASSUMED = "rate_assumed"
    """The source has no rate for one kind of token; the nearest known rate was taken, never 0."""
    UNITS_UNPRICED = "units_unpriced"
    """Something beside tokens was used (a web search) for which the source has no rate; the amount leaves it out."""
    MORE_BILLED = "more_billed"
    """The answer tells of something that no price data knows (another tool of the provider's, another model's advice, a
    surcharge for the place); an amount that was computed leaves it out."""
    LINK_DISTRUSTED = "link_distrusted"
    """Its response or request id stands on calls that cannot be one; calls were not joined by it."""


class Cost(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a call cost.

    Attributes:
        status: Where the amount stands.
        nanos: The total in nano-dollars; None when pending or unpriced.
        components: Nano-dollars by billed component (``input_uncached``, ``cache_read``, …); their sum is
            ``nanos`` when the cost was computed, empty when it was provided.
        price_source: Who knew the price: ``caller``, ``provider``, ``override``, ``local``, ``preset:…``, ``genai-prices``.
        rate_card: The id of the rate card that was applied; the card is a journal line.
        list_nanos: For ``included``: what the call would have cost at the list price.
        cache_saved: Nano-dollars by which reading from a cache was cheaper than the same tokens as uncached input;
            None when nothing was read, or the cost was not computed here.
        cache_extra: Nano-dollars by which writing to a cache was dearer than the same tokens as uncached input; None
            likewise. Negative where a provider sells writes below the input rate.
    """

    status: CostStatus = CostStatus.PENDING
    nanos: _Nanos | None = None
    components: dict[str, int] = {}
    price_source: str | None = None
    rate_card: str | None = None
    list_nanos: _Nanos | None = None
    cache_saved: _Difference | None = None
    cache_extra: _Difference | None = None


class UsageRecord(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One LLM call or one API call, as one source saw it. Prompt and response are not fields.

    Attributes:
        id: Identifies the call; seen twice with one id is one call.
        kind: LLM or API call.
        start: Begin of the call, nanoseconds since the epoch, UTC.
        source: Where the record came from: ``live``, ``cli``, ``otlp`` or an importer's name.
        provider: Short provider name, ``anthropic`` (see ``semconv.PROVIDERS``).
        operation: ``chat``, ``embeddings``, … as in the conventions.
        request_model: The model that was asked for.
        response_model: The model that answered; the one that is billed.
        response_id: The provider's id of the response.
        request_id: The provider's id of the request.
        service_tier: ``batch``, ``flex``, ``priority``, … as reported.
        server_address: Name or address of the server that was called, without scheme and port.
        usage: Tokens used.
        service: API calls: the service, ``serpapi``.
        endpoint: API calls: the path, ``/search``.
        status_code: API calls: HTTP status.
        agent: Name of the agent, and the further attribution: ``session_id``, ``job_id``, ``task_type``,
            ``task_description`` (redacted), ``team``, ``project``, ``tags``.
        duration: Nanoseconds by the monotonic clock.
        time_to_first_chunk: Nanoseconds to the first chunk of a stream.
        status: How it ended.
        error_type: Class of the error, an identifier.
        error_message: Text of the error, redacted.
        attempt: 1 for the first try; retries inside a client count up.
        trace_id: 32 hex digits, with span_id (16) the span that was this call.
        sampled: Whether the span was sampled.
        host: Name of the machine.
        cost: What it cost.
        flags: What a reader should know, sorted.
    """

    id: str
    start: _Moment
    source: str
    kind: Kind = Kind.LLM
    provider: str | None = None
    operation: str | None = None
    request_model: str | None = None
    response_model: str | None = None
    response_id: str | None = None
    request_id: str | None = None
    service_tier: str | None = None
    server_address: str | None = None
    usage: TokenUsage = NO_USAGE
    service: str | None = None
    endpoint: str | None = None
    status_code: int | None = None
    agent: str | None = None
    session_id: str | None = None
    job_id: str | None = None
    task_type: str | None = None
    task_description: str | None = None
    team: str | None = None
    project: str | None = None
    tags: dict[str, str] = {}
    duration: _Nanoseconds | None = None
    time_to_first_chunk: _Nanoseconds | None = None
    status: Status = Status.OK
    error_type: str | None = None
    error_message: str | None = None
    attempt: int | None = None
    trace_id: str | None = None
    span_id: str | None = None
    sampled: bool | None = None
    host: str | None = None
    cost: Cost = Cost()
    flags: tuple[Flag, ...] = ()

    @property
    def model(self) -> str | None:
        """The model that is billed and reported: the response's before the request's."""
        return self.response_model or self.request_model


def flag_missing_usage(record: UsageRecord) -> UsageRecord:
    """The record, flagged where an LLM call ended well and nothing was said of its tokens."""
    if record.kind is not Kind.LLM or record.status is not Status.OK or record.usage != NO_USAGE:
        return record
    return structs.replace(record, flags=(*record.flags, Flag.USAGE_MISSING))
