"""The one place that wires: from the configuration to a recorder, and from there to what an agent calls."""

from __future__ import annotations

import atexit
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from otel_usage import config
from otel_usage.errors import HomeError, InvalidValueError, PriceDataError
from otel_usage.home import Home
from otel_usage.journal.writer import JournalWriter
from otel_usage.pricing.book import PriceBook
from otel_usage.recorder import Recorder
from otel_usage.records import UsageRecord
from otel_usage.redaction.redactor import Redactor
from otel_usage.redaction.rules import OPT_IN_CLASSES
from otel_usage.settings import RedactionSettings, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from otel_usage.spans.inference import Inference

__all__ = ["Runtime", "configure", "flush", "inference", "open_anyway", "open_recorder", "shutdown"]


class Runtime(msgspec.Struct, frozen=True, kw_only=True):
    """What a process works with.

    Attributes:
        settings: The configuration in force.
        recorder: Where records go; None when everything is switched off.
    """

    settings: Settings
    recorder: Recorder | None


def open_recorder(settings: Settings, *, background: bool = True, priced: bool = True) -> Recorder:
    """A recorder into a home.

    Args:
        settings: The configuration.
        background: Whether a thread helps when the disk is slow; without it ``close`` does what is left.
        priced: False leaves costs pending until ingest.

    Raises:
        OtelUsageError: An override or a redaction class cannot be used.
    """
    return Recorder(
        JournalWriter(Home(settings.home).logs, background=background),
        book=PriceBook(settings.pricing) if priced else None,
        redactor=Redactor(settings.redaction),
        models=Redactor(_for_models(settings.redaction)),
    )


def _for_models(settings: RedactionSettings) -> RedactionSettings:
    """The classes for names of models: without those that must be asked for, which take a long name for a secret."""
    wanted = ("default" if name == "all" else name for name in settings.classes)
    return RedactionSettings(classes=tuple(name for name in wanted if name not in OPT_IN_CLASSES))


def open_anyway(
    home: Path | None = None, *, background: bool = True, told: Callable[[str], None]
) -> tuple[Settings, Recorder]:
    """A recorder for a call that must be recorded, whatever the configuration holds.

    Prices that cannot be used, or read, are not replaced by others: the call is priced at ingest, when they can be
    used again. Where nobody can tell what was to be redacted, every class of redaction is on.

    Args:
        home: The data directory; None for the configured one.
        background: As for ``open_recorder``.
        told: Is told in a sentence what was left out.
    """
    usable = config.load_usable(home, told=told)
    settings, priced = usable.settings, usable.trusted
    try:
        Redactor(settings.redaction)
    except InvalidValueError as error:
        told(f"{error}; every class is taken")
        settings = msgspec.structs.replace(settings, redaction=RedactionSettings(classes=("all",)))
    try:
        return settings, open_recorder(settings, background=background, priced=priced)
    except PriceDataError as error:
        told(f"{error}; calls are recorded without prices and priced later")
        return settings, open_recorder(settings, background=background, priced=False)


_lock = threading.Lock()
_current: Runtime | None = None


def configure(*, home: Path | None = None) -> Runtime:
    """Read the configuration and use it in this process from now on; called again, the last call holds.

    Raises:
        OtelUsageError: The configuration or the home cannot be used.
    """
    settings = config.load(home)
    recorder = None
    if not settings.disabled:
        Home(settings.home).prepare()
        recorder = open_recorder(settings)
    return _install(Runtime(settings=settings, recorder=recorder))


def inference(  # noqa: PLR0913  # one keyword for each thing that a call may be attributed to
    provider: str,
    *,
    model: str | None = None,
    operation: str = "chat",
    agent: str | None = None,
    session_id: str | None = None,
    job_id: str | None = None,
    task_type: str | None = None,
    task_description: str | None = None,
    team: str | None = None,
    project: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> Inference:
    """An LLM call: ``with otel_usage.inference("openai", model="gpt-4o") as call: call.record(…)``.

    Args:
        provider: Short name, ``openai``, ``anthropic``, ``lmstudio``.
        model: The model that is asked for.
        operation: ``chat``, ``embeddings``, … as in the GenAI conventions.
        agent: Name of the agent; what is not given here comes from the configuration.
        session_id: The conversation.
        job_id: The job that the call belongs to.
        task_type: build, review, chat, heartbeat, cron, synthesis, gateway, or another word.
        task_description: What it is for; redacted.
        team: Name of the team.
        project: Name of the project.
        tags: Further names and values; what is none is left out, and counted.
    """
    from otel_usage.spans.inference import Inference  # noqa: PLC0415  # records made without spans need no OpenTelemetry

    runtime = _get()
    defaults = runtime.settings.attribution
    record = UsageRecord(
        id="",
        start=0,
        source="live",
        provider=provider,
        operation=operation,
        request_model=model,
        agent=agent or defaults.agent,
        session_id=session_id,
        job_id=job_id,
        task_type=task_type or defaults.task_type,
        task_description=task_description,
        team=team or defaults.team,
        project=project or defaults.project,
        tags=_tags(tags, runtime),
    )
    return Inference(runtime.recorder, record)


def _tags(given: Mapping[str, str] | None, runtime: Runtime) -> dict[str, str]:
    """The configured tags and those of a call; nothing is raised, whatever the call gave."""
    configured = dict(runtime.settings.attribution.tags)
    try:
        return {**configured, **(given or {})}
    except Exception as error:  # noqa: BLE001  # what an application gave; nothing of ours reaches the agent
        if runtime.recorder is not None:
            runtime.recorder.failed("tag", error)
        return configured


def flush(timeout: float = 5.0) -> bool:
    """Wait until every record is on disk; False when time (seconds) ran out."""
    runtime = _current
    return runtime is None or runtime.recorder is None or runtime.recorder.flush(timeout)


def shutdown(timeout: float = 5.0) -> bool:
    """Flush and close; runs at exit too. A later call opens everything anew."""
    global _current  # the process's one runtime
    with _lock:
        runtime, _current = _current, None
    return runtime is None or runtime.recorder is None or runtime.recorder.close(timeout)


def _get() -> Runtime:
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
    # Without a free file descriptor even the import fails.
    with suppress(Exception):
        import logging  # noqa: PLC0415  # a short command that has nothing to say need not load it

        logging.getLogger("otel_usage").warning("otel-usage: %s", sentence)


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


def _after_fork_in_child() -> None:
    """Another thread of the parent may have held the lock."""
    global _lock  # noqa: PLW0603  # the process's one lock
    _lock = threading.Lock()
    if _current is not None and _current.recorder is not None:
        _current.recorder.start_over()


atexit.register(shutdown)
os.register_at_fork(after_in_child=_after_fork_in_child)
