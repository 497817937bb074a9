"""``otel-usage record``: a call from a shell script into the journal; quick, and never in the way of a job."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any

import click

from otel_usage.cli.counts import count_options, counted
from otel_usage.cli.money import usd
from otel_usage.cli.output import let_go_of_output, shown, warn
from otel_usage.cli.pairs import name_and_value
from otel_usage.errors import HomeError
from otel_usage.home import Home
from otel_usage.journal.writer import Appended
from otel_usage.opening import open_anyway
from otel_usage.records import Kind, UsageRecord
from otel_usage.usages.servers import host_of

if TYPE_CHECKING:
    from pathlib import Path

    from otel_usage.recorder import Recorder
    from otel_usage.settings import Settings

__all__ = ["command", "say", "tags_of", "tick"]

_UNUSUAL = ("api", "service", "endpoint", "status_code", "stdin", "ignore_costs")
"""Options that ask for something else than to record one call of a model."""
_OUTCOME = ("cost", "timestamp", "duration_ms", "status", "status_code", "error_message")


@click.command("record")
@click.option("--model", help="The model as the provider names it.")
@click.option("--provider", help="openai, anthropic, google, …, or lmstudio, ollama for local ones.")
@count_options
@click.option("--service-tier", help="batch, flex, priority, … as the provider calls it.")
@click.option("--server", metavar="HOST|URL", help="The server that was called; its host is kept.")
@click.option("--api", is_flag=True, help="Record a call of another service instead of a model.")
@click.option("--service", help="Of such a call: the service, serpapi.")
@click.option("--endpoint", help="What of the service was called, /search.")
@click.option("--status-code", metavar="N", help="The HTTP status; 400 and above is an error.")
@click.option(
    "--cost", metavar="USD", help="What the call cost; believed, 0 included. Computed when not given."
)
@click.option("--job-id", help="The job that the call belongs to.")
@click.option(
    "--timestamp", help="When the call began: ISO 8601, or seconds since the epoch. Now when not given."
)
@click.option("--duration-ms", metavar="N", help="How long it took, in milliseconds.")
@click.option("--agent", help="Name of the agent.")
@click.option("--session", help="The conversation.")
@click.option(
    "--task-type", help="build, review, chat, heartbeat, cron, synthesis, gateway, or another word."
)
@click.option("--task-description", help="What the task is; secrets are taken out.")
@click.option("--team", help="The team.")
@click.option("--project", help="The project.")
@click.option("--status", metavar="ok|error|partial", help="How it ended; success means ok.")
@click.option("--error-message", help="What went wrong; without --status the call is an error then.")
@click.option(
    "--tag", "tags", multiple=True, metavar="NAME=VALUE", help="A further name and value; may be repeated."
)
@click.option("--id", "record_id", help="Identifies the call: recorded twice with one id, it counts once.")
@click.option("--stdin", is_flag=True, help="Record many calls: a JSON object a line of standard input.")
@click.option("--ignore-costs", is_flag=True, help="With --stdin: compute costs, whatever the lines say.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def command(home: Path | None, /, as_json: bool, **options: Any) -> None:  # noqa: ANN401  # click passes every option
    """Record a call of a model or of another service, or many of them."""
    if options["provider"] is None or options["model"] is None or any(options[name] for name in _UNUSUAL):
        from otel_usage.cli.record.modes import check  # noqa: PLC0415  # most often it is a call of a model

        check(options)
    for name, value in options.items():
        if isinstance(value, str) and not value.strip():
            # An unset shell variable.
            options[name] = None
    settings, recorder = open_anyway(home, background=options["stdin"], told=warn)
    if options["stdin"]:
        from otel_usage.cli.record.stdin.recording import record_lines  # noqa: PLC0415  # only with --stdin

        record_lines(options, settings, recorder, as_json=as_json)
        return
    given = _record(options, settings)
    if settings.disabled:
        warn("OTEL_USAGE_DISABLED is set: nothing is recorded")
        return
    record = _append(given, recorder, Home(settings.home))
    if as_json:
        from otel_usage.cli.record.answer import recorded  # noqa: PLC0415  # shapes take time to load

        say(recorded(record), booked="the call is")
    else:
        say(_answer(record), booked="the call is")


def say(answer: str, *, booked: str) -> None:
    """Print the answer; whether it can be is another matter than what was recorded.

    Args:
        answer: What to print.
        booked: What is recorded, with its verb.
    """
    try:
        click.echo(answer)
    except OSError as error:
        # A script that took this for a failure would record the call twice.
        if not isinstance(error, BrokenPipeError):
            warn(f"{booked} recorded, but the answer could not be written ({error.strerror})")
        let_go_of_output()


def tick() -> str:
    """What an answer begins with: a check mark, where the terminal has one."""
    return "✓" if (sys.stdout.encoding or "").lower().startswith("utf") else "OK"


def tags_of(options: dict[str, Any]) -> dict[str, str]:
    """The names and values that ``--tag`` gives; an empty one gives none.

    Raises:
        InvalidValueError: One is no name and value.
    """
    return dict(map(name_and_value, filter(str.strip, options["tags"])))


def _record(options: dict[str, Any], settings: Settings) -> UsageRecord:
    """The record that the options describe.

    Raises:
        InvalidValueError: A value cannot be used.
    """
    for name in ("service",) if options["api"] else ("provider", "model", "input", "output"):
        if options[name] is None:
            warn(f"--{name} is empty or not given: it is unknown")
    usage, flags = counted(options)
    defaults = settings.attribution
    outcome: dict[str, Any] = {"start": time.time_ns()}
    if any(options[name] for name in _OUTCOME):
        from otel_usage.cli.record.outcome import outcome_of  # noqa: PLC0415  # most calls end well, just now

        outcome = outcome_of(options, zone=settings.zone)
    return UsageRecord(
        id=options["record_id"] or f"cli:{os.urandom(16).hex()}",
        source="cli",
        kind=Kind.API if options["api"] else Kind.LLM,
        provider=options["provider"],
        request_model=options["model"],
        service_tier=options["service_tier"],
        server_address=host_of(options["server"]),
        usage=usage,
        flags=flags,
        service=options["service"],
        endpoint=options["endpoint"],
        agent=options["agent"] or defaults.agent,
        session_id=options["session"],
        job_id=options["job_id"],
        task_type=options["task_type"] or defaults.task_type,
        task_description=options["task_description"],
        team=options["team"] or defaults.team,
        project=options["project"] or defaults.project,
        tags={**defaults.tags, **tags_of(options)},
        **outcome,
    )


def _append(given: UsageRecord, recorder: Recorder, home: Home) -> UsageRecord:
    """Append a record; as it is stored.

    Raises:
        HomeError: It cannot be written.
    """
    home.prepare()
    record = recorder.prepare(given)
    if recorder.append(record) is not Appended.WRITTEN and not recorder.flush(timeout=1.0):
        raise HomeError(home.root, "the record could not be written (is the disk full?)")
    recorder.close(timeout=1.0)
    if record.flags:
        from otel_usage.cli.record.notes import unusual  # noqa: PLC0415  # most calls are ordinary

        for sentence in unusual(record):
            warn(sentence)
    return record


def _answer(record: UsageRecord) -> str:
    if record.kind is Kind.API:
        what, who = record.endpoint, record.service or "unknown service"
    else:
        what, who = record.model or "unknown model", record.provider or "unknown provider"
    told = f"{tick()} Recorded: {what} ({who}) - " if what else f"{tick()} Recorded: {who} - "
    if record.cost.nanos is not None:
        told += usd(record.cost.nanos)
    else:
        from otel_usage.cli.record.notes import without_amount  # noqa: PLC0415  # most calls have one

        told += without_amount(record)
    return shown(told + (f" for job {record.job_id}" if record.job_id else ""))
