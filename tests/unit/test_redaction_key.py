from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from otel_usage.errors import ConfigError
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


def test_no_key_is_made_where_nothing_is_hashed(home: Home) -> None:
    """A home has no secret that nobody needs."""
    assert hash_key(Settings(home=home.root), home) is None
    assert not home.root.exists()


def test_key_is_made_once_and_private(home: Home) -> None:
    """It is random, of mode 0600, and stays."""
    settings = Settings(home=home.root, redaction=HASHING)
    key = hash_key(settings, home)
    assert key is not None
    assert len(key) == 64
    assert hash_key(settings, home) == key
    assert stat.S_IMODE(home.redaction_key.stat().st_mode) == 0o600
    assert (
        hash_key(
            Settings(home=home.root.with_name("other"), redaction=HASHING), Home(home.root.with_name("other"))
        )
        != key
    )


def test_processes_that_make_it_at_once_agree(home: Home) -> None:
    """Whoever is first makes it for all; nothing is left behind."""
    settings = Settings(home=home.root, redaction=HASHING)
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: hash_key(settings, home), range(32)))
    assert len(keys) == 1
    assert [path.name for path in home.root.iterdir() if path.name.startswith("redaction")] == [
        "redaction.key"
    ]


def test_key_of_the_environment_holds(home: Home) -> None:
    """Several hosts can share one, and nothing is written."""
    settings = Settings(home=home.root, redaction=HASHING, redaction_key=Secret("one key for all of us"))
    assert hash_key(settings, home) == b"one key for all of us"
    assert not home.root.exists()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_key_that_others_can_read_is_refused(home: Home, mode: int) -> None:
    """Who knows the key can try values out."""
    settings = Settings(home=home.root, redaction=HASHING)
    hash_key(settings, home)
    home.redaction_key.chmod(mode)
    with pytest.raises(ConfigError, match="can be read by others"):
        hash_key(settings, home)


def test_short_or_empty_key_is_refused_and_not_echoed(home: Home) -> None:
    """It could be tried out."""
    short = "tiny-key"
    with pytest.raises(ConfigError, match="at least 16") as refused:
        hash_key(Settings(home=home.root, redaction=HASHING, redaction_key=Secret(short)), home)
    assert short not in str(refused.value)
    home.prepare()
    home.redaction_key.touch(0o600)
    with pytest.raises(ConfigError, match="at least 16"):
        hash_key(Settings(home=home.root, redaction=HASHING), home)


def test_home_that_cannot_be_made_has_no_key(tmp_path: Path) -> None:
    """The caller is told, and masks."""
    (tmp_path / "file").touch()
    home = Home(tmp_path / "file" / "home")
    with pytest.raises(ConfigError, match="masked"):
        hash_key(Settings(home=home.root, redaction=HASHING), home)


def test_recorder_without_its_key_masks_and_says_so_once(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing leaves as it is because a key is missing."""
    settings = Settings(home=home.root, redaction=HASHING, redaction_key=Secret("tiny"))
    home.prepare()
    recorder = open_recorder(settings, background=False)
    assert recorder.text("bob.miller@mail.example.org") == "[REDACTED:email]"
    assert recorder.counts["redaction_key"] == 1
    assert ["masked" in line for line in caplog.messages] == [True]


def test_recorder_with_a_key_hashes_texts_and_names_alike(home: Home) -> None:
    """A model's name that holds an address has the mark that a text has."""
    home.prepare()
    recorder = open_recorder(Settings(home=home.root, redaction=HASHING), background=False)
    mark = recorder.text("bob.miller@mail.example.org")
    assert mark.startswith("[REDACTED:email:k")
    assert recorder.model("bob.miller@mail.example.org") == mark
