"""What the text of an attribute is by the attribute's name: something to examine, or an id that is never touched."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Final

from otel_usage import semconv
from otel_usage.redaction.names import sensitivity

__all__ = ["MAX_NAME", "Treatment", "is_name", "treatment"]

MAX_NAME: Final = 256
"""Characters of a text that may be an id or a name of an enumeration; a longer one is examined, whatever it is called."""
_NAMES: Final = frozenset(
    {
        semconv.OPERATION_NAME,
        semconv.PROVIDER_NAME,
        semconv.SYSTEM,
        semconv.RESPONSE_ID,
        semconv.OUTPUT_TYPE,
        semconv.FINISH_REASONS,
        semconv.TOOL_TYPE,
        semconv.TOOL_CALL_ID,
        semconv.AGENT_ID,
        semconv.TOKEN_TYPE,
        semconv.ERROR_TYPE,
        semconv.EXCEPTION_TYPE,
        semconv.COST_CURRENCY,
        semconv.COST_SOURCE,
        semconv.COST_STATUS,
        semconv.COST_PRICE_SOURCE,
        semconv.COST_RATE_CARD,
        semconv.RECORD_ID,
        semconv.SERVICE_TIER,
        semconv.OPENAI_SERVICE_TIER,
        semconv.OPENAI_SERVICE_TIER_OLD,
        semconv.ANTHROPIC_SERVICE_TIER,
        semconv.ANTHROPIC_REQUEST_ID,
        semconv.OPENINFERENCE_KIND,
        semconv.URL_SCHEME,
        semconv.HTTP_METHOD,
    }
)
_NAME_PREFIXES: Final = (semconv.SERVER_PREFIX, semconv.NETWORK_PREFIX)
_MODELS: Final = frozenset({semconv.REQUEST_MODEL, semconv.RESPONSE_MODEL, semconv.OPENINFERENCE_MODEL})


class Treatment(Enum):
    """What is done with a text."""

    KEPT = "kept"
    """It is an id, a name of an enumeration or a place on the network, and stays."""
    MODEL = "model"
    """It is examined as the name of a model."""
    PAIR = "pair"
    """The attribute's name announces a secret: both are examined together."""
    TEXT = "text"
    """It is examined."""


@lru_cache(maxsize=4096)
def treatment(key: str) -> Treatment:
    """What is done with the text of an attribute of this name."""
    if key in _NAMES or key.startswith(_NAME_PREFIXES):
        return Treatment.KEPT
    if key in _MODELS:
        return Treatment.MODEL
    return Treatment.TEXT if sensitivity(key) is None else Treatment.PAIR


def is_name(value: object) -> bool:
    """Whether a value can be an id or a name of an enumeration, or several."""
    if isinstance(value, str):
        return len(value) <= MAX_NAME
    return isinstance(value, tuple) and all(isinstance(v, str) and len(v) <= MAX_NAME for v in value)
