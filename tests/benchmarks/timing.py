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
    """Milliseconds of a command, or their medians of several runs."""

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


def run(*commands: Sequence[str], times: int) -> list[Command]:
    """Run commands several times in turn, so that a busy machine slows all of them; output is thrown away.

    The first round, which fills the caches, is not counted.

    Raises:
        CalledProcessError: One failed.
    """
    rounds = [[_once(command) for command in commands] for _ in range(times + 1)][1:]
    return [
        Command(median(one.cpu for one in taken), median(one.wall for one in taken))
        for taken in zip(*rounds, strict=True)
    ]


def _once(command: Sequence[str]) -> Command:
    before = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment())
    _, status, used = os.wait4(process.pid, 0)
    wall = (time.perf_counter() - before) * 1000
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Command((used.ru_utime + used.ru_stime) * 1000, wall)
