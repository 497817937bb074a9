"""``otel-usage explain``: the arithmetic of one call."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from otel_usage.cli.explain.gathering import gather, hours, reason, source
from otel_usage.cli.explain.said import as_attributes, nothing, readable
from otel_usage.cli.money import cache_effect, exact, number
from otel_usage.cli.output import print_json, shown
from otel_usage.cli.reading import current_ledger
from otel_usage.cli.shapes.calls import (
    AppliedPrice,
    BillLine,
    CallCost,
    CostChange,
    ExplainAnswer,
    OwnPrice,
)
from otel_usage.cli.wording import FLAGS, REASONS, row
from otel_usage.errors import InvalidValueError
from otel_usage.fitting import stored_id
from otel_usage.home import Home
from otel_usage.ledger.calls import find_call, last_call
from otel_usage.ledger.contents import find_content

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.cli.explain.gathering import Explained
    from otel_usage.ledger.days import Days
    from otel_usage.pricing.cards import RateCard
    from otel_usage.records import Cost

__all__ = ["command"]


@click.command("explain")
@click.argument("call", metavar="CALL|last")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--content", "with_content", is_flag=True, help="Show what was said too, where it is kept.")
@click.pass_obj
def command(home: Path | None, call: str, as_json: bool, with_content: bool) -> None:
    """How the cost of one call came about: its record id, or 'last' for the latest call."""
    with current_ledger(home) as (ledger, settings):
        record = last_call(ledger) if call == "last" else find_call(ledger, stored_id(call))
        if record is None:
            missing = "nothing is recorded yet" if call == "last" else "no such call is recorded"
            raise InvalidValueError("CALL", call, missing)
        explained = gather(record, ledger, settings)
        why = reason(explained, settings)
        said = find_content(ledger, Home(settings.home), record) if with_content else None
        unsaid = nothing(record, settings.content, time.time_ns()) if with_content and said is None else None
        if as_json:
            told = {"content": said and as_attributes(said), "content_note": unsaid} if with_content else {}
            print_json(_answer(explained, why, ledger.days, told))
        else:
            lines = _text(explained, why, ledger.days)
            lines += ["", *readable(said)] if said else [unsaid] if unsaid else []
            click.echo("\n".join(shown(line) for line in lines))


def _text(explained: Explained, why: str | None, days: Days) -> list[str]:
    told = [*_facts(explained, days), "", *map(row, explained.rows), *_amounts(explained)]
    cost, card = explained.record.cost, explained.card
    if effect := cache_effect(cost.cache_saved, cost.cache_extra):
        told.append(f"The cache: {effect}, against the same tokens as uncached input.")
    told += [why] if why else []
    if card is not None:
        told.append(_price(card, explained.above))
    told += [
        f"Changed {_moment(change.adjustment.at, days)} from {_standing(change.before)} to"
        f" {_standing(change.adjustment.cost)}: {_why(change.adjustment.reason)}."
        for change in explained.changes
    ]
    told += [f"Note: {FLAGS[flag]}" for flag in explained.record.flags]
    if explained.ours is not None and explained.ours.card is not None:
        told += [
            "",
            f"For information, not booked: our own prices say {exact(explained.ours.cost.nanos)}.",
            _price(explained.ours.card, None),
        ]
    return told


def _facts(explained: Explained, days: Days) -> list[str]:
    record = explained.record
    facts = {
        "Call": record.id,
        "Began": _moment(record.start, days),
        "Model": f"{record.model or record.endpoint} ({record.provider or record.service})",
        "Tier": record.service_tier,
        "Server": record.server_address,
        "Agent": record.agent,
        "Team": record.team,
        "Project": record.project,
        "Task": record.task_type,
        "Session": record.session_id,
        "Job": record.job_id,
        "Tags": ", ".join(f"{name}={value}" for name, value in record.tags.items()),
        "Status": record.status + (f" ({record.error_type})" if record.error_type else ""),
    }
    return [f"{name + ':':<10}{value}" for name, value in facts.items() if value]


def _amounts(explained: Explained) -> list[str]:
    """The total; before it the stored amounts where there are no rows, and what a plan's call would have cost."""
    cost = explained.record.cost
    amounts = {} if explained.rows else dict(cost.components)
    told = [f"{name:<18}{exact(nanos):>45}" for name, nanos in amounts.items()]
    if cost.list_nanos is not None:
        told.append(f"{'at the list price':<18}{exact(cost.list_nanos):>45}")
    return [*told, f"{'total':<18}{exact(cost.nanos):>45}"]


