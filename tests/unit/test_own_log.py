from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from otel_usage import own_log, runtime

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ADDRESS = "bob.miller@mail.example.org"


def test_what_is_logged_holds_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    """Handlers may send it anywhere."""
    assert own_log.warn(f"otel-usage: cannot use {ADDRESS}")
    assert caplog.messages == ["otel-usage: cannot use [REDACTED:email]"]


def test_a_percent_sign_is_no_format(caplog: pytest.LogCaptureFixture) -> None:
    """A sentence is taken as it is."""
    assert own_log.warn("100 % of %s")
    assert caplog.messages == ["100 % of %s"]


def test_a_handler_that_raises_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told by the answer, so that it can be tried again."""

    class Broken(logging.Handler):
        def handle(self, record: logging.LogRecord) -> bool:
            raise OSError(record.levelname)

    logger = logging.getLogger("otel_usage")
    broken = Broken()
    monkeypatch.setattr(logger, "handlers", [broken])
    assert not own_log.warn("anything")


def test_a_home_that_cannot_be_used_is_logged_without_what_its_path_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The path of a data directory may name a person."""
    (tmp_path / ADDRESS).touch()
    monkeypatch.setenv("OTEL_USAGE_HOME", str(tmp_path / ADDRESS / "data"))
    runtime.shutdown()
    try:
        runtime.current()
    finally:
        runtime.shutdown()
    told = " ".join(caplog.messages)
    assert "cannot be created" in told
    assert "miller" not in told
