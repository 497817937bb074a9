from __future__ import annotations

import os
import sqlite3
from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest

from otel_usage.errors import LedgerBusyError, LedgerDamagedError, LedgerVersionError
from otel_usage.journal.lines import Adjustment, Call, Label, Labels, Setting, Stats
from otel_usage.ledger.calls import find_call
from otel_usage.ledger.dimensions import Dimension
from otel_usage.ledger.queries import breakdown, totals
from otel_usage.ledger.schema import MIGRATIONS
from otel_usage.ledger.selection import Period, Selection
from otel_usage.ledger.store import Ledger
from otel_usage.ledger.verify import verify
from otel_usage.pricing import PriceBook
from otel_usage.records import MAX_NANOS, MAX_NANOSECONDS, Cost, CostStatus, Flag, Kind, Status
from otel_usage.token_usage import MAX_TOKENS, TokenUsage

if TYPE_CHECKING:
    from collections.abc import Callable

    from otel_usage.home import Home
    from otel_usage.records import UsageRecord

    Make = Callable[..., UsageRecord]
    Write = Callable[..., None]

NOON = 1_790_000_000 * 10**9
EVER = Selection()


def clock_at(nanoseconds: int) -> Callable[[], float]:
    """A clock that stands still."""
    return lambda: nanoseconds / 1e9


def test_an_empty_home_becomes_a_ledger_with_its_settings_in_the_journal(home: Home) -> None:
    """The zone and the ledger's id are chosen once, and written where a rebuild finds them."""
    with Ledger(home, zone="Asia/Kathmandu") as ledger:
        assert ledger.ingest().complete
        chosen = ledger.setting("zone"), ledger.setting("ledger_id")
    assert chosen[0] == "Asia/Kathmandu"
    home.database.unlink()
    with Ledger(home) as ledger:
        ledger.ingest()
        assert (ledger.setting("zone"), ledger.setting("ledger_id")) == chosen
        assert ledger.days.zone == "Asia/Kathmandu"


def test_files_are_private(home: Home) -> None:
    """The directory is the user's own, and so is every file in it."""
    with Ledger(home) as ledger:
        ledger.ingest()
    assert home.root.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in home.root.rglob("*") if path.is_file()} == {0}


def test_torn_and_newer_lines_are_set_aside_and_counted(home: Home, write: Write, record: Make) -> None:
    """A fragment harms only itself; what a newer version wrote is left for it."""
    write([Call(record("a"))])
    with (home.logs / "2099-01-01.jsonl").open("ab") as file:
        file.write(b'\n{"type":"call","rec')
        file.write(b'\n{"type":"call","v":2,"record":{}}\n\xff\xfe\n')
    write([Call(record("b"))])
    with Ledger(home) as ledger:
        ledger.ingest()
        aside = dict(ledger.connection.execute("SELECT reason, count(*) FROM set_aside GROUP BY reason"))
        assert aside == {"torn": 2, "newer": 1}
        assert totals(ledger, EVER).calls == 2


def test_an_unfinished_line_waits(home: Home, write: Write, record: Make) -> None:
    """The end of a file that is being written is read when it is whole, and is not torn until then."""
    write([Call(record("a"))], name="2030-01-01.jsonl")
    path = home.logs / "2030-01-01.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    with Ledger(home) as ledger:
        ledger.ingest()
        assert totals(ledger, EVER).calls == 0
        path.write_bytes(whole)
        ledger.ingest()
        assert totals(ledger, EVER).calls == 1
        assert ledger.connection.execute("SELECT count(*) FROM set_aside").fetchone() == (0,)


def test_a_pending_price_is_settled_once_and_stays(home: Home, write: Write, record: Make) -> None:
    """The price that ingest finds is a journal line: a rebuild without any price data knows it."""
    usage = TokenUsage(input=1_000_000, output=100_000)
    pending = record("a", provider="openai", request_model="gpt-4o", cost=Cost(), usage=usage)
    unknown = record("b", provider="openai", request_model="no-such-model", cost=Cost(), usage=usage)
    write([Call(pending), Call(unknown)])
    with Ledger(home, book=lambda: PriceBook(allow_lookup=True)) as ledger:
        ledger.ingest()
        # gpt-4o: $2.50 and $10 per million tokens.
        expected = 1_000_000 * 2_500 + 100_000 * 10_000
        assert totals(ledger, EVER).nanos == expected
        assert totals(ledger, EVER).unpriced == 1
        settled = find_call(ledger, "a")
        assert settled is not None
        assert settled.cost.status is CostStatus.PRICED
        cards = ledger.connection.execute("SELECT id FROM rate_card").fetchall()
        assert (settled.cost.rate_card,) in cards
        journal = b"".join(path.read_bytes() for path in home.logs.iterdir())
        ledger.ingest()
        assert b"".join(path.read_bytes() for path in home.logs.iterdir()) == journal
    Ledger.rebuild(home)
    with Ledger(home) as ledger:
        assert totals(ledger, EVER).nanos == expected
        assert verify(ledger) == []


