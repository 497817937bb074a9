"""A disk that is full: nothing acknowledged is lost, what waits is written once there is room, drops are counted."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from otel_usage.home import Home
    from otel_usage.records import UsageRecord

WRITTEN, QUEUED, DROPPED = 1, 2, 3
"""The marks of ``append_loop.py``."""
SIZE = 600
BALLAST = 512 * 1024
"""Bytes of the small disk that are taken, until there is to be room."""


@pytest.fixture
def small_disk(home: Home, unavailable: Callable[[str], None]) -> Iterator[Path]:
    """The home's journal folder on a file system of one megabyte, half of it taken."""
    reason = "needs root and mount(8) for a small tmpfs"
    possible = os.geteuid() == 0 and shutil.which("mount") is not None
    if possible:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", str(home.logs)],
            capture_output=True,
            text=True,
            check=False,
        )
        possible, reason = mounted.returncode == 0, f"{reason}: {mounted.stderr.strip()}"
    if not possible:
        unavailable(reason)
    try:
        (home.logs / "ballast").write_bytes(b"\0" * BALLAST)
        yield home.logs
    finally:
        subprocess.run(["umount", "--lazy", str(home.logs)], check=True)


def marks_of(path: Path) -> Counter[int]:
    """How many appends were marked how."""
    return Counter(path.read_bytes().replace(b"\0", b""))


def marked(path: Path, name: str, *wanted: int) -> list[str]:
    """Ids of the records whose append had one of some outcomes."""
    return [f"{name}:{number:09}" for number, mark in enumerate(path.read_bytes()) if mark in wanted]


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait for another process; fail after half a minute."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.timeout(120)
def test_a_full_disk_loses_nothing_that_was_acknowledged(  # noqa: PLR0913, PLR0917  # fixtures
    home: Home,
    small_disk: Path,
    tmp_path: Path,
    start: Callable[..., subprocess.Popen[str]],
    go: Callable[..., None],
    ingest: Callable[[Home], None],
    calls: Callable[[Home], list[UsageRecord]],
    set_aside: Callable[[Home], Counter[str]],
    broken: Callable[[Path], int],
) -> None:
    """One writer is killed on the full disk, another waits for room: acknowledged and queued are there once."""
    appends, queue = 4_000, 400 * SIZE
    files = {name: tmp_path / name for name in ("killed", "waiting")}
    processes = {}
    for name, path in files.items():
        path.write_bytes(b"\0" * appends)
        processes[name] = start("append_loop.py", small_disk, path, name, SIZE, 0.0002, queue)
    go(*processes.values())
    killed, waiting = processes["killed"], processes["waiting"]
    wait_for(lambda: marks_of(files["killed"])[DROPPED] > 10)
    killed.kill()
    assert killed.wait(10) == -9
    assert waiting.stdout is not None
    assert waiting.stdout.readline() == "appended\n"
    full = marks_of(files["waiting"])
    (small_disk / "ballast").unlink()
    go(waiting)
    assert waiting.stdout.readline() == "true\n"
    out, err = waiting.communicate(timeout=30)
    assert (waiting.returncode, err) == (0, "")
    assert out == f"true {full[DROPPED]}\n"

    ingest(home)
    found = Counter(record.id for record in calls(home))
    acknowledged = [record_id for name, path in files.items() for record_id in marked(path, name, WRITTEN)]
    queued = marked(files["waiting"], "waiting", QUEUED)
    lost = [record_id for record_id in [*acknowledged, *queued] if record_id not in found]
    print(  # noqa: T201  # the figures are the point
        f"\nacknowledged {len(acknowledged)}, queued and written {len(queued)}, dropped and counted {full[DROPPED]},"
        f" torn {set_aside(home)['torn']}, lost {len(lost)}"
    )
    assert min(full[WRITTEN], full[QUEUED], full[DROPPED]) > 0
    assert lost == []
    assert set(found.values()) == {1}
    assert found.keys().isdisjoint(marked(files["waiting"], "waiting", DROPPED))
    assert set_aside(home)["torn"] == broken(small_disk) > 0


@pytest.mark.timeout(60)
def test_a_full_disk_does_not_make_a_caller_wait(
    small_disk: Path,
    tmp_path: Path,
    start: Callable[..., subprocess.Popen[str]],
    go: Callable[..., None],
) -> None:
    """Appends to a full disk go on as fast as to an empty one: the failed writes are the thread's."""
    appends = 20_000
    marks = tmp_path / "marks"
    marks.write_bytes(b"\0" * appends)
    (small_disk / "more ballast").write_bytes(b"\0" * (448 * 1024))
    process = start("append_loop.py", small_disk, marks, "full", SIZE, 0, 1024 * 1024)
    before = time.monotonic()
    go(process)
    assert process.stdout is not None
    assert process.stdout.readline() == "appended\n"
    took = time.monotonic() - before
    print(f"\n{took / appends * 1e6:.1f} us an append on a full disk; {dict(marks_of(marks))}")  # noqa: T201  # the figures are the point
    assert marks_of(marks)[DROPPED] > 0
    assert took / appends < 0.001
