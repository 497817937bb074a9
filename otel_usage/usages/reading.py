"""What a usage says, by the first table that knows it.

genai-prices extracts usage too, and a test holds these tables against it. It is not asked here: importing it takes a
quarter of a second, which no caller's thread should wait for; it has to be told which API a response is of; it reads
whole JSON bodies, neither objects nor events nor the service tier; and it refuses a usage that lacks one count that
it requires, where what the others say is still known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from otel_usage.records import Flag
from otel_usage.token_usage import NO_USAGE
from otel_usage.usages.anthropic import ANTHROPIC, GEO, beyond_price
from otel_usage.usages.bedrock import BEDROCK
from otel_usage.usages.cohere import COHERE_BILLED, COHERE_PROCESSED
from otel_usage.usages.costs import COST_NAMES
from otel_usage.usages.fields import fields
from otel_usage.usages.google import GOOGLE
from otel_usage.usages.local import LM_STUDIO, OLLAMA
from otel_usage.usages.openai import CHAT, PERPLEXITY, RESPONSES
from otel_usage.usages.searches import TOOLS
from otel_usage.usages.tiers import TIER_NAMES

if TYPE_CHECKING:
    from otel_usage.token_usage import TokenUsage
    from otel_usage.usages.table import Table

__all__ = ["tokens", "usage_fields"]

_TABLES: Final[tuple[Table, ...]] = (
    PERPLEXITY,
    CHAT,
    ANTHROPIC,
    GOOGLE,
    BEDROCK,
    COHERE_BILLED,
    COHERE_PROCESSED,
    LM_STUDIO,
    OLLAMA,
    RESPONSES,
)
"""By the first whose mark is there a usage is read: what speaks like another stands before it."""
_COUNTED: Final = COST_NAMES.union(*(table.names for table in _TABLES))
_READ: Final = _COUNTED | TIER_NAMES | {GEO}


def usage_fields(usage: object) -> dict[str, object]:
    """Everything that is read of a usage, by the provider's names; empty when it is none that is known."""
    known = fields(usage)
    # The provider's names are fewer than those that are looked for.
    names = _READ.intersection(known) if type(known) is dict else _READ
    found = {name: value for name in names if (value := known.get(name)) is not None}
    return {} if _COUNTED.isdisjoint(found) else found


def tokens(usage: dict[str, object]) -> tuple[TokenUsage, tuple[Flag, ...]]:
    """The token counts of what a usage says, and what was unusual about them."""
    for table in _TABLES:
        if not table.marks.isdisjoint(usage):
            found, flags = table.read(usage)
            more = beyond_price(usage) or not TOOLS.isdisjoint(usage)
            return found, (*flags, Flag.MORE_BILLED) if more else flags
    # What has no mark may still say a part: a total, a search.
    return RESPONSES.read(usage) if usage else (NO_USAGE, ())
