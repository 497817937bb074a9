"""``otel-usage init``: the data directory and a commented configuration."""

from __future__ import annotations

import os
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Any]


def test_it_makes_the_directory_and_the_commented_file(start: Run, home: Path) -> None:
    """Private to the user; the file changes nothing until somebody edits it."""
    done = start("init", preexec_fn=lambda: os.umask(0))
    file = home / "otel-usage.yaml"
    assert (done.code, done.out, done.err) == (0, f"Wrote {file}\n", "")
    assert file.read_text() == files("otel_usage").joinpath("otel-usage.example.yaml").read_text()
    assert home.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600
    assert all(not line or line.startswith("#") for line in file.read_text().splitlines())


def test_a_file_that_is_there_is_kept(run: Run, home: Path) -> None:
    """Whatever it holds."""
    home.mkdir()
    file = home / "otel-usage.yaml"
    file.write_text("mine: [")
    done = run("init")
    assert (done.code, done.out) == (0, f"Kept {file}\n")
    assert file.read_text() == "mine: ["


def test_the_option_stands_over_the_variable(run: Run, home: Path, tmp_path: Path) -> None:
    """``--home`` is nearer."""
    other = tmp_path / "other"
    assert run("--home", str(other), "init").code == 0
    assert (other / "otel-usage.yaml").exists()
    assert not home.exists()


def test_a_directory_in_the_place_of_the_file_is_kept(run: Run, home: Path) -> None:
    """Nothing of anybody's is replaced."""
    (home / "otel-usage.yaml").mkdir(parents=True)
    assert run("init").code == 0
    assert (home / "otel-usage.yaml").is_dir()


def test_a_dangling_link_in_the_place_of_the_file_is_one_sentence(start: Run, home: Path) -> None:
    """Its target's directory does not exist."""
    home.mkdir()
    (home / "otel-usage.yaml").symlink_to(home / "gone" / "file")
    done = start("init")
    assert (done.code, done.out) == (1, "")
    assert "No such file or directory" in done.sentence
