"""A journal with something in it that nobody should have written: the rest of it is read all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import zstandard

from otel_usage.journal.lines import encode_call
from otel_usage.ledger.store import Ledger
from otel_usage.records import UsageRecord

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from otel_usage.home import Home
    from otel_usage.records import UsageRecord as Record

START = 1_772_400_000 * 10**9
NAME = "2099-01-01.jsonl"
"""A date that is not sealed."""


def call(record_id: str) -> bytes:
    """The frame of a good call."""
    return encode_call(UsageRecord(id=record_id, start=START, source="live"))


def odd(fields: str) -> bytes:
    """The frame of a call with given fields in place of good ones."""
    return b'\n{"type":"call","v":1,"record":{"id":"odd","source":"live",%s}}\n' % fields.encode()


@pytest.mark.parametrize(
    "line",
    [
        odd(f'"start":{2**63}'),
        odd(f'"start":{-(2**63) - 1}'),
        odd(f'"start":{10**30}'),
        odd(f'"start":{START},"duration":{2**63}'),
        odd(f'"start":{START},"usage":{{"input":{2**63}}}'),
        odd(f'"start":{START},"cost":{{"nanos":{2**64}}}'),
        odd(f'"start":{START},"usage":{{"input":{2**63 - 1}}}')
        + odd(f'"start":{START},"usage":{{"input":{2**63 - 1}}}').replace(b"odd", b"strange"),
        b'\n{"type":"stats","v":1,"id":"s","at":1,"host":"h","pid":1,"counts":{"x":%d}}\n' % 2**63,
        b'\n{"type":"setting","v":1,"id":"s","at":%d,"name":"n","value":"v"}\n' % 2**63,
        b'\n{"type":"label","v":1,"id":"l","at":%d,"record":"a","labels":{}}\n' % 2**63,
        b'\n{"type":"setting","v":1,"id":"s","at":%d,"name":"zone","value":"Mars/Olympus"}\n' % (2 * START),
        b'\n{"type":"call","v":1,"x":' + b"[" * 50_000 + b"\n",
    ],
    ids=[
        "start beyond 64 bits",
        "start before all time",
        "start beyond 96 bits",
        "duration",
        "tokens",
        "cost",
        "tokens whose sum is beyond 64 bits",
        "count",
        "setting's time",
        "label's time",
        "zone that is none",
        "deep nesting",
    ],
)
def test_a_line_that_cannot_be_booked_does_not_stop_the_ledger(
    home: Home, calls: Callable[[Home], list[Record]], line: bytes
) -> None:
    """Lines before and behind it are booked, now and at the next ingest."""
    path = home.logs / NAME
    path.write_bytes(call("before") + line + call("behind"))
    with Ledger(home) as ledger:
        assert ledger.ingest().complete
    with path.open("ab") as file:
        file.write(call("later"))
    with Ledger(home) as ledger:
        assert ledger.ingest().complete
    assert {"before", "behind", "later"} <= {record.id for record in calls(home)}


def test_a_sealed_file_that_is_damaged_does_not_stop_the_ledger(
    home: Home, calls: Callable[[Home], list[Record]], set_aside: Callable[[Home], Counter[str]]
) -> None:
    """What cannot be decompressed is set aside, and the other files are read."""
    content = zstandard.ZstdCompressor().compress(call("sealed"))
    (home.logs / "2026-03-01.jsonl.zst").write_bytes(content + b"no frame of zstandard")
    (home.logs / NAME).write_bytes(call("behind"))
    with Ledger(home) as ledger:
        assert ledger.ingest().complete
    assert {"sealed", "behind"} == {record.id for record in calls(home)}
    assert set_aside(home).total() == 1


def test_a_file_that_vanishes_does_not_stop_the_ledger(
    home: Home, calls: Callable[[Home], list[Record]]
) -> None:
    """A name that leads nowhere, as one that another process removed since it was listed, is passed over."""
    (home.logs / "2026-03-01.jsonl").symlink_to(home.logs / "nowhere")
    (home.logs / NAME).write_bytes(call("a"))
    with Ledger(home) as ledger:
        assert ledger.ingest().complete
    assert [record.id for record in calls(home)] == ["a"]


def test_a_kill_while_a_file_was_sealed_counts_nothing_twice(
    home: Home, calls: Callable[[Home], list[Record]], set_aside: Callable[[Home], Counter[str]]
) -> None:
    """Where the compressed file was left beside the plain one, calls and torn lines are counted once."""
    path = home.logs / "2020-03-01.jsonl"
    content = call("a") + b"\n{torn" + call("b")
    path.write_bytes(content)
    with Ledger(home) as ledger:
        assert ledger.ingest().complete
    assert not path.exists()
    Ledger.rebuild(home)
    assert set_aside(home) == {"torn": 1}
    path.write_bytes(content)
    with Ledger(home) as ledger:
        assert ledger.ingest().complete
    assert sorted(record.id for record in calls(home)) == ["a", "b"]
    assert set_aside(home) == {"torn": 1}
