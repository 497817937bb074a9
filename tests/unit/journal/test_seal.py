from __future__ import annotations

import fcntl
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from otel_usage.journal.lines import Call, decode, encode_call
from otel_usage.journal.reader import journal_files, read_chunks
from otel_usage.journal.seal import may_be_sealed, seal
from otel_usage.journal.writer import Appended, JournalWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.records import UsageRecord

    Make = Callable[..., UsageRecord]


class Clock(Protocol):
    """What the ``clock`` fixture gives."""

    now: float

    def __call__(self) -> float:
        """The present."""


def lines(directory: Path) -> list[bytes]:
    """Every line of the journal, in order."""
    return [
        line for path in journal_files(directory) for chunk in read_chunks(path, 0) for _, line in chunk.lines
    ]


def ids(directory: Path) -> list[str]:
    """Record ids of the journal's calls, in order."""
    found = [decode(line) for line in lines(directory)]
    return [line.record.id for line in found if isinstance(line, Call)]


@pytest.fixture
def written(directory: Path, clock: Clock, record: Make) -> Path:
    """A day's file with a torn line in it, that nobody has open."""
    writer = JournalWriter(directory, background=False, clock=clock)
    writer.append(encode_call(record("a")))
    writer.append(b'\n{"type":"call","rec')
    writer.append(encode_call(record("b", error_message="x" * 5_000)))
    writer.close()
    (path,) = directory.iterdir()
    return path


@pytest.mark.parametrize(
    ("name", "now", "wanted"),
    [
        ("2026-03-01.jsonl", "2026-03-01T12:00:00", False),
        ("2026-03-01.jsonl", "2026-03-03T23:59:59", False),
        ("2026-03-01.jsonl", "2026-03-04T00:00:00", True),
        ("2024-02-28.jsonl", "2024-03-01T23:59:59", False),
        ("2024-02-28.jsonl", "2024-03-02T00:00:00", True),
        ("2026-03-01.jsonl.zst", "2027-01-01T00:00:00", False),
        ("2026-13-01.jsonl", "2027-01-01T00:00:00", False),
        ("notes.jsonl", "2027-01-01T00:00:00", False),
    ],
)
def test_a_file_may_be_sealed_two_days_after_its_date(name: str, now: str, *, wanted: bool) -> None:
    """Two whole days lie between a file's date (UTC) and its sealing; what is no day's plain file never is."""
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC).timestamp()
    assert may_be_sealed(Path(name), moment) is wanted


def test_sealing_changes_no_line(directory: Path, written: Path) -> None:
    """What is read after sealing is what was read before, torn lines included; the file stays private."""
    before = lines(directory)
    sealed = seal(written)
    assert sealed is not None
    assert list(directory.iterdir()) == [sealed]
    assert lines(directory) == before
    assert len(before) == 3
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600


def test_a_file_that_a_writer_has_open_is_not_sealed(directory: Path, clock: Clock, record: Make) -> None:
    """An open writer keeps its file plain; once it goes on to another day, the file can be sealed."""
    writer = JournalWriter(directory, background=False, clock=clock)
    writer.append(encode_call(record("a")))
    (path,) = directory.iterdir()
    assert seal(path) is None
    assert list(directory.iterdir()) == [path]
    clock.now += 1
    writer.append(encode_call(record("b")))
    assert seal(path) is not None
    assert ids(directory) == ["a", "b"]
    writer.close()


def test_a_writer_that_meets_a_sealer_waits_its_turn(
    directory: Path, clock: Clock, written: Path, record: Make
) -> None:
    """While a file is being sealed a frame for it is queued, and then written to a file that has a name."""
    writer = JournalWriter(directory, clock=clock)
    with written.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert writer.append(encode_call(record("c"))) is Appended.QUEUED
        assert not writer.flush(0.1)
        written.unlink()
    assert writer.flush(10.0)
    assert ids(directory) == ["c"]
    writer.close()


def test_what_is_written_after_sealing_is_sealed_behind_it(
    directory: Path, clock: Clock, written: Path, record: Make
) -> None:
    """A date's file that is written once more (a clock set back) is sealed into the same compressed file."""
    seal(written)
    writer = JournalWriter(directory, background=False, clock=clock)
    writer.append(encode_call(record("c")))
    writer.close()
    assert ids(directory) == ["a", "b", "c"]
    assert seal(written) is not None
    assert len(list(directory.iterdir())) == 1
    assert ids(directory) == ["a", "b", "c"]


def test_a_compression_that_was_cut_short_is_begun_anew(directory: Path, written: Path) -> None:
    """What a killed sealer left unfinished is not read, and is replaced by the next."""
    partial = directory / (written.name + ".zst.partial")
    partial.write_bytes(b"half of it")
    before = lines(directory)
    seal(written)
    assert not partial.exists()
    assert lines(directory) == before


def test_a_kill_between_compressing_and_removing_doubles_nothing(directory: Path, written: Path) -> None:
    """Where both files were left, sealing again gives each line once."""
    before, content = lines(directory), written.read_bytes()
    seal(written)
    written.write_bytes(content)
    assert seal(written) is not None
    assert lines(directory) == before


def test_a_sealer_that_comes_late_takes_nothing_away(
    directory: Path, clock: Clock, written: Path, record: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sealer that opened a file which another sealed meanwhile leaves the file that now has the name alone."""
    flock = fcntl.flock

    def meanwhile(file: int, how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        assert seal(written) is not None
        writer = JournalWriter(directory, background=False, clock=clock)
        assert writer.append(encode_call(record("acknowledged"))) is Appended.WRITTEN
        writer.close()
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", meanwhile)
    seal(written)
    assert ids(directory) == ["a", "b", "acknowledged"]


def test_sealing_what_is_gone_says_so(directory: Path) -> None:
    """A file that is not there cannot be sealed, and nothing is left behind."""
    with pytest.raises(FileNotFoundError):
        seal(directory / "2026-03-01.jsonl")
    assert list(directory.iterdir()) == []
