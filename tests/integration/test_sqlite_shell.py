"""The ledger is an ordinary SQLite database: Debian's own shell reads it."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from otel_usage.cli import command
from otel_usage.home import Home

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType


@pytest.mark.servers
def test_the_sqlite_shell_finds_the_ledger_sound_and_the_same_total(
    tmp_path: Path, seeded: ModuleType, program: Callable[[str], str]
) -> None:
    """Whoever does not trust our sums can add them up without us."""
    shell = program("sqlite3")
    home = Home(tmp_path / "home")
    seeded.write(home, seeded.build(seed=13, calls=500, months=2))
    result = CliRunner().invoke(
        command, ["--home", str(home.root), "query", "--format", "json"], catch_exceptions=False
    )
    total = json.loads(result.stdout)["totalCostNanos"]
    assert total > 0

    def ask(statement: str) -> str:
        done = subprocess.run(
            [shell, "-readonly", str(home.database), statement], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    assert ask("PRAGMA integrity_check") == "ok"
    assert ask("SELECT count(*) FROM call") == "500"
    assert ask("SELECT sum(nanos) FROM call") == str(total)
    assert ask("SELECT sum(nanos) FROM usage_day") == str(total)
    assert ask("SELECT sum(nanos) FROM usage_quarter") == str(total)
