"""What the model server answers, as a table: which tokens, which error, where a stream breaks.

A request chooses its scenario by the text ``scenario: NAME`` anywhere in it; without that its model decides.
Nothing here is random: the same request is answered with the same counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from otel_usage.token_usage import TokenUsage

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RESPONSE_MODELS", "SCENARIOS", "Failure", "Scenario", "choose"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An answer that is an error.

    Attributes:
        status: The HTTP status.
        first_attempt_only: The client's first attempt fails, its retry is answered.
    """

    status: int
    first_attempt_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One kind of answer.

    Attributes:
        usage: What the answer used, in this package's canonical form; each API turns it into its own terms.
        failure: The error that is sent instead.
        broken_after: How many events of a stream are sent before the connection is closed; a negative number
            counts from the end, None sends all.
    """

    usage: TokenUsage = field(default_factory=TokenUsage)
    failure: Failure | None = None
    broken_after: int | None = None


SCENARIOS: Final[Mapping[str, Scenario]] = {
    "plain": Scenario(usage=TokenUsage(input=1_200, output=350)),
    "brief": Scenario(usage=TokenUsage(input=48, output=12)),
    "long": Scenario(usage=TokenUsage(input=18_400, output=2_150)),
    "cached": Scenario(usage=TokenUsage(input=6_000, cache_read=4_096, output=280)),
    "reasoning": Scenario(usage=TokenUsage(input=900, output=2_400, reasoning=1_920)),
    "cache_write_5m": Scenario(usage=TokenUsage(input=8_300, cache_write_5m=8_000, output=410)),
    "cache_write_1h": Scenario(usage=TokenUsage(input=12_250, cache_write_1h=12_000, output=390)),
    "cache_write_both": Scenario(
        usage=TokenUsage(
            input=9_100, cache_read=2_000, cache_write_5m=3_000, cache_write_1h=4_000, output=220
        )
    ),
    "cache_read": Scenario(usage=TokenUsage(input=20_320, cache_read=20_000, output=450)),
    "rate_limited": Scenario(failure=Failure(status=429)),
    "rate_limited_once": Scenario(
        usage=TokenUsage(input=700, output=160), failure=Failure(status=429, first_attempt_only=True)
    ),
    "server_error": Scenario(failure=Failure(status=500)),
    "bad_request": Scenario(failure=Failure(status=400)),
    "broken": Scenario(usage=TokenUsage(input=2_600, cache_read=1_024, output=700), broken_after=4),
    "broken_late": Scenario(usage=TokenUsage(input=2_700, cache_read=1_024, output=720), broken_after=-1),
}
"""Name in a request → what is answered."""

_BY_MODEL: Final[Mapping[str, str]] = {
    "gpt-5": "reasoning",
    "o3": "reasoning",
    "o4-mini": "reasoning",
    "text-embedding-3-large": "brief",
    "text-embedding-3-small": "brief",
}
"""Model asked for → the scenario's name where it is not ``plain``."""

RESPONSE_MODELS: Final[Mapping[str, str]] = {
    "claude-haiku-4-5": "claude-haiku-4-5-20251001",
    "claude-opus-4-5": "claude-opus-4-5-20251101",
    "gpt-4o": "gpt-4o-2024-08-06",
    "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
    "o4-mini": "o4-mini-2025-04-16",
}
"""Alias that is asked for → dated model that answers, as the providers do; others answer under the same name."""

_MARKER = re.compile(r"\bscenario: ([a-z0-9_]+)")


def choose(model: str, text: str) -> Scenario:
    """Find the scenario of a request.

    Args:
        model: The model asked for.
        text: The whole request as text; the first ``scenario: NAME`` in it decides.

    Raises:
        KeyError: The text names a scenario that does not exist.
    """
    marker = _MARKER.search(text)
    return SCENARIOS[marker[1] if marker else _BY_MODEL.get(model, "plain")]
