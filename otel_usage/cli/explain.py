"""``otel-usage explain``: the arithmetic of one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from otel_usage.cli.money import exact, rate
from otel_usage.cli.output import shown
from otel_usage.cli.reading import current_ledger, full_book
from otel_usage.errors import InvalidValueError
from otel_usage.fitting import stored_id
from otel_usage.ledger.queries import find_call, last_call
from otel_usage.pricing.arithmetic import lines
from otel_usage.pricing.cards import RateCard
from otel_usage.records import CostStatus, TokenUsage

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.ledger.store import Ledger
    from otel_usage.records import UsageRecord
    from otel_usage.settings import Settings

__all__ = ["command"]


@click.command("explain")
@click.argument("call", metavar="CALL|last")
@click.pass_obj
def command(home: Path | None, call: str) -> None:
    """How the cost of one call came about: its record id, or 'last' for the latest call."""
    with current_ledger(home) as (ledger, settings):
        record = last_call(ledger) if call == "last" else find_call(ledger, stored_id(call))
        if record is None:
            raise InvalidValueError("CALL", call, "no such call is recorded")
        told = [*_facts(record, ledger), "", *_arithmetic(record, ledger, settings)]
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


def _arithmetic(record: UsageRecord, ledger: Ledger, settings: Settings) -> list[str]:
    cost = record.cost
    total = f"{'total':<18}{exact(cost.nanos):>45}"
    found = ledger.ask("SELECT card FROM rate_card WHERE id = ?", (cost.rate_card,))
    if not found or not cost.components:
        return [total, _reason(record, settings)]
    card = msgspec.json.decode(found[0][0], type=RateCard)
    told = [
        f"{line.component:<18}{line.units:>12,} x {rate(line.rate):>8} / 1M = {exact(line.nanos):>14}"
        + (" (rate assumed)" if line.assumed else "")
        for line in lines(record.usage, card)
    ]
    dated = f", valid since {card.valid_from}" if card.valid_from else ""
    return [
        *told,
        total,
        f"Price of {card.provider}/{card.model} from {card.source} {card.version}{dated}, rate card {card.id}",
    ]


def _reason(record: UsageRecord, settings: Settings) -> str:
    """Why there is no arithmetic to show."""
    match record.cost.status:
        case CostStatus.PROVIDED:
            return f"The cost was given by the {record.cost.price_source}."
        case CostStatus.FREE:
            return "The provider or the model is declared free."
        case CostStatus.INCLUDED:
            return "A subscription's plan covers the call."
        case CostStatus.PENDING:
            return "The price is not looked up yet."
        case _ if record.usage == TokenUsage():
            return "No token counts are known, so there is nothing to price."
        case _:
            names = full_book(settings).nearest(record.provider, record.model or "")
            hint = f" Known names like it: {', '.join(names)}." if names else ""
            return shown(f"No source knows a price of {record.provider}/{record.model}.{hint}")
