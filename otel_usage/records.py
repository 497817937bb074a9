"""The one currency between all parts: what was called, what it used, what it cost.

Times and durations are integer nanoseconds, money is integer nano-dollars (10⁻⁹ USD), counts are tokens.
Absent is ``None``, never 0. Everything is frozen; ``msgspec.structs.replace`` makes a changed copy.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct, structs

__all__ = [
    "MAX_NANOS",
    "MAX_NANOSECONDS",
    "MAX_TOKENS",
    "MODALITIES",
    "NO_USAGE",
    "UNITS",
    "Cost",
    "CostStatus",
    "Flag",
    "Kind",
    "Status",
    "TokenUsage",
    "UsageRecord",
    "flag_missing_usage",
]

MAX_TOKENS = 10**9
"""The largest believable token count of one call; above it a count is unusable (sums must fit in 64 bits)."""
MAX_NANOS = 10**14
"""The largest believable cost of one call: a hundred thousand dollars (sums must fit in 64 bits)."""
MAX_NANOSECONDS = 10**14
"""The largest believable duration of one call: a day."""
# Checked when a line is read: what no producer of ours can have written must not reach the sums.
_Tokens = Annotated[int, Meta(ge=0, le=MAX_TOKENS)]
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
    LINK_DISTRUSTED = "link_distrusted"
    """Its response or request id stands on calls that cannot be one; calls were not joined by it."""


class TokenUsage(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What one call used, in the canonical form of OpenTelemetry's GenAI conventions.

    All are tokens but the last two. ``input`` is everything that was sent, cached parts included; the three cache
    counts are parts of it. ``output`` is everything that came back; ``reasoning`` is a part of it. What was sound or
    pictures is told apart where the provider says so and bills it at other rates: each such count is a part of the
    count that its name begins with, and ``cache_read_audio`` one of ``input_audio`` too.

    Attributes:
        input: Everything that was sent.
        output: Everything that came back.
        cache_read: Input read from a cache.
        cache_write_5m: Input written to a cache for five minutes.
        cache_write_1h: Input written to a cache for an hour.
        reasoning: Output that was reasoning.
        input_audio: Input that was sound, cached or not; the same for ``input_image`` and ``input_video``.
        input_image: See ``input_audio``.
        input_video: See ``input_audio``.
        cache_read_audio: What was read from a cache and was sound; the same for ``cache_read_image``.
        cache_read_image: See ``cache_read_audio``.
        output_audio: Output that was sound; the same for ``output_image`` and ``output_video``.
        output_image: See ``output_audio``.
        output_video: See ``output_audio``.
        web_searches: Searches of the web that the provider ran in this call, and bills one by one.
        file_searches: Searches of files stored with the provider, the same.

    Source: OpenTelemetry semantic conventions for generative AI, ``gen_ai.usage.*``, for the first six.
    """

    input: _Tokens | None = None
    output: _Tokens | None = None
    cache_read: _Tokens | None = None
    cache_write_5m: _Tokens | None = None
    cache_write_1h: _Tokens | None = None
    reasoning: _Tokens | None = None
    input_audio: _Tokens | None = None
    input_image: _Tokens | None = None
    input_video: _Tokens | None = None
    cache_read_audio: _Tokens | None = None
    cache_read_image: _Tokens | None = None
    output_audio: _Tokens | None = None
    output_image: _Tokens | None = None
    output_video: _Tokens | None = None
    web_searches: _Tokens | None = None
    file_searches: _Tokens | None = None

    @property
    def cache_write(self) -> int | None:
        """Both cache-write counts together, None when neither is known."""
        if self.cache_write_5m is None:
            return self.cache_write_1h
        return self.cache_write_5m + (self.cache_write_1h or 0)

    @property
    def cached(self) -> int:
        """Tokens of the input that were read from or written to a cache."""
        return (self.cache_read or 0) + (self.cache_write_5m or 0) + (self.cache_write_1h or 0)

    @property
    def mixed(self) -> bool:
        """Whether anything is told beyond the first six counts."""
        # Each price asks: a chain is quicker than any loop.
        return not (
            self.input_audio is None
            and self.input_image is None
            and self.input_video is None
            and self.cache_read_audio is None
            and self.cache_read_image is None
            and self.output_audio is None
            and self.output_image is None
            and self.output_video is None
            and self.web_searches is None
            and self.file_searches is None
        )

    @property
    def modalities_fit(self) -> bool:
        """Whether sound and pictures are no more than what they are parts of."""
        audio, image, video = self.input_audio or 0, self.input_image or 0, self.input_video or 0
        read_audio, read_image = self.cache_read_audio or 0, self.cache_read_image or 0
        out = (self.output_audio or 0) + (self.output_image or 0) + (self.output_video or 0)
        return (
            audio + image + video <= (self.input or 0)
            and read_audio + read_image <= (self.cache_read or 0)
            and read_audio <= audio
            and read_image <= image
            and out <= (self.output or 0)
        )

    @property
    def partition(self) -> dict[str, int]:
        """The tokens by type, each counted once, so that their sum is right; types without a token are left out."""
        uncached = max(0, self.input - self.cached) if self.input is not None else None
        visible = max(0, self.output - (self.reasoning or 0)) if self.output is not None else None
        parts = {
            "input_uncached": uncached,
            "cache_read": self.cache_read,
            "cache_write_5m": self.cache_write_5m,
            "cache_write_1h": self.cache_write_1h,
            "output_visible": visible,
            "reasoning": self.reasoning,
        }
        return {name: count for name, count in parts.items() if count}

    @property
    def total(self) -> int:
        """Input and output together, what is unknown counted as 0; for ordering, not for reports."""
        return (self.input or 0) + (self.output or 0)


MODALITIES: Final = (
    "input_audio",
    "input_image",
    "input_video",
    "cache_read_audio",
    "cache_read_image",
    "output_audio",
    "output_image",
    "output_video",
)
"""The counts of sound and pictures."""
UNITS: Final = ("web_searches", "file_searches")
"""What is counted beside tokens."""
NO_USAGE: Final = TokenUsage()
"""Nothing is known of the tokens."""


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
