"""Processes killed while they append: what they were told is written is in the ledger, once."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from otel_usage.journal.reader import journal_files, read_chunks

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from otel_usage.home import Home
    from otel_usage.records import UsageRecord

WRITTEN = 1
"""The mark of ``append_loop.py`` for a frame that was reported as written."""
MOST = 200_000
"""Appends of one process at most."""
QUEUE = 16 * 1024 * 1024
LONGEST = 0.006
"""Seconds between a process's first acknowledged append and its end."""


def marks_file(folder: Path, name: str) -> Path:
    """Acknowledgements that are all open."""
    path = folder / f"{name}.marks"
    path.write_bytes(b"")
    with path.open("r+b") as file:
        file.truncate(MOST)
    return path


def acknowledged(marks: Path, name: str) -> list[str]:
    """Ids of the records whose append returned WRITTEN."""
    return [f"{name}:{number:09}" for number, mark in enumerate(marks.read_bytes()) if mark == WRITTEN]


def kill_in_the_middle(process: subprocess.Popen[str], marks: Path, delay: float) -> None:
    """Kill a process some time after its first append was acknowledged, and be sure that it was at work until then."""
    deadline = time.monotonic() + 30
    with marks.open("rb", buffering=0) as file:
        while not file.read(1).strip(b"\0"):
            assert time.monotonic() < deadline
            file.seek(0)
            time.sleep(0.0002)
    time.sleep(delay)
    assert process.poll() is None
    process.kill()
    assert process.wait(10) == -9


class Campaign:
    """Kills one process after another, each while it appends as fast as it can."""

    def __init__(
        self,
        folder: Path,
        start: Callable[..., subprocess.Popen[str]],
        go: Callable[..., None],
        numbers: random.Random,
    ) -> None:
        self._folder, self._start, self._go, self._random = folder, start, go, numbers
        self.acknowledged: list[str] = []
        self.kills = 0

    def run(self, directory: Path, size: int, kills: int) -> None:
        """Kill some processes that append frames of one size to a journal folder."""
        following = self._prepared(directory, size, 0)
        for number in range(kills):
            process, marks, name = following
            if number + 1 < kills:
                following = self._prepared(directory, size, number + 1)
            self._go(process)
            kill_in_the_middle(process, marks, self._random.uniform(0, LONGEST))
            found = acknowledged(marks, name)
            assert found, "the process was killed before it had written anything"
            self.acknowledged += found
            self.kills += 1
            marks.unlink()

    def _prepared(self, directory: Path, size: int, number: int) -> tuple[subprocess.Popen[str], Path, str]:
        name = f"killed-{size}-{number:03}"
        marks = marks_file(self._folder, name)
        return self._start("append_loop.py", directory, marks, name, size, 0, QUEUE), marks, name


@pytest.fixture
def campaign(
    tmp_path: Path, start: Callable[..., subprocess.Popen[str]], go: Callable[..., None]
) -> Campaign:
    """Kills at moments that a fixed seed draws."""
    return Campaign(tmp_path, start, go, random.Random(20_260_301))


class Survivor:
    """A second writer beside the killed ones, that ends by itself."""

    def __init__(self, process: subprocess.Popen[str], marks: Path, name: str) -> None:
        self._process, self._marks, self._name = process, marks, name

    def end(self) -> list[str]:
        """Let it finish; the ids of what it has written, queued frames included."""
        self._marks.with_name(self._marks.name + ".end").touch()
        out, err = self._process.communicate(timeout=30)
        assert (self._process.returncode, err) == (0, "")
        assert out == "appended\ntrue 0\n"
        marks = self._marks.read_bytes()
        return [f"{self._name}:{number:09}" for number, mark in enumerate(marks) if mark]


@pytest.fixture
def survive(
    tmp_path: Path, start: Callable[..., subprocess.Popen[str]], go: Callable[..., None]
) -> Callable[[Path, int], Survivor]:
    """Starts a second writer, at a pace that leaves the machine to the others."""

    def begin(directory: Path, size: int) -> Survivor:
        marks = marks_file(tmp_path, f"survivor-{size}")
        process = start("append_loop.py", directory, marks, f"survivor-{size}", size, 0.002, QUEUE)
        go(process)
        return Survivor(process, marks, f"survivor-{size}")

    return begin


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("size", "kills"), [(600, 80), (8192, 80)])
def test_what_a_killed_process_acknowledged_is_in_the_ledger_once(  # noqa: PLR0913, PLR0917  # fixtures
    home: Home,
    campaign: Campaign,
    survive: Callable[[Path, int], Survivor],
    ingest: Callable[[Home], None],
    calls: Callable[[Home], list[UsageRecord]],
    set_aside: Callable[[Home], Counter[str]],
    broken: Callable[[Path], int],
    size: int,
    kills: int,
) -> None:
    """Kills tear lines, never an acknowledged one, and not those of the process beside; torn lines are counted."""
    survivor = survive(home.logs, size)
    campaign.run(home.logs, size, kills)
    beside = survivor.end()
    ingest(home)
    found = Counter(record.id for record in calls(home))
    lost = [record_id for record_id in [*campaign.acknowledged, *beside] if record_id not in found]
    torn = set_aside(home)["torn"]
    print(  # noqa: T201  # the figures are the point
        f"\n{size} B: kills {campaign.kills}, acknowledged {len(campaign.acknowledged)}, beside {len(beside)},"
        f" torn {torn}, lost {len(lost)}"
    )
    assert campaign.kills == kills
    assert lost == []
    assert set(found.values()) == {1}
    assert set_aside(home) == Counter({"torn": broken(home.logs)} if broken(home.logs) else {})


def contents(directory: Path) -> Iterator[tuple[str | None, int]]:
    """Id of each line of captured content, None for a torn one, and the length of its line."""
    for path in journal_files(directory):
        for chunk in read_chunks(path, 0):
            for _, line in chunk.lines:
                try:
                    yield json.loads(line)["id"], len(line)
                except ValueError:
                    yield None, len(line)


@pytest.mark.timeout(180)
def test_what_a_killed_process_acknowledged_of_content_is_there_once(
    home: Home, campaign: Campaign, survive: Callable[[Path, int], Survivor]
) -> None:
    """Lines of 64 KB in the same framing: kills tear many, and none that was acknowledged."""
    size, kills = 65_536, 40
    directory = home.root / "content"
    directory.mkdir()
    survivor = survive(directory, size)
    campaign.run(directory, size, kills)
    beside = survivor.end()
    found = Counter(name for name, length in contents(directory) if name is None or length == size - 2)
    torn = found.pop(None, 0)
    lost = [record_id for record_id in [*campaign.acknowledged, *beside] if record_id not in found]
    print(  # noqa: T201  # the figures are the point
        f"\n{size} B: kills {campaign.kills}, acknowledged {len(campaign.acknowledged)}, beside {len(beside)},"
        f" torn {torn}, lost {len(lost)}"
    )
    assert campaign.kills == kills
    assert lost == []
    assert set(found.values()) == {1}