def test_a_settled_price_gives_way_to_what_is_learned_later(home: Home, write: Write, record: Make) -> None:
    """A cost that the caller gives later counts, and so do more tokens, whatever was settled before."""
    small, large = TokenUsage(input=0, output=1), TokenUsage(input=0, output=5_000)
    write([Call(record("a", request_model="no-such-model", cost=Cost(), usage=small))])
    write([Call(record("b", cost=Cost(), usage=small))])
    with Ledger(home, book=lambda: PriceBook(allow_lookup=True)) as ledger:
        ledger.ingest()
        assert (totals(ledger, EVER).nanos, totals(ledger, EVER).unpriced) == (1 * 10_000, 1)
        given = Cost(status=CostStatus.PROVIDED, nanos=500_000_000, price_source="caller")
        write([Call(record("a", request_model="no-such-model", cost=given, usage=small))])
        write([Call(record("b", cost=Cost(), usage=large))])
        ledger.ingest()
        # gpt-4o bills $10 per million output tokens.
        assert (totals(ledger, EVER).nanos, totals(ledger, EVER).unpriced) == (
            500_000_000 + 5_000 * 10_000,
            0,
        )
        assert verify(ledger) == []


def test_what_settling_noticed_is_flagged(home: Home, write: Write, record: Make) -> None:
    """A tier without a price of its own is said also where the price was found at ingest."""
    write([Call(record("a", cost=Cost(), service_tier="no-such-tier"))])
    with Ledger(home, book=lambda: PriceBook(allow_lookup=True)) as ledger:
        ledger.ingest()
        found = find_call(ledger, "a")
        assert found is not None
        assert Flag.VARIANT_UNPRICED in found.flags


def test_a_setting_from_the_future_can_be_changed(home: Home, write: Write) -> None:
    """A clock that was once wrong does not fix the zone, nor does changing it write for ever."""
    write(
        [
            Setting(id="a", at=2**61, name="zone", value="UTC"),
            Setting(id="b", at=1, name="ledger_id", value="x"),
        ]
    )
    with Ledger(home, zone="Asia/Kathmandu") as ledger:
        assert ledger.ingest().lines == 3
        assert ledger.days.zone == "Asia/Kathmandu"
        assert ledger.ingest().lines == 0


def test_sums_stay_within_64_bits(home: Home, write: Write, record: Make) -> None:
    """Thousands of calls of the largest believable size are still summed."""
    usage = TokenUsage(input=MAX_TOKENS, output=MAX_TOKENS)
    write(
        [
            Call(record(f"call {number}", job_id="j", duration=MAX_NANOSECONDS, nanos=MAX_NANOS, usage=usage))
            for number in range(3_000)
        ]
    )
    with Ledger(home) as ledger:
        ledger.ingest()
        assert totals(ledger, EVER).nanos == 3_000 * MAX_NANOS
        assert totals(ledger, Selection(period=Period(begin=0), job_id="j")).input == 3_000 * MAX_TOKENS


@pytest.mark.parametrize("kind", ["directory", "pipe"])
def test_what_is_no_file_in_the_journal_is_left_alone(
    home: Home, write: Write, record: Make, kind: str
) -> None:
    """Neither stops the ledger nor makes it wait for ever."""
    odd = home.logs / "2099-01-02.jsonl"
    if kind == "directory":
        odd.mkdir()
    else:
        os.mkfifo(odd)
    write([Call(record("a"))])
    with Ledger(home) as ledger:
        ledger.ingest()
        assert totals(ledger, EVER).calls == 1


