"""LiteLLM's public price map, read as a second opinion; never a source of prices.

The file is ``model_prices_and_context_window.json`` of that project, or the wheel of its package, which holds a copy.
Its rates are USD a token; an entry with 0 or nothing has no price there (commitments, unknown), which is not free.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from otel_usage.errors import PriceDataError
from otel_usage.pricing.cards import NANOS
from otel_usage.pricing.names import candidates, hinted_provider
from otel_usage.pricing.providers import GATEWAYS, PREFIXES, provider_id
from otel_usage.pricing.tariffs import PER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Listed", "find", "read_map"]

_MEMBER: Final = "litellm/model_prices_and_context_window_backup.json"
_MAX_BYTES: Final = 64 * 1024 * 1024
_COMPONENTS: Final = {
    "input_cost_per_token": "input_uncached",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cache_read",
    "cache_creation_input_token_cost": "cache_write_5m",
    "cache_creation_input_token_cost_above_1hr": "cache_write_1h",
    "input_cost_per_audio_token": "input_audio",
    "cache_read_input_audio_token_cost": "cache_read_audio",
    "output_cost_per_audio_token": "output_audio",
}
_TIERS: Final = {None: "", "batches": "batch", "flex": "flex", "priority": "priority"}
_KEY: Final = re.compile(
    rf"({'|'.join(sorted(_COMPONENTS, key=len, reverse=True))})"
    r"(?:_above_(\d{1,6})k_tokens)?(?:_(batches|flex|priority))?"
)
_DEPARTMENTS: Final = ("fireworks_ai-", "vertex_ai-")
"""One seller under several names there: ``vertex_ai-anthropic_models``."""
_COMPLETION: Final = "text-completion-"

_UNREADABLE: Final = (
    ArithmeticError,
    EOFError,
    RecursionError,
    RuntimeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What Python raises for a file of any other kind, and for a torn or an encrypted wheel."""


class Listed(Struct, frozen=True):
    """One entry.

    Attributes:
        name: Its key.
        rates: Service tier (empty for the standard price) and billed component → steps: above how many tokens of
            input, nano-dollars per million units.
        max_input: The largest input of a call, None where it is not said.
    """

    name: str
    rates: dict[tuple[str, str], tuple[tuple[int, int], ...]]
    max_input: int | None


def read_map(path: Path) -> dict[tuple[str, str], Listed]:
    """The entries that have a price, by our id of the provider and the name without its prefix.

    Raises:
        PriceDataError: It cannot be read, or is not such a file.
    """
    try:
        raw = json.loads(_content(path), parse_float=Decimal)
    except PriceDataError:
        raise
    except OSError as error:
        raise PriceDataError(f"cannot be read ({error.strerror})", source=str(path)) from error
    except _UNREADABLE as error:
        raise PriceDataError(
            "is not a price map of LiteLLM (JSON), nor its wheel", source=str(path)
        ) from error
    found: dict[tuple[str, str], Listed] = {}
    for name, entry in raw.items() if isinstance(raw, dict) else ():
        if isinstance(entry, dict) and isinstance(seller := entry.get("litellm_provider"), str):
            listed = Listed(name, _rates(entry), _limit(entry.get("max_input_tokens")))
            if listed.rates:
                # Of two departments that sell one model the first counts.
                found.setdefault((_provider(seller), _bare(name, seller)), listed)
    if not found:
        raise PriceDataError("has no entry with a provider and a price of LiteLLM's form", source=str(path))
    return found


def find(entries: Mapping[tuple[str, str], Listed], provider: str | None, model: str) -> Listed | None:
    """The entry of a model as a call names it; names are compared whole."""
    given = provider_id(provider)
    if given is None or given in GATEWAYS:
        given = hinted_provider(model)
    if given is None:
        return None
    return next((entries[given, name] for name in candidates(model) if (given, name) in entries), None)


def _content(path: Path) -> bytes:
    """The JSON, out of the wheel if it is one."""
    if not zipfile.is_zipfile(path):
        if path.stat().st_size > _MAX_BYTES:
            raise PriceDataError(f"is larger than {_MAX_BYTES // 2**20} MB", source=str(path))
        return path.read_bytes()
    with zipfile.ZipFile(path) as wheel:
        if _MEMBER not in wheel.namelist():
            raise PriceDataError(f"has no {_MEMBER}: give LiteLLM's wheel", source=str(path))
        if wheel.getinfo(_MEMBER).file_size > _MAX_BYTES:
            raise PriceDataError(f"{_MEMBER} is larger than {_MAX_BYTES // 2**20} MB", source=str(path))
        return wheel.read(_MEMBER)


def _provider(seller: str) -> str:
    if seller.startswith(_DEPARTMENTS):
        seller = seller.partition("-")[0]
    return provider_id(seller.removeprefix(_COMPLETION)) or ""


def _bare(name: str, seller: str) -> str:
    """The name without the provider in front."""
    lowered = name.strip().lower()
    head, slash, tail = lowered.partition("/")
    return tail if slash and (head in PREFIXES or head == seller) else lowered


def _rates(entry: Mapping[str, Any]) -> dict[tuple[str, str], tuple[tuple[int, int], ...]]:
    steps: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for key, value in entry.items():
        match = _KEY.fullmatch(key)
        if match is not None and (rate := _nanos(value)) is not None:
            where = _TIERS[match[3]], _COMPONENTS[match[1]]
            steps.setdefault(where, []).append((int(match[2] or 0) * 1_000, rate))
    return {where: tuple(sorted(found)) for where, found in steps.items()}


def _nanos(value: object) -> int | None:
    """Nano-dollars per million units, None for what is no price."""
    if not isinstance(value, Decimal) or not value.is_finite() or not 0 < value < 1:
        return None
    return round(value * NANOS * PER) or None


def _limit(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None
