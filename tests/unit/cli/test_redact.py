"""``otel-usage redact``: a filter without secrets."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = "bob.miller@mail.example.org"


@pytest.fixture
def redact(tmp_path: Path) -> Any:
    """Run the command as a process with bytes on its standard input."""

    def run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "otel_usage", "--home", str(tmp_path / "home"), "redact", *arguments],
            input=given, capture_output=True, check=False, timeout=60, cwd=tmp_path,
            env={"PATH": "", "HOME": str(tmp_path)},
        )  # fmt: skip

    return run


def test_text_without_a_finding_comes_through_to_the_byte(redact: Any) -> None:
    """Bytes that are no UTF-8, line ends and a missing last line end are kept; exit 0."""
    given = "naïve ü€𝄞\r\n".encode() + b"\xff\xfe\x80 end" + "ü€𝄞".encode() * 50_000
    done = redact(given=given)
    assert (done.returncode, done.stdout, done.stderr) == (0, given, b"")


def test_finding_is_replaced_and_told_by_the_exit_code(redact: Any) -> None:
    """Exit 1 says that something was found."""
    done = redact(given=f"to {ADDRESS}\n".encode())
    assert (done.returncode, done.stdout, done.stderr) == (1, b"to [REDACTED:email]\n", b"")


def test_explain_names_rule_and_place_and_shows_no_value(redact: Any, tmp_path: Path) -> None:
    """File, line and column, class, rule, on standard error; the text is on standard output as ever."""
    (tmp_path / "notes.txt").write_text(f"fine\nto {ADDRESS}\n", encoding="utf-8")
    done = redact("--explain", "notes.txt", "-", given=b"DB_PASSWORD=" + b"k7Qx9Rt2LmW")
    assert done.stderr.decode().splitlines() == [
        "notes.txt:2:4: email (email)",
        "-:1:13: keyword_secret (named-value)",
    ]
    assert done.stdout == b"fine\nto [REDACTED:email]\nDB_PASSWORD=[REDACTED:keyword_secret]"


def test_half_of_a_surrogate_pair_in_json_is_replaced(redact: Any) -> None:
    """An escape can name what UTF-8 cannot carry; a byte that is no UTF-8 stays."""
    given = b'{"a": "\xc3\xa9\xff \\ud800 ' + ADDRESS.encode() + b'"}'
    done = redact(given=given)
    assert (done.returncode, done.stdout) == (1, b'{"a": "\xc3\xa9\xff ? [REDACTED:email]"}')


def test_closed_standard_input_is_told(tmp_path: Path) -> None:
    """A sentence, and no traceback."""
    command = f'"{sys.executable}" -m otel_usage --home "{tmp_path}" redact <&-'
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=False, timeout=60)
    assert done.returncode == 2
    assert b"standard input is closed: name a file" in done.stderr
    assert b"Traceback" not in done.stderr


def test_stats_count_by_class(redact: Any) -> None:
    """The most frequent first, and their sum."""
    done = redact("--stats", given=f"{ADDRESS} {ADDRESS} $1,200.50".encode())
    assert done.stderr.decode().splitlines() == ["email: 2", "money: 1", "total: 3"]


def test_stats_of_nothing(redact: Any) -> None:
    """An empty input has a sum too."""
    done = redact("--stats")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"total: 0\n")


def test_classes_stand_in_place_of_the_configured_ones(redact: Any) -> None:
    """One, several, or all with those that must be asked for."""
    given = f"{ADDRESS} 253-34-7273".encode()
    assert redact("--class", "ssn", given=given).stdout == f"{ADDRESS} [REDACTED:ssn]".encode()
    assert redact("--class", "all", given=given).stdout == b"[REDACTED:email] [REDACTED:ssn]"


def test_asked_classes_keep_their_modes_and_own_patterns_are_asked_for_by_name(
    redact: Any, tmp_path: Path
) -> None:
    """A class that is off is found when it is asked for; one that is not asked for stays."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "otel-usage.yaml").write_text(
        "redaction: {mode: {email: hash, money: off}, patterns: [{name: ticket, pattern: 'ACME-[0-9]{4}'}]}",
        encoding="utf-8",
    )
    given = f"{ADDRESS} ACME-1234 $1,200.50".encode()
    assert (
        redact("--class", "ticket", given=given).stdout == f"{ADDRESS} [REDACTED:ticket] $1,200.50".encode()
    )
    assert redact("--class", "money", given=given).stdout == f"{ADDRESS} ACME-1234 [REDACTED:money]".encode()
    everything = redact("--class", "all", given=given).stdout.decode()
    assert everything.startswith("[REDACTED:email:k")
    assert everything.endswith("] [REDACTED:ticket] [REDACTED:money]")


def test_configuration_is_followed(redact: Any, tmp_path: Path) -> None:
    """Modes, own patterns and the installation's key are those of everything else that is redacted."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "otel-usage.yaml").write_text(
        "redaction: {mode: {email: hash, money: off}, patterns: [{name: ticket, pattern: 'ACME-[0-9]{4}'}]}",
        encoding="utf-8",
    )
    done = redact(given=f"{ADDRESS} ACME-1234 $1,200.50".encode())
    first, rest = done.stdout.decode().split(" ", 1)
    assert first.startswith("[REDACTED:email:k")
    assert rest == "[REDACTED:ticket] $1,200.50"
    assert (home / "redaction.key").exists()
    assert redact(given=ADDRESS.encode()).stdout.decode() == first


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--class", "emial"], "no such class"),
        (["missing.txt"], "missing.txt"),
        (["--explane"], "--explane"),
    ],
)
def test_mistakes_are_refused(redact: Any, arguments: list[str], said: str) -> None:
    """One sentence, exit 2, and nothing on standard output."""
    done = redact(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_secret_over_the_border_of_two_reads_is_found(redact: Any) -> None:
    """Input is read in pieces; the same address stands at every offset around their ends."""
    given = b"".join(b"x" * (65_500 + shift) + f" {ADDRESS} ".encode() for shift in range(0, 60, 7))
    done = redact(given=given)
    assert ADDRESS.encode() not in done.stdout
    assert done.stdout.count(b"[REDACTED:email]") == 9
