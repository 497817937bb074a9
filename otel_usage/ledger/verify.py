"""Recomputing what the roll-ups say from the calls, and comparing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from otel_usage.ledger.rollups import ROLLUPS, Deltas
from otel_usage.ledger.rows import COLUMNS, from_row

if TYPE_CHECKING:
    from otel_usage.ledger.store import Ledger

__all__ = ["Difference", "verify"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A roll-up row that is not the sum of its calls.

    Attributes:
        table: The roll-up.
        key: Its key.
        kept: What the table holds, None where the row is missing.
        computed: What the calls add up to, None where no call has this key.
    """

    table: str
    key: tuple[object, ...]
    kept: tuple[int, ...] | None
    computed: tuple[int, ...] | None


def verify(ledger: Ledger) -> list[Difference]:
    """Every difference between the roll-ups and the calls, all of one moment; none in a sound ledger."""
    with ledger.errors():
        ledger.connection.execute("BEGIN")
        try:
            return _differences(ledger)
        finally:
            ledger.connection.execute("ROLLBACK")


def _differences(ledger: Ledger) -> list[Difference]:
    deltas = Deltas(ledger.days)
    for exposed, *row in ledger.connection.execute(f"SELECT exposed, {', '.join(COLUMNS)} FROM call"):  # noqa: S608  # column names
        deltas.add(from_row(tuple(row)), exposed=bool(exposed))
    differences = []
    for table, (keys, sums) in ROLLUPS.items():
        rows = ledger.connection.execute(f"SELECT {', '.join((*keys, *sums))} FROM {table}")  # noqa: S608  # names from rollups.py
        kept = {row[: len(keys)]: row[len(keys) :] for row in rows}
        differences += _compare(table, kept, deltas.sums(table))
    accumulated: dict[tuple[object, ...], tuple[int, ...]] = {
        (family, *json.loads(labels)): (booked - corrected,)
        for family, labels, booked, corrected in ledger.connection.execute("SELECT * FROM accumulator")
        if booked != corrected
    }
    exposed_sums: dict[tuple[object, ...], tuple[int, ...]] = {
        (family, *json.loads(labels)): (value,)
        for (family, labels), value in deltas.exposed().items()
        if value
    }
    differences += _compare("accumulator", accumulated, exposed_sums)
    return differences


def _compare(
    table: str,
    kept: dict[tuple[object, ...], tuple[int, ...]],
    computed: dict[tuple[object, ...], tuple[int, ...]],
) -> list[Difference]:
    return [
        Difference(table=table, key=key, kept=kept.get(key), computed=computed.get(key))
        for key in sorted(kept.keys() | computed.keys(), key=repr)
        if kept.get(key) != computed.get(key)
    ]
