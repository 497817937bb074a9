"""``otel-usage explain``: the arithmetic of one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from otel_usage.cli.money import number, usd
from otel_usage.cli.output import shown
from otel_usage.cli.reading import current_ledger
from otel_usage.errors import InvalidValueError
from otel_usage.ledger.queries import find_call, last_call
from otel_usage.pricing.arithmetic import lines
from otel_usage.pricing.cards import RateCard

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.ledger.store import Ledger
    from otel_usage.records import UsageRecord

__all__ = ["command"]


@click.command("explain")
@click.argument("call", metavar="CALL|last")
@click.pass_obj
def command(home: Path | None, call: str) -> None:
    """How the cost of one call came about: its record id, or 'last' for the latest call."""
    with current_ledger(home) as (ledger, _):
        record = last_call(ledger) if call == "last" else find_call(ledger, call)
        if record is None:
            raise InvalidValueError("CALL", call, "no such call is recorded")
        told = [*_facts(record, ledger), "", *_arithmetic(record, ledger)]
    click.echo("\n".join(told))


def _facts(record: UsageRecord, ledger: Ledger) -> list[str]:
    facts = {
        "Call": record.id,
        "Began": ledger.days.local(record.start).isoformat(timespec="milliseconds"),
        "Model": f"{record.model or record.endpoint} ({record.provider or record.service})",
        "Agent": record.agent,
        "Job": record.job_id,
        "Status": record.status + (f" ({record.error_type})" if record.error_type else ""),
        "Notes": ", ".join(record.flags),
    }
    return [f"{name + ':':<10}{shown(value)}" for name, value in facts.items() if value]


def _arithmetic(record: UsageRecord, ledger: Ledger) -> list[str]:
    cost = record.cost
    total = f"{'total':<18}{_exact(cost.nanos):>40}"
    found = ledger.ask("SELECT card FROM rate_card WHERE id = ?", (cost.rate_card,))
    if not found or not cost.components:
        source = f" by {cost.price_source}" if cost.price_source else ""
        return [total, f"The cost is {cost.status}{source}; there is no arithmetic to show."]
    card = msgspec.json.decode(found[0][0], type=RateCard)
    told = [
        f"{line.component:<18}{line.units:>12,} x {usd(line.rate):>8} / 1M = {_exact(line.nanos):>14}"
        + (" (rate assumed)" if line.assumed else "")
        for line in lines(record.usage, card)
    ]
    dated = f", from {card.valid_from}" if card.valid_from else ""
    return [
        *told,
        total,
        f"Price of {card.provider}/{card.model} from {card.source} {card.version}{dated}, rate card {card.id}",
    ]


def _exact(nanos: int | None) -> str:
    amount = number(nanos)
    return "unpriced" if amount is None else f"${bytes(amount).decode()}"
