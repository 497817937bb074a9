"""The one place that wires: what this process works with, from its first call or ``configure()`` to its end."""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from otel_usage import config
from otel_usage.errors import HomeError, InvalidValueError
from otel_usage.home import Home
from otel_usage.opening import open_anyway, open_recorder
from otel_usage.own_log import warn
from otel_usage.settings import Settings

if TYPE_CHECKING:
    from opentelemetry._logs import LoggerProvider
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

    from otel_usage.recorder import Recorder
    from otel_usage.telemetry import Telemetry

__all__ = ["Runtime", "configure", "current", "flush", "settled", "shutdown"]


class Runtime(msgspec.Struct, frozen=True, kw_only=True):
    """What a process works with.

    Attributes:
        settings: The configuration in force.
        recorder: Where records go; None when everything is switched off.
        tracer_provider: Makes our spans; None for the global one.
        logger_provider: Makes our events; None for the global one.
    """

    settings: Settings
    recorder: Recorder | None
    tracer_provider: TracerProvider | None = None
    logger_provider: LoggerProvider | None = None


_EXIT = 2.0
"""Seconds that endpoints have when the process ends."""

_lock = threading.Lock()
_configuring = threading.Lock()
_current: Runtime | None = None
_warned: set[str] = set()
_telemetry: Telemetry | None = None


def configure(  # noqa: PLR0913  # what a process sets up once
    *,
    home: Path | str | None = None,
    prometheus_port: int | None = None,
    console: bool | None = None,
    tracer_provider: TracerProvider | None = None,
    meter_provider: MeterProvider | None = None,
    logger_provider: LoggerProvider | None = None,
    strict: bool = False,
) -> Runtime:
    """Read the configuration, set up what it asks for, and use it in this process from now on.

    Spans of the application's own OpenTelemetry providers are redacted, and calls that other instrumentations see are
    booked. Where the application has set up no provider and OpenTelemetry's variables name an OTLP endpoint, providers
    are made that export there. Called again, the last configuration holds; what is set up already stays.

    Args:
        home: The data directory; None for the configured one.
        prometheus_port: Serve this process's own metrics on this port of loopback; None for what is configured.
        console: Print spans where they go nowhere else; None for what is configured.
        tracer_provider: The application's, which our own spans go to as well; None for the global one.
        meter_provider: The application's; None for the global one.
        logger_provider: The application's; None for the global one.
        strict: Raise where redaction cannot be had for sure, instead of logging it.

    Raises:
        OtelUsageError: The configuration, the home or an argument cannot be used.
        RedactionError: With ``strict``, where redaction would not be effective.
    """
    global _telemetry  # noqa: PLW0603  # the process's one
    _check(home, prometheus_port, meter_provider)
    with _configuring:
        settings = _with(
            config.load(None if home is None else Path(home)),
            prometheus_port=prometheus_port,
            console=console,
        )
        if settings.disabled:
            if _telemetry is not None:
                _telemetry.let_go()
            return _install(Runtime(settings=settings, recorder=None))
        Home(settings.home).prepare()
        from otel_usage.telemetry import Telemetry  # noqa: PLC0415  # a short command needs no SDK

        telemetry = _telemetry or Telemetry()
        recorder = open_recorder(settings, observers=(telemetry.metrics,))
        made = _install(
            Runtime(
                settings=settings,
                recorder=recorder,
                tracer_provider=tracer_provider,
                logger_provider=logger_provider,
            )
        )
        _telemetry = telemetry
        telemetry.set_up(
            settings,
            recorder,
            tracer_provider=tracer_provider,
            meter_provider=meter_provider,
            logger_provider=logger_provider,
            strict=strict,
        )
        _end_with_multiprocessing()
        return made


def current() -> Runtime:
    """The runtime in force, made from the configuration at first use; nothing is raised into an agent."""
    runtime = _current
    if runtime is not None:
        return runtime
    try:
        made = _open()
    except Exception as error:  # noqa: BLE001  # a process without a free file descriptor, for one; the next call tries again
        _warn(f"a call is not recorded, as nothing could be set up ({type(error).__name__})")
        return Runtime(settings=Settings(home=Path()), recorder=None)
    return _install_first(made)


def settled(timeout: float = 1.0) -> tuple[Settings, bool]:
    """What a question to the ledger needs: the configuration, and every record of this process on disk.

    Args:
        timeout: Seconds to wait for the disk; what waits for a network is no matter of the ledger.

    Returns:
        The configuration, and whether everything is on disk.

    Raises:
        ConfigError: The configuration cannot be used. It is read anew, and as strictly as on the command line: a call
            is booked whatever it holds, but prices and limits that cannot be read must not be replaced by others.
    """
    runtime = _current
    settings = config.load(None if runtime is None else runtime.settings.home)
    return settings, runtime is None or runtime.recorder is None or runtime.recorder.flush(timeout)


