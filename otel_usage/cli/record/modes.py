"""What ``record`` is asked for: a call of a model, one of another service, or many; and the options that go with each."""

from __future__ import annotations

from typing import Any, Final

import click

from otel_usage.cli.counts import COUNTS
from otel_usage.cli.missing import missing

__all__ = ["check"]

_OF_A_MODEL: Final = ("model", "provider", "service_tier", *COUNTS)
_OF_A_SERVICE: Final = ("service", "endpoint", "status_code")
_OF_ONE_CALL: Final = (
    *("cost", "timestamp", "duration_ms", "status", "status_code", "error_message", "record_id"),
    *COUNTS,
)
_NAMES: Final = {"record_id": "--id"}


def check(options: dict[str, Any]) -> None:
    """See what is asked for; ``--service`` without a model asks for ``--api``, which is set then.

    Raises:
        click.UsageError: Options contradict each other, or one is missing.
    """
    if options["stdin"]:
        _refuse(options, _OF_ONE_CALL, "belongs to one call, and cannot be given with --stdin")
        return
    if options["ignore_costs"]:
        raise click.UsageError("--ignore-costs goes with --stdin")
    if options["service"] is not None and options["model"] is None and options["provider"] is None:
        options["api"] = True
    if options["api"]:
        _refuse(options, _OF_A_MODEL, "belongs to a call of a model, and cannot be given with --api")
        _require(options, "service")
    else:
        _refuse(options, _OF_A_SERVICE, "belongs to a call of another service: see --api")
        _require(options, "provider")
        _require(options, "model")


def _refuse(options: dict[str, Any], names: tuple[str, ...], problem: str) -> None:
    """An empty one, as an unset shell variable leaves it, is none."""
    for name in names:
        if options[name] is not None and options[name].strip():
            raise click.UsageError(f"{_NAMES.get(name) or '--' + name.replace('_', '-')} {problem}")


def _require(options: dict[str, Any], name: str) -> None:
    if options[name] is None:
        raise missing(name)
