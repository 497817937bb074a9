"""What of content the configuration and OpenTelemetry's own variable ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from otel_usage import config
from otel_usage.content import KINDS
from otel_usage.errors import ConfigError
from otel_usage.opening import open_anyway
from otel_usage.settings import ContentSettings, Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Load = Callable[..., Settings]

VARIABLE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Reads the section from the home's file, with a value of the variable."""
    home, directory = tmp_path / "home", tmp_path / "cwd"
    home.mkdir()
    directory.mkdir()

    def read(section: str | None = None, asked: str | None = None) -> Settings:
        if section is not None:
            (home / "otel-usage.yaml").write_text(f"content: {section}\n", encoding="utf-8")
        return config.load(home, environ={} if asked is None else {VARIABLE: asked}, directory=directory)

    return read


@pytest.mark.parametrize("section", [None, "{}", "{capture: off}", "{capture: false}", "{capture: 'off'}"])
def test_content_is_off_unless_it_is_asked_for(load: Load, section: str | None) -> None:
    """YAML's two words for it are one."""
    assert load(section).content == ContentSettings(
        capture="off", attributes=False, events=False, allow=(), max_bytes=65_536, retention_days=14
    )


def test_every_key_is_taken(load: Load) -> None:
    """And survives the cache of parsed files."""
    section = (
        "{capture: redacted, attributes: true, allow: [gen_ai.output.messages],"
        " max_bytes: 1024, retention_days: 3650}"
    )
    expected = ContentSettings(
        capture="redacted",
        attributes=True,
        allow=("gen_ai.output.messages",),
        max_bytes=1_024,
        retention_days=3_650,
    )
    assert load(section).content == expected
    assert load().content == expected


@pytest.mark.parametrize("given", ["on", "true", "yes", "raw", "Redacted", "1", "0", "", "[redacted]"])
def test_content_is_kept_in_no_other_form(load: Load, given: str) -> None:
    """Somebody who asks for more is told what there is."""
    with pytest.raises(ConfigError, match="capture must be off, or redacted") as caught:
        load(f"{{capture: {given}}}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ("{max_bytes: 1023}", "max_bytes must be from 1,024 to 1,048,576"),
        ("{max_bytes: 1048577}", "max_bytes must be from 1,024 to 1,048,576"),
        ("{max_bytes: a lot}", "must be a whole number"),
        ("{retention_days: 0}", "retention_days must be from 1 to 3,650"),
        ("{retention_days: 3651}", "retention_days must be from 1 to 3,650"),
        ("{attributes: 1}", "must be true or false"),
        ("{allow: [gen_ai.prompt]}", "allow has no 'gen_ai.prompt': there are gen_ai.input.messages, "),
        ("{allow: gen_ai.output.messages}", "must be a list"),
        ("{captures: redacted}", "did you mean 'capture'"),
        ("redacted", "must be keys with values"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(load: Load, section: str, sentence: str) -> None:
    """With the file and the key."""
    with pytest.raises(ConfigError, match="content") as caught:
        load(section)
    assert sentence in str(caught.value)


def test_a_projects_file_cannot_switch_it_on(tmp_path: Path) -> None:
    """A cloned repository must not."""
    (tmp_path / "otel-usage.yaml").write_text("content: {capture: redacted}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="may only set attribution"):
        config.load(tmp_path / "home", environ={}, directory=tmp_path)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("true", {"attributes"}),
        ("SPAN_ONLY", {"attributes"}),
        ("event_only", {"events"}),
        ("Span_And_Event", {"attributes", "events"}),
        (" false ", set()),
        ("NO_CONTENT", set()),
        ("everything", set()),
    ],
)
def test_the_variable_says_what_goes_out(load: Load, asked: str, wanted: set[str]) -> None:
    """Whatever the file says of spans; it says nothing of files. What is not known means nothing, and is told."""
    for section, capture in (
        ("{capture: off, attributes: true}", "off"),
        ("{capture: redacted}", "redacted"),
    ):
        settings = load(section, asked)
        found = settings.content
        assert {name for name in ("attributes", "events") if getattr(found, name)} == wanted
        assert (found.exported, found.capture) == (True, capture)
        told = [sentence for sentence in settings.telemetry.unknown if VARIABLE in sentence]
        assert len(told) == (asked == "everything")


@pytest.mark.parametrize("asked", ["", " "])
def test_an_empty_variable_says_nothing(load: Load, asked: str) -> None:
    """As a shell leaves it."""
    assert load("{attributes: true}", asked).content == ContentSettings(attributes=True)


def test_a_broken_file_keeps_nothing(tmp_path: Path) -> None:
    """Nobody knows what it asked for."""
    (tmp_path / "otel-usage.yaml").write_text(
        "content: {capture: redacted, max_bytes: 1}\n", encoding="utf-8"
    )
    told: list[str] = []
    usable = config.load_usable(tmp_path, environ={}, directory=tmp_path, told=told.append)
    assert usable.settings.content == ContentSettings()
    assert len(told) == 1


@pytest.mark.parametrize(
    "text", ["redaction: {patterns: [{name: a, pattern: '('}]}", "redaction: {patterns: 5}"]
)
def test_no_content_is_kept_where_nobody_knows_what_was_to_be_redacted(tmp_path: Path, text: str) -> None:
    """A pattern of the user's own is in no class; neither files nor spans hold what it was meant for."""
    (tmp_path / "otel-usage.yaml").write_text(f"content: {{capture: redacted}}\n{text}", encoding="utf-8")
    told: list[str] = []
    _, recorder = open_anyway(tmp_path, told=told.append)
    recorder.close()
    assert len(told) == 1
    assert not any(recorder.captures(kind) for kind in KINDS)


def test_every_kind_can_be_allowed(load: Load) -> None:
    """By the key of its attribute."""
    assert load(f"{{allow: [{', '.join(KINDS)}]}}").content.allow == tuple(KINDS)
