"""What the text of an attribute is by the attribute's name: something to examine, or an id that is never touched."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Final

from otel_usage import semconv
from otel_usage.redaction.names import sensitivity

__all__ = ["MAX_NAME", "Treatment", "harmless", "is_id", "treatment", "well_known"]

MAX_NAME: Final = 256
"""Characters of a text that may be an id or a name; a longer one is examined as a text, whatever it is called."""
_IDS: Final = frozenset(
    {
        semconv.RESPONSE_ID,
        semconv.TOOL_CALL_ID,
        semconv.ANTHROPIC_REQUEST_ID,
        semconv.RECORD_ID,
        semconv.COST_CURRENCY,
        semconv.COST_SOURCE,
        semconv.COST_STATUS,
        semconv.COST_PRICE_SOURCE,
        semconv.COST_RATE_CARD,
    }
)
"""Ids, and what is written by this package itself, of a few fixed values."""
_PLACE_PREFIXES: Final = (semconv.SERVER_PREFIX, semconv.NETWORK_PREFIX)
_NAMES: Final = frozenset(
    {
        semconv.OPERATION_NAME,
        semconv.PROVIDER_NAME,
        semconv.SYSTEM,
        semconv.REQUEST_MODEL,
        semconv.RESPONSE_MODEL,
        semconv.OUTPUT_TYPE,
        semconv.FINISH_REASONS,
        semconv.TOOL_TYPE,
        semconv.AGENT_ID,
        semconv.TOKEN_TYPE,
        semconv.ERROR_TYPE,
        semconv.EXCEPTION_TYPE,
        semconv.SERVICE_TIER,
        semconv.OPENAI_SERVICE_TIER,
        semconv.OPENAI_SERVICE_TIER_OLD,
        semconv.ANTHROPIC_SERVICE_TIER,
        semconv.OPENINFERENCE_KIND,
        semconv.OPENINFERENCE_MODEL,
        semconv.URL_SCHEME,
        semconv.HTTP_METHOD,
    }
)
"""By the conventions names of models, or of enumerations that anybody may add to: what stands there may be anything."""
_WELL_KNOWN: Final = frozenset(
    {
        *semconv.INFERENCE_OPERATIONS,
        semconv.OPERATION_AGENT,
        semconv.OPERATION_TOOL,
        *semconv.PROVIDERS,
        *semconv.PROVIDERS.values(),
    }
)

_KEYS: Final = frozenset(value for value in vars(semconv).values() if isinstance(value, str))


class Treatment(Enum):
    """What is done with a text."""

    KEPT = "kept"
    """It is an id or a place on the network, and stays."""
    NAME = "name"
    """It is examined as the name of a model."""
    PAIR = "pair"
    """The attribute's name announces a secret: both are examined together."""
    TEXT = "text"
    """It is examined."""


@lru_cache(maxsize=4096)
def treatment(key: str) -> Treatment:
    """What is done with the text of an attribute of this name."""
    if key in _IDS or key.startswith(_PLACE_PREFIXES):
        return Treatment.KEPT
    if key in _NAMES:
        return Treatment.NAME
    return Treatment.TEXT if sensitivity(key) is None else Treatment.PAIR


def is_id(value: object) -> bool:
    """Whether a value can be an id, or several."""
    if isinstance(value, str):
        return len(value) <= MAX_NAME and value.isascii()
    return isinstance(value, tuple) and all(isinstance(part, str) and is_id(part) for part in value)


def well_known(key: str) -> bool:
    """Whether an attribute's name is one that this package has a constant for; any other may have been made of anything."""
    return key in _KEYS


def harmless(key: str, value: object) -> bool:
    """Whether a value is none that could hold a secret, without a look into it: an id, or a word of the conventions."""
    how = treatment(key)
    return (how is Treatment.KEPT and is_id(value)) or (
        how is Treatment.NAME and isinstance(value, str) and value in _WELL_KNOWN
    )
