"""Where the content of calls lies, and how long it is kept."""

from __future__ import annotations

import fcntl
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from otel_usage.content import Content
from otel_usage.journal.contents import encode_content
from otel_usage.journal.lines import Call, Link
from otel_usage.journal.writer import JournalWriter
from otel_usage.ledger.contents import find_content
from otel_usage.ledger.store import Ledger
from otel_usage.ledger.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from otel_usage.home import Home
    from otel_usage.records import UsageRecord

    Make = Callable[..., UsageRecord]
    Write = Callable[..., None]
    Keep = Callable[..., Path]

DAY = "2026-09-21"


class Clock:
    """Seconds since the epoch, moved by hand."""

    def __init__(self, text: str) -> None:
        self.set(text)

    def __call__(self) -> float:
        """The present."""
        return self.now

    def set(self, text: str) -> None:
        """Set the UTC time."""
        self.now = datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.fixture
def clock() -> Clock:
    """One that stands at the noon of ``DAY``."""
    return Clock(f"{DAY}T12:00:00")


def said(text: str) -> Content:
    """An answer."""
    return Content(output_messages=[{"role": "assistant", "parts": [{"type": "text", "content": text}]}])


@pytest.fixture
def keep(home: Home) -> Keep:
    """Appends the content of a record to a day's file."""

    def append(record_id: str, text: str, *, at: int = 1, day: str = DAY) -> Path:
        home.content.mkdir(exist_ok=True)
        path = home.content / f"{day}.jsonl"
        with path.open("ab") as file:
            file.write(encode_content(record_id, at, said(text)))
        return path

    return append


def rows(ledger: Ledger) -> int:
    """How many contents the ledger knows."""
    ((count,),) = ledger.ask("SELECT count(*) FROM content")
    return int(count)


def test_content_is_found_by_its_call(home: Home, write: Write, record: Make, keep: Keep) -> None:
    """Whether it was read in one ingest with the call or later; other calls have none."""
    call, other = record("a"), record("b")
    write([Call(call), Call(other)])
    keep("a", "one")
    with Ledger(home) as ledger:
        ledger.ingest()
        assert find_content(ledger, home, call) == said("one")
        assert find_content(ledger, home, other) is None
        keep("b", "two")
        ledger.ingest()
        assert find_content(ledger, home, other) == said("two")
        ledger.ingest()
        assert rows(ledger) == 2
        assert verify(ledger) == []


def test_the_text_is_in_the_files_only(home: Home, write: Write, record: Make, keep: Keep) -> None:
    """Deleting a file deletes what was said."""
    write([Call(record("a"))])
    file = keep("a", "remembered nowhere else")
    with Ledger(home) as ledger:
        ledger.ingest()
        ledger.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        file.unlink()
        assert find_content(ledger, home, record("a")) is None
    left = [path for path in home.root.rglob("*") if path.is_file()]
    assert left
    assert all(b"remembered" not in path.read_bytes() for path in left)


def test_the_latest_of_two_contents_holds(home: Home, write: Write, record: Make, keep: Keep) -> None:
    """By when it was written, whichever file it is in; where that is gone, the earlier one."""
    write([Call(record("a"))])
    later = keep("a", "later", at=5, day="2026-09-20")
    keep("a", "earlier", at=4)
    with Ledger(home) as ledger:
        ledger.ingest()
        assert find_content(ledger, home, record("a")) == said("later")
        later.unlink()
        assert find_content(ledger, home, record("a")) == said("earlier")


def test_sightings_of_one_call_share_its_content(home: Home, write: Write, record: Make, keep: Keep) -> None:
    """Each by its own id."""
    write([Call(record("a")), Call(record("b", source="otlp")), Link(id="l", at=1, records=("a", "b"))])
    keep("b", "seen by one")
    with Ledger(home) as ledger:
        ledger.ingest()
        assert find_content(ledger, home, record("a")) == said("seen by one")
        assert find_content(ledger, home, record("b")) == said("seen by one")