def _price(card: RateCard, above: int | None) -> str:
    named = f"{card.provider}/{card.model}" if card.provider else card.model
    parts = [f"Price of {named} from {source(card)}"]
    parts += [f"service tier {card.tier}"] if card.tier else []
    parts += [f"long context: above {above:,} tokens of input"] if above is not None else []
    parts += [f"valid since {card.valid_from}"] if card.valid_from else []
    parts += [f"valid until {card.valid_until}"] if card.valid_until else []
    parts += [f"from {' to '.join(at)} UTC"] if (at := hours(card)) else []
    return ", ".join([*parts, f"rate card {card.id}"])


def _moment(nanoseconds: int, days: Days) -> str:
    return days.local(nanoseconds).isoformat(timespec="milliseconds")


def _standing(cost: Cost) -> str:
    """An amount, or why there is none."""
    return cost.status.value if cost.nanos is None else exact(cost.nanos)


def _why(told: str) -> str:
    return REASONS.get(told, told)


def _answer(explained: Explained, why: str | None, days: Days, told: dict[str, Any]) -> ExplainAnswer:
    """The call as JSON has it.

    Args:
        explained: Everything that is known.
        why: See ``reason``.
        days: Times are told in their zone.
        told: What ``--content`` adds.
    """
    record, ours = explained.record, explained.ours
    return ExplainAnswer(
        **_cost(record.cost),
        id=record.id,
        began=_moment(record.start, days),
        provider=record.provider or record.service,
        model=record.model or record.endpoint,
        service_tier=record.service_tier,
        server_address=record.server_address,
        agent=record.agent,
        job_id=record.job_id,
        call_status=record.status,
        error_type=record.error_type,
        lines=[
            BillLine(
                component=line.component,
                units=line.units,
                usd_per_million=number(line.rate),
                cost=number(line.nanos),
                assumed=line.assumed,
            )
            for line in explained.rows
        ],
        components={name: number(nanos) for name, nanos in record.cost.components.items()},
        reason=why,
        price=None if explained.card is None else _applied(explained.card, explained.above),
        changes=[
            CostChange(
                at=_moment(change.adjustment.at, days),
                reason=change.adjustment.reason,
                before=CallCost(**_cost(change.before)),
                after=CallCost(**_cost(change.adjustment.cost)),
            )
            for change in explained.changes
        ],
        flags=record.flags,
        notes=[FLAGS[flag] for flag in record.flags],
        own_price=None
        if ours is None or ours.card is None
        else OwnPrice(**_cost(ours.cost), price=_applied(ours.card, None)),
        **told,
    )


def _cost(cost: Cost) -> dict[str, Any]:
    """The fields of ``CallCost``."""
    return {
        "cost": number(cost.nanos),
        "cost_nanos": cost.nanos,
        "status": cost.status,
        "price_source": cost.price_source,
        "rate_card": cost.rate_card,
        "list_price": number(cost.list_nanos),
        "cache_savings": number(cost.cache_saved),
        "cache_write_extra": number(cost.cache_extra),
    }


def _applied(card: RateCard, above: int | None) -> AppliedPrice:
    return AppliedPrice(
        provider=card.provider,
        model=card.model,
        from_=source(card),
        source=card.source,
        version=card.version,
        based_on=card.based_on,
        multiplier=card.multiplier,
        service_tier=card.tier,
        long_context_above=above,
        valid_from=card.valid_from,
        valid_until=card.valid_until,
        hours_utc=hours(card),
        rate_card=card.id,
    )
