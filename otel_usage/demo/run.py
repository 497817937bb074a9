"""The demonstration from beginning to end: a scratch home, five agents at work, and what became of their calls."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
import tempfile
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from opentelemetry import trace
from opentelemetry.sdk.resources import (  # noqa: TID251  # an application sets up the SDK; here the demo is one
    SERVICE_NAME,
    Resource,
)
from opentelemetry.sdk.trace import TracerProvider  # noqa: TID251  # see above
from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: TID251  # see above
from opentelemetry.sdk.trace.export.in_memory_span_exporter import (  # noqa: TID251  # see above
    InMemorySpanExporter,
)

from otel_usage import semconv
from otel_usage.demo.alerts import budget_lines
from otel_usage.demo.server import ModelServer
from otel_usage.errors import MissingExtraError
from otel_usage.home import Home

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from opentelemetry.sdk.trace import ReadableSpan  # noqa: TID251  # see above

__all__ = ["Program", "require_clients", "run"]

_CLIENT_LIBRARIES: Final = ("anthropic", "openai")
_BUDGETS: Final = "budgets: {daily_usd: 0.75, monthly_usd: 150}\n"
"""For the scratch home: small enough that a day's demonstration nearly spends it."""

_say = partial(print, flush=True)  # progress is seen at once, in a pipe too


class Program(NamedTuple):
    """What of the command line the demonstration uses.

    Attributes:
        configure: Lets the calls of this process be booked in a home.
        command: Runs an ``otel-usage`` command line, which prints to standard output.
        answer: Runs one and gives what it would print.
    """

    configure: Callable[[Path], object]
    command: Callable[[Sequence[str]], None]
    answer: Callable[[Sequence[str]], str]


def require_clients() -> None:
    """See that the client libraries are there.

    Raises:
        MissingExtraError: One is not installed.
    """
    if any(find_spec(library) is None for library in _CLIENT_LIBRARIES):
        raise MissingExtraError("demo", "the demonstration")


def run(program: Program, home: Path | None = None) -> None:
    """Let the agents work and show what became of their calls.

    Args:
        program: What of the command line is used.
        home: The data directory; None makes a scratch directory, which is kept.

    Raises:
        MissingExtraError: A client library is not installed.
    """
    require_clients()
    _say("otel-usage demo: five agents make calls through the real openai and anthropic clients, answered by")
    _say("a server on this machine. Nothing leaves the machine and nothing is paid.\n")
    if home is None:
        home = Path(tempfile.mkdtemp(prefix="otel-usage-demo-"))
        Home(home).configuration.write_text(_BUDGETS, encoding="utf-8")
    exporter = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "otel-usage-demo"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    program.configure(home)
    try:
        _work()
    finally:
        provider.shutdown()
    here = ["--home", str(home)]
    _say("\nThe report of the day\n")
    program.command([*here, "report", "--today"])
    _show_span(exporter.get_finished_spans(), program, here)
    _say(
        "\nThe budgets, as Prometheus sees them (otel-usage metrics --once), and the state of the two alerts\n"
    )
    _say("\n".join(budget_lines(program.answer([*here, "metrics", "--once"]))))
    _show_places(home)


def _work() -> None:
    """Let every agent work, against a server that lives as long."""
    from otel_usage.demo.agents import AGENTS  # noqa: PLC0415  # slow, and needs the extra
    from otel_usage.demo.clients import connect  # noqa: PLC0415  # slow, and needs the extra

    started = time.monotonic()
    with ModelServer() as server, connect(server) as clients:
        for name, work in AGENTS.items():
            _say(f"  {name:<10} {work.__doc__}")
            work(clients)
        requests = len(server.served)
    _say(f"\n{requests} requests in {time.monotonic() - started:.1f} s; the server has ended.")


def _show_span(spans: Sequence[ReadableSpan], program: Program, here: list[str]) -> None:
    """Print the one span whose call had secrets in its description, and the arithmetic of its cost beside it."""
    described = [
        span
        for span in spans
        if semconv.TASK_DESCRIPTION in (span.attributes or {})
        and semconv.RECORD_ID in (span.attributes or {})
    ]
    if not described:
        _say("\nNo span was exported: OTEL_SDK_DISABLED is set. The calls are booked all the same.")
        return
    (span,) = described
    _say("\nOne span, as an OpenTelemetry exporter received it; its task description was given with an")
    _say("e-mail address and a key in it\n")
    told = json.loads(span.to_json())
    _say(json.dumps({name: told[name] for name in ("name", "kind", "status", "attributes")}, indent=2))
    _say("\nThe arithmetic of the same call\n")
    program.command([*here, "explain", str((span.attributes or {})[semconv.RECORD_ID])])


def _show_places(home: Path) -> None:
    """Print where the files lie and what to type next."""
    program = "otel-usage" if shutil.which("otel-usage") else sys.argv[0]
    prefix = shlex.join([program, "--home", str(home)])
    _say(f"\nThe files are kept in {home}: logs/ is the journal, usage.db the ledger made of it.")
    _say("To go on, paste:\n")
    _say(f"  {prefix} query --by agent")
    _say(f"  {prefix} query --job-id site-launch --format json")
    _say(f"  {prefix} explain last")
    _say(f"  {prefix} metrics --once")
