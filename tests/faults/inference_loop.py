"""Makes numbered calls in threads until it is killed, and acknowledges each in shared memory.

The byte ``n`` of the acknowledgements is set after the ``with`` block of call ``n`` was left, so that it is known even
of a process that was killed: WRITTEN, or WAITING while lines wait in this process because a write took long. Waits
for a line on standard input before the first call.

Args:
    1: The acknowledgements, a file whose length bounds the number of calls.
    2: Name of this process, the first part of each call's ``job_id``.
    3: Number of threads, which share the calls evenly.
"""

from __future__ import annotations

import mmap
import sys
import threading
from pathlib import Path

import otel_usage
from otel_usage import runtime

WRITTEN, WAITING = 1, 2


def calls(acknowledged: mmap.mmap, name: str, numbers: range) -> None:
    """Calls of 1,000 tokens in and 100 out."""
    recorder = runtime.current().recorder
    assert recorder is not None
    writer = recorder._writer  # nobody else says whether lines wait
    for number in numbers:
        with otel_usage.inference("openai", model="gpt-4o", job_id=f"{name}:{number}") as call:
            call.record(otel_usage.TokenUsage(input=1_000, output=100))
        acknowledged[number] = WAITING if writer.waiting else WRITTEN


def main(marks: str, name: str, threads: int) -> None:
    """Call until the acknowledgements are full or this process is killed."""
    otel_usage.configure()
    with Path(marks).open("r+b") as file, mmap.mmap(file.fileno(), 0) as acknowledged:
        working = [
            threading.Thread(
                target=calls, args=(acknowledged, name, range(first, len(acknowledged), threads))
            )
            for first in range(threads)
        ]
        print("ready", flush=True)  # noqa: T201  # the parent waits for it
        sys.stdin.readline()
        for thread in working:
            thread.start()
        for thread in working:
            thread.join()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
