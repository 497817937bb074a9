"""CPU time of code in this process and of whole commands."""

from __future__ import annotations

import os
import subprocess
import time
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Command", "each", "environment", "run"]


class Command(NamedTuple):
    """Medians of one command run several times, in milliseconds."""

    cpu: float
    wall: float


def each(action: Callable[[], object], *, calls: int, rounds: int = 7) -> float:
    """Microseconds of this thread's CPU time for each of the calls that an action makes; the median of rounds."""
    taken = []
    for _ in range(rounds):
        before = time.thread_time_ns()
        action()
        taken.append(time.thread_time_ns() - before)
    return median(taken) / 1000 / calls


def environment() -> dict[str, str]:
    """The environment of a measured process, whose interpreter may keep its bytecode as it does for what is installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(command: Sequence[str], *, times: int) -> Command:
    """Run a command several times, its output thrown away; the first run, which fills the caches, is not counted.

    Raises:
        CalledProcessError: It failed.
    """
    cpu, wall = [], []
    for _ in range(times + 1):
        before = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment())
        _, status, used = os.wait4(process.pid, 0)
        wall.append((time.perf_counter() - before) * 1000)
        cpu.append((used.ru_utime + used.ru_stime) * 1000)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
    return Command(median(cpu[1:]), median(wall[1:]))
