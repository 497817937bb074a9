"""``otel-usage metrics``: the ledger for Prometheus."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING

import click
from prometheus_client import CollectorRegistry, generate_latest

from otel_usage.asking import open_ledger
from otel_usage.cli.reading import current_ledger
from otel_usage.errors import InvalidValueError
from otel_usage.metrics.ledger import LedgerCollector
from otel_usage.metrics.serving import serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from otel_usage.metrics.serving import Serving

__all__ = ["command"]

_LISTEN = "127.0.0.1:9464"
_LAST_PORT = 65535
_END = (signal.SIGINT, signal.SIGTERM)


@click.command("metrics")
@click.option("--listen", metavar="HOST:PORT", default=_LISTEN, show_default=True, help="Port 0 picks one.")
@click.option("--once", is_flag=True, help="Print the metrics and end.")
@click.pass_obj
def command(home: Path | None, listen: str, once: bool) -> None:
    """Serve cost, calls, tokens, errors and budgets to Prometheus."""
    # An unset shell variable is no address.
    address = _address(listen or _LISTEN)
    # The journal may be large: it is read before a scrape has to wait for it.
    with current_ledger(home) as (_, settings):
        collector = LedgerCollector(lambda: open_ledger(settings), settings.budgets)
    collector.read()
    registry = CollectorRegistry()
    registry.register(collector)
    if once:
        click.echo(generate_latest(registry), nl=False)
        return
    with _signals_held(), _listening(registry, address) as serving:
        click.echo(f"Serving {serving.url}")
        signal.sigwait(_END)


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    host = host[1:-1] if bracketed else host
    is_port = port.isascii() and port.isdigit() and int(port) <= _LAST_PORT
    if not host or not is_port or (":" in host) is not bracketed:
        raise InvalidValueError("--listen", listen, f"give HOST:PORT such as {_LISTEN}")
    return host, int(port)


@contextmanager
def _signals_held() -> Iterator[None]:
    """Keep the signals that end the server for whoever waits for them; its threads are started inside."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _END)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _listening(registry: CollectorRegistry, address: tuple[str, int]) -> Iterator[Serving]:
    host, port = address
    try:
        serving = serve(registry, host, port)
    except (OSError, UnicodeError) as error:
        # UnicodeError: a name that no domain can have.
        reason = getattr(error, "strerror", None) or "no such host"
        raise click.ClickException(
            f"cannot listen on {host}:{port} ({reason}); give another --listen"
        ) from error
    try:
        if not ip_address(serving.host.partition("%")[0]).is_loopback:
            click.echo(
                f"otel-usage: {serving.host} is not loopback: whoever reaches this machine can read what is spent",
                err=True,
            )
        yield serving
    finally:
        serving.close()
