"""What one call used: tokens by kind, and what is billed beside them."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

__all__ = ["MAX_TOKENS", "MODALITIES", "NO_USAGE", "UNITS", "TokenUsage"]

MAX_TOKENS: Final = 10**9
"""The largest believable token count of one call; above it a count is unusable (sums must fit in 64 bits)."""
# Checked when a line is read: what no producer of ours can have written must not reach the sums.
_Tokens = Annotated[int, Meta(ge=0, le=MAX_TOKENS)]


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
        output_citation: Output that was text of the sources it cites.
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
    output_citation: _Tokens | None = None
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
            and self.output_citation is None
            and self.web_searches is None
            and self.file_searches is None
        )

    @property
    def modalities_fit(self) -> bool:
        """Whether sound and pictures are no more than what they are parts of."""
        audio, image, video = self.input_audio or 0, self.input_image or 0, self.input_video or 0
        read_audio, read_image = self.cache_read_audio or 0, self.cache_read_image or 0
        out = (self.output_audio or 0) + (self.output_image or 0) + (self.output_video or 0)
        out += self.output_citation or 0
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
    "output_citation",
)
"""The counts of what is not plain text: parts of the counts that their names begin with."""
UNITS: Final = ("web_searches", "file_searches")
"""What is counted beside tokens."""
NO_USAGE: Final = TokenUsage()
"""Nothing is known of the tokens."""