def test_what_is_asked_in_a_snapshot_is_of_one_moment(home: Home, write: Write, record: Make) -> None:
    """Sums and their parts agree while another process ingests."""
    write([Call(record("a"))])
    with Ledger(home) as ledger, Ledger(home) as other:
        ledger.ingest()
        with ledger.snapshot():
            assert totals(ledger, EVER).calls == 1
            write([Call(record("b"))])
            assert other.ingest().complete
            assert breakdown(ledger, Dimension.MODEL, EVER)["gpt-4o"].calls == 1
        assert totals(ledger, EVER).calls == 2


def test_an_amendment_may_arrive_before_its_call(home: Home, write: Write, record: Make) -> None:
    """Files are read by date, so a label can come first."""
    cost = Cost(status=CostStatus.PRICED, nanos=42)
    write([Label(id="l", at=1, record="a", labels=Labels(agent="marcus"))])
    write([Adjustment(id="m", at=1, record="a", cost=cost, reason="reprice")])
    with Ledger(home) as ledger:
        ledger.ingest()
        write([Call(record("a"))])
        ledger.ingest()
        found = find_call(ledger, "a")
        assert found is not None
        assert (found.agent, found.cost.nanos) == ("marcus", 42)


def test_days_follow_a_changed_zone(home: Home, write: Write, record: Make) -> None:
    """The same calls lie in other days when the ledger's zone changes, and sums agree again."""
    # 2026-11-21T18:20Z is the 22nd in Kathmandu (+05:45) and the 21st in Sao Paulo (-03:00).
    start = 1_795_285_200 * 10**9
    write([Call(record("a", start=start, duration=10**9)), Call(record("b", start=start - 3600 * 10**9))])
    found = {}
    for zone in ("Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Chatham", "Australia/Lord_Howe"):
        with Ledger(home, zone=zone) as ledger:
            ledger.ingest()
            assert verify(ledger) == []
            found[zone] = {day: sums.calls for day, sums in breakdown(ledger, Dimension.DAY, EVER).items()}
    assert found == {
        "Asia/Kathmandu": {"2026-11-21": 1, "2026-11-22": 1},
        "America/Sao_Paulo": {"2026-11-21": 2},
        "Pacific/Chatham": {"2026-11-22": 2},
        "Australia/Lord_Howe": {"2026-11-22": 2},
    }
    with Ledger(home) as ledger:
        ledger.ingest()
        assert ledger.days.zone == "Australia/Lord_Howe"
        assert (
            totals(ledger, Selection(period=Period(first=date(2026, 11, 22), last=date(2026, 11, 22)))).calls
            == 2
        )


def test_counters_never_fall_and_take_only_young_calls(home: Home, write: Write, record: Make) -> None:
    """A first reading, and calls older than two hours, change no counter; a merge corrects, it does not subtract."""

    def accumulated(ledger: Ledger) -> tuple[int, int]:
        ((booked, corrected),) = ledger.ask(
            "SELECT coalesce(sum(booked), 0), coalesce(sum(corrected), 0) FROM accumulator WHERE family = 'cost_usd'"
        )
        return booked, corrected

    write([Call(record("before", nanos=500))])
    with Ledger(home, clock=clock_at(NOON + 10**9)) as ledger:
        ledger.ingest()
        assert accumulated(ledger) == (0, 0)
        write(
            [
                Call(record("young", nanos=100, response_id="r")),
                Call(record("old", start=NOON - 7200 * 10**9)),
            ]
        )
        ledger.ingest()
        assert accumulated(ledger) == (100, 0)
        write([Call(record("logged", source="codex", nanos=100, response_id="r"))])
        write(
            [
                Adjustment(
                    id="m",
                    at=1,
                    record="young",
                    cost=Cost(status=CostStatus.PRICED, nanos=70),
                    reason="reprice",
                )
            ]
        )
        ledger.ingest()
        assert accumulated(ledger) == (100, 30)
        assert verify(ledger) == []
    Ledger.rebuild(home)
    with Ledger(home, clock=clock_at(NOON + 10**9)) as ledger:
        assert accumulated(ledger) == (0, 0)
        assert totals(ledger, EVER).nanos == 500 + 70 + 1_000


