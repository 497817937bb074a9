"""``otel-usage record``: one call from a shell script into the journal; quick, and never in the way of a job."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import click

from otel_usage.amounts import UNKNOWN, given_cost
from otel_usage.cli.counts import count_options, counted
from otel_usage.cli.money import usd
from otel_usage.cli.output import let_go_of_output, print_json, shown, warn
from otel_usage.errors import HomeError, InvalidValueError
from otel_usage.home import Home
from otel_usage.journal.writer import Appended
from otel_usage.opening import open_anyway
from otel_usage.records import MAX_NANOS, CostStatus, Flag, Status, UsageRecord
from otel_usage.usages.servers import host_of

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.records import Cost
    from otel_usage.settings import Settings

__all__ = ["command"]

_NO_TOKENS = "no token counts were given"
_NO_PRICE = "give --cost, or an override under 'pricing' in otel-usage.yaml"
_WARNINGS = {
    Flag.TIME_REPLACED: "--timestamp lies in the future or before 2020; the call is booked now",
    Flag.INPUT_INFERRED: "the cache is larger than --input, which is taken to leave cached tokens out",
    Flag.VARIANT_UNPRICED: "no price is known for this model in this --service-tier; the standard price was taken",
    Flag.RATE_ASSUMED: "no rate is known for one kind of these tokens; the nearest known rate was taken",
    Flag.UNITS_UNPRICED: "no rate is known for this model's searches; the amount leaves them out",
}


@click.command("record")
@click.option("--model", required=True, help="The model as the provider names it.")
@click.option(
    "--provider", required=True, help="openai, anthropic, google, …, or lmstudio, ollama for local ones."
)
@count_options
@click.option("--service-tier", help="batch, flex, priority, … as the provider calls it.")
@click.option("--server", metavar="HOST|URL", help="The server that was called; its host is kept.")
@click.option(
    "--cost", metavar="USD", help="What the call cost; believed, 0 included. Computed when not given."
)
@click.option("--job-id", help="The job that the call belongs to.")
@click.option(
    "--timestamp", help="When the call began: ISO 8601, or seconds since the epoch. Now when not given."
)
@click.option("--agent", help="Name of the agent.")
@click.option("--session", help="The conversation.")
@click.option(
    "--task-type", help="build, review, chat, heartbeat, cron, synthesis, gateway, or another word."
)
@click.option(
    "--status", type=click.Choice(["ok", "success", "error", "partial"]), default="ok", help="How it ended."
)
@click.option(
    "--tag", "tags", multiple=True, metavar="NAME=VALUE", help="A further name and value; may be repeated."
)
@click.option("--id", "record_id", help="Identifies the call: recorded twice with one id, it counts once.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def command(home: Path | None, /, as_json: bool, **options: Any) -> None:  # noqa: ANN401  # click passes every option
    """Record one LLM call."""
    settings, recorder = open_anyway(home, background=False, told=warn)
    given = _record(options, settings)
    if settings.disabled:
        warn("OTEL_USAGE_DISABLED is set: nothing is recorded")
        return
    place = Home(settings.home)
    place.prepare()
    record = recorder.prepare(given)
    if recorder.append(record) is not Appended.WRITTEN and not recorder.flush(timeout=1.0):
        raise HomeError(place.root, "the record could not be written (is the disk full?)")
    recorder.close(timeout=1.0)
    for flag in record.flags:
        if flag in _WARNINGS:
            warn(_WARNINGS[flag])
    try:
        _tell(record, as_json=as_json)
    except BrokenPipeError:
        raise
    except OSError as error:
        # The call is booked: a script that took this for a failure would record it twice.
        warn(f"the call is recorded, but the answer could not be written ({error.strerror})")
        let_go_of_output()


def _record(options: dict[str, Any], settings: Settings) -> UsageRecord:
    """The record that the options describe.

    Raises:
        InvalidValueError: A value cannot be used.
    """
    for name in ("provider", "model", "input", "output"):
        if not options[name] or not options[name].strip():
            warn(f"--{name} is empty or not given: it is unknown")
    usage, flags = counted(options)
    timestamp, defaults = options["timestamp"], settings.attribution
    return UsageRecord(
        id=options["record_id"] or f"cli:{os.urandom(16).hex()}",
        start=_moment(timestamp, settings) if timestamp else time.time_ns(),
        source="cli",
        provider=options["provider"] or None,
        request_model=options["model"] or None,
        service_tier=options["service_tier"] or None,
        server_address=host_of(options["server"]),
        usage=usage,
        flags=flags,
        cost=_cost(options["cost"]),
        agent=options["agent"] or defaults.agent,
        session_id=options["session"] or None,
        job_id=options["job_id"] or None,
        task_type=options["task_type"] or defaults.task_type,
        team=defaults.team,
        project=defaults.project,
        tags={**defaults.tags, **dict(_tag(tag) for tag in options["tags"])},
        status=Status("ok" if options["status"] == "success" else options["status"]),
    )


def _cost(text: str | None) -> Cost:
    """A cost that was given, or the wish to have it computed."""
    if not text or not text.strip():
        return UNKNOWN
    cost, flags = given_cost(text)
    if flags:
        raise InvalidValueError("--cost", text, f"must be an amount in USD from 0 to {MAX_NANOS // 10**9:,}")
    return cost


def _moment(text: str, settings: Settings) -> int:
    from otel_usage.cli.times import moment  # noqa: PLC0415  # most calls are recorded as they happen

    return moment(text, zone=settings.zone)


def _tag(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise InvalidValueError("--tag", text, "must be of the form NAME=VALUE")
    return name, value


def _answer(record: UsageRecord) -> str:
    cost = record.cost
    told = f"✓ Recorded: {record.model or 'unknown model'} ({record.provider or 'unknown provider'}) - "
    if cost.nanos is not None:
        told += usd(cost.nanos)
    elif cost.status is CostStatus.PENDING:
        told += "price looked up at the next report"
    else:
        # The price may well be known where the counts are not.
        told += "unpriced: " + (_NO_TOKENS if record.usage.total == 0 else _NO_PRICE)
    return shown(told + (f" for job {record.job_id}" if record.job_id else ""))


def _tell(record: UsageRecord, *, as_json: bool) -> None:
    if not as_json:
        click.echo(_answer(record))
        return
    from otel_usage.cli.money import number  # noqa: PLC0415  # only with --json

    print_json(
        {
            "id": record.id,
            "provider": record.provider,
            "model": record.model,
            "jobId": record.job_id,
            "inputTokens": record.usage.input,
            "outputTokens": record.usage.output,
            "cost": number(record.cost.nanos),
            "status": record.cost.status.value,
            "priceSource": record.cost.price_source,
            "flags": list(record.flags),
        }
    )
