"""``otel-usage rebuild``: the same answers from the journal alone."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from otel_usage.home import Home

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    Run = Callable[..., Any]
    Tell = Callable[..., str]

ASKED = (
    ("query", "--format", "json"),
    ("query", "--by", "day", "--by", "session", "--by", "agent", "--by", "task-type", "--format", "json"),
    ("report", "--last", "9999d"),
)


@pytest.fixture
def _seeded(seeded: ModuleType, home: Path) -> None:
    """600 calls of two months."""
    seeded.write(Home(home), seeded.build(seed=5, calls=600, months=2))


@pytest.mark.usefixtures("_seeded")
def test_a_rebuild_gives_the_same_answers_to_the_byte(tell: Tell) -> None:
    """And says what it was made of."""
    before = [tell(*arguments) for arguments in ASKED]
    told = tell("rebuild")
    assert told.startswith("Rebuilt from ")
    assert ": 600 calls." in told
    assert [tell(*arguments) for arguments in ASKED] == before


@pytest.mark.usefixtures("_seeded")
@pytest.mark.parametrize("begin", [0, 100, 8192, 16384, 65536])
def test_a_damaged_database_is_told_moved_aside_and_made_anew(
    run: Run, tell: Tell, home: Path, begin: int
) -> None:
    """Wherever the damage begins: a reader says one sentence, and a rebuild mends it."""
    before = tell("query", "--format", "json")
    database = home / "usage.db"
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = database.read_bytes()
    database.write_bytes(data[:begin] + os.urandom(len(data) - begin))
    done = run("query", "--by", "session")
    assert (done.code, done.out) == (1, "")
    assert done.sentence.endswith("run 'otel-usage rebuild'")
    done = run("rebuild")
    assert (done.code, done.err) == (0, "")
    assert ": 600 calls." in done.out
    assert tell("query", "--format", "json") == before


def test_an_empty_home_is_rebuilt_to_nothing(run: Run) -> None:
    """Exit 0."""
    done = run("rebuild")
    assert (done.code, done.err) == (0, "")
    assert ": 0 calls." in done.out


def test_a_truncated_database_is_told_and_mended(run: Run, record: Tell, tell: Tell, home: Path) -> None:
    """A disk that was full, a copy that was broken off."""
    record()
    before = tell("query", "--format", "json")
    database = home / "usage.db"
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    database.write_bytes(database.read_bytes()[:10_000])
    done = run("query")
    assert done.code == 1
    assert done.sentence.endswith("run 'otel-usage rebuild'")
    assert run("rebuild").code == 0
    assert tell("query", "--format", "json") == before