def test_content_without_a_call_waits_for_it(home: Home, write: Write, record: Make, keep: Keep) -> None:
    """Its record may stand in another process's queue."""
    keep("a", "before")
    with Ledger(home) as ledger:
        ledger.ingest()
        write([Call(record("a"))])
        ledger.ingest()
        assert find_content(ledger, home, record("a")) == said("before")


def test_a_rebuild_finds_the_same(home: Home, write: Write, record: Make, keep: Keep) -> None:
    """The rows are made from the files, as the others from the journal."""
    write([Call(record("a"))])
    keep("a", "one")
    with Ledger(home) as ledger:
        ledger.ingest()
        before = ledger.ask("SELECT * FROM content")
    Ledger.rebuild(home)
    with Ledger(home) as ledger:
        assert ledger.ask("SELECT * FROM content") == before
        assert find_content(ledger, home, record("a")) == said("one")


def test_torn_and_newer_lines_are_set_aside(home: Home, write: Write, record: Make, keep: Keep) -> None:
    """Beside those of the journal, whose files have the same names; what stands behind them is read."""
    write([Call(record("a"))], name=f"{DAY}.jsonl")
    path = keep("x", "torn")
    path.write_bytes(path.read_bytes()[:-9] + b'\n{"type":"content","v":2,"id":"a","at":9}\n')
    keep("a", "whole")
    with Ledger(home) as ledger:
        ledger.ingest()
        assert find_content(ledger, home, record("a")) == said("whole")
        assert ledger.ask("SELECT file, reason FROM set_aside ORDER BY position") == [
            (f"content/{DAY}.jsonl", "torn"),
            (f"content/{DAY}.jsonl", "newer"),
        ]
        path.unlink()
    with Ledger(home) as ledger:
        ledger.ingest()
        assert ledger.ask("SELECT * FROM set_aside") == []


def test_a_line_that_is_being_written_is_read_when_it_is_whole(
    home: Home, write: Write, record: Make, keep: Keep
) -> None:
    """Up to the last newline, as in the journal."""
    write([Call(record("a"))])
    path = keep("a", "one")
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    with Ledger(home) as ledger:
        ledger.ingest()
        assert find_content(ledger, home, record("a")) is None
        path.write_bytes(whole)
        ledger.ingest()
        assert find_content(ledger, home, record("a")) == said("one")


def test_a_replaced_file_gives_no_other_calls_content(
    home: Home, write: Write, record: Make, keep: Keep
) -> None:
    """Whose content a line holds stands in it."""
    write([Call(record("a")), Call(record("b"))])
    path = keep("a", "one")
    with Ledger(home) as ledger:
        ledger.ingest()
        path.unlink()
        # It may have the same inode, and the same size.
        keep("b", "two")
        assert find_content(ledger, home, record("a")) is None
    with Ledger(home) as ledger:
        ledger.ingest()
        assert find_content(ledger, home, record("a")) is None
        assert find_content(ledger, home, record("b")) == said("two")
        assert rows(ledger) == 1


def test_files_are_deleted_when_they_are_old(
    home: Home, write: Write, record: Make, keep: Keep, clock: Clock
) -> None:
    """Each text is there for so many days after its day ended, and its row as long as it."""
    write([Call(record("a")), Call(record("b"))])
    old, young = keep("a", "old", day="2026-09-18"), keep("b", "young", day="2026-09-19")
    clock.set("2026-09-20T23:59:59")
    with Ledger(home, content_days=2, clock=clock) as ledger:
        ledger.ingest()
        assert rows(ledger) == 2
        clock.set("2026-09-21T00:00:00")
        ledger.ingest()
        assert (old.exists(), young.exists(), rows(ledger)) == (False, True, 1)
        assert ledger.ask("SELECT name FROM content_file") == [(young.name,)]
        assert find_content(ledger, home, record("a")) is None
        assert find_content(ledger, home, record("b")) == said("young")


