"""The demonstration from beginning to end: a scratch home, the calls, one span, its arithmetic, the report."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

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
from otel_usage.demo.server import ModelServer
from otel_usage.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from opentelemetry.sdk.trace import ReadableSpan  # noqa: TID251  # see above

__all__ = ["run"]

_CLIENT_LIBRARIES: Final = ("anthropic", "openai")

_say = partial(print, flush=True)  # progress is seen at once, in a pipe too


def run(
    *, book_into: Callable[[Path], None], command: Callable[[Sequence[str]], None], home: Path | None = None
) -> None:
    """Make the calls and show what became of them.

    Args:
        book_into: Lets the calls of this process be booked in a home.
        command: Runs an ``otel-usage`` command line, which prints to standard output.
        home: The data directory; None makes a scratch directory, which is kept.

    Raises:
        MissingExtraError: A client library is not installed.
    """
    if any(find_spec(library) is None for library in _CLIENT_LIBRARIES):
        raise MissingExtraError("demo", "the demonstration")
    _say("otel-usage demo: calls through the real openai and anthropic clients, answered by a model")
    _say("server on this machine. Nothing leaves the machine and nothing is paid.\n")
    home = home or Path(tempfile.mkdtemp(prefix="otel-usage-demo-"))
    book_into(home)
    exporter = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "otel-usage-demo"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    try:
        _make_calls()
    finally:
        provider.shutdown()
    _show_span(exporter.get_finished_spans(), home, command)
    _say("\nThe report\n")
    command(["--home", str(home), "report", "--today"])
    _show_places(home)


def _make_calls() -> None:
    """Make every call against a server that lives as long."""
    from otel_usage.demo.calls import CALLS  # noqa: PLC0415  # slow, and needs the extra
    from otel_usage.demo.clients import connect  # noqa: PLC0415  # slow, and needs the extra

    started = time.monotonic()
    with ModelServer() as server, connect(server) as clients:
        for number, call in enumerate(CALLS, start=1):
            _say(f"  {number:2}/{len(CALLS)}  {call.title}")
            call.make(clients)
        requests = len(server.served)
    _say(f"\n{requests} requests in {time.monotonic() - started:.1f} s; the server has ended.")


def _show_span(spans: Sequence[ReadableSpan], home: Path, command: Callable[[Sequence[str]], None]) -> None:
    """Print the one span whose call had secrets in its description, and the arithmetic of its cost."""
    described = [span for span in spans if semconv.TASK_DESCRIPTION in (span.attributes or {})]
    if not described:
        _say("\nNo span was exported: OTEL_SDK_DISABLED is set. The calls are booked all the same.")
        return
    (span,) = described
    _say("\nOne span, as an OpenTelemetry exporter received it; its task description was given with an")
    _say("e-mail address and a key in it\n")
    _say(span.to_json(indent=2))
    _say("\nIts cost, worked out\n")
    command(["--home", str(home), "explain", str((span.attributes or {})[semconv.RECORD_ID])])


def _show_places(home: Path) -> None:
    """Print where the files lie and what to type next."""
    program = "otel-usage" if shutil.which("otel-usage") else sys.argv[0]
    prefix = shlex.join([program, "--home", str(home)])
    _say(f"\nThe files are kept in {home}: logs/ is the journal, usage.db the ledger made of it.")
    _say("To go on, paste:\n")
    _say(f"  {prefix} query --by agent")
    _say(f"  {prefix} query --job-id site-launch --format json")
    _say(f"  {prefix} explain last")