def flush(timeout: float = 5.0) -> bool:
    """Wait until every record is on disk and what was made here is exported; False when time (seconds) ran out."""
    runtime, telemetry, deadline = _current, _telemetry, time.monotonic() + timeout
    done = runtime is None or runtime.recorder is None or runtime.recorder.flush(timeout)
    if telemetry is not None:
        done = telemetry.flush(max(0.0, deadline - time.monotonic())) and done
    return done


def shutdown(timeout: float = 5.0) -> bool:
    """Flush and close; runs at exit too. A later call opens everything anew, but exports nothing until ``configure``."""
    global _current  # the process's one runtime
    with _lock:
        runtime, _current = _current, None
    telemetry, deadline = _telemetry, time.monotonic() + timeout
    done = runtime is None or runtime.recorder is None or runtime.recorder.close(timeout)
    if telemetry is not None:
        telemetry.end(max(0.1, deadline - time.monotonic()))
    return done


def _check(home: object, prometheus_port: object, meter_provider: object) -> None:
    """See that what ``configure`` was given is what it takes; other providers are told of when they are attached to.

    Raises:
        InvalidValueError: It is not.
    """
    if home is not None and not isinstance(home, str | os.PathLike):
        raise InvalidValueError("home", home, "must be a path")
    if prometheus_port is not None and not (
        type(prometheus_port) is int and 0 <= prometheus_port <= config.MAX_PORT
    ):
        raise InvalidValueError("prometheus_port", prometheus_port, f"must be from 0 to {config.MAX_PORT}")
    if meter_provider is not None and not callable(getattr(meter_provider, "get_meter", None)):
        raise InvalidValueError("meter_provider", meter_provider, "must be a provider of meters")


def _at_exit() -> None:
    """The end of the process; what waits for the disk has more time than what waits for a network."""
    runtime, telemetry = _current, _telemetry
    if runtime is not None and runtime.recorder is not None:
        runtime.recorder.close()
    if telemetry is not None:
        telemetry.end(_EXIT)


def _with(settings: Settings, *, prometheus_port: int | None, console: bool | None) -> Settings:
    """The settings with what ``configure`` was told instead."""
    telemetry = msgspec.structs.replace(
        settings.telemetry, service=settings.telemetry.service or settings.attribution.agent
    )
    if prometheus_port is not None:
        telemetry = msgspec.structs.replace(telemetry, prometheus_port=prometheus_port)
    if console is not None and telemetry.traces in {None, "console"}:
        telemetry = msgspec.structs.replace(telemetry, traces="console" if console else None)
    return msgspec.structs.replace(settings, telemetry=telemetry)


def _open() -> Runtime:
    settings, recorder = open_anyway(told=_warn)
    if settings.disabled:
        return Runtime(settings=settings, recorder=None)
    try:
        Home(settings.home).prepare()
    except HomeError as error:
        # It is tried again with every record, in the background, up to the queue's bound.
        _warn(str(error))
    return Runtime(settings=settings, recorder=recorder)


def _warn(sentence: str) -> None:
    """Log a sentence, once."""
    if sentence not in _warned and warn(f"otel-usage: {sentence}"):
        _warned.add(sentence)


def _install_first(made: Runtime) -> Runtime:
    """Use a runtime unless another thread was first, or somebody configured meanwhile: then that one holds."""
    global _current  # noqa: PLW0603  # the process's one runtime
    with _lock:
        if _current is None:
            _current = made
        runtime = _current
    if runtime is not made and made.recorder is not None:
        made.recorder.close()
    return runtime


def _install(runtime: Runtime) -> Runtime:
    global _current  # the process's one runtime
    with _lock:
        previous, _current = _current, runtime
    if previous is not None and previous.recorder is not None:
        previous.recorder.close()
    return runtime


def _end_with_multiprocessing() -> None:
    """Let a forked worker of multiprocessing end what it configured: such a process runs no exit handlers."""
    multiprocessing = sys.modules.get("multiprocessing")
    if multiprocessing is not None and multiprocessing.parent_process() is not None:
        from multiprocessing.util import Finalize  # noqa: PLC0415  # only a worker has loaded it

        Finalize(None, shutdown, exitpriority=0)


def _after_fork_in_child() -> None:
    """Another thread of the parent may have held the locks; what the parent counts and serves is the parent's."""
    global _lock, _configuring  # the process's own
    _lock, _configuring = threading.Lock(), threading.Lock()
    if _current is not None and _current.recorder is not None:
        _current.recorder.start_over()
    if _telemetry is not None:
        _telemetry.start_over()


atexit.register(_at_exit)
os.register_at_fork(after_in_child=_after_fork_in_child)
