"""Appends numbered calls until it is killed or told to end, and acknowledges each in shared memory.

The byte ``n`` of the acknowledgements is set to what became of append ``n`` after ``append`` has returned, so that it
is known even of a process that was killed. Waits for a line on standard input before the first append.

Args:
    1: The journal's folder.
    2: The acknowledgements, a file whose length bounds the number of appends.
    3: Name of this process, the first part of each record's id.
    4: Bytes of a frame.
    5: Seconds to sleep after each append; 0 to go on at once.
    6: Bound of the queue in bytes.

After the appends it flushes whenever it gets another line, and answers ``true`` or ``false``; at the end of its
input it closes, and prints the number of drops.
"""

from __future__ import annotations

import mmap
import sys
import time
from pathlib import Path

from otel_usage.journal.lines import MAX_LINE, encode_call
from otel_usage.journal.writer import Appended, JournalWriter
from otel_usage.records import UsageRecord

WRITTEN, QUEUED, DROPPED = 1, 2, 3
_MARKS = {Appended.WRITTEN: WRITTEN, Appended.QUEUED: QUEUED, Appended.DROPPED: DROPPED}
_START = 1_772_400_000 * 10**9
_NUMBER = "{:09}"


def template(name: str, size: int) -> tuple[bytes, bytes]:
    """What stands before and behind the number in a frame of a certain size.

    A frame of more than a journal line's bound is one of captured content: the same framing, text beside the id.
    """
    record_id = f"{name}:{_NUMBER.format(0)}"
    if size > MAX_LINE:
        start, end = f'\n{{"id":"{record_id}","text":"', '"}\n'
        whole = (start + "x" * (size - len(start) - len(end)) + end).encode()
    else:
        plain = UsageRecord(id=record_id, start=_START, source="live", provider="openai", error_message="x")
        room = size - len(encode_call(plain)) + 1
        whole = encode_call(
            UsageRecord(
                id=record_id, start=_START, source="live", provider="openai", error_message="x" * room
            )
        )
    before, _, after = whole.partition(record_id.encode())
    return before + f"{name}:".encode(), after


def main(directory: str, marks: str, name: str, size: int, pause: float, queue_bytes: int) -> None:
    """Append until the acknowledgements are full or this process is killed."""
    before, after = template(name, size)
    writer = JournalWriter(Path(directory), queue_bytes=queue_bytes)
    with Path(marks).open("r+b") as file, mmap.mmap(file.fileno(), 0) as acknowledged:
        print("ready", flush=True)  # noqa: T201  # the parent waits for it
        sys.stdin.readline()
        for number in range(len(acknowledged)):
            outcome = writer.append(before + _NUMBER.format(number).encode() + after)
            acknowledged[number] = _MARKS[outcome]
            if pause:
                time.sleep(pause)
            if pause and Path(marks + ".end").exists():
                break
        print("appended", flush=True)  # noqa: T201  # the parent waits for it
        while sys.stdin.readline():
            print(str(writer.flush(10.0)).lower(), flush=True)  # noqa: T201  # the parent reads it
        print(str(writer.close()).lower(), writer.dropped, flush=True)  # noqa: T201  # the parent reads it


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5]), int(sys.argv[6]))