def test_without_a_number_of_days_nothing_is_deleted(home: Home, keep: Keep, clock: Clock) -> None:
    """Who opens a ledger without saying how long content is kept does not decide it."""
    path = keep("a", "old", day="2020-01-01")
    with Ledger(home, clock=clock) as ledger:
        ledger.ingest()
    assert path.exists()


def test_a_file_that_is_open_for_writing_stays(home: Home, clock: Clock) -> None:
    """Until its writer lets go of it; the next day, or the next process, sees to it."""
    writer = JournalWriter(home.content, background=False, clock=Clock("2020-01-01T12:00:00"))
    writer.append(encode_content("a", 1, said("being written")))
    (path,) = home.content.iterdir()
    with Ledger(home, content_days=1, clock=clock) as ledger:
        ledger.ingest()
        assert path.exists()
        writer.close()
        ledger.ingest()
        assert path.exists(), "once a day is often enough"
    with Ledger(home, content_days=1, clock=clock) as ledger:
        ledger.ingest()
        assert not path.exists()


def test_a_writer_that_comes_too_late_finds_no_deleted_file(home: Home, keep: Keep, clock: Clock) -> None:
    """While a file is being deleted nobody can open it for writing; its frame waits for the next try."""
    path = keep("a", "old")
    writer = JournalWriter(home.content, background=False, clock=Clock(f"{DAY}T12:00:00"))
    with path.open("rb") as deleting:
        fcntl.flock(deleting, fcntl.LOCK_EX)
        writer.append(encode_content("b", 2, said("late")))
        path.unlink()
    assert writer.flush()
    writer.close()
    with Ledger(home, clock=clock) as ledger:
        ledger.ingest()
        assert rows(ledger) == 1


def test_files_that_are_not_ours_stay(home: Home, keep: Keep, clock: Clock) -> None:
    """Only a name that is a date says how old a file is."""
    keep("a", "old", day="2020-01-01")
    others = [home.content / "notes.jsonl", home.content / "2020-01-01.txt"]
    for other in others:
        other.write_text("mine")
    with Ledger(home, content_days=1, clock=clock) as ledger:
        ledger.ingest()
    assert sorted(home.content.iterdir()) == sorted(others)


@pytest.mark.parametrize("place", ["missing", "a file", "deleted"])
def test_reports_do_not_depend_on_the_folder(
    home: Home, write: Write, record: Make, keep: Keep, clock: Clock, place: str
) -> None:
    """Whatever stands in its place, calls are read, and rows of files that are gone go."""
    write([Call(record("a"))])
    keep("a", "one")
    with Ledger(home, content_days=1, clock=clock) as ledger:
        if place == "deleted":
            ledger.ingest()
            assert rows(ledger) == 1
    for path in home.content.iterdir():
        path.unlink()
    home.content.rmdir()
    if place == "a file":
        home.content.write_text("in the way")
    with Ledger(home, content_days=1, clock=clock) as ledger:
        assert ledger.ingest().complete
        assert ledger.ask("SELECT count(*) FROM call") == [(1,)]
        assert (rows(ledger), find_content(ledger, home, record("a"))) == (0, None)


def test_a_folder_that_cannot_be_read_costs_no_report(
    home: Home, write: Write, record: Make, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The administrator may read every folder, so the error is made here."""
    write([Call(record("a"))])
    folder = type(keep("a", "one"))
    iterdir = folder.iterdir

    def forbidden(self: Path) -> object:
        if self == home.content:
            raise PermissionError(13, "Permission denied")
        return iterdir(self)

    monkeypatch.setattr(folder, "iterdir", forbidden)
    with Ledger(home, content_days=1) as ledger:
        assert ledger.ingest().complete
        assert ledger.ask("SELECT count(*) FROM call") == [(1,)]
