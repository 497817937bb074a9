"""The data directory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from otel_usage import home as home_module
from otel_usage.errors import HomeError
from otel_usage.home import Home


def mode(path: Path) -> int:
    """Permission bits of a path."""
    return path.stat().st_mode & 0o777


def test_the_names_inside_a_home_are_these(tmp_path: Path) -> None:
    """People and scripts know them."""
    home = Home(tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in (home.logs, home.database)} == {
        "logs",
        "usage.db",
    }
    assert home.configuration == tmp_path / "otel-usage.yaml"
    assert home.configuration_cache == tmp_path / "config.cache.json"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_a_home_is_made_for_its_user_alone(tmp_path: Path, umask: int) -> None:
    """Mode 0700, whatever the umask; calls tell what somebody works on."""
    before = os.umask(umask)
    try:
        Home(tmp_path / "a" / "b").prepare()
    finally:
        os.umask(before)
    assert mode(tmp_path / "a" / "b") == 0o700
    assert mode(tmp_path / "a" / "b" / "logs") == 0o700


def test_a_home_that_is_there_is_kept_as_it_is(tmp_path: Path) -> None:
    """Nothing in it is touched, its mode is its owner's affair."""
    root = tmp_path / "home"
    root.mkdir(mode=0o750)
    root.chmod(0o750)
    (root / "logs").mkdir()
    (root / "logs" / "2026-01-01.jsonl").write_text("\n{}\n")
    Home(root).prepare()
    assert mode(root) == 0o750
    assert (root / "logs" / "2026-01-01.jsonl").read_text() == "\n{}\n"


def test_a_file_in_the_place_of_the_home_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    """The sentence names the path, the cause and both ways out."""
    place = tmp_path / "home"
    place.write_text("not a directory")
    with pytest.raises(HomeError) as caught:
        Home(place).prepare()
    assert str(caught.value) == (
        f"{place}: cannot be created (File exists); "
        "set OTEL_USAGE_HOME or --home to a directory that you can write"
    )
    assert caught.value.path == place
    assert place.read_text() == "not a directory"


@pytest.mark.parametrize("part", ["home/below", "home/logs"])
def test_a_file_above_or_inside_the_home_is_the_same_error(tmp_path: Path, part: str) -> None:
    """Neither a parent nor the journal's folder may be a file."""
    place = tmp_path / "home"
    if part.endswith("logs"):
        place.mkdir()
        (place / "logs").write_text("")
        wanted = place
    else:
        place.write_text("")
        wanted = place / "below"
    with pytest.raises(HomeError, match="cannot be created"):
        Home(wanted).prepare()


def test_a_name_that_is_too_long_is_the_same_error(tmp_path: Path) -> None:
    """Everything that the system refuses comes as one kind of error."""
    with pytest.raises(HomeError, match="File name too long"):
        Home(tmp_path / ("x" * 300)).prepare()


def test_a_dangling_link_in_the_place_of_the_home_is_the_same_error(tmp_path: Path) -> None:
    """A disk that is not mounted."""
    (tmp_path / "home").symlink_to(tmp_path / "gone")
    with pytest.raises(HomeError, match="cannot be created"):
        Home(tmp_path / "home").prepare()


def test_a_link_to_a_directory_is_followed(tmp_path: Path) -> None:
    """A home may lie on another disk."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "home").symlink_to(tmp_path / "disk")
    Home(tmp_path / "home").prepare()
    assert (tmp_path / "disk" / "logs").is_dir()


def test_the_innermost_mount_tells_the_file_system() -> None:
    """proc(5) is mounted on /proc on every Linux that runs this."""
    if not Path("/proc/self/mounts").exists():
        pytest.skip("this system has no /proc")
    assert home_module._file_system(Path("/proc/self")) == "proc"


def test_a_network_file_system_is_refused_before_a_record_could_be_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kind of file system is the system's to say, so its answer is replaced here."""
    monkeypatch.setattr(home_module, "_file_system", lambda _: "nfs4")
    with pytest.raises(
        HomeError, match=r"lies on a network file system \(nfs4\), where records could be lost"
    ):
        Home(tmp_path / "home").prepare()
    assert not (tmp_path / "home" / "logs").exists()


def test_a_journal_on_a_network_file_system_is_refused_before_a_ledger_is_made_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until both are there, the file system is looked at; the system's answer is replaced here."""
    place = Home(tmp_path / "home")
    place.prepare()
    monkeypatch.setattr(home_module, "_file_system", lambda _: "nfs4")
    with pytest.raises(HomeError, match="lies on a network file system"):
        place.prepare()
    place.database.touch()
    place.prepare()


def test_a_directory_that_was_there_keeps_its_mode_and_its_journal_is_closed(tmp_path: Path) -> None:
    """Its owner may share it on purpose; the calls in it are nobody else's."""
    root = tmp_path / "home"
    root.mkdir()
    root.chmod(0o755)
    Home(root).prepare()
    assert (mode(root), mode(root / "logs")) == (0o755, 0o700)
