"""Appends under a limit on the file's size, which is how a full disk looks to one process; prints what became of each.

Run as a program: the limit and the forked child belong to a process of their own.

Args:
    1: The journal's folder.
    2: ``recover`` lifts the limit and flushes; ``fork`` forks while the queue is full, lifts the limit in both.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

from otel_usage.journal.lines import encode_call
from otel_usage.journal.writer import JournalWriter
from otel_usage.records import UsageRecord

LIMIT = 4_000
"""Bytes that fit in the file: some whole frames and a part of one."""


def frame(record_id: str) -> bytes:
    """A frame of some 600 bytes."""
    return encode_call(
        UsageRecord(id=record_id, start=1_772_400_000 * 10**9, source="live", error_message="x" * 500)
    )


def main(directory: Path, then: str) -> None:
    """Fill the file, then let it grow again."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, hard))
    size = len(frame("parent:0000"))
    writer = JournalWriter(directory, queue_bytes=5 * size)
    outcomes = [writer.append(frame(f"parent:{number:04}")).value for number in range(20)]
    result: dict[str, object] = {
        "frame": size,
        "outcomes": outcomes,
        "dropped": writer.dropped,
        "waiting": writer.waiting,
        "flushed while full": writer.flush(0.2),
        "error": None if writer.last_error is None else writer.last_error.errno,
    }
    if then == "fork" and (child := os.fork()) == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        counts = (writer.waiting, writer.dropped)
        appended = writer.append(frame("child:0000")).value
        closed = writer.close()
        os._exit(0 if (counts, appended, closed) == ((0, 0), "written", True) else 1)
    if then == "fork":
        result["child"] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    result["flushed"] = writer.flush(10.0)
    result["error after"] = None if writer.last_error is None else writer.last_error.errno
    result["after"] = writer.append(frame("parent:9999")).value
    result["closed"] = writer.close()
    result["dropped after"] = writer.dropped
    print(json.dumps(result))  # noqa: T201  # the parent reads it


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