def test_token_types_are_a_partition(home: Home, write: Write, record: Make) -> None:
    """Exported token types add up to input and output, nothing twice."""
    usage = TokenUsage(input=100, output=30, cache_read=50, cache_write_5m=5, cache_write_1h=7, reasoning=20)
    with Ledger(home, clock=clock_at(NOON)) as ledger:
        ledger.ingest()
        write([Call(record("a", usage=usage))])
        ledger.ingest()
        counted = {
            msgspec.json.decode(labels)[2]: booked
            for labels, booked in ledger.connection.execute(
                "SELECT labels, booked FROM accumulator WHERE family = 'tokens'"
            )
        }
    assert counted == {
        "input_uncached": 100 - 50 - 5 - 7,
        "cache_read": 50,
        "cache_write_5m": 5,
        "cache_write_1h": 7,
        "output_visible": 30 - 20,
        "reasoning": 20,
    }


def test_a_distrusted_id_flags_its_calls(home: Home, write: Write, record: Make) -> None:
    """Calls that were not joined because their id is on many say so, whichever came first."""
    with Ledger(home) as ledger:
        for name in ("a", "b", "c"):
            write([Call(record(name, response_id="chatcmpl-123", trace_id=name))])
            ledger.ingest()
        assert totals(ledger, EVER).calls == 3
        for name in ("a", "b", "c"):
            found = find_call(ledger, name)
            assert found is not None
            assert Flag.LINK_DISTRUSTED in found.flags


def test_what_processes_counted_is_added_up_once(home: Home, write: Write) -> None:
    """A line of counts that is read twice counts once."""
    line = Stats(id="s", at=1, host="h", pid=1, counts={"redactions.email": 3})
    write([line, line, Stats(id="t", at=2, host="h", pid=1, counts={"redactions.email": 1, "dropped": 2})])
    with Ledger(home) as ledger:
        ledger.ingest()
        counted = dict(ledger.connection.execute("SELECT name, count FROM stats_total"))
    assert counted == {"redactions.email": 4, "dropped": 2}


def test_the_latest_setting_holds(home: Home, write: Write) -> None:
    """Settings are lines too, and their order in the journal does not matter."""
    write(
        [
            Setting(id="b", at=2, name="zone", value="Asia/Kathmandu"),
            Setting(id="a", at=1, name="zone", value="UTC"),
        ]
    )
    with Ledger(home) as ledger:
        ledger.ingest()
        assert ledger.days.zone == "Asia/Kathmandu"


def test_a_busy_ledger_is_left_to_whoever_ingests(home: Home, write: Write, record: Make) -> None:
    """A reader does not wait for a lock unless it is told to, and answers from what is there."""
    write([Call(record("a"))])
    with Ledger(home) as ledger, Ledger(home) as other:
        other.connection.execute("BEGIN IMMEDIATE")
        assert not ledger.ingest().complete
        assert totals(ledger, EVER).calls == 0
        other.connection.execute("ROLLBACK")
        assert ledger.ingest(wait=5.0).complete
        assert totals(ledger, EVER).calls == 1


def test_two_ledgers_of_one_home_share_the_work(home: Home, write: Write, record: Make) -> None:
    """Whoever reads on begins where the other stopped."""
    with Ledger(home) as one, Ledger(home) as other:
        for number in range(6):
            write([Call(record(f"call {number}"))])
            (one, other)[number % 2].ingest()
        assert totals(one, EVER).calls == totals(other, EVER).calls == 6
        assert verify(one) == []


def _read_all(home: Home) -> None:
    with Ledger(home) as ledger:
        ledger.ingest()
        verify(ledger)


@pytest.mark.parametrize("damage", ["header", "middle"])
def test_a_damaged_database_says_so_and_is_rebuilt(
    home: Home, write: Write, record: Make, damage: str
) -> None:
    """Nothing is lost: the sentence names the command, and the command mends it."""
    write([Call(record(f"call {number}", agent="x" * 100)) for number in range(500)])
    with Ledger(home) as ledger:
        ledger.ingest()
        ledger.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with home.database.open("r+b") as file:
        file.seek(0 if damage == "header" else 8192)
        file.write(os.urandom(8192 * 8))
    with pytest.raises(LedgerDamagedError, match=r"nothing is lost.*otel-usage rebuild"):
        _read_all(home)
    assert Ledger.rebuild(home).complete
    with Ledger(home) as ledger:
        assert totals(ledger, EVER).calls == 500
        assert verify(ledger) == []


def test_a_damaged_database_that_is_open_elsewhere_is_not_taken_away(home: Home) -> None:
    """Moving a database under a process that has it open would damage the new one."""
    with Ledger(home) as ledger:
        ledger.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with home.database.open("r+b") as file:
            file.write(b"this is not a database" * 100)
        with pytest.raises(LedgerBusyError, match="open in another process"):
            Ledger.rebuild(home)


