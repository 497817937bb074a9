"""What commands answer in JSON, one class an object: from these come the answers and their schemas (``docs/schemas``).

Names are camelCase in JSON. An amount is a JSON number of USD, exact to the nano-dollar.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Raw, Struct

__all__ = ["Shape", "Usd"]

Usd = Annotated[Raw, Meta(extra_json_schema={"type": "number"})]
"""USD with at most nine decimals, printed from the integer of nano-dollars: no binary fraction comes between."""


class Shape(Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """An object of JSON; its schema allows no further keys."""
