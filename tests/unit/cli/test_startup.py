"""What ``otel-usage record`` loads: its start is the price of every call from a shell, so that a new import must be seen."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = ("record", "--model", "gpt-4o", "--provider", "openai", "--input", "10", "--output", "5")
ATTRIBUTED = (
    *(
        "record",
        "--model",
        "claude-sonnet-4-5",
        "--provider",
        "anthropic",
        "--input",
        "1200",
        "--output",
        "50",
    ),
    *("--job-id", "nightly-2026-11-22", "--agent", "writer", "--session", "s-1", "--task-type", "build"),
    *("--tag", "env=prod"),
)
PROGRAM = """
import sys
before = {*sys.modules}
import click
from_click = {*sys.modules} - before
from otel_usage.cli import main
try:
    main()
finally:
    print(*sorted({*sys.modules} - before - from_click))
"""
"""Prints the modules that are loaded beside click's own."""

OURS = [
    "otel_usage",
    "otel_usage.cli",
    "otel_usage.cli.counts",
    "otel_usage.cli.money",
    "otel_usage.cli.output",
    "otel_usage.cli.pairs",
    "otel_usage.cli.record",
    "otel_usage.config",
    "otel_usage.config_files",
    "otel_usage.config_otel",
    "otel_usage.config_places",
    "otel_usage.config_sections",
    "otel_usage.content",
    "otel_usage.content_store",
    "otel_usage.counts",
    "otel_usage.digest",
    "otel_usage.errors",
    "otel_usage.fitting",
    "otel_usage.fitting.texts",
    "otel_usage.home",
    "otel_usage.journal",
    "otel_usage.journal.file",
    "otel_usage.journal.lines",
    "otel_usage.journal.writer",
    "otel_usage.opening",
    "otel_usage.own_log",
    "otel_usage.pricing",
    "otel_usage.pricing.arithmetic",
    "otel_usage.pricing.book",
    "otel_usage.pricing.cards",
    "otel_usage.pricing.index",
    "otel_usage.pricing.modalities",
    "otel_usage.pricing.providers",
    "otel_usage.pricing.resolver",
    "otel_usage.pricing.schedule",
    "otel_usage.pricing.tariffs",
    "otel_usage.records",
    "otel_usage.recorder",
    "otel_usage.redaction",
    "otel_usage.redaction.classes",
    "otel_usage.redaction.encoding",
    "otel_usage.redaction.harmless",
    "otel_usage.redaction.literals",
    "otel_usage.redaction.patterns",
    "otel_usage.redaction.redactor",
    "otel_usage.redaction.stand_ins",
    "otel_usage.redaction_key",
    "otel_usage.semconv",
    "otel_usage.settings",
    "otel_usage.stats",
    "otel_usage.token_usage",
    "otel_usage.usages",
    "otel_usage.usages.servers",
]
HEAVY = (
    *("ast", "asyncio", "email", "hashlib", "http", "json", "logging", "random", "secrets", "sqlite3", "ssl"),
    *("statistics", "subprocess", "tempfile", "unittest", "zoneinfo"),
)
"""Parts of the standard library that would not be noticed otherwise."""


def loaded(environ: dict[str, str], arguments: tuple[str, ...]) -> list[str]:
    """The modules that a command loads beside click's own."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    answer, modules = done.stdout.splitlines()
    assert answer.startswith("✓ Recorded: ")
    return modules.split()


@pytest.mark.parametrize("arguments", [PLAIN, ATTRIBUTED], ids=["plain", "attributed"])
@pytest.mark.parametrize("configured", [False, True], ids=["no file", "a file that was read before"])
def test_no_more_is_loaded_than_a_known_model_needs(
    environ: dict[str, str], home: Path, *, arguments: tuple[str, ...], configured: bool
) -> None:
    """Neither the rules of redaction nor a reader of YAML, nor anything else that takes longer than the call's record."""
    if configured:
        home.mkdir()
        (home / "otel-usage.yaml").write_text("zone: Europe/Berlin\nattribution: {agent: a, tags: {team: x}}")
        loaded(environ, arguments)
    modules = loaded(environ, arguments)
    packages = {name.partition(".")[0] for name in modules} - {"otel_usage"}
    assert [name for name in modules if name.split(".")[0] == "otel_usage"] == sorted(OURS)
    # msgspec takes typing_extensions where it is installed.
    assert packages - sys.stdlib_module_names - {"typing_extensions"} == {"msgspec"}
    assert packages & set(HEAVY) == set()


def test_a_text_that_needs_a_look_loads_the_rules(environ: dict[str, str], home: Path) -> None:
    """And nothing of it gets into the journal."""
    address = "somebody@example.com"
    modules = loaded(environ, (*PLAIN, "--agent", address))
    assert "otel_usage.redaction.rules" in modules
    journal = "".join(path.read_text(encoding="utf-8") for path in (home / "logs").iterdir())
    assert address not in journal
    assert "[REDACTED:email]" in journal