def test_a_missing_database_is_made_again(home: Home, write: Write, record: Make) -> None:
    """usage.db is an index; the journal is the truth."""
    write([Call(record("a"))])
    with Ledger(home) as ledger:
        ledger.ingest()
    for path in home.root.glob("usage.db*"):
        path.unlink()
    with Ledger(home) as ledger:
        ledger.ingest()
        assert totals(ledger, EVER).calls == 1


def test_a_ledger_of_a_newer_version_is_refused(home: Home) -> None:
    """The sentence names both versions; the file is left alone."""
    with Ledger(home) as ledger:
        ledger.connection.execute("PRAGMA user_version = 99")
    with pytest.raises(
        LedgerVersionError, match=f"schema 99, this version knows {len(MIGRATIONS)}"
    ) as caught:
        Ledger(home)
    assert caught.value.found == 99
    with sqlite3.connect(home.database) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (99,)


def test_old_files_are_sealed_and_still_read(home: Home, write: Write, record: Make) -> None:
    """A file of an earlier day is compressed once it is read, and a rebuild reads it all the same."""
    write([Call(record("a")), Call(record("b"))], name="2026-01-05.jsonl")
    with Ledger(home) as ledger:
        ledger.ingest()
        assert "2026-01-05.jsonl" not in {path.name for path in home.logs.iterdir()}
        assert (home.logs / "2026-01-05.jsonl.zst").exists()
        assert ledger.ingest().lines == 0
    Ledger.rebuild(home)
    with Ledger(home) as ledger:
        assert totals(ledger, EVER).calls == 2


def test_a_file_that_is_replaced_is_read_from_its_beginning(home: Home, write: Write, record: Make) -> None:
    """A journal restored from a backup has other inodes; reading it again adds only what is new."""
    write([Call(record("a"))])
    path = home.logs / "2099-01-01.jsonl"
    with Ledger(home) as ledger:
        ledger.ingest()
        restored = path.read_bytes()
        path.rename(home.root / "aside")
        path.write_bytes(restored)
        write([Call(record("b"))])
        ledger.ingest()
        assert totals(ledger, EVER).calls == 2


def test_calls_of_one_millisecond_are_all_kept(home: Home, write: Write, record: Make) -> None:
    """Row ids begin with the millisecond; calls of the same one have ids of their own."""
    write([Call(record(f"call {number}")) for number in range(3000)])
    with Ledger(home) as ledger:
        ledger.ingest()
        assert totals(ledger, EVER).calls == 3000
        assert verify(ledger) == []


def test_a_failed_call_without_tokens_lacks_no_price(home: Home, write: Write, record: Make) -> None:
    """A refused call has nothing to price; one of an unknown model has."""
    refused = record("a", nanos=None, status=Status.ERROR, usage=TokenUsage())
    failed_after_input = record("b", nanos=None, status=Status.ERROR)
    api = record("c", nanos=None, kind=Kind.API, service="serpapi", endpoint="/search")
    write([Call(refused), Call(failed_after_input), Call(api)])
    with Ledger(home) as ledger:
        ledger.ingest()
        assert (totals(ledger, EVER).unpriced, totals(ledger, EVER).errors) == (1, 2)
        by_calls = totals(ledger, Selection(period=Period(begin=0)))
        assert (by_calls.unpriced, by_calls.errors) == (1, 2)


@pytest.mark.parametrize(
    "unbelievable",
    [
        b'"input":-1',
        b'"input":1000000001',
        b'"input":1e300',
        b'"input":"100"',
        b'"input":[1]',
        b'"input":99999999999999999999',
    ],
)
def test_a_line_with_an_unbelievable_count_is_set_aside(
    home: Home, write: Write, record: Make, unbelievable: bytes
) -> None:
    """What no producer of ours can have written reaches no sum, and stops nothing."""
    write([Call(record("a")), Call(record("b"))])
    path = next(home.logs.iterdir())
    path.write_bytes(path.read_bytes().replace(b'"input":100', unbelievable, 1))
    with Ledger(home) as ledger:
        ledger.ingest()
        assert totals(ledger, EVER).calls == 1
        assert ledger.ask("SELECT count(*) FROM set_aside") == [(1,)]
