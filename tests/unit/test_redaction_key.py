from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from otel_usage.home import Home
from otel_usage.opening import open_recorder
from otel_usage.redaction_key import hash_key
from otel_usage.settings import RedactionSettings, Secret, Settings

if TYPE_CHECKING:
    from pathlib import Path

HASHING = RedactionSettings(modes={"email": "hash"})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Give a home that does not exist yet."""
    return Home(tmp_path / "home")


def key_of(home: Home, *, key: str = "") -> tuple[bytes | None, list[str]]:
    """Ask for the key of a home where something is hashed; what was told with it."""
    told: list[str] = []
    settings = Settings(home=home.root, redaction=HASHING, redaction_key=Secret(key))
    return hash_key(settings, told.append), told


def test_no_key_is_made_where_nothing_is_hashed(home: Home) -> None:
    """A home has no secret that nobody needs."""
    told: list[str] = []
    assert hash_key(Settings(home=home.root), told.append) is None
    assert not told
    assert not home.root.exists()


def test_key_is_made_once_and_private(home: Home) -> None:
    """It is random, of mode 0600, and stays."""
    key, told = key_of(home)
    assert key is not None
    assert len(key) == 64
    assert not told
    assert key_of(home) == (key, [])
    assert stat.S_IMODE(home.redaction_key.stat().st_mode) == 0o600
    assert key_of(Home(home.root.with_name("other"))) != (key, [])


def test_processes_that_make_it_at_once_agree(home: Home) -> None:
    """Whoever is first makes it for all; nothing is left behind."""
    with ThreadPoolExecutor(8) as pool:
        keys = {key for key, _ in pool.map(lambda _: key_of(home), range(32))}
    assert len(keys) == 1
    assert None not in keys
    assert [path.name for path in home.root.iterdir() if path.name.startswith("redaction")] == [
        "redaction.key"
    ]


def test_key_of_the_environment_holds(home: Home) -> None:
    """Several hosts can share one, and nothing is written."""
    assert key_of(home, key="one key for all of us") == (b"one key for all of us", [])
    assert not home.root.exists()


def test_white_space_is_no_part_of_a_key(home: Home) -> None:
    """A shell or an editor may leave some; sixteen characters of it are no key."""
    assert key_of(home, key=" one key for all of us\n") == (b"one key for all of us", [])
    key, (told,) = key_of(home, key=" " * 15 + "x")
    assert key is None
    assert "at least 16 characters" in told


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_key_that_others_can_read_is_refused(home: Home, mode: int) -> None:
    """Who knows the key can try values out."""
    key_of(home)
    home.redaction_key.chmod(mode)
    key, (told,) = key_of(home)
    assert key is None
    assert "can be read by others" in told


def test_short_or_empty_key_is_refused_and_not_echoed(home: Home) -> None:
    """It could be tried out."""
    key, (told,) = key_of(home, key="tiny-key")
    assert key is None
    assert "at least 16" in told
    assert "tiny-key" not in told
    home.prepare()
    home.redaction_key.touch(0o600)
    key, (told,) = key_of(home)
    assert key is None
    assert "at least 16" in told


def test_home_that_cannot_be_made_has_no_key(tmp_path: Path) -> None:
    """The caller is told, and masks."""
    (tmp_path / "file").touch()
    key, (told,) = key_of(Home(tmp_path / "file" / "home"))
    assert key is None
    assert "masked" in told


def test_recorder_without_its_key_masks_and_says_so_once(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing leaves as it is because a key is missing."""
    settings = Settings(home=home.root, redaction=HASHING, redaction_key=Secret("tiny"))
    home.prepare()
    recorder = open_recorder(settings, background=False)
    assert recorder.text("bob.miller@mail.example.org") == "[REDACTED:email]"
    assert recorder.counts["redaction_key"] == 1
    assert ["masked" in line for line in caplog.messages] == [True]


def test_a_process_that_is_switched_off_makes_no_key(home: Home) -> None:
    """It leaves nothing behind, whatever is configured."""
    open_recorder(Settings(home=home.root, redaction=HASHING, disabled=True)).close()
    assert not home.root.exists()


def test_recorder_with_a_key_hashes_texts_and_names_alike(home: Home) -> None:
    """A model's name that holds an address has the mark that a text has."""
    home.prepare()
    recorder = open_recorder(Settings(home=home.root, redaction=HASHING), background=False)
    mark = recorder.text("bob.miller@mail.example.org")
    assert mark.startswith("[REDACTED:email:k")
    assert recorder.model("bob.miller@mail.example.org") == mark
