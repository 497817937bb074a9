from __future__ import annotations

import errno
import fcntl
import itertools
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from collections import Counter
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from otel_usage.journal.lines import Call, Unusable, decode, encode_call
from otel_usage.journal.reader import journal_files, read_chunks
from otel_usage.journal.writer import SLOW, TOO_SLOW, Appended, JournalWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from otel_usage.records import UsageRecord

    Make = Callable[..., UsageRecord]

STARVED = Path(__file__).with_name("starved.py")


class Clock(Protocol):
    """What the ``clock`` fixture gives."""

    now: float

    def __call__(self) -> float:
        """The present."""

    def set(self, text: str) -> None:
        """Set the UTC time."""


def ids(path: Path) -> list[str]:
    """Record ids of a file's calls, torn lines left out."""
    lines = [decode(raw) for chunk in read_chunks(path, 0) for _, raw in chunk.lines]
    return [line.record.id for line in lines if isinstance(line, Call)]


def every_id(directory: Path) -> Counter[str]:
    """How often each record id stands in the journal."""
    return Counter(record_id for path in journal_files(directory) for record_id in ids(path))


def until(condition: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Wait for a background thread; whether it came to pass."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def open_descriptors() -> int:
    """How many descriptors this process holds."""
    return len(list(Path("/dev/fd").iterdir()))


@pytest.fixture
def writer(directory: Path) -> Iterator[JournalWriter]:
    """A writer with its thread, closed at the end."""
    made = JournalWriter(directory)
    yield made
    made.close()


def test_nothing_is_opened_before_the_first_append(directory: Path) -> None:
    """A process that never calls a model leaves no file."""
    writer = JournalWriter(directory)
    assert writer.flush()
    assert writer.close()
    assert list(directory.iterdir()) == []


def test_a_written_frame_is_in_the_file_when_append_returns(
    directory: Path, writer: JournalWriter, record: Make
) -> None:
    """WRITTEN means that the operating system has the frame, byte for byte."""
    frame = encode_call(record("a"))
    assert writer.append(frame) is Appended.WRITTEN
    (path,) = directory.iterdir()
    assert path.read_bytes() == frame


def test_files_are_private_whatever_the_mask(directory: Path, record: Make) -> None:
    """A journal file is made with mode 0600."""
    before = os.umask(0)
    try:
        writer = JournalWriter(directory, background=False)
        writer.append(encode_call(record()))
        writer.close()
    finally:
        os.umask(before)
    (path,) = directory.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_file_follows_the_utc_date(directory: Path, clock: Clock, record: Make) -> None:
    """The first append after midnight (UTC) opens the next day's file."""
    writer = JournalWriter(directory, background=False, clock=clock)
    writer.append(encode_call(record("before")))
    clock.now += 1
    writer.append(encode_call(record("after")))
    clock.now += 86_399
    writer.append(encode_call(record("last")))
    clock.now += 5 * 86_400
    writer.append(encode_call(record("later")))
    writer.close()
    assert {path.name: ids(path) for path in journal_files(directory)} == {
        "2026-03-01.jsonl": ["before"],
        "2026-03-02.jsonl": ["after", "last"],
        "2026-03-07.jsonl": ["later"],
    }


def test_a_clock_that_goes_back_loses_nothing(directory: Path, clock: Clock, record: Make) -> None:
    """A file's date says when it was opened; a clock set back does not stop the appends."""
    writer = JournalWriter(directory, background=False, clock=clock)
    clock.set("2026-03-02T00:00:00")
    writer.append(encode_call(record("a")))
    clock.set("2026-03-01T12:00:00")
    assert writer.append(encode_call(record("b"))) is Appended.WRITTEN
    writer.close()
    assert every_id(directory) == {"a": 1, "b": 1}


def test_rotation_keeps_the_lock_and_the_inheritance(directory: Path, clock: Clock, record: Make) -> None:
    """After a rotation the new file is locked against sealing and the old one is free; no child inherits it."""
    writer = JournalWriter(directory, background=False, clock=clock)
    writer.append(encode_call(record("a")))
    clock.now += 1
    writer.append(encode_call(record("b")))
    old, new = journal_files(directory)
    with old.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with new.open() as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert not os.get_inheritable(writer._file._fd)  # the descriptor is not public
    writer.close()


def test_many_threads_at_rotation_write_each_frame_once(directory: Path, clock: Clock, record: Make) -> None:
    """Threads that meet midnight together neither raise nor lose nor double a frame, and leak no descriptor."""
    writer = JournalWriter(directory, clock=clock)
    threads, each = 8, 400
    start = threading.Barrier(threads + 1)
    outcomes: Counter[Appended] = Counter()
    failures: list[BaseException] = []

    def append(thread: int) -> None:
        start.wait()
        try:
            outcomes.update([writer.append(encode_call(record(f"{thread}:{n}"))) for n in range(each)])
        except BaseException as error:  # noqa: BLE001  # whatever it is, the test shows it
            failures.append(error)

    running = [threading.Thread(target=append, args=(thread,)) for thread in range(threads)]
    for thread in running:
        thread.start()
    writer.append(encode_call(record("first")))
    descriptors = open_descriptors()
    start.wait()
    for _ in range(20):
        clock.now += 86_400
        time.sleep(0.002)
    for thread in running:
        thread.join()
    assert writer.flush()
    assert open_descriptors() == descriptors
    assert writer.close()
    assert failures == []
    assert outcomes[Appended.DROPPED] == writer.dropped == 0
    assert every_id(directory) == Counter(
        ["first", *(f"{thread}:{n}" for thread in range(threads) for n in range(each))]
    )
    assert len(journal_files(directory)) > 2


def test_appending_after_close_opens_the_file_again(directory: Path, record: Make) -> None:
    """Close is no end: an append after it is written as before, and closed as before."""
    writer = JournalWriter(directory)
    for number in range(3):
        assert writer.append(encode_call(record(str(number)))) is Appended.WRITTEN
        assert writer.close()
    assert every_id(directory) == {"0": 1, "1": 1, "2": 1}


def test_close_ends_the_thread_and_the_lock(directory: Path, record: Make) -> None:
    """After close nothing of the writer is left: no thread, no lock on the file."""
    others = set(threading.enumerate())
    writer = JournalWriter(directory)
    writer.append(encode_call(record()))
    assert [thread.name for thread in set(threading.enumerate()) - others] == ["otel-usage-journal"]
    writer.close()
    assert set(threading.enumerate()) <= others
    (path,) = directory.iterdir()
    with path.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_close_while_others_append_harms_nobody(directory: Path, record: Make) -> None:
    """A close in one thread neither raises in nor stops another that appends, and no frame is lost by it."""
    writer = JournalWriter(directory)
    kept: list[str] = []
    failures: list[BaseException] = []
    ended = threading.Event()
    numbers = count()

    def guarded(act: Callable[[], object]) -> None:
        while not ended.is_set():
            try:
                act()
            except BaseException as error:  # noqa: BLE001  # whatever it is, the test shows it
                failures.append(error)
                return

    def append() -> None:
        record_id = str(next(numbers))
        if writer.append(encode_call(record(record_id))) is not Appended.DROPPED:
            kept.append(record_id)
        time.sleep(0.0001)

    threads = [threading.Thread(target=guarded, args=(append,), daemon=True) for _ in range(2)]
    threads.append(threading.Thread(target=guarded, args=(writer.close,), daemon=True))
    for thread in threads:
        thread.start()
    time.sleep(1.5)
    ended.set()
    for thread in threads:
        thread.join(10)
    assert [thread for thread in threads if thread.is_alive()] == []
    assert failures == []
    assert writer.close()
    assert writer.dropped == 0
    assert set(kept) - set(every_id(directory)) == set()


def test_a_folder_that_cannot_be_used_is_no_reason_to_raise(directory: Path, record: Make) -> None:
    """What cannot be written waits, and is written once it can."""
    missing = blocked(directory)
    writer = JournalWriter(missing)
    assert writer.append(encode_call(record("a"))) is Appended.QUEUED
    assert isinstance(writer.last_error, NotADirectoryError)
    assert not writer.flush(0.1)
    assert writer.waiting == 1
    unblock(missing)
    assert writer.flush(10.0)
    assert writer.waiting == 0
    assert writer.append(encode_call(record("b"))) is Appended.WRITTEN
    assert writer.close()
    assert every_id(missing) == {"a": 1, "b": 1}


def test_without_a_thread_close_writes_what_waits(directory: Path, record: Make) -> None:
    """A process that appends a line and ends needs no thread for a line that could not be written at once."""
    missing = blocked(directory)
    writer = JournalWriter(missing, background=False)
    assert writer.append(encode_call(record("a"))) is Appended.QUEUED
    unblock(missing)
    assert writer.append(encode_call(record("b"))) is Appended.WRITTEN
    assert writer.close()
    assert every_id(missing) == {"a": 1, "b": 1}


def test_the_last_error_is_forgotten_after_a_success(directory: Path, record: Make) -> None:
    """``last_error`` is None after a success, also without a thread."""
    missing = blocked(directory)
    writer = JournalWriter(missing, background=False)
    writer.append(encode_call(record("a")))
    unblock(missing)
    assert writer.append(encode_call(record("b"))) is Appended.WRITTEN
    assert writer.last_error is None
    writer.close()


def test_the_queue_is_bounded_in_bytes_and_drops_are_counted(directory: Path, record: Make) -> None:
    """Beyond the bound a frame is dropped, counted and said to be; what close cannot write is counted too."""
    frame = encode_call(record())
    writer = JournalWriter(blocked(directory), queue_bytes=3 * len(frame))
    outcomes = [writer.append(frame) for _ in range(5)]
    assert outcomes == [Appended.QUEUED] * 3 + [Appended.DROPPED] * 2
    assert (writer.waiting, writer.dropped) == (3, 2)
    assert not writer.close(0.1)
    assert (writer.waiting, writer.dropped) == (0, 5)


def test_flushing_from_several_threads_writes_each_frame_once(directory: Path, record: Make) -> None:
    """What waits is written once by whoever flushes, without an error."""
    missing = blocked(directory)
    writer = JournalWriter(missing, background=False)
    wanted = [f"{number:04}" for number in range(2_000)]
    for record_id in wanted:
        assert writer.append(encode_call(record(record_id))) is Appended.QUEUED
    unblock(missing)
    failures: list[BaseException] = []

    def flush() -> None:
        try:
            writer.flush()
        except BaseException as error:  # noqa: BLE001  # whatever it is, the test shows it
            failures.append(error)

    threads = [threading.Thread(target=flush) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert writer.close()
    assert every_id(missing) == Counter(wanted)


def blocked(directory: Path) -> Path:
    """A folder that cannot be made, as a file stands in its way."""
    (directory / "in the way").touch()
    return directory / "in the way" / "logs"


def unblock(folder: Path) -> None:
    """Make the folder that ``blocked`` gave, unless the writer was quicker."""
    folder.parent.unlink()
    folder.mkdir(parents=True, exist_ok=True)


def test_a_folder_that_is_deleted_is_made_again(directory: Path, record: Make) -> None:
    """A process that goes on after somebody cleaned up records into a new folder, private as before."""
    writer = JournalWriter(directory, background=False)
    assert writer.append(encode_call(record("before"))) is Appended.WRITTEN
    writer.close()
    shutil.rmtree(directory)
    assert writer.append(encode_call(record("after"))) is Appended.WRITTEN
    writer.close()
    assert every_id(directory) == {"after": 1}
    assert directory.stat().st_mode & 0o777 == 0o700


def starve(directory: Path, then: str) -> dict[str, object]:
    """Run ``starved.py``, and what it reports."""
    done = subprocess.run(
        # Without room a compiled module would be cut short too, and stay so.
        [sys.executable, "-B", str(STARVED), str(directory), then],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    report: dict[str, object] = json.loads(done.stdout)
    return report


def torn(directory: Path) -> int:
    """Unusable lines in the journal."""
    raw = [
        raw for path in journal_files(directory) for chunk in read_chunks(path, 0) for _, raw in chunk.lines
    ]
    return sum(decode(line) is Unusable.TORN for line in raw)


def test_a_short_write_is_written_again_whole_once_there_is_room(directory: Path) -> None:
    """A full file tears one frame without an error; that one and those behind it wait, then are written once."""
    report = starve(directory, "recover")
    size = report["frame"]
    assert isinstance(size, int)
    written = 4_000 // size
    outcomes = ["written"] * written + ["queued"] * 5 + ["dropped"] * (20 - written - 5)
    assert report == {
        "frame": size,
        "outcomes": outcomes,
        "dropped": 20 - written - 5,
        "waiting": 5,
        "flushed while full": False,
        "error": errno.EFBIG,
        "flushed": True,
        "error after": None,
        "after": "written",
        "closed": True,
        "dropped after": 20 - written - 5,
    }
    kept = [f"parent:{number:04}" for number in range(written + 5)]
    assert every_id(directory) == Counter([*kept, "parent:9999"])
    assert torn(directory) == 1


def test_a_forked_child_leaves_its_parent_s_queue_alone(directory: Path) -> None:
    """The child begins with nothing waiting and writes its own; the parent's queue is written once, by the parent."""
    report = starve(directory, "fork")
    assert report["child"] == 0
    assert report["flushed"] is True
    assert set(every_id(directory).values()) == {1}
    assert {"child:0000", "parent:0000", "parent:9999"} <= set(every_id(directory))


def test_a_deleted_file_is_noticed(directory: Path, writer: JournalWriter, record: Make) -> None:
    """A writer whose file was deleted makes a new one soon after."""
    writer.append(encode_call(record("lost")))
    (path,) = directory.iterdir()
    path.unlink()
    writer.append(encode_call(record("lost too")))

    def appended() -> bool:
        writer.append(encode_call(record("kept")))
        return path.exists()

    assert until(appended)
    assert "kept" in ids(path)


def test_a_moved_file_is_noticed(directory: Path, writer: JournalWriter, record: Make) -> None:
    """A writer whose file was moved away makes a new one soon after."""
    writer.append(encode_call(record("a")))
    (path,) = directory.iterdir()
    path.rename(directory.parent / "moved")

    def appended() -> bool:
        writer.append(encode_call(record("kept")))
        return path.exists()

    assert until(appended)
    assert "kept" in ids(path)


class SlowDisk:
    """A pipe in the place of today's journal file: a write waits while nobody reads and the pipe is full."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self._fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self.content = b""

    def drain(self) -> None:
        """Take what is there."""
        while True:
            try:
                data = os.read(self._fd, 1 << 20)
            except BlockingIOError:
                return
            if not data:
                return
            self.content += data

    def close(self) -> None:
        """Take what is there, and go."""
        self.drain()
        os.close(self._fd)

    def ids(self) -> list[str]:
        """Record ids of the calls that were written so far, in order."""
        self.drain()
        lines = [decode(raw) for raw in self.content.split(b"\n") if raw]
        return [line.record.id for line in lines if isinstance(line, Call)]


@pytest.fixture
def slow_disk(directory: Path, clock: Clock) -> Iterator[SlowDisk]:
    """A pipe where the journal file of the clock's day is expected."""
    disk = SlowDisk(directory / f"{time.strftime('%Y-%m-%d', time.gmtime(clock.now))}.jsonl")
    yield disk
    disk.close()


def stall(writer: JournalWriter, disk: SlowDisk, record: Make) -> list[str]:
    """Append until a write had to wait for the disk, which fills again in the same moment; the ids in order."""
    appended: list[str] = []

    def drain_late() -> None:
        time.sleep(1.5 * TOO_SLOW)
        disk.drain()

    waited = threading.Thread(target=drain_late)
    took = 0.0
    while took <= TOO_SLOW:
        record_id = f"slow:{len(appended):05}"
        if len(appended) == 10:
            waited.start()
        before = time.perf_counter()
        outcome = writer.append(encode_call(record(record_id, error_message="x" * 4_000)))
        took = time.perf_counter() - before
        assert outcome is Appended.WRITTEN
        appended.append(record_id)
    waited.join()
    return appended


def test_a_slow_disk_is_left_to_the_thread(
    directory: Path, clock: Clock, slow_disk: SlowDisk, record: Make
) -> None:
    """After one slow write no caller waits: frames are queued, and written once the disk is quick again."""
    writer = JournalWriter(directory, clock=clock)
    wanted = stall(writer, slow_disk, record)
    waits = []
    for number in range(200):
        record_id = f"queued:{number:05}"
        before = time.perf_counter()
        outcome = writer.append(encode_call(record(record_id, error_message="x" * 4_000)))
        waits.append(time.perf_counter() - before)
        wanted.append(record_id)
        # The first may already find the disk quick again for a moment; nobody waits for it twice.
        assert outcome in {Appended.QUEUED, Appended.WRITTEN}
        if outcome is Appended.WRITTEN:
            slow_disk.drain()
    assert sorted(waits)[len(waits) // 2] < SLOW / 4

    def drained() -> bool:
        slow_disk.drain()
        return writer.waiting == 0

    assert until(drained)
    assert writer.append(encode_call(record("quick"))) is Appended.WRITTEN
    assert writer.close()
    assert Counter(slow_disk.ids()) == Counter([*wanted, "quick"])


def test_nobody_waits_for_a_disk_that_hangs_while_the_next_file_is_opened(
    directory: Path, clock: Clock, slow_disk: SlowDisk, record: Make
) -> None:
    """While the thread hangs in opening the next day's file, callers queue without waiting for it."""
    writer = JournalWriter(directory, clock=clock)
    stall(writer, slow_disk, record)
    # Opening a pipe for writing waits for a reader, as opening a file on a hanging disk waits for the disk.
    clock.now += 1
    hanging = directory / "2026-03-02.jsonl"
    os.mkfifo(hanging)
    waits: list[float] = []

    def append() -> None:
        for number in range(3):
            before = time.perf_counter()
            writer.append(encode_call(record(f"queued:{number}")))
            waits.append(time.perf_counter() - before)
            time.sleep(0.1)

    caller = threading.Thread(target=append, daemon=True)
    caller.start()
    caller.join(2.0)
    hung = caller.is_alive()
    reader = os.open(hanging, os.O_RDONLY | os.O_NONBLOCK)
    caller.join(5.0)
    writer.close()
    os.close(reader)
    assert not hung
    assert max(waits) < 1.0


@pytest.mark.parametrize(
    ("took", "used", "written"),
    [
        ([0.019], 0.0, 8),
        ([0.060], 0.001, 3),
        ([0.060, 0.060, 0.019], 0.001, 8),
        ([0.060], 0.050, 8),
        ([0.300], 0.300, 1),
    ],
    ids=["quick", "waiting for the disk", "now and then", "waiting for busy threads", "far too long"],
)
def test_a_disk_is_slow_when_writes_wait_for_nothing_else(
    directory: Path,
    record: Make,
    monkeypatch: pytest.MonkeyPatch,
    took: list[float],
    used: float,
    written: int,
) -> None:
    """Frames then wait in the queue, where a kill would lose them; threads that compute are no reason for it."""
    writer = JournalWriter(directory)
    now, worked = [0.0], [0.0]
    turns = itertools.cycle(took)
    real = writer._file.write

    def write(frame: bytes) -> int:
        now[0] += next(turns)
        worked[0] += used
        return real(frame)

    with monkeypatch.context() as patch:
        patch.setattr(writer._file, "write", write)
        patch.setattr("otel_usage.journal.writer.time.perf_counter", lambda: now[0])
        patch.setattr("otel_usage.journal.writer.time.process_time", lambda: worked[0])
        # No thread, which would write what waits.
        patch.setattr(writer, "_rouse", lambda: None)
        outcomes = [writer.append(encode_call(record(str(number)))) for number in range(8)]
    assert outcomes == [Appended.WRITTEN] * written + [Appended.QUEUED] * (8 - written)
    assert writer.close()
    assert set(every_id(directory)) == {str(number) for number in range(8)}


def test_busy_threads_delay_frames_and_lose_none(directory: Path, record: Make) -> None:
    """Where the interpreter is very busy a quick disk may look slow: frames may wait, and are written at once after."""
    writer = JournalWriter(directory)
    ended = threading.Event()

    def compute() -> None:
        while not ended.is_set():
            sum(range(1_000))

    threads = [threading.Thread(target=compute) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        outcomes = Counter(writer.append(encode_call(record(str(number)))) for number in range(30))
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert outcomes[Appended.DROPPED] == 0
    assert writer.flush()
    assert until(lambda: writer.append(encode_call(record("after"))) is Appended.WRITTEN)
    assert writer.close()
    assert set(every_id(directory)) == {"after", *(str(number) for number in range(30))}


def test_a_busy_caller_does_not_keep_the_queue_from_ending(directory: Path, record: Make) -> None:
    """Once the disk is quick again a caller that appends without a pause soon writes at once, and nothing is dropped."""
    missing = blocked(directory)
    writer = JournalWriter(missing)
    frame = encode_call(record("same", error_message="x" * 400))
    outcomes = Counter(writer.append(frame) for _ in range(2_000))
    assert outcomes == {Appended.QUEUED: 2_000}
    unblock(missing)
    deadline = time.monotonic() + 3.0
    while outcomes[Appended.WRITTEN] < 100 and time.monotonic() < deadline:
        outcomes[writer.append(frame)] += 1
    writer.close(30.0)
    assert outcomes[Appended.DROPPED] == 0
    assert outcomes[Appended.WRITTEN] == 100
    assert every_id(missing) == {"same": outcomes.total()}


def test_the_thread_syncs_and_then_rests(directory: Path, writer: JournalWriter, record: Make) -> None:
    """With nothing to do the thread sleeps until the next append, which it then syncs."""
    writer.append(encode_call(record("a")))
    assert until(lambda: writer._state.value == "parked")  # there is no public sign of rest
    writer.append(encode_call(record("b")))
    assert until(lambda: not writer._dirty)  # nor of a sync
    assert every_id(directory) == {"a": 1, "b": 1}
